//! Needs of a run that the system does not meet: room on a disk, descriptors, processes, folders, streams. It says what is missing
//! and what to do, ends in time, and leaves nothing.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};

use crate::harness::{
    PLAIN, Workspace, assert_code, assert_contains, find_case, newest_python, parse_report,
    stderr_of, stdout_of, under_spawn, wait_for,
};
use serde_json::Value;

/// A run of a plain scenario under fork and spawn, with a cache of its own, by the newest Python.
struct Run {
    workspace: Workspace,
    command: Command,
}

impl Run {
    fn new() -> Self {
        let workspace = Workspace::with(&[("fork", PLAIN), ("spawn", &under_spawn(PLAIN))]);
        let python = newest_python();
        let arguments = ["run", "--format", "json", "--python", python.path()];
        let mut command = workspace.modswap(&arguments);
        command.env("MODSWAP_CACHE_DIR", workspace.path("cache"));
        Self { workspace, command }
    }

    /// Limits what the binary and what it starts may have.
    #[allow(unsafe_code)]
    fn limit(mut self, resource: Resource, value: u64) -> Self {
        let limit = Rlimit {
            current: Some(value),
            maximum: getrlimit(resource).maximum,
        };
        let set = move || setrlimit(resource, limit).map_err(Into::into);
        // SAFETY: between fork and exec only setrlimit(2) is called.
        unsafe { self.command.pre_exec(set) };
        self
    }

    /// Runs it to its end; nothing may be left, and nothing panic.
    fn end(&mut self) -> Output {
        let output = self.command.output().expect("the binary starts");
        let said = stderr_of(&output);
        assert!(!said.contains("panicked"), "{said}");
        let left = self.workspace.processes();
        assert!(left.is_empty(), "{left:#?}");
        output
    }

    /// Both cases pass, or are errors with this reason.
    fn passes_or_says(&mut self, reason: &str) {
        let output = self.end();
        let report = parse_report(&output);
        for id in ["fork", "spawn"] {
            let case = find_case(&report, id, &newest_python().key);
            let is_error = case["verdict"] == "error";
            assert!(is_error || case["verdict"] == "pass", "{case:#}");
            assert!(
                !is_error || case["reasons"].to_string().contains(reason),
                "{case:#}"
            );
        }
    }

    fn passes(&mut self) -> Value {
        let output = self.end();
        assert_code(&output, 0);
        self.workspace.assert_clean();
        parse_report(&output)
    }

    /// The next run is right, whatever is there after something went wrong.
    fn then_passes(&self) {
        let python = newest_python();
        let mut command = self.workspace.modswap(&["run", "--python", python.path()]);
        command.env("MODSWAP_CACHE_DIR", self.workspace.path("cache"));
        assert_code(&command.output().expect("it starts"), 0);
        self.workspace.assert_clean();
    }
}

#[test]
fn few_descriptors_are_named_before_anything_looks_as_if_it_were_not_there() {
    for count in [10, 16, 64, 255] {
        let mut run = Run::new().limit(Resource::Nofile, count);
        let output = run.end();
        assert_code(&output, 4);
        assert!(output.stdout.is_empty());
        let said = stderr_of(&output);
        assert_contains(
            &said,
            &format!("{count} files may be open at once, and Pythons need 256: raise `ulimit -n`"),
        );
    }
    // So few that there is hardly a program.
    for count in 3..9 {
        let output = Run::new().limit(Resource::Nofile, count).end();
        assert_ne!(output.status.code(), Some(0));
        assert!(output.stdout.is_empty(), "{}", stdout_of(&output));
        let mut list = Run::new().limit(Resource::Nofile, count);
        list.command = {
            let mut command = Command::new("sh");
            let line = format!(
                "ulimit -n {count}; exec {} list",
                env!("CARGO_BIN_EXE_modswap")
            );
            command.args(["-c", &line]);
            command
        };
        assert!(!stderr_of(&list.end()).is_empty());
    }
    let mut run = Run::new().limit(Resource::Nofile, 256);
    run.command.args(["--jobs", "500"]);
    run.passes();
}

/// A disk that is full when the files of a run have these sizes, as far as `ulimit -f` can make one.
#[test]
fn files_that_may_not_grow_are_named() {
    for size in [0, 100, 4096, 30_000, 100_000] {
        let mut run = Run::new().limit(Resource::Fsize, size);
        run.passes_or_says("File too large; raise `ulimit -f`");
        run.workspace.assert_clean();
        run.then_passes();
    }
}

#[test]
fn a_full_disk_is_named() {
    for (place, size, says) in [
        ("tmp", "16k", "No space left on device"),
        ("tmp", "128k", "No space left on device"),
        ("cache", "16k", ""),
        ("cache", "128k", ""),
    ] {
        let mut run = Run::new();
        let folder = run.workspace.path(place);
        fs::create_dir_all(&folder).unwrap();
        let Some(_disk) = Disk::mount(&folder, size) else {
            println!("not covered: a full disk, without a right to mount one");
            return;
        };
        if says.is_empty() {
            run.passes();
        } else {
            run.passes_or_says(says);
        }
    }
}

/// A small file system.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(folder: &'a Path, size: &str) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]);
        let mounted = mount.arg(folder).stderr(Stdio::null()).status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

/// Root may write anywhere but on a file system that is read-only, or through a link that leads to `/proc`.
#[test]
fn what_cannot_be_written_is_done_without_or_named() {
    let closed = |name: &str| {
        let run = Run::new();
        let path = run.workspace.path(name);
        let _ = fs::remove_dir_all(&path);
        symlink("/proc/self", path).unwrap();
        run
    };
    closed("cache").passes();
    let mut run = closed("tmp");
    run.passes_or_says("tmp, which TMPDIR names: ");
    run.command.env("TMPDIR", "/nowhere/at/all");
    run.passes_or_says(
        "cannot make a folder for a worker in /nowhere/at/all, which TMPDIR names: ",
    );
}

#[test]
fn neither_a_home_nor_a_temporary_folder_need_be_named() {
    let names = [
        "HOME",
        "TMPDIR",
        "TMP",
        "XDG_CACHE_HOME",
        "MODSWAP_CACHE_DIR",
        "MODSWAP_STATE_DIR",
        "PATH",
        "LANG",
    ];
    for value in [None, Some("")] {
        let mut run = Run::new();
        for name in names {
            match value {
                None => run.command.env_remove(name),
                Some(value) => run.command.env(name, value),
            };
        }
        // The user's own cache and state are not those of a test.
        run.command.env("HOME", run.workspace.path("home"));
        run.passes();
    }
    let mut run = Run::new();
    run.command
        .env_remove("MODSWAP_CACHE_DIR")
        .env("HOME", "/nowhere/at/all")
        .env("XDG_STATE_HOME", "/nowhere");
    run.passes();
}

#[test]
fn streams_may_be_closed() {
    let run = Run::new();
    let line = format!(
        "exec {} run --python {} <&- 2>&-",
        env!("CARGO_BIN_EXE_modswap"),
        newest_python().path()
    );
    let mut command = run.workspace.modswap(&[]);
    let closed = Command::new("sh")
        .args(["-c", &line])
        .current_dir(run.workspace.path(""))
        .envs(
            command
                .env("MODSWAP_CACHE_DIR", run.workspace.path("cache"))
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .output()
        .expect("sh starts");
    assert_code(&closed, 0);
    run.workspace.assert_clean();
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next_one_and_what_a_living_one_has_is_not() {
    let run = Run::new();
    let start = || {
        let started = run.workspace.path("started");
        let _ = fs::remove_file(&started);
        let text = format!(
            "title: Waits\ntimeout: 10m\nsteps:\n  - run: |\n      open({:?}, 'w').close()\n      import time\n      time.sleep(600)\n",
            started.to_str().unwrap()
        );
        run.workspace.write("waits/waits.yaml", &text);
        let mut command =
            run.workspace
                .modswap(&["run", "waits", "--python", newest_python().path()]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the binary starts");
        wait_for("the case", || started.exists());
        child
    };
    let list = || {
        let entries = fs::read_dir(run.workspace.path("tmp")).expect("a folder");
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    let end = |mut child: std::process::Child, signal| {
        let pid = Pid::from_raw(child.id().cast_signed()).expect("a number");
        kill_process(pid, signal).expect("it is there");
        child.wait().expect("it ends");
    };
    end(start(), Signal::KILL);
    wait_for("the end of its worker", || {
        run.workspace.processes().is_empty()
    });
    let left = list();
    assert!(!left.is_empty(), "a killed run leaves its folder");
    let living = start();
    let its = list();
    assert!(
        left.iter().all(|name| !its.contains(name)),
        "{left:?} {its:?}"
    );
    let mut other = run
        .workspace
        .modswap(&["run", "--python", newest_python().path()]);
    assert_code(&other.output().expect("it starts"), 0);
    assert_eq!(list(), its);
    end(living, Signal::TERM);
    run.workspace.assert_clean();
}

/// Not of root's, whom no limit of processes stops.
#[test]
fn few_processes_are_named() {
    if !rustix::process::geteuid().is_root()
        || Command::new("setpriv").arg("--version").output().is_err()
    {
        println!("not covered: few processes, without root and setpriv");
        return;
    }
    let workspace = Workspace::with(&[("a", PLAIN)]);
    for place in ["", "tmp"] {
        let path = workspace.path(place);
        fs::set_permissions(path, fs::Permissions::from_mode(0o1777)).unwrap();
    }
    let binary = workspace.path("modswap");
    let built = env!("CARGO_BIN_EXE_modswap");
    fs::hard_link(built, &binary)
        .or_else(|_| fs::copy(built, &binary).map(|_| ()))
        .unwrap();
    for (at, count) in [1, 2, 3, 5, 7, 9, 12].into_iter().enumerate() {
        // Whose processes nobody else starts.
        let user = format!(
            "--reuid={}",
            3_000_000 + std::process::id() * 16 + u32::try_from(at).unwrap()
        );
        let mut command = workspace.modswap(&[]);
        let limited = Command::new("setpriv")
            .args([&user, "--clear-groups", "sh", "-c"])
            .arg(format!(
                "ulimit -u {count}; exec ./modswap run --no-cache --python /usr/bin/python3"
            ))
            .current_dir(workspace.path(""))
            .envs(
                command
                    .env("HOME", "/nowhere")
                    .env_remove("MODSWAP_STATE_DIR")
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env_remove("MODSWAP_STATE_DIR")
            .output()
            .expect("setpriv starts");
        let said = format!("{}{}", stderr_of(&limited), stdout_of(&limited));
        assert!(!said.contains("panicked"), "{count}: {said}");
        if limited.status.code() != Some(0) {
            assert!(said.contains("raise `ulimit -u`"), "{count}: {said}");
        }
        workspace.assert_clean();
    }
}
