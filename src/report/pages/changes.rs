//! Lists of changes: the finding, what it did before and does now, and why.

use std::collections::HashMap;

use super::link_row;
use crate::compare::releases::RowChange;
use crate::compare::{Cell, Comparison, Row, group_by_key};
use crate::record::VariantId;
use crate::report::markup::{code, prose, title_of};
use crate::text::{and_more, joined, short};

/// Findings of one list; the pages of subjects have all of them.
const MAX_FINDINGS: usize = 200;
/// Ways in which the rows of one finding change.
const MAX_WAYS: usize = 12;
/// Characters that are shown of a caption, and of the choices of variants.
const MAX_CAPTION: usize = 200;
const MAX_CHOICES: usize = 200;

/// Where rows stand on the pages, and what they do.
pub(super) struct Pages<'a> {
    comparison: &'a Comparison<'a>,
    /// The page of each subject.
    addresses: HashMap<&'a str, &'a str>,
    /// Each row with the captions of its behaviours.
    rows: HashMap<&'a VariantId, (&'a Row<'a>, Vec<Option<String>>)>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        comparison: &'a Comparison<'a>,
        pages: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let rows = comparison.rows.iter().filter(|row| row.differs());
        let rows = rows.map(|row| (row.id, (row, comparison.captions(row))));
        Self {
            comparison,
            addresses: pages.collect(),
            rows: rows.collect(),
        }
    }

    /// In words, what a cell of a row shows.
    fn describe(&self, row: &VariantId, cell: Cell<'_>) -> String {
        let index = cell.behaviour;
        let known = self.rows.get(row).zip(index);
        known.map_or_else(
            || "?".to_owned(),
            |((row, captions), index)| match &captions[index] {
                Some(caption) => code(&short(caption, MAX_CAPTION)),
                None => format!("behaviour {}", row.behaviours[index].letter),
            },
        )
    }
}

/// Renders changes as items of a list, one per finding. Each comes with the name of its release or build, which is said unless it is
/// `usual`.
pub(super) fn render_changes(
    pages: &Pages<'_>,
    changes: &[(&str, RowChange<'_>)],
    usual: Option<&str>,
) -> Vec<String> {
    let by_scenario = changes.iter().map(|named| (named.1.row.scenario(), named));
    let by_scenario = group_by_key(by_scenario);
    let findings = by_scenario.iter().take(MAX_FINDINGS);
    let mut items: Vec<String> = findings
        .map(|(_, changes)| render_finding(pages, changes, usual))
        .collect();
    let more = and_more(by_scenario.len(), MAX_FINDINGS, "finding");
    items.extend(more.map(|more| format!("- {more}\n")));
    items
}

/// A finding: its title, its id, and was → now with the reason, once for rows that change alike.
fn render_finding(
    pages: &Pages<'_>,
    changes: &[&(&str, RowChange<'_>)],
    usual: Option<&str>,
) -> String {
    let first = changes[0].1.row;
    let ways = changes.iter().map(|(name, change)| {
        let [was, now] = [change.before, change.after].map(|cell| pages.describe(change.row, cell));
        let note = change.note.map(|note| format!(": {}", prose(&note.note)));
        let name = Some(*name).filter(|name| Some(*name) != usual);
        let name = name.map(|name| format!("{} ", prose(name)));
        let way = format!(
            "{}{was} → {now}{}",
            name.unwrap_or_default(),
            note.unwrap_or_default()
        );
        (way, change.row)
    });
    let ways = group_by_key(ways);
    let is_one = ways.len() == 1;
    let id = if is_one && changes.len() == 1 {
        first
    } else {
        first.scenario()
    };
    let page = pages.addresses.get(first.subject()).copied();
    let lines = ways.iter().take(MAX_WAYS).map(|(way, rows)| {
        let choices = rows.iter().filter_map(|row| row.bare_choices());
        let choices = short(&joined(choices, "; "), MAX_CHOICES).into_owned();
        if is_one || choices.is_empty() {
            way.clone()
        } else {
            format!("<sub>{}</sub> {way}", code(&choices))
        }
    });
    let lines = lines.chain(and_more(ways.len(), MAX_WAYS, ""));
    format!(
        "- <b>{}</b><br>{}<br><sub>{}</sub>\n",
        title_of(pages.comparison, first.scenario()),
        joined(lines, "<br>"),
        link_row(id, first, page.unwrap_or_default())
    )
}
