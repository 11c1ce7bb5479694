//! From the recorder's lines to a trace.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::program::Program;
use crate::program::fixtures::strip_report;
use crate::text::without_addresses;
use crate::trace::detail::{Detail, compared_output};
use crate::trace::fact::{FactName, FactValue};
use crate::trace::{ProcessEnd, StepRecord, Trace};

/// Most values in all that a case says, each a member of an object or a list. They take more room than the text that they are read from.
const MAX_VALUES: usize = 1 << 22;

/// One line of the recorder.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Begin {
        begin: usize,
    },
    Step {
        step: usize,
        #[serde(default)]
        inside: Option<usize>,
        facts: serde_json::Map<String, serde_json::Value>,
        #[serde(default)]
        details: Details,
    },
    Done {
        #[serde(rename = "done")]
        _done: bool,
    },
}

/// Texts of a step that are recorded beside its facts; see [`Detail`].
#[derive(Default, Deserialize)]
struct Details {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    warning_messages: Vec<String>,
}

/// Why lines are not those of the recorder.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not one of its objects.
    #[error("the recorder sent a line that cannot be read ({error}): {line}")]
    Unreadable {
        /// The line, cut short.
        line: String,
        /// The error of the JSON parser.
        error: serde_json::Error,
    },
    /// More than can be kept.
    #[error("the recorder sent more than {MAX_VALUES} values")]
    TooMany,
    /// A step that the program does not have.
    #[error("the recorder reported step {0}, which the program does not have")]
    UnknownStep(usize),
}

/// The lines that a case sent to the supervisor, and its output.
pub struct CaseOutput<'a> {
    /// Lines of the recorder. They may end anywhere, where the process ended.
    pub lines: &'a [u8],
    /// Standard output.
    pub stdout: &'a [u8],
    /// Standard error.
    pub stderr: &'a [u8],
}

/// Puts a trace together from what a case sent.
///
/// # Errors
/// When a whole line is not the recorder's.
pub fn decode_trace(
    program: &Program,
    sent: &CaseOutput<'_>,
    end: ProcessEnd,
) -> Result<Trace, DecodeError> {
    let mut trace = Trace {
        steps: Vec::with_capacity(program.steps.len()),
        messages: BTreeMap::new(),
        warning_messages: BTreeMap::new(),
        end,
        interrupted: None,
        stdout: clean_output(sent.stdout),
        stderr: clean_output(sent.stderr),
    };
    if count_values(sent.lines) > MAX_VALUES {
        return Err(DecodeError::TooMany);
    }
    // Steps that began and have not ended: one, and in it those in the bodies of modules.
    let mut running: Vec<usize> = Vec::new();
    for raw in sent
        .lines
        .split(|byte| *byte == b'\n')
        .filter(|raw| !raw.is_empty())
    {
        let line = String::from_utf8_lossy(raw);
        match serde_json::from_str(&line) {
            Ok(Line::Begin { begin }) => running.push(begin),
            Ok(Line::Done { .. }) => running.clear(),
            Ok(Line::Step {
                step,
                inside,
                facts,
                details,
            }) => {
                if let Some(depth) = running.iter().rposition(|known| *known == step) {
                    running.truncate(depth);
                }
                let known = program.all_steps().find(|known| known.number == step);
                let known = known.ok_or(DecodeError::UnknownStep(step))?;
                // Not collected: that would keep the room of what they are made of.
                let compared = details.compared_facts(&known.compares);
                let mut kept = Vec::with_capacity(facts.len() + compared.len());
                let named = facts.into_iter();
                kept.extend(named.map(|(name, value)| (name.into(), value.into())));
                for (index, (detail, value)) in compared.into_iter().enumerate() {
                    kept.insert(index + 1, (FactName(detail.fact().into()), value));
                }
                trace.add_details(step, details);
                trace.steps.push(StepRecord {
                    step,
                    inside,
                    module: None,
                    action: "".into(),
                    facts: kept,
                });
            }
            Err(error) => {
                return Err(DecodeError::Unreadable {
                    line: line.chars().take(80).collect(),
                    error,
                });
            }
        }
    }
    trace.interrupted = running.last().copied();
    trace.steps.extend(record_output(program, &trace));
    Ok(trace)
}

/// Counts the values of JSON, as far as commas and brackets outside of texts do.
fn count_values(lines: &[u8]) -> usize {
    let (mut count, mut is_text, mut is_escaped) = (0, false, false);
    for byte in lines {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b'\n' => is_text = false,
            b',' | b'[' | b'{' if !is_text => count += 1,
            _ => {}
        }
    }
    count
}

impl Details {
    /// The facts of those that are part of the behaviour.
    fn compared_facts(&self, asked: &[Detail]) -> Vec<(Detail, FactValue)> {
        let value = |detail: &Detail| match detail {
            Detail::Message => self.message.as_ref().map(FactValue::text),
            Detail::WarningMessages => (!self.warning_messages.is_empty()).then(|| {
                let texts = self.warning_messages.iter().map(FactValue::text);
                FactValue::List(texts.collect())
            }),
            Detail::Stdout | Detail::Stderr => None,
        };
        let found = asked
            .iter()
            .filter_map(|detail| Some((*detail, value(detail)?)));
        found.collect()
    }
}

impl Trace {
    /// Adds the texts of a step. Of a body that runs again and again those of the first time are kept.
    fn add_details(&mut self, step: usize, details: Details) {
        let Details {
            message,
            warning_messages,
        } = details;
        if let Some(message) = message {
            self.messages.entry(step).or_insert(message);
        }
        if !warning_messages.is_empty() {
            let known = self.warning_messages.entry(step);
            known.or_insert(warning_messages);
        }
    }

    /// The text that the process wrote to one of its streams.
    pub fn output(&self, detail: Detail) -> Option<&str> {
        match detail {
            Detail::Stdout => Some(compared_output(&self.stdout)),
            Detail::Stderr => Some(compared_output(&self.stderr)),
            Detail::Message | Detail::WarningMessages => None,
        }
    }
}

/// Makes a record behind the last step of what the process wrote, where that is part of the behaviour.
fn record_output(program: &Program, trace: &Trace) -> Option<StepRecord> {
    let written = program.compares.iter().filter_map(|detail| {
        let text = trace.output(*detail)?;
        Some((FactName(detail.fact().into()), FactValue::text(text)))
    });
    let facts: Vec<_> = written.collect();
    let last = program.all_steps().map(|step| step.number).max()?;
    (!facts.is_empty()).then(|| StepRecord {
        step: last + 1,
        inside: None,
        module: None,
        action: "the process ends".into(),
        facts,
    })
}

/// Removes from what a case wrote all that is of the harness or changes between two runs.
fn clean_output(raw: &[u8]) -> String {
    without_addresses(&strip_report(&String::from_utf8_lossy(raw)))
}
