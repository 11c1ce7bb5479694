//! Flags and variables that interpreters are started with, as YAML files have them.

use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::quoted;

/// Flags that take the next word for their value.
const FLAGS_WITH_VALUE: [&str; 3] = ["-X", "-W", "--check-hash-based-pycs"];

/// Parses a list of flags: `[-X, dev]`.
pub(crate) fn parse_flags(cursor: &Cursor<'_>) -> Vec<String> {
    let takes_value = |flag: &str| FLAGS_WITH_VALUE.contains(&flag);
    let mut flags: Vec<String> = Vec::new();
    for item in cursor.items("`flags`").unwrap_or_default() {
        let Some(text) = item.text("a flag") else {
            continue;
        };
        let message = format!("the flag {} cannot be given", quoted(text));
        if text.contains(|c: char| c.is_control()) {
            item.report(message, "a flag is one line");
        } else if !flags.last().is_some_and(|last| takes_value(last))
            && let Some(help) = refuse_flag(text)
        {
            item.report(message, help);
        }
        flags.push(text.to_owned());
    }
    if let Some(last) = flags.last().filter(|last| takes_value(last)) {
        let message = format!("the flag `{last}` has no value");
        let help = format!("expected something like `[{last}, value]`");
        cursor.report(message, help);
    }
    flags
}

/// Returns why a flag cannot be given, if so.
fn refuse_flag(flag: &str) -> Option<&'static str> {
    let letters = flag.strip_prefix('-').unwrap_or_default();
    if letters.is_empty() {
        return Some("a flag begins with `-`; what is run is the scenario");
    }
    if letters.starts_with("X ") || letters.starts_with("W ") {
        return Some("write it as two, as in `[-X, dev]`");
    }
    if letters.starts_with(['X', 'W']) || letters.starts_with("-check-hash-based-pycs") {
        return None;
    }
    if letters.starts_with('-') || letters.contains(['i', 'h', 'V', '?']) {
        return Some("it would keep the steps from running");
    }
    letters
        .contains(['c', 'm'])
        .then_some("what is run is the scenario; a module as `__main__` is `entry: -m pkg.name`")
}

/// Parses a map of variables: `{PYTHONHASHSEED: "0"}`.
pub(crate) fn parse_variables(cursor: &Cursor<'_>) -> Vec<(String, String)> {
    let entries = cursor.entries("`env`").unwrap_or_default();
    let variables = entries.iter();
    variables
        .filter_map(|entry| parse_variable(entry.name, &entry.value))
        .collect()
}

/// Parses the value of a variable.
fn parse_variable(name: &str, cursor: &Cursor<'_>) -> Option<(String, String)> {
    if name.is_empty() || name.contains(['=', '\0']) {
        let message = format!("{} is no name of a variable", quoted(name));
        cursor.report(message, "");
        return None;
    }
    // An empty text is a value too; a number would be one once quoted.
    let value = match cursor.node {
        Node::Text(text) if text.contains(|c: char| c.is_control()) => {
            cursor.report("a variable's value must be one line", "");
            return None;
        }
        Node::Text(text) => text.clone(),
        _ => cursor.text("a variable's value")?.to_owned(),
    };
    Some((name.to_owned(), value))
}
