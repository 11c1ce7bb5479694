//! Arrows between rooms run one way: no room imports one that stands after it in the list, and no view imports another.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up.
const ROOMS: [&str; 25] = [
    "text",
    "literal",
    "interrupt",
    "fs",
    "folders",
    "limits",
    "process",
    "digest",
    "builtin",
    "yaml",
    "trace",
    "python",
    "record",
    "scenario",
    "plan",
    "harness",
    "program",
    "from_python",
    "exec",
    "verdict",
    "baseline",
    "compare",
    "vet",
    "runner",
    "report",
];

/// The views of a report, none of which knows another.
const VIEWS: [&str; 7] = [
    "terminal", "markdown", "html", "pages", "github", "junit", "ndjson",
];

/// Every Rust file of the program below a folder.
fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
    {
        if entry.is_dir() {
            collect_files(&entry, files);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
}

/// The names that follow `prefix` in a text: of `crate::record::Verdict` behind `crate::` it is `record`.
fn names_behind<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let behind = text
        .match_indices(prefix)
        .map(|(at, _)| &text[at + prefix.len()..]);
    let name = |rest: &'a str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    };
    behind.map(name).collect()
}

/// Each file with its room, its view if it is in one, and its text without tests.
fn read_rooms() -> Vec<(String, String, Option<String>, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect_files(&root, &mut files);
    let parts = |path: &Path| -> Vec<String> {
        let inside = path
            .strip_prefix(&root)
            .expect("below src")
            .with_extension("");
        inside
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect()
    };
    let is_test = |parts: &[String]| {
        parts
            .iter()
            .any(|part| part.ends_with("tests") || part == "fake")
    };
    let rooms = files
        .iter()
        .map(|path| (path, parts(path)))
        .filter(|(_, parts)| !is_test(parts));
    rooms
        .map(|(path, parts)| {
            let text = fs::read_to_string(path).expect("a text");
            let text = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default()
                .to_owned();
            let view = parts
                .get(1)
                .filter(|part| parts[0] == "report" && VIEWS.contains(&part.as_str()));
            (parts.join("/"), parts[0].clone(), view.cloned(), text)
        })
        .collect()
}

#[test]
fn no_room_imports_one_above_it() {
    let floor = |room: &str| ROOMS.iter().position(|known| *known == room);
    let mut wrong = Vec::new();
    for (file, room, _, text) in read_rooms() {
        // `cli`, `fuzzing`, `lib` and `main` stand above all.
        let Some(own) = floor(&room) else {
            assert!(
                ["cli", "fuzzing", "lib", "main"].contains(&room.as_str()),
                "src/{file}.rs is in no known room"
            );
            continue;
        };
        for other in names_behind(&text, "crate::") {
            let is_above = ["cli", "fuzzing"].contains(&other)
                || floor(other).is_some_and(|floor| floor > own);
            if is_above {
                wrong.push(format!("src/{file}.rs imports crate::{other}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows against the order:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_view_imports_another() {
    let mut wrong = Vec::new();
    for (file, _, view, text) in read_rooms() {
        let Some(view) = view else { continue };
        for other in names_behind(&text, "crate::report::") {
            if VIEWS.contains(&other) && other != view {
                wrong.push(format!("src/{file}.rs imports crate::report::{other}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "views that know each other:\n{}",
        wrong.join("\n")
    );
}
