//! The report as one page for a browser, which needs nothing beside it.
//!
//! The table of all rows is plain HTML and stands for itself where scripts are off. What a row shows when it is opened lies in
//! blocks of JSON (`index`, `scenario-N`, `row-N`, `scripts`), which the script of the page reads when they are asked for. The
//! comparison is done here; the script only draws it, and puts foreign text nowhere but into text nodes.

pub mod changes;
mod chart;
mod detail;
mod matrix;
mod scripts;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write};
use std::io;

use askama::Template;
use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::compare::Comparison;
use crate::record::RunReport;
use crate::report::context::RenderContext;
use crate::report::wording::{
    DEFAULT_WIDTH, headline, render_baseline_summary, render_totals, verdict_word,
};
use crate::text::{plural, visible};
use chart::Chart;
use matrix::{Column, Group};

const STYLE: &str = concat!(include_str!("page.css"), include_str!("chart.css"));

/// The script. Its parts share one scope, which is nobody else's.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("js/state.js"),
    include_str!("js/search.js"),
    include_str!("js/yaml.js"),
    include_str!("js/detail.js"),
    include_str!("js/matrix.js"),
    "})();\n"
);

/// Rows that a browser lays out together. What is not in sight is not laid out at all, so that large tables stay fast.
const CHUNK: usize = 25;

/// The page.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'a> {
    policy: String,
    style: &'static str,
    script: &'static str,
    verdict: String,
    is_bad: bool,
    baseline: String,
    totals: String,
    columns: Vec<Column>,
    groups: Vec<Group<'a>>,
    chart: Chart<'a>,
    report: &'a RunReport,
    blocks: PageData<'a>,
}

/// The data of the page; each block is made when it is written.
struct PageData<'a> {
    ended: &'a [bool],
    comparison: &'a Comparison<'a>,
    context: &'a RenderContext<'a>,
}

impl fmt::Display for PageData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = matrix::build_index(self.comparison, self.ended);
        write_block(f, "index", &index)?;
        detail::write_blocks(self, f)
    }
}

/// Writes data for the script.
fn write_block(out: &mut dyn Write, id: &str, data: &impl Serialize) -> fmt::Result {
    let json = serde_json::to_string(data).expect("the data has text keys only");
    let json = escape_for_script(&json);
    writeln!(
        out,
        "<script type=\"application/json\" id=\"{id}\">{json}</script>"
    )
}

/// JSON that means the same and can stand between tags, in which only strings have such characters.
fn escape_for_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // What `visible` would replace stays as it is in data, but not in the page.
        if matches!(c, '<' | '>' | '&' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            let _ = write!(out, "\\u{:04x}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

/// Renders the page.
pub fn render_page(comparison: &Comparison<'_>, context: &RenderContext<'_>) -> String {
    let mut page = Vec::new();
    write_page(comparison, context, &mut page).expect("a vector can be written to");
    String::from_utf8(page).expect("a page is text")
}

/// Writes the page. What rows show when they are opened is made as it is written.
///
/// # Errors
/// When it cannot be written.
pub fn write_page(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let columns = matrix::build_columns(comparison);
    let ended: Vec<bool> = columns.iter().map(|column| column.is_ended).collect();
    let verdict = headline(comparison, context);
    let baseline = render_baseline_summary(comparison, context, DEFAULT_WIDTH);
    Page {
        policy: content_security_policy(),
        style: STYLE,
        script: SCRIPT,
        is_bad: !verdict.starts_with("passed"),
        verdict: visible(&verdict),
        baseline: visible(&baseline),
        totals: visible(&render_totals(comparison, context.origin, false)),
        columns,
        groups: matrix::build_groups(comparison, &ended),
        chart: chart::build_chart(comparison),
        report: comparison.report,
        blocks: PageData {
            ended: &ended,
            comparison,
            context,
        },
    }
    .write_into(out)
}

/// The policy of the page: its own script, its own style, and nothing that is loaded from anywhere.
fn content_security_policy() -> String {
    let hash = |text: &str| {
        let digest = Sha256::digest(text.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(digest)
    };
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

impl Page<'_> {
    /// Columns of the table, for cells that reach over all of them.
    fn span(&self) -> usize {
        self.columns.len() + 3
    }
}
