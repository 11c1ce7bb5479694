//! Manual pages: one for the program and one for each command, which `man` shows without a complaint.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;

use crate::harness::{Workspace, assert_contains, stderr_of, stdout_of};

/// The commands that are shown, with those below them: `modswap-cache-dir`.
fn names(command: &clap::Command, name: &str) -> BTreeSet<String> {
    let below = command.get_subcommands().filter(|one| !one.is_hide_set());
    let below = below.flat_map(|one| names(one, &format!("{name}-{}", one.get_name())));
    below.chain([name.to_owned()]).collect()
}

/// Fails on whatever a checker of pages says; without it, its name is printed.
fn check(program: &str, arguments: &[&str], page: &Path) {
    match Command::new(program).args(arguments).arg(page).output() {
        Ok(output) => {
            let said = stderr_of(&output);
            let said = if program == "mandoc" {
                stdout_of(&output) + &said
            } else {
                said
            };
            assert_eq!(said, "", "{program} {}", page.display());
        }
        Err(_) => println!("not covered: {}, without {program}", page.display()),
    }
}

#[test]
fn every_command_has_a_page_without_faults() {
    let workspace = Workspace::new();
    workspace.run_to(0, &["man", "made/man"]);
    let folder = workspace.path("made/man");
    let written: BTreeSet<String> = fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().replace(".1", ""))
        .collect();
    assert_eq!(written, names(&modswap::cli::Cli::command(), "modswap"));
    for name in &written {
        let page = folder.join(format!("{name}.1"));
        let text = fs::read_to_string(&page).expect("a page");
        assert!(text.is_ascii(), "{name}");
        check("groff", &["-man", "-ww", "-Tutf8"], &page);
        check("mandoc", &["-T", "lint", "-W", "error"], &page);
    }
    let run = fs::read_to_string(folder.join("modswap-run.1")).expect("a page");
    for part in [
        ".TH MODSWAP-RUN 1 ",
        "modswap run [OPTIONS] [PATH|ID]...",
        ".SH PACKAGES",
        ".SH EXAMPLES",
    ] {
        assert_contains(&run, part);
    }
    let whole = fs::read_to_string(folder.join("modswap.1")).expect("a page");
    assert_contains(&whole, ".SH \"EXIT CODES\"");
    assert!(!whole.contains("modswap\\-man"), "it is hidden");
    // Pages are the same whenever and wherever they are written.
    workspace.run_to(0, &["man", "again"]);
    let again = fs::read_to_string(workspace.path("again/modswap.1")).expect("a page");
    assert_eq!(whole, again);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let workspace = Workspace::new();
    workspace.write("file", "");
    let output = workspace.run_to(4, &["man", "file"]);
    assert_contains(
        &stderr_of(&output),
        "file/modswap-run.1: cannot be written: ",
    );
}
