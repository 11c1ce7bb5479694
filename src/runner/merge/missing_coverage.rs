//! What the union of several reports lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::parts::{self, Division};
use crate::plan::Shard;
use crate::python::requirements::{Requirements, find_unmet};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::VariantId;
use crate::record::ranges::ranges;
use crate::text::{first_few, plural, visible};

/// How many parts and rows are named before the rest is only counted.
const MAX_NAMED: usize = 3;

/// Something that should have been run and was not. `on` says by which interpreters, in ranges of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingCoverage {
    /// Parts of the run.
    Parts {
        /// Ranges of versions.
        on: String,
        /// The first of them: `3/5`.
        parts: Vec<Shard>,
        /// How many there are beside those.
        more: usize,
    },
    /// Rows that other interpreters have run.
    Rows {
        /// Ranges of versions.
        on: String,
        /// Their ids, fit to be shown.
        rows: Vec<String>,
    },
    /// Rows that an interrupted or stopped run did not come to the end of.
    Unfinished {
        /// Ranges of versions.
        on: String,
        /// Their ids, fit to be shown.
        rows: Vec<String>,
    },
    /// A Python that is required, as it was asked for.
    Required(String),
}

impl fmt::Display for MissingCoverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts { on, parts, more } => {
                let (part, is) = match parts.len() + more {
                    1 => ("part", "is"),
                    _ => ("parts", "are"),
                };
                let names: Vec<_> = parts.iter().map(ToString::to_string).collect();
                let more = match more {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                write!(f, "{on}: {part} {}{more} {is} missing", names.join(", "))
            }
            Self::Rows { on, rows } => {
                let count = plural(rows.len(), "row");
                let rows = first_few(rows, MAX_NAMED);
                write!(f, "{on}: {count} not run, which others ran: {rows}")
            }
            Self::Unfinished { on, rows } => {
                let count = plural(rows.len(), "row");
                write!(
                    f,
                    "{on}: {count} not finished: {}",
                    first_few(rows, MAX_NAMED)
                )
            }
            Self::Required(wanted) => write!(f, "required and missing: {}", visible(wanted)),
        }
    }
}

/// Finds what is missing: parts, rows of parts that are there, cases that were begun, and Pythons that are required.
pub fn find_missing_coverage(
    report: &RunReport,
    required: &[Requirements],
) -> Vec<MissingCoverage> {
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
        let (parts, more) = list_missing_parts(division, there);
        found.push(MissingCoverage::Parts { on, parts, more });
    }

    let ran = report
        .cases
        .iter()
        .map(|case| (&case.case, &*case.interpreter));
    let open = report.unfinished.iter();
    let open: BTreeSet<_> = open.map(|case| (&case.case, &case.interpreter)).collect();
    let known: BTreeSet<_> = ran.chain(open.iter().copied()).collect();
    let rows: BTreeSet<&VariantId> = known.iter().map(|(row, _)| *row).collect();
    let lost_rows = |is_lost: &dyn Fn(&VariantId, &InterpreterKey) -> bool| {
        let lost = keys.iter().filter_map(|key| {
            let lost = rows.iter().filter(|row| is_lost(row, key));
            let lost: Vec<String> = lost.map(|row| visible(row)).collect();
            (!lost.is_empty()).then_some((lost, *key))
        });
        group_by_lack(lost, &keys)
    };
    let not_run = lost_rows(&|row, key| {
        !known.contains(&(row, key)) && parts_of(key).iter().any(|shard| shard.has(row))
    });
    let not_run = not_run.into_iter();
    found.extend(not_run.map(|(rows, on)| MissingCoverage::Rows { on, rows }));
    let unfinished = lost_rows(&|row, key| open.contains(&(row, key))).into_iter();
    found.extend(unfinished.map(|(rows, on)| MissingCoverage::Unfinished { on, rows }));

    let unmet = find_unmet(required, &keys);
    found.extend(
        unmet
            .iter()
            .map(|request| MissingCoverage::Required(request.to_string())),
    );
    found
}

/// Lists the first missing parts of a division, and counts the rest.
fn list_missing_parts(division: Division, there: &BTreeSet<Shard>) -> (Vec<Shard>, usize) {
    let of = division.of;
    let all = (1..=of).map(|part| Shard { part, of });
    let lost = all.filter(|shard| !there.contains(shard));
    let lost: Vec<Shard> = lost.take(MAX_NAMED).collect();
    let more = usize::try_from(division.missing).unwrap_or(usize::MAX) - lost.len();
    (lost, more)
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
