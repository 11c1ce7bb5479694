//! How many behaviours changed in each release, by subject: a bar per release, behind which is the list.

use std::collections::BTreeMap;

use crate::compare::Comparison;
use crate::compare::releases::{RowChange, count_subjects};
use crate::text::{plural, visible};

/// Subjects that have a colour and a pattern of their own; the others share one.
const MAX_SUBJECTS: usize = 7;
/// Units of the widest bar.
const MAX_WIDTH: usize = 1000;

/// The chart.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    /// Subjects in the order of their colours; the last may stand for all others.
    pub(super) legend: Vec<String>,
    /// Builds and labelled interpreters that differ from the plain build.
    pub(super) builds: Vec<Item>,
}

/// A release.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) count: String,
    /// The counts by subject, for those who do not see the bar.
    pub(super) spoken: String,
    pub(super) parts: Vec<Part>,
    pub(super) items: Vec<Item>,
}

/// The part of a bar that is of one subject.
pub(super) struct Part {
    pub(super) colour: usize,
    pub(super) x: usize,
    pub(super) width: usize,
    pub(super) title: String,
}

/// A row that changed, as the lists behind the bars have it.
pub(super) struct Item {
    pub(super) case: String,
    pub(super) version: String,
    /// The version that it is held against.
    pub(super) before: String,
    pub(super) letters: String,
    pub(super) note: String,
}

impl Item {
    fn new(change: &RowChange<'_>) -> Self {
        let cells = [change.before, change.after];
        let [before, after] = cells.map(|cell| cell.case.interpreter.to_string());
        let note = change.note.map(|note| visible(&note.note));
        Self {
            case: visible(change.row),
            version: after,
            before,
            letters: change.letters.join(" → "),
            note: note.unwrap_or_default(),
        }
    }

    /// The row in the page, at the version with the new behaviour.
    pub(super) fn anchor(&self) -> String {
        format!(
            "{}@{}",
            encode_fragment(&self.case),
            encode_fragment(&self.version)
        )
    }
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
pub(super) fn build_chart(comparison: &Comparison<'_>) -> Chart {
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
    let mut legend: Vec<String> = subjects[..named]
        .iter()
        .map(|(subject, _)| visible(subject))
        .collect();
    if is_crowded {
        legend.push(format!("{} others", subjects.len() - named));
    }
    let longest = found
        .releases
        .iter()
        .map(|release| release.changes.len())
        .max();
    let longest = longest.unwrap_or(1);
    let bars = found.releases.iter().map(|release| {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for change in &release.changes {
            *counts.entry(colour_of(change.row.subject())).or_default() += 1;
        }
        let words = counts
            .iter()
            .map(|(colour, count)| format!("{} {count}", legend[*colour]));
        let words: Vec<String> = words.collect();
        let mut before = 0;
        let parts = counts.into_iter().map(|(colour, count)| {
            let x = before * MAX_WIDTH / longest;
            before += count;
            Part {
                colour,
                x,
                width: before * MAX_WIDTH / longest - x,
                title: format!("{}: {count}", legend[colour]),
            }
        });
        Bar {
            name: release.name.clone(),
            parts: parts.collect(),
            count: plural(release.changes.len(), "row"),
            spoken: words.join(", "),
            items: release.changes.iter().map(Item::new).collect(),
        }
    });
    let bars = bars.collect();
    Chart {
        bars,
        builds: found.builds.iter().map(Item::new).collect(),
        legend,
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
            cases.push((
                &**id,
                "3.9.18",
                Verdict::Pass,
                if number < 3 { "c" } else { "b" },
            ));
        }
        let report = fake::report(&cases);
        let chart = build_chart(&Comparison::new(&report));
        let bars: Vec<_> = chart
            .bars
            .iter()
            .map(|bar| {
                (
                    &*bar.name,
                    bar.items.len(),
                    bar.parts.iter().map(|part| part.width).sum(),
                )
            })
            .collect();
        assert_eq!(
            bars,
            [("≤3.8", 12, MAX_WIDTH), ("≤3.9", 3, MAX_WIDTH * 3 / 12)]
        );
        assert_eq!(chart.legend.len(), MAX_SUBJECTS + 1);
        assert_eq!(chart.legend[MAX_SUBJECTS], "5 others");
        assert_eq!(chart.bars[0].parts.last().unwrap().title, "5 others: 5");
    }

    #[test]
    fn anchors_are_what_the_page_reads() {
        let item = Item {
            case: "swap/a[via=c_api, x=%]".into(),
            version: "3.14.1@sid".into(),
            before: String::new(),
            letters: String::new(),
            note: String::new(),
        };
        assert_eq!(
            item.anchor(),
            "swap/a%5Bvia=c_api%2C%20x=%25%5D@3.14.1%40sid"
        );
    }
}
