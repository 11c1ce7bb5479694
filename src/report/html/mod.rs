//! The report as one page for a browser, which needs nothing beside it.
//!
//! The table of all rows is plain HTML and stands for itself where scripts are off. What a row shows when it is opened lies in
//! blocks of JSON (`index`, `scenario-N`, `row-N`, `scripts`), which the script of the page reads when they are asked for. The
//! comparison is done here; the script only draws it, and puts foreign text nowhere but into text nodes.

mod chart;
mod detail;
mod matrix;
mod scripts;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use askama::Template;
use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::markdown;
use super::model::RunReport;
use super::standing;
use super::summary::{self, plural};
use super::whole::Told;
use crate::compare;
use crate::text::visible;
use crate::verdict::Verdict;
use chart::Chart;
use matrix::{Column, Group};

/// Why there is no page.
pub type HtmlError = askama::Error;

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
struct Page {
    policy: String,
    style: &'static str,
    script: &'static str,
    verdict: String,
    is_bad: bool,
    faults: Vec<String>,
    counts: Vec<Count>,
    standing: String,
    totals: String,
    columns: Vec<Column>,
    groups: Vec<Group>,
    chart: Chart,
    interpreters: Vec<InterpreterLine>,
    started: String,
    platform: String,
    tool: String,
    blocks: Vec<Block>,
}

/// How many cases have a verdict.
struct Count {
    word: &'static str,
    cases: usize,
    tone: &'static str,
}

/// An interpreter, as the list below the table has it.
struct InterpreterLine {
    key: String,
    origin: String,
    build: String,
    command: String,
}

/// Data for the script.
struct Block {
    id: String,
    json: String,
}

impl Block {
    fn new(id: impl Into<String>, data: &impl Serialize) -> Self {
        let json = serde_json::to_string(data).expect("the data has text keys only");
        Self {
            id: id.into(),
            json: inert(&json),
        }
    }
}

/// JSON that means the same and can stand between tags, in which only strings have such characters.
fn inert(json: &str) -> String {
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

/// The page.
///
/// # Errors
/// When the template fails, which a report does not bring about.
pub fn page(told: Told<'_>) -> Result<String, HtmlError> {
    let Told {
        report,
        strict,
        faults,
        made,
        links,
    } = told;
    let rows = compare::rows(report);
    let mut blocks = vec![Block::new("index", &matrix::index(report, &rows))];
    let details = detail::blocks(report, &rows, links);
    blocks.extend(details);
    let verdict = markdown::verdict(report, strict, faults);
    let interpreters = report.interpreters.iter().map(|one| InterpreterLine {
        key: one.key.to_string(),
        origin: visible(&one.origin),
        build: visible(&one.build),
        command: visible(&one.command.join(" ")),
    });
    Page {
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        is_bad: !verdict.starts_with("passed"),
        verdict: visible(&verdict),
        faults: faults.iter().map(|fault| visible(fault)).collect(),
        counts: counts(report),
        standing: visible(&standing::render(report, strict, made)),
        totals: visible(&summary::totals(report, made)),
        columns: matrix::columns(report),
        groups: matrix::groups(report, &rows),
        chart: chart::chart(report, &rows),
        interpreters: interpreters.collect(),
        started: visible(&report.started),
        platform: visible(&report.platform),
        tool: visible(&report.tool),
        blocks,
    }
    .render()
}

/// What the page may do: run its own script, have its own style, and nothing else. Nothing is loaded from anywhere.
fn policy() -> String {
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

fn counts(report: &RunReport) -> Vec<Count> {
    let count = |wanted: Verdict| {
        let cases = report.cases.iter();
        cases.filter(|case| case.verdict == wanted).count()
    };
    let all = Verdict::ALL.into_iter();
    let counts = all.map(|verdict| Count {
        word: verdict.word(),
        cases: count(verdict),
        tone: matrix::tone(verdict),
    });
    counts.filter(|one| one.cases > 0).collect()
}

impl Page {
    /// How many rows there are, in words.
    fn rows(&self) -> String {
        plural(
            self.groups.iter().map(|group| group.rows.len()).sum(),
            "row",
        )
    }

    /// Columns of the table, for cells that reach over all of them.
    fn span(&self) -> usize {
        self.columns.len() + 3
    }
}
