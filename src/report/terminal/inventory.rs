//! The view of an inventory: the Pythons that were found, and what was not used.

use std::fmt::Write;

use comfy_table::ContentArrangement;

use super::style::{Style, Tone, trimmed};
use crate::compare::group_by_key;
use crate::python::inventory::{Interpreter, Inventory, MergedName, Rejected, join_sources};
use crate::runner::interpreter_report;
use crate::text::{joined, printable, visible, wrapped};

/// Renders a table of interpreters, then what was rejected and what is missing; other names of the same interpreters are
/// counted.
pub fn render_table(inventory: &Inventory, style: Style) -> String {
    let mut table = style.table();
    // Commands are there to be copied: a long one is not broken.
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(
        ["python", "build", "origin", "path"].map(|word| style.cell(word, Tone::Strong)),
    );
    for interpreter in &inventory.interpreters {
        table.add_row(vec![
            style.cell(interpreter.key.to_string(), Tone::Strong),
            style.cell(&interpreter.info.build, Tone::Faint),
            style.cell(interpreter.source().to_string(), Tone::Plain),
            style.cell(quote_command(&interpreter.command), Tone::Plain),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut out = if inventory.interpreters.is_empty() {
        describe_nothing_found(inventory)
    } else {
        trimmed(&table) + "\n"
    };
    let rejected = inventory.rejected.iter();
    let summary = |rejected: &Rejected| summarize_rejected(rejected, style);
    let rejected = rejected.map(|rejected| (rejected.path.as_str(), summary(rejected)));
    write_section(&mut out, "rejected", rejected, style);
    write_unprobed(&mut out, inventory, style);
    write_missing(&mut out, inventory, style);
    let names = match inventory.merged.len() {
        0 => return out,
        1 => "1 other name of these".to_owned(),
        names => format!("{names} other names of these"),
    };
    let _ = writeln!(out, "\n{names}; modswap pythons --explain lists all");
    out
}

/// Renders all that is known of each interpreter, of its other names, and of what was rejected.
pub fn render_explained(inventory: &Inventory, style: Style) -> String {
    let mut out = String::new();
    for interpreter in &inventory.interpreters {
        if !out.is_empty() {
            out.push('\n');
        }
        write_interpreter(&mut out, interpreter, &inventory.merged, style);
    }
    if out.is_empty() {
        out.push_str(&describe_nothing_found(inventory));
    }
    let rejected = inventory.rejected.iter().map(|rejected| {
        let (reason, help) = (&rejected.reason, &rejected.help);
        let text = format!("{reason} ({})\n{help}", join_sources(&rejected.sources));
        (rejected.path.as_str(), text)
    });
    write_section(&mut out, "rejected", rejected, style);
    let is_rejected = |name: &&MergedName| {
        let mut kept = inventory.interpreters.iter();
        kept.all(|interpreter| interpreter.command_line() != name.into)
    };
    let names = inventory.merged.iter().filter(is_rejected);
    let names = names.map(|name| (&*name.path, format!("{} {}", name.reason, name.into)));
    write_section(&mut out, "other names of what was rejected", names, style);
    write_unprobed(&mut out, inventory, style);
    write_missing(&mut out, inventory, style);
    out
}

/// Renders the inventory as JSON: `interpreters` and `rejected` as in a run's report, the former with platform and C library.
pub fn render_json(inventory: &Inventory) -> String {
    let to_value = |interpreter: &Interpreter| {
        let report = interpreter_report(interpreter);
        let mut value = serde_json::to_value(report).expect("text keys only");
        value["platform"] = interpreter.info.platform.clone().into();
        value["libc"] = interpreter.info.libc.clone().into();
        value
    };
    let interpreters: Vec<_> = inventory.interpreters.iter().map(to_value).collect();
    let value = serde_json::json!({
        "schema_version": crate::record::SCHEMA_VERSION,
        "interpreters": interpreters,
        "rejected": inventory.rejected,
        "merged": inventory.merged,
        "unprobed": inventory.unprobed,
        "missing": inventory.missing.iter().map(|missing| serde_json::json!({
            "wanted": missing.wanted,
            "reason": missing.reason.to_string(),
        })).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn describe_nothing_found(inventory: &Inventory) -> String {
    match inventory.unselected {
        0 => "no CPython found\n".to_owned(),
        1 => "the one CPython found does not fit\n".to_owned(),
        count => format!("none of the {count} CPythons found fits\n"),
    }
}

/// Returns the words as they can be given to `--python`: those that would be taken apart are quoted.
fn quote_command(command: &[String]) -> String {
    let is_plain = |word: &str| {
        let is_special = |c: char| c.is_whitespace() || "'\"\\$`&|;<>()*?[]{}!#".contains(c);
        !word.is_empty() && !word.contains(is_special)
    };
    let quoted = command.iter().map(|word| match shlex::try_quote(word) {
        Ok(quoted) if !is_plain(word) => quoted.into_owned(),
        _ => word.clone(),
    });
    joined(quoted, " ")
}

/// Writes what is known of an interpreter, and its other names.
fn write_interpreter(
    out: &mut String,
    interpreter: &Interpreter,
    merged: &[MergedName],
    style: Style,
) {
    let command = interpreter.command_line();
    let key = style.strong(&interpreter.key.to_string());
    let shown = quote_command(&interpreter.command);
    let _ = writeln!(out, "{key}  {}", visible(&shown));
    let info = &interpreter.info;
    let libc = info.libc.as_ref();
    let libc = libc.map_or_else(String::new, |libc| format!(", {libc}"));
    for (word, text) in [
        ("build", &info.build),
        ("platform", &format!("{}{libc}", info.platform)),
        ("found by", &join_sources(&interpreter.sources)),
    ] {
        let _ = writeln!(out, "  {word:<10}{}", visible(text));
    }
    let names = merged.iter().filter(|name| name.into == command);
    let names = names.map(|name| {
        let reason = format!("{} it ({})", name.reason, join_sources(&name.sources));
        (name.path.as_str(), reason)
    });
    for (paths, reason) in group_by_folder(names) {
        write_indented(out, "  also      ", &printable(&paths), style);
        write_indented(out, "            ", &reason, style);
    }
}

/// Returns why it was rejected, and what to do about it if that fits into a line: a long text is for `--explain`.
fn summarize_rejected(rejected: &Rejected, style: Style) -> String {
    let line = format!("{}; {}", rejected.reason, rejected.help);
    let width = usize::from(style.width).saturating_sub(8);
    if crate::text::width(&line) > width {
        return rejected.reason.clone();
    }
    line
}

fn write_unprobed(out: &mut String, inventory: &Inventory, style: Style) {
    if inventory.unprobed.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "\n{}\n",
        style.strong("listed, and not started; --probe starts them, as a run does")
    );
    for name in &inventory.unprobed {
        let _ = writeln!(out, "  {}", printable(name));
    }
}

fn write_missing(out: &mut String, inventory: &Inventory, style: Style) {
    if inventory.missing.is_empty() {
        return;
    }
    let _ = write!(out, "\n{}\n", style.strong("missing"));
    let widths = inventory.missing.iter().map(|missing| missing.wanted.len());
    let width = widths.max().unwrap_or_default();
    for missing in &inventory.missing {
        let wanted = visible(&missing.wanted);
        let _ = writeln!(out, "  {wanted:<width$}  {}", missing.reason);
    }
}

/// Writes paths and why they are no rows of the table, below a title.
fn write_section<'a>(
    out: &mut String,
    title: &str,
    entries: impl Iterator<Item = (&'a str, String)>,
    style: Style,
) {
    let groups = group_by_folder(entries);
    if !groups.is_empty() {
        let _ = write!(out, "\n{}\n", style.strong(title));
    }
    for (paths, reason) in groups {
        let _ = writeln!(out, "  {}", printable(&paths));
        for line in reason.lines() {
            write_indented(out, "    ", line, style);
        }
    }
}

/// Writes a text that may be wider than the terminal: its further lines begin below its first.
fn write_indented(out: &mut String, start: &str, text: &str, style: Style) {
    let width = usize::from(style.width).saturating_sub(start.len()).max(20);
    let mut indent = start.to_owned();
    for line in wrapped(&visible(text), width).lines() {
        let _ = writeln!(out, "{indent}{line}");
        indent = " ".repeat(start.len());
    }
}

/// Groups paths that are in one folder and have one reason: `/usr/bin: python2, python3`.
fn group_by_folder<'a>(entries: impl Iterator<Item = (&'a str, String)>) -> Vec<(String, String)> {
    let entries = entries.map(|(path, reason)| {
        // Not what is directly below the root, which has no folder to share a line with.
        let separator = path.rfind(['/', '\\']).filter(|index| *index > 0);
        match separator {
            Some(index) => ((Ok(&path[..index]), reason), &path[index + 1..]),
            None => ((Err(path), reason), path),
        }
    });
    let groups = group_by_key(entries).into_iter();
    let joined = groups.map(|((folder, reason), names)| {
        let paths = match (folder, &names[..]) {
            (Err(path), _) => path.to_owned(),
            (Ok(folder), [name]) => format!("{folder}/{name}"),
            (Ok(folder), [first, .., last]) if names.len() > 4 => {
                format!("{folder}: {} names, {first} to {last}", names.len())
            }
            (Ok(folder), _) => format!("{folder}: {}", names.join(", ")),
        };
        (paths, reason)
    });
    joined.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::inventory::PythonSource;

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
            assert_eq!(quote_command(&command), shown);
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
        let groups = group_by_folder(paths.iter().map(|path| (*path, "closed".to_owned())));
        let groups: Vec<_> = groups.iter().map(|(paths, _)| paths.as_str()).collect();
        assert_eq!(
            groups,
            ["/root", "/opt", "/usr/bin: python2, python3", "name"]
        );
    }

    #[test]
    fn none_that_fits_is_not_none() {
        for (unselected, text) in [
            (0, "no CPython found\n"),
            (10, "none of the 10 CPythons found fits\n"),
        ] {
            let inventory = Inventory {
                unselected,
                ..Inventory::default()
            };
            assert_eq!(render_table(&inventory, STYLE), text);
            assert_eq!(render_explained(&inventory, STYLE), text);
        }
    }

    #[test]
    fn foreign_paths_are_data_whole_and_harmless_on_a_terminal() {
        let path = "/opt/\u{1b}[31m\nred/python3";
        let inventory = Inventory {
            rejected: vec![Rejected {
                path: path.into(),
                reason: "not executable".into(),
                help: "if it is a Python: chmod +x".into(),
                sources: PythonSource::Path.into(),
            }],
            ..Inventory::default()
        };
        for shown in [
            render_table(&inventory, STYLE),
            render_explained(&inventory, STYLE),
        ] {
            assert!(shown.contains("  /opt/[31mred/python3\n"), "{shown}");
        }
        let data: serde_json::Value = serde_json::from_str(&render_json(&inventory)).unwrap();
        assert_eq!(data["rejected"][0]["path"], path);
    }
}
