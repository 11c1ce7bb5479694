//! Ends of the process: crashes, exits, hangs.

use super::{LAST, assert_ends, assert_passes, check_each, ok_step, run_step};

#[test]
fn a_busy_loop_is_timed_out() {
    let lines = format!("{}{LAST}", run_step("while True: pass"));
    assert_ends(&lines, "timed-out", "timeout", 1);
}

#[test]
fn a_sleep_is_timed_out() {
    let lines = format!("{}{LAST}", run_step("import time\ntime.sleep(3600)"));
    check_each(&lines, |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("timed-out", "timeout"));
        assert!(
            seen.reasons().contains("timeout in step 2"),
            "{}",
            seen.reasons()
        );
    });
}

#[test]
fn a_hang_that_ignores_signals_is_timed_out() {
    let lines = run_step(
        "
import signal
for number in range(1, 32):
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_IGN)
while True: pass",
    );
    assert_ends(&lines, "timed-out", "timeout", 1);
}

#[test]
fn a_process_that_stops_itself_is_timed_out() {
    assert_ends(
        &run_step("import os\nos.kill(os.getpid(), 19)"),
        "timed-out",
        "timeout",
        1,
    );
}

#[test]
fn a_segmentation_fault_is_a_crash() {
    let lines = run_step(
        "
try:
    import ctypes
except ImportError:
    import os
    os.kill(os.getpid(), 11)
ctypes.string_at(0)",
    );
    check_each(&format!("{lines}{LAST}"), |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "signal SIGSEGV"));
        assert!(
            seen.reasons().contains("signal SIGSEGV in step 2"),
            "{}",
            seen.reasons()
        );
        assert_eq!(seen.steps.len(), 1);
    });
}

#[test]
fn a_crash_may_be_expected() {
    let lines = format!(
        "{}    expect: {{end: signal SIGABRT}}\n",
        run_step("import os\nos.abort()")
    );
    assert_ends(&lines, "pass", "signal SIGABRT", 1);
}

#[test]
fn an_exit_in_the_middle_is_a_crash() {
    let lines = format!("{}{LAST}", run_step("import os\nos._exit(3)"));
    assert_ends(&lines, "crashed", "exit 3", 1);
}

#[test]
fn an_exit_in_the_middle_is_none_because_its_code_is_0() {
    check_each(
        &format!("{}{LAST}", run_step("import os\nos._exit(0)")),
        |seen| {
            assert_eq!((seen.verdict(), seen.end()), ("crashed", "exit 0"));
            assert!(
                seen.reasons().contains("exit 0 in step 2"),
                "{}",
                seen.reasons()
            );
        },
    );
}

#[test]
fn an_abort_is_a_crash() {
    assert_ends(
        &run_step("import os\nos.abort()"),
        "crashed",
        "signal SIGABRT",
        1,
    );
}

#[test]
fn a_process_may_kill_its_whole_group() {
    assert_ends(
        &run_step("import os\nos.killpg(0, 9)"),
        "crashed",
        "signal SIGKILL",
        1,
    );
}

#[test]
fn sys_exit_is_an_outcome() {
    let lines = run_step("import sys\nsys.exit(5)") + "    expect: {outcome: SystemExit}\n";
    assert_passes(&lines);
}

#[test]
fn a_keyboard_interrupt_is_an_outcome() {
    let lines = run_step(
        "
import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
os.kill(os.getpid(), signal.SIGINT)
for _ in range(100): time.sleep(0.01)",
    );
    assert_passes(&(lines + "    expect: {outcome: KeyboardInterrupt}\n"));
}

#[test]
fn an_exit_handler_may_change_the_code() {
    let lines = ok_step("import atexit, os\natexit.register(os._exit, 7)");
    check_each(&lines, |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "exit 7"));
        assert!(
            seen.reasons().contains("after the last step"),
            "{}",
            seen.reasons()
        );
        assert_eq!(seen.steps.len(), 2);
    });
}

#[test]
fn an_exit_handler_may_hang() {
    let lines = ok_step("import atexit, time\natexit.register(time.sleep, 3600)");
    assert_ends(&lines, "timed-out", "timeout", 2);
}

#[test]
fn an_alarm_ends_the_process() {
    let lines = run_step("import signal, time\nsignal.alarm(1)\ntime.sleep(3600)");
    assert_ends(&lines, "crashed", "signal SIGALRM", 1);
}

#[test]
fn an_alarm_with_a_handler_is_an_outcome() {
    let lines = run_step(
        "
import signal, time
def ring(number, frame): raise ValueError('alarm')
signal.signal(signal.SIGALRM, ring)
signal.alarm(1)
time.sleep(3600)",
    );
    assert_passes(&(lines + "    expect: {outcome: ValueError}\n"));
}

#[test]
fn a_thread_left_running_keeps_the_process() {
    let lines = ok_step(
        "
import threading, time
threading.Thread(target=time.sleep, args=(3600,)).start()",
    );
    check_each(&format!("{lines}{LAST}"), |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("timed-out", "timeout"));
        assert!(
            seen.reasons().contains("after the last step"),
            "{}",
            seen.reasons()
        );
        assert_eq!(seen.steps.len(), 3);
    });
}

#[test]
fn a_daemon_thread_does_not() {
    assert_passes(&ok_step(
        "
import threading, time
thread = threading.Thread(target=time.sleep, args=(3600,))
thread.daemon = True
thread.start()",
    ));
}
