//! The crate.

use std::path::Path;
use std::process::Command;

use super::repository;
use crate::harness::{expect_exit, stdout_of};

/// Folders of the repository that are not in the crate. Tests that read it are known by `is_left_out`.
const LEFT_OUT: [&str; 2] = ["fuzz/", "reports/"];

fn list_lines(command: &mut Command) -> Vec<String> {
    let output = expect_exit(command.current_dir(repository()), 0);
    stdout_of(&output).lines().map(str::to_owned).collect()
}

#[test]
fn all_that_the_build_and_the_tests_read_is_in_the_crate() {
    if !repository().join(".git").exists() {
        println!("not covered: the files of the crate, because here is no git repository");
        return;
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut list = Command::new(cargo);
    list.args(["package", "--list", "--allow-dirty", "--offline", "--quiet"]);
    let packaged = list_lines(&mut list);
    let mut tracked = Command::new("git");
    tracked.args(["ls-files", "--cached"]);
    let is_expected = |path: &String| {
        path.starts_with("reports/baseline/")
            || path == "reports/report.json"
            || !(Path::new(path).extension().is_some_and(|end| end == "png")
                || LEFT_OUT.iter().any(|folder| path.starts_with(folder)))
    };
    let (expected, others): (Vec<String>, Vec<String>) =
        list_lines(&mut tracked).into_iter().partition(is_expected);
    let missing: Vec<_> = expected
        .iter()
        .filter(|&path| !packaged.contains(path))
        .collect();
    assert_eq!(missing, Vec::<&String>::new(), "not in the crate");
    let needless: Vec<_> = others
        .iter()
        .filter(|&path| packaged.contains(path))
        .collect();
    assert_eq!(needless, Vec::<&String>::new(), "in the crate");
}
