//! The one question behind the others: may the package be unloaded?

use serde::Serialize;

use super::answer::{Answer, Level};
use super::table::{Question, Row, VetTable};

/// The answer for a version: the worst one to what bears on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unload {
    /// `ok`, or what goes wrong.
    #[serde(flatten)]
    pub answer: Answer,
    /// The question that it is the answer to.
    pub question: String,
}

/// Judges for each column whether the package may be deleted from `sys.modules` and imported again: whether the new one is fresh and
/// works, also where the old one was used, whether the old one goes, and whether that can be done ten times. Nothing where that could
/// not be asked.
pub fn judge_unloading(table: &VetTable) -> Vec<Option<Unload>> {
    let columns = 0..table.columns.len();
    let rows: Vec<&Row> = table
        .rows
        .iter()
        .filter(|row| bears_on_unloading(&row.question))
        .collect();
    let worst = |column: usize| {
        let answers = rows
            .iter()
            .filter_map(|row| Some((row, row.answers[column].as_ref()?)));
        // The first of the worst: what comes later is its consequence.
        let mut worst: Option<(&Row, &Answer)> = None;
        for (row, answer) in answers.filter(|(_, answer)| answer.level != Level::NotAsked) {
            if worst.is_none_or(|(_, known)| known.rank < answer.rank) {
                worst = Some((*row, answer));
            }
        }
        // Nor can it be imported again where it cannot be imported.
        let worst = worst.or_else(|| {
            let is_first =
                |row: &&Row| row.question.check == "import" && row.question.note == "import";
            let row = table.rows.iter().find(is_first)?;
            let answer = row.answers[column].as_ref()?;
            (answer.level == Level::Fails).then_some((row, answer))
        });
        worst.map(|(row, answer)| {
            let is_fine = answer.level < Level::Care;
            Unload {
                answer: if is_fine {
                    Answer::ok()
                } else {
                    answer.clone()
                },
                question: if is_fine {
                    String::new()
                } else {
                    row.question.title()
                },
            }
        })
    };
    columns.map(worst).collect()
}

/// True if a question bears on whether a package may be unloaded.
pub fn bears_on_unloading(question: &Question) -> bool {
    let is_deletion = matches!(&*question.choices, "delete all" | "use and delete all");
    match &*question.check {
        "again" => is_deletion && matches!(&*question.note, "modules" | "works"),
        "alive" => matches!(&*question.note, "works" | "alive" | "ten times"),
        _ => false,
    }
}
