//! The one rule for ids: whatever has one can be named, in a shell and by a glob.
//!
//! A scenario's id is a path, and a file whose path does not fit is refused. A matrix value may be any line of Python, so it is
//! written in the id of its variant with what a shell or a glob would take apart replaced.

use std::fmt::Write;
use std::path::Path;

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

/// A matrix value as the id of its variant has it: letters, digits and `-_.:/+=` stay, a blank is `_`, and every other character
/// is written as `%` and two digits for each of its bytes, as in an address of the web.
pub(crate) fn value(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{unfit, value};

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
            assert_eq!(value(text), written);
        }
    }

    proptest! {
        #[test]
        fn no_value_is_taken_apart(text in "\\PC{0,20}") {
            let written = value(&text);
            let special = |c: char| c.is_whitespace() || c.is_control() || "*?[]{}\\!,@'\"`$&|;<>()#~^".contains(c);
            prop_assert!(!written.contains(special), "{}", written);
        }

        #[test]
        fn only_a_blank_can_make_two_values_alike(one in "[ab_ %{*]{0,4}", other in "[ab_ %{*]{0,4}") {
            let same = one.replace(' ', "_") == other.replace(' ', "_");
            prop_assert_eq!(value(&one) == value(&other), same);
        }
    }
}
