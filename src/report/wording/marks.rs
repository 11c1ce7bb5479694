//! The words in tables of rows: signs for cases, headings of columns, verdicts.

use crate::compare::Row;
use crate::record::Verdict;
use crate::report::tone::Tone;

/// The sign of a case in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Mark {
    /// The letter of its behaviour, with `!` where it fails the run and `~` where it is known to violate something, or the sign of
    /// what has no behaviour.
    pub(in crate::report) text: String,
    /// The tone in which it is shown.
    pub(in crate::report) tone: Tone,
    /// The meaning of the sign, for those who hear the table; empty for a plain letter.
    pub(in crate::report) spoken: &'static str,
}

/// The sign of the case of a row in a column.
pub(in crate::report) fn mark_of(row: &Row<'_>, column: usize) -> Mark {
    let Some(cell) = row.cells[column] else {
        return Mark::new("?".to_owned(), Tone::Faint, "not run");
    };
    let behaviour = cell.behaviour.map(|index| &row.behaviours[index]);
    let (sign, tone, spoken) = match (behaviour, cell.case.verdict) {
        (Some(_), Verdict::Xfail) => ("~", Tone::Changed, "known violation"),
        (Some(_), verdict) if verdict.fails() => ("!", Tone::Bad, "not as expected"),
        (Some(_), _) => ("", Tone::Plain, ""),
        (None, Verdict::Skipped) => ("-", Tone::Faint, "skipped"),
        (None, Verdict::Recorded) => ("-", Tone::Faint, "not recorded"),
        (None, Verdict::TimedOut) => ("t", Tone::Bad, "timed out"),
        (None, Verdict::Error) => ("e", Tone::Bad, "harness failed"),
        (None, Verdict::Unstable) => ("u", Tone::Bad, "unstable"),
        (None, _) => ("c", Tone::Bad, "crashed"),
    };
    let letter = behaviour.map_or("", |behaviour| &behaviour.letter);
    Mark::new(format!("{letter}{sign}"), tone, spoken)
}

impl Mark {
    fn new(text: String, tone: Tone, spoken: &'static str) -> Self {
        Self { text, tone, spoken }
    }
}

/// The verdict of a row, with a question mark where not every interpreter has given its own.
pub(in crate::report) fn verdict_word(row: &Row<'_>) -> String {
    let is_any = row.cells.iter().any(Option::is_some);
    let word = if is_any { row.verdict().word() } else { "" };
    let sign = if row.is_unfinished() { "?" } else { "" };
    format!("{word}{sign}")
}
