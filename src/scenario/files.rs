//! `write` and `remove`: changes in the folder of the fixture modules.

use super::model::{Action, Mtime};
use crate::yaml::cursor::{At, Log, Words, quoted};
use crate::yaml::node::Node;
use crate::yaml::span::Hop;

pub(super) const WRITE: Words = Words {
    known: &["file", "text", "mtime"],
};

/// `write: {file: demo.py, text: …, mtime: …}`
pub(super) fn write(at: &At<'_>, subject: &mut Vec<Hop>, log: &mut Log<'_>) -> Option<Action> {
    let entries = at.entries("`write`", log)?;
    let mut known = true;
    for entry in &entries {
        known &= WRITE.knows("`write`", entry, log);
    }
    let named = |name| entries.iter().find(|entry| entry.name == name);
    let (Some(file), Some(text)) = (named("file"), named("text")) else {
        if known {
            let help = "expected `write: {file: demo.py, text: …}`, with `mtime` if it matters";
            log.say(&at.path, "`write` needs `file` and `text`", help);
        }
        return None;
    };
    subject.clone_from(&file.value.path);
    let file = path(&file.value, "`file`", log);
    let text = match text.value.node {
        Node::Text(text) => Some(text.clone()),
        _ => text.value.text("`text`", log).map(str::to_owned),
    };
    let mtime = named("mtime").map_or(Some(Mtime::Next), |entry| mtime(&entry.value, log));
    Some(Action::Write {
        file: file?,
        text: text?,
        mtime: mtime?,
    })
}

fn mtime(at: &At<'_>, log: &mut Log<'_>) -> Option<Mtime> {
    match at.node {
        Node::Int(seconds @ 0..=0xffff_ffff) => return Some(Mtime::Seconds(*seconds)),
        Node::Text(word) if word == "unchanged" => return Some(Mtime::Unchanged),
        _ => {}
    }
    let help = "expected whole seconds since the epoch, as in `mtime: 1000000000`, or `unchanged`";
    log.say(&at.path, "`mtime` is no time", help);
    None
}

/// A path below the folder of the fixture modules.
pub(super) fn path(at: &At<'_>, what: &str, log: &mut Log<'_>) -> Option<String> {
    let text = at.text(what, log)?;
    let fits = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    if text.split('/').all(fits) {
        return Some(text.to_owned());
    }
    let message = format!(
        "{what} must be a path below the modules, not {}",
        quoted(text)
    );
    log.say(
        &at.path,
        message,
        "expected something like `demo.py` or `pkg/sub.py`",
    );
    None
}
