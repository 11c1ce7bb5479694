//! The pictures on pages are of the program as it is, and of the run that is in `reports/`.
//!
//! `MODSWAP_PICTURES=overwrite cargo test pictures` makes them anew; those of the page come from the browser.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

use anstyle_svg::Term;

use crate::harness::{expect_exit, modswap};
use crate::readme::{missing_interpreters, shown_interpreters};

/// The scenario that README.md begins with: what it prints needs no legend.
const SCENARIO: &str = "circular/import-as";

fn pictures_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/pictures")
}

fn overwrites() -> bool {
    std::env::var_os("MODSWAP_PICTURES").is_some_and(|value| value == "overwrite")
}

/// What a terminal shows of the scenario, on the interpreters that README.md names.
fn render_screen() -> String {
    let mut explain = modswap();
    explain
        .args(["explain", SCENARIO, "--no-baseline", "--color", "always"])
        .env("COLUMNS", "96");
    for key in shown_interpreters() {
        explain.args(["--python", &key]);
    }
    let output = expect_exit(&mut explain, 0);
    let shown = String::from_utf8(output.stdout).expect("text");
    // Which releases are current depends on the day, and the rest is longer than a picture should be.
    let lines = shown
        .lines()
        .take_while(|line| !line.contains("not run here"));
    let lines: Vec<&str> = lines.collect();
    let text = lines.join("\n");
    format!("$ modswap explain {SCENARIO}\n{}\n", text.trim_end())
}

fn render_picture(screen: &str, is_dark: bool) -> String {
    let colour = |r, g, b| anstyle::Color::Rgb(anstyle::RgbColor(r, g, b));
    let term = Term::new().min_width_px(880);
    let term = if is_dark {
        term.fg_color(colour(0xe6, 0xe8, 0xec))
            .bg_color(colour(0x14, 0x16, 0x1a))
    } else {
        term.fg_color(colour(0x16, 0x18, 0x1d))
            .bg_color(colour(0xf5, 0xf6, 0xf8))
    };
    term.render_svg(screen)
}

#[test]
fn the_terminal_is_as_it_is_shown() {
    let missing = missing_interpreters();
    if !missing.is_empty() {
        println!(
            "not covered: the terminal; here is no CPython {}",
            missing.join(", ")
        );
        return;
    }
    let screen = render_screen();
    for (name, is_dark) in [("terminal-light.svg", false), ("terminal-dark.svg", true)] {
        let (path, now) = (
            pictures_folder().join(name),
            render_picture(&screen, is_dark),
        );
        if overwrites() {
            fs::create_dir_all(pictures_folder()).expect("a folder");
            fs::write(&path, now).expect("written");
        } else {
            let there = fs::read_to_string(&path).expect("the picture");
            assert!(
                there == now,
                "{name} is out of date: MODSWAP_PICTURES=overwrite cargo test pictures"
            );
        }
    }
}

#[test]
fn every_picture_is_on_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = ["README.md", "docs/reports.md"];
    let pages = pages.map(|page| fs::read_to_string(root.join(page)).expect("a page"));
    for entry in fs::read_dir(pictures_folder()).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        let path = format!(".github/pictures/{}\"", name.display());
        assert!(pages.iter().any(|page| page.contains(&path)), "{path}");
    }
}
