//! What `--require` insists on: Pythons that must be there.

use std::fmt;
use std::str::FromStr;

use super::inventory::{MissingReason, MissingVersion};
use super::request::{PythonRequest, RequestError};
use super::version::InterpreterKey;

/// One `--require`: `2.7,3.5,>=3.6` are three requirements, each of which one interpreter at least must meet.
///
/// Commas separate requirements, but they also join the parts of a specifier: a part that begins with an operator directly
/// after another such part belongs to it, so `>=3.6,<3.12` is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirements(pub Vec<PythonRequest>);

/// A text that is no list of requirements.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequirementError {
    /// Two commas, or one at an end.
    #[error("an empty requirement; expected versions separated by commas (`2.7,3.5,>=3.6`)")]
    Empty,
    /// A path, a name or a command: what is named so is there, or an error by itself.
    #[error("`{0}` is not a version; expected something like `3.5`, `3.14t` or `>=3.6,<3.12`")]
    NotAVersion(String),
}

impl FromStr for Requirements {
    type Err = RequirementError;

    fn from_str(text: &str) -> Result<Self, RequirementError> {
        let mut items: Vec<String> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let is_operator = |text: &str| text.starts_with(['<', '>', '=', '!', '~']);
            match items.last_mut() {
                Some(last) if is_operator(last) && is_operator(part) => {
                    last.push(',');
                    last.push_str(part);
                }
                _ => items.push(part.to_owned()),
            }
        }
        let read = |item: &String| {
            if item.is_empty() {
                return Err(RequirementError::Empty);
            }
            let wrong = || RequirementError::NotAVersion(item.clone());
            let request: PythonRequest = item.parse().map_err(|_: RequestError| wrong())?;
            request.is_version().then_some(request).ok_or_else(wrong)
        };
        items.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Requirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(","))
    }
}

/// The requirements that no interpreter with one of these keys meets, each once.
pub fn unmet<'a>(
    requirements: &'a [Requirements],
    found: &[&InterpreterKey],
) -> Vec<&'a PythonRequest> {
    let mut unmet: Vec<&PythonRequest> = Vec::new();
    for request in requirements.iter().flat_map(|list| &list.0) {
        let met = found.iter().any(|key| request.matches(key));
        if !met && !unmet.contains(&request) {
            unmet.push(request);
        }
    }
    unmet
}

/// The same as an entry of an inventory.
pub fn missing(request: &PythonRequest) -> MissingVersion {
    MissingVersion {
        wanted: request.to_string(),
        reason: MissingReason::Required,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<String> {
        let read: Requirements = text.parse().unwrap();
        read.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn commas_separate_and_join() {
        assert_eq!(items("2.7,3.5,>=3.6"), ["2.7", "3.5", ">=3.6"]);
        assert_eq!(items(">=3.6,<3.12"), [">=3.6,<3.12"]);
        assert_eq!(
            items(">=3.6, !=3.8.*, <3.12, 2.7"),
            [">=3.6,!=3.8.*,<3.12", "2.7"]
        );
        assert_eq!(items(">=3.6,2.7,<3"), [">=3.6", "2.7", "<3"]);
        assert_eq!(items("3.14t, 3.11.2@system"), ["3.14t", "3.11.2@system"]);
        for (text, error) in [
            ("", RequirementError::Empty),
            ("3.5,", RequirementError::Empty),
            ("3.5,latest", RequirementError::NotAVersion("latest".into())),
            (
                "python3.5",
                RequirementError::NotAVersion("python3.5".into()),
            ),
            (
                "/usr/bin/python3",
                RequirementError::NotAVersion("/usr/bin/python3".into()),
            ),
            (">=three", RequirementError::NotAVersion(">=three".into())),
        ] {
            assert_eq!(text.parse::<Requirements>(), Err(error));
        }
    }

    #[test]
    fn each_must_be_met() {
        let found: [InterpreterKey; 2] = ["2.7.18", "3.9.18"].map(|key| key.parse().unwrap());
        let lists = ["2.7,3.5,>=3.6", "3.5,3.9t,>=3.10"].map(|text| text.parse().unwrap());
        let unmet: Vec<_> = unmet(&lists, &found.each_ref())
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(unmet, ["3.5", "3.9t", ">=3.10"]);
    }
}
