//! Aligns the steps of several traces, and finds the facts of each that are worth a line.

use std::collections::HashMap;

use super::facts::{Fact, rank};
use crate::trace::fact::FactValue;
use crate::trace::{StepRecord, TraceView};

/// A fact in each column: nothing where the step was not reached, no value where it was and has no such fact.
pub(crate) type FactColumns = Vec<Option<Option<FactValue>>>;

/// One time that a step was run, in whichever trace. A step in the body of a module may come more than once.
#[derive(Clone, Debug)]
pub(crate) struct StepOccurrence<'a> {
    pub(crate) step: usize,
    pub(crate) inside: Option<usize>,
    /// Which time in that step, from 0.
    pub(crate) turn: usize,
    pub(crate) action: &'a str,
    /// The module in whose body the step stands.
    module: Option<&'a str>,
}

impl StepOccurrence<'_> {
    /// True for a step in the body of a module.
    pub(crate) fn is_in_body(&self) -> bool {
        self.module.is_some()
    }
}

impl PartialEq for StepOccurrence<'_> {
    /// Words do not count: the baseline may have those of an older modswap.
    fn eq(&self, other: &Self) -> bool {
        (self.step, self.inside, self.turn) == (other.step, other.inside, other.turn)
    }
}

/// The occurrences of steps in a trace, one for each of its records.
pub(crate) fn occurrences_of(trace: TraceView<'_>) -> Vec<StepOccurrence<'_>> {
    let mut turns: HashMap<(usize, Option<usize>), usize> = HashMap::new();
    let records = trace.steps.iter();
    let occurrences = records.map(|record| {
        let turns = turns.entry((record.step, record.inside)).or_default();
        *turns += 1;
        StepOccurrence {
            step: record.step,
            inside: record.inside,
            turn: *turns - 1,
            action: trace.action(record),
            module: trace.module(record),
        }
    });
    occurrences.collect()
}

/// Where the record of an occurrence is in a trace, if it has one.
pub(crate) fn position_of(trace: TraceView<'_>, wanted: &StepOccurrence<'_>) -> Option<usize> {
    let records = trace.steps.iter().enumerate();
    let mut same =
        records.filter(|(_, record)| (record.step, record.inside) == (wanted.step, wanted.inside));
    same.nth(wanted.turn).map(|(index, _)| index)
}

/// Aligns the occurrences of all traces, in the order in which they came: one that only some traces have stands behind what
/// came before it there.
pub(crate) fn align_occurrences<'a>(traces: &[TraceView<'a>]) -> Vec<StepOccurrence<'a>> {
    let mut all: Vec<StepOccurrence<'a>> = Vec::new();
    for trace in traces.iter().copied() {
        let mut next = 0;
        for occurrence in occurrences_of(trace) {
            // Most stand where the last one ended.
            if all.get(next) == Some(&occurrence) {
                next += 1;
            } else if let Some(index) = all.iter().position(|known| *known == occurrence) {
                next = index + 1;
            } else {
                all.insert(next, occurrence);
                next += 1;
            }
        }
    }
    all
}

/// The facts worth a line after a step: those that changed in any column, or were recorded of the occurrence.
pub(crate) fn find_changes<'a>(
    traces: &[TraceView<'a>],
    occurrence: &StepOccurrence<'a>,
) -> Vec<(&'a str, FactColumns)> {
    let columns = traces.iter().map(|trace| Column::new(*trace, occurrence));
    let columns: Vec<_> = columns.collect();
    let records = || columns.iter().filter_map(|column| column.record);
    let mut names = fact_names(records());
    names.retain(|name| {
        !records().all(|record| is_twin(record, name))
            && columns.iter().any(|column| column.is_worth_a_line(name))
    });
    let values = |name: &str| values_of(&columns, name);
    names.into_iter().map(|name| (name, values(name))).collect()
}

/// The values of a fact at an occurrence of a step, changed or not.
pub(crate) fn values_at<'a>(
    traces: &[TraceView<'a>],
    occurrence: &StepOccurrence<'a>,
    name: &str,
) -> FactColumns {
    let columns = traces.iter().map(|trace| Column::new(*trace, occurrence));
    values_of(&columns.collect::<Vec<_>>(), name)
}

fn values_of(columns: &[Column<'_, '_>], name: &str) -> FactColumns {
    let records = columns.iter().map(|column| column.record);
    let values = records.map(|record| record.map(|record| record.fact(name).cloned()));
    values.collect()
}

/// The names of the facts of several records. One that only a later record has must not fall to the end of the step.
pub(crate) fn fact_names<'a>(records: impl Iterator<Item = &'a StepRecord>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in records.flat_map(|record| &record.facts) {
        if !names.contains(&name.0.as_str()) {
            names.push(&name.0);
        }
    }
    names.sort_by_key(|name| rank(name));
    names
}

/// A trace at one occurrence of a step.
struct Column<'a, 'o> {
    trace: TraceView<'a>,
    occurrence: &'o StepOccurrence<'a>,
    /// The record of the step; none where it was not reached.
    record: Option<&'a StepRecord>,
    /// The records of the steps before.
    earlier: &'a [StepRecord],
}

impl<'a, 'o> Column<'a, 'o> {
    fn new(trace: TraceView<'a>, occurrence: &'o StepOccurrence<'a>) -> Self {
        let index = position_of(trace, occurrence);
        Self {
            trace,
            occurrence,
            record: index.map(|index| &trace.steps[index]),
            earlier: index.map_or(&[], |index| &trace.steps[..index]),
        }
    }

    /// The last record of a fact before. Bindings are those of one namespace, that of the steps or that of a module; all else is of
    /// the whole process.
    fn record_before(&self, name: &str) -> Option<&'a StepRecord> {
        let is_binding = name != "cache" && !name.contains('(');
        let mut earlier = self.earlier.iter().rev();
        earlier.find(|record| !is_binding || self.trace.module(record) == self.occurrence.module)
    }

    fn is_worth_a_line(&self, name: &str) -> bool {
        let Some(record) = self.record else {
            return false;
        };
        let Some(value) = record.fact(name) else {
            return false;
        };
        let fact = Fact::of(name);
        if fact.is_event {
            return !fact.is_default(value);
        }
        let before = self.record_before(name);
        if before.is_some_and(|before| is_twin(before, name)) && !is_twin(record, name) {
            // It was not shown while it was what the cache has.
            return !fact.is_default(value);
        }
        match before.and_then(|before| before.fact(name)) {
            Some(old) => old != value,
            // What the start has is not in the trace: a name that is watched and cached then shows at the first step.
            None => !fact.is_default(value),
        }
    }
}

/// True if the fact is `original(…)` and says what `cached(…)` says anyway, because nothing was swapped.
pub(crate) fn is_twin(record: &StepRecord, name: &str) -> bool {
    name.strip_prefix("original(").is_some_and(|rest| {
        record.fact("cache") == Some(&FactValue::text("original"))
            && record.fact(name) == record.fact(&format!("cached({rest}"))
    })
}
