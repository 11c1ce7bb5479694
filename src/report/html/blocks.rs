//! The behaviours of a row as blocks over the releases: one for each run of releases that behave alike, with its caption.

use super::axis::Column;
use super::outcome::{outcome_class, spoken_outcome};
use crate::compare::{Comparison, Outcome, Row};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::report::tone::Tone;
use crate::report::wording::{Mark, mark_of};
use crate::text::visible;

/// Behaviours of one outcome that have a pattern of their own; others begin again.
const PATTERNS: usize = 4;
/// Releases up to which a block grows with their number.
const MAX_GROWTH: usize = 16;

/// A run of releases that behave alike, or a build that does not behave as its release.
pub(in crate::report) struct Block {
    /// Its classes: outcome, pattern, growth, and what else is to be said of it.
    pub(in crate::report) class: String,
    /// The sign of its behaviour: a letter, with `!` or `~`, or the sign of what has none.
    pub(in crate::report) mark: String,
    /// `3.5–3.8`
    pub(in crate::report) range: String,
    /// The first fact in which its behaviour differs from the others, in words.
    pub(in crate::report) caption: String,
    /// The meaning of colour and sign, for those who hear the page; empty where the caption says it.
    pub(in crate::report) spoken: String,
    /// The key of its newest interpreter.
    pub(in crate::report) newest: String,
    /// Its columns.
    pub(in crate::report) columns: Vec<usize>,
}

/// The blocks of a row: runs of releases, and behind them the builds that differ from their release. What was skipped or not run of a
/// build that stands beside its release has none.
pub(in crate::report) fn build_blocks(
    comparison: &Comparison<'_>,
    row: &Row<'_>,
    axis: &[Column<'_>],
) -> Vec<Block> {
    let marks: Vec<Mark> = (0..axis.len()).map(|column| mark_of(row, column)).collect();
    let state = |column: usize| {
        (
            row.cells[column].and_then(|cell| cell.behaviour),
            &marks[column],
        )
    };
    let (releases, builds): (Vec<usize>, Vec<usize>) =
        (0..axis.len()).partition(|column| axis[*column].is_release);
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for column in releases {
        match runs.last_mut() {
            Some(run) if state(run[0]) == state(column) => run.push(column),
            _ => runs.push(vec![column]),
        }
    }
    let plain = runs.len();
    for column in builds {
        let is_like_release = |run: &Vec<usize>| {
            let feature = |column: usize| axis[column].key.version.feature();
            let mut same = run.iter().filter(|known| axis[**known].is_release);
            state(run[0]) == state(column) && same.any(|known| feature(*known) == feature(column))
        };
        if let Some(run) = runs[..plain].iter_mut().find(|run| is_like_release(run)) {
            run.push(column);
        } else if marks[column].tone != Tone::Faint {
            let mut beside = runs[plain..].iter_mut();
            match beside.find(|run| state(run[0]) == state(column)) {
                Some(run) => run.push(column),
                None => runs.push(vec![column]),
            }
        }
    }
    let outcomes = comparison.outcomes(row);
    let captions = comparison.captions(row);
    let blocks = runs.into_iter().enumerate();
    let blocks = blocks.map(|(index, columns)| Block {
        mark: visible(&marks[columns[0]].text),
        ..describe(
            comparison,
            row,
            axis,
            (&outcomes, &captions),
            columns,
            index >= plain,
        )
    });
    blocks.collect()
}

fn describe(
    comparison: &Comparison<'_>,
    row: &Row<'_>,
    axis: &[Column<'_>],
    (outcomes, captions): (&[Outcome], &[Option<String>]),
    columns: Vec<usize>,
    is_beside: bool,
) -> Block {
    let first = columns[0];
    let mark = mark_of(row, first);
    let behaviour = row.cells[first].and_then(|cell| cell.behaviour);
    let mut class = match behaviour {
        Some(behaviour) => {
            let outcome = outcomes[behaviour];
            let alike = outcomes[..behaviour]
                .iter()
                .filter(|other| **other == outcome);
            format!("{} p{}", outcome_class(outcome), alike.count() % PATTERNS)
        }
        None if mark.tone == Tone::Faint => "skipped".to_owned(),
        None => "broken".to_owned(),
    };
    let mut add = |word: &str| {
        class.push(' ');
        class.push_str(word);
    };
    // Columns of a build that is like its release are not named.
    let named = columns
        .iter()
        .filter(|column| is_beside || axis[**column].is_release);
    let keys: Vec<&InterpreterKey> = named.map(|column| axis[*column].key).collect();
    let mut series: Vec<_> = keys.iter().map(|key| key.version.feature()).collect();
    series.dedup();
    add(&format!("g{}", series.len().min(MAX_GROWTH)));
    if mark.tone == Tone::Bad && behaviour.is_some() {
        add("violated");
    }
    if is_beside {
        add("beside");
    }
    if columns.iter().all(|column| axis[*column].is_ended) {
        add("e");
    }
    let caption = match behaviour {
        Some(behaviour) => captions[behaviour].clone(),
        None => Some(describe_end(row, first)),
    };
    let caption = caption.unwrap_or_else(|| match behaviour {
        Some(behaviour) if row.differs() => {
            format!("behaviour {}", row.behaviours[behaviour].letter)
        }
        _ => "the same everywhere".to_owned(),
    });
    let outcome = behaviour.map_or("", |behaviour| spoken_outcome(outcomes[behaviour]));
    let spoken = [outcome, mark.spoken]
        .into_iter()
        .filter(|word| !word.is_empty() && *word != caption);
    Block {
        class,
        mark: mark.text,
        range: match comparison.describe_origin(&keys) {
            Some(origin) => format!("{} ({origin})", comparison.ranges(&keys)),
            None => comparison.ranges(&keys),
        },
        spoken: spoken.collect::<Vec<_>>().join(", "),
        caption: visible(&caption),
        newest: keys.last().map_or_else(String::new, ToString::to_string),
        columns,
    }
}

/// In words, what became of a case that has no behaviour.
fn describe_end(row: &Row<'_>, column: usize) -> String {
    let mark = mark_of(row, column);
    let case = row.cells[column].map(|cell| cell.case);
    let end = case.filter(|case| case.verdict == Verdict::Crashed);
    let end = end.and_then(|case| case.end.as_deref());
    end.unwrap_or(mark.spoken).to_owned()
}
