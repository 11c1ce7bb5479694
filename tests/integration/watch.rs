//! `run --watch`: what runs again when a file is saved, and what does not.
#![cfg(unix)]

use std::fs::{self, File};
use std::process::{Child, Command};

use crate::harness::{PLAIN, VIOLATED, Workspace, assert_contains, newest_python, wait_for};

/// A run that watches; what it says and prints is in one file.
struct Watching<'a> {
    workspace: &'a Workspace,
    child: Child,
    /// How much of the file was read.
    read: usize,
}

impl<'a> Watching<'a> {
    fn start(workspace: &'a Workspace, words: &[&str]) -> Self {
        let log = File::create(workspace.path("log")).expect("a file");
        let python = newest_python();
        let child = workspace
            .modswap(&["run", "--watch", "--python", python.path()])
            .args(words)
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        Self {
            workspace,
            child,
            read: 0,
        }
    }

    /// The text that came until it waited for files again.
    fn wait(&mut self) -> String {
        const WAITING: &str = "modswap: waiting for a file to be saved; Ctrl-C ends\n";
        let log = self.workspace.path("log");
        let rest = |read: usize| fs::read_to_string(&log).expect("text").split_off(read);
        wait_for("the end of the run", || rest(self.read).contains(WAITING));
        let rest = rest(self.read);
        let end = rest.find(WAITING).expect("it is there") + WAITING.len();
        self.read += end;
        rest[..end].to_owned()
    }

    fn interrupt(mut self) {
        let sent = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill starts").success());
        assert_eq!(self.child.wait().expect("it ends").code(), Some(130));
        self.workspace.assert_clean();
    }
}

impl Drop for Watching<'_> {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_saved_runs_again_and_nothing_else() {
    let workspace = Workspace::with(&[("a", PLAIN), ("swap/b", PLAIN)]);
    let mut watching = Watching::start(&workspace, &[]);
    assert_contains(&watching.wait(), "= 2 cases: 2 pass");
    // As it is.
    workspace.scenario("a", VIOLATED);
    let shown = watching.wait();
    assert_contains(&shown, "modswap: changed: scenarios/a.yaml\n");
    assert_contains(&shown, "= 1 case: 1 fail");
    // By another file that takes its name, with what else editors write.
    workspace.write("scenarios/swap/.b.yaml.swp", "x");
    workspace.write("scenarios/swap/b.yaml~", "x");
    workspace.write("scenarios/swap/b.new", PLAIN);
    let swap = workspace.path("scenarios/swap");
    fs::rename(swap.join("b.new"), swap.join("b.yaml")).expect("a file");
    let shown = watching.wait();
    assert_contains(&shown, "modswap: changed: scenarios/swap/b.yaml\n");
    assert_contains(&shown, "= 1 case: 1 pass");
    // A file with a mistake is told of, and what was saved meanwhile runs when it is right.
    workspace.scenario("a", "title: Wrong\nsteps: [{improt: x}]\n");
    let shown = watching.wait();
    assert_contains(&shown, "did you mean `import`?");
    assert_contains(&shown, "1 problem in 1 file");
    workspace.scenario("new", PLAIN);
    assert_contains(&watching.wait(), "1 problem in 1 file");
    workspace.scenario("a", PLAIN);
    assert_contains(&watching.wait(), "= 2 cases: 2 pass");
    // A list of Pythons is about all of them.
    workspace.write("scenarios/pythons.yaml", "pythons: []\n");
    assert_contains(&watching.wait(), "= 3 cases: 3 pass");
    watching.interrupt();
}

#[test]
fn a_file_alone_is_watched_and_one_that_is_wrong_at_first() {
    let workspace = Workspace::new();
    workspace
        .write("own/a.yaml", "title: not yet\n")
        .write("own/b.yaml", PLAIN);
    let mut watching = Watching::start(&workspace, &["own/a.yaml", "--quiet"]);
    let log = workspace.path("log");
    let shows = |words: &str| fs::read_to_string(&log).expect("text").contains(words);
    wait_for("the mistake", || shows("`steps` is missing"));
    workspace
        .write("own/b.yaml", PLAIN)
        .write("own/a.yaml", PLAIN);
    wait_for("the run", || shows("= 1 case: 1 pass"));
    assert!(!shows("waiting") && !shows("changed"), "--quiet");
    watching.read = 0;
    watching.interrupt();
}

/// A list above what is watched counts, and scenarios there do not. A list that is there leaves new folders watched.
#[test]
fn a_list_that_comes_above_a_watched_folder_is_about_all_in_it() {
    let workspace = Workspace::with(&[("swap/a", PLAIN), ("b", PLAIN)]);
    let mut watching = Watching::start(&workspace, &["scenarios/swap"]);
    assert_contains(&watching.wait(), "= 1 case: 1 pass");
    workspace.scenario("b", VIOLATED);
    workspace.write("scenarios/pythons.yaml", "pythons: [{command: }]\n");
    let shown = watching.wait();
    assert_contains(&shown, "changed: scenarios/pythons.yaml\n");
    assert_contains(&shown, "`command` is empty");
    assert!(!shown.contains("scenarios/b.yaml"), "{shown}");
    workspace.write("scenarios/pythons.yaml", "pythons: []\n");
    let shown = watching.wait();
    assert_contains(&shown, "changed: scenarios/pythons.yaml\n");
    assert_contains(&shown, "= 1 case: 1 pass");
    watching.interrupt();
    let mut watching = Watching::start(&workspace, &[]);
    assert_contains(&watching.wait(), "= 2 cases: 1 pass, 1 fail");
    workspace.scenario("new/c", PLAIN);
    assert_contains(&watching.wait(), "changed: scenarios/new/c.yaml\n");
    watching.interrupt();
}

#[test]
fn what_names_nothing_is_refused_and_not_waited_for() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    for (words, code) in [
        (&["no-such"][..], 3),
        (&["no/such.yaml"], 2),
        (&["--output", "r.json"], 2),
    ] {
        workspace.run_to(code, &[&["run", "--watch"], words].concat());
    }
}
