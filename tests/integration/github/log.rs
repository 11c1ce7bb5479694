//! Groups and annotations, as a runner reads them.

use modswap::compare::Comparison;
use modswap::record::RunReport;
use modswap::report::context::RenderContext;
use modswap::report::github::{
    Annotation, Level, Location, harmless, harmless_json, render_command, render_group,
};
use proptest::prelude::*;
use serde_json::json;

use super::reports::{HOSTILE, because, case, hostile, report, standing};
use super::runner::{obeyed, read};

/// Pieces of commands in any order, and anything between.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "::", ":", "##[", "#", "[", "]", "error", "group", " ", "\t", "\r", "\n", "\u{a0}",
        "\u{200b}", "\0", "=", ",", ";", "%", "%0A", "%25", "é", "x",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn annotation(title: &str, message: &str) -> Annotation<'static> {
    Annotation {
        level: Level::Error,
        title: title.to_owned(),
        message: message.to_owned(),
        scenario: None,
        step: None,
    }
}

fn annotations<'a>(report: &'a RunReport, strict: bool, faults: &[String]) -> Vec<Annotation<'a>> {
    let context = RenderContext {
        strict,
        faults,
        ..RenderContext::STORED
    };
    modswap::report::github::annotations(&Comparison::new(report), &context)
}

proptest! {
    #[test]
    fn no_text_starts_a_command(text in pieces()) {
        let written = harmless(&text);
        prop_assert_eq!(obeyed(&written), []);
        // Nothing is lost, and nothing but spaces is new.
        let plain = |text: &str| text.replace(' ', "");
        prop_assert_eq!(plain(&written), plain(&text));
        prop_assert_eq!(harmless(&written), written);
    }

    #[test]
    fn a_command_says_what_it_was_given(title in pieces(), message in pieces(), file in pieces()) {
        // Of values that are empty, begin with `=` or end with blanks the runner drops that.
        let (title, file) = (format!("<{title}>"), format!("<{file}>"));
        let location = Location { file: file.clone(), line: Some(7) };
        let found = obeyed(&render_command(&annotation(&title, &message), Some(&location)));
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].property("title"), title);
        prop_assert_eq!(found[0].property("file"), file);
        prop_assert_eq!(found[0].property("line"), "7");
        prop_assert_eq!(&found[0].text, &message);
    }

    #[test]
    fn json_without_commands_is_the_same_json(text in pieces(), key in pieces()) {
        let value = json!({key: [text]});
        let written = harmless_json(&serde_json::to_string_pretty(&value).expect("JSON"));
        prop_assert_eq!(obeyed(&written), []);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("JSON"), value);
    }
}

#[test]
fn what_is_no_command_stays_as_it_is() {
    for text in [
        "modswap: ::x",
        "std::path",
        "a # b ## c [d]",
        "#[test]",
        "     | ::error::x",
        "",
    ] {
        assert_eq!(harmless(text), text);
    }
    assert_eq!(harmless("::error::x\n a"), ": :error::x\n a");
    assert_eq!(harmless("a ##[error]"), "a # #[error]");
    // What one runner or another may take for a blank.
    for blank in [
        "\u{a0}", "\u{200b}", "\u{feff}", "\u{180e}", "\u{1}", "\u{2028}",
    ] {
        let text = format!("{blank}::error::x");
        assert_eq!(harmless(&text), format!("{blank}: :error::x"));
    }
}

#[test]
fn hostile_text_starts_nothing_in_a_group_and_in_annotations() {
    let text = HOSTILE.join("\n");
    let folded = render_group("title", &text);
    let names: Vec<_> = obeyed(&folded).into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["group", "endgroup"]);
    assert!(folded.ends_with("\n::endgroup::\n"));

    let report = hostile();
    let annotations = annotations(&report, true, &[]);
    let log: String = annotations
        .iter()
        .map(|one| {
            let file = one.scenario.map_or("", |scenario| &scenario.file);
            let location = Location {
                file: file.to_owned(),
                line: None,
            };
            render_command(one, Some(&location))
        })
        .collect();
    let (commands, shown) = read(&log);
    assert_eq!(commands.len(), 10);
    assert!(commands.iter().all(|one| one.name == "error"));
    assert_eq!(shown, [""], "each is one line");
    for one in &commands {
        // A message is put into the log again, line by line.
        assert_eq!(obeyed(&one.text), [], "{}", one.text);
        let bad = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!one.text.contains(bad), "{:?}", one.text);
        assert!(!one.property("title").contains(bad), "{one:?}");
    }
}

/// Title, message and level of each, in order.
fn told(annotations: &[Annotation<'_>]) -> Vec<(&'static str, String, String)> {
    let each = annotations.iter();
    each.map(|one| (one.level.word(), one.title.clone(), one.message.clone()))
        .collect()
}

#[test]
fn cases_with_one_verdict_in_one_step_of_one_scenario_are_one_annotation() {
    let versions = ["3.11.7", "3.12.1", "3.13.0"];
    let fail = |id, version, reason, step| because(case(id, version, "a", "fail"), reason, step);
    let report = report(
        &versions,
        &[
            fail("a[k=1]", "3.11.7", "step 2: x", 2),
            fail("a[k=1]", "3.12.1", "step 2: x", 2),
            fail("a[k=1]", "3.13.0", "step 2: y", 2),
            fail("a[k=2]", "3.13.0", "step 2: x", 2),
            fail("a[k=2]", "3.12.1", "step 3: x", 3),
            case("b", "3.11.7", "a", "pass"),
            because(case("b", "3.12.1", "a", "drift"), "was B before", 1),
            because(case("b", "3.13.0", "a", "drift"), "was B before", 1),
        ],
    );
    let found = annotations(&report, false, &[]);
    assert_eq!(
        told(&found),
        [
            (
                "error",
                "fail in a on 3.11–3.13".to_owned(),
                "a[k=1] on 3.11, 3.12: step 2: x\na[k=1] on 3.13: step 2: y\na[k=2] on 3.13: step 2: x"
                    .to_owned()
            ),
            (
                "error",
                "fail in a[k=2] on 3.12".to_owned(),
                "step 3: x".to_owned()
            ),
            (
                "error",
                "drift in b on 3.12, 3.13".to_owned(),
                "was B before".to_owned()
            ),
        ]
    );
    let places: Vec<_> = found
        .iter()
        .map(|one| (one.scenario.map(|scenario| scenario.id.as_str()), one.step))
        .collect();
    assert_eq!(
        places,
        [
            (Some("a"), Some(2)),
            (Some("a"), Some(3)),
            (Some("b"), Some(1))
        ]
    );
}

#[test]
fn the_worst_comes_first_and_what_fails_nothing_last() {
    let status = |status| json!({"status": status});
    let new = json!({"status": "new-version", "neighbour": "3.12.1"});
    let cases = vec![
        standing(case("a", "3.12.1", "a", "pass"), &status("new-scenario")),
        standing(case("b", "3.12.1", "a", "pass"), &status("stale")),
        case("c", "3.12.1", "a", "drift"),
        standing(case("d", "3.13.0", "a", "pass"), &new),
        case("e", "3.12.1", "a", "error"),
        case("f", "3.12.1", "a", "xfail"),
        case("f", "3.13.0", "a", "skipped"),
        case("g", "3.12.1", "a", "new"),
        case("h", "3.12.1", "a", "crashed"),
        standing(case("i", "3.13.0", "a", "pass"), &status("as-baseline")),
    ];
    let report = report(&["3.12.1", "3.13.0"], &cases);
    let words = |strict, faults: &[String]| -> Vec<String> {
        let found = annotations(&report, strict, faults);
        let each = found.iter();
        each.map(|one| format!("{} {}", one.level.word(), one.title))
            .collect()
    };
    assert_eq!(
        words(false, &["part 2/5 is missing".to_owned()]),
        [
            "error modswap",
            "error error in e on 3.12",
            "error crashed in h on 3.12",
            "error drift in c on 3.12",
            "error new in g on 3.12",
            "warning stale: b",
            "notice not in the baseline: a",
            "notice not in the baseline",
        ]
    );
    assert_eq!(
        words(true, &[])[4..],
        [
            "error stale: b",
            "error not in the baseline: a",
            "error not in the baseline"
        ]
    );
    let found = annotations(&report, false, &[]);
    let last = found.last().expect("some");
    assert_eq!(last.message, "new version 3.13.0: like 3.12.1 in 1 row");
}

#[test]
fn of_many_nine_are_shown_and_the_rest_is_counted() {
    let failed = |count: usize| -> Vec<_> {
        (0..count)
            .map(|at| case(&format!("a{at:02}"), "3.13.0", "a", "fail"))
            .collect()
    };
    let nine = report(&["3.13.0"], &failed(9));
    assert_eq!(annotations(&nine, false, &[]).len(), 9);
    let mut cases = failed(20);
    let stale = json!({"status": "stale"});
    cases.push(standing(case("z", "3.13.0", "a", "pass"), &stale));
    let report = report(&["3.13.0"], &cases);
    let found = told(&annotations(&report, false, &[]));
    assert_eq!(found.len(), 10);
    assert_eq!(found[8].1, "fail in a08 on 3.13");
    let (level, title, message) = &found[9];
    assert_eq!((*level, title.as_str()), ("error", "and 12 more"));
    assert!(message.starts_with("11 errors, 1 warning;"), "{message}");
}

#[test]
fn a_message_is_never_empty_nor_longer_than_the_runner_takes() {
    // Each of two UTF-16 units.
    let long = "\u{1f40d}".repeat(1_000_000);
    let cases = vec![
        because(case("a", "3.13.0", "a", "fail"), &long, 1),
        case(&"b".repeat(500), "3.13.0", "a", "crashed"),
    ];
    let report = report(&["3.13.0"], &cases);
    for one in annotations(&report, false, &[long]) {
        assert!(!one.message.is_empty());
        assert!(one.message.encode_utf16().count() <= 4096);
        assert!(one.title.encode_utf16().count() <= 255);
    }
}
