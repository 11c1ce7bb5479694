//! What happened in each step of several traces, and which facts of it are worth a line.

use crate::trace::fact::FactValue;
use crate::trace::{StepRecord, TraceView};

/// Facts of a moment: shown where they are recorded. All others are states: shown where they change.
pub(crate) const MOMENTS: [&str; 7] = [
    "outcome", "message", "value", "ran", "died", "warned", "lookups",
];

/// A fact in each column: nothing where the step was not reached, no value where it was and has no such fact.
pub(crate) type Values = Vec<Option<Option<FactValue>>>;

/// A line of steps: the same step of every trace. One in the body of a module may come more than once.
#[derive(Clone, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) step: usize,
    pub(crate) inside: Option<usize>,
    /// Which time in that step, from 0.
    pub(crate) turn: usize,
    pub(crate) action: &'a str,
    /// The module in whose body the step stands.
    module: Option<&'a str>,
}

impl PartialEq for Moment<'_> {
    /// Words do not count: the baseline may have those of an older modswap.
    fn eq(&self, other: &Self) -> bool {
        (self.step, self.inside, self.turn) == (other.step, other.inside, other.turn)
    }
}

/// The moments of a trace, one for each of its records.
pub(crate) fn moments_of(trace: TraceView<'_>) -> Vec<Moment<'_>> {
    let mut moments: Vec<Moment<'_>> = Vec::new();
    for record in trace.steps {
        let same = |known: &&Moment<'_>| (known.step, known.inside) == (record.step, record.inside);
        moments.push(Moment {
            step: record.step,
            inside: record.inside,
            turn: moments.iter().filter(same).count(),
            action: trace.action(record),
            module: trace.module(record),
        });
    }
    moments
}

/// The moments of all traces, in the order in which they came: one that only some traces have stands behind what
/// came before it there.
pub(crate) fn moments<'a>(traces: &[TraceView<'a>]) -> Vec<Moment<'a>> {
    let mut all: Vec<Moment<'a>> = Vec::new();
    for trace in traces.iter().copied() {
        let mut at = 0;
        for moment in moments_of(trace) {
            if let Some(known) = all.iter().position(|known| *known == moment) {
                at = known + 1;
            } else {
                all.insert(at, moment);
                at += 1;
            }
        }
    }
    all
}

/// The facts worth a line after a step: those that changed in any column, or were recorded of the moment.
pub(crate) fn changes<'a>(traces: &[TraceView<'a>], moment: &Moment<'a>) -> Vec<(&'a str, Values)> {
    let place = |trace: TraceView<'a>| moments_of(trace).iter().position(|one| one == moment);
    let at = |trace: TraceView<'a>| place(trace).map(|place| &trace.steps[place]);
    // Bindings are those of one namespace, that of the steps or that of a module; all else is of the whole process.
    let before = |trace: TraceView<'a>, name: &str| {
        let binding = name != "cache" && !name.contains('(');
        let same = |record: &&StepRecord| !binding || trace.module(record) == moment.module;
        place(trace).and_then(|place| trace.steps[..place].iter().rev().find(same))
    };
    let mut names: Vec<&str> = Vec::new();
    for record in traces.iter().filter_map(|trace| at(*trace)) {
        for (name, _) in &record.facts {
            if !names.contains(&name.0.as_str()) {
                names.push(&name.0);
            }
        }
    }
    // A fact that only a later behaviour has must not fall to the end of the step.
    names.sort_by_key(|name| {
        MOMENTS
            .iter()
            .position(|moment| moment == name)
            .unwrap_or(MOMENTS.len())
    });
    let is_worth_it = |name: &str, trace: TraceView<'a>| {
        let Some(value) = at(trace).and_then(|record| record.fact(name)) else {
            return false;
        };
        if MOMENTS.contains(&name) {
            let nothing = match name {
                "outcome" => *value == FactValue::text("ok"),
                "lookups" => *value == FactValue::List(vec![]),
                _ => false,
            };
            return !nothing;
        }
        if name.starts_with("resolve(") {
            return true;
        }
        let earlier = before(trace, name);
        if earlier.is_some_and(|record| is_twin(record, name))
            && at(trace).is_some_and(|record| !is_twin(record, name))
        {
            return !is_nothing(value); // it was not told while it was what the cache has
        }
        match earlier.and_then(|record| record.fact(name)) {
            Some(old) => old != value,
            // What the start has is not in the trace: a name that is watched and cached then shows at the first step.
            None => !is_nothing(value),
        }
    };
    let all_twins = |name: &str| {
        let mut records = traces.iter().filter_map(|trace| at(*trace));
        records.all(|record| is_twin(record, name))
    };
    names
        .into_iter()
        .filter(|name| !all_twins(name))
        .filter(|name| traces.iter().any(|trace| is_worth_it(name, *trace)))
        .map(|name| {
            let values = traces
                .iter()
                .map(|trace| at(*trace).map(|record| record.fact(name).cloned()));
            (name, values.collect())
        })
        .collect()
}

/// Whether the fact is `original(…)` and says what `cached(…)` says anyway, because nothing was swapped.
pub(crate) fn is_twin(record: &StepRecord, name: &str) -> bool {
    name.strip_prefix("original(").is_some_and(|rest| {
        record.fact("cache") == Some(&FactValue::text("original"))
            && record.fact(name) == record.fact(&format!("cached({rest}"))
    })
}

fn is_nothing(value: &FactValue) -> bool {
    matches!(value, FactValue::Text(text) if ["absent", "unbound", "original"].contains(&text.as_str()))
}
