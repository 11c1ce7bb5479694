//! The pictures in README.md are of the program as it is, and of the run that is in `reports/`.
//!
//! `MODSWAP_PICTURES=overwrite cargo test pictures` makes them anew; those of the page come from the browser.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};

use anstyle_svg::Term;

use crate::harness::{expect_exit, modswap};

/// Lines of the terminal that the picture shows.
const LINES: usize = 32;

fn pictures_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/pictures")
}

fn overwrites() -> bool {
    std::env::var_os("MODSWAP_PICTURES").is_some_and(|value| value == "overwrite")
}

/// What a terminal shows of the run in `reports/`.
fn render_screen() -> String {
    let mut report = modswap();
    report
        .args(["report", "reports/report.json", "--color", "always"])
        .env("COLUMNS", "96");
    let output = expect_exit(&mut report, 0);
    let shown = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = shown.lines().take(LINES).collect();
    format!("$ modswap\n{}\n…\n", lines.join("\n"))
}

fn render_picture(is_dark: bool) -> String {
    let colour = |r, g, b| anstyle::Color::Rgb(anstyle::RgbColor(r, g, b));
    let term = Term::new().min_width_px(880);
    let term = if is_dark {
        term.fg_color(colour(0xe6, 0xe8, 0xec))
            .bg_color(colour(0x14, 0x16, 0x1a))
    } else {
        term.fg_color(colour(0x16, 0x18, 0x1d))
            .bg_color(colour(0xf5, 0xf6, 0xf8))
    };
    term.render_svg(&render_screen())
}

#[test]
fn the_terminal_is_as_it_is_shown() {
    for (name, is_dark) in [("terminal-light.svg", false), ("terminal-dark.svg", true)] {
        let (path, now) = (pictures_folder().join(name), render_picture(is_dark));
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
fn the_readme_shows_pictures_that_are_there() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))
        .expect("README.md");
    let named: Vec<&str> = readme
        .split('"')
        .filter(|part| part.starts_with(".github/pictures/"))
        .collect();
    assert_eq!(named.len(), 4, "{named:?}");
    for name in named {
        assert!(
            Path::new(env!("CARGO_MANIFEST_DIR")).join(name).is_file(),
            "{name}"
        );
    }
}
