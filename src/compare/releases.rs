//! What changed in which release: the boundaries of all rows, by the feature release in which they lie.
//!
//! What is held against what is the rule of [`Row::crossings`]. A change is only known to lie behind one interpreter and not
//! behind the next that ran: where a feature release between the two was not run, that is what is said, not a guess.

use std::collections::BTreeMap;

use super::ranges::follower;
use super::{Cell, Row};
use crate::python::version::InterpreterKey;

/// A feature release.
type Release = (u64, u64);

/// Where changes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// Between a feature release and the next one.
    In {
        /// The newer one.
        release: Release,
    },
    /// Between two bug-fix releases of one.
    Within {
        /// The one.
        release: Release,
    },
    /// Between two feature releases of which the ones in between were not run.
    Between {
        /// The newer one.
        release: Release,
        /// The older one.
        before: Release,
    },
}

impl Span {
    fn new(before: &InterpreterKey, after: &InterpreterKey) -> Self {
        let [before, release] = [before, after].map(of);
        if before == release {
            Self::Within { release }
        } else if follower(before) == Some(release) {
            Self::In { release }
        } else {
            Self::Between { release, before }
        }
    }

    /// The newer release, which is first in the order of what is shown.
    fn release(self) -> Release {
        match self {
            Self::In { release } | Self::Within { release } | Self::Between { release, .. } => {
                release
            }
        }
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = |(major, minor): Release| format!("{major}.{minor}");
        match *self {
            Self::In { release } => f.write_str(&word(release)),
            Self::Within { release } => write!(f, "within {}", word(release)),
            Self::Between { release, before } => {
                write!(f, "{} → {}", word(before), word(release))
            }
        }
    }
}

fn of(key: &InterpreterKey) -> Release {
    (key.version.major, key.version.minor)
}

/// A row that behaves otherwise than before.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Id of the row.
    pub case: &'a str,
    /// The last case with the old behaviour.
    pub before: Cell<'a>,
    /// The first case with the new one.
    pub after: Cell<'a>,
    /// What the two behaviours are called.
    pub letters: [&'a str; 2],
}

impl Change<'_> {
    /// The first part of the id.
    pub fn subject(&self) -> &str {
        self.case.split_once('/').map_or("", |(subject, _)| subject)
    }
}

/// What changed in one span, in the order of the rows.
#[derive(Clone, Debug)]
pub struct Changes<'a> {
    /// Where.
    pub span: Span,
    /// What.
    pub changes: Vec<Change<'a>>,
}

/// What changed in all of a report.
#[derive(Clone, Debug, Default)]
pub struct Releases<'a> {
    /// Between plain builds, oldest first.
    pub plain: Vec<Changes<'a>>,
    /// What only a special build (debug, free-threaded) shows, beside a plain one of its release or an older one of its own kind.
    pub special: Vec<Change<'a>>,
}

/// Sorts the boundaries of rows.
pub fn releases<'a>(rows: &'a [Row<'a>]) -> Releases<'a> {
    let mut plain: BTreeMap<(Release, Span), Vec<Change<'a>>> = BTreeMap::new();
    let mut special = Vec::new();
    for row in rows {
        for (before, after) in row.crossings() {
            let letter = |cell: Cell<'a>| {
                let at = cell.behaviour.and_then(|at| row.behaviours.get(at));
                at.map_or("?", |one| one.letter.as_str())
            };
            let change = Change {
                case: row.case,
                before,
                after,
                letters: [letter(before), letter(after)],
            };
            let [old, new] = [&before.case.interpreter, &after.case.interpreter];
            if new.build_suffix().is_empty() {
                let span = Span::new(old, new);
                plain
                    .entry((span.release(), span))
                    .or_default()
                    .push(change);
            } else {
                special.push(change);
            }
        }
    }
    let plain = plain.into_iter();
    let plain = plain.map(|((_, span), changes)| Changes { span, changes });
    Releases {
        plain: plain.collect(),
        special,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::rows;
    use crate::report::fake;
    use crate::verdict::Verdict;

    fn told(cases: &[(&str, &str, &str)]) -> Vec<String> {
        let cases: Vec<_> = cases
            .iter()
            .map(|(id, key, trace)| (*id, *key, Verdict::Pass, *trace))
            .collect();
        let report = fake::report(&cases);
        let rows = rows(&report);
        let found = releases(&rows);
        let line = |change: &Change<'_>| format!("{} {}", change.case, change.letters.join(""));
        let plain = found.plain.iter().map(|one| {
            let lines: Vec<_> = one.changes.iter().map(line).collect();
            format!("{}: {}", one.span, lines.join(", "))
        });
        let special = found
            .special
            .iter()
            .map(|one| format!("{}: {}", one.after.case.interpreter, line(one)));
        plain.chain(special).collect()
    }

    #[test]
    fn a_change_lies_where_it_is_known_to_lie() {
        assert_eq!(
            told(&[
                ("a/x", "2.7.18", "a"),
                ("a/x", "3.6.15", "b"),
                ("a/x", "3.7.16", "b"),
                ("a/x", "3.8.18", "c"),
                ("a/y", "3.7.16", "a"),
                ("a/y", "3.11.2", "a"),
                ("a/y", "3.11.7", "b"),
                ("a/y", "3.11.7d", "c"),
                ("a/y", "3.12.1", "b"),
                ("b/z", "3.7.16", "a"),
                ("b/z", "3.8.18", "b"),
                ("b/z", "3.12.1", "a"),
            ]),
            [
                "2.7 → 3.6: a/x AB",
                "3.8: a/x BC, b/z AB",
                "within 3.11: a/y AB",
                "3.8 → 3.12: b/z BA",
                "3.11.7d: a/y BC",
            ]
        );
    }

    #[test]
    fn what_does_not_change_is_not_there() {
        assert!(told(&[("a/x", "3.7.16", "a"), ("a/x", "3.8.18", "a")]).is_empty());
    }
}
