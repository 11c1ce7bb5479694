//! The answers of `modswap vet` as a page that needs nothing beside it.

use askama::Template;

use crate::report::wording::{
    LEVELS, count_levels, describe_import, describe_unloading, merge_columns, name_with_versions,
};
use crate::text::{joined, visible};
use crate::vet::{Advice, Answer, Row, VetTable, find_advice};

/// The colours.
const TOKENS: &str = include_str!("css/tokens.css");

/// The page.
#[derive(Template)]
#[template(path = "vet.html", config = "src/report/html/askama.toml")]
struct VetPage<'a> {
    table: &'a VetTable,
    name: String,
    counts: String,
    imported: String,
    unloading: Vec<(Answer, String)>,
    levels: Vec<(&'static str, Vec<&'a Row>)>,
    advice: Vec<Advice>,
}

/// Renders the page.
///
/// # Panics
/// Never: the template writes into a string.
pub fn render_vet(table: &VetTable) -> String {
    let levels = LEVELS
        .into_iter()
        .map(|(level, heading)| (heading, table.rows_of(level)));
    let page = VetPage {
        name: name_with_versions(table),
        counts: count_levels(table),
        imported: describe_import(table),
        unloading: describe_unloading(table),
        levels: levels.filter(|(_, rows)| !rows.is_empty()).collect(),
        advice: find_advice(table),
        table,
    };
    page.render().expect("a string takes all")
}

/// The parts of a sentence, with whether they are code, which stands between backticks.
fn split_code(text: &str) -> Vec<(bool, &str)> {
    text.split('`')
        .enumerate()
        .map(|(index, part)| (index % 2 == 1, part))
        .collect()
}

fn without_marks(text: &str) -> String {
    text.replace('`', "")
}
