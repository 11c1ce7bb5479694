//! `known`: expectations that are violated on some Pythons, and known to be. What turns out to hold is told as well, so that
//! a mark does not outlive what it marks.

use super::Verdict;
use crate::python::version::InterpreterKey;
use crate::scenario::model::Variant;

/// The verdict and its reasons, from what was found wrong and the marks each of these carries. `verdict` is what it is
/// when something of it is not known.
pub(super) fn weigh(
    variant: &Variant,
    key: &InterpreterKey,
    verdict: Verdict,
    found: &[(String, Vec<usize>)],
) -> (Verdict, Vec<String>) {
    let marks: Vec<usize> = variant
        .known
        .iter()
        .enumerate()
        .filter(|(_, mark)| mark.python.as_ref().is_none_or(|spec| spec.matches(key)))
        .map(|(at, _)| at)
        .collect();
    let covers = |at: usize, carried: &[usize]| variant.known[at].whole || carried.contains(&at);
    let mark_of = |carried: &[usize]| marks.iter().copied().find(|at| covers(*at, carried));
    let is_known = found.iter().all(|(_, carried)| mark_of(carried).is_some());
    let fixed: Vec<String> = marks
        .iter()
        .filter(|at| is_marked(variant, key, **at))
        .filter(|at| !found.iter().any(|(_, carried)| covers(**at, carried)))
        .map(|at| {
            let issue = &variant.known[*at].issue;
            format!(
                "known to be violated here ({issue}), and is not; remove `known` if it is fixed"
            )
        })
        .collect();
    let reasons = found
        .iter()
        .map(|(reason, carried)| match mark_of(carried) {
            Some(at) => format!("{reason}; known: {}", variant.known[at].issue),
            None => reason.clone(),
        });
    let reasons: Vec<String> = reasons.chain(fixed.iter().cloned()).collect();
    let verdict = match (found.is_empty(), is_known, fixed.is_empty()) {
        (false, false, _) => verdict,
        (_, _, false) => Verdict::Xpass,
        (false, true, true) => Verdict::Xfail,
        (true, _, true) => Verdict::Pass,
    };
    (verdict, reasons)
}

/// Whether the mark marks anything on this interpreter.
fn is_marked(variant: &Variant, key: &InterpreterKey, at: usize) -> bool {
    variant.known[at].whole
        || variant.numbered().iter().any(|one| {
            one.step.is_run_on(key)
                && one.step.expect.iter().any(|expectation| {
                    expectation.known.contains(&at) && super::applies(expectation, key)
                })
        })
}
