//! How many behaviours changed in each release, by subject: a bar per release, behind which is the list.

use std::collections::BTreeMap;

use crate::compare::Row;
use crate::compare::releases::{Change, releases};
use crate::text::{plural, visible};

/// Subjects that have a colour and a pattern of their own; the others share one.
const SUBJECTS: usize = 7;
/// Units of the widest bar.
const WIDTH: usize = 1000;

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
    /// In words, for those who do not see the bar.
    pub(super) spoken: String,
    pub(super) parts: Vec<Part>,
    pub(super) items: Vec<Item>,
}

/// A subject in a bar.
pub(super) struct Part {
    pub(super) colour: usize,
    pub(super) x: usize,
    pub(super) width: usize,
    pub(super) title: String,
}

/// A row that changed.
pub(super) struct Item {
    pub(super) case: String,
    pub(super) version: String,
    /// What it is held against.
    pub(super) before: String,
    pub(super) letters: String,
    pub(super) note: String,
}

impl Item {
    /// The row in the page, at the version with the new behaviour.
    pub(super) fn anchor(&self) -> String {
        format!("{}@{}", encoded(&self.case), encoded(&self.version))
    }
}

/// Text as it may stand in the fragment of an address; what separates parts of a fragment is escaped.
fn encoded(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'=');
    utf8_percent_encode(text, ESCAPED).to_string()
}

pub(super) fn chart(rows: &[Row<'_>]) -> Chart {
    let found = releases(rows);
    let all = found.releases.iter().flat_map(|one| &one.changes);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for change in all {
        *counts.entry(change.subject()).or_default() += 1;
    }
    let mut subjects: Vec<(&str, usize)> = counts.into_iter().collect();
    subjects.sort_by_key(|(name, count)| (usize::MAX - count, *name));
    let is_crowded = subjects.len() > SUBJECTS + 1;
    let own = if is_crowded { SUBJECTS } else { subjects.len() };
    let colour = |subject: &str| {
        let place = subjects.iter().position(|(name, _)| *name == subject);
        place.unwrap_or(own).min(own)
    };
    let mut legend: Vec<String> = subjects[..own]
        .iter()
        .map(|(name, _)| named(name))
        .collect();
    if is_crowded {
        legend.push(format!("{} others", subjects.len() - own));
    }
    let most = found.releases.iter().map(|one| one.changes.len()).max();
    let most = most.unwrap_or(1);
    let bars = found.releases.iter().map(|one| {
        let mut parts: BTreeMap<usize, usize> = BTreeMap::new();
        for change in &one.changes {
            *parts.entry(colour(change.subject())).or_default() += 1;
        }
        let words = parts
            .iter()
            .map(|(colour, count)| format!("{} {count}", legend[*colour]));
        let words: Vec<String> = words.collect();
        let mut before = 0;
        let parts = parts.into_iter().map(|(colour, count)| {
            let x = before * WIDTH / most;
            before += count;
            Part {
                colour,
                x,
                width: before * WIDTH / most - x,
                title: format!("{}: {count}", legend[colour]),
            }
        });
        Bar {
            name: one.name.clone(),
            parts: parts.collect(),
            count: plural(one.changes.len(), "row"),
            spoken: words.join(", "),
            items: one.changes.iter().map(item).collect(),
        }
    });
    let bars = bars.collect();
    Chart {
        bars,
        builds: found.builds.iter().map(item).collect(),
        legend,
    }
}

fn named(subject: &str) -> String {
    visible(if subject.is_empty() {
        "scenarios"
    } else {
        subject
    })
}

fn item(change: &Change<'_>) -> Item {
    let [before, after] = [change.before, change.after].map(|cell| &cell.case.interpreter);
    Item {
        case: visible(change.case),
        version: after.to_string(),
        before: before.to_string(),
        letters: change.letters.join(" → "),
        note: change
            .note
            .map_or_else(String::new, |one| visible(&one.note)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare;
    use crate::record::Verdict;
    use crate::record::fake;

    #[test]
    fn bars_are_as_long_as_their_lists() {
        let mut cases = Vec::new();
        let ids: Vec<String> = (0..12).map(|at| format!("s{at}/x")).collect();
        for (at, id) in ids.iter().enumerate() {
            cases.push((&**id, "3.7.16", Verdict::Pass, "a"));
            cases.push((&**id, "3.8.18", Verdict::Pass, "b"));
            cases.push((
                &**id,
                "3.9.18",
                Verdict::Pass,
                if at < 3 { "c" } else { "b" },
            ));
        }
        let report = fake::report(&cases);
        let rows = compare::rows(&report);
        let chart = chart(&rows);
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
        assert_eq!(bars, [("≤3.8", 12, WIDTH), ("≤3.9", 3, WIDTH * 3 / 12)]);
        assert_eq!(chart.legend.len(), SUBJECTS + 1);
        assert_eq!(chart.legend[SUBJECTS], "5 others");
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
