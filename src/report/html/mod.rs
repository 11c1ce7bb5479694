//! The report as one page for a browser, which needs nothing beside it.
//!
//! The list of all findings is plain HTML and stands for itself where scripts are off. What a finding shows when it is opened is HTML
//! as well, in blocks of data (`about-N`, `source-N`, `row-N`) that a browser does not read before they are asked for; `index` and
//! `scripts` are JSON. Everything is compared, worded and escaped here; the script only filters, sorts and shows it.

mod axis;
mod blocks;
pub mod changes;
mod data;
mod finding;
mod matrix;
mod outcome;
mod references;
mod releases;
mod scripts;
mod static_pages;
mod steps;
#[cfg(test)]
mod tests;
pub mod vet;

pub(super) use static_pages::{render_static_pages, style_sheet};

use std::io;

use askama::Template;
use base64::Engine;
use sha2::{Digest, Sha256};

use crate::compare::Comparison;
use crate::record::{RunReport, Verdict};
use crate::report::context::RenderContext;
use crate::report::wording::{
    DEFAULT_WIDTH, describe_findings, headline, render_baseline_summary, render_totals,
    verdict_word,
};
use crate::text::visible;
use blocks::{Block, build_blocks};
use data::PageData;
use matrix::Group;
use releases::ReleaseBar;

/// The style. Tokens, blocks and findings are what a page of one finding needs as well.
const STYLE: &str = concat!(
    include_str!("css/tokens.css"),
    include_str!("css/blocks.css"),
    include_str!("css/finding.css"),
    include_str!("css/page.css"),
);

/// The script. Its parts share one scope, which is nobody else's.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("js/state.js"),
    include_str!("js/search.js"),
    include_str!("js/yaml.js"),
    include_str!("js/panel.js"),
    include_str!("js/list.js"),
    include_str!("js/controls.js"),
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
    /// The answer in one sentence: how many findings change.
    title: String,
    verdict: String,
    is_bad: bool,
    has_known_violations: bool,
    baseline: String,
    totals: String,
    releases: Vec<ReleaseBar>,
    /// Feature releases and builds that can be compared.
    series: Vec<&'a str>,
    groups: Vec<Group<'a>>,
    /// Pages of their own that stand beside this one: names and addresses.
    beside: &'a [(String, String)],
    report: &'a RunReport,
    data: PageData<'a>,
}

/// Renders the page.
pub fn render_page(comparison: &Comparison<'_>, context: &RenderContext<'_>) -> String {
    render_page_beside(comparison, context, &[])
}

/// Renders the page with links to others beside it, each with its name and its address.
pub(super) fn render_page_beside(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    beside: &[(String, String)],
) -> String {
    let mut page = Vec::new();
    write(comparison, context, beside, &mut page).expect("a vector can be written to");
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
    write(comparison, context, &[], out)
}

fn write(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    beside: &[(String, String)],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let axis = axis::build_axis(comparison);
    let rows = comparison.rows.iter();
    let blocks: Vec<Vec<Block>> = rows
        .map(|row| build_blocks(comparison, row, &axis))
        .collect();
    let verdict = headline(comparison, context);
    let baseline = render_baseline_summary(comparison, context, DEFAULT_WIDTH);
    let mut series: Vec<&str> = axis.iter().map(|column| &*column.series).collect();
    series.dedup();
    Page {
        policy: content_security_policy(),
        style: STYLE,
        script: SCRIPT,
        title: describe_findings(comparison),
        is_bad: !verdict.starts_with("passed") && !comparison.is_record(),
        has_known_violations: comparison.count(Verdict::Xfail) > 0,
        verdict: visible(&verdict),
        baseline: visible(&baseline),
        totals: visible(&render_totals(comparison, context.origin, false)),
        releases: releases::build_release_bars(comparison, &axis),
        series,
        groups: matrix::build_groups(comparison, &blocks),
        beside,
        report: comparison.report,
        data: PageData {
            axis: &axis,
            blocks: &blocks,
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
