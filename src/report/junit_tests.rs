use proptest::prelude::*;

use super::*;
use crate::record::fake;

fn render(report: &RunReport, strict: bool, faults: &[String]) -> String {
    let context = RenderContext {
        strict,
        faults,
        ..RenderContext::STORED
    };
    let mut xml = Vec::new();
    write_junit(&Comparison::new(report), &context, &mut xml).unwrap();
    String::from_utf8(xml).unwrap()
}

/// Every text that a report takes from elsewhere.
fn hostile(text: &str) -> RunReport {
    let mut report = fake::report(&[
        ("swap/a", "3.12.1", Verdict::Crashed, "a"),
        ("swap/a", "3.13.0", Verdict::Xfail, "b"),
        ("swap/b", "3.13.0", Verdict::Skipped, ""),
        ("swap/c", "3.13.0", Verdict::Error, ""),
    ]);
    for case in &mut report.cases {
        case.case = format!("swap/x[{text}]").into();
        case.reasons = vec![text.to_owned(), format!("second {text}")];
        case.stdout = format!("out {text}");
        case.stderr = format!("err {text}");
    }
    for scenario in &mut report.scenarios {
        scenario.file = text.to_owned();
    }
    report.interpreters[0].build = text.to_owned();
    report.started = text.to_owned();
    report.unfinished = vec![Unfinished {
        case: text.into(),
        interpreter: report.interpreters[1].key.clone(),
    }];
    report
}

/// What a parser makes of it is what was meant.
fn survives(text: &str) {
    let report = hostile(text);
    let xml = render(&report, true, &[text.to_owned()]);
    let parsed = roxmltree::Document::parse(&xml).unwrap_or_else(|error| {
        panic!("{error}: {text:?} gives {xml}");
    });
    let of = |name: &str| {
        let found = parsed.descendants().find(|node| node.has_tag_name(name));
        found.unwrap_or_else(|| panic!("no {name} in {xml}"))
    };
    let text_of = |name| of(name).text().unwrap_or_default();
    assert_eq!(
        of("testcase").attribute("name"),
        Some(&*line(&format!("swap/x[{text}]")))
    );
    assert_eq!(of("failure").attribute("message"), Some(&*line(text)));
    assert_eq!(of("failure").attribute("type"), Some("crashed"));
    assert_eq!(of("skipped").attribute("message"), Some(&*line(text)));
    assert_eq!(of("property").attribute("value"), Some(&*line(text)));
    assert_eq!(of("testsuite").attribute("timestamp"), Some(&*line(text)));
    assert!(text_of("failure").starts_with(&legal(text)), "{xml}");
    assert!(text_of("error").starts_with(&legal(text)), "{xml}");
    let mut tests = parsed
        .descendants()
        .filter(|node| node.has_tag_name("testcase"));
    let fault = tests.next_back().and_then(|node| node.attribute("name"));
    assert_eq!(fault, Some(&*line(text)));
    assert_eq!(text_of("system-out"), legal(&format!("out {text}")));
    assert_eq!(text_of("system-err"), legal(&format!("err {text}")));
    let forbidden = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!xml.contains(forbidden), "{xml:?}");
}

#[test]
fn hostile_text_is_legal_and_whole() {
    for text in [
        "",
        " \n leading and trailing \n ",
        "]]></failure><script>&amp;&#0;&lt;\"'",
        "\0\u{1}\u{8}\u{b}\u{c}\u{e}\u{1f}\u{7f}\u{80}\u{9f}",
        "\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}\u{10ffff}",
        "\u{1b}[31mred\u{1b}[0m, \u{1b}]0;title that does not end",
        "\u{202e}tfel ot thgir",
        "a\tb\rc\r\nd",
        // What becomes of a lone surrogate on the way to a `String`.
        &String::from_utf8_lossy(b"\xed\xa0\x80"),
        "<?xml version='1.1'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    ] {
        survives(text);
    }
    assert_eq!(legal("a\tb\r\nc"), "a b\nc");
    assert_eq!(legal("\u{1b}]0;kept"), "\u{fffd}]0;kept");
}

proptest! {
    #[test]
    fn any_text_survives(text in any::<String>()) {
        survives(&text);
    }
}

#[test]
fn a_suite_per_interpreter_and_a_test_per_case() {
    let mut report = fake::report(&[
        ("swap/a", "2.7.18", Verdict::Pass, "a"),
        ("swap/b[via=x]", "2.7.18", Verdict::Fail, "b"),
        ("swap/a", "3.13.0", Verdict::Skipped, ""),
        ("swap/b[via=x]", "3.13.0", Verdict::Drift, "c"),
    ]);
    report.cases[1].reasons = vec!["step 1: got 2".into(), "step 2: got 3".into()];
    report.cases[1].stderr = "Traceback".into();
    report.cases[2].reasons = vec!["requires Python <3".into()];
    report.stopped = Some("after 2 failed cases (--max-fail 2)".into());
    report.unfinished = vec![Unfinished {
        case: "swap/c".into(),
        interpreter: "3.13.0".parse().unwrap(),
    }];
    insta::assert_snapshot!(render(&report, false, &[]), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="modswap" tests="5" skipped="2" failures="2" errors="0" time="1.500">
        <testsuite name="2.7.18" tests="2" skipped="0" failures="1" errors="0" time="0.004" timestamp="2026-11-22T10:00:00Z">
            <properties>
                <property name="build" value="main"/>
                <property name="platform" value="linux-x86_64"/>
            </properties>
            <testcase name="swap/a" classname="swap/a" time="0.002" file="scenarios/swap/a.yaml"/>
            <testcase name="swap/b[via=x]" classname="swap/b" time="0.002" file="scenarios/swap/b.yaml">
                <failure message="step 1: got 2" type="fail">step 1: got 2
    step 2: got 3
    in scenarios/swap/b.yaml
    modswap show &apos;swap/b[via=x]&apos;</failure>
                <system-err>Traceback</system-err>
            </testcase>
        </testsuite>
        <testsuite name="3.13.0" tests="3" skipped="2" failures="1" errors="0" time="0.004" timestamp="2026-11-22T10:00:00Z">
            <properties>
                <property name="build" value="main"/>
                <property name="platform" value="linux-x86_64"/>
            </properties>
            <testcase name="swap/a" classname="swap/a" time="0.002" file="scenarios/swap/a.yaml">
                <skipped message="requires Python &lt;3" type="skipped"/>
            </testcase>
            <testcase name="swap/b[via=x]" classname="swap/b" time="0.002" file="scenarios/swap/b.yaml">
                <failure message="drift" type="drift">in scenarios/swap/b.yaml
    modswap show &apos;swap/b[via=x]&apos;</failure>
            </testcase>
            <testcase name="swap/c" classname="swap/c">
                <skipped message="not finished: stopped after 2 failed cases (--max-fail 2)" type="not-finished"/>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}
