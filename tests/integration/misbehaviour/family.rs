//! What happens around the process: its children, its parent, and what they hold on to.

use super::{LAST, assert_ends, assert_passes, check_each, ok_step, run_step};
use crate::harness::{Workspace, find_case, sample_pythons};

#[test]
fn ten_grandchildren_are_ended() {
    assert_passes(&ok_step(
        "
import os, time
for number in range(10):
    if os.fork() == 0:
        if number % 3 == 1:
            os.setsid()
        if number % 3 == 2:
            os.setsid()
            if os.fork():
                os._exit(0)
        time.sleep(3600)
        os._exit(0)",
    ));
}

#[test]
fn ten_grandchildren_of_a_hang_are_ended() {
    let lines = run_step(
        "
import os, time
for number in range(10):
    if os.fork() == 0:
        os.setsid()
        os.fork()
        break
time.sleep(3600)",
    );
    assert_ends(&lines, "timed-out", "timeout", 1);
}

#[test]
fn ten_grandchildren_of_a_crash_are_ended() {
    let lines = run_step(
        "
import os, time
for number in range(10):
    if os.fork() == 0:
        os.setsid()
        os.fork()
        time.sleep(3600)
os.abort()",
    );
    assert_ends(&lines, "crashed", "signal SIGABRT", 1);
}

#[test]
fn a_child_may_keep_the_pipes_open() {
    assert_passes(&ok_step(
        "
import os, time
if os.fork() == 0:
    os.write(1, b'from the child')
    time.sleep(3600)
    os._exit(0)",
    ));
}

#[test]
fn a_child_may_flood_the_pipes() {
    assert_passes(&ok_step(
        "
import os, time
if os.fork() == 0:
    os.setsid()
    while True: os.write(1, b'x' * 4096)",
    ));
}

#[test]
fn a_child_that_goes_on_with_the_steps_is_not_heard() {
    let lines = ok_step("import os\nos.fork()");
    check_each(&format!("{lines}{LAST}"), |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("pass", "exit 0"));
        let numbers: Vec<u64> = seen
            .steps
            .iter()
            .filter_map(|step| step["step"].as_u64())
            .collect();
        assert_eq!(numbers, [1, 2, 3], "each step once");
    });
}

#[test]
fn a_child_may_outlive_a_parent_that_exits() {
    let lines = run_step(
        "
import os, time
if os.fork():
    os._exit(4)
time.sleep(3600)",
    );
    assert_ends(&format!("{lines}{LAST}"), "crashed", "exit 4", 1);
}

#[test]
fn a_process_may_kill_its_parent() {
    check_each(
        &run_step("import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(3600)"),
        |seen| {
            assert_eq!(seen.verdict(), "error");
            let known = [
                "ended the interpreter that forks",
                "worker ended without an answer",
            ];
            assert!(
                known.iter().any(|known| seen.reasons().contains(known)),
                "{}",
                seen.reasons()
            );
        },
    );
}

#[test]
fn a_process_may_kill_its_parent_and_flood() {
    let lines = run_step(
        "
import os
os.kill(os.getppid(), 9)
while True: os.write(1, b'x' * 4096)",
    );
    check_each(&lines, |seen| assert_eq!(seen.verdict(), "error"));
}

#[test]
fn a_process_may_kill_all_above_it() {
    // What adopts it is the next to go, up to the worker itself, and nothing that is not ours.
    let lines = run_step("
import os, time
for _ in range(3):
    with open('/proc/%d/cmdline' % os.getppid(), 'rb') as words:
        line = words.read()
    ours = (b\"'worker.py','exec'\", b\"run_supervisor(\", b\"marshal.loads(open(\", b\"__import__('marshal').loads(\")
    if [words for words in ours if words in line]:
        os.kill(os.getppid(), 9)
        time.sleep(0.01)
time.sleep(3600)");
    check_each(&lines, |seen| assert_eq!(seen.verdict(), "error"));
}

#[test]
fn a_process_may_stop_its_parent() {
    check_each(
        &run_step("import os, time\nos.kill(os.getppid(), 19)\ntime.sleep(3600)"),
        |seen| {
            assert!(
                ["timed-out", "error"].contains(&seen.verdict()),
                "{}",
                seen.verdict()
            );
        },
    );
}

#[test]
fn all_descriptors_may_be_closed() {
    assert_passes(&ok_step("import os\nos.closerange(0, 1024)"));
}

/// What is written then reaches nobody; the steps that arrived before are kept.
#[test]
fn all_descriptors_may_become_something_else() {
    let lines = run_step(
        "
import os
null = os.open('/dev/null', os.O_RDWR)
for number in range(3, 1024):
    if number != null:
        os.dup2(null, number)",
    );
    check_each(&format!("{lines}{LAST}"), |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "exit 0"));
        assert_eq!(seen.steps.len(), 1);
    });
}

#[test]
fn garbage_in_the_channel_is_the_fault_of_the_harness() {
    let lines = run_step(
        "
import os
for number in range(3, 1024):
    try:
        os.write(number, b'garbage\\n')
    except OSError:
        pass",
    );
    check_each(&lines, |seen| assert_eq!(seen.verdict(), "error"));
}

#[test]
fn standard_input_is_at_its_end() {
    assert_passes("  - run: import sys\n  - eval: sys.stdin.read()\n    expect: {value: ''}\n");
}

#[test]
fn the_working_directory_may_be_removed() {
    assert_passes(&ok_step(
        "
import os
here = os.getcwd()
os.chdir('..')
os.rmdir(here)",
    ));
    assert_passes(&ok_step(
        "
import os
here = os.getcwd()
os.mkdir('sub')
os.chdir('sub')
os.rmdir(os.path.join(here, 'sub'))
os.rmdir(here)",
    ));
}

#[test]
fn removing_all_folders_of_the_worker_is_an_error_of_that_case() {
    let lines = ok_step("import os, shutil\nshutil.rmtree(os.path.dirname(os.getcwd()))");
    check_each(&lines, |seen| {
        assert_eq!(seen.verdict(), "error");
        let reason = "the scenario removed, replaced or changed the";
        assert!(seen.reasons().contains(reason), "{}", seen.reasons());
    });
}

#[test]
fn odd_files_may_be_left() {
    assert_passes(&ok_step(
        r"
import os
os.mkdir('closed')
open('closed/file', 'w').close()
os.chmod('closed', 0)
os.mkdir(b'\xff\xfe')
os.symlink('/nowhere', 'dangling')
os.symlink('..', 'up')
os.mkfifo('fifo')",
    ));
}

#[test]
fn links_that_lead_elsewhere_are_not_followed() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let theirs = elsewhere.path().join("demo.py");
    std::fs::write(&theirs, "theirs").expect("written");
    let pythons = sample_pythons();
    let workspace = Workspace::new();
    let text = format!(
        "title: t\nmodules: {{demo: ''}}\nsteps:\n- run: |\n    import os, sys\n    os.rename(sys.path[0], 'kept')\n    os.symlink({:?}, sys.path[0])\n",
        elsewhere.path()
    );
    workspace.scenario("a", &text);
    let report = workspace.report(&pythons, &[]);
    for python in &pythons {
        assert_eq!(
            find_case(&report, "a", &python.key)["verdict"],
            "pass",
            "{report:#}"
        );
    }
    assert!(theirs.is_file(), "a file of somebody else was removed");
}
