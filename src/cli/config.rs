//! `modswap config`

use serde::Serialize;

use super::arguments::{AnswerFormat, ConfigArguments};
use super::configuration::{self, KEYS, Origin, Setting};
use super::{Exit, Failure, print_data, print_json};
use crate::text::{padded, printable, shell_word, width};

/// A setting, and where its value comes from.
#[derive(Debug, Serialize)]
struct Row<'s> {
    name: &'s str,
    values: &'s [String],
    /// `default`, `variable` or `file`.
    source: &'static str,
    /// The name of the variable, or the file and its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

pub(super) fn run(arguments: ConfigArguments) -> Result<Exit, Failure> {
    let settings = configuration::load(true)?;
    let rows = rows_of(&settings);
    match arguments.format {
        AnswerFormat::Table => print_data(&render(&rows))?,
        AnswerFormat::Json => {
            let answer = serde_json::json!({"schema_version": 1, "settings": rows});
            print_json(&format!("{answer:#}\n"))?;
        }
    }
    Ok(Exit::Success)
}

/// The settings of a file, then the other options that a variable sets.
fn rows_of(settings: &[Setting]) -> Vec<Row<'_>> {
    let of_file = KEYS.iter().map(|(key, option)| {
        let setting = settings.iter().find(|setting| setting.option == *option);
        setting.map_or(
            Row {
                name: key,
                values: &[],
                source: "default",
                place: None,
            },
            |setting| row(key, setting),
        )
    });
    let is_other = |setting: &&Setting| KEYS.iter().all(|(_, option)| setting.option != *option);
    let others = settings.iter().filter(is_other);
    of_file
        .chain(others.map(|setting| row(&setting.option, setting)))
        .collect()
}

fn row<'s>(name: &'s str, setting: &'s Setting) -> Row<'s> {
    let (source, place) = match &setting.origin {
        Origin::File { name, line } => ("file", format!("{name}:{line}")),
        Origin::Variable(name) => ("variable", name.clone()),
    };
    Row {
        name,
        values: &setting.values,
        source,
        place: Some(place),
    }
}

/// The usual value of a setting, in words.
fn usual(name: &str) -> &'static str {
    match name {
        "scenarios" => "scenarios",
        "pythons" => "all that are found",
        "baseline" => "reports/baseline beside the folder scenarios",
        "strict" => "false",
        _ => "none",
    }
}

fn render(rows: &[Row<'_>]) -> String {
    let values = rows.iter().map(|row| {
        if row.source == "default" {
            return usual(row.name).to_owned();
        }
        let words = row.values.iter().map(|value| shell_word(&printable(value)));
        words.collect::<Vec<_>>().join(" ")
    });
    let values: Vec<String> = values.collect();
    let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(width).max().unwrap_or(0);
    let names = widest(&mut rows.iter().map(|row| row.name));
    let widths = widest(&mut values.iter().map(String::as_str));
    let lines = rows.iter().zip(&values).map(|(row, value)| {
        let place = row.place.as_deref().unwrap_or(row.source);
        let place = printable(place);
        format!(
            "{}  {}  {place}\n",
            padded(row.name, names),
            padded(value, widths)
        )
    });
    lines.collect()
}
