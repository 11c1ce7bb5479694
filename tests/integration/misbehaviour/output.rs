//! What a scenario writes: too much, too odd, and values of that kind.

use serde_json::json;

use super::{LAST, assert_ends, assert_passes, check_each, check_each_within, ok_step, run_step};

const KEPT: usize = 64 * 1024;

#[test]
fn a_flood_of_output_that_ends_is_cut() {
    let flood = ok_step(
        "
import os
for _ in range(3000):
    os.write(1, b'x' * 1024)
    os.write(2, b'y' * 1024)",
    );
    assert_passes(&flood);
    check_each(
        &format!("{flood}  - eval: 1 + 0\n    expect: {{value: 2}}\n"),
        |seen| {
            assert_eq!((seen.verdict(), seen.end()), ("fail", "exit 0"));
            for (name, letter) in [("stdout", "x"), ("stderr", "y")] {
                let text = seen.text(name);
                let (kept, tail) = text.split_at_checked(KEPT).expect("64 KiB");
                assert_eq!(kept, letter.repeat(KEPT));
                assert_eq!(tail, format!("\n[{} more bytes]", 3000 * 1024 - KEPT));
            }
        },
    );
}

#[test]
fn a_flood_of_output_without_end_is_timed_out() {
    let flood = run_step("import os\nwhile True:\n    os.write(1, b'x' * 65536)");
    check_each(&flood, |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("timed-out", "timeout"));
        assert!(seen.text("stdout").starts_with(&"x".repeat(KEPT)));
        assert!(seen.text("stdout").ends_with(" more bytes]"));
    });
}

#[test]
fn output_before_a_crash_is_kept() {
    let lines = run_step(
        "
import os, sys
os.write(1, b'last words')
sys.stderr.write('and these')
sys.stderr.flush()
os.abort()",
    );
    check_each(&lines, |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "signal SIGABRT"));
        assert_eq!(seen.text("stdout"), "last words");
        assert!(
            seen.text("stderr").starts_with("and these"),
            "{}",
            seen.text("stderr")
        );
    });
}

#[test]
fn a_megabyte_of_value_and_message_arrives() {
    let lines = format!(
        "{}  - eval: \"'v' * 2 ** 20\"\n",
        run_step("raise ValueError('m' * 2 ** 20)")
    );
    check_each_within("60s", &lines, |seen| {
        assert_eq!((seen.verdict(), seen.outcome(2)), ("pass", "ValueError"));
        assert_eq!(seen.case["messages"]["2"], "m".repeat(1 << 20));
        assert_eq!(seen.fact(3, "value"), &json!("v".repeat(1 << 20)));
    });
}

/// Cut before it is looked through: it must not take the case's time.
#[test]
fn more_than_anybody_reads_is_cut() {
    let lines = format!(
        "{}  - eval: \"'v' * 10000000\"\n  - eval: list(range(300000))\n  - eval: dict.fromkeys(range(300000))\n  \
         - eval: '[[1] * 15000, [2] * 15000]'\n  - eval: 'KeyError(list(range(300000)))'\n",
        run_step("raise ValueError('m' * 10000000)")
    );
    check_each_within("60s", &lines, |seen| {
        assert_eq!((seen.verdict(), seen.outcome(2)), ("pass", "ValueError"));
        let message = seen.case["messages"]["2"].as_str().expect("a text");
        assert_eq!(message, format!("{}[cut]", "m".repeat(1 << 20)));
        let value = seen.fact(3, "value").as_str().expect("a text");
        assert_eq!(value, format!("{}[cut]", "v".repeat(1 << 20)));
        assert_eq!(seen.fact(4, "value"), "<list of 300000 items>");
        assert_eq!(seen.fact(5, "value"), "<dict of 300000 items>");
        assert_eq!(
            seen.fact(6, "value")[0].as_array().map(Vec::len),
            Some(15000)
        );
        assert_eq!(seen.fact(6, "value")[1], "<list of 15000 items>");
        assert_eq!(seen.fact(7, "value"), "KeyError(<list of 300000 items>)");
    });
}

#[test]
fn odd_characters_in_values_arrive() {
    let lines = r#"
  - eval: '"a\x00b\x1b[31mc\r\n\x7f\\\""'
  - eval: 'u"\ud800 \udfff \u20ac \U0001f40d"'
  - eval: 'b"\xff\xfe\x80"'
  - eval: '{"\x1b": [u"\ud800"], 1: ()}'
"#;
    check_each(&lines[1..], |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("pass", "exit 0"));
        assert_eq!(seen.steps.len(), 5);
        assert_eq!(seen.fact(2, "value"), r#"'a\x00b\x1b[31mc\r\n\x7f\\"'"#);
        assert_eq!(
            seen.fact(3, "value"),
            "'\\ud800 \\udfff \u{20ac} \u{1f40d}'"
        );
        // Which 2.7 has as a text that is none.
        assert_eq!(seen.fact(4, "value"), r"b'\xff\xfe\x80'");
        assert_eq!(
            seen.fact(5, "value"),
            &json!({"'\\x1b'": ["'\\ud800'"], "1": {"()": []}})
        );
    });
}

#[test]
fn odd_characters_in_messages_arrive() {
    let lines = run_step(
        r#"raise ValueError("a\x00b\x1b[31mc\n" + u"\u20ac".encode("utf-8").decode("latin-1")[:0])"#,
    );
    check_each(&lines, |seen| {
        assert_eq!((seen.verdict(), seen.outcome(2)), ("pass", "ValueError"));
        assert_eq!(seen.case["messages"]["2"], "a\0b\u{1b}[31mc\n");
    });
    let surrogate = run_step(r#"raise ValueError(u"\ud800")"#);
    assert_ends(&surrogate, "pass", "exit 0", 2);
}

#[test]
fn odd_characters_in_output_arrive() {
    let lines = run_step(
        r"
import os
os.write(1, b'nul \x00, ansi \x1b[31m, surrogate \xed\xa0\x80, no utf-8 \xff\xfe')
os._exit(1)",
    );
    check_each(&lines, |seen| {
        assert_eq!((seen.verdict(), seen.end()), ("crashed", "exit 1"));
        assert!(
            seen.text("stdout")
                .starts_with("nul \0, ansi \u{1b}[31m, surrogate \u{fffd}")
        );
        assert!(seen.text("stdout").ends_with("no utf-8 \u{fffd}\u{fffd}"));
    });
}

#[test]
fn a_value_may_refuse_to_be_shown() {
    let lines = run_step(
        "
class Mute(object):
    def __repr__(self): raise RuntimeError('no')
    __str__ = __repr__
class MuteError(Exception):
    __repr__ = __str__ = Mute.__dict__['__repr__']",
    ) + "  - eval: Mute()\n  - eval: '[Mute()]'\n  - run: raise MuteError\n";
    check_each(&lines, |seen| {
        assert_eq!((seen.verdict(), seen.outcome(5)), ("pass", "MuteError"));
        assert_eq!(seen.fact(3, "value"), "<unprintable>");
        assert_eq!(seen.case["messages"]["5"], "<unprintable>");
    });
}

#[test]
fn output_does_not_matter_to_what_follows() {
    assert_passes(&format!(
        "{}{LAST}",
        ok_step(
            "
import sys
sys.stdout.write('no line break')
sys.stdout.close()
sys.stderr.close()"
        )
    ));
}

#[test]
fn a_flood_in_place_of_the_recorder_ends_in_time() {
    let lines = run_step(
        "
import os
while True: os.write(252, b'x' * 4096)",
    );
    check_each(&lines, |seen| assert_eq!(seen.verdict(), "timed-out"));
}
