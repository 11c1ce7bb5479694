//! What one sees when one opens the folder on GitHub: the verdict, what changed in each release, the matrix, how it was made.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{BROWSER, REPORT};
use crate::compare::Row;
use crate::compare::releases::{Change, releases};
use crate::python::version::InterpreterKey;
use crate::record::RunReport;
use crate::record::VariantId;
use crate::report::context::RenderContext;
use crate::report::markdown;
use crate::report::markdown::table::{LEGEND, matrix};
use crate::report::markup::escape::{code, html_code, link, prose};
use crate::report::terminal::summary;
use crate::text::{plural, shell_word};

/// Changes that are listed of one release; the page of the subject has all of them.
const MOST_CHANGES: usize = 400;

/// The page.
pub(super) fn page(
    told: RenderContext<'_>,
    rows: &[Row<'_>],
    subjects: &BTreeMap<&str, Vec<&Row<'_>>>,
    names: &BTreeMap<&str, String>,
) -> String {
    let report = told.report;
    let all: Vec<&InterpreterKey> = report.interpreters.iter().map(|one| &one.key).collect();
    let mut out = format!(
        "# modswap: {}\n\nHow {} behave on {}. With the steps of every row: [{BROWSER}]({BROWSER}), one page for a browser, which \
         needs no network; for programs: [{REPORT}]({REPORT}).\n",
        markdown::verdict(report, told.strict, told.faults),
        plural(rows.len(), "row"),
        plural(all.len(), "interpreter"),
    );
    changed(&mut out, rows, names);
    let _ = write!(out, "\n## The matrix\n\n{LEGEND}");
    for (subject, rows) in subjects {
        let differing = rows
            .iter()
            .filter(|row| row.differs_between_versions())
            .count();
        let name = |row: &Row<'_>| address_of(row.case, names);
        let _ = write!(
            out,
            "\n<details><summary>{}: {} of {} differ between versions</summary>\n\n{}\n[The steps of {}]({})\n\n</details>\n",
            html_code(&format!("{subject}/")),
            differing,
            plural(rows.len(), "row"),
            matrix(rows, &all, &name),
            code(&format!("{subject}/")),
            names[subject],
        );
    }
    made(&mut out, report);
    out
}

/// A row, as a link to its place on the page of its subject.
pub(super) fn address_of(case: &VariantId, names: &BTreeMap<&str, String>) -> String {
    let id = case.scenario();
    let (subject, name) = id.split_once('/').unwrap_or(("scenarios", id));
    let address = names
        .get(subject)
        .map(|page| format!("{page}#{}", anchor(name)));
    link(&code(case), address.as_deref())
}

/// The place of a heading of this text, as GitHub names it.
pub(super) fn anchor(heading: &str) -> String {
    let text = heading.to_lowercase();
    let kept = text.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c => c.is_alphanumeric().then_some(c),
    });
    kept.collect()
}

/// A table of releases, and the list behind each.
fn changed(out: &mut String, rows: &[Row<'_>], names: &BTreeMap<&str, String>) {
    let found = releases(rows);
    if found.releases.is_empty() && found.builds.is_empty() {
        return;
    }
    out.push_str(
        "\n## What changed in each release\n\nA row stands at each release that its scenario names between two neighbours that differ; \
         where it names none, at the gap: `3.6.1–3.6.4` is one of these, `≤3.6` is 3.6 or a version that was not run before it.\n\n\
         | release | rows | by subject |\n| --- | --: | --- |\n",
    );
    for one in &found.releases {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for change in &one.changes {
            *counts.entry(change.subject()).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(subject, count)| (usize::MAX - count, *subject));
        let counts: Vec<String> = counts
            .iter()
            .map(|(subject, count)| format!("{} {count}", prose(subject)))
            .collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            one.name,
            one.changes.len(),
            counts.join(", ")
        );
    }
    let list = |out: &mut String, title: &str, changes: &[Change<'_>], are_builds: bool| {
        let _ = write!(out, "\n<details><summary>{title}</summary>\n\n");
        for change in changes.iter().take(MOST_CHANGES) {
            let [old, new] = [change.before, change.after].map(|cell| &cell.case.interpreter);
            let build = if are_builds {
                format!("{new} unlike {old}, ")
            } else {
                String::new()
            };
            let [before, after] = change.letters;
            let note = change.note.map(|one| format!(": {}", prose(&one.note)));
            let (name, note) = (address_of(change.case, names), note.unwrap_or_default());
            let _ = writeln!(out, "- {name} {build}{before} → {after}{note}");
        }
        if let more @ 1.. = changes.len().saturating_sub(MOST_CHANGES) {
            let _ = writeln!(out, "- and {more} more");
        }
        out.push_str("\n</details>\n");
    };
    for one in &found.releases {
        let title = format!("<b>{}</b>: {}", one.name, plural(one.changes.len(), "row"));
        list(out, &title, &one.changes, false);
    }
    if !found.builds.is_empty() {
        let title = format!(
            "a build or a labelled interpreter differs from the plain build: {}",
            plural(found.builds.len(), "row")
        );
        list(out, &title, &found.builds, true);
    }
}

/// Which interpreters, and what one types to make it again.
fn made(out: &mut String, report: &RunReport) {
    let _ = write!(
        out,
        "\n## How it was made\n\n{}, {}, {}, by\n\n```console\n$ modswap run{} --pages reports\n```\n\n\
         | version | found by | command | build |\n| --- | --- | --- | --- |\n",
        prose(&report.tool),
        prose(&report.started),
        prose(&report.platform),
        selection(report)
    );
    for one in &report.interpreters {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            code(&one.key.to_string()),
            prose(&one.origin),
            code(&one.command.join(" ")),
            prose(&one.build)
        );
    }
    let _ = write!(out, "\n{}\n", summary_of(report));
}

/// The interpreters as one asks for them: those behind commands one by one, all others as they are found.
fn selection(report: &RunReport) -> String {
    let is_command = |sources: &[String]| sources.iter().any(|source| source == "command");
    let asked = report
        .interpreters
        .iter()
        .filter(|one| is_command(&one.sources));
    let asked: Vec<String> = asked
        .map(|one| {
            let label = one
                .key
                .label
                .as_ref()
                .map_or_else(String::new, |label| format!("{label}="));
            format!(
                " \\\n    --python {}",
                shell_word(&format!("{label}{}", one.command.join(" ")))
            )
        })
        .collect();
    if asked.is_empty() {
        return String::new();
    }
    let others = if asked.len() < report.interpreters.len() {
        " --python '>=2'"
    } else {
        ""
    };
    format!("{others}{} \\\n   ", asked.concat())
}

fn summary_of(report: &RunReport) -> String {
    let made = crate::report::context::ReportOrigin::Stored { file: None };
    let totals = summary::totals(report, made);
    let kept: Vec<&str> = totals
        .lines()
        .filter(|line| !line.starts_with("next:"))
        .collect();
    crate::report::markup::escape::fence(&kept.join("\n"), "text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("earlier-copy"), "earlier-copy");
        assert_eq!(anchor("A b_c.d (e)"), "a-b_cd-e");
    }
}
