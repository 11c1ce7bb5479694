//! Two reports, or two baselines, against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeGroup, ChangeKind, ChangedCase, Changes, DiffInput, OnlyIn};
use crate::baseline::Baseline;
use crate::python::version::InterpreterKey;
use crate::record::{BehaviourId, RunReport, VariantId, Verdict};
use crate::trace::TraceView;
use crate::trace::difference::BehaviourTrace;

/// Why a case of a row and a version that a side has is not there.
const MISSING: &str = "it has no such case";

/// A case in an input.
struct Entry<'a> {
    scenario: &'a str,
    shown: Option<BehaviourTrace<'a>>,
    /// Everything that it showed: one behaviour, or several where it was unstable.
    seen: BTreeSet<BehaviourId>,
    /// Digest of its scenario, as far as the input says it.
    scenario_digest: Option<&'a str>,
    /// True if it was recorded of that scenario, and not of an earlier state.
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

/// Finds the changes of cases that both sides have.
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
            let entries = [before.get(old), after.get(new)];
            let reasons = entries.map(|entry| entry.map_or(MISSING, |entry| entry.reason));
            match entries.map(|entry| entry.filter(|entry| !entry.is_skipped())) {
                [Some(before), Some(after)] => {
                    compare_entries(&mut changes, (case, new), before, after);
                }
                [Some(_), None] => changes.add_untested(true, reasons[1], (case, new)),
                [None, Some(_)] => changes.add_untested(false, reasons[0], (case, new)),
                [None, None] => {}
            }
        }
    }
    changes.sorted()
}

/// Adds a case that both inputs ran, as changed or as the same.
fn compare_entries<'a>(
    changes: &mut Changes<'a>,
    (case, key): (&'a VariantId, &'a InterpreterKey),
    before: &Entry<'a>,
    after: &Entry<'a>,
) {
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
    let mut group = ChangeGroup::of(ChangeKind::ChangedCase, &it);
    group.verdicts = verdicts;
    if is_stale {
        group.kind = ChangeKind::Stale;
        group.scenario = Some(after.scenario);
    }
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
        versions: report.keys().collect(),
        ..Index::default()
    };
    let scenarios = report.scenarios.iter();
    let digests = scenarios.map(|scenario| (&*scenario.id, &*scenario.digest));
    let digests: BTreeMap<&str, &str> = digests.collect();
    for case in &report.cases {
        let first = case.behaviour_id().into_iter();
        let entry = Entry {
            scenario: &case.scenario,
            shown: report.behaviour_of(case),
            seen: first.chain(case.also.iter().cloned()).collect(),
            scenario_digest: digests.get(case.scenario.as_str()).copied(),
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
                    let seen = BehaviourId::new(&*behaviour.digest, &*behaviour.end);
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

/// The versions of the two sides that are the same: those with the same key; of what is left, those of the same version and build,
/// where each side has it once and only one of them gave it a label, which is a name of one machine.
fn pair_versions<'a>(
    was: &BTreeSet<&'a InterpreterKey>,
    now: &BTreeSet<&'a InterpreterKey>,
) -> Vec<(&'a InterpreterKey, &'a InterpreterKey)> {
    let same = was.iter().filter_map(|old| Some((*old, *now.get(old)?)));
    let mut pairs: Vec<_> = same.collect();
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

/// The versions and rows that one side has alone.
fn only_in<'a>(
    index: &Index<'a>,
    other: &Index<'a>,
    paired: impl Iterator<Item = &'a InterpreterKey>,
) -> OnlyIn<'a> {
    let paired: BTreeSet<_> = paired.collect();
    let rows = index.rows.keys().copied();
    OnlyIn {
        versions: index.versions.difference(&paired).copied().collect(),
        rows: rows.filter(|row| !other.rows.contains_key(row)).collect(),
    }
}
