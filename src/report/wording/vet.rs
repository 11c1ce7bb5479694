//! The answers of `modswap vet` in words that every view shares.

use crate::text::{joined, plural};
use crate::vet::{Answer, Level, Row, VetTable, judge_unloading};

/// The levels with their headings, the worst first.
pub(in crate::report) const LEVELS: [(Level, &str); 5] = [
    (Level::Fails, "Fails"),
    (Level::Care, "Needs care"),
    (Level::Note, "Good to know"),
    (Level::Ok, "Ok"),
    (Level::NotAsked, "Nothing to ask"),
];
/// How many of them, from the worst on, are told of question by question where space is short.
pub(in crate::report) const SHOWN_LEVELS: usize = 3;

/// The package with its versions: `numpy 1.24.4, 2.4.6`.
pub(in crate::report) fn name_with_versions(table: &VetTable) -> String {
    let mut versions: Vec<&str> = Vec::new();
    for version in table
        .columns
        .iter()
        .filter_map(|column| column.version.as_deref())
    {
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    let versions = match versions[..] {
        [] => String::new(),
        [first, _, .., last] => format!(" {first} to {last}"),
        _ => format!(" {}", versions.join(", ")),
    };
    format!("{}{versions}", table.name)
}

/// The import and the use: `import yaml, then m.load(…)`. Without an expression, an import that passes counts as working.
pub(in crate::report) fn describe_import(table: &VetTable) -> String {
    match table.used.as_str() {
        "True" | "" => format!(
            "import {}, and no use of it: `--use` asks whether it works",
            table.imported()
        ),
        used => format!("import {}, and {used}", table.imported()),
    }
}

/// How much is how: `2 questions fail, 5 need care, 40 are ok`.
pub(in crate::report) fn count_levels(table: &VetTable) -> String {
    let count = |level| table.rows_of(level).len();
    let (fails, care, ok) = (
        count(Level::Fails),
        count(Level::Care),
        count(Level::Ok) + count(Level::Note),
    );
    let verb = |number: usize, one: &str, several: &str| {
        if number == 1 {
            one.to_owned()
        } else {
            several.to_owned()
        }
    };
    joined(
        [
            format!(
                "{} {}",
                plural(fails, "question"),
                verb(fails, "fails", "fail")
            ),
            format!("{care} {}", verb(care, "needs care", "need care")),
            format!("{ok} {}", verb(ok, "is ok", "are ok")),
        ],
        ", ",
    )
}

/// May it be unloaded? Each answer with its versions, the best first.
pub(in crate::report) fn describe_unloading(table: &VetTable) -> Vec<(Answer, String)> {
    let mut groups: Vec<(Answer, Vec<usize>)> = Vec::new();
    for (column, unload) in judge_unloading(table).into_iter().enumerate() {
        let Some(unload) = unload else { continue };
        match groups.iter_mut().find(|(known, _)| *known == unload.answer) {
            Some((_, columns)) => columns.push(column),
            None => groups.push((unload.answer, vec![column])),
        }
    }
    groups.sort_by_key(|(answer, _)| answer.rank);
    groups
        .into_iter()
        .map(|(answer, columns)| (answer, table.ranges(&columns)))
        .collect()
}

/// Something that was done, and the questions about it.
type Choice<'a> = (&'a str, Vec<&'a str>);

/// The questions that were answered as one would wish, by check: `again`, `delete all: modules, works; reload: modules`.
pub(in crate::report) fn list_ok(table: &VetTable) -> Vec<(String, String)> {
    let mut checks: Vec<(&str, Vec<Choice<'_>>)> = Vec::new();
    let rows = table.rows.iter().filter(|row| row.level() == Level::Ok);
    for Row { question, .. } in rows {
        if checks
            .last()
            .is_none_or(|(check, _)| *check != question.check)
        {
            checks.push((&question.check, Vec::new()));
        }
        let Some((_, choices)) = checks.last_mut() else {
            continue;
        };
        match choices.last_mut() {
            Some((choice, notes)) if *choice == question.choices && !choice.is_empty() => {
                notes.push(&question.note);
            }
            _ => choices.push((&question.choices, vec![&question.note])),
        }
    }
    let words = |(choice, notes): &Choice<'_>| {
        let notes = notes.join(", ");
        if choice.is_empty() {
            notes
        } else {
            format!("{choice}: {notes}")
        }
    };
    let checks = checks.into_iter();
    checks
        .map(|(check, choices)| (check.to_owned(), joined(choices.iter().map(words), "; ")))
        .collect()
}

/// The columns that answer every one of these questions alike, each with its versions: neighbours stand together.
pub(in crate::report) fn merge_columns(table: &VetTable, rows: &[&Row]) -> Vec<(usize, String)> {
    let is_like = |one: usize, other: usize| {
        rows.iter()
            .all(|row| row.answers[one] == row.answers[other])
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for column in 0..table.columns.len() {
        match groups.last_mut() {
            Some(group) if is_like(group[0], column) => group.push(column),
            _ => groups.push(vec![column]),
        }
    }
    groups
        .into_iter()
        .map(|group| (group[0], table.ranges(&group)))
        .collect()
}
