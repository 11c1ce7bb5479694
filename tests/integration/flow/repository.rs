//! A repository with scenarios, clones of it, and the jobs that run in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rexpect::process::WaitStatus;
use rexpect::session::spawn_command;

use crate::harness::{
    Python, changed_python_script, expect_exit, isolate_environment, stderr_of, stdout_of,
    write_script,
};

/// How long something may take that has to come. No test waits so long unless it is about to fail.
const LIMIT_MS: u64 = 60_000;

pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

/// A clone of it.
pub(crate) struct Clone {
    folder: PathBuf,
    tmp: PathBuf,
}

/// The reports of a matrix of jobs.
pub(crate) struct Matrix {
    clone: Clone,
    /// Part, place of the Python, file.
    reports: Vec<(String, usize, PathBuf)>,
}

/// What a merge said.
pub(crate) struct Merged {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) summary: String,
    pub(crate) report: PathBuf,
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_AUTHOR_NAME", "a"),
        ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ("GIT_COMMITTER_NAME", "a"),
        ("GIT_COMMITTER_EMAIL", "a@example.org"),
    ] {
        command.env(name, value);
    }
    stdout_of(&expect_exit(&mut command, 0))
}

impl Repository {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Self { folder };
        for name in ["origin", "clones", "tmp"] {
            fs::create_dir(repository.path(name)).expect("a folder");
        }
        let origin = repository.path("origin");
        git(&origin, &["init", "--quiet", "--initial-branch", "main"]);
        // So that clones can push to it.
        git(
            &origin,
            &["config", "receive.denyCurrentBranch", "updateInstead"],
        );
        repository
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn scenario(&self, id: &str, text: &str) {
        let path = self.path("origin/scenarios").join(format!("{id}.yaml"));
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn commit(&self, message: &str) {
        git(&self.path("origin"), &["add", "--all"]);
        git(
            &self.path("origin"),
            &["commit", "--quiet", "--message", message],
        );
    }

    /// An interpreter that behaves otherwise than this one.
    pub(crate) fn changed(&self, python: &Python) -> String {
        let path = self.path("changed");
        write_script(&path, &changed_python_script(python));
        path.to_str().expect("UTF-8").to_owned()
    }

    pub(crate) fn clone(&self, name: &str) -> Clone {
        let mut folder = self.path("clones").join(name);
        let mut number = 1;
        while folder.exists() {
            number += 1;
            folder = self.path("clones").join(format!("{name}-{number}"));
        }
        let target = folder.to_str().expect("UTF-8");
        let origin = self.path("origin");
        let origin = origin.to_str().expect("UTF-8");
        git(self.folder.path(), &["clone", "--quiet", origin, target]);
        Clone {
            folder,
            tmp: self.path("tmp"),
        }
    }

    /// A job for each part on each Python, in a clone and a process of its own. `code` is the worst exit code of all.
    pub(crate) fn run_matrix(&self, pythons: &[String], parts: &[&str], code: i32) -> Matrix {
        let mut reports = Vec::new();
        let mut worst = 0;
        let matrix = self.clone("merge");
        for part in parts {
            for (at, python) in pythons.iter().enumerate() {
                let clone = self.clone("job");
                let run = [
                    "run",
                    "--python",
                    python,
                    "--shard",
                    part,
                    "--output",
                    "report.json",
                ];
                let output = clone.ci(&run).output().expect("the binary starts");
                worst = worst.max(output.status.code().expect("an exit code"));
                let kept = format!("report-{}-{at}.json", part.replace('/', "-of-"));
                let kept = matrix.path(&kept);
                let copied = fs::copy(clone.path("report.json"), &kept);
                copied.unwrap_or_else(|error| panic!("{error}: {}", stderr_of(&output)));
                reports.push(((*part).to_owned(), at, kept));
            }
        }
        assert_eq!(worst, code, "the worst exit code of all jobs");
        Matrix {
            clone: matrix,
            reports,
        }
    }
}

impl Clone {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.folder, arguments)
    }

    pub(crate) fn push(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["push", "--quiet"]);
    }

    /// The binary, in this clone.
    pub(crate) fn modswap(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("TMPDIR", &self.tmp)
            .env_remove("COLUMNS")
            .env_remove("MODSWAP_LOG");
        isolate_environment(&mut command);
        command
    }

    /// A review on a terminal, in which this key is pressed at each question; it must be one, and end well.
    pub(crate) fn review(&self, arguments: &[&str], key: &str) {
        let mut command = self.modswap(arguments);
        command.env("NO_COLOR", "1");
        let mut session = spawn_command(command, Some(LIMIT_MS)).expect("a pseudo-terminal");
        session.exp_string("? help > ").expect("the question");
        session.send(key).expect("a key");
        session.flush().expect("a key");
        let said = session.exp_eof().expect("the end");
        let status = session.process().wait().expect("a status");
        assert!(
            matches!(status, WaitStatus::Exited(_, 0)),
            "{status:?}\n{said}"
        );
    }

    /// The same, as a job of GitHub Actions.
    fn ci(&self, arguments: &[&str]) -> Command {
        let mut command = self.modswap(arguments);
        command
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", &self.folder)
            .env("GITHUB_STEP_SUMMARY", self.path("summary.md"));
        command
    }
}

impl Matrix {
    /// Merges all that is there.
    pub(crate) fn merge(&self, more: &[&str], code: i32) -> Merged {
        let reports = self.reports.iter().map(|(_, _, path)| path);
        let reports = reports.filter(|path| path.exists());
        let mut command = self.clone.ci(&["merge", "--output", "merged.json"]);
        command.args(more).args(reports);
        let summary = self.clone.path("summary.md");
        let _ = fs::remove_file(&summary);
        let output = expect_exit(&mut command, code);
        Merged {
            out: stdout_of(&output),
            err: stderr_of(&output),
            summary: fs::read_to_string(summary).expect("a summary"),
            report: self.clone.path("merged.json"),
        }
    }

    /// The report of a part on a Python gets lost.
    pub(crate) fn lose(&self, part: &str, python: usize) {
        let lost = self.reports.iter();
        let lost = lost.filter(|(other, at, _)| other == part && *at == python);
        for (_, _, path) in lost {
            fs::remove_file(path).expect("it was there");
        }
    }
}
