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
use crate::record::{CaseReport, InterpreterReport, RunReport, Unfinished, Verdict};
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

/// The totals of a suite, or of the whole. Behind the first stands how tests ended that are no success.
const TOTALS: [&str; 4] = ["tests", "skipped", "failures", "errors"];

/// How a test ended that is no success; the number is the index of its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Skipped = 1,
    Failure = 2,
    Error = 3,
}

/// A test as it is written.
struct Test<'a> {
    name: &'a str,
    /// The id of its scenario.
    class: &'a str,
    outcome: Option<Outcome>,
    /// The type of what is no success.
    kind: &'static str,
    /// Why it is no success, in one sentence.
    message: Cow<'a, str>,
    /// The case; nothing for what did not finish, and for what fails the command beside the cases.
    case: Option<&'a CaseReport>,
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
        let tests = suites.clone().flat_map(|suite| self.tests(suite));
        let mut attributes = vec![attribute("name", NAME)];
        attributes.extend(add_up(tests, Some(seconds(report.elapsed_s))));
        let root = out.create_element("testsuites").with_attributes(attributes);
        root.write_inner_content(|out| {
            let mut suites = suites;
            suites.try_for_each(|suite| self.write_suite(out, suite))
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
        let faults = faults.map(|fault| Test {
            name: fault,
            class: NAME,
            outcome: Some(Outcome::Error),
            kind: INCOMPLETE,
            message: fault.into(),
            case: None,
        });
        let strict = self.context.strict;
        let cases = cases.map(move |case| Test::of_case(case, strict));
        let unfinished = unfinished.map(|case| Test::of_unfinished(case, report));
        cases.chain(unfinished).chain(faults)
    }

    fn write_suite(
        &self,
        out: &mut Xml<'_>,
        interpreter: Option<&'a InterpreterReport>,
    ) -> io::Result<()> {
        let report = self.comparison.report;
        let name = interpreter.map_or_else(|| NAME.to_owned(), |it| it.key.to_string());
        let mut attributes = vec![attribute("name", &name)];
        attributes.extend(add_up(self.tests(interpreter), None));
        attributes.extend(interpreter.map(|_| attribute("timestamp", &report.started)));
        let suite = out.create_element("testsuite").with_attributes(attributes);
        suite.write_inner_content(|out| {
            if let Some(interpreter) = interpreter {
                let build = ("build", &*interpreter.build);
                write_properties(out, [build, ("platform", &*report.platform)])?;
            }
            let mut tests = self.tests(interpreter);
            tests.try_for_each(|test| self.write_test(out, &test))
        })?;
        Ok(())
    }

    fn write_test(&self, out: &mut Xml<'_>, test: &Test<'_>) -> io::Result<()> {
        let mut attributes = vec![
            attribute("name", test.name),
            attribute("classname", test.class),
        ];
        attributes.extend(test.time().map(|time| ("time", in_seconds(time).into())));
        let file = self.comparison.scenario(test.class);
        attributes.extend(file.map(|scenario| attribute("file", &scenario.file)));
        let element = out.create_element("testcase").with_attributes(attributes);
        if test.outcome.is_none() && test.case.is_none_or(CaseReport::is_silent) {
            element.write_empty()?;
            return Ok(());
        }
        element.write_inner_content(|out| {
            if let Some(outcome) = test.outcome {
                let name = match outcome {
                    Outcome::Skipped => "skipped",
                    Outcome::Failure => "failure",
                    Outcome::Error => "error",
                };
                let described = test.case.filter(|_| outcome != Outcome::Skipped);
                let description = described.map(|case| self.describe(case));
                let message = attribute("message", &test.message);
                let attributes = [message, attribute("type", test.kind)];
                write_text(out, name, attributes, &description.unwrap_or_default())?;
            }
            let Some(case) = test.case else { return Ok(()) };
            if test.outcome.is_none() && !case.reasons.is_empty() {
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
    fn of_case(case: &'a CaseReport, strict: bool) -> Self {
        let word = case.verdict.word();
        let (outcome, kind) = match case.verdict {
            Verdict::Skipped => (Some(Outcome::Skipped), word),
            Verdict::Error => (Some(Outcome::Error), word),
            verdict if verdict.fails() => (Some(Outcome::Failure), word),
            _ if strict && (case.is_unaccepted() || is_uncompared(case)) => {
                (Some(Outcome::Failure), NOT_ACCEPTED)
            }
            _ => (None, word),
        };
        let is_open = kind == NOT_ACCEPTED;
        let message = if is_open { "not in the baseline" } else { kind };
        Self {
            name: &case.case,
            class: &case.scenario,
            outcome,
            kind,
            message: case.reasons.first().map_or(message, String::as_str).into(),
            case: Some(case),
        }
    }

    fn of_unfinished(unfinished: &'a Unfinished, report: &RunReport) -> Self {
        let (outcome, message) = match &report.stopped {
            _ if report.interrupted => (Outcome::Error, "not finished".into()),
            // What made a run stop is a failure or an error already, and what a merge makes of it is said beside the cases.
            Some(stopped) => {
                let message = format!("not finished: stopped {stopped}");
                (Outcome::Skipped, message.into())
            }
            None => (Outcome::Skipped, "not finished".into()),
        };
        Self {
            name: &unfinished.case,
            class: unfinished.case.scenario(),
            outcome: Some(outcome),
            kind: NOT_FINISHED,
            message,
            case: None,
        }
    }

    fn time(&self) -> Option<Duration> {
        self.case.map(|case| seconds(case.duration_ms / 1000.0))
    }
}

/// The totals of tests as attributes, with the time that they took together, or else the one that elapsed.
fn add_up<'a>(
    tests: impl Iterator<Item = Test<'a>>,
    elapsed: Option<Duration>,
) -> impl Iterator<Item = Attribute<'static>> {
    let (mut counts, mut time) = ([0; TOTALS.len()], Duration::ZERO);
    for test in tests {
        counts[0] += 1;
        if let Some(outcome) = test.outcome {
            counts[outcome as usize] += 1;
        }
        time += test.time().unwrap_or_default();
    }
    let counts = TOTALS.into_iter().zip(counts);
    let counts = counts.map(|(name, count)| (name, count.to_string().into()));
    counts.chain([("time", in_seconds(elapsed.unwrap_or(time)).into())])
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

/// True if a case ran and was compared with no baseline, as in merged reports: nobody knows whether it was accepted.
fn is_uncompared(case: &CaseReport) -> bool {
    case.baseline.is_none() && case.behaviour().is_some()
}

/// Seconds as a duration; infinite and negative ones count as none.
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
