//! Failures of several rows that have one cause, told once.

use std::collections::HashMap;
use std::fmt::Write;

use crate::python::version::InterpreterKey;
use crate::record::CaseReport;
use crate::record::Verdict;
use crate::text::{listing, plural};

/// Rows that are named of those that failed in the same way.
const MOST_ROWS: usize = 6;

/// Cases of one row that failed alike, and the rows that failed in the same way.
pub(crate) struct Failure<'a> {
    pub(crate) case: &'a CaseReport,
    pub(crate) keys: Vec<&'a InterpreterKey>,
    more: Vec<&'a str>,
}

impl<'a> Failure<'a> {
    /// Of one row.
    pub(crate) fn new(case: &'a CaseReport) -> Self {
        Self {
            case,
            keys: vec![&case.interpreter],
            more: Vec::new(),
        }
    }

    /// `and 22 more rows with the same: swap/a, 'swap/b[via=c_api]' and 20 more`
    pub(crate) fn others(&self) -> Option<String> {
        let rows = plural(self.more.len(), "more row");
        let ids = listing(&self.more, MOST_ROWS);
        (!self.more.is_empty()).then(|| format!("and {rows} with the same: {ids}"))
    }

    /// Whatever failures of one cause have in common. What differs from the baseline in the same way, `diff` and `review` tell
    /// once, with all that differs.
    fn cause(&self) -> Option<Cause<'a>> {
        let case = self.case;
        let is_told_alone = matches!(
            case.verdict,
            Verdict::Drift | Verdict::New | Verdict::Unstable
        );
        if is_told_alone || case.reasons.is_empty() {
            return None;
        }
        Some(Cause {
            verdict: case.verdict,
            reasons: case.reasons.iter().map(|text| general(text)).collect(),
            keys: self.keys.clone(),
            wrote: [&case.stdout, &case.stderr],
        })
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Cause<'a> {
    verdict: Verdict,
    reasons: Vec<String>,
    keys: Vec<&'a InterpreterKey>,
    wrote: [&'a str; 2],
}

/// Failures with one cause as one, where the first stood.
pub(crate) fn merged(failures: Vec<Failure<'_>>) -> Vec<Failure<'_>> {
    let mut merged: Vec<Failure<'_>> = Vec::new();
    let mut known: HashMap<Cause<'_>, usize> = HashMap::new();
    for failure in failures {
        let Some(cause) = failure.cause() else {
            merged.push(failure);
            continue;
        };
        let at = *known.entry(cause).or_insert(merged.len());
        match merged.get_mut(at) {
            Some(first) if first.case.case != failure.case.case => {
                first.more.push(&failure.case.case);
            }
            _ => merged.push(failure),
        }
    }
    merged
}

/// A reason without what belongs to its row: the number and action of the step, and the names of modules in labels.
fn general(reason: &str) -> String {
    let is_of_step = reason.starts_with("step ");
    let rest = reason.split_once("): ").filter(|_| is_of_step);
    let rest = rest.map_or(reason, |(_, rest)| rest);
    let mut parts = rest.split('#').peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let is_label = parts
            .peek()
            .is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        let kept = if is_label {
            part.trim_end_matches(name)
        } else {
            part
        };
        let _ = write!(
            out,
            "{kept}{}",
            if parts.peek().is_some() { "#" } else { "" }
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fake;

    #[test]
    fn a_cause_has_no_step_and_no_name() {
        for (one, other) in [
            (
                "step 3 (delete: demo): died: expected [demo#1], got []",
                "step 12 (eval: f(x)): died: expected [pkg.sub#1], got []",
            ),
            ("no answer", "no answer"),
        ] {
            assert_eq!(general(one), general(other));
        }
        assert_eq!(
            general("step 1 (a): died: expected [demo#1, b#2], got # 3"),
            "died: expected [#1, #2], got # 3"
        );
        assert_ne!(
            general("step 3 (delete: demo): died: expected [demo#1], got []"),
            general("step 3 (delete: demo): died: expected [demo#2], got []")
        );
    }

    #[test]
    fn equal_failures_are_told_once() {
        let died = "step 1 (delete: a): died: expected [a#1], got []";
        let mut report = fake::report(&[
            ("swap/a[n=1]", "3.14.0", Verdict::Fail, "a"),
            ("swap/a[n=2]", "3.14.0", Verdict::Fail, "a"),
            ("swap/b", "3.14.0", Verdict::Fail, "a"),
            ("swap/c", "3.14.0", Verdict::Fail, "a"),
            ("swap/d", "3.14.0", Verdict::Drift, "a"),
            ("swap/e", "3.14.0", Verdict::Drift, "a"),
        ]);
        for case in &mut report.cases {
            case.reasons = vec![died.to_owned()];
        }
        report.cases[2].reasons = vec!["step 9 (collect): died: expected [b#1], got []".to_owned()];
        report.cases[3].reasons = vec!["step 1 (collect): ran: expected [], got [c]".to_owned()];
        let failures = merged(report.cases.iter().map(Failure::new).collect());
        let told: Vec<_> = failures
            .iter()
            .map(|one| (one.case.case.as_str(), one.others()))
            .collect();
        let more = "and 2 more rows with the same: 'swap/a[n=2]', swap/b";
        assert_eq!(
            told,
            [
                ("swap/a[n=1]", Some(more.to_owned())),
                ("swap/c", None),
                ("swap/d", None),
                ("swap/e", None),
            ]
        );
    }
}
