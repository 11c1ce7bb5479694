//! The report as JUnit XML: a suite per interpreter, a test per case, written one by one.
//!
//! What the exit code says, the counts say: with 0 there is neither a failure nor an error, with 1 there are failures, with any
//! other code errors. A run that was interrupted has an error for each case that it did not finish; what fails the command beside
//! the cases, such as a part that a merge lacks, is an error in a suite of its own.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::compare::Comparison;
use crate::record::{CaseReport, InterpreterReport, Unfinished, Verdict};
use crate::report::context::RenderContext;
use crate::text::visible;

/// The name of the whole, and of what is about no case.
const NAME: &str = "modswap";
/// The type of a case that ended well, in a run that fails on everything not accepted.
const NOT_ACCEPTED: &str = "not-accepted";
/// The type of a case that an interrupted or stopped run did not get to.
const NOT_FINISHED: &str = "not-finished";
/// The type of what fails the command beside the cases.
const INCOMPLETE: &str = "incomplete";

/// Spaces by which an element is indented below the one that it is in.
const INDENT: usize = 4;

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Success,
    Skipped,
    Failure,
    Error,
}

/// What the attributes of a suite, or of the whole, add up to.
#[derive(Clone, Copy, Default)]
struct Totals {
    tests: usize,
    skipped: usize,
    failures: usize,
    errors: usize,
    time: Duration,
}

/// A test as it is written.
struct Test<'a> {
    name: &'a str,
    /// Id of the scenario.
    class: &'a str,
    /// File of the scenario, where there is one.
    file: Option<&'a str>,
    time: Option<Duration>,
    outcome: Outcome,
    /// The type of what is no success.
    kind: &'static str,
    message: Cow<'a, str>,
    description: String,
    /// Remarks on a success: known violations, and new versions that behave like their neighbours.
    notes: &'a [String],
    stdout: &'a str,
    stderr: &'a str,
}

/// Writes the XML, test by test. When the command is strict, what is not in the baseline as it was seen is a failure.
///
/// # Errors
/// When it cannot be written.
pub fn write_junit(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let view = View {
        comparison,
        context,
    };
    let mut out = Writer::new_with_indent(out, b' ', INDENT);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    view.write_suites(&mut out)?;
    out.get_mut().write_all(b"\n")
}

type Xml<'w> = Writer<&'w mut dyn Write>;

struct View<'a> {
    comparison: &'a Comparison<'a>,
    context: &'a RenderContext<'a>,
}

impl View<'_> {
    fn write_suites(&self, out: &mut Xml<'_>) -> io::Result<()> {
        let report = self.comparison.report;
        let faults = Totals {
            tests: self.context.faults.len(),
            errors: self.context.faults.len(),
            ..Totals::default()
        };
        let suites = report.interpreters.iter();
        let suites: Vec<_> = suites
            .map(|interpreter| (interpreter, self.total_suite(interpreter)))
            .collect();
        let mut whole = suites
            .iter()
            .fold(faults, |sum, (_, totals)| sum.plus(*totals));
        whole.time = seconds(report.elapsed_s);
        let mut attributes = vec![attribute("name", NAME)];
        attributes.extend(whole.attributes());
        attributes.push(attribute("time", &whole.time()));
        let root = out.create_element("testsuites").with_attributes(attributes);
        root.write_inner_content(|out| {
            for (interpreter, totals) in suites {
                self.write_suite(out, interpreter, totals)?;
            }
            if faults.tests > 0 {
                self.write_faults(out, faults)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// What the cases of an interpreter add up to.
    fn total_suite(&self, interpreter: &InterpreterReport) -> Totals {
        let report = self.comparison.report;
        let mut totals = Totals::default();
        let cases = report.cases.iter();
        for case in cases.filter(|case| *case.interpreter == interpreter.key) {
            totals.count(self.outcome(case).0);
            totals.time += seconds(case.duration_ms / 1000.0);
        }
        let unfinished = report.unfinished.iter();
        for _ in unfinished.filter(|case| case.interpreter == interpreter.key) {
            totals.count(self.unfinished_outcome());
        }
        totals
    }

    fn write_suite(
        &self,
        out: &mut Xml<'_>,
        interpreter: &InterpreterReport,
        totals: Totals,
    ) -> io::Result<()> {
        let report = self.comparison.report;
        let mut attributes = vec![attribute("name", &interpreter.key.to_string())];
        attributes.extend(totals.attributes());
        attributes.push(attribute("time", &totals.time()));
        attributes.push(attribute("timestamp", &report.started));
        let suite = out.create_element("testsuite").with_attributes(attributes);
        suite.write_inner_content(|out| {
            let properties = [
                ("build", &*interpreter.build),
                ("platform", &*report.platform),
            ];
            write_properties(out, properties)?;
            let cases = report.cases.iter();
            for case in cases.filter(|case| *case.interpreter == interpreter.key) {
                self.test(case).write(out)?;
            }
            let unfinished = report.unfinished.iter();
            for case in unfinished.filter(|case| case.interpreter == interpreter.key) {
                self.unfinished_test(case).write(out)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Writes what fails the command beside the cases.
    fn write_faults(&self, out: &mut Xml<'_>, totals: Totals) -> io::Result<()> {
        let mut attributes = vec![attribute("name", NAME)];
        attributes.extend(totals.attributes());
        let suite = out.create_element("testsuite").with_attributes(attributes);
        suite.write_inner_content(|out| {
            let faults = self.context.faults.iter();
            let mut tests = faults.map(|fault| Test {
                kind: INCOMPLETE,
                message: fault.into(),
                ..Test::new(fault, NAME, Outcome::Error)
            });
            tests.try_for_each(|test| test.write(out))
        })?;
        Ok(())
    }

    /// How a case ended, and the type of what is no success.
    fn outcome(&self, case: &CaseReport) -> (Outcome, &'static str) {
        let word = case.verdict.word();
        match case.verdict {
            Verdict::Skipped => (Outcome::Skipped, word),
            Verdict::Error => (Outcome::Error, word),
            verdict if verdict.fails() => (Outcome::Failure, word),
            _ if self.context.strict && (case.is_unaccepted() || is_unheld(case)) => {
                (Outcome::Failure, NOT_ACCEPTED)
            }
            _ => (Outcome::Success, word),
        }
    }

    fn test<'c>(&'c self, case: &'c CaseReport) -> Test<'c> {
        let (outcome, kind) = self.outcome(case);
        let message = case.reasons.first().map_or(
            if kind == NOT_ACCEPTED {
                "not in the baseline"
            } else {
                kind
            },
            String::as_str,
        );
        let is_success = outcome == Outcome::Success;
        let description = match outcome {
            Outcome::Success | Outcome::Skipped => String::new(),
            Outcome::Failure | Outcome::Error => self.describe(case),
        };
        Test {
            file: self.file_of(&case.scenario),
            time: Some(seconds(case.duration_ms / 1000.0)),
            kind,
            message: message.into(),
            description,
            notes: if is_success { &case.reasons } else { &[] },
            stdout: &case.stdout,
            stderr: &case.stderr,
            ..Test::new(&case.case, &case.scenario, outcome)
        }
    }

    /// All reasons, where the scenario is, and how to see more.
    fn describe(&self, case: &CaseReport) -> String {
        let file = self.file_of(&case.scenario);
        let mut lines = case.reasons.clone();
        lines.extend(file.map(|file| format!("in {file}")));
        lines.push(self.comparison.show_command(case));
        lines.join("\n")
    }

    fn unfinished_test<'c>(&'c self, case: &'c Unfinished) -> Test<'c> {
        let stopped = &self.comparison.report.stopped;
        let message = match stopped
            .as_ref()
            .filter(|_| !self.comparison.report.interrupted)
        {
            Some(stopped) => format!("not finished: stopped {stopped}").into(),
            None => "not finished".into(),
        };
        let scenario = case.case.scenario();
        Test {
            file: self.file_of(scenario),
            kind: NOT_FINISHED,
            message,
            ..Test::new(&case.case, scenario, self.unfinished_outcome())
        }
    }

    /// What made a run stop is a failure or an error already, and what a merge makes of it is said beside the cases.
    fn unfinished_outcome(&self) -> Outcome {
        if self.comparison.report.interrupted {
            Outcome::Error
        } else {
            Outcome::Skipped
        }
    }

    fn file_of(&self, scenario: &str) -> Option<&str> {
        let scenario = self.comparison.scenario(scenario)?;
        Some(&scenario.file)
    }
}

impl Totals {
    fn count(&mut self, outcome: Outcome) {
        self.tests += 1;
        match outcome {
            Outcome::Success => {}
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failure => self.failures += 1,
            Outcome::Error => self.errors += 1,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            skipped: self.skipped + other.skipped,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            time: self.time + other.time,
        }
    }

    fn attributes(self) -> [(&'static str, Cow<'static, str>); 4] {
        [
            ("tests", self.tests),
            ("skipped", self.skipped),
            ("failures", self.failures),
            ("errors", self.errors),
        ]
        .map(|(name, count)| (name, count.to_string().into()))
    }

    /// The time in seconds.
    fn time(self) -> String {
        format!("{:.3}", self.time.as_secs_f64())
    }
}

impl<'a> Test<'a> {
    fn new(name: &'a str, class: &'a str, outcome: Outcome) -> Self {
        Self {
            name,
            class,
            file: None,
            time: None,
            outcome,
            kind: "",
            message: "".into(),
            description: String::new(),
            notes: &[],
            stdout: "",
            stderr: "",
        }
    }

    fn write(&self, out: &mut Xml<'_>) -> io::Result<()> {
        let time = self.time.map(|time| format!("{:.3}", time.as_secs_f64()));
        let time = time.as_deref();
        let mut attributes = vec![
            attribute("name", self.name),
            attribute("classname", self.class),
        ];
        attributes.extend(time.map(|time| attribute("time", time)));
        attributes.extend(self.file.map(|file| attribute("file", file)));
        let test = out.create_element("testcase").with_attributes(attributes);
        let is_empty = self.outcome == Outcome::Success
            && self.notes.is_empty()
            && self.stdout.is_empty()
            && self.stderr.is_empty();
        if is_empty {
            test.write_empty()?;
            return Ok(());
        }
        test.write_inner_content(|out| {
            let element = match self.outcome {
                Outcome::Success => None,
                Outcome::Skipped => Some("skipped"),
                Outcome::Failure => Some("failure"),
                Outcome::Error => Some("error"),
            };
            if let Some(element) = element {
                let attributes = [
                    attribute("message", &self.message),
                    attribute("type", self.kind),
                ];
                write_text(out, element, attributes, &self.description)?;
            }
            if !self.notes.is_empty() {
                let notes = self.notes.iter().map(|note| ("note", note.as_str()));
                write_properties(out, notes)?;
            }
            for (name, text) in [("system-out", self.stdout), ("system-err", self.stderr)] {
                if !text.is_empty() {
                    write_text(out, name, [], text)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Writes a list of names and values.
fn write_properties<'a>(
    out: &mut Xml<'_>,
    properties: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> io::Result<()> {
    let list = out.create_element("properties");
    list.write_inner_content(|out| {
        for (name, value) in properties {
            let attributes = [attribute("name", name), attribute("value", value)];
            out.create_element("property")
                .with_attributes(attributes)
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Writes an element that holds nothing but a text, which may be empty.
fn write_text<'a>(
    out: &mut Xml<'_>,
    name: &str,
    attributes: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>,
    text: &str,
) -> io::Result<()> {
    let element = out.create_element(name).with_attributes(attributes);
    if text.is_empty() {
        element.write_empty()?;
    } else {
        element.write_text_content(BytesText::new(&legal(text)))?;
    }
    Ok(())
}

/// An attribute, in one line: a parser makes blanks of line breaks in it anyway.
fn attribute<'a>(name: &'a str, value: &str) -> (&'a str, Cow<'a, str>) {
    (name, line(value).into())
}

/// Whether it ran and was held against no baseline, as reports that are merged may say: nobody knows whether it was accepted.
fn is_unheld(case: &CaseReport) -> bool {
    case.baseline.is_none() && case.behaviour().is_some()
}

/// What is not a number of seconds counts as none.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// The text with U+FFFD for what may not stand in XML 1.0 (production `Char`) or would steer a terminal.
fn legal(text: &str) -> String {
    visible(&text.replace("\r\n", "\n")).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The legal text in one line.
fn line(text: &str) -> String {
    legal(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{RunReport, fake};

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
}
