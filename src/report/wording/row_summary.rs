//! The behaviours of a row in few words, as every list of findings has them.

use super::builds::plain_twin;
use super::marks::{Mark, mark_of};
use crate::compare::{Comparison, Row, group_by_key};
use crate::report::tone::Tone;

/// Versions of a row that behave alike, or have the same sign.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct RowPart {
    /// The letter or the sign.
    pub(in crate::report) mark: Mark,
    /// The caption of the behaviour, if it has one.
    pub(in crate::report) caption: Option<String>,
    /// True if the versions show a behaviour.
    pub(in crate::report) is_behaviour: bool,
    /// The versions: `2.7, 3.6–3.13`. Special builds are named where they differ from the plain one.
    pub(in crate::report) versions: String,
    /// Which of them ran here, where not all did.
    pub(in crate::report) origin: Option<String>,
}

/// Summarizes a row, in the order of the versions that show something first. Versions that were not run come last.
pub(in crate::report) fn summarize_row(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<RowPart> {
    let all = &comparison.versions;
    let captions = comparison.captions(row);
    let columns = all.iter().enumerate();
    let marks = columns.filter_map(|(column, key)| {
        let mark = mark_of(row, column);
        let twin = plain_twin(key, all);
        let is_folded = twin.is_some_and(|twin| mark_of(row, twin) == mark);
        let behaviour = row.cells[column].and_then(|cell| cell.behaviour);
        (!is_folded).then_some(((mark, behaviour), *key))
    });
    let parts = group_by_key(marks).into_iter();
    let parts = parts.map(|((mark, behaviour), keys)| RowPart {
        caption: behaviour.and_then(|index| captions.get(index)?.clone()),
        is_behaviour: behaviour.is_some(),
        versions: comparison.ranges(&keys),
        origin: comparison.describe_origin(&keys),
        mark,
    });
    let mut parts: Vec<RowPart> = parts.collect();
    parts.sort_by_key(|part| part.mark.tone == Tone::Faint);
    parts
}
