//! Texts that are recorded and not compared, by the versions that had them: see [`Detail`].

use std::collections::BTreeSet;

use super::group_by_key;
use crate::python::version::InterpreterKey;
use crate::record::CaseReport;
use crate::trace::detail::Detail;

/// A text and the versions that had it, oldest first.
pub type TextByVersion<'a> = (String, Vec<&'a InterpreterKey>);

/// The distinct texts of a step; nothing where no case has one. Several warnings are one text with a line each.
pub fn texts_of_step<'a>(
    cases: &[&'a CaseReport],
    step: usize,
    detail: Detail,
) -> Vec<TextByVersion<'a>> {
    let text = |case: &CaseReport| match detail {
        Detail::Message => case.messages.get(&step).cloned(),
        Detail::WarningMessages => case
            .warning_messages
            .get(&step)
            .map(|texts| texts.join("\n")),
        Detail::Stdout | Detail::Stderr => None,
    };
    let cases = cases.iter();
    group_by_key(cases.filter_map(|case| Some((text(case)?, &*case.interpreter))))
}

/// Numbers of the steps that have a recorded text in any of the cases, ascending.
pub fn steps_with_texts(cases: &[&CaseReport]) -> Vec<usize> {
    let messages = cases.iter().flat_map(|case| case.messages.keys());
    let warnings = cases.iter().flat_map(|case| case.warning_messages.keys());
    let steps: BTreeSet<usize> = messages.chain(warnings).copied().collect();
    steps.into_iter().collect()
}
