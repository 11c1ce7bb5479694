//! Texts that are recorded and not compared, by the versions that had them: see [`Detail`].

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
    let mut found: Vec<TextByVersion<'a>> = Vec::new();
    for case in cases {
        let Some(text) = text(case) else { continue };
        match found.iter_mut().find(|(known, _)| *known == text) {
            Some((_, keys)) => keys.push(&case.interpreter),
            None => found.push((text, vec![&case.interpreter])),
        }
    }
    found
}

/// Numbers of the steps that have a recorded text in any of the cases, ascending.
pub fn steps_with_texts(cases: &[&CaseReport]) -> Vec<usize> {
    let messages = cases.iter().flat_map(|case| case.messages.keys());
    let warnings = cases.iter().flat_map(|case| case.warning_messages.keys());
    let mut steps: Vec<usize> = messages.chain(warnings).copied().collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}
