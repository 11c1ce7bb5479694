//! The table: questions by version.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::answer::{Answer, Level};
use super::{PARAMETERS, SUBJECT};
use crate::python::version::InterpreterKey;
use crate::record::{CaseReport, RunReport, ScenarioReport, VariantId, Verdict, ranges};
use crate::trace::StepRecord;
use crate::trace::fact::FactValue;
use crate::trace::notation::unquote;

/// The checks in the order in which they are read; others follow.
const ORDER: [&str; 7] = [
    "import",
    "flags",
    "any order",
    "again",
    "across",
    "alive",
    "elsewhere",
];

/// The question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The check: `again`.
    pub check: String,
    /// The change that was made, in words: `delete all`; empty where the check does one thing.
    pub choices: String,
    /// The question itself: `modules`.
    pub note: String,
}

impl Question {
    /// `again, delete all: modules`
    pub fn title(&self) -> String {
        if self.choices.is_empty() {
            format!("{}: {}", self.check, self.note)
        } else {
            format!("{}, {}: {}", self.check, self.choices, self.note)
        }
    }
}

/// A question, and the answers by version.
#[derive(Clone, Debug)]
pub struct Row {
    /// The question.
    pub question: Question,
    /// The row of the report, by whose id it can be shown alone.
    pub id: VariantId,
    /// The answers, in the order of the columns; nothing where the process did not come so far, or could not be asked.
    pub answers: Vec<Option<Answer>>,
}

impl Row {
    /// The worst answer.
    pub fn worst(&self) -> Option<&Answer> {
        self.answers
            .iter()
            .flatten()
            .max_by_key(|answer| answer.rank)
    }

    /// How bad the worst answer is.
    pub fn level(&self) -> Level {
        self.worst().map_or(Level::NotAsked, |answer| answer.level)
    }

    /// The answers with the columns that gave them, the worst first.
    pub fn groups(&self) -> Vec<(&Answer, Vec<usize>)> {
        let mut groups: Vec<(&Answer, Vec<usize>)> = Vec::new();
        for (column, answer) in self.answers.iter().enumerate() {
            let Some(answer) = answer else { continue };
            match groups.iter_mut().find(|(known, _)| *known == answer) {
                Some((_, columns)) => columns.push(column),
                None => groups.push((answer, vec![column])),
            }
        }
        groups.sort_by_key(|(answer, _)| std::cmp::Reverse(answer.rank));
        groups
    }
}

/// A Python that the package was asked on.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub key: InterpreterKey,
    /// The version of the package there, where that is known.
    pub version: Option<String>,
}

/// The answers about a package.
#[derive(Clone, Debug)]
pub struct VetTable {
    /// The package as it was asked for: `numpy<2`, `.`
    pub package: String,
    /// Its name, as distributions are called.
    pub name: String,
    /// The module that was imported.
    pub module: String,
    /// The expression that had to hold after each import; `True` where the user gave none.
    pub used: String,
    /// The Pythons, by version.
    pub columns: Vec<Column>,
    /// Pythons for which the package could not be had, and why.
    pub skipped: Vec<(InterpreterKey, String)>,
    /// The questions, in the order in which they are asked.
    pub rows: Vec<Row>,
}

impl VetTable {
    /// Collects the answers of a run of the checks.
    pub fn new(report: &RunReport, name: &str, skipped: Vec<(InterpreterKey, String)>) -> Self {
        let ran: BTreeSet<&InterpreterKey> = report
            .cases
            .iter()
            .filter(|case| case.verdict != Verdict::Skipped)
            .map(|case| &*case.interpreter)
            .collect();
        let columns: Vec<Column> = report
            .keys_here()
            .filter(|key| ran.contains(key))
            .map(|key| Column {
                key: key.clone(),
                version: find_version(report, key, name),
            })
            .collect();
        let mut rows: BTreeMap<(usize, usize, usize, String), Row> = BTreeMap::new();
        for (place, scenario) in report.scenarios.iter().enumerate() {
            let check = check_of(&scenario.id);
            let known = ORDER.iter().position(|name| *name == check);
            let place = known.unwrap_or(ORDER.len() + place);
            let mut variants: Vec<&VariantId> = Vec::new();
            for case in report
                .cases
                .iter()
                .filter(|case| case.scenario == scenario.id)
            {
                let Some(column) = columns
                    .iter()
                    .position(|column| column.key == *case.interpreter)
                else {
                    continue;
                };
                let variant = variants
                    .iter()
                    .position(|id| **id == case.case)
                    .unwrap_or_else(|| {
                        variants.push(&case.case);
                        variants.len() - 1
                    });
                let variant = scenario
                    .rows
                    .iter()
                    .position(|id| *id == case.case)
                    .unwrap_or(variant);
                let choices = choices_of(case, scenario);
                for (step, key, text) in answers_of(report, scenario, case) {
                    let note = key.clone().unwrap_or_else(|| scenario.notes[&step].clone());
                    // One process may go through what is a matrix elsewhere: `delete all: modules`.
                    let (choices, note) = match note.split_once(": ") {
                        Some((choice, note)) if choices.is_empty() && key.is_none() => {
                            (choice, note)
                        }
                        _ => (&*choices, &*note),
                    };
                    let question = Question {
                        check: check.clone(),
                        choices: choices.to_owned(),
                        note: note.to_owned(),
                    };
                    let answer = Answer::new(&question, text);
                    let row = rows
                        .entry((place, variant, step, key.unwrap_or_default()))
                        .or_insert_with(|| Row {
                            question,
                            id: case.case.clone(),
                            answers: vec![None; columns.len()],
                        });
                    row.answers[column] = Some(answer);
                }
            }
        }
        let mut rows: Vec<Row> = rows.into_values().collect();
        excuse_consequences(&mut rows, columns.len());
        let value = |name: &str| {
            let mut pairs = report.cases.iter().flat_map(|case| &case.variant);
            let found = pairs.find(|(key, _)| key == name);
            found
                .and_then(|(_, value)| value.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            package: value(PARAMETERS[0]),
            name: name.to_owned(),
            module: value(PARAMETERS[1]),
            used: value(PARAMETERS[2]),
            columns,
            skipped,
            rows,
        }
    }

    /// Columns by their places, as ranges of versions: `2.7, 3.6–3.13`.
    pub fn ranges(&self, columns: &[usize]) -> String {
        let keys: Vec<_> = columns
            .iter()
            .map(|column| &self.columns[*column].key)
            .collect();
        let all: Vec<_> = self.columns.iter().map(|column| &column.key).collect();
        ranges::ranges(&keys, &all)
    }

    /// The questions whose worst answer is of a level, the worst first.
    pub fn rows_of(&self, level: Level) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| row.level() == level)
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.worst().map(|answer| answer.rank)));
        rows
    }

    /// The module without what else is the package's own.
    pub fn imported(&self) -> &str {
        self.module.split(',').next().unwrap_or_default()
    }
}

/// Excuses answers that say nothing of their question: a package that fails at the first import, or use, fails everywhere else, too.
fn excuse_consequences(rows: &mut [Row], columns: usize) {
    let is_first = |row: &Row| {
        row.question.check == "import" && matches!(&*row.question.note, "import" | "works")
    };
    for column in 0..columns {
        let first = rows.iter().filter(|row| is_first(row));
        let mut answers = first.filter_map(|row| row.answers[column].as_ref());
        let Some(failure) = answers.find(|answer| answer.level == Level::Fails).cloned() else {
            continue;
        };
        for row in rows.iter_mut().filter(|row| !is_first(row)) {
            if let Some(answer) = &mut row.answers[column]
                && answer.text == failure.text
            {
                *answer = Answer::not_asked(&failure.text);
            }
        }
    }
}

/// The name of a check, by the id of its scenario: `any order` of `vet/any-order`.
fn check_of(id: &str) -> String {
    let name = id
        .strip_prefix(SUBJECT)
        .and_then(|rest| rest.strip_prefix('/'));
    name.unwrap_or(id).replace('-', " ")
}

/// The version of a distribution that the cases of an interpreter had.
fn find_version(report: &RunReport, key: &InterpreterKey, name: &str) -> Option<String> {
    let mut cases = report.cases.iter().filter(|case| *case.interpreter == *key);
    cases.find_map(|case| case.packages.get(name)).cloned()
}

/// The choice of the matrix in words: that of its first key, which others serve.
fn choices_of(case: &CaseReport, scenario: &ScenarioReport) -> String {
    let is_own = |(key, _): &&(SmolStr, serde_json::Value)| {
        let mut parameters = scenario.parameters.iter();
        !parameters.any(|name| name == key)
    };
    match case.variant.iter().find(is_own) {
        None => String::new(),
        Some((_, serde_json::Value::String(text))) => text.clone(),
        Some((_, other)) => other.to_string(),
    }
}

/// The answers of a case: the step, the key where the answer is a dict, and the text. The end of the process is the answer to the
/// question that it was at, or the last word of the last one.
fn answers_of(
    report: &RunReport,
    scenario: &ScenarioReport,
    case: &CaseReport,
) -> Vec<(usize, Option<String>, String)> {
    let mut answers = Vec::new();
    let Some(trace) = report.trace_of(case) else {
        return answers;
    };
    let end = case.end.as_deref().and_then(end_in_words);
    let mut is_over = false;
    for step in scenario.notes.keys() {
        let record = trace.steps.iter().find(|record| record.step == *step);
        match record {
            Some(record) => match value_of(record, case) {
                Some(FactValue::Map(entries)) => {
                    answers.extend(
                        entries
                            .iter()
                            .map(|(key, value)| (*step, Some(plain_text(key)), text_of(value))),
                    );
                }
                Some(value) => answers.push((*step, None, text_of(&value))),
                None => {}
            },
            None if !is_over => {
                is_over = true;
                let end = end.clone().unwrap_or_else(|| "exit 0".to_owned());
                answers.push((*step, None, end));
            }
            None => {}
        }
    }
    if let (false, Some(end), Some((_, _, text))) = (is_over, end, answers.last_mut()) {
        *text = format!("{text}, then {end} at exit");
    }
    answers
}

/// The value of a question, or the error that it ended in; nothing where it was not asked.
fn value_of(record: &StepRecord, case: &CaseReport) -> Option<FactValue> {
    if let Some(value) = record.fact("value") {
        return (*value != FactValue::text("None")).then(|| value.clone());
    }
    let outcome = record.fact("outcome")?.to_string();
    if outcome == "not run" {
        return None;
    }
    let message = case
        .messages
        .get(&record.step)
        .map(|message| message.lines().next().unwrap_or_default());
    Some(FactValue::text(match message {
        Some(message) if !message.is_empty() => format!("{outcome}: {message}"),
        _ => outcome,
    }))
}

fn text_of(value: &FactValue) -> String {
    plain_text(&value.to_string())
}

/// A text as it was, where the notation has it in quotes.
fn plain_text(text: &str) -> String {
    unquote(text).unwrap_or_else(|| text.to_owned())
}

/// The end of a process as an answer; nothing where it ended well.
fn end_in_words(end: &str) -> Option<String> {
    match end {
        "exit 0" => None,
        "timeout" => Some("hangs".to_owned()),
        end => Some(end.strip_prefix("signal ").unwrap_or(end).to_owned()),
    }
}
