//! From the recorder's lines to a trace.

use serde::Deserialize;

use super::fact::{FactName, FactValue};
use super::{ProcessEnd, StepRecord, Trace};
use crate::program::Program;

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
        message: Option<String>,
    },
    Done {
        #[serde(rename = "done")]
        _done: bool,
    },
}

/// Lines that the recorder cannot have written.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not one of its objects.
    #[error("the recorder sent a line that cannot be read ({error}): {line}")]
    Unreadable {
        /// The line, cut short.
        line: String,
        /// What the JSON parser says.
        error: serde_json::Error,
    },
    /// A step that the program does not have.
    #[error("the recorder reported step {0}, which the program does not have")]
    UnknownStep(usize),
}

/// Puts a trace together from what a case sent. The lines may end anywhere, where the process ended.
///
/// # Errors
/// When a whole line is not the recorder's.
pub fn decode(program: &Program, lines: &[u8], end: ProcessEnd) -> Result<Trace, DecodeError> {
    let mut trace = Trace {
        steps: Vec::with_capacity(program.steps.len()),
        messages: Vec::new(),
        end,
        interrupted: None,
        stdout: String::new(),
        stderr: String::new(),
    };
    // Steps that began and have not ended: one, and in it those in the bodies of modules.
    let mut running: Vec<usize> = Vec::new();
    for raw in lines
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
                message,
            }) => {
                if let Some(at) = running.iter().rposition(|known| *known == step) {
                    running.truncate(at);
                }
                let known = program.all().find(|known| known.number == step);
                let known = known.ok_or(DecodeError::UnknownStep(step))?;
                // Not collected: that would keep the room of what they are made of.
                let more = usize::from(message.is_some() && known.asks_message);
                let mut kept = Vec::with_capacity(facts.len() + more);
                for (name, value) in facts {
                    kept.push((FactName(name.into()), FactValue::from(value)));
                }
                let mut facts = kept;
                if let Some(message) = message {
                    if known.asks_message {
                        facts.insert(1, (FactName("message".into()), FactValue::text(&message)));
                    }
                    // Of a body that runs again and again the first is kept.
                    if !trace.messages.iter().any(|(known, _)| *known == step) {
                        trace.messages.push((step, message));
                    }
                }
                trace.steps.push(StepRecord {
                    step,
                    inside,
                    action: known.action.as_str().into(),
                    facts,
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
    Ok(trace)
}
