//! Requests by `--python`: versions, labels, paths, names and commands.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::collector::is_python_path;
use super::specifier::{SpecError, VersionSpec};
use super::version::{InterpreterKey, PythonVersion};

/// The forms a request may have, for messages and help texts.
pub const FORMS: &str = "a version (`3.11`, `3.14t`, `>=3.6,<3.12`), a label (`@sid`), a path (`./build/python`), \
    a name on PATH (`python3.9`) or a command that ends in a Python (`env -i python3.14`); \
    all but a version may carry a label (`sid=chroot /srv/sid python3.15`)";

/// The value of one `--python`, and the text it was parsed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonRequest {
    text: String,
    /// The meaning of the text.
    pub target: RequestTarget,
    /// The name that the interpreter is to have beside its version; never set on a version.
    pub label: Option<String>,
    /// The text as the path of one file, with its blanks and quotes: what is meant if that file exists. None where it cannot
    /// be one, or is what `target` says.
    pub(crate) file: Option<String>,
    /// The reason for which the text is no command, where it can only be such a path.
    pub(crate) no_command: Option<RequestError>,
}

/// The meaning of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestTarget {
    /// Every interpreter found that it means.
    Spec(VersionSpec),
    /// Every interpreter of that prerelease, a build of what follows it included (`3.14.0a2` is `3.14.0a2+`, too).
    Prerelease {
        /// Its version, as it was written.
        version: PythonVersion,
        /// Exactly that build (free-threaded, debug); none is every build.
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
    /// An empty text.
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
        /// The word before the `=`.
        label: String,
        /// The text after it.
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
        let request = |target| Self {
            text: text.to_owned(),
            target,
            label: None,
            file: None,
            no_command: None,
        };
        if let Some(target) = parse_version(text) {
            return Ok(request(target));
        }
        let (label, executable) = split_label(text).unzip();
        let executable = executable.unwrap_or(text);
        if let Some(label) = label
            && parse_version(executable).is_some()
        {
            return Err(RequestError::LabelledVersion {
                label: label.to_owned(),
                version: executable.to_owned(),
            });
        }
        let path = RequestTarget::Path(executable.to_owned());
        let (target, no_command) = match parse_executable(executable) {
            Ok(target) => (target, None),
            // Only what is there can tell whether it is the path of a file.
            Err(error) if starts_with_path(executable) => (path.clone(), Some(error)),
            Err(error) => return Err(error),
        };
        let is_path = executable.contains(std::path::is_separator);
        Ok(Self {
            label: label.map(str::to_owned),
            file: (is_path && target != path).then(|| executable.to_owned()),
            no_command,
            ..request(target)
        })
    }
}

impl fmt::Display for PythonRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PythonRequest {
    /// True if a version is asked for, and the interpreter has it. One asked for by path or command matches nothing:
    /// it is found by probing it.
    pub fn matches(&self, key: &InterpreterKey) -> bool {
        match &self.target {
            RequestTarget::Spec(spec) => spec.matches(key),
            RequestTarget::Prerelease { version, build } => {
                let with_plus = PythonVersion {
                    suffix: format!("{}+", version.suffix),
                    ..version.clone()
                };
                (key.version == *version || key.version == with_plus)
                    && build.is_none_or(|build| build == (key.free_threaded, key.debug))
            }
            RequestTarget::Key(wanted) => wanted == key,
            RequestTarget::Label(label) => key.label.as_ref() == Some(label),
            RequestTarget::Path(_) | RequestTarget::Name(_) | RequestTarget::Command(_) => false,
        }
    }

    /// Returns the label that the key of an interpreter must have: of `@sid` and `3.15.2@sid`.
    pub(crate) fn label_in_key(&self) -> Option<&str> {
        match &self.target {
            RequestTarget::Label(label) => Some(label),
            RequestTarget::Key(key) => key.label.as_deref(),
            _ => None,
        }
    }

    /// Returns the request of a text whose words are known, so that it is no path with blanks.
    ///
    /// # Errors
    /// Why the words are no command.
    pub(crate) fn without_file(mut self) -> Result<Self, RequestError> {
        self.file = None;
        self.no_command.take().map_or(Ok(self), Err)
    }

    /// True if only interpreters with that label are asked for.
    pub(super) fn names_label(&self, label: &str) -> bool {
        match &self.target {
            RequestTarget::Label(wanted) => wanted == label,
            RequestTarget::Key(key) => key.label.as_deref() == Some(label),
            _ => false,
        }
    }

    /// True if a request names versions or labels, so that interpreters have to be searched for.
    pub fn is_version(&self) -> bool {
        !matches!(
            self.target,
            RequestTarget::Path(_) | RequestTarget::Name(_) | RequestTarget::Command(_)
        )
    }
}

/// Parses a specifier, a version with a build (`3.14t`), a key or a label; none for anything else.
fn parse_version(text: &str) -> Option<RequestTarget> {
    if let Some(label) = text.strip_prefix('@').filter(|label| is_label(label)) {
        return Some(RequestTarget::Label(label.to_owned()));
    }
    let builds = [
        ("td", Some((true, true)), ",free-threaded,debug"),
        ("t", Some((true, false)), ",free-threaded,not debug"),
        ("d", Some((false, true)), ",not free-threaded,debug"),
        ("", None, ""),
    ];
    let (bare, build, parts) = builds
        .into_iter()
        .find_map(|(suffix, build, parts)| Some((text.strip_suffix(suffix)?, build, parts)))?;
    let is_bare = bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| c == '.' || c.is_ascii_digit());
    if is_bare {
        let spec = format!("{bare}{parts}").parse().ok()?;
        return Some(RequestTarget::Spec(spec));
    }
    // As a specifier, `3.15.0b1` would match nothing, since prereleases count as their release.
    let key = text.parse::<InterpreterKey>().ok().filter(|key| {
        let mut suffix = key.version.suffix.chars();
        key.label.as_deref().is_none_or(is_label)
            && suffix.all(|c| c == '+' || c.is_ascii_alphanumeric())
    });
    match key {
        Some(key) if key.label.is_some() => Some(RequestTarget::Key(key)),
        Some(key) => Some(RequestTarget::Prerelease {
            version: key.version,
            build,
        }),
        None => Some(RequestTarget::Spec(text.parse().ok()?)),
    }
}

/// True if a text can be the label of an interpreter: letters, digits, `-` and `_`.
pub(crate) fn is_label(text: &str) -> bool {
    let is_allowed = |c: char| c == '_' || c == '-' || c.is_ascii_alphanumeric();
    !text.is_empty() && text.chars().all(is_allowed)
}

/// Splits `LABEL=EXECUTABLE`; none if there is no label.
fn split_label(text: &str) -> Option<(&str, &str)> {
    let (label, executable) = text.split_once('=')?;
    // `foo==3.11` is a wrong specifier, not a label.
    (is_label(label) && !executable.starts_with('=')).then(|| (label, executable.trim()))
}

/// True if the first word is a path, as it is of a path with blanks.
fn starts_with_path(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    first.contains(std::path::is_separator) && !first.starts_with(['\'', '"'])
}

/// Parses a path, a name or a command.
fn parse_executable(text: &str) -> Result<RequestTarget, RequestError> {
    let words = shlex::split(text).ok_or_else(|| RequestError::Quotes(text.to_owned()))?;
    match &words[..] {
        [] => Err(RequestError::Empty),
        [word] if word.contains(std::path::is_separator) => Ok(RequestTarget::Path(word.clone())),
        [word] if is_python_path(Path::new(word)) => Ok(RequestTarget::Name(word.clone())),
        [.., last] if words.len() > 1 && is_python_path(Path::new(last)) => {
            Ok(RequestTarget::Command(words))
        }
        _ if text.starts_with(|c: char| c.is_ascii_digit() || "<>=!~".contains(c)) => {
            let error = text.parse::<VersionSpec>().err();
            Err(RequestError::Spec(error.unwrap_or(SpecError::Empty)))
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
