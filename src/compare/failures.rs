//! Cases that fail the run: those of a row that failed alike are one failure, and rows that failed from one cause are told once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::groups::{group_by_key, versions_of};
use super::unstable::all_behaviours;
use crate::python::version::InterpreterKey;
use crate::record::{CaseReport, RunReport, Verdict};
use crate::text::{listing, plural};
use crate::trace::difference::{Difference, find_differences};

/// Rows that are named of those that failed from the same cause.
const MAX_NAMED_ROWS: usize = 6;

/// Cases of one row that failed alike.
#[derive(Clone, Debug)]
pub struct FailedRow<'a> {
    /// The first of them.
    pub case: &'a CaseReport,
    /// Their versions.
    pub versions: Vec<&'a InterpreterKey>,
}

/// A row that failed, and others that failed from the same cause.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// The row that is shown in full.
    pub first: FailedRow<'a>,
    /// The others.
    pub others: Vec<FailedRow<'a>>,
}

/// Failed rows with one verdict in one step of one scenario.
#[derive(Clone, Debug)]
pub struct FailedStep<'f, 'a> {
    /// The verdict.
    pub verdict: Verdict,
    /// The number of the step that the first reason is about, if it is about one.
    pub step: Option<usize>,
    /// The rows; never empty.
    pub rows: Vec<&'f FailedRow<'a>>,
}

/// The behaviour that failed beside the one that it is compared with.
#[derive(Clone, Debug)]
pub struct FailedPair {
    /// Their headings: `was`, or the version that the baseline knows, and `now`.
    pub headings: [String; 2],
    /// The facts that differ, in the order of the steps.
    pub differences: Vec<Difference>,
}

impl<'a> FailedRow<'a> {
    /// The behaviours to compare, where two are known.
    pub fn compared_pair(&self, report: &RunReport) -> Option<FailedPair> {
        let case = self.case;
        let (was, headings) = if case.verdict == Verdict::Unstable {
            (case.also.first()?, ["once", "otherwise"].map(str::to_owned))
        } else {
            let matched = case.baseline.as_ref()?;
            let neighbour = matched.neighbour.as_ref();
            let was = neighbour.map_or_else(|| "was".to_owned(), ToString::to_string);
            (matched.was.as_ref()?, [was, "now".to_owned()])
        };
        let was = report.behaviour(&case.case, was)?;
        Some(FailedPair {
            headings,
            differences: find_differences(was, report.behaviour_of(case)?),
        })
    }

    /// What failures of one cause have in common; nothing for one that is told alone. What differs from the baseline in the same
    /// way, `diff` and `review` group, with all that differs.
    fn cause(&self) -> Option<Cause<'a>> {
        let case = self.case;
        let is_told_alone = matches!(
            case.verdict,
            Verdict::Drift | Verdict::New | Verdict::Unstable
        );
        if is_told_alone || case.reasons.is_empty() {
            return None;
        }
        let reasons = case.reasons.iter().map(|text| strip_row(text));
        let output = [&*case.stdout, &*case.stderr];
        Some((
            case.verdict,
            reasons.collect(),
            self.versions.clone(),
            output,
        ))
    }
}

impl Failure<'_> {
    /// The other rows, as a shell takes them: `and 22 more rows with the same: swap/a, 'swap/b[via=c_api]' and 20 more`.
    pub fn describe_others(&self) -> Option<String> {
        let rows = plural(self.others.len(), "more row");
        let ids: Vec<&str> = self.others.iter().map(|row| &*row.case.case).collect();
        let ids = listing(&ids, MAX_NAMED_ROWS);
        (!self.others.is_empty()).then(|| format!("and {rows} with the same: {ids}"))
    }
}

/// Verdict, reasons without what belongs to a row, versions and output of failures that share them.
type Cause<'a> = (Verdict, Vec<String>, Vec<&'a InterpreterKey>, [&'a str; 2]);

/// The failures of a report, in its order.
pub(super) fn find_failures(report: &RunReport) -> Vec<Failure<'_>> {
    let failed = report.cases.iter().filter(|case| case.verdict.fails());
    let failed: Vec<&CaseReport> = failed.collect();
    let of_rows = failed.chunk_by(|a, b| a.case == b.case);
    let rows = of_rows.flat_map(|cases| {
        let cases = cases.iter().map(|case| {
            let compared = case.held_against().map(|was| (was, case.behaviour_id()));
            let alike = (case.verdict, &case.reasons, compared, all_behaviours(case));
            (alike, *case)
        });
        group_by_key(cases).into_iter().map(|(_, cases)| FailedRow {
            case: cases[0],
            versions: versions_of(&cases),
        })
    });
    merge_equal_causes(rows.collect())
}

/// Failures with one cause as one, where the first stood.
fn merge_equal_causes(rows: Vec<FailedRow<'_>>) -> Vec<Failure<'_>> {
    let mut merged: Vec<Failure<'_>> = Vec::new();
    let mut known: HashMap<Cause<'_>, usize> = HashMap::new();
    for row in rows {
        let index = match row.cause() {
            Some(cause) => *known.entry(cause).or_insert(merged.len()),
            None => merged.len(),
        };
        match merged.get_mut(index) {
            Some(failure) if failure.first.case.case != row.case.case => failure.others.push(row),
            _ => merged.push(Failure {
                first: row,
                others: Vec::new(),
            }),
        }
    }
    merged
}

/// The failed rows by verdict, the worst first, then by scenario and step.
pub fn group_by_step<'f, 'a>(failures: &'f [Failure<'a>]) -> Vec<FailedStep<'f, 'a>> {
    let rows = failures.iter();
    let rows = rows.flat_map(|failure| std::iter::once(&failure.first).chain(&failure.others));
    let mut groups: BTreeMap<_, Vec<&FailedRow<'_>>> = BTreeMap::new();
    for row in rows {
        let case = row.case;
        let key = (Reverse(case.verdict), case.scenario.as_str(), case.step);
        groups.entry(key).or_default().push(row);
    }
    let groups = groups.into_iter();
    let groups = groups.map(|((verdict, _, step), rows)| FailedStep {
        verdict: verdict.0,
        step,
        rows,
    });
    groups.collect()
}

/// A reason without what belongs to its row: the number and action of the step, and the names of modules in labels.
fn strip_row(reason: &str) -> String {
    let is_of_step = reason.starts_with("step ");
    let rest = reason.split_once("): ").filter(|_| is_of_step);
    let rest = rest.map_or(reason, |(_, rest)| rest);
    let mut parts = rest.split('#').peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let begins_with_digit = |next: &&str| next.starts_with(|c: char| c.is_ascii_digit());
        let is_label = parts.peek().is_some_and(begins_with_digit);
        let is_cut = |c: char| is_label && is_of_name(c);
        out.push_str(part.trim_end_matches(is_cut));
        if parts.peek().is_some() {
            out.push('#');
        }
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
            assert_eq!(strip_row(one), strip_row(other));
        }
        assert_eq!(
            strip_row("step 1 (a): died: expected [demo#1, b#2], got # 3"),
            "died: expected [#1, #2], got # 3"
        );
        assert_ne!(
            strip_row("step 3 (delete: demo): died: expected [demo#1], got []"),
            strip_row("step 3 (delete: demo): died: expected [demo#2], got []")
        );
    }

    #[test]
    fn equal_failures_are_one() {
        let died = "step 1 (delete: a): died: expected [a#1], got []";
        let mut report = fake::report(&[
            ("swap/a[n=1]", "3.13.0", Verdict::Fail, "a"),
            ("swap/a[n=1]", "3.14.0", Verdict::Fail, "a"),
            ("swap/a[n=2]", "3.13.0", Verdict::Fail, "a"),
            ("swap/a[n=2]", "3.14.0", Verdict::Fail, "a"),
            ("swap/b", "3.13.0", Verdict::Fail, "a"),
            ("swap/b", "3.14.0", Verdict::Fail, "a"),
            ("swap/c", "3.14.0", Verdict::Fail, "a"),
            ("swap/d", "3.14.0", Verdict::Drift, "a"),
            ("swap/e", "3.14.0", Verdict::Drift, "a"),
        ]);
        for case in &mut report.cases {
            case.step = Some(1);
            case.reasons = vec![died.to_owned()];
        }
        for case in &mut report.cases[4..6] {
            case.reasons = vec!["step 9 (collect): died: expected [b#1], got []".to_owned()];
        }
        report.cases[6].reasons = vec!["step 1 (collect): ran: expected [], got [c]".to_owned()];
        let failures = find_failures(&report);
        let found = failures.iter().map(|failure| {
            let (case, versions) = (failure.first.case, failure.first.versions.len());
            (case.case.as_str(), versions, failure.describe_others())
        });
        let more = "and 2 more rows with the same: 'swap/a[n=2]', swap/b";
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                ("swap/a[n=1]", 2, Some(more.to_owned())),
                ("swap/c", 1, None),
                ("swap/d", 1, None),
                ("swap/e", 1, None),
            ]
        );
        let steps = group_by_step(&failures);
        let steps = steps.iter();
        let steps = steps.map(|step| (step.verdict, &*step.rows[0].case.scenario, step.rows.len()));
        assert_eq!(
            steps.collect::<Vec<_>>(),
            [
                (Verdict::Fail, "swap/a", 2),
                (Verdict::Fail, "swap/b", 1),
                (Verdict::Fail, "swap/c", 1),
                (Verdict::Drift, "swap/d", 1),
                (Verdict::Drift, "swap/e", 1),
            ]
        );
    }
}
