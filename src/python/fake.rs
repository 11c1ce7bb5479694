//! Machines for the tests of this module: folders with executables that answer, or misbehave, as told.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::collector::Collector;
use super::environment::{Environment, System};
use super::identity::strip_verbatim_prefix;
use super::interpreter_info::{self as info, InterpreterInfo, TAG};
use super::inventory::Rejected;

/// A probe's answer, changed field by field.
#[derive(Clone)]
pub(crate) struct Answer(pub(crate) serde_json::Value);

impl Answer {
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

    pub(crate) fn with(mut self, field: &str, value: impl Into<serde_json::Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    pub(crate) fn line(&self) -> String {
        format!("{TAG}{}", self.0)
    }

    pub(crate) fn info(&self) -> InterpreterInfo {
        info::read(&self.line()).unwrap()
    }
}

/// A file tree with a home, a PATH of one folder, and a root of its own.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The path inside the machine, with the links above the machine resolved.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().unwrap();
        // Part by part: on Windows all separators are then of one kind.
        path.split('/')
            .fold(strip_verbatim_prefix(root), |folder, part| {
                folder.join(part)
            })
    }

    pub(crate) fn text(&self, path: &str) -> String {
        self.at(path).to_str().unwrap().to_owned()
    }

    /// The text with the paths inside the machine as [`Machine::at`] takes them.
    pub(crate) fn told(&self, text: &str) -> String {
        let told = text.replace(&self.text(""), "");
        if cfg!(windows) {
            told.replace('\\', "/")
        } else {
            told
        }
    }

    /// A Linux machine that remembers nothing.
    pub(crate) fn environment(&self) -> Environment {
        let path = ("PATH".into(), self.at("on-path").into_os_string());
        Environment {
            home: Some(self.at("home")),
            variables: [path].into_iter().collect(),
            root: self.at(""),
            working_directory: self.at(""),
            system: System::Linux,
            cache: None,
            registry: Vec::new(),
        }
    }

    pub(crate) fn mac(&self) -> Environment {
        Environment {
            system: System::Macos,
            ..self.environment()
        }
    }

    /// A Windows machine whose root is the drive; `%LOCALAPPDATA%` is `local`, `%APPDATA%` is `roaming`.
    pub(crate) fn windows(&self) -> Environment {
        let mut environment = self.environment();
        environment.system = System::Windows;
        environment.variables.set("LocalAppData", self.at("local"));
        environment.variables.set("AppData", self.at("roaming"));
        environment
    }

    /// An executable shell script; on Windows a file that can be looked at, and not be started.
    ///
    /// A child writes it: a descriptor of ours that is open for writing could be inherited by a process another
    /// test starts at that moment, and running the script would then fail with `ETXTBSY`.
    pub(crate) fn script(&self, path: &str, body: &str) -> PathBuf {
        let text = format!("#!/bin/sh\n{body}\n");
        if cfg!(windows) {
            return self.file(path, &text);
        }
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut writer = Command::new("sh")
            .args(["-c", "cat > \"$1\" && chmod +x \"$1\"", "sh"])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        writer
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        assert!(writer.wait().unwrap().success());
        path
    }

    /// An interpreter that lives in the folder above its `bin` and answers so.
    pub(crate) fn python(&self, path: &str, answer: Answer) -> PathBuf {
        let executable = self.at(path);
        let prefix = executable.parent().and_then(Path::parent).unwrap();
        let mut answer = answer;
        for (field, value) in [
            ("executable", executable.as_path()),
            ("base_prefix", prefix),
        ] {
            if answer.0[field] == "" {
                answer = answer.with(field, value.to_str().unwrap());
            }
        }
        self.script(path, &format!("cat <<'END'\n{}\nEND", answer.line()))
    }

    pub(crate) fn link(&self, path: &str, target: &Path) -> PathBuf {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, &path).unwrap();
        #[cfg(windows)]
        std::os::windows::fs::symlink_file(target, &path).unwrap();
        path
    }

    pub(crate) fn file(&self, path: &str, text: &str) -> PathBuf {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// What one source sees.
pub(crate) fn seen(
    environment: &Environment,
    discover: fn(&Environment, &mut Collector),
) -> Collector<'_> {
    let mut collector = Collector::new(environment);
    discover(environment, &mut collector);
    collector
}

/// The candidates of one source, as paths inside the machine.
pub(crate) fn paths_seen(
    machine: &Machine,
    environment: &Environment,
    discover: fn(&Environment, &mut Collector),
) -> Vec<String> {
    let candidates = seen(environment, discover).candidates.into_iter();
    candidates
        .map(|one| machine.told(one.path.to_str().unwrap()))
        .collect()
}

/// What a source rejects.
pub(crate) fn rejections_of(machine: &Machine, collector: &Collector) -> Vec<String> {
    told(machine, &collector.rejected)
}

pub(crate) fn told(machine: &Machine, rejected: &[Rejected]) -> Vec<String> {
    rejected
        .iter()
        .map(|one| machine.told(&format!("{}: {}", one.path, one.reason)))
        .collect()
}
