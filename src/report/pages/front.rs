//! The front page, which GitHub shows for the folder: the result, what changed in each release, the matrix, how it was made.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Subject, link_row};
use crate::compare::Comparison;
use crate::compare::releases::{RowChange, count_subjects};
use crate::record::{InterpreterReport, RunReport};
use crate::report::context::RenderContext;
use crate::report::markup::{LEGEND, RowTable, code, fence, html_code, prose};
use crate::report::wording::{headline, render_counts};
use crate::text::{and_more, joined, plural, shell_word};

/// Changes that are listed of one release; the page of the subject has all of them.
const MAX_CHANGES: usize = 400;

/// Renders the front page, with links to the report for a browser and for programs.
pub(super) fn render_front_page(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    subjects: &[Subject<'_>],
    [browser, report]: [&str; 2],
) -> String {
    let mut out = format!(
        "# modswap: {}\n\nHow {} behave on {}. With the steps of every row: [{browser}]({browser}), one page for a browser, which \
         needs no network; for programs: [{report}]({report}).\n",
        headline(comparison, context),
        plural(comparison.rows.len(), "row"),
        plural(comparison.versions.len(), "interpreter"),
    );
    render_releases(&mut out, comparison, subjects);
    let _ = write!(out, "\n## The matrix\n\n{LEGEND}");
    for Subject { name, page, rows } in subjects {
        let differing = rows.iter().filter(|row| row.differs_between_versions());
        let table = RowTable::new(comparison, rows);
        let _ = write!(
            out,
            "\n<details><summary>{}: {} of {} differ between versions</summary>\n\n{}\n[The steps of {}]({page})\n\n</details>\n",
            html_code(&format!("{name}/")),
            differing.count(),
            plural(rows.len(), "row"),
            table.render(rows, &|row| link_row(row.id, page)),
            code(&format!("{name}/")),
        );
    }
    render_origin(&mut out, comparison.report);
    let counts = render_counts(comparison, context.origin, false);
    let _ = write!(out, "\n{}\n", fence(&counts, "text"));
    out
}

/// A table of releases, and the list behind each.
fn render_releases(out: &mut String, comparison: &Comparison<'_>, subjects: &[Subject<'_>]) {
    let found = comparison.releases();
    if found.releases.is_empty() && found.builds.is_empty() {
        return;
    }
    out.push_str(
        "\n## What changed in each release\n\nA row stands at each release that its scenario names between two neighbours that differ; \
         where it names none, at the gap: `3.6.1–3.6.4` is one of these, `≤3.6` is 3.6 or a version that was not run before it.\n\n\
         | release | rows | by subject |\n| --- | --: | --- |\n",
    );
    for release in &found.releases {
        let counts = count_subjects(&release.changes).into_iter();
        let counts = counts.map(|(subject, count)| format!("{} {count}", prose(subject)));
        let (name, rows) = (&release.name, release.changes.len());
        let _ = writeln!(out, "| {name} | {rows} | {} |", joined(counts, ", "));
    }
    let pages = subjects
        .iter()
        .map(|subject| (subject.name, &*subject.page));
    let pages: BTreeMap<&str, &str> = pages.collect();
    for release in &found.releases {
        let title = format!("<b>{}</b>", release.name);
        render_list(out, &title, &release.changes, &pages, false);
    }
    if !found.builds.is_empty() {
        let title = "a build or a labelled interpreter differs from the plain build";
        render_list(out, title, &found.builds, &pages, true);
    }
}

/// A folded list of changes.
fn render_list(
    out: &mut String,
    title: &str,
    changes: &[RowChange<'_>],
    pages: &BTreeMap<&str, &str>,
    are_builds: bool,
) {
    let rows = plural(changes.len(), "row");
    let _ = write!(out, "\n<details><summary>{title}: {rows}</summary>\n\n");
    let lines = changes.iter().take(MAX_CHANGES);
    let lines = lines.map(|change| describe_change(change, pages, are_builds));
    for line in lines.chain(and_more(changes.len(), MAX_CHANGES, "")) {
        let _ = writeln!(out, "- {line}");
    }
    out.push_str("\n</details>\n");
}

/// The row, its two behaviours, and why they differ. Of a build also which one differs from which.
fn describe_change(change: &RowChange<'_>, pages: &BTreeMap<&str, &str>, is_build: bool) -> String {
    let cells = [change.before, change.after];
    let [old, new] = cells.map(|cell| &cell.case.interpreter);
    let build = is_build.then(|| format!("{new} unlike {old}, "));
    let build = build.unwrap_or_default();
    let [before, after] = change.letters;
    let note = change.note.map(|note| format!(": {}", prose(&note.note)));
    let note = note.unwrap_or_default();
    let page = pages.get(change.row.subject()).copied();
    let row = link_row(change.row, page.unwrap_or_default());
    format!("{row} {build}{before} → {after}{note}")
}

/// The interpreters, and the command that makes the pages again.
fn render_origin(out: &mut String, report: &RunReport) {
    let _ = write!(
        out,
        "\n## How it was made\n\n{}, {}, {}, by\n\n```console\n$ modswap run{} --pages reports\n```\n\n\
         | version | found by | command | build |\n| --- | --- | --- | --- |\n",
        prose(&report.tool),
        prose(&report.started),
        prose(&report.platform),
        python_options(report)
    );
    for interpreter in &report.interpreters {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            code(&interpreter.key.to_string()),
            prose(&interpreter.origin),
            code(&interpreter.command.join(" ")),
            prose(&interpreter.build)
        );
    }
}

/// The options that ask for the interpreters: those behind commands by name, all others as they are found.
fn python_options(report: &RunReport) -> String {
    let is_command = |interpreter: &&InterpreterReport| {
        let mut sources = interpreter.sources.iter();
        sources.any(|source| source == "command")
    };
    let asked = report.interpreters.iter().filter(is_command);
    let asked = asked.map(|interpreter| {
        let label = interpreter.key.label.as_ref();
        let label = label.map_or_else(String::new, |label| format!("{label}="));
        let command = format!("{label}{}", interpreter.command.join(" "));
        format!(" \\\n    --python {}", shell_word(&command))
    });
    let asked: Vec<String> = asked.collect();
    if asked.is_empty() {
        return String::new();
    }
    let is_all = asked.len() == report.interpreters.len();
    let others = if is_all { "" } else { " --python '>=2'" };
    format!("{others}{} \\\n   ", asked.concat())
}
