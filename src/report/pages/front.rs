//! The front page, which GitHub shows for the folder: the newest changes, the subjects, and how it was made.

use std::collections::HashMap;
use std::fmt::Write;

use super::Subject;
use super::changes::render_changes;
use crate::compare::Comparison;
use crate::compare::changed_findings::{count_rows, find_build_changes, find_feature_changes};
use crate::record::{InterpreterReport, RunReport};
use crate::report::context::RenderContext;
use crate::report::markup::{code, fence, prose};
use crate::report::wording::{describe_findings, headline, render_counts};
use crate::text::{joined, plural, shell_word};

/// Findings of the newest releases that are shown unfolded.
const MAX_UNFOLDED: usize = 16;

/// Renders the front page, with links to the report for a browser and for programs.
pub(super) fn render_front_page(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    subjects: &[Subject<'_>],
    [browser, report]: [&str; 2],
) -> String {
    let mut out = format!(
        "# {}\n\nA finding is a short sequence of imports, reloads or changes of `sys.modules` that was run on every Python named \
         here. To search, filter and compare them: [{browser}]({browser}), one page that needs no network. For programs: \
         [{report}]({report}).\n",
        describe_findings(comparison)
    );
    let pages = subjects.iter();
    let pages = pages.map(|subject| (subject.name, &*subject.page));
    let pages = pages.collect();
    render_releases(&mut out, comparison, &pages);
    render_subjects(&mut out, subjects);
    let counts = render_counts(comparison, context.origin, false);
    let _ = write!(
        out,
        "\n## The run\n\nmodswap: {}\n\n{}",
        headline(comparison, context),
        fence(&counts, "text")
    );
    render_origin(&mut out, comparison.report);
    out
}

/// The changes by feature release, newest first; those of the newest are unfolded.
fn render_releases(out: &mut String, comparison: &Comparison<'_>, pages: &HashMap<&str, &str>) {
    let features = find_feature_changes(comparison);
    if !features.is_empty() {
        out.push_str("\n## What changed, newest first\n");
    }
    let mut left = MAX_UNFOLDED;
    for ((major, minor), changed) in features.iter().rev() {
        let name = format!("{major}.{minor}");
        let findings = render_changes(pages, changed, &name);
        let count = plural(count_rows(changed), "row");
        let is_newest = left == MAX_UNFOLDED;
        if is_newest || findings.len() <= left {
            let (shown, rest) = findings.split_at(findings.len().min(left));
            left -= shown.len();
            let _ = write!(out, "\n### {name}: {count}\n\n{}", shown.concat());
            if !rest.is_empty() {
                fold(out, &format!("<b>{name}</b>: {} more", rest.len()), rest);
            }
        } else {
            // What is older than the first that is folded is folded, too.
            left = 0;
            fold(out, &format!("<b>{name}</b>: {count}"), &findings);
        }
    }
    for (build, changed) in find_build_changes(comparison) {
        let count = plural(count_rows(&changed), "row");
        let title = format!("Unlike the plain build, {build}: {count}");
        fold(out, &title, &render_changes(pages, &changed, ""));
    }
    let mut rows = features
        .values()
        .flatten()
        .flat_map(|finding| &finding.rows);
    if rows.any(|rows| rows.releases.iter().any(|name| name.contains(['≤', '–']))) {
        out.push_str(
            "\n<sub>A change stands at each release that its scenario names. Where it names none, `3.6.1–3.6.4` is one of these, and \
             `≤3.6` is 3.6 or a version before it that was not run.</sub>\n",
        );
    }
}

fn fold(out: &mut String, title: &str, findings: &[String]) {
    let _ = write!(
        out,
        "\n<details><summary>{title}</summary>\n\n{}\n</details>\n",
        findings.concat()
    );
}

/// The pages of subjects, and how many of their rows change.
fn render_subjects(out: &mut String, subjects: &[Subject<'_>]) {
    let links = subjects.iter().map(|Subject { name, page, rows }| {
        let differing = rows.iter().filter(|row| row.differs_between_versions());
        format!(
            "[{}]({page}) {} of {}",
            code(&format!("{name}/")),
            differing.count(),
            rows.len()
        )
    });
    let _ = write!(
        out,
        "\n## All findings\n\nBy subject, with the steps of each and how many change between versions:\n\n{}\n",
        joined(links, " · ")
    );
}

/// The interpreters, and the command that makes the pages again.
fn render_origin(out: &mut String, report: &RunReport) {
    let _ = write!(
        out,
        "\n<details><summary>How it was made, and by which interpreters</summary>\n\n{}, {}, {}, by\n\n\
         ```console\n$ modswap run{} --pages reports\n```\n\n\
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
    out.push_str("\n</details>\n");
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
