//! How many behaviours changed in each release, by subject: a bar per release, behind which is the list.

use std::collections::BTreeMap;

use crate::compare::Comparison;
use crate::compare::releases::{ReleaseChanges, RowChange, count_subjects};
use crate::text::visible;

/// Subjects that have a colour and a pattern of their own; the others share one.
const MAX_SUBJECTS: usize = 7;
/// Units of the widest bar.
const MAX_WIDTH: usize = 1000;

/// The chart.
pub(super) struct Chart<'a> {
    pub(super) bars: Vec<Bar<'a>>,
    /// Subjects in the order of their colours; the last may stand for all others.
    pub(super) legend: Vec<String>,
    /// Builds and labelled interpreters that differ from the plain build.
    pub(super) builds: Vec<RowChange<'a>>,
}

/// A release.
pub(super) struct Bar<'a> {
    pub(super) release: ReleaseChanges<'a>,
    pub(super) parts: Vec<Part>,
}

/// The part of a bar that is of one subject.
pub(super) struct Part {
    pub(super) colour: usize,
    pub(super) count: usize,
    pub(super) x: usize,
    pub(super) width: usize,
}

/// The fragment that opens a row at the version with the new behaviour.
pub(super) fn anchor(change: &RowChange<'_>) -> String {
    let version = change.after.case.interpreter.to_string();
    format!(
        "{}@{}",
        encode_fragment(&visible(change.row)),
        encode_fragment(&version)
    )
}

/// Text as it may stand in the fragment of an address; what separates parts of a fragment is escaped.
fn encode_fragment(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'=');
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// Builds the chart.
pub(super) fn build_chart<'a>(comparison: &'a Comparison<'a>) -> Chart<'a> {
    let found = comparison.releases();
    let subjects = count_subjects(found.releases.iter().flat_map(|release| &release.changes));
    let is_crowded = subjects.len() > MAX_SUBJECTS + 1;
    let named = if is_crowded {
        MAX_SUBJECTS
    } else {
        subjects.len()
    };
    let colour_of = |subject: &str| {
        let position = subjects.iter().position(|(name, _)| *name == subject);
        position.unwrap_or(named).min(named)
    };
    let legend = subjects[..named].iter();
    let legend = legend.map(|(subject, _)| visible(subject));
    let others = is_crowded.then(|| format!("{} others", subjects.len() - named));
    let lengths = found.releases.iter().map(|release| release.changes.len());
    let longest = lengths.max().unwrap_or(1);
    let build_bar = |release: ReleaseChanges<'a>| {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for change in &release.changes {
            *counts.entry(colour_of(change.row.subject())).or_default() += 1;
        }
        let mut before = 0;
        let parts = counts.into_iter().map(|(colour, count)| {
            let x = before * MAX_WIDTH / longest;
            before += count;
            Part {
                colour,
                count,
                x,
                width: before * MAX_WIDTH / longest - x,
            }
        });
        Bar {
            parts: parts.collect(),
            release,
        }
    };
    Chart {
        legend: legend.chain(others).collect(),
        bars: found.releases.clone().into_iter().map(build_bar).collect(),
        builds: found.builds.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;
    use crate::record::fake;

    #[test]
    fn bars_are_as_long_as_their_lists() {
        let mut cases = Vec::new();
        let ids: Vec<String> = (0..12).map(|number| format!("s{number}/x")).collect();
        for (number, id) in ids.iter().enumerate() {
            cases.push((&**id, "3.7.16", Verdict::Pass, "a"));
            cases.push((&**id, "3.8.18", Verdict::Pass, "b"));
            let newest = if number < 3 { "c" } else { "b" };
            cases.push((&**id, "3.9.18", Verdict::Pass, newest));
        }
        let report = fake::report(&cases);
        let comparison = Comparison::new(&report);
        let chart = build_chart(&comparison);
        let bars = chart.bars.iter().map(|bar| {
            let width: usize = bar.parts.iter().map(|part| part.width).sum();
            (&*bar.release.name, bar.release.changes.len(), width)
        });
        assert_eq!(
            bars.collect::<Vec<_>>(),
            [("≤3.8", 12, MAX_WIDTH), ("≤3.9", 3, MAX_WIDTH * 3 / 12)]
        );
        assert_eq!(chart.legend.len(), MAX_SUBJECTS + 1);
        assert_eq!(chart.legend[MAX_SUBJECTS], "5 others");
        let last = chart.bars[0].parts.last().unwrap();
        assert_eq!((last.colour, last.count), (MAX_SUBJECTS, 5));
    }

    #[test]
    fn anchors_are_what_the_page_reads() {
        let row = "swap/a[via=c_api, x=%]";
        let report = fake::report(&[
            (row, "3.14.0@sid", Verdict::Pass, "a"),
            (row, "3.14.1@sid", Verdict::Pass, "b"),
        ]);
        let comparison = Comparison::new(&report);
        let chart = build_chart(&comparison);
        assert_eq!(
            anchor(&chart.bars[0].release.changes[0]),
            "swap/a%5Bvia=c_api%2C%20x=%25%5D@3.14.1%40sid"
        );
    }
}
