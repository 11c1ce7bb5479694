//! The Pythons of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{expect_json, modswap};

/// An interpreter that `modswap pythons` finds.
#[derive(Clone, Debug)]
pub struct Python {
    pub key: String,
    pub path: PathBuf,
}

impl Python {
    /// It, bare, as cases start it.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(&self.path);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
            command.env_remove(name);
        }
        command.args(["-s", "-S", "-B"]).env("PYTHONHASHSEED", "0");
        command
    }

    /// Its path as an argument.
    pub fn path(&self) -> &str {
        self.path.to_str().expect("UTF-8")
    }

    /// Whether it is a Python 2.
    pub fn is_2(&self) -> bool {
        self.key.starts_with("2.")
    }
}

/// Every Python that is found here, oldest first. The tests need one at least; which ones they ran on stands in their output.
pub fn pythons() -> &'static [Python] {
    static FOUND: OnceLock<Vec<Python>> = OnceLock::new();
    let pythons = FOUND.get_or_init(|| {
        let found = expect_json(modswap().arg("pythons"), 0);
        let list = found["interpreters"].as_array().expect("a list").iter();
        list.map(|python| Python {
            key: python["key"].as_str().expect("a key").to_owned(),
            path: PathBuf::from(python["command"][0].as_str().expect("a path")),
        })
        .collect()
    });
    let keys: Vec<&str> = pythons.iter().map(|python| python.key.as_str()).collect();
    println!("on Python {}; on no other", keys.join(", "));
    pythons
}

/// 2.7, the oldest and the newest 3 of this machine. What is missing is named, not passed over.
pub fn sample_pythons() -> Vec<Python> {
    let (old, new): (Vec<&Python>, Vec<&Python>) =
        pythons().iter().partition(|python| python.is_2());
    let mut chosen: Vec<Python> = Vec::new();
    for (what, found) in [
        ("Python 2.7", old.last()),
        ("an oldest Python 3", new.first()),
        ("a newest Python 3", new.last()),
    ] {
        match found {
            None => println!("not covered: {what}, not on this machine"),
            Some(python) if chosen.iter().any(|known| known.key == python.key) => {
                println!(
                    "not covered: {what} beside {}, the only one here",
                    python.key
                );
            }
            Some(python) => chosen.push((*python).clone()),
        }
    }
    chosen
}

/// The newest Python of this machine.
pub fn newest_python() -> Python {
    pythons().last().expect("a Python on this machine").clone()
}

/// Writes an executable script. A child does it: a descriptor of ours that is open for writing could be inherited by a process
/// that another test starts at that moment, and running the script would then fail with `ETXTBSY`.
pub fn write_script(path: &Path, text: &str) {
    let source = path.with_extension("text");
    std::fs::write(&source, text).expect("a file");
    let copied = Command::new("sh")
        .args(["-c", "cat \"$1\" > \"$2\" && chmod +x \"$2\"", "sh"])
        .args([&source, path])
        .status();
    assert!(copied.expect("sh starts").success());
}

/// The text of a script that is this Python with `-O`: an interpreter which behaves otherwise.
pub fn changed_python_script(python: &Python) -> String {
    format!("#!/bin/sh\nexec {} -O \"$@\"\n", python.path.display())
}
