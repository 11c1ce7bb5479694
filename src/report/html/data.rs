//! The data of the page, in blocks that a browser reads when its script asks for them.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use askama::Template;
use serde::Serialize;

use super::axis::Column;
use super::blocks::Block;
use super::finding::{About, RowView, Source};
use super::matrix::build_index;
use super::scripts::{Scripts, render_row_scripts};
use crate::compare::{Comparison, Row};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::report::context::RenderContext;
use crate::runner::ScriptRenderer;

/// Cases up to which the page holds the plain script of each; those of more would make a page that no browser opens.
/// `modswap script` prints any of them.
const MAX_CASES_WITH_SCRIPTS: usize = 10_000;

/// The data of the page; each block is made when it is written.
pub(super) struct PageData<'a> {
    pub(super) axis: &'a [Column<'a>],
    /// The blocks of each row.
    pub(super) blocks: &'a [Vec<Block>],
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) context: &'a RenderContext<'a>,
}

impl fmt::Display for PageData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = build_index(self.comparison, self.axis, self.blocks);
        write_json(f, "index", &index)?;
        self.write_scenarios(f)?;
        self.write_rows(f)
    }
}

impl PageData<'_> {
    /// The part that all rows of a scenario share.
    fn write_scenarios(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, scenario) in self.comparison.report.scenarios.iter().enumerate() {
            write_html(out, &format!("about-{number}"), &About::new(scenario))?;
            let source = Source::new(scenario, self.context.links);
            write_html(out, &format!("source-{number}"), &source)?;
        }
        Ok(())
    }

    fn write_rows(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comparison = self.comparison;
        let has_scripts = comparison.report.cases.len() <= MAX_CASES_WITH_SCRIPTS;
        let mut scripts = Scripts::default();
        // Rows of a scenario follow each other: its scripts are read once for all of them.
        let mut last: Option<(&str, Option<ScriptRenderer>)> = None;
        for (index, row) in comparison.rows.iter().enumerate() {
            let id = row.id.scenario();
            let Some(scenario) = comparison.scenario(id) else {
                continue;
            };
            if has_scripts && last.as_ref().is_none_or(|(known, _)| *known != id) {
                last = Some((id, (self.context.read_scripts)(scenario)));
            }
            let mut view = RowView::new(comparison, row, scenario, self.axis);
            if let Some((_, Some(render))) = &last {
                view.scripts = add_scripts(&mut scripts, render, comparison.report, row);
            }
            write_html(out, &format!("row-{index}"), &view)?;
        }
        write_json(out, "scripts", &scripts)
    }
}

/// Versions of the scripts of a row, and their numbers; cases that were skipped have none.
fn add_scripts(
    scripts: &mut Scripts,
    render: &ScriptRenderer,
    report: &RunReport,
    row: &Row<'_>,
) -> Vec<(String, usize)> {
    let mut numbers: BTreeMap<InterpreterKey, usize> = BTreeMap::new();
    for (text, versions) in render_row_scripts(render, report, row) {
        let number = scripts.add(&text);
        numbers.extend(versions.into_iter().map(|key| (key, number)));
    }
    let shown = row.cases().filter_map(|case| {
        let key = &*case.interpreter;
        Some((key.to_string(), *numbers.get(key)?))
    });
    shown.collect()
}

/// Writes data for the script of the page.
fn write_json(out: &mut fmt::Formatter<'_>, id: &str, data: &impl Serialize) -> fmt::Result {
    let json = serde_json::to_string(data).expect("the data has text keys only");
    let json = escape_for_script(&json);
    writeln!(
        out,
        "<script type=\"application/json\" id=\"{id}\">{json}</script>"
    )
}

/// Writes HTML that is no part of the page yet. All foreign text in it is escaped, so that no tag in it ends the block.
fn write_html(out: &mut fmt::Formatter<'_>, id: &str, view: &impl Template) -> fmt::Result {
    write!(out, "<script type=\"text/html\" id=\"{id}\">")?;
    view.render_into(out).map_err(|_| fmt::Error)?;
    out.write_str("</script>\n")
}

/// JSON that means the same and can stand between tags, in which only strings have such characters.
pub(super) fn escape_for_script(json: &str) -> String {
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
