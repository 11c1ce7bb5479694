//! Fixtures, and files that steps write.

use std::fmt::Write as _;

use super::super::fixtures::find_first_statement;
use super::super::literal::{bytes_literal, text_literal};
use super::Step;
use super::conditions::is_about_library;
use super::helpers::{HELPERS, Needs};
use super::layout::Writer;
use crate::scenario::model::{ModuleBody, Mtime, Remove, Write};

/// Time of fixtures where times matter: each write is a second later.
const FIRST_TIME: i64 = 1_000_000_000;

impl Writer<'_> {
    pub(super) fn write_fixtures(&mut self, files: &[(String, &ModuleBody)]) -> String {
        if files.is_empty() && !self.has_times {
            return String::new();
        }
        let mut out = String::from(if is_about_library(self.row.variant) {
            // What `tempfile` imports would be there.
            "folder = sys.path[0] = os.path.abspath(\"case-%d\" % os.getpid())\nos.mkdir(folder)\n"
        } else {
            "folder = sys.path[0] = tempfile.mkdtemp()\n"
        });
        if self.has_times {
            out.push_str(
                "def write(path, text, time, folder_time):\n    \
                 path = folder + \"/\" + path\n    \
                 with open(path, \"wb\" if isinstance(text, bytes) else \"w\") as file:\n        \
                 file.write(text)\n    \
                 os.utime(path, (time, time))\n    \
                 os.utime(os.path.dirname(path), (folder_time, folder_time))\n",
            );
        }
        let mut folders: Vec<&str> = Vec::new();
        for (path, body) in files {
            for (slash, _) in path.match_indices('/') {
                let parent = &path[..slash];
                if !folders.contains(&parent) {
                    folders.push(parent);
                    self.times.insert(parent.to_owned(), FIRST_TIME);
                    let _ = writeln!(
                        out,
                        "os.mkdir(folder + {})",
                        text_literal(&format!("/{parent}"))
                    );
                }
            }
            let text = match body {
                ModuleBody::Namespace => {
                    folders.push(path);
                    let _ = writeln!(
                        out,
                        "os.mkdir(folder + {})",
                        text_literal(&format!("/{path}"))
                    );
                    continue;
                }
                ModuleBody::Text(text) => text.clone(),
                ModuleBody::Steps(_) => self.write_body(path),
            };
            let text = self.add_print(&text);
            if self.has_times {
                self.times.insert(path.clone(), FIRST_TIME);
                let _ = writeln!(
                    out,
                    "write({}, {}, {FIRST_TIME}, {FIRST_TIME})",
                    text_literal(path),
                    content_literal(&text)
                );
                continue;
            }
            let name = text_literal(&format!("/{path}"));
            if text.is_empty() {
                let _ = writeln!(out, "open(folder + {name}, \"w\").close()");
                continue;
            }
            let mode = if text.is_ascii() { "w" } else { "wb" };
            let content = quoted(&text);
            let is_short = text.is_ascii() && content.len() < 90 && text.lines().count() <= 4;
            let content = if is_short {
                content
            } else {
                content_literal(&text)
            };
            let _ = writeln!(
                out,
                "with open(folder + {name}, \"{mode}\") as file:\n    file.write({content})",
            );
        }
        out
    }

    /// The source with a first statement that says that it runs, where that is told.
    pub(super) fn add_print(&self, source: &str) -> String {
        const PRINT: &str = "print(__name__ + ' runs')\n";
        if !self.row.looks.bodies {
            return source.to_owned();
        }
        let first = find_first_statement(source);
        let (head, rest) = source.split_at(first.as_ref().map_or(source.len(), |line| line.start));
        let gap = if head.is_empty() || head.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        format!("{head}{gap}{PRINT}{rest}")
    }

    /// The body of a module that consists of steps.
    pub(super) fn write_body(&mut self, path: &str) -> String {
        let name = path
            .trim_end_matches(".py")
            .trim_end_matches("/__init__")
            .replace('/', ".");
        let steps: Vec<&Step<'_>> = self
            .row
            .steps
            .iter()
            .filter(|step| step.body == Some(&name))
            .collect();
        let mut text = String::new();
        for step in steps {
            text.push_str(&self.write_step(step));
        }
        if text.contains(&format!("del sys.modules[\"{name}\"]")) {
            // A body whose module is gone has lost its globals on 2.7.
            text = text.replace("in sys.modules)", "in __import__(\"sys\").modules)");
        }
        let mut needs = Needs::default();
        needs.read(&text);
        let mut out = String::new();
        if needs.imports.contains("sys") {
            out.push_str("import sys\n");
        }
        let mut names: Vec<&str> = needs.helpers.iter().copied().collect();
        for helper in ["reload", "import_module", "drop", "original"] {
            if text.contains(&format!("{helper}(")) && !names.contains(&helper) {
                names.push(helper);
            }
        }
        if !names.is_empty() {
            let _ = writeln!(out, "from __main__ import {}", names.join(", "));
        }
        for name in names {
            self.needs.helpers.insert(
                HELPERS
                    .iter()
                    .find(|(known, _)| *known == name)
                    .expect("it is one")
                    .0,
            );
        }
        out + &text
    }

    /// The Python that writes a file with the time it shall have, and its folder, too.
    pub(super) fn write_file(&mut self, write: &Write) -> String {
        self.writes += 1;
        let later = FIRST_TIME + self.writes;
        let before = self.times.get(&write.file).copied();
        let parent = write.file.rsplit_once('/').map_or("", |(parent, _)| parent);
        let make_folder = match (parent, self.times.get(parent)) {
            ("", _) | (_, Some(_)) => String::new(),
            _ => format!(
                "os.mkdir(folder + {})\n",
                text_literal(&format!("/{parent}"))
            ),
        };
        let parent_before = self.times.get(parent).copied().unwrap_or(FIRST_TIME);
        let (time, is_kept) = match write.mtime {
            Mtime::Next => (later, before.is_some()),
            Mtime::Unchanged => (before.unwrap_or(FIRST_TIME), true),
            Mtime::Seconds(seconds) => (seconds, before.is_some()),
        };
        let folder_time = if is_kept { parent_before } else { later };
        self.times.insert(write.file.clone(), time);
        self.times.insert(parent.to_owned(), folder_time);
        let text = if std::path::Path::new(&write.file)
            .extension()
            .is_some_and(|e| e == "py")
        {
            self.add_print(&write.text)
        } else {
            write.text.clone()
        };
        format!(
            "{make_folder}write({}, {}, {time}, {folder_time})",
            text_literal(&write.file),
            content_literal(&text)
        )
    }

    /// The Python that removes a file, so that its folder looks changed.
    pub(super) fn remove_file(&mut self, remove: &Remove) -> String {
        self.writes += 1;
        let parent = remove
            .file
            .rsplit_once('/')
            .map_or("", |(parent, _)| parent);
        self.times
            .insert(parent.to_owned(), FIRST_TIME + self.writes);
        self.times.remove(&remove.file);
        format!(
            "remove_file({}, {})",
            text_literal(&remove.file),
            FIRST_TIME + self.writes
        )
    }
}

/// The text of a file as a literal: as it is, where it has lines and nothing odd.
pub(super) fn content_literal(text: &str) -> String {
    if !text.is_ascii() {
        return bytes_literal(text);
    }
    let is_plain = text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'))
        && !text.contains(['\\'])
        && !text.contains("\"\"\"")
        && !text.ends_with('"');
    if is_plain && text.trim_end_matches('\n').contains('\n') {
        format!("\"\"\"\\\n{text}\"\"\"")
    } else {
        quoted(text)
    }
}

/// A literal in the quotes that need no escapes.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('"') && !text.contains(['\'', '\\']) && text.is_ascii() {
        let literal = text_literal(text).replace("\\\"", "\"");
        return format!("'{}'", &literal[1..literal.len() - 1]);
    }
    text_literal(text)
}
