//! `write: {file: demo.py, text: …}` — a file of the private folder, created or replaced.

use std::path::Path;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{Action, Description, Operation, PythonCode, StepKind, StepValue};
use crate::literal::{bytes_literal, text_literal};
use crate::scenario::identifiers::is_dotted;
use crate::scenario::schema::words::{File, Key, Seconds};
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::quoted;

/// A file of the private folder, created or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Its path below that folder, with `/`.
    pub file: String,
    /// Its content; Python source reports that it runs, as fixture modules do.
    pub text: String,
    /// Its modification time afterwards.
    pub mtime: Mtime,
}

/// The modification time of a file that a step writes. Times are set, never waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mtime {
    /// One that no earlier step has set: the file, and the folder that it appears in, look changed.
    Next,
    /// What the file and its folder had before, so that neither looks changed.
    Unchanged,
    /// Whole seconds since the epoch; the folder looks changed.
    Seconds(i64),
}

pub(crate) const KEYS: &[&str] = &["file", "text", "mtime"];

pub(super) static KIND: StepKind = StepKind {
    helpers: &["write_file"],
    ..StepKind::new::<WriteValue>(
        "write",
        "Creates or replaces a file among the fixture modules.",
        parse,
    )
};

fn parse(value: &mut StepValue<'_, '_>) -> Option<Action> {
    let entries = value.cursor.entries("`write`")?;
    let are_known = entries.are_known("`write`", KEYS);
    let (Some(file), Some(text)) = (entries.value("file"), entries.value("text")) else {
        if are_known {
            let help = "expected `write: {file: demo.py, text: …}`, with `mtime` if it matters";
            value.cursor.report("`write` needs `file` and `text`", help);
        }
        return None;
    };
    value.subject.clone_from(&file.path);
    let file = parse_path(file, "`file`");
    let text = match text.node {
        // An empty file is one, too.
        Node::Text(text) => Some(text.clone()),
        _ => text.text("`text`").map(str::to_owned),
    };
    let mtime = match entries.value("mtime") {
        Some(mtime) => parse_mtime(mtime),
        None => Some(Mtime::Next),
    };
    let write = Write {
        file: file?,
        text: text?,
        mtime: mtime?,
    };
    Some(write.into())
}

fn parse_mtime(cursor: &Cursor<'_>) -> Option<Mtime> {
    match cursor.node {
        Node::Int(seconds @ 0..=0xffff_ffff) => return Some(Mtime::Seconds(*seconds)),
        Node::Text(word) if word == "unchanged" => return Some(Mtime::Unchanged),
        _ => {}
    }
    let help = "expected whole seconds since the epoch, as in `mtime: 1000000000`, or `unchanged`";
    cursor.report("`mtime` is no time", help);
    None
}

/// Parses a path below the folder of the fixture modules.
pub(super) fn parse_path(cursor: &Cursor<'_>, what: &str) -> Option<String> {
    let text = cursor.text(what)?;
    let fits = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    if text.split('/').all(fits) {
        return Some(text.to_owned());
    }
    let message = format!(
        "{what} must be a path below the modules, not {}",
        quoted(text)
    );
    let help = "expected something like `demo.py` or `pkg/sub.py`";
    cursor.report(message, help);
    None
}

/// The module that a file of the private folder is, if it is one: `pkg/sub.py` is `pkg.sub`.
fn module_of_file(file: &str) -> Option<String> {
    let path = file.strip_suffix(".py")?;
    let name = path.strip_suffix("/__init__").unwrap_or(path);
    Some(name.replace('/', ".")).filter(|name| is_dotted(name))
}

impl Operation for Write {
    fn describe(&self) -> Description {
        let mtime = match self.mtime {
            Mtime::Next => String::new(),
            Mtime::Unchanged => ", mtime unchanged".to_owned(),
            Mtime::Seconds(seconds) => format!(", mtime {seconds}"),
        };
        Description::new(KIND.word, &self.file).followed_by(mtime)
    }

    fn canonical_form(&self) -> Value {
        let mtime = match self.mtime {
            Mtime::Next => json!("next"),
            Mtime::Unchanged => json!("unchanged"),
            Mtime::Seconds(seconds) => json!(seconds),
        };
        json!({"write": self.file, "text": self.text, "mtime": mtime})
    }

    fn python(&self, add_report: &dyn Fn(&str) -> String) -> PythonCode {
        let file = text_literal(&self.file);
        let text = match Path::new(&self.file).extension() {
            Some(extension) if extension == "py" => bytes_literal(&add_report(&self.text)),
            _ => bytes_literal(&self.text),
        };
        let mtime = match self.mtime {
            Mtime::Next => String::new(),
            Mtime::Unchanged => ", \"unchanged\"".to_owned(),
            Mtime::Seconds(seconds) => format!(", {seconds}"),
        };
        PythonCode::new(format!("write_file({file}, {text}{mtime})"), KIND.helpers)
    }

    fn modules(&self) -> Vec<String> {
        module_of_file(&self.file).into_iter().collect()
    }

    fn python_texts(&self) -> Vec<&str> {
        vec![&self.text]
    }
}

/// A file among the fixture modules.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Write")]
#[allow(dead_code, reason = "the schema is its only use")]
struct WriteValue {
    /// Its path: `demo.py`, `pkg/sub.py`. Folders are made.
    file: File,
    /// Its content. Python source reports that it runs, as fixture modules do.
    text: String,
    /// Its modification time afterwards, in whole seconds since the epoch, or `unchanged`. Without it the file and its folder
    /// look changed.
    mtime: Option<MtimeValue>,
}

/// The modification time of a file; times are set, never waited for.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Mtime")]
#[allow(dead_code, reason = "the schema is its only use")]
enum MtimeValue {
    Seconds(Seconds),
    Word(MtimeWord),
    Key(Key),
}

/// What has a word of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[allow(dead_code, reason = "the schema is its only use")]
enum MtimeWord {
    /// What the file and its folder had before.
    Unchanged,
}

#[cfg(test)]
mod tests {
    use super::module_of_file;

    #[test]
    fn a_file_may_be_a_module() {
        assert_eq!(module_of_file("pkg/sub.py").as_deref(), Some("pkg.sub"));
        assert_eq!(module_of_file("pkg/__init__.py").as_deref(), Some("pkg"));
        assert_eq!(module_of_file("demo.txt"), None);
        assert_eq!(module_of_file("a-b.py"), None);
    }
}
