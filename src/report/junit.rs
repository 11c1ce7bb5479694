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

/// What is written as a test.
#[derive(Clone, Copy)]
enum Test<'a> {
    Case(&'a CaseReport),
    Unfinished(&'a Unfinished),
    /// A sentence about what fails the command beside the cases.
    Fault(&'a str),
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

type Xml<'w> = Writer<&'w mut dyn Write>;
type Attribute<'a> = (&'a str, Cow<'a, str>);

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

struct View<'a> {
    comparison: &'a Comparison<'a>,
    context: &'a RenderContext<'a>,
}

impl<'a> View<'a> {
    fn write_suites(&self, out: &mut Xml<'_>) -> io::Result<()> {
        let report = self.comparison.report;
        let faults = (!self.context.faults.is_empty()).then_some(None);
        let suites = report.interpreters.iter().map(Some).chain(faults);
        let suites: Vec<_> = suites.map(|suite| (suite, self.add_up(suite))).collect();
        let mut whole = suites
            .iter()
            .fold(Totals::default(), |whole, (_, totals)| whole.plus(*totals));
        whole.time = seconds(report.elapsed_s);
        let mut attributes = vec![attribute("name", NAME)];
        attributes.extend(whole.attributes());
        let root = out.create_element("testsuites").with_attributes(attributes);
        root.write_inner_content(|out| {
            let mut suites = suites.into_iter();
            suites.try_for_each(|(suite, totals)| self.write_suite(out, suite, totals))
        })?;
        Ok(())
    }

    /// The tests of an interpreter; without one, what fails the command beside the cases.
    fn tests(&self, interpreter: Option<&'a InterpreterReport>) -> impl Iterator<Item = Test<'a>> {
        let report = self.comparison.report;
        let key = interpreter.map(|interpreter| &interpreter.key);
        let cases = report.cases.iter();
        let cases = cases.filter(move |case| Some(&*case.interpreter) == key);
        let unfinished = report.unfinished.iter();
        let unfinished = unfinished.filter(move |case| Some(&case.interpreter) == key);
        let faults = self.context.faults.iter().filter(move |_| key.is_none());
        let cases = cases
            .map(Test::Case)
            .chain(unfinished.map(Test::Unfinished));
        cases.chain(faults.map(|fault| Test::Fault(fault)))
    }

    fn add_up(&self, interpreter: Option<&'a InterpreterReport>) -> Totals {
        let mut totals = Totals::default();
        for test in self.tests(interpreter) {
            totals.tests += 1;
            match self.outcome(test).0 {
                Outcome::Success => {}
                Outcome::Skipped => totals.skipped += 1,
                Outcome::Failure => totals.failures += 1,
                Outcome::Error => totals.errors += 1,
            }
            totals.time += test.time().unwrap_or_default();
        }
        totals
    }

    fn write_suite(
        &self,
        out: &mut Xml<'_>,
        interpreter: Option<&'a InterpreterReport>,
        totals: Totals,
    ) -> io::Result<()> {
        let report = self.comparison.report;
        let name = interpreter.map_or_else(|| NAME.to_owned(), |it| it.key.to_string());
        let mut attributes = vec![attribute("name", &name)];
        attributes.extend(totals.attributes());
        attributes.extend(interpreter.map(|_| attribute("timestamp", &report.started)));
        let suite = out.create_element("testsuite").with_attributes(attributes);
        suite.write_inner_content(|out| {
            if let Some(interpreter) = interpreter {
                let build = ("build", &*interpreter.build);
                write_properties(out, [build, ("platform", &*report.platform)])?;
            }
            let mut tests = self.tests(interpreter);
            tests.try_for_each(|test| self.write_test(out, test))
        })?;
        Ok(())
    }

    /// How a test ended, and the type of what is no success.
    fn outcome(&self, test: Test<'_>) -> (Outcome, &'static str) {
        let case = match test {
            Test::Case(case) => case,
            Test::Fault(_) => return (Outcome::Error, INCOMPLETE),
            Test::Unfinished(_) if self.comparison.report.interrupted => {
                return (Outcome::Error, NOT_FINISHED);
            }
            // What made a run stop is a failure or an error already, and what a merge makes of it is said beside the cases.
            Test::Unfinished(_) => return (Outcome::Skipped, NOT_FINISHED),
        };
        let word = case.verdict.word();
        match case.verdict {
            Verdict::Skipped => (Outcome::Skipped, word),
            Verdict::Error => (Outcome::Error, word),
            verdict if verdict.fails() => (Outcome::Failure, word),
            _ if self.context.strict && (case.is_unaccepted() || is_uncompared(case)) => {
                (Outcome::Failure, NOT_ACCEPTED)
            }
            _ => (Outcome::Success, word),
        }
    }

    fn write_test(&self, out: &mut Xml<'_>, test: Test<'_>) -> io::Result<()> {
        let (outcome, kind) = self.outcome(test);
        let mut attributes = vec![
            attribute("name", test.name()),
            attribute("classname", test.class()),
        ];
        attributes.extend(test.time().map(|time| ("time", in_seconds(time).into())));
        let file = self.comparison.scenario(test.class());
        attributes.extend(file.map(|scenario| attribute("file", &scenario.file)));
        let element = out.create_element("testcase").with_attributes(attributes);
        let case = match test {
            Test::Case(case) => Some(case),
            Test::Unfinished(_) | Test::Fault(_) => None,
        };
        let is_silent = |case: &CaseReport| {
            case.reasons.is_empty() && case.stdout.is_empty() && case.stderr.is_empty()
        };
        if outcome == Outcome::Success && case.is_none_or(is_silent) {
            element.write_empty()?;
            return Ok(());
        }
        element.write_inner_content(|out| {
            let name = match outcome {
                Outcome::Success => None,
                Outcome::Skipped => Some("skipped"),
                Outcome::Failure => Some("failure"),
                Outcome::Error => Some("error"),
            };
            if let Some(name) = name {
                let message = attribute("message", &self.message(test, kind));
                let description = case.filter(|_| outcome != Outcome::Skipped);
                let description = description.map(|case| self.describe(case));
                let attributes = [message, attribute("type", kind)];
                write_text(out, name, attributes, &description.unwrap_or_default())?;
            }
            let Some(case) = case else { return Ok(()) };
            if outcome == Outcome::Success && !case.reasons.is_empty() {
                // Known violations, and new versions that behave like their neighbours.
                let notes = case.reasons.iter();
                write_properties(out, notes.map(|note| ("note", note.as_str())))?;
            }
            for (name, text) in [("system-out", &case.stdout), ("system-err", &case.stderr)] {
                if !text.is_empty() {
                    write_text(out, name, [], text)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Why a test is no success, in one sentence.
    fn message(&self, test: Test<'_>, kind: &str) -> String {
        match (test, &self.comparison.report.stopped) {
            (Test::Fault(fault), _) => fault.to_owned(),
            (Test::Unfinished(_), Some(stopped)) if !self.comparison.report.interrupted => {
                format!("not finished: stopped {stopped}")
            }
            (Test::Unfinished(_), _) => "not finished".to_owned(),
            (Test::Case(case), _) => match case.reasons.first() {
                Some(reason) => reason.clone(),
                None if kind == NOT_ACCEPTED => "not in the baseline".to_owned(),
                None => kind.to_owned(),
            },
        }
    }

    /// All reasons, where the scenario is, and how to see more.
    fn describe(&self, case: &CaseReport) -> String {
        let scenario = self.comparison.scenario(&case.scenario);
        let mut lines = case.reasons.clone();
        lines.extend(scenario.map(|scenario| format!("in {}", scenario.file)));
        lines.push(self.comparison.show_command(case));
        lines.join("\n")
    }
}

impl<'a> Test<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Case(case) => &case.case,
            Self::Unfinished(case) => &case.case,
            Self::Fault(fault) => fault,
        }
    }

    /// The id of its scenario.
    fn class(self) -> &'a str {
        match self {
            Self::Case(case) => &case.scenario,
            Self::Unfinished(case) => case.case.scenario(),
            Self::Fault(_) => NAME,
        }
    }

    fn time(self) -> Option<Duration> {
        match self {
            Self::Case(case) => Some(seconds(case.duration_ms / 1000.0)),
            Self::Unfinished(_) | Self::Fault(_) => None,
        }
    }
}

impl Totals {
    fn plus(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            skipped: self.skipped + other.skipped,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            time: self.time + other.time,
        }
    }

    fn attributes(self) -> [Attribute<'static>; 5] {
        [
            ("tests", self.tests.to_string().into()),
            ("skipped", self.skipped.to_string().into()),
            ("failures", self.failures.to_string().into()),
            ("errors", self.errors.to_string().into()),
            ("time", in_seconds(self.time).into()),
        ]
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
            let property = out.create_element("property").with_attributes(attributes);
            property.write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Writes an element that holds nothing but a text, which may be empty.
fn write_text<'a>(
    out: &mut Xml<'_>,
    name: &str,
    attributes: impl IntoIterator<Item = Attribute<'a>>,
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
fn attribute<'a>(name: &'a str, value: &str) -> Attribute<'a> {
    (name, line(value).into())
}

/// Whether a case ran and was compared with no baseline, as in merged reports: nobody knows whether it was accepted.
fn is_uncompared(case: &CaseReport) -> bool {
    case.baseline.is_none() && case.behaviour().is_some()
}

/// What is not a number of seconds counts as none.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// A time as attributes have it, in seconds.
fn in_seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
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
#[path = "junit_tests.rs"]
mod tests;
