//! The answers of `modswap vet` in Markdown: fit for a README, an issue, or the summary of a CI job.

use std::fmt::Write;

use crate::report::markup::{code, link, prose};
use crate::report::wording::{
    LEVELS, SHOWN_LEVELS, count_levels, describe_import, describe_unloading, list_ok,
    merge_columns, name_with_versions,
};
use crate::text::joined;
use crate::vet::{Level, Row, VetTable, find_advice};

/// Renders the answers as a section.
pub fn render_vet(table: &VetTable) -> String {
    let mut out = format!(
        "### {}\n\n",
        prose(&format!(
            "{}: may it be unloaded?",
            name_with_versions(table)
        ))
    );
    for (answer, versions) in describe_unloading(table) {
        let _ = writeln!(
            out,
            "- **{}** on {}",
            mark(answer.level, &answer.text),
            prose(&versions)
        );
    }
    let _ = write!(
        out,
        "\n{}. {}.\n",
        prose(&count_levels(table)),
        prose(&describe_import(table).replace('`', ""))
    );
    for (level, heading) in LEVELS.into_iter().take(SHOWN_LEVELS) {
        let rows = table.rows_of(level);
        if !rows.is_empty() {
            let _ = write!(out, "\n**{heading}**\n\n{}", render_rows(table, &rows));
        }
    }
    let ok = list_ok(table)
        .into_iter()
        .map(|(check, words)| format!("**{}**: {}", prose(&check), prose(&words)));
    let ok: Vec<_> = ok.collect();
    if !ok.is_empty() {
        let _ = write!(
            out,
            "\n<details><summary>Ok</summary>\n\n{}\n\n</details>\n",
            ok.join("  \n")
        );
    }
    let advice = find_advice(table);
    if !advice.is_empty() {
        out.push('\n');
    }
    for advice in advice {
        let about = joined(advice.about.iter().map(|title| code(title)), ", ");
        let _ = writeln!(
            out,
            "- {} {} ({about})",
            advice.text,
            link("More", Some(advice.link))
        );
    }
    if !table.skipped.is_empty() {
        out.push('\n');
    }
    for (key, reason) in &table.skipped {
        let _ = writeln!(out, "Not asked on {key}: {}.", prose(reason));
    }
    out
}

/// The word for a level, where an answer does not say it.
fn mark(level: Level, text: &str) -> String {
    match level {
        Level::Ok => "yes".to_owned(),
        _ => prose(text),
    }
}

/// A table of questions by version. Versions that answer all of them alike share a column.
fn render_rows(table: &VetTable, rows: &[&Row]) -> String {
    let columns = merge_columns(table, rows);
    let mut out = String::from("| |");
    for (_, versions) in &columns {
        let _ = write!(out, " {} |", prose(versions));
    }
    let _ = writeln!(out, "\n| --- |{}", " --- |".repeat(columns.len()));
    for row in rows {
        let _ = write!(out, "| {} |", prose(&row.question.title()));
        for (column, _) in &columns {
            let text = row.answers[*column]
                .as_ref()
                .map_or_else(String::new, |answer| prose(&answer.text));
            let _ = write!(out, " {text} |");
        }
        out.push('\n');
    }
    out
}
