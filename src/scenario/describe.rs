//! Steps in words: the one spelling that tables, traces, scripts and messages use.

use std::fmt;

use super::model::{Action, Delete, Mtime, SetTo, SwapTo, Via};

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Snapshot { name } => write!(f, "snapshot: {name}"),
            Self::Import { .. } | Self::Delete(_) | Self::Run(_) => {
                let [before, name, behind] = parts(self);
                write!(f, "{before}{name}{behind}")
            }
            Self::PerVersion(actions) => {
                for (at, (spec, action)) in actions.iter().enumerate() {
                    let [before, name, behind] = parts(action);
                    let before = if at == 0 { &before } else { " / " };
                    let behind = if at + 1 < actions.len() { "" } else { &behind };
                    write!(f, "{before}{name} ({spec}){behind}")?;
                }
                Ok(())
            }
            Self::Swap(to) => write!(f, "swap: {to}"),
            Self::Restore { name } => write!(f, "restore: {name}"),
            Self::Set { cached, to } => write!(f, "set: cached({cached}) to {to}"),
            Self::Reload { name } => write!(f, "reload: {name}"),
            Self::Eval(text) => write!(f, "eval: {}", one_line(text)),
            Self::Resolve(name) => write!(f, "resolve: {name}"),
            Self::Write { file, mtime, .. } => {
                write!(f, "write: {file}")?;
                match mtime {
                    Mtime::Next => Ok(()),
                    Mtime::Unchanged => f.write_str(", mtime unchanged"),
                    Mtime::Seconds(seconds) => write!(f, ", mtime {seconds}"),
                }
            }
            Self::Remove(file) => write!(f, "remove: {file}"),
            Self::InvalidateCaches => f.write_str("invalidate_caches"),
            Self::Collect => f.write_str("collect"),
            Self::Entry(name) => write!(f, "entry: -m {name}"),
        }
    }
}

/// What an action that may differ by version is about, between what stands before it and behind it.
fn parts(action: &Action) -> [String; 3] {
    let place = |in_original: &bool| if *in_original { " in original" } else { "" };
    let parts = |before: &str, name: &str, behind: &str| [before, name, behind].map(str::to_owned);
    match action {
        Action::Import {
            module,
            from,
            alias,
            via,
        } => {
            let from = from.iter().map(|from| format!(" from {from}"));
            let alias = alias.iter().map(|alias| format!(" as {alias}"));
            let via = (*via != Via::Statement).then(|| format!(" via {via}"));
            let behind: String = from.chain(alias).chain(via).collect();
            parts("import: ", module, &behind)
        }
        Action::Run(text) => parts("run: ", &one_line(text), ""),
        Action::Delete(Delete::Binding(name)) => parts("delete: ", name, ""),
        Action::Delete(Delete::Cached {
            name,
            tree,
            in_original,
        }) => {
            let name = format!("{name}{}", if *tree { ".**" } else { "" });
            parts(
                "delete: cached(",
                &name,
                &format!("){}", place(in_original)),
            )
        }
        Action::Delete(Delete::NewSince {
            snapshot,
            in_original,
        }) => parts("delete: new since ", snapshot, place(in_original)),
        Action::Delete(Delete::Attribute(name)) => parts("delete: attribute(", name, ")"),
        other => [other.to_string(), String::new(), String::new()],
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Statement => "statement",
            Self::ImportModule => "import_module",
            Self::DunderImport => "__import__",
            Self::CApi => "c_api",
            Self::Lazy => "lazy",
        })
    }
}

impl fmt::Display for SwapTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snapshot(name) => name,
            Self::Copy => "a copy",
            Self::Empty => "an empty dict",
            Self::Original => "the original",
            Self::Subclass => "a subclass of dict",
            Self::Spy => "a spy",
            Self::Missing => "missing",
            Self::Expression(text) => return f.write_str(&one_line(text)),
        })
    }
}

impl fmt::Display for SetTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Module => f.write_str("a new module"),
            Self::Expression(text) => f.write_str(&one_line(text)),
        }
    }
}

/// Statements of several lines on one: `a = 1; b = 2`, or the first line and an ellipsis where a block follows.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    match lines[..] {
        [] => String::new(),
        [only] => only.trim().to_owned(),
        _ if lines
            .iter()
            .all(|line| !line.starts_with([' ', '#']) && !line.ends_with(':')) =>
        {
            lines.join("; ")
        }
        ["try:", second, ..] => format!("try: {} …", second.trim()),
        [first, ..] => format!("{} …", first.trim()),
    }
}
