//! Parts, interpreters and cases that the union of several reports lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{self, Division};
use crate::plan::Shard;
use crate::python::requirements::{Requirements, find_unmet};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::VariantId;
use crate::record::ranges::ranges;
use crate::text::{and_more, first_few, plural, visible};

/// How many parts and rows are named before the rest is only counted.
const MAX_NAMED: usize = 3;

/// Finds what should have been run and was not: parts, rows of parts that are there, cases that were begun, and Pythons that are
/// required. Returns a sentence for each.
pub fn find_missing_coverage(report: &RunReport, required: &[Requirements]) -> Vec<String> {
    let keys: Vec<&InterpreterKey> = report
        .interpreters
        .iter()
        .map(|interpreter| &interpreter.key)
        .collect();
    let parts = parts::read_parts(report).unwrap_or_default();
    let none = BTreeSet::new();
    let parts_of = |key: &InterpreterKey| parts.get(key).unwrap_or(&none);

    let mut found = Vec::new();
    let lost = keys.iter().filter_map(|key| {
        let there = parts_of(key);
        let division = parts::count_missing(there)?;
        Some(((division, there), *key))
    });
    for ((division, there), on) in group_by_lack(lost, &keys) {
        let (part, is) = match division.missing {
            1 => ("part", "is"),
            _ => ("parts", "are"),
        };
        let names = name_missing_parts(division, there);
        found.push(format!("{on}: {part} {names} {is} missing"));
    }

    let ran = report
        .cases
        .iter()
        .map(|case| (&case.case, &*case.interpreter));
    let open = report.unfinished.iter();
    let open: BTreeSet<_> = open.map(|case| (&case.case, &case.interpreter)).collect();
    let known: BTreeSet<_> = ran.chain(open.iter().copied()).collect();
    let rows: BTreeSet<&VariantId> = known.iter().map(|(row, _)| *row).collect();
    let mut report_rows = |what: &str, is_lost: &dyn Fn(&VariantId, &InterpreterKey) -> bool| {
        let lost = keys.iter().filter_map(|key| {
            let lost = rows.iter().filter(|row| is_lost(row, key));
            let lost: Vec<String> = lost.map(|row| visible(row)).collect();
            (!lost.is_empty()).then_some((lost, *key))
        });
        for (rows, on) in group_by_lack(lost, &keys) {
            let (count, names) = (plural(rows.len(), "row"), first_few(&rows, MAX_NAMED));
            found.push(format!("{on}: {count} not {what}: {names}"));
        }
    };
    report_rows("run, which others ran", &|row, key| {
        !known.contains(&(row, key)) && parts_of(key).iter().any(|shard| shard.has(row))
    });
    report_rows("finished", &|row, key| open.contains(&(row, key)));

    let unmet = find_unmet(required, &keys).into_iter();
    found.extend(unmet.map(|wanted| {
        let wanted = wanted.to_string();
        format!("required and missing: {}", visible(&wanted))
    }));
    found
}

/// Names the first missing parts of a division, and counts the rest.
fn name_missing_parts(division: Division, there: &BTreeSet<Shard>) -> String {
    let of = division.of;
    let all = (1..=of).map(|part| Shard { part, of });
    let lost = all.filter(|shard| !there.contains(shard));
    let names: Vec<_> = lost
        .take(MAX_NAMED)
        .map(|shard| shard.to_string())
        .collect();
    let count = usize::try_from(division.missing).unwrap_or(usize::MAX);
    match and_more(count, names.len(), "") {
        Some(more) => format!("{} {more}", names.join(", ")),
        None => names.join(", "),
    }
}

/// Groups interpreters that lack the same thing, and renders which they are.
fn group_by_lack<'a, T: Ord>(
    lacks: impl Iterator<Item = (T, &'a InterpreterKey)>,
    all: &[&InterpreterKey],
) -> Vec<(T, String)> {
    let mut groups: BTreeMap<T, Vec<&InterpreterKey>> = BTreeMap::new();
    for (what, key) in lacks {
        groups.entry(what).or_default().push(key);
    }
    let on = |keys: &[&InterpreterKey]| {
        if keys.len() == all.len() && all.len() > 1 {
            "every interpreter".to_owned()
        } else {
            ranges(keys, all)
        }
    };
    let groups = groups.into_iter();
    groups.map(|(what, keys)| (what, on(&keys))).collect()
}
