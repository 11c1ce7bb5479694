//! The one rule for ids: whatever has one can be named, in a shell and by a glob.
//!
//! A scenario's id is a path, and a file whose path does not fit is refused. A matrix value may be any line of Python, so it is
//! written in the id of its variant with what a shell or a glob would take apart replaced.

use std::borrow::Borrow;
use std::fmt::{self, Write};
use std::ops::Deref;
use std::path::Path;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::python::version::InterpreterKey;

/// The usual folder of scenarios, below which ids begin.
pub const FOLDER: &str = "scenarios";

/// Why a text cannot be the id of a scenario, if so: no file below the scenarios folder would have it, or it would not be taken
/// as it is typed.
pub fn unfit(id: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let path = Path::new(id);
    let extension = path.extension();
    if id.starts_with('/') {
        Some("it is a path below the scenarios folder")
    } else if !id.chars().all(allowed) {
        Some("expected letters, digits, `-`, `_` and `.`, with `/` between folders")
    } else if id.split('/').any(str::is_empty) {
        Some("a part of it is empty")
    } else if id.starts_with('-') {
        Some("what begins with `-` is taken for an option")
    } else if id.split('/').any(|part| part.starts_with('.')) {
        Some("what begins with a dot is not looked at")
    } else if extension.is_some_and(|extension| extension == "yaml" || extension == "yml") {
        Some("leave out the extension")
    } else if id.split('/').any(|part| part == FOLDER) {
        Some("it begins below the folder `scenarios`")
    } else if path.file_name().is_some_and(|name| name == "pythons") {
        Some("a file of that name holds no scenario")
    } else {
        None
    }
}

/// Path of the file below the scenarios folder, with `/` and without its extension: `swap/earlier-copy`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ScenarioId(pub String);

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The values that a matrix gave to its keys, in the order of the matrix; empty without a matrix. It is shown as ids have it:
/// `[via=c_api]`, `[do=del_sys.path%5B:%5D]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choices(pub Vec<(String, String)>);

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let pairs = self.0.iter();
        let pairs = pairs.map(|(key, value)| format!("{key}={}", escape_value(value)));
        write!(f, "[{}]", pairs.collect::<Vec<_>>().join(","))
    }
}

/// Identity of a row: a scenario with one choice of its matrix, the same on every machine: `swap/earlier-copy[via=c_api]`. It
/// compares and hashes as its text does, so that a map by ids can be asked for a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VariantId(SmolStr);

impl VariantId {
    /// The id of a variant of a scenario.
    pub fn new(scenario: &ScenarioId, choices: &Choices) -> Self {
        Self(format!("{scenario}{choices}").into())
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the scenario: `swap/earlier-copy`.
    pub fn scenario(&self) -> &str {
        &self.0[..self.scenario_length()]
    }

    /// The choices in their brackets, `[via=c_api]`; empty without a matrix.
    pub fn choices(&self) -> &str {
        &self.0[self.scenario_length()..]
    }

    /// Length in bytes of the id of the scenario. It holds no bracket, so the first one begins the choices.
    fn scenario_length(&self) -> usize {
        self.0.find('[').unwrap_or(self.0.len())
    }

    /// The choices without brackets, `via=c_api`, if there are any.
    pub fn bare_choices(&self) -> Option<&str> {
        self.choices().strip_prefix('[')?.strip_suffix(']')
    }

    /// The choices, each a key and what the id makes of its value: `via`, `c_api`.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.bare_choices().into_iter();
        let pairs = pairs.flat_map(|bare| bare.split(','));
        pairs.filter_map(|pair| pair.split_once('='))
    }

    /// The first folder of the id of the scenario, `swap`; `scenarios` for one that is in none.
    pub fn subject(&self) -> &str {
        let folder = self.scenario().split_once('/');
        folder.map_or(FOLDER, |(subject, _)| subject)
    }
}

impl<T: Into<SmolStr>> From<T> for VariantId {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Deref for VariantId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for VariantId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for VariantId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for VariantId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for VariantId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for VariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identity of a case: a row on one interpreter, `swap/earlier-copy[via=c_api]@3.13.0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// The row.
    pub variant: VariantId,
    /// The column.
    pub interpreter: InterpreterKey,
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.variant, self.interpreter)
    }
}

/// A matrix value as the id of its variant has it: letters, digits and `-_.:/+=` stay, a blank is `_`, and every other character
/// is written as `%` and two digits for each of its bytes, as in an address of the web.
fn escape_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == ' ' {
            out.push('_');
        } else if c.is_alphanumeric() || "-_.:/+=".contains(c) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The value of which an id makes this text, for a value without blanks; nothing for what is no such text.
pub fn unescape_value(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    let value = String::from_utf8(bytes).ok()?;
    (escape_value(&value) == text).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Choices, ScenarioId, VariantId, escape_value, unescape_value, unfit};

    #[test]
    fn ids_that_would_come_back() {
        for id in ["a", "swap/my-case", "a/b_c/v1.2", "Über/fälle", "1", "a/-b"] {
            assert_eq!(unfit(id), None, "{id}");
        }
    }

    #[test]
    fn ids_that_would_not() {
        for id in [
            "",
            "/",
            "/etc/x",
            "a//b",
            "a/",
            "..",
            "../x",
            "a/../b",
            "./a",
            "a/.hidden",
            "-a",
            "--help",
            "a[via=b]",
            "a*",
            "a?",
            "{a}",
            "a@3.13",
            "a b",
            "a\\b",
            "a\nb",
            "a\u{202e}b",
            "a.yaml",
            "a/b.yml",
            "scenarios/a",
            "x/scenarios/a",
            "pythons",
            "a/pythons",
        ] {
            assert!(unfit(id).is_some(), "{id:?}");
        }
    }

    #[test]
    fn values_keep_what_can_be_typed() {
        for (text, written) in [
            ("c_api", "c_api"),
            ("lxml.etree", "lxml.etree"),
            ("get+pop", "get+pop"),
            ("lazy from", "lazy_from"),
            ("sys.modules = {}", "sys.modules_=_%7B%7D"),
            ("del sys.path[:]", "del_sys.path%5B:%5D"),
            ("six<1.17,>1", "six%3C1.17%2C%3E1"),
            ("100%", "100%25"),
            ("a@3.13", "a%403.13"),
            ("über", "über"),
            ("\u{202e}", "%E2%80%AE"),
        ] {
            assert_eq!(escape_value(text), written);
        }
    }

    #[test]
    fn ids_of_rows_know_their_parts() {
        let choices = Choices(vec![
            ("via".into(), "c_api".into()),
            ("at".into(), "a[0]".into()),
        ]);
        let id = VariantId::new(&ScenarioId("swap/copy".into()), &choices);
        assert_eq!(id, "swap/copy[via=c_api,at=a%5B0%5D]");
        assert_eq!(VariantId::from(id.as_str()), id);
        assert_eq!((id.scenario(), id.subject()), ("swap/copy", "swap"));
        assert_eq!(id.bare_choices(), Some("via=c_api,at=a%5B0%5D"));
        let pairs: Vec<_> = id.pairs().collect();
        assert_eq!(pairs, [("via", "c_api"), ("at", "a%5B0%5D")]);
        let plain = VariantId::from("copy");
        assert_eq!(
            (plain.scenario(), plain.subject(), plain.choices()),
            ("copy", "scenarios", "")
        );
    }

    #[test]
    fn values_come_back_from_ids() {
        for (text, value) in [
            ("numpy", Some("numpy")),
            ("six%5Bsocks%5D%3E=1", Some("six[socks]>=1")),
            ("a_b", Some("a_b")),
            ("%c3%bc", None),
            ("%C3", None),
            ("%4", None),
            ("%", None),
            ("%+1", None),
            ("a b", None),
            ("%61", None),
            ("%3D", None),
        ] {
            assert_eq!(unescape_value(text).as_deref(), value, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_value_without_blanks_comes_back(text in "[^ ]{0,20}") {
            prop_assert_eq!(unescape_value(&escape_value(&text)), Some(text));
        }

        #[test]
        fn no_value_is_taken_apart(text in "\\PC{0,20}") {
            let written = escape_value(&text);
            let special = |c: char| c.is_whitespace() || c.is_control() || "*?[]{}\\!,@'\"`$&|;<>()#~^".contains(c);
            prop_assert!(!written.contains(special), "{}", written);
        }

        #[test]
        fn only_a_blank_can_make_two_values_alike(one in "[ab_ %{*]{0,4}", other in "[ab_ %{*]{0,4}") {
            let same = one.replace(' ', "_") == other.replace(' ', "_");
            prop_assert_eq!(escape_value(&one) == escape_value(&other), same);
        }
    }
}
