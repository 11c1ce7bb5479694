//! What a scenario may do to the interpreter it runs in, down to what the recorder itself stands on.

use super::{LAST, assert_passes, check_each, ok_step, run_step};

#[test]
fn the_cache_may_be_replaced_by_anything() {
    for value in [
        "5",
        "None",
        "[]",
        "object()",
        "type('D', (dict,), {'get': None})()",
    ] {
        let lines = ok_step(&format!("import sys\nsys.modules = {value}"));
        check_each(&format!("{lines}{LAST}"), |seen| {
            assert_eq!(seen.verdict(), "pass", "sys.modules = {value}");
            assert_eq!(seen.steps.len(), 3);
        });
    }
}

#[test]
fn the_cache_may_be_missing() {
    check_each(&ok_step("import sys\ndel sys.modules"), |seen| {
        assert_eq!(seen.fact(2, "cache"), "missing");
        assert_eq!((seen.verdict(), seen.end()), ("pass", "exit 0"));
    });
}

#[test]
fn the_cache_may_be_cleared() {
    assert_passes(&ok_step("import sys\nsys.modules.clear()"));
}

#[test]
fn sys_may_be_deleted_from_the_cache() {
    assert_passes(&ok_step("import sys\ndel sys.modules['sys']"));
}

#[test]
fn main_and_builtins_may_be_deleted_from_the_cache() {
    assert_passes(&ok_step(
        "
import sys
for name in ('__main__', 'builtins', '__builtin__', 'posix', '_weakref', '_warnings', 'gc'):
    sys.modules.pop(name, None)",
    ));
}

#[test]
fn the_cache_may_hold_anything_under_any_key() {
    assert_passes(&ok_step(
        "
import sys
class Key(object):
    def __hash__(self): raise RuntimeError('no')
    def __eq__(self, other): raise RuntimeError('no')
class Loud(str):
    def __hash__(self): return 7
    def __eq__(self, other): raise RuntimeError('no')
class Value(object):
    def __getattribute__(self, name): raise RuntimeError('no')
sys.modules[1] = sys.modules[None] = 2
sys.modules[Loud('x')] = Value()
sys.modules['value'] = Value()",
    ));
}

#[test]
fn sys_may_be_emptied() {
    assert_passes(&ok_step("import sys\nsys.__dict__.clear()"));
}

#[test]
fn builtins_may_be_emptied() {
    assert_passes(&ok_step(
        "
import sys
vars(sys.modules['builtins' if sys.version_info[0] > 2 else '__builtin__']).clear()",
    ));
}

#[test]
fn builtins_may_be_replaced_by_lies() {
    assert_passes(&ok_step(
        "
import sys
names = vars(sys.modules['builtins' if sys.version_info[0] > 2 else '__builtin__'])
def lie(*arguments, **options): raise RuntimeError('no')
for name in list(names):
    if name[0] != '_' or name in ('__import__', '__build_class__'):
        names[name] = lie",
    ));
}

#[test]
fn the_namespace_may_be_emptied() {
    assert_passes(&ok_step("globals().clear()"));
}

#[test]
fn standard_streams_may_be_none() {
    assert_passes(&ok_step(
        "import sys\nsys.stdin = sys.stdout = sys.stderr = None",
    ));
    // From 3.6 on the interpreter itself ends with 120 when it cannot flush them (bpo-5319).
    check_each(
        &ok_step("import sys\nsys.stdout = sys.stderr = 5"),
        |seen| {
            assert!(
                ["exit 0", "exit 120"].contains(&seen.end()),
                "{}",
                seen.end()
            );
            assert_eq!(seen.steps.len(), 2);
        },
    );
}

#[test]
fn standard_streams_may_be_deleted() {
    assert_passes(&ok_step(
        "import sys\ndel sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__",
    ));
}

#[test]
fn the_import_system_may_be_emptied() {
    assert_passes(&ok_step(
        "
import sys
sys.meta_path, sys.path_hooks, sys.path = None, None, None
sys.path_importer_cache = 5",
    ));
}

#[test]
fn recursion_is_an_outcome() {
    let lines = run_step(
        "
import sys
sys.setrecursionlimit(80)
def deep(): return deep()
deep()",
    );
    check_each(
        &format!("{lines}    expect: {{outcome: any}}\n{LAST}"),
        |seen| {
            let name = if seen.is_2() {
                "RuntimeError"
            } else {
                "RecursionError"
            };
            assert_eq!((seen.verdict(), seen.outcome(2)), ("pass", name));
            assert_eq!(seen.steps.len(), 3);
        },
    );
}

/// The recorder is Python too: where none can run, the case ends, with what was recorded up to there.
#[test]
fn a_recursion_limit_below_the_recorder_is_a_crash() {
    let lines = run_step(
        "
import sys
for limit in range(5, 60):
    try:
        sys.setrecursionlimit(limit)
        break
    except Exception:
        pass",
    );
    check_each(&format!("{lines}{LAST}"), |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "exit 1"));
        assert!(
            seen.text("stderr").contains("recursion"),
            "{}",
            seen.text("stderr")
        );
    });
}

/// As above: it is called for the recorder's functions, too.
#[test]
fn a_trace_function_that_raises_is_a_crash() {
    let lines = run_step(
        "
import sys
def refuse(*arguments): raise RuntimeError('refused')
sys.settrace(refuse)",
    );
    check_each(&format!("{lines}{LAST}"), |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "exit 1"));
        assert!(
            seen.text("stderr").contains("refused"),
            "{}",
            seen.text("stderr")
        );
    });
}

#[test]
fn warnings_may_be_errors() {
    assert_passes(&ok_step(
        "
import warnings
warnings.simplefilter('error')
warnings.filters[:] = [5]",
    ));
}

#[test]
fn posix_may_lose_its_functions() {
    assert_passes(&ok_step(
        "
import os, sys
posix = __import__('posix')
del posix.open
for name in ('write', 'close', 'getpid', 'fork', '_exit'):
    delattr(posix, name)",
    ));
}
