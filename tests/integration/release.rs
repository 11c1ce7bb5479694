//! What is released: what is in the crate, and the scripts of `.ci/release`, each called as the workflow calls it.
#![cfg(unix)]

mod crates;
mod publishing;
mod texts;
mod whole;
mod workflow;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::harness::{Python, newest_python, stderr_of, stdout_of};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn repository() -> &'static Path {
    Path::new(ROOT)
}

/// The Python that runs the scripts: they read TOML, which 3.11 can.
fn release_python() -> Option<Python> {
    let python = newest_python();
    let mut parts = python.key.split(['.', 't', 'd']);
    let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok());
    if (next(), next()) < (Some(3), Some(11)) {
        println!("not covered: a script of .ci/release, which needs Python 3.11 or newer");
        return None;
    }
    Some(python)
}

/// A repository with nothing in it but what the scripts read.
struct Release {
    folder: tempfile::TempDir,
    python: Python,
}

impl Release {
    /// Nothing where the scripts cannot run, which is printed.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let release = Self {
            python: release_python()?,
            folder,
        };
        for name in [".ci/release", "docs"] {
            fs::create_dir_all(release.path(name)).expect("a folder");
        }
        for entry in fs::read_dir(repository().join(".ci/release")).expect("scripts") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            fs::copy(&path, release.path(".ci/release").join(name)).expect("a script");
        }
        release.write(
            "Cargo.toml",
            "[package]\nname = \"modswap\"\nversion = \"1.2.3\"\nrepository = \"https://github.com/someone/modswap\"\n",
        );
        release.write(
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"modswap\"\nversion = \"1.2.3\"\n",
        );
        release.write(
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2027-01-31\n\n### Added\n\n- It is – “new”.\n\n## [1.2.2] - 2026-12-24\n\n- Old.\n",
        );
        for name in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
            release.write(name, name);
        }
        Some(release)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// Changes a part of a file.
    fn change(&self, name: &str, part: &str, other: &str) {
        let text = fs::read_to_string(self.path(name)).expect("a file");
        assert!(text.contains(part), "{name} has no {part:?}");
        self.write(name, &text.replacen(part, other, 1));
    }

    /// Starts nothing yet: a script of this repository, in Python.
    fn script(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python.path);
        command.arg(self.path(".ci/release").join(name));
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("GITHUB_REPOSITORY");
        command
    }

    /// What a script prints that must do its work.
    fn run(&self, name: &str, arguments: &[&str]) -> String {
        succeed(&mut self.script(name, arguments))
    }
}

/// What a command prints that must do its work.
#[track_caller]
fn succeed(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", both_of(&output));
    stdout_of(&output)
}

/// What a command says that must refuse.
#[track_caller]
fn refuse(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    assert!(!output.status.success(), "{}", both_of(&output));
    both_of(&output)
}

fn both_of(output: &Output) -> String {
    stdout_of(output) + &stderr_of(output)
}
