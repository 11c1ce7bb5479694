//! Machines for the tests of this module: folders with executables that answer, or misbehave, as their scripts say.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::collector::Collector;
use super::environment::{Environment, System};
use super::identity::strip_verbatim_prefix;
use super::interpreter_info::{InterpreterInfo, TAG, parse_answer};
use super::inventory::Rejected;
use super::source::PythonSource;
use super::sources::{PLACES, search};

/// A probe's answer, changed field by field.
#[derive(Clone)]
pub(crate) struct Answer(pub(crate) serde_json::Value);

impl Answer {
    /// Creates the answer of a CPython 3 on Linux.
    pub(crate) fn cpython(version: &str) -> Self {
        let release: Vec<_> = version.split('.').take(2).collect();
        Self(serde_json::json!({
            "implementation": "cpython",
            "implementation_version": release.join("."),
            "version": version,
            "free_threaded": false,
            "debug": false,
            "executable": "",
            "environment": null,
            "base_executable": null,
            "base_prefix": "",
            "build": format!("{version} (main, May  9 2026, 21:02:11) [GCC 12.2.0]"),
            "platform": "linux-x86_64",
            "libc": "glibc 2.36",
        }))
    }

    /// Returns the answer with another value of a field.
    pub(crate) fn with(mut self, field: &str, value: impl Into<serde_json::Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// Returns the line that the probe prints.
    pub(crate) fn line(&self) -> String {
        format!("{TAG}{}", self.0)
    }

    /// Returns what modswap reads in it.
    pub(crate) fn info(&self) -> InterpreterInfo {
        parse_answer(&self.line()).unwrap()
    }
}

/// A file tree with a home, a PATH of one folder, and a root of its own.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    /// Creates an empty machine.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Returns the path inside the machine, with the links above the machine resolved.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().unwrap();
        // Part by part: on Windows all separators are then of one kind.
        path.split('/')
            .fold(strip_verbatim_prefix(root), |folder, part| {
                folder.join(part)
            })
    }

    /// Returns the same as text.
    pub(crate) fn text(&self, path: &str) -> String {
        self.at(path).to_str().unwrap().to_owned()
    }

    /// Returns the text with the paths inside the machine as [`Machine::at`] takes them.
    pub(crate) fn relative(&self, text: &str) -> String {
        let relative = text.replace(&self.text(""), "");
        if cfg!(windows) {
            relative.replace('\\', "/")
        } else {
            relative
        }
    }

    /// Returns the environment of a Linux machine that has no cache.
    pub(crate) fn environment(&self) -> Environment {
        let path = ("PATH".into(), self.at("on-path").into_os_string());
        Environment {
            home: Some(self.at("home")),
            variables: [path].into_iter().collect(),
            root: self.at(""),
            working_directory: self.at(""),
            system: System::Linux,
            cache: None,
            distrust: None,
            registry: Vec::new(),
        }
    }

    /// Returns the environment of a Mac.
    pub(crate) fn mac(&self) -> Environment {
        Environment {
            system: System::Macos,
            ..self.environment()
        }
    }

    /// Returns the environment of a Windows machine whose root is the drive; `%LOCALAPPDATA%` is `local`, `%APPDATA%` is
    /// `roaming`.
    pub(crate) fn windows(&self) -> Environment {
        let mut environment = self.environment();
        environment.system = System::Windows;
        environment.set("LocalAppData", self.at("local"));
        environment.set("AppData", self.at("roaming"));
        environment
    }

    /// Returns the path inside the machine, and makes the folder it lies in.
    fn prepare(&self, path: &str) -> PathBuf {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Makes an executable shell script; on Windows a file that can be looked at, and not be started.
    ///
    /// A child writes it: a descriptor of ours that is open for writing could be inherited by a process another
    /// test starts at that moment, and running the script would then fail with `ETXTBSY`.
    pub(crate) fn script(&self, path: &str, body: &str) -> PathBuf {
        let text = format!("#!/bin/sh\n{body}\n");
        if cfg!(windows) {
            return self.file(path, &text);
        }
        let path = self.prepare(path);
        let mut writer = Command::new("sh")
            .args(["-c", "cat > \"$1\" && chmod +x \"$1\"", "sh"])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = writer.stdin.take().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        drop(input);
        assert!(writer.wait().unwrap().success());
        path
    }

    /// Makes an interpreter that lives in the folder above its `bin` and answers so.
    pub(crate) fn python(&self, path: &str, mut answer: Answer) -> PathBuf {
        let executable = self.at(path);
        let prefix = executable.parent().and_then(Path::parent).unwrap();
        for (field, value) in [("executable", &*executable), ("base_prefix", prefix)] {
            if answer.0[field] == "" {
                answer = answer.with(field, value.to_str().unwrap());
            }
        }
        self.script(path, &format!("cat <<'END'\n{}\nEND", answer.line()))
    }

    /// Makes a symbolic link.
    pub(crate) fn link(&self, path: &str, target: &Path) -> PathBuf {
        let path = self.prepare(path);
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, &path).unwrap();
        #[cfg(windows)]
        std::os::windows::fs::symlink_file(target, &path).unwrap();
        path
    }

    /// Makes a file.
    pub(crate) fn file(&self, path: &str, text: &str) -> PathBuf {
        let path = self.prepare(path);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Makes an interpreter at each of the paths.
    pub(crate) fn pythons(&self, paths: &[&str]) {
        for path in paths {
            self.python(path, Answer::cpython("3.12.1"));
        }
    }

    /// Makes a named pipe, which whoever reads it waits for.
    pub(crate) fn pipe(&self, path: &str) {
        let path = self.prepare(path);
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    /// Returns the candidates of a source, as paths inside the machine.
    pub(crate) fn find(&self, environment: &Environment, source: PythonSource) -> Vec<String> {
        let candidates = collect(environment, source).candidates.into_iter();
        candidates
            .map(|found| self.relative(found.path.to_str().unwrap()))
            .collect()
    }

    /// Returns what a source rejects, as `path: reason`.
    pub(crate) fn find_rejected(
        &self,
        environment: &Environment,
        source: PythonSource,
    ) -> Vec<String> {
        self.list_rejected(&collect(environment, source).rejected)
    }

    /// Returns the rejected, as `path: reason`.
    pub(crate) fn list_rejected(&self, rejected: &[Rejected]) -> Vec<String> {
        let lines = rejected
            .iter()
            .map(|rejected| self.relative(&format!("{}: {}", rejected.path, rejected.reason)));
        lines.collect()
    }
}

/// Collects what a source finds.
pub(crate) fn collect(environment: &Environment, source: PythonSource) -> Collector<'_> {
    let mut collector = Collector::new(environment);
    for place in PLACES.iter().filter(|(known, ..)| *known == source) {
        search(place, environment, &mut collector);
    }
    collector
}
