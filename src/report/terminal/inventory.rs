//! The Pythons that were found, and what was not used.

use std::fmt::Write;

use comfy_table::ContentArrangement;

use super::style::{Style, Tone, trimmed};
use crate::python::facts::printable;
use crate::python::inventory::{Interpreter, Inventory, Merged, Rejected};
use crate::runner::interpreter_report;
use crate::text::{visible, wrapped};

/// A table of interpreters, then what was rejected and what is missing; other names of the same interpreters are counted.
pub fn render(inventory: &Inventory, style: Style) -> String {
    let mut table = style.table();
    // Commands are there to be copied: a long one is not broken.
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(
        ["python", "build", "origin", "path"].map(|word| style.cell(word, Tone::Strong)),
    );
    for one in &inventory.interpreters {
        table.add_row(vec![
            style.cell(one.key.to_string(), Tone::Strong),
            style.cell(&one.facts.build, Tone::Faint),
            style.cell(one.origin().to_string(), Tone::Plain),
            style.cell(copied(&one.command), Tone::Plain),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut out = if inventory.interpreters.is_empty() {
        nothing(inventory)
    } else {
        trimmed(&table) + "\n"
    };
    rejected(&mut out, &inventory.rejected, style, false);
    missing(&mut out, inventory, style);
    let names = match inventory.merged.len() {
        0 => return out,
        1 => "1 other name of these".to_owned(),
        names => format!("{names} other names of these"),
    };
    let _ = writeln!(out, "\n{names}; modswap pythons --explain lists all");
    out
}

/// Everything that is known of each interpreter, of what is another name of one, and of what was rejected.
pub fn explained(inventory: &Inventory, style: Style) -> String {
    let mut out = String::new();
    for one in &inventory.interpreters {
        if !out.is_empty() {
            out.push('\n');
        }
        interpreter(&mut out, one, &inventory.merged, style);
    }
    if out.is_empty() {
        out.push_str(&nothing(inventory));
    }
    let kept = |path: &str| {
        inventory
            .interpreters
            .iter()
            .any(|one| one.command.join(" ") == path)
    };
    let of_others = inventory.merged.iter().filter(|one| !kept(&one.into));
    let of_others =
        of_others.map(|one| (one.path.as_str(), format!("{} {}", one.reason, one.into)));
    rejected(&mut out, &inventory.rejected, style, true);
    section(
        &mut out,
        "other names of what was rejected",
        of_others,
        style,
    );
    missing(&mut out, inventory, style);
    out
}

/// What is said where there is none to show.
fn nothing(inventory: &Inventory) -> String {
    match inventory.passed_over {
        0 => "no CPython found\n".to_owned(),
        1 => "the one CPython found does not fit\n".to_owned(),
        count => format!("none of the {count} CPythons found fits\n"),
    }
}

/// The words as they can be given to `--python`: those that would be taken apart are quoted.
fn copied(command: &[String]) -> String {
    let is_plain = |word: &str| {
        let special = |c: char| c.is_whitespace() || "'\"\\$`&|;<>()*?[]{}!#".contains(c);
        !word.is_empty() && !word.contains(special)
    };
    let quoted = command.iter().map(|word| match shlex::try_quote(word) {
        Ok(quoted) if !is_plain(word) => quoted.into_owned(),
        _ => word.clone(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

fn interpreter(out: &mut String, one: &Interpreter, merged: &[Merged], style: Style) {
    let command = one.command.join(" ");
    let key = style.strong(&one.key.to_string());
    let _ = writeln!(out, "{key}  {}", visible(&copied(&one.command)));
    let platform = match &one.facts.libc {
        Some(libc) => format!("{}, {libc}", one.facts.platform),
        None => one.facts.platform.clone(),
    };
    for (word, text) in [
        ("build", &one.facts.build),
        ("platform", &platform),
        ("found by", &one.sources.to_string()),
    ] {
        let _ = writeln!(out, "  {word:<10}{}", visible(text));
    }
    let names = merged.iter().filter(|name| name.into == command);
    let names = names.map(|name| {
        (
            name.path.as_str(),
            format!("{} it ({})", name.reason, name.sources),
        )
    });
    let groups = grouped(names);
    for (place, reason) in &groups {
        indented(out, "  also      ", &printable(place), style);
        indented(out, "            ", reason, style);
    }
}

fn rejected(out: &mut String, rejected: &[Rejected], style: Style, all: bool) {
    let told = |one: &Rejected| {
        if all {
            return format!("{} ({})\n{}", one.reason, one.sources, one.help);
        }
        // A long help is for `--explain`.
        let width = usize::from(style.width).saturating_sub(8);
        let whole = format!("{}; {}", one.reason, one.help);
        if crate::text::width(&whole) > width {
            one.reason.clone()
        } else {
            whole
        }
    };
    section(
        out,
        "rejected",
        rejected.iter().map(|one| (one.path.as_str(), told(one))),
        style,
    );
}

fn missing(out: &mut String, inventory: &Inventory, style: Style) {
    if inventory.missing.is_empty() {
        return;
    }
    let _ = write!(out, "\n{}\n", style.strong("missing"));
    let width = inventory.missing.iter().map(|one| one.wanted.len()).max();
    let width = width.unwrap_or_default();
    for one in &inventory.missing {
        let _ = writeln!(out, "  {:<width$}  {}", visible(&one.wanted), one.reason);
    }
}

/// Paths and why they are no rows of the table, below a title.
fn section<'a>(
    out: &mut String,
    title: &str,
    entries: impl Iterator<Item = (&'a str, String)>,
    style: Style,
) {
    let groups = grouped(entries);
    if !groups.is_empty() {
        let _ = write!(out, "\n{}\n", style.strong(title));
    }
    for (place, reason) in groups {
        let _ = writeln!(out, "  {}", printable(&place));
        for line in reason.lines() {
            indented(out, "    ", line, style);
        }
    }
}

/// Text over the width, its further lines below its first.
fn indented(out: &mut String, start: &str, text: &str, style: Style) {
    let width = usize::from(style.width).saturating_sub(start.len()).max(20);
    let mut before = start.to_owned();
    for line in wrapped(&visible(text), width).lines() {
        let _ = writeln!(out, "{before}{line}");
        before = " ".repeat(start.len());
    }
}

/// Paths in one folder with one reason share a line.
fn grouped<'a>(entries: impl Iterator<Item = (&'a str, String)>) -> Vec<(String, String)> {
    let mut groups: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for (path, reason) in entries {
        // Not what is directly below the root, which has no folder to share a line with.
        let at = path.rfind(['/', '\\']).filter(|at| *at > 0);
        let (folder, name) = at.map_or(("", path), |at| (&path[..at], &path[at + 1..]));
        match groups
            .iter_mut()
            .find(|(known, why, _)| at.is_some() && *known == folder && *why == reason)
        {
            Some((_, _, names)) => names.push(name),
            None => groups.push((folder, reason, vec![name])),
        }
    }
    let written = groups.into_iter().map(|(folder, reason, names)| {
        let place = match names[..] {
            [name] if folder.is_empty() => name.to_owned(),
            [name] => format!("{folder}/{name}"),
            [first, .., last] if names.len() > 4 => {
                format!("{folder}: {} names, {first} to {last}", names.len())
            }
            _ => format!("{folder}: {}", names.join(", ")),
        };
        (place, reason)
    });
    written.collect()
}

/// The same as JSON: `interpreters` and `rejected` as in a run's report, the former with platform and C library.
pub fn json(inventory: &Inventory) -> String {
    let interpreter = |one: &Interpreter| {
        let mut value = serde_json::to_value(interpreter_report(one)).expect("text keys only");
        value["platform"] = one.facts.platform.clone().into();
        value["libc"] = one.facts.libc.clone().into();
        value
    };
    let interpreters: Vec<_> = inventory.interpreters.iter().map(interpreter).collect();
    let value = serde_json::json!({
        "schema_version": crate::record::SCHEMA_VERSION,
        "interpreters": interpreters,
        "rejected": inventory.rejected,
        "merged": inventory.merged,
        "missing": inventory.missing.iter().map(|one| serde_json::json!({
            "wanted": one.wanted,
            "reason": one.reason.to_string(),
        })).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&value).expect("text keys only");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::inventory::Origin;

    const STYLE: Style = Style {
        width: 80,
        colour: false,
        ..Style::PLAIN
    };

    #[test]
    fn commands_can_be_copied() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (command, shown) in [
            (words(&["/usr/bin/python3"]), "/usr/bin/python3"),
            (words(&["/my dir/python3"]), "'/my dir/python3'"),
            (
                words(&["env", "A=B C", "docker", "run", "python:3.5", "python"]),
                "env 'A=B C' docker run python:3.5 python",
            ),
            (words(&["/it's/python"]), "\"/it's/python\""),
        ] {
            assert_eq!(copied(&command), shown);
            assert_eq!(shlex::split(shown), Some(command));
        }
    }

    #[test]
    fn names_in_one_folder_share_a_line() {
        let paths = [
            "/root",
            "/opt",
            "/usr/bin/python2",
            "/usr/bin/python3",
            "name",
        ];
        let told = grouped(paths.iter().map(|path| (*path, "closed".to_owned())));
        let places: Vec<_> = told.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(
            places,
            ["/root", "/opt", "/usr/bin: python2, python3", "name"]
        );
    }

    #[test]
    fn none_that_fits_is_not_none() {
        let told = |passed_over| {
            let inventory = Inventory {
                passed_over,
                ..Inventory::default()
            };
            assert_eq!(explained(&inventory, STYLE), render(&inventory, STYLE));
            render(&inventory, STYLE)
        };
        assert_eq!(told(0), "no CPython found\n");
        assert_eq!(told(10), "none of the 10 CPythons found fits\n");
    }

    #[test]
    fn foreign_paths_are_data_whole_and_harmless_on_a_terminal() {
        let path = "/opt/\u{1b}[31m\nred/python3";
        let inventory = Inventory {
            rejected: vec![Rejected {
                path: path.into(),
                reason: "not executable".into(),
                help: "if it is a Python: chmod +x".into(),
                sources: Origin::Path.into(),
            }],
            ..Inventory::default()
        };
        for shown in [render(&inventory, STYLE), explained(&inventory, STYLE)] {
            assert!(shown.contains("  /opt/[31mred/python3\n"), "{shown}");
        }
        let data: serde_json::Value = serde_json::from_str(&json(&inventory)).unwrap();
        assert_eq!(data["rejected"][0]["path"], path);
    }
}
