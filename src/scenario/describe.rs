//! Steps in words: the one spelling that tables, traces, scripts and messages use.

use std::fmt;

use super::model::{Action, Delete, Mtime, SetTo, SwapTo, Via};

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Snapshot { name } => write!(f, "snapshot: {name}"),
            Self::Import {
                module,
                from,
                alias,
                via,
            } => {
                write!(f, "import: {module}")?;
                if let Some(from) = from {
                    write!(f, " from {from}")?;
                }
                if let Some(alias) = alias {
                    write!(f, " as {alias}")?;
                }
                if *via != Via::Statement {
                    write!(f, " via {via}")?;
                }
                Ok(())
            }
            Self::Swap(to) => write!(f, "swap: {to}"),
            Self::Restore { name } => write!(f, "restore: {name}"),
            Self::Delete(what) => write!(f, "delete: {what}"),
            Self::Set { cached, to } => write!(f, "set: cached({cached}) to {to}"),
            Self::Reload { name } => write!(f, "reload: {name}"),
            Self::Eval(text) => write!(f, "eval: {}", one_line(text)),
            Self::Run(text) => write!(f, "run: {}", one_line(text)),
            Self::RunPer(texts) => {
                f.write_str("run: ")?;
                for (at, (spec, text)) in texts.iter().enumerate() {
                    let gap = if at == 0 { "" } else { " / " };
                    write!(f, "{gap}{} ({spec})", one_line(text))?;
                }
                Ok(())
            }
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

impl fmt::Display for Delete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |in_original| if in_original { " in original" } else { "" };
        match self {
            Self::Binding(name) => f.write_str(name),
            Self::Cached {
                name,
                tree,
                in_original,
            } => {
                write!(
                    f,
                    "cached({name}{}){}",
                    if *tree { ".**" } else { "" },
                    place(*in_original)
                )
            }
            Self::NewSince {
                snapshot,
                in_original,
            } => write!(f, "new since {snapshot}{}", place(*in_original)),
            Self::Attribute(name) => write!(f, "attribute({name})"),
        }
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
