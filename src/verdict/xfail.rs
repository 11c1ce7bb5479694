//! Marks on expectations that are known to be violated on some Pythons. One that holds there is reported (`xpass`), so that a mark
//! does not outlive its bug.

use super::Verdict;
use crate::python::version::InterpreterKey;
use crate::scenario::model::Variant;

/// Decides verdict and reasons by the marks that each violation carries. `verdict` holds where a violation carries none.
pub(super) fn apply_marks(
    variant: &Variant,
    key: &InterpreterKey,
    verdict: Verdict,
    found: &[(String, Vec<usize>)],
) -> (Verdict, Vec<String>) {
    let marks: Vec<usize> = variant
        .xfail_marks
        .iter()
        .enumerate()
        .filter(|(_, mark)| mark.python.as_ref().is_none_or(|spec| spec.matches(key)))
        .map(|(index, _)| index)
        .collect();
    let covers =
        |mark: usize, carried: &[usize]| variant.xfail_marks[mark].whole || carried.contains(&mark);
    let mark_of = |carried: &[usize]| marks.iter().copied().find(|mark| covers(*mark, carried));
    let is_known = found.iter().all(|(_, carried)| mark_of(carried).is_some());
    let fixed: Vec<String> = marks
        .iter()
        .filter(|mark| is_used(variant, key, **mark))
        .filter(|mark| !found.iter().any(|(_, carried)| covers(**mark, carried)))
        .map(|mark| {
            let issue = &variant.xfail_marks[*mark].issue;
            format!(
                "known to be violated here ({issue}), and is not; remove `xfail` if it is fixed"
            )
        })
        .collect();
    let reasons = found
        .iter()
        .map(|(reason, carried)| match mark_of(carried) {
            Some(mark) => format!("{reason}; known: {}", variant.xfail_marks[mark].issue),
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

/// True if a mark covers any expectation on an interpreter.
fn is_used(variant: &Variant, key: &InterpreterKey, mark: usize) -> bool {
    variant.xfail_marks[mark].whole
        || variant.numbered().iter().any(|numbered| {
            numbered.step.is_run_on(key)
                && numbered.step.expect.iter().any(|expectation| {
                    expectation.xfail_marks.contains(&mark) && super::applies_to(expectation, key)
                })
        })
}
