//! Names of exceptions: Python's own, and those that the texts of a scenario speak of.

use std::collections::BTreeSet;

use crate::python::specifier::{VersionSpec, can_overlap};
use crate::yaml::diagnostics::Complaint;

/// Python's own exceptions and warnings that every version from 2.7 on has.
const EVERYWHERE: [&str; 45] = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BufferError",
    "BytesWarning",
    "DeprecationWarning",
    "EOFError",
    "Exception",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "NameError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "ReferenceError",
    "RuntimeError",
    "RuntimeWarning",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
];

/// Those that only some versions have, or call so.
const SOMEWHERE: [(&str, &[&str]); 10] = [
    ("<3", &["StandardError"]),
    // Names of `OSError` from 3.3 on.
    ("<3.3", &["EnvironmentError", "IOError"]),
    ("!=2.7.*", &["ResourceWarning"]),
    (
        ">=3.3",
        &[
            "BlockingIOError",
            "BrokenPipeError",
            "ChildProcessError",
            "ConnectionAbortedError",
            "ConnectionError",
            "ConnectionRefusedError",
            "ConnectionResetError",
            "FileExistsError",
            "FileNotFoundError",
            "InterruptedError",
            "IsADirectoryError",
            "NotADirectoryError",
            "PermissionError",
            "ProcessLookupError",
            "TimeoutError",
        ],
    ),
    (">=3.5", &["RecursionError", "StopAsyncIteration"]),
    (">=3.6", &["ModuleNotFoundError"]),
    (">=3.10", &["EncodingWarning"]),
    (">=3.11", &["BaseExceptionGroup", "ExceptionGroup"]),
    (
        ">=3.13",
        &["PythonFinalizationError", "_IncompleteInputError"],
    ),
    (">=3.15", &["ImportCycleError"]),
];

/// The names of all versions.
fn known_names() -> impl Iterator<Item = &'static str> {
    let somewhere = SOMEWHERE.iter().flat_map(|(_, names)| names.iter());
    EVERYWHERE.iter().chain(somewhere).copied()
}

/// Why no Python that all of the specifiers mean has an exception of this name, and what to write instead. A name that is not like any of
/// Python's own may be that of a package; `mentioned` are the names in the texts of the scenario.
pub(super) fn refuse_exception(
    name: &str,
    specs: &[&VersionSpec],
    mentioned: &BTreeSet<String>,
) -> Option<Complaint> {
    if mentioned.contains(name) || EVERYWHERE.contains(&name) {
        return None;
    }
    if let Some((spec, _)) = SOMEWHERE.iter().find(|(_, names)| names.contains(&name)) {
        let there: VersionSpec = spec.parse().expect("a specifier");
        let specs: Vec<&VersionSpec> = specs.iter().copied().chain([&there]).collect();
        let help = match *spec {
            "<3.3" => "from 3.3 on its name is `OSError`".to_owned(),
            "<3" => "only 2.7 has it".to_owned(),
            "!=2.7.*" => "2.7 does not have it".to_owned(),
            spec => format!("it is there from {} on", spec.trim_start_matches(">=")),
        };
        let message = format!("no such Python has `{name}`");
        return (!can_overlap(&specs)).then(|| Complaint::new(message, help));
    }
    let nearest = nearest_name(name, mentioned)?;
    let help = format!(
        "did you mean `{nearest}`? One of that name that is Python's own nowhere is written `{{matches: ^{name}$}}`"
    );
    let message = format!("no Python has an exception `{name}`");
    Some(Complaint::new(message, help))
}

/// The exception that was probably meant: one slip away, two in a long name, in other letters, or without its last word.
fn nearest_name<'a>(name: &str, mentioned: &'a BTreeSet<String>) -> Option<&'a str> {
    let max_slips = if name.len() < 12 { 1 } else { 2 };
    let count_slips = |known: &str| {
        let mut ends = ["Error", "Warning"].iter();
        let is_shorter = ends.any(|end| known.strip_suffix(end) == Some(name));
        if is_shorter || known.eq_ignore_ascii_case(name) {
            return 0;
        }
        strsim::damerau_levenshtein(known, name)
    };
    let ends = ["Error", "Exception", "Warning"];
    let local = mentioned.iter().map(String::as_str);
    let local = local.filter(|word| ends.iter().any(|end| word.ends_with(end)));
    let known = known_names().map(|known| -> &'a str { known });
    let slips = known.chain(local).map(|known| (count_slips(known), known));
    let near = slips.filter(|(slips, _)| *slips <= max_slips);
    near.min_by_key(|(slips, _)| *slips).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, python: &str) -> Option<String> {
        let mentioned = BTreeSet::from(["OwnError".to_owned(), "SaveError".to_owned()]);
        let spec: Vec<VersionSpec> = python.parse().into_iter().collect();
        refuse_exception(name, &spec.iter().collect::<Vec<_>>(), &mentioned)
            .map(|complaint| complaint.to_string())
    }

    #[test]
    fn slips_are_refused_and_names_of_packages_are_not() {
        for name in [
            "KeyError",
            "ModuleNotFoundError",
            "OwnError",
            "SaveError",
            "error",
            "PicklingError",
            "TypeCheckError",
            "ZipImportError",
            "ConnectError",
            "JSONDecodeError",
            "E",
        ] {
            assert_eq!(refused(name, ""), None, "{name}");
        }
        for (name, meant) in [
            ("KeyErorr", "KeyError"),
            ("ModulNotFoundEror", "ModuleNotFoundError"),
            ("ModuleNotFound", "ModuleNotFoundError"),
            ("importerror", "ImportError"),
            ("OwnErorr", "OwnError"),
        ] {
            let refused = refused(name, "").expect(name);
            assert!(
                refused.contains(&format!("did you mean `{meant}`?")),
                "{refused}"
            );
        }
    }

    #[test]
    fn an_exception_is_expected_where_it_is() {
        assert!(
            refused("ModuleNotFoundError", "<3.6")
                .is_some_and(|text| text.ends_with("from 3.6 on"))
        );
        assert!(refused("IOError", ">=3.5").is_some_and(|text| text.contains("`OSError`")));
        assert_eq!(refused("IOError", "<3"), None);
        assert_eq!(refused("StandardError", ""), None);
        assert!(refused("StandardError", ">=3").is_some());
    }
}
