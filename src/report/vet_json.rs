//! The answers of `modswap vet` for programs.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::record::TOOL;
use crate::vet::{Answer, VetTable, find_advice, judge_unloading};

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// Renders the answers: `docs/json.md` says what is what.
///
/// # Panics
/// Never: everything in it can be written.
pub fn render_vet_json(table: &VetTable) -> String {
    let keys: Vec<String> = table
        .columns
        .iter()
        .map(|column| column.key.to_string())
        .collect();
    let by_python = |answers: &[Option<Answer>]| by_key(&keys, answers);
    let checks = table.rows.iter().map(|row| {
        json!({
            "check": row.question.check,
            "choices": row.question.choices,
            "question": row.question.note,
            "case": row.id,
            "level": row.level(),
            "answers": by_python(&row.answers),
        })
    });
    let pythons = table
        .columns
        .iter()
        .map(|column| json!({"python": column.key.to_string(), "version": column.version}));
    let skipped = table
        .skipped
        .iter()
        .map(|(key, reason)| json!({"python": key.to_string(), "reason": reason}));
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "tool": TOOL,
        "package": table.package,
        "name": table.name,
        "module": table.module,
        "use": table.used,
        "pythons": pythons.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
        "unload": by_key(&keys, &judge_unloading(table)),
        "checks": checks.collect::<Vec<_>>(),
        "advice": find_advice(table),
    });
    format!("{value:#}\n")
}

/// The answers by the keys of Pythons, without those that are missing.
fn by_key<T: Serialize>(keys: &[String], answers: &[Option<T>]) -> Map<String, Value> {
    let pairs = keys.iter().zip(answers).filter_map(|(key, answer)| {
        let answer = serde_json::to_value(answer.as_ref()?).expect("text keys only");
        Some((key.clone(), answer))
    });
    pairs.collect()
}
