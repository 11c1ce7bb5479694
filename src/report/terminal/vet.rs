//! The answers of `modswap vet` for a terminal.

use std::fmt::Write;

use super::style::{Style, Tone, trimmed};
use crate::report::wording::{
    LEVELS, SHOWN_LEVELS, count_levels, describe_import, describe_unloading, list_ok,
    name_with_versions,
};
use crate::text::{joined, shell_word, visible, wrapped};
use crate::vet::{Level, Row, VetTable, bears_on_unloading, find_advice};

/// Questions that an advice names, and Pythons that a command does.
const MAX_NAMED: usize = 3;

/// Renders the answers: in a line, then question by question, the worst first, then the advice.
pub fn render_vet(table: &VetTable, style: Style) -> String {
    let mut out = String::new();
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let title = format!(
        "{} on {}: {}",
        name_with_versions(table),
        table.ranges(&all),
        count_levels(table)
    );
    let _ = writeln!(
        out,
        "{}",
        style.strong(&wrapped(&visible(&title), style.prose_width()))
    );
    let _ = writeln!(
        out,
        "{}",
        style.paint(&visible(&describe_import(table)), Tone::Faint)
    );
    let unloading = describe_unloading(table);
    if !unloading.is_empty() {
        let answers = unloading.iter().map(|(answer, versions)| {
            let text = style.paint(&visible(&answer.text), tone_of(answer.level));
            format!("  {text} on {versions}")
        });
        let _ = writeln!(
            out,
            "\nmay it be unloaded and imported again?\n{}",
            joined(answers, "\n")
        );
    }
    let shown = if style.all {
        LEVELS.len()
    } else {
        SHOWN_LEVELS
    };
    for (level, heading) in LEVELS.into_iter().take(shown) {
        let rows = table.rows_of(level);
        if !rows.is_empty() {
            let _ = writeln!(
                out,
                "\n{}\n{}",
                style.strong(heading),
                render_rows(table, &rows, style)
            );
        }
    }
    if !style.all {
        let ok = list_ok(table);
        if !ok.is_empty() {
            let _ = writeln!(out, "\n{}", style.strong("Ok"));
        }
        for (check, words) in ok {
            let _ = writeln!(
                out,
                "{}",
                wrapped(&visible(&format!("{check}: {words}")), style.prose_width())
            );
        }
    }
    out.push_str(&render_advice(table, style));
    for (key, reason) in &table.skipped {
        let _ = writeln!(
            out,
            "\n{}",
            wrapped(
                &visible(&format!("not asked on {key}: {reason}")),
                style.prose_width()
            )
        );
    }
    out.push_str(&render_next(table, style));
    out
}

fn tone_of(level: Level) -> Tone {
    match level {
        Level::NotAsked => Tone::Faint,
        Level::Ok => Tone::Good,
        Level::Note => Tone::Plain,
        Level::Care => Tone::Changed,
        Level::Fails => Tone::Bad,
    }
}

/// Questions with their answers, each answer with the versions that gave it.
fn render_rows(table: &VetTable, rows: &[&Row], style: Style) -> String {
    let mut shown = style.table();
    shown.set_header(["check", "answer", "Python"].map(|word| style.cell(word, Tone::Faint)));
    for alike in group_alike(rows) {
        let mut title = joined(alike.iter().map(|row| row.question.title()), "\n");
        for (answer, columns) in alike[0].groups() {
            shown.add_row([
                style.cell(&title, Tone::Plain),
                style.cell(&answer.text, tone_of(answer.level)),
                style.cell(table.ranges(&columns), Tone::Plain),
            ]);
            title.clear();
        }
    }
    trimmed(&shown)
}

/// Questions that have the same answers everywhere, together; the first of them says where.
fn group_alike<'a>(rows: &[&'a Row]) -> Vec<Vec<&'a Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        match groups
            .iter_mut()
            .find(|group| group[0].answers == row.answers)
        {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn render_advice(table: &VetTable, style: Style) -> String {
    let advice = find_advice(table);
    if advice.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", style.strong("Advice"));
    for advice in advice {
        let about = advice
            .about
            .iter()
            .take(MAX_NAMED)
            .map(|title| visible(title));
        let more = advice.about.len().saturating_sub(MAX_NAMED);
        let more = if more > 0 {
            format!("; {more} more")
        } else {
            String::new()
        };
        let text = format!("{} ({}{more})", advice.text, joined(about, "; "));
        let _ = writeln!(
            out,
            "{}\n  {}",
            wrapped(&text, style.prose_width()),
            style.link(advice.link, advice.link)
        );
    }
    out
}

/// How the worst can be seen alone.
fn render_next(table: &VetTable, style: Style) -> String {
    let levels = [Level::Fails, Level::Care].into_iter();
    let bad: Vec<&Row> = levels.flat_map(|level| table.rows_of(level)).collect();
    // The first that is about unloading, as the first lines are.
    let of_unloading = bad.iter().find(|row| bears_on_unloading(&row.question));
    let Some(row) = of_unloading.or(bad.first()).filter(|_| style.hints) else {
        return String::new();
    };
    let column = row
        .groups()
        .first()
        .and_then(|(_, columns)| columns.last().copied());
    let option = |column: usize| format!(" --python {}", table.columns[column].key.without_label());
    let id = shell_word(&visible(&row.id));
    let python = column.map_or_else(String::new, option);
    let few = 0..table.columns.len();
    let few = joined(
        few.filter(|_| table.columns.len() <= MAX_NAMED).map(option),
        "",
    );
    format!(
        "\nnext: modswap show {id}{few}\n      modswap script {id}{python} > case.py   # without modswap\n"
    )
}
