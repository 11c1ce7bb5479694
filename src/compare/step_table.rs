//! Behaviours side by side as plain data, for formats that draw their tables themselves.

use serde::Serialize;

use crate::record::{RunReport, ScenarioReport};
use crate::report::terminal::steps::{Column, RecordedText, recorded_texts};
use crate::text::{short, visible};
use crate::trace::TraceView;
use crate::trace::align::{Values, changes, moments};
use crate::trace::fact::FactValue;

/// Characters that are shown of one value. Who wants all of it has the report.
const MOST_OF_VALUE: usize = 4_000;

/// A step, with the facts that changed in any of the columns.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    /// `2`, or `1›` for a step within the first.
    pub(crate) number: String,
    pub(crate) action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    pub(crate) facts: Vec<Fact>,
}

/// A fact in all columns.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) name: String,
    /// Whether it is not the same in all columns that came so far.
    pub(crate) differs: bool,
    /// Nothing where the step was not reached.
    pub(crate) values: Vec<Option<String>>,
}

/// The steps of columns.
pub(crate) fn steps(
    report: &RunReport,
    scenario: &ScenarioReport,
    columns: &[Column<'_>],
) -> Vec<Step> {
    let traces = columns.iter().map(|column| column.trace(report));
    let traces: Vec<TraceView<'_>> = traces.collect();
    let cases: Vec<_> = columns.iter().map(|column| &*column.cases).collect();
    let steps = moments(&traces).into_iter().map(|moment| {
        let note = scenario.notes.get(&moment.step);
        let note = note.filter(|_| moment.turn == 0);
        let facts = changes(&traces, &moment);
        let texts = recorded_texts(&cases, &moment, &facts).into_iter();
        let facts = facts.iter().map(|(name, values)| fact(name, values));
        Step {
            number: match moment.inside {
                Some(outer) => format!("{outer}›"),
                None => moment.step.to_string(),
            },
            action: cut(moment.action),
            note: note.map(|note| visible(note.trim())),
            facts: facts.chain(texts.map(text)).collect(),
        }
    });
    steps.collect()
}

/// How the process ended, by column.
pub(crate) fn ends(columns: &[Column<'_>]) -> Vec<String> {
    let end = |column: &Column<'_>| {
        let during = column.during;
        let during = during.map_or_else(String::new, |step| format!(" in {step}"));
        cut(&format!("{}{during}", column.end.unwrap_or("—")))
    };
    columns.iter().map(end).collect()
}

fn fact(name: &str, values: &Values) -> Fact {
    let reached: Vec<&Option<FactValue>> = values.iter().flatten().collect();
    let text = |value: &Option<FactValue>| match value {
        None => "—".to_owned(),
        Some(FactValue::List(operations)) if name == "lookups" && !operations.is_empty() => {
            let lines: Vec<String> = operations.iter().map(ToString::to_string).collect();
            cut(&lines.join("\n"))
        }
        Some(value) => cut(&value.to_string()),
    };
    Fact {
        name: cut(name),
        differs: reached.windows(2).any(|pair| pair[0] != pair[1]),
        values: values
            .iter()
            .map(|value| value.as_ref().map(text))
            .collect(),
    }
}

/// A text that is recorded and not compared.
fn text(text: RecordedText) -> Fact {
    let value = |value: &String| (!value.is_empty()).then(|| cut(value));
    Fact {
        name: text.name,
        differs: false,
        values: text.values.iter().map(value).collect(),
    }
}

/// As much of a text as is shown.
pub(crate) fn cut(text: &str) -> String {
    visible(&short(text, MOST_OF_VALUE))
}
