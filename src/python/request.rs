//! What `--python` asks for.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::collector::is_python_path;
use super::version::{InterpreterKey, PythonVersion, SpecError, VersionSpec};

/// The forms a request may have, for messages and help texts.
pub const FORMS: &str = "a version (`3.11`, `3.14t`, `>=3.6,<3.12`), a label (`@sid`), a path (`./build/python`), \
    a name on PATH (`python3.9`) or a command that ends in a Python (`env -i python3.14`); \
    all but a version may carry a label (`sid=chroot /srv/sid python3.15`)";

/// One `--python`, and the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonRequest {
    text: String,
    /// What is meant.
    pub wanted: RequestTarget,
    /// What the interpreter is to be called beside its version; never set on a version.
    pub label: Option<String>,
    /// The text as the path of one file, with its blanks and quotes: what is meant if that file exists. None where it cannot
    /// be one, or says nothing else than `wanted`.
    pub(crate) file: Option<String>,
    /// Why the text is no command, where it can only be such a path.
    pub(crate) no_command: Option<RequestError>,
}

/// What a request means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTarget {
    /// Every interpreter found whose version fits.
    Spec {
        /// The versions.
        spec: VersionSpec,
        /// Exactly that build; free-threaded first, then debug. None is every build.
        build: Option<(bool, bool)>,
    },
    /// Every interpreter of that prerelease, a build of what follows it included (`3.14.0a2` is `3.14.0a2+`, too).
    Prerelease {
        /// Its version, as it was written.
        version: PythonVersion,
        /// As above.
        build: Option<(bool, bool)>,
    },
    /// The interpreter with that key, which has a label: `3.11.2@system`.
    Key(InterpreterKey),
    /// Every interpreter with that label: `@sid`.
    Label(String),
    /// That executable; perhaps relative, perhaps below `~/`.
    Path(String),
    /// The executable of that name on PATH.
    Name(String),
    /// Two or more words, the last of them a Python.
    Command(Vec<String>),
}

/// A text that is no request.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequestError {
    /// Nothing there.
    #[error("nothing asked for; expected {FORMS}")]
    Empty,
    /// Looks like a version and is none.
    #[error("{0}; a request is {FORMS}")]
    Spec(SpecError),
    /// A label before a version, which may mean many interpreters.
    #[error(
        "the label `{label}` cannot stand before the version `{version}`; a label goes with a path, a name or a command"
    )]
    LabelledVersion {
        /// What stands before the `=`.
        label: String,
        /// What stands after it.
        version: String,
    },
    /// A quote that is not closed, or a backslash at the end.
    #[error("unbalanced quotes in `{0}`")]
    Quotes(String),
    /// A command that ends in something else, to which a program could not be handed.
    #[error(
        "the command `{command}` ends in `{last}`, which is not the name of a Python; modswap appends its arguments to the command{}",
        if last.starts_with('-') { "; flags belong into a pythons.yaml (`flags: [-O]`) or a wrapper script" } else { "" }
    )]
    NotAPython {
        /// The whole text.
        command: String,
        /// Its last word.
        last: String,
    },
    /// None of the forms.
    #[error("`{0}` is none of what can be asked for: {FORMS}")]
    Unknown(String),
}

impl FromStr for PythonRequest {
    type Err = RequestError;

    fn from_str(text: &str) -> Result<Self, RequestError> {
        let text = text.trim();
        let (label, rest) = match (version(text), split_label(text)) {
            (Some(wanted), _) => {
                return Ok(Self {
                    text: text.to_owned(),
                    wanted,
                    label: None,
                    file: None,
                    no_command: None,
                });
            }
            (None, Some((label, rest))) if version(rest).is_some() => {
                return Err(RequestError::LabelledVersion {
                    label: label.to_owned(),
                    version: rest.to_owned(),
                });
            }
            (None, Some((label, rest))) => (Some(label.to_owned()), rest),
            (None, None) => (None, text),
        };
        let (wanted, no_command) = match executable(rest) {
            Ok(wanted) => (wanted, None),
            // Only what is there can tell whether it is the path of a file.
            Err(error) if starts_with_path(rest) => {
                (RequestTarget::Path(rest.to_owned()), Some(error))
            }
            Err(error) => return Err(error),
        };
        let has_separator = rest.contains(std::path::is_separator);
        let is_other = wanted != RequestTarget::Path(rest.to_owned());
        Ok(Self {
            text: text.to_owned(),
            wanted,
            label,
            file: (has_separator && is_other).then(|| rest.to_owned()),
            no_command,
        })
    }
}

impl fmt::Display for PythonRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PythonRequest {
    /// Whether a version is asked for, and the interpreter has it. One asked for by path or command matches nothing:
    /// it is found by asking it.
    pub fn matches(&self, key: &InterpreterKey) -> bool {
        match &self.wanted {
            RequestTarget::Spec { spec, build } => {
                let has = (key.free_threaded, key.debug);
                spec.matches(key) && build.is_none_or(|build| build == has)
            }
            RequestTarget::Prerelease { version, build } => {
                let has = (key.free_threaded, key.debug);
                let numbers = |one: &PythonVersion| (one.major, one.minor, one.micro);
                let suffix = &*key.version.suffix;
                let is_of_it =
                    suffix == version.suffix || suffix.strip_suffix('+') == Some(&version.suffix);
                numbers(version) == numbers(&key.version)
                    && is_of_it
                    && build.is_none_or(|build| build == has)
            }
            RequestTarget::Key(wanted) => wanted == key,
            RequestTarget::Label(label) => key.label.as_ref() == Some(label),
            RequestTarget::Path(_) | RequestTarget::Name(_) | RequestTarget::Command(_) => false,
        }
    }

    /// The same, from a text whose words are known: it is no path with blanks.
    ///
    /// # Errors
    /// Why the words are no command.
    pub(crate) fn without_file(mut self) -> Result<Self, RequestError> {
        self.file = None;
        self.no_command.take().map_or(Ok(self), Err)
    }

    /// Whether only interpreters with that label are asked for.
    pub(crate) fn names_label(&self, label: &str) -> bool {
        match &self.wanted {
            RequestTarget::Label(wanted) => wanted == label,
            RequestTarget::Key(key) => key.label.as_deref() == Some(label),
            _ => false,
        }
    }

    /// Whether it names versions or labels, so that interpreters have to be searched for.
    pub fn is_version(&self) -> bool {
        matches!(
            self.wanted,
            RequestTarget::Spec { .. }
                | RequestTarget::Prerelease { .. }
                | RequestTarget::Key(_)
                | RequestTarget::Label(_)
        )
    }
}

/// A specifier, a version with a build (`3.14t`), a key or a label; none for anything else.
fn version(text: &str) -> Option<RequestTarget> {
    if let Some(label) = text.strip_prefix('@').filter(|label| is_label(label)) {
        return Some(RequestTarget::Label(label.to_owned()));
    }
    let (bare, build) = [
        ("td", (true, true)),
        ("t", (true, false)),
        ("d", (false, true)),
    ]
    .into_iter()
    .find_map(|(suffix, build)| Some((text.strip_suffix(suffix)?, Some(build))))
    .unwrap_or((text, None));
    let is_bare = bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| c == '.' || c.is_ascii_digit());
    if is_bare {
        let spec = bare.parse().ok()?;
        return Some(RequestTarget::Spec { spec, build });
    }
    // As a specifier, `3.15.0b1` would match nothing, since prereleases count as their release.
    let key = text.parse::<InterpreterKey>().ok();
    if let Some(key) = key.filter(|key| key.label.as_deref().is_none_or(is_label)) {
        let suffix = &key.version.suffix;
        if suffix
            .chars()
            .all(|c| c == '+' || c.is_ascii_alphanumeric())
        {
            return Some(match key.label {
                Some(_) => RequestTarget::Key(key),
                None => RequestTarget::Prerelease {
                    version: key.version,
                    build,
                },
            });
        }
    }
    let spec = text.parse().ok()?;
    Some(RequestTarget::Spec { spec, build: None })
}

pub(crate) fn is_label(text: &str) -> bool {
    let fits = |c: char| c == '_' || c == '-' || c.is_ascii_alphanumeric();
    !text.is_empty() && text.chars().all(fits)
}

fn split_label(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.split_once('=')?;
    // `foo==3.11` is a wrong specifier, not a label.
    (is_label(label) && !rest.starts_with('=')).then(|| (label, rest.trim()))
}

/// Whether the first word is a path, as it is of a path with blanks.
fn starts_with_path(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    first.contains(std::path::is_separator) && !first.starts_with(['\'', '"'])
}

fn executable(text: &str) -> Result<RequestTarget, RequestError> {
    let words = shlex::split(text).ok_or_else(|| RequestError::Quotes(text.to_owned()))?;
    match &words[..] {
        [] => Err(RequestError::Empty),
        [word] if word.contains(std::path::is_separator) => Ok(RequestTarget::Path(word.clone())),
        [word] if is_python_path(Path::new(word)) => Ok(RequestTarget::Name(word.clone())),
        [.., last] if words.len() > 1 && is_python_path(Path::new(last)) => {
            Ok(RequestTarget::Command(words))
        }
        _ if text.starts_with(|c: char| c.is_ascii_digit() || "<>=!~".contains(c)) => {
            Err(RequestError::Spec(
                text.parse::<VersionSpec>()
                    .err()
                    .unwrap_or(SpecError::Empty),
            ))
        }
        [_] => Err(RequestError::Unknown(text.to_owned())),
        [.., last] => Err(RequestError::NotAPython {
            command: text.to_owned(),
            last: last.clone(),
        }),
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
