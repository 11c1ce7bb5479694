//! The two versions that a question is about: `3.14`, `3.9..3.13`.

use crate::python::version::InterpreterKey;
use crate::text::listing;

/// Two versions of a report, by the words in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPair<'a> {
    /// The older version.
    pub from: &'a InterpreterKey,
    /// The newer version.
    pub to: &'a InterpreterKey,
}

/// Why two versions cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionPairError {
    /// The words are no version and no range of two.
    #[error("`{0}` is no version and no range; write 3.14, or 3.9..3.13")]
    Form(String),
    /// Nothing is recorded of a version.
    #[error("nothing is recorded of {version}; there are {known}")]
    Unknown {
        /// As it was typed.
        version: String,
        /// The versions that are recorded.
        known: String,
    },
    /// Nothing is recorded of an older version.
    #[error("{0} is the oldest version that is recorded: there is nothing to compare it with")]
    Oldest(String),
    /// The range goes backwards.
    #[error("{from}..{to} goes backwards; write {to}..{from}")]
    Backwards {
        /// The first version, as it was typed.
        from: String,
        /// The second one.
        to: String,
    },
}

impl<'a> VersionPair<'a> {
    /// Finds the versions that words such as `3.9..3.13` name, or for `3.14` that version and the plain build before it. Of a feature release
    /// the newest build that is recorded counts.
    ///
    /// # Errors
    /// When the words are of another form, or nothing is recorded of a version.
    pub fn find(words: &str, versions: &[&'a InterpreterKey]) -> Result<Self, VersionPairError> {
        let find = |word: &str| find_version(word, versions);
        let Some((first, second)) = words.split_once("..") else {
            let to = find(words)?;
            let is_older = |key: &&&InterpreterKey| {
                key.build_suffix().is_empty() && key.version.feature() < to.version.feature()
            };
            let older = versions.iter().filter(is_older);
            let from = older.max_by_key(|key| **key).copied();
            let from = from.ok_or_else(|| VersionPairError::Oldest(words.to_owned()))?;
            return Ok(Self { from, to });
        };
        let (from, to) = (find(first)?, find(second)?);
        if from.version.feature() > to.version.feature() {
            return Err(VersionPairError::Backwards {
                from: first.to_owned(),
                to: second.to_owned(),
            });
        }
        Ok(Self { from, to })
    }
}

fn find_version<'a>(
    word: &str,
    versions: &[&'a InterpreterKey],
) -> Result<&'a InterpreterKey, VersionPairError> {
    let is_number = |part: &str| part.chars().next().is_some_and(|c| c.is_ascii_digit());
    if word.is_empty() || !word.split('.').all(is_number) {
        return Err(VersionPairError::Form(word.to_owned()));
    }
    let is_meant = |key: &&&InterpreterKey| key.series() == word || key.to_string() == word;
    let found = versions.iter().filter(is_meant).max_by_key(|key| **key);
    found.copied().ok_or_else(|| {
        let mut known: Vec<String> = versions.iter().map(|key| key.series()).collect();
        known.dedup();
        VersionPairError::Unknown {
            version: word.to_owned(),
            known: listing(&known, known.len()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(words: &str) -> Result<[String; 2], String> {
        let keys = ["2.7.18", "3.6.15", "3.13.0", "3.13.5", "3.14.7t", "3.14.10"];
        let keys: Vec<InterpreterKey> = keys.map(|key| key.parse().unwrap()).into();
        let versions: Vec<&InterpreterKey> = keys.iter().collect();
        let pair = VersionPair::find(words, &versions);
        pair.map(|pair| [pair.from, pair.to].map(ToString::to_string))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn words_name_two_versions() {
        for (words, from, to) in [
            ("3.14", "3.13.5", "3.14.10"),
            ("3.13", "3.6.15", "3.13.5"),
            ("3.13.0..3.14", "3.13.0", "3.14.10"),
            ("3.14..3.14t", "3.14.10", "3.14.7t"),
            ("3.13.0..3.13.5", "3.13.0", "3.13.5"),
        ] {
            assert_eq!(find(words).unwrap(), [from, to], "{words}");
        }
    }

    #[test]
    fn other_words_are_refused_with_the_way_out() {
        for (words, part) in [
            ("abc", "no version and no range; write 3.14, or 3.9..3.13"),
            ("", "write 3.14"),
            ("x..3.13", "write 3.14"),
            (
                "3.9",
                "nothing is recorded of 3.9; there are 2.7, 3.6, 3.13, 3.14t, 3.14",
            ),
            ("2.7", "2.7 is the oldest version"),
            ("3.13..2.7", "goes backwards; write 2.7..3.13"),
        ] {
            let error = find(words).unwrap_err();
            assert!(error.contains(part), "{words}: {error}");
        }
    }
}
