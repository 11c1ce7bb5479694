//! Captions: what a behaviour does, in the words of the first fact in which it differs from the others of its row.

use super::group_by_key;
use super::step_table::REGULAR_END;
use crate::text::{fit, joined, plural, width};
use crate::trace::align::{StepOccurrence, align_occurrences, fact_names, is_twin, position_of};
use crate::trace::difference::BehaviourTrace;
use crate::trace::fact::FactValue;
use crate::trace::facts::Fact;
use crate::trace::list_change::find_list_changes;
use crate::trace::notation::is_label;
use crate::trace::{StepRecord, TraceView};

/// The most characters of a list that a caption has whole; of a longer one it says what came and went.
const MAX_WHOLE_LIST: usize = 40;
/// The most columns that a value gets in a caption.
const MAX_VALUE: usize = 100;
/// How much is left of what long texts begin with alike, in characters.
const KEPT_PREFIX: usize = 12;

/// The captions of the behaviours of a row. All are told apart by the first fact in which not all of them agree; those that agree
/// there, by the next one in which they do not. Nothing for a single behaviour, and where a trace is not kept.
pub(super) fn build_captions(behaviours: &[Option<BehaviourTrace<'_>>]) -> Vec<Option<String>> {
    let known = behaviours.iter().enumerate();
    let known: Vec<_> = known
        .filter_map(|(index, behaviour)| Some((index, (*behaviour)?)))
        .collect();
    let mut captions = vec![Caption::default(); behaviours.len()];
    let mut groups = vec![known];
    while let Some(group) = groups.pop() {
        let traces: Vec<_> = group.iter().map(|(_, behaviour)| *behaviour).collect();
        let Some(distinction) = find_distinction(&traces) else {
            continue;
        };
        for ((index, _), text) in group.iter().zip(distinction.describe(&traces)) {
            captions[*index].add(text, &distinction.place);
        }
        let alike = group_by_key(distinction.values.into_iter().zip(group)).into_iter();
        groups.extend(alike.map(|(_, members)| members));
    }
    let captions = captions.into_iter().map(|caption| caption.text);
    captions
        .map(|text| (!text.is_empty()).then_some(text))
        .collect()
}

/// A caption that grows until it tells its behaviour from all others.
#[derive(Clone, Default)]
struct Caption {
    text: String,
    /// The last text that was added, and the step that it is of.
    last: String,
    step: Option<(usize, Option<usize>, usize)>,
}

impl Caption {
    fn add(&mut self, text: String, place: &Place<'_>) {
        let step = match place {
            Place::Reached(step) | Place::Fact(step, _) => {
                Some((step.step, step.inside, step.turn))
            }
            Place::End => None,
        };
        let is_same_step = self.step == step;
        // A message has the type of its exception before it already.
        let is_continued = is_same_step && text.starts_with(&format!("{}: ", self.last));
        if self.text.is_empty() {
            self.text.clone_from(&text);
        } else if is_continued {
            self.text.truncate(self.text.len() - self.last.len());
            self.text.push_str(&text);
        } else if text != self.last || !is_same_step {
            self.text
                .push_str(if is_same_step { ", " } else { ", then " });
            self.text.push_str(&text);
        }
        (self.last, self.step) = (text, step);
    }
}

/// The first fact in which some behaviours do not agree.
pub(super) struct Distinction<'a> {
    pub(super) place: Place<'a>,
    /// Of each behaviour the value: nothing where it did not come so far, or has no such fact.
    values: Vec<Option<FactValue>>,
}

/// Where a fact is.
pub(super) enum Place<'a> {
    /// A step that not all came to.
    Reached(StepOccurrence<'a>),
    /// A fact of a step.
    Fact(StepOccurrence<'a>, &'a str),
    /// The end of the process.
    End,
}

pub(super) fn find_distinction<'a>(behaviours: &[BehaviourTrace<'a>]) -> Option<Distinction<'a>> {
    let traces: Vec<TraceView<'a>> = behaviours.iter().map(|known| known.trace).collect();
    for occurrence in align_occurrences(&traces) {
        let records = traces.iter().map(|trace| find_record(*trace, &occurrence));
        let records: Vec<Option<&StepRecord>> = records.collect();
        let reached = records.iter().flatten().copied();
        let names = fact_names(reached.clone());
        let is_listed = |name: &&str| !reached.clone().all(|record| is_twin(record, name));
        for name in names.into_iter().filter(is_listed) {
            let mut values = reached.clone().map(|record| record.fact(name));
            let first = values.next()?;
            if values.any(|value| value != first) {
                let values = records
                    .iter()
                    .map(|record| record.and_then(|it| it.fact(name)));
                return Some(Distinction {
                    values: values.map(Option::<&FactValue>::cloned).collect(),
                    place: Place::Fact(occurrence, name),
                });
            }
        }
        if records.iter().any(Option::is_none) {
            let values = records
                .iter()
                .map(|record| record.map(|_| FactValue::Bool(true)));
            return Some(Distinction {
                values: values.collect(),
                place: Place::Reached(occurrence),
            });
        }
    }
    let mut ends = behaviours.iter().map(|behaviour| behaviour.end);
    let first = ends.next()?;
    ends.any(|end| end != first).then(|| Distinction {
        values: behaviours
            .iter()
            .map(|behaviour| Some(FactValue::text(behaviour.end)))
            .collect(),
        place: Place::End,
    })
}

/// The record of a step in a trace.
pub(super) fn find_record<'a>(
    trace: TraceView<'a>,
    wanted: &StepOccurrence<'_>,
) -> Option<&'a StepRecord> {
    position_of(trace, wanted).map(|index| &trace.steps[index])
}

impl Distinction<'_> {
    /// Says in words what each behaviour has there.
    fn describe(&self, behaviours: &[BehaviourTrace<'_>]) -> Vec<String> {
        let values = self.values.iter().zip(behaviours);
        let values: Vec<String> = match &self.place {
            Place::End => values
                .map(|(_, behaviour)| behaviour.end.to_owned())
                .collect(),
            Place::Reached(occurrence) => values
                .map(|(_, behaviour)| describe_reach(*behaviour, occurrence))
                .collect(),
            Place::Fact(occurrence, name) => {
                let texts = describe_values(&self.values);
                let facts = texts.into_iter().zip(behaviours);
                facts
                    .map(|(text, behaviour)| {
                        let record = find_record(behaviour.trace, occurrence);
                        record.map_or_else(
                            || describe_reach(*behaviour, occurrence),
                            |record| describe_fact(name, text, record, behaviour.trace),
                        )
                    })
                    .collect()
            }
        };
        values
    }
}

/// Says whether a behaviour comes to a step.
fn describe_reach(behaviour: BehaviourTrace<'_>, occurrence: &StepOccurrence<'_>) -> String {
    match (find_record(behaviour.trace, occurrence), behaviour.end) {
        (Some(_), _) => format!("comes to step {}", occurrence.step),
        (None, REGULAR_END) => format!("no step {}", occurrence.step),
        (None, end) => end.to_owned(),
    }
}

/// Values in few characters. Of long texts that begin alike, the part that differs; of a long list, what came and went since the
/// value before it.
fn describe_values(values: &[Option<FactValue>]) -> Vec<Option<String>> {
    let texts = values
        .iter()
        .map(|value| value.as_ref().map(ToString::to_string));
    let texts: Vec<Option<String>> = texts.collect();
    let common = common_prefix(&texts);
    let mut latest: Option<&FactValue> = None;
    let described = values.iter().zip(&texts).map(|(value, text)| {
        let (value, text) = (value.as_ref()?, text.as_ref()?);
        let before = latest.replace(value);
        if width(text) <= MAX_WHOLE_LIST {
            return Some(text.clone());
        }
        let FactValue::List(items) = value else {
            let is_cut_off = width(&text[..common]) + KEPT_PREFIX > MAX_VALUE;
            let start = text[..common].char_indices().rev().nth(KEPT_PREFIX);
            let start = start.map_or(0, |(index, _)| index);
            return Some(if is_cut_off && start > 0 {
                fit(&format!("…{}", &text[start..]), MAX_VALUE).into_owned()
            } else {
                fit(text, MAX_VALUE).into_owned()
            });
        };
        let changes = before.and_then(|before| find_list_changes(before, value));
        Some(match changes.as_deref() {
            Some([]) | None => format!("[{}]", plural(items.len(), "item")),
            Some(changes) => fit(&joined(changes, ", "), MAX_VALUE).into_owned(),
        })
    });
    described.collect()
}

/// The length in bytes of what all texts begin with.
fn common_prefix(texts: &[Option<String>]) -> usize {
    let mut texts = texts.iter().flatten();
    let Some(first) = texts.next() else { return 0 };
    let common = |text: &String| {
        let pairs = first.char_indices().zip(text.chars());
        let same = pairs.take_while(|((_, a), b)| a == b).last();
        same.map_or(0, |((index, c), _)| index + c.len_utf8())
    };
    texts.map(common).min().unwrap_or(0)
}

/// Says in words what a fact of a step is; nothing for a fact that the step does not have.
fn describe_fact(
    name: &str,
    text: Option<String>,
    record: &StepRecord,
    trace: TraceView<'_>,
) -> String {
    let (kind, subject) = name.split_once('(').unwrap_or((name, ""));
    let subject = subject.trim_end_matches(')');
    let Some(text) = text.or_else(|| Fact::of(name).is_list().then(|| "[]".to_owned())) else {
        return format!("no {name}");
    };
    match (kind, &*text) {
        ("outcome" | "end" | "lookups", _) if text != "[]" => text,
        ("lookups", _) => "no lookups".to_owned(),
        ("value", _) => describe_value(text, trace.action(record)),
        ("message", _) => match record.fact("outcome") {
            Some(outcome) => format!("{outcome}: {text}"),
            None => text,
        },
        ("ran", "[]") => "runs nothing".to_owned(),
        ("ran", _) => format!("runs {text}"),
        ("died", "[]") => "nothing dies".to_owned(),
        ("died", _) => format!("{text} dies"),
        ("warned", "[]") => "no warning".to_owned(),
        ("warned", _) => format!("warns {text}"),
        ("cache", _) => format!("sys.modules is {text}"),
        ("cached", "absent") => format!("{subject} not cached"),
        ("original", "absent") => format!("{subject} not in the original cache"),
        ("attribute", "absent") => format!("no attribute {subject}"),
        ("resolve", _) => format!("{subject}: {}", describe_label(&text, record, trace)),
        (_, "unbound") => format!("{name} unbound"),
        _ => {
            let label = describe_label(&text, record, trace);
            let is_first = label == format!("{subject}#1");
            match kind {
                "cached" if is_first => format!("{subject} cached"),
                "cached" => format!("{label} cached"),
                "original" if is_first => format!("{subject} in the original cache"),
                "original" => format!("{label} in the original cache"),
                "attribute" if is_label_of(&text, subject) => format!("attribute {label}"),
                // `demo` bound to `demo#2` says it once.
                _ if is_label_of(&text, name) => label,
                _ if subject.is_empty() => format!("{name} is {label}"),
                _ => format!("{subject} is {label}"),
            }
        }
    }
}

/// The value of an expression, which goes before it where the value alone says nothing.
fn describe_value(text: String, action: &str) -> String {
    let is_mute = ["True", "False", "None"].contains(&&*text) || text.parse::<f64>().is_ok();
    match action.strip_prefix("eval: ") {
        Some(expression) if is_mute => format!("{}: {text}", fit(expression, MAX_WHOLE_LIST)),
        _ => text,
    }
}

/// True for a label of the object that a name is called after: `demo#2` of `demo`.
fn is_label_of(text: &str, name: &str) -> bool {
    is_label(text) && text.rsplit_once('#').is_some_and(|(stem, _)| stem == name)
}

/// A label, and whether the trace had it before: `demo#1 again`, `demo#2, fresh`.
fn describe_label(text: &str, record: &StepRecord, trace: TraceView<'_>) -> String {
    if !is_label(text) {
        return text.to_owned();
    }
    let earlier = trace
        .steps
        .iter()
        .take_while(|known| !std::ptr::eq(*known, record));
    let mut facts = earlier.flat_map(|record| &record.facts);
    if facts.any(|(_, value)| *value == FactValue::text(text)) {
        format!("{text} again")
    } else if text.ends_with("#1") {
        text.to_owned()
    } else {
        format!("{text}, fresh")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::StepRecord;
    use serde_json::{Value, json};

    /// The captions of behaviours, each given by the facts of its steps.
    fn captions(behaviours: &[&[Value]]) -> Vec<String> {
        let traces = behaviours.iter().map(|steps| {
            let records = steps.iter().enumerate().map(|(index, facts)| {
                json!({"step": index + 1, "action": "import: demo", "facts": facts})
            });
            serde_json::from_value(records.collect()).unwrap()
        });
        let traces: Vec<Vec<StepRecord>> = traces.collect();
        let behaviours = traces.iter().map(|steps| {
            Some(BehaviourTrace {
                trace: TraceView::of_records(steps),
                end: REGULAR_END,
            })
        });
        let captions = build_captions(&behaviours.collect::<Vec<_>>());
        let captions = captions.into_iter().map(Option::unwrap_or_default);
        captions.collect()
    }

    #[test]
    fn the_first_fact_in_which_they_differ_tells_them_apart() {
        let [ok, error] = ["ok", "KeyError"].map(|outcome| json!({"outcome": outcome}));
        let one = std::slice::from_ref;
        assert_eq!(captions(&[one(&ok), one(&error)]), ["ok", "KeyError"]);
        assert_eq!(
            captions(&[
                &[error.clone(), ok.clone()],
                &[error, ok.clone(), ok.clone()]
            ]),
            ["no step 3", "comes to step 3"]
        );
        assert_eq!(captions(&[&[ok]]), [""]);
        let ran = |order: &[&str]| json!({"outcome": "ok", "ran": order});
        assert_eq!(
            captions(&[
                &[ran(&["outer", "inner"])],
                &[ran(&["inner", "outer"])],
                &[ran(&[])]
            ]),
            ["runs [outer, inner]", "runs [inner, outer]", "runs nothing"]
        );
    }

    #[test]
    fn behaviours_that_agree_there_differ_in_the_next_one() {
        let step =
            |outcome: &str, cached: &str| json!({"outcome": outcome, "cached(demo)": cached});
        assert_eq!(
            captions(&[
                &[step("ok", "demo#1")],
                &[step("ok", "absent")],
                &[step("KeyError", "absent")]
            ]),
            ["ok, demo cached", "ok, demo not cached", "KeyError"]
        );
    }

    #[test]
    fn labels_are_fresh_or_seen_before() {
        let bound = |label: &str| json!({"outcome": "ok", "demo": label});
        assert_eq!(
            captions(&[
                &[bound("demo#1"), bound("unbound"), bound("demo#1")],
                &[bound("demo#1"), bound("unbound"), bound("demo#2")]
            ]),
            ["demo#1 again", "demo#2, fresh"]
        );
    }

    #[test]
    fn of_long_lists_captions_have_what_came_and_went() {
        let mut lookups: Vec<String> = (0..9).map(|index| format!("get pkg.name{index}")).collect();
        let before = json!({"lookups": lookups});
        lookups.push("pop pkg.late".into());
        let after = json!({"lookups": lookups});
        assert_eq!(
            captions(&[&[before], &[after]]),
            ["[9 items]", "+ pop pkg.late"]
        );
    }
}
