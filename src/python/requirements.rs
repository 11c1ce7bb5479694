//! Requirements by `--require`: Pythons that must be there.

use std::str::FromStr;

use super::request::PythonRequest;
use super::version::InterpreterKey;

/// The value of one `--require`: `2.7,3.5,>=3.6` are three requirements, each of which one interpreter at least must meet.
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
        let starts_with_operator = |text: &str| text.starts_with(['<', '>', '=', '!', '~']);
        let mut items: Vec<String> = Vec::new();
        for part in text.split(',').map(str::trim) {
            match items.last_mut() {
                Some(last) if starts_with_operator(last) && starts_with_operator(part) => {
                    last.push(',');
                    last.push_str(part);
                }
                _ => items.push(part.to_owned()),
            }
        }
        let requests = items.into_iter().map(|item| match item.parse() {
            _ if item.is_empty() => Err(RequirementError::Empty),
            Ok(request) if PythonRequest::is_version(&request) => Ok(request),
            _ => Err(RequirementError::NotAVersion(item)),
        });
        requests.collect::<Result<_, _>>().map(Self)
    }
}

/// Returns the requirements that no interpreter with one of these keys meets, each once.
pub fn find_unmet<'a>(
    requirements: &'a [Requirements],
    found: &[&InterpreterKey],
) -> Vec<&'a PythonRequest> {
    let mut unmet: Vec<&PythonRequest> = Vec::new();
    for request in requirements.iter().flat_map(|list| &list.0) {
        let is_met = found.iter().any(|key| request.matches(key));
        if !is_met && !unmet.contains(&request) {
            unmet.push(request);
        }
    }
    unmet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_items(text: &str) -> Vec<String> {
        let requirements: Requirements = text.parse().unwrap();
        requirements.0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn commas_separate_and_join() {
        for (text, items) in [
            ("2.7,3.5,>=3.6", &["2.7", "3.5", ">=3.6"][..]),
            (">=3.6,<3.12", &[">=3.6,<3.12"]),
            (
                ">=3.6, !=3.8.*, <3.12, 2.7",
                &[">=3.6,!=3.8.*,<3.12", "2.7"],
            ),
            (">=3.6,2.7,<3", &[">=3.6", "2.7", "<3"]),
            ("3.14t, 3.11.2@system", &["3.14t", "3.11.2@system"]),
        ] {
            assert_eq!(parse_items(text), items);
        }
        for text in ["", "3.5,"] {
            assert_eq!(text.parse::<Requirements>(), Err(RequirementError::Empty));
        }
        for text in ["latest", "python3.5", "/usr/bin/python3", ">=three"] {
            let error = RequirementError::NotAVersion(text.into());
            let list = format!("3.5,{text}");
            assert_eq!(list.parse::<Requirements>(), Err(error));
        }
    }

    #[test]
    fn each_must_be_met() {
        let found: [InterpreterKey; 2] = ["2.7.18", "3.9.18"].map(|key| key.parse().unwrap());
        let lists = ["2.7,3.5,>=3.6", "3.5,3.9t,>=3.10"].map(|text| text.parse().unwrap());
        let unmet = find_unmet(&lists, &found.each_ref());
        let unmet: Vec<_> = unmet.iter().map(ToString::to_string).collect();
        assert_eq!(unmet, ["3.5", "3.9t", ">=3.10"]);
    }
}
