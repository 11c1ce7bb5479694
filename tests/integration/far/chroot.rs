//! Another root: a folder made by debootstrap.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::ENDLESS;
use crate::harness::{PLAIN, Workspace, parse_report};

/// Folders with another system, and its Python 3.
fn find_roots() -> Vec<(PathBuf, String)> {
    let is_root = Command::new("id").arg("-u").output();
    if !is_root.is_ok_and(|output| output.stdout == b"0\n") {
        println!("not covered: chroot, which only root may do");
        return Vec::new();
    }
    let folders = fs::read_dir("/srv").into_iter().flatten().flatten();
    let found: Vec<_> = folders
        .map(|folder| folder.path())
        .filter_map(|folder| {
            let bin = fs::read_dir(folder.join("usr/bin")).ok()?;
            let names = bin
                .flatten()
                .map(|one| one.file_name().to_string_lossy().into_owned());
            let is_python = |name: &String| {
                let version = name.strip_prefix("python3.");
                version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit()))
            };
            let newest = names
                .filter(is_python)
                .max_by_key(|name| (name.len(), name.clone()))?;
            Some((folder, newest))
        })
        .collect();
    if found.is_empty() {
        println!(
            "not covered: chroot; no /srv/NAME with a Python 3 (debootstrap --include=python3 sid /srv/sid)"
        );
    }
    found
}

#[test]
fn cases_run_in_another_root_and_leave_nothing_there() {
    let roots = find_roots();
    let workspace = Workspace::new();
    workspace
        .scenario("a", PLAIN)
        .scenario("b", &ENDLESS.replace("STARTED", "started"));
    for (root, python) in roots {
        let before = list_temporary(&root);
        let request = format!("there=chroot {} {python}", root.display());
        let output = workspace.run_to(1, &["run", "--format", "json", "--python", &request]);
        let report = parse_report(&output);
        println!(
            "in {} with {}",
            root.display(),
            report["interpreters"][0]["key"]
        );
        let verdicts: Vec<_> = report["cases"]
            .as_array()
            .expect("cases")
            .iter()
            .map(|case| &case["verdict"])
            .collect();
        assert_eq!(verdicts, ["pass", "timed-out"]);
        assert_eq!(list_temporary(&root), before);
    }
}

/// What workers have left in its folder for temporary files.
fn list_temporary(root: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("tmp"))
        .into_iter()
        .flatten()
        .flatten();
    let mut names: Vec<_> = entries
        .map(|one| one.file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name.starts_with("modswap-"));
    names.sort();
    names
}
