//! What is missing in the union of several reports.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::parts::{self, Division};
use crate::plan::Shard;
use crate::python::require::{Requirements, unmet};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::VariantId;
use crate::record::ranges::ranges;
use crate::text::plural;
use crate::text::visible;

/// Parts and rows that are named before the rest is only counted.
const NAMED: usize = 3;

/// Something that should have been run and was not. `on` says by which interpreters, in ranges of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingCoverage {
    /// Parts of the run.
    Parts {
        /// By whom.
        on: String,
        /// The first of them: `3/5`.
        parts: Vec<Shard>,
        /// How many there are beside those.
        more: usize,
    },
    /// Rows that other interpreters have run.
    Rows {
        /// By whom.
        on: String,
        /// Their ids.
        rows: Vec<String>,
    },
    /// Rows that an interrupted or stopped run did not come to the end of.
    Unfinished {
        /// By whom.
        on: String,
        /// Their ids.
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
                write!(f, "{on}: {part} {} {is} missing", named(&names, *more))
            }
            Self::Rows { on, rows } => {
                let count = plural(rows.len(), "row");
                write!(f, "{on}: {count} not run, which others ran: {}", ids(rows))
            }
            Self::Unfinished { on, rows } => {
                let count = plural(rows.len(), "row");
                write!(f, "{on}: {count} not finished: {}", ids(rows))
            }
            Self::Required(wanted) => write!(f, "required and missing: {}", visible(wanted)),
        }
    }
}

/// The first few ids, and how many more there are.
fn ids(ids: &[String]) -> String {
    let names: Vec<_> = ids.iter().take(NAMED).map(|id| visible(id)).collect();
    named(&names, ids.len().saturating_sub(NAMED))
}

fn named(names: &[String], more: usize) -> String {
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// What is missing: parts, rows of parts that are there, cases that were begun, and Pythons that must be there.
pub fn holes(report: &RunReport, required: &[Requirements]) -> Vec<MissingCoverage> {
    let keys: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let parts = parts::of(report).unwrap_or_default();
    let parts_of = |key: &InterpreterKey| parts.get(key).cloned().unwrap_or_default();

    let mut holes = Vec::new();
    let lost = keys.iter().filter_map(|key| {
        let there = parts_of(key);
        let division = parts::missing(&there)?;
        Some(((division, there), *key))
    });
    for ((division, there), on) in grouped(lost, &keys) {
        let (parts, more) = missing(division, &there);
        holes.push(MissingCoverage::Parts { on, parts, more });
    }

    let ran = report
        .cases
        .iter()
        .map(|one| (&one.case, &*one.interpreter));
    let open = report.unfinished.iter();
    let open: BTreeSet<_> = open.map(|one| (&one.case, &one.interpreter)).collect();
    let known: BTreeSet<_> = ran.chain(open.iter().copied()).collect();
    let rows: BTreeSet<&VariantId> = known.iter().map(|(row, _)| *row).collect();
    let lost = keys.iter().filter_map(|key| {
        let there = parts_of(key);
        let should = |row: &VariantId| there.iter().any(|shard| shard.has(row));
        let lost = rows.iter().filter(|row| !known.contains(&(**row, *key)));
        let lost: Vec<String> = lost
            .filter(|row| should(row))
            .map(ToString::to_string)
            .collect();
        (!lost.is_empty()).then_some((lost, *key))
    });
    for (rows, on) in grouped(lost, &keys) {
        holes.push(MissingCoverage::Rows { on, rows });
    }

    let lost = keys.iter().filter_map(|key| {
        let lost = rows.iter().filter(|row| open.contains(&(**row, *key)));
        let lost: Vec<String> = lost.map(ToString::to_string).collect();
        (!lost.is_empty()).then_some((lost, *key))
    });
    for (rows, on) in grouped(lost, &keys) {
        holes.push(MissingCoverage::Unfinished { on, rows });
    }

    let unmet = unmet(required, &keys);
    holes.extend(
        unmet
            .iter()
            .map(|one| MissingCoverage::Required(one.to_string())),
    );
    holes
}

/// The first parts of a division that are missing, and how many more.
fn missing(division: Division, there: &BTreeSet<Shard>) -> (Vec<Shard>, usize) {
    let of = division.of;
    let all = (1..=of).map(|part| Shard { part, of });
    let lost = all.filter(|shard| !there.contains(shard));
    let lost: Vec<Shard> = lost.take(NAMED).collect();
    let more = usize::try_from(division.missing).unwrap_or(usize::MAX) - lost.len();
    (lost, more)
}

/// What interpreters have in common, each thing once, and in words which they are.
fn grouped<'a, T: Ord>(
    found: impl Iterator<Item = (T, &'a InterpreterKey)>,
    all: &[&InterpreterKey],
) -> Vec<(T, String)> {
    let mut groups: BTreeMap<T, Vec<&InterpreterKey>> = BTreeMap::new();
    for (what, key) in found {
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
