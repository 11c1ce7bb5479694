//! The report as JUnit XML: a suite per interpreter, a test per case.
//!
//! What the exit code says, the counts say: with 0 there is neither a failure nor an error, with 1 there are failures, with any
//! other code errors. A run that was interrupted has an error for each case that it did not finish; what fails the command beside
//! the cases, such as a part that a merge lacks, is an error in a suite of its own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::record::Verdict;
use crate::record::{CaseReport, InterpreterReport, RunReport, ScenarioReport, Unfinished};
use crate::report::terminal::summary::show;
use crate::text::visible;

/// Why there is no XML.
#[derive(Debug, thiserror::Error)]
pub enum JunitError {
    /// None can be made.
    #[error("no JUnit XML can be made of the report: {0}")]
    Serialize(#[from] quick_junit::SerializeError),
    /// It cannot be written where it should be.
    #[error(transparent)]
    Unwritten(#[from] io::Error),
}

/// What a case is that ended well, in a run that fails on everything not accepted.
const NOT_ACCEPTED: &str = "not-accepted";
/// What a case is that an interrupted or stopped run did not get to.
const NOT_FINISHED: &str = "not-finished";

/// The type of what fails the command beside the cases.
const INCOMPLETE: &str = "incomplete";

/// Writes the XML, a suite at a time. When `strict`, what is not in the baseline as it was seen is a failure; `faults` are sentences
/// about what else fails the command.
///
/// # Errors
/// When it cannot be written.
pub fn write(
    report: &RunReport,
    strict: bool,
    faults: &[String],
    out: &mut dyn io::Write,
) -> Result<(), JunitError> {
    let view = View {
        report,
        strict,
        scenarios: report.scenarios.iter().map(|one| (&*one.id, one)).collect(),
    };
    let suites = || {
        let interpreters = report.interpreters.iter();
        let own = interpreters.map(|interpreter| view.suite(interpreter));
        own.chain((!faults.is_empty()).then(|| suite_of(faults)))
    };
    let mut whole = Report::new("modswap");
    whole.set_time(seconds(report.elapsed_s));
    for suite in suites() {
        whole.tests += suite.tests;
        whole.failures += suite.failures;
        whole.errors += suite.errors;
        whole.skipped += suite.skipped;
    }
    // `quick_junit` writes whole reports: the parts of reports of one suite are put into one that has none.
    let whole = whole.to_string()?;
    let end = whole.rfind(END).unwrap_or(whole.len());
    out.write_all(&whole.as_bytes()[..end])?;
    for suite in suites() {
        let mut alone = Report::new("modswap");
        alone.add_test_suite(suite);
        let text = alone.to_string()?;
        let from = text.find(SUITE).unwrap_or(0);
        let to = text.rfind(END).unwrap_or(text.len());
        out.write_all(&text.as_bytes()[from..to])?;
    }
    out.write_all(&whole.as_bytes()[end..])?;
    Ok(())
}

/// Where the suites of a report begin, and what stands behind them.
const SUITE: &str = "    <testsuite ";
const END: &str = "</testsuites>";

/// What fails the command beside the cases.
fn suite_of(faults: &[String]) -> TestSuite {
    let mut suite = TestSuite::new("modswap");
    suite.add_test_cases(faults.iter().map(|fault| {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(INCOMPLETE).set_message(line(fault));
        let mut test = TestCase::new(line(fault), status);
        test.set_classname("modswap");
        test
    }));
    suite
}

struct View<'a> {
    report: &'a RunReport,
    strict: bool,
    scenarios: BTreeMap<&'a str, &'a ScenarioReport>,
}

impl View<'_> {
    fn suite(&self, interpreter: &InterpreterReport) -> TestSuite {
        let mut suite = TestSuite::new(line(&interpreter.key.to_string()));
        let stamp = line(&self.report.started);
        suite.extra.insert("timestamp".into(), stamp.into());
        for (name, value) in [
            ("build", &interpreter.build),
            ("platform", &self.report.platform),
        ] {
            suite.add_property(Property::new(name, line(value)));
        }
        let own = self.report.cases.iter();
        let own = own.filter(|case| *case.interpreter == interpreter.key);
        let mut time = Duration::ZERO;
        for case in own {
            time += seconds(case.duration_ms / 1000.0);
            suite.add_test_case(self.case(case));
        }
        suite.set_time(time);
        let open = self.report.unfinished.iter();
        for case in open.filter(|case| case.interpreter == interpreter.key) {
            suite.add_test_case(self.unfinished(case));
        }
        suite
    }

    fn case(&self, case: &CaseReport) -> TestCase {
        let mut test = self.test(&case.case, &case.scenario, self.status(case));
        test.set_time(seconds(case.duration_ms / 1000.0));
        if matches!(test.status, TestCaseStatus::Success { .. }) {
            // Known violations, and new versions that behave like their neighbours.
            for reason in &case.reasons {
                test.add_property(Property::new("note", line(reason)));
            }
        }
        if !case.stdout.is_empty() {
            test.set_system_out(legal(&case.stdout));
        }
        if !case.stderr.is_empty() {
            test.set_system_err(legal(&case.stderr));
        }
        test
    }

    fn status(&self, case: &CaseReport) -> TestCaseStatus {
        let (mut status, kind) = match case.verdict {
            Verdict::Skipped => (TestCaseStatus::skipped(), case.verdict.word()),
            Verdict::Error => (
                TestCaseStatus::non_success(NonSuccessKind::Error),
                case.verdict.word(),
            ),
            verdict if verdict.is_violation() => (
                TestCaseStatus::non_success(NonSuccessKind::Failure),
                verdict.word(),
            ),
            _ if self.strict && (case.is_unaccepted() || is_unheld(case)) => (
                TestCaseStatus::non_success(NonSuccessKind::Failure),
                NOT_ACCEPTED,
            ),
            _ => return TestCaseStatus::success(),
        };
        let usual = if kind == NOT_ACCEPTED {
            "not in the baseline"
        } else {
            kind
        };
        let first = case.reasons.first().map_or(usual, String::as_str);
        status.set_type(kind).set_message(line(first));
        if kind != Verdict::Skipped.word() {
            status.set_description(self.description(case));
        }
        status
    }

    /// All reasons, where the scenario is, and how to see more.
    fn description(&self, case: &CaseReport) -> String {
        let mut text = String::new();
        for reason in &case.reasons {
            let _ = writeln!(text, "{}", legal(reason));
        }
        if let Some(scenario) = self.scenarios.get(case.scenario.as_str()) {
            let _ = writeln!(text, "in {}", legal(&scenario.file));
        }
        let _ = write!(text, "{}", legal(&show(self.report, case)));
        text
    }

    fn unfinished(&self, case: &Unfinished) -> TestCase {
        let scenario = case.case.scenario();
        let (mut status, why) = if self.report.interrupted {
            (TestCaseStatus::non_success(NonSuccessKind::Error), None)
        } else {
            // What made a run stop is a failure or an error already, and what a merge makes of it is said beside the cases.
            (TestCaseStatus::skipped(), self.report.stopped.as_ref())
        };
        let why = why.map_or_else(String::new, |why| format!(": stopped {why}"));
        let message = format!("not finished{why}");
        status.set_type(NOT_FINISHED).set_message(line(&message));
        self.test(&case.case, scenario, status)
    }

    fn test(&self, case: &str, scenario: &str, status: TestCaseStatus) -> TestCase {
        let mut test = TestCase::new(line(case), status);
        test.set_classname(line(scenario));
        if let Some(scenario) = self.scenarios.get(scenario) {
            let file = line(&scenario.file);
            test.extra.insert("file".into(), file.into());
        }
        test
    }
}

/// Whether it ran and was held against no baseline, as reports that are merged may say: nobody knows whether it was accepted.
fn is_unheld(case: &CaseReport) -> bool {
    case.baseline.is_none() && case.behaviour().is_some()
}

/// What is not a number of seconds counts as none.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// The text with U+FFFD for what may not stand in XML 1.0 (production `Char`) or would steer a terminal. `quick_junit` by itself
/// drops controls and tabs without a trace, everything behind the start of an unfinished escape sequence, and lets U+FFFE pass.
fn legal(text: &str) -> String {
    visible(&text.replace("\r\n", "\n")).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The same in one line: in attributes a parser makes blanks of line breaks anyway.
fn line(text: &str) -> String {
    legal(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::fake;

    fn render(report: &RunReport, strict: bool, faults: &[String]) -> String {
        let mut xml = Vec::new();
        write(report, strict, faults, &mut xml).unwrap();
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
        let forbidden =
            |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
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
            <testsuite name="2.7.18" tests="2" skipped="0" errors="0" failures="1" time="0.004" timestamp="2026-11-22T10:00:00Z">
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
            <testsuite name="3.13.0" tests="3" skipped="2" errors="0" failures="1" time="0.004" timestamp="2026-11-22T10:00:00Z">
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
}
