//! A folder of wheels that pip and uv take for an index, and a cache folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::{
    Python, Workspace, expect_exit, find_case, newest_python, parse_report, stderr_of,
};

/// Writes a wheel with one module: folder, name, version, more lines of metadata, more files as a dict.
const WHEEL: &str = r#"
import sys, zipfile
folder, name, version, more, others = sys.argv[1:]
info = "%s-%s.dist-info/" % (name, version)
files = {name + ".py": "version = %r\n" % version,
         info + "METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\n%s" % (name, version, more),
         info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n"}
files.update(eval(others))
files[info + "RECORD"] = "".join("%s,,\n" % path for path in list(files) + [info + "RECORD"])
with zipfile.ZipFile("%s/%s-%s-py2.py3-none-any.whl" % (folder, name, version), "w") as wheel:
    for path in sorted(files):
        wheel.writestr(path, files[path])
"#;

pub(crate) struct Index {
    pub(crate) workspace: Workspace,
}

impl Index {
    pub(crate) fn new() -> Self {
        if Command::new("uv").arg("--version").output().is_err() {
            println!("not covered: installing with uv, not on PATH");
        }
        let workspace = Workspace::new();
        for folder in ["index", "cache"] {
            std::fs::create_dir(workspace.path(folder)).expect("a folder");
        }
        Self { workspace }
    }

    /// One that has what a scenario `asks` asks for.
    pub(crate) fn asking() -> Self {
        let index = Self::new();
        index.wheel("demo_pkg", "1.0", "");
        index.workspace.scenario("asks", super::ASKS);
        index
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.workspace.path("index")
    }

    /// Adds a distribution with one module of its name.
    pub(super) fn wheel(&self, name: &str, version: &str, metadata: &str) -> &Self {
        self.wheel_with(name, version, metadata, "{}")
    }

    /// The same with more files: a dict as Python has it.
    pub(crate) fn wheel_with(
        &self,
        name: &str,
        version: &str,
        metadata: &str,
        files: &str,
    ) -> &Self {
        write_wheel(&self.folder(), name, version, metadata, files);
        self
    }

    /// The binary, which knows no other index and no other cache.
    pub(super) fn modswap(&self, arguments: &[&str]) -> Command {
        let mut command = self.workspace.modswap(arguments);
        if arguments[0] == "run" {
            // Everything that scenarios require is installed, and -v says so.
            command.arg("-v");
            if !arguments.contains(&"--offline") {
                command.arg("--packages");
            }
        }
        Self::configure(&self.workspace, &mut command);
        command
    }

    /// Makes the index of a workspace the only one, and its cache.
    pub(crate) fn configure(workspace: &Workspace, command: &mut Command) {
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("PIP_") || name.starts_with("UV_"))
        {
            command.env_remove(name);
        }
        let index = workspace.path("index");
        command
            .env("MODSWAP_CACHE_DIR", workspace.path("cache"))
            .env("PIP_CONFIG_FILE", "/dev/null")
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", &index)
            .env("PIP_CACHE_DIR", workspace.path("pip-cache"))
            .env("UV_NO_CONFIG", "1")
            .env("UV_OFFLINE", "1")
            .env("UV_NO_INDEX", "1")
            .env("UV_FIND_LINKS", &index)
            .env("UV_CACHE_DIR", workspace.path("uv-cache"));
    }

    /// The same, on these Pythons.
    pub(crate) fn on(&self, pythons: &[Python], arguments: &[&str]) -> Command {
        let mut command = self.modswap(arguments);
        for python in pythons {
            command.arg("--python").arg(&python.path);
        }
        command
    }

    /// Runs all scenarios on the Pythons; the report, and what was said on standard error.
    pub(super) fn run(&self, pythons: &[Python], more: &[&str], code: i32) -> (Value, String) {
        let arguments = [&["run", "--format", "json"], more].concat();
        let output = expect_exit(&mut self.on(pythons, &arguments), code);
        self.workspace.assert_clean();
        (parse_report(&output), stderr_of(&output))
    }

    /// Runs all scenarios on the newest Python.
    pub(super) fn run_newest(&self, more: &[&str], code: i32) -> (Value, String) {
        self.run(&[newest_python()], more, code)
    }

    /// A run with an index where nothing listens.
    pub(super) fn unreachable(&self, pythons: &[Python]) -> Command {
        let mut command = self.on(pythons, &["run", "--format", "json"]);
        for name in [
            "PIP_NO_INDEX",
            "PIP_FIND_LINKS",
            "UV_OFFLINE",
            "UV_NO_INDEX",
            "UV_FIND_LINKS",
        ] {
            command.env_remove(name);
        }
        let nowhere = "http://127.0.0.1:9/simple";
        command
            .env("PIP_INDEX_URL", nowhere)
            .env("UV_DEFAULT_INDEX", nowhere);
        command
    }

    /// Names of the folders in the cache that hold packages.
    pub(super) fn installed(&self) -> Vec<String> {
        let all = std::fs::read_dir(self.workspace.path("cache/packages"));
        let folders = all
            .into_iter()
            .flatten()
            .flatten()
            .filter(|one| one.path().is_dir());
        let mut names: Vec<_> = folders
            .map(|one| one.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

/// Writes the wheel of a distribution with one module of its name, and more files: a dict as Python has it.
pub(crate) fn write_wheel(folder: &Path, name: &str, version: &str, metadata: &str, files: &str) {
    let folder = folder.to_str().expect("UTF-8");
    let mut command = newest_python().bare();
    command.args(["-c", WHEEL, folder, name, version, metadata, files]);
    assert!(command.status().expect("it starts").success());
}

/// Name and version of what a case could import because it asked.
pub(super) fn packages_of(report: &Value, id: &str, key: &str) -> Vec<String> {
    let found = find_case(report, id, key)["packages"].as_object();
    let words = |(name, version): (&String, &Value)| {
        format!("{name} {}", version.as_str().unwrap_or_default())
    };
    found.into_iter().flatten().map(words).collect()
}

/// The first reason of a case.
pub(super) fn first_reason(report: &Value, id: &str, key: &str) -> String {
    let reason = &find_case(report, id, key)["reasons"][0];
    reason.as_str().unwrap_or_default().to_owned()
}
