//! Two reports, or two baselines, against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeGroup, ChangeKind, ChangedCase, Changes, DiffInput, OnlyIn};
use crate::baseline::Baseline;
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::Verdict;
use crate::record::{BehaviourId, RunReport};
use crate::trace::TraceView;
use crate::trace::difference::BehaviourTrace;

/// Why a case of a row and a version that a side has is not there.
const MISSING: &str = "it has no such case";

/// What an input has of a case.
struct Entry<'a> {
    scenario: &'a str,
    shown: Option<BehaviourTrace<'a>>,
    /// Everything that it showed: one behaviour, or several where it was unstable.
    seen: BTreeSet<BehaviourId>,
    /// Digest of its scenario, as far as the input says it.
    scenario_digest: Option<&'a str>,
    /// Whether it was recorded of that scenario, and not of an earlier state.
    current: bool,
    verdict: Option<Verdict>,
    reason: &'a str,
}

type Row<'a> = BTreeMap<&'a InterpreterKey, Entry<'a>>;

/// An input by rows and versions.
#[derive(Default)]
struct Index<'a> {
    versions: BTreeSet<&'a InterpreterKey>,
    rows: BTreeMap<&'a VariantId, Row<'a>>,
}

/// What changed in the cases that both sides have.
pub(super) fn find_changes_between<'a>(was: DiffInput<'a>, now: DiffInput<'a>) -> Changes<'a> {
    let (was, now) = (build_index(was), build_index(now));
    let pairs = pair_versions(&was.versions, &now.versions);
    let mut changes = Changes {
        versions: now.versions.iter().copied().collect(),
        was_only: only_in(&was, &now, pairs.iter().map(|(old, _)| *old)),
        now_only: only_in(&now, &was, pairs.iter().map(|(_, new)| *new)),
        ..Changes::default()
    };
    for (case, after) in &now.rows {
        let Some(before) = was.rows.get(case) else {
            continue;
        };
        for (old, new) in &pairs {
            match (before.get(old), after.get(new)) {
                (Some(before), Some(after)) => {
                    compare_entries(&mut changes, (case, new), before, after);
                }
                (Some(before), None) if !before.is_skipped() => {
                    changes.add_untested(true, MISSING, (case, new));
                }
                (None, Some(after)) if !after.is_skipped() => {
                    changes.add_untested(false, MISSING, (case, new));
                }
                _ => {}
            }
        }
    }
    changes.sorted()
}

/// Adds a case that both inputs have, as changed or as the same.
fn compare_entries<'a>(
    changes: &mut Changes<'a>,
    (case, key): (&'a VariantId, &'a InterpreterKey),
    before: &Entry<'a>,
    after: &Entry<'a>,
) {
    match (before.is_skipped(), after.is_skipped()) {
        (true, true) => return,
        (true, false) => return changes.add_untested(false, before.reason, (case, key)),
        (false, true) => return changes.add_untested(true, after.reason, (case, key)),
        (false, false) => {}
    }
    let verdicts = before.verdict.zip(after.verdict);
    let verdicts = verdicts.filter(|(was, now)| was != now);
    let is_stale =
        (before.scenario_digest, before.current) != (after.scenario_digest, after.current);
    if !is_stale && verdicts.is_none() && before.seen == after.seen {
        changes.same += 1;
        return;
    }
    let it = ChangedCase {
        scenario: after.scenario,
        case,
        key,
        neighbour: None,
        was: before.shown,
        now: after.shown,
    };
    let kind = if is_stale {
        ChangeKind::Stale
    } else {
        ChangeKind::ChangedCase
    };
    let group = ChangeGroup {
        scenario: is_stale.then_some(after.scenario),
        verdicts,
        ..ChangeGroup::of(kind, &it)
    };
    changes.add_case(group, it);
}

impl Entry<'_> {
    fn is_skipped(&self) -> bool {
        self.verdict == Some(Verdict::Skipped)
    }
}

fn build_index(side: DiffInput<'_>) -> Index<'_> {
    match side {
        DiffInput::Report(report) => index_report(report),
        DiffInput::Baseline(baseline) => index_baseline(baseline),
    }
}

fn index_report(report: &RunReport) -> Index<'_> {
    let mut index = Index {
        versions: report
            .interpreters
            .iter()
            .map(|interpreter| &interpreter.key)
            .collect(),
        ..Index::default()
    };
    let texts: BTreeMap<&str, &str> = report
        .scenarios
        .iter()
        .map(|scenario| (scenario.id.as_str(), scenario.digest.as_str()))
        .collect();
    for case in &report.cases {
        let seen = case.trace.as_ref().zip(case.end.as_ref());
        let first = seen.map(|(trace, end)| BehaviourId {
            trace: trace.clone(),
            end: end.clone(),
        });
        let trace = report.trace_of(case);
        let entry = Entry {
            scenario: &case.scenario,
            shown: trace
                .zip(case.end.as_deref())
                .map(|(trace, end)| BehaviourTrace { trace, end }),
            seen: first.into_iter().chain(case.also.iter().cloned()).collect(),
            scenario_digest: texts.get(case.scenario.as_str()).copied(),
            current: true,
            verdict: Some(case.verdict),
            reason: case.reasons.first().map_or("skipped", String::as_str),
        };
        let row = index.rows.entry(&case.case).or_default();
        row.insert(&case.interpreter, entry);
    }
    for open in &report.unfinished {
        index.rows.entry(&open.case).or_default();
    }
    index
}

fn index_baseline(baseline: &Baseline) -> Index<'_> {
    let mut index = Index::default();
    for (id, file) in &baseline.scenarios {
        for row in &file.variants {
            let entries = index.rows.entry(&row.case).or_default();
            for behaviour in &row.behaviours {
                let current = behaviour.versions.iter().map(|key| (key, true));
                let stale = behaviour.stale.iter().map(|key| (key, false));
                for (key, current) in current.chain(stale) {
                    index.versions.insert(key);
                    let seen = BehaviourId {
                        trace: behaviour.digest.as_str().into(),
                        end: behaviour.end.as_str().into(),
                    };
                    let entry = Entry {
                        scenario: id,
                        shown: Some(BehaviourTrace {
                            trace: TraceView::of_records(&behaviour.trace),
                            end: &behaviour.end,
                        }),
                        seen: BTreeSet::from([seen]),
                        scenario_digest: Some(&file.digest),
                        current,
                        verdict: None,
                        reason: "",
                    };
                    entries.insert(key, entry);
                }
            }
        }
    }
    index
}

/// Which version of the behaviour side is which of the other: the same key; of what is left, the same version and build, where each
/// side has it once and behaviour of them gave it a label, which is a name of behaviour machine.
fn pair_versions<'a>(
    was: &BTreeSet<&'a InterpreterKey>,
    now: &BTreeSet<&'a InterpreterKey>,
) -> Vec<(&'a InterpreterKey, &'a InterpreterKey)> {
    let mut pairs: Vec<_> = was
        .iter()
        .filter_map(|old| Some((*old, *now.get(old)?)))
        .collect();
    let left = |keys: &BTreeSet<&'a InterpreterKey>, other: &BTreeSet<&'a InterpreterKey>| {
        let mut plain: BTreeMap<InterpreterKey, Vec<&'a InterpreterKey>> = BTreeMap::new();
        for key in keys.difference(other) {
            plain.entry(key.without_label()).or_default().push(key);
        }
        plain
    };
    let rest = left(now, was);
    for (plain, old) in left(was, now) {
        if let ([old], Some([new])) = (&old[..], rest.get(&plain).map(Vec::as_slice))
            && (old.label.is_none() || new.label.is_none())
        {
            pairs.push((old, new));
        }
    }
    pairs.sort_by_key(|(_, new)| *new);
    pairs
}

/// What one side has alone.
fn only_in<'a>(
    index: &Index<'a>,
    other: &Index<'a>,
    paired: impl Iterator<Item = &'a InterpreterKey>,
) -> OnlyIn<'a> {
    let paired: BTreeSet<_> = paired.collect();
    let rows = index.rows.keys().copied();
    OnlyIn {
        versions: index.versions.difference(&paired).copied().collect(),
        rows: rows
            .filter(|row| !other.rows.contains_key(row))
            .map(VariantId::as_str)
            .collect(),
    }
}
