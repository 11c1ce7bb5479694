//! What discovery hands over: the interpreters to run on, and what became of everything else.

use std::collections::HashSet;

use serde::Serialize;

pub use super::discover::Origin;
pub use super::facts::Facts;
pub use super::identity::{MergeReason, Merged};
use super::version::InterpreterKey;

/// An interpreter that can be run on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Interpreter {
    /// What it is called; unique in its inventory.
    pub key: InterpreterKey,
    /// The words that start it, up to and including the Python. A path is absolute; it is canonical unless the user
    /// gave it.
    pub command: Vec<String>,
    /// How it became known.
    pub origin: Origin,
    /// What it said about itself.
    pub facts: Facts,
}

/// A file with a Python's name that is not run on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Rejected {
    /// Where it is.
    pub path: String,
    /// Why, in words that can stand after its path: `PyPy 7.3, not CPython`.
    pub reason: String,
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// Sorted by key; keys are unique.
    pub interpreters: Vec<Interpreter>,
    /// What is no usable interpreter, sorted by path.
    pub rejected: Vec<Rejected>,
    /// What is another name of one of the interpreters, or of a rejected one; sorted by path.
    pub merged: Vec<Merged>,
}

impl Inventory {
    /// Sorts everything and makes the keys unique: interpreters that would share a key all get their origin as label
    /// (so that none is "the" 3.11.2 by accident), and a number where that is not enough.
    pub(crate) fn new(
        mut interpreters: Vec<Interpreter>,
        mut rejected: Vec<Rejected>,
        mut merged: Vec<Merged>,
    ) -> Self {
        interpreters
            .sort_by(|a, b| (&a.key, a.origin, &a.command).cmp(&(&b.key, b.origin, &b.command)));
        let wanted: Vec<_> = interpreters.iter().map(|one| one.key.clone()).collect();
        // A label the user chose is given before one that is made up.
        let mut order: Vec<_> = (0..wanted.len()).collect();
        order.sort_by_key(|&index| wanted[index].label.is_none());
        let mut taken = HashSet::new();
        for index in order {
            let interpreter = &mut interpreters[index];
            let shared = wanted.iter().filter(|key| **key == wanted[index]).count() > 1;
            let origin = interpreter.origin.label();
            let key = &mut interpreter.key;
            if shared {
                key.label.get_or_insert_with(|| origin.to_owned());
            }
            let label = key.label.clone().unwrap_or_default();
            let mut number = 1;
            while !taken.insert(key.clone()) {
                number += 1;
                key.label = Some(format!("{label}-{number}"));
            }
        }
        interpreters.sort_by(|a, b| a.key.cmp(&b.key));
        rejected.sort();
        rejected.dedup();
        merged.sort();
        merged.dedup();
        Self {
            interpreters,
            rejected,
            merged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::Answer;

    fn interpreter(key: &str, origin: Origin, path: &str) -> Interpreter {
        let key: InterpreterKey = key.parse().unwrap();
        Interpreter {
            facts: Answer::cpython(&key.version.to_string()).facts(),
            key,
            command: vec![path.to_owned()],
            origin,
        }
    }

    fn keys(interpreters: Vec<Interpreter>) -> Vec<String> {
        let inventory = Inventory::new(interpreters, Vec::new(), Vec::new());
        inventory
            .interpreters
            .iter()
            .map(|one| format!("{} {}", one.key, one.command[0]))
            .collect()
    }

    #[test]
    fn sorted_by_version() {
        let found = vec![
            interpreter("3.13.0", Origin::Pyenv, "a"),
            interpreter("2.7.18", Origin::Path, "b"),
            interpreter("3.9.18", Origin::System, "c"),
        ];
        assert_eq!(keys(found), ["2.7.18 b", "3.9.18 c", "3.13.0 a"]);
    }

    #[test]
    fn equal_keys_get_labels_then_numbers() {
        let found = vec![
            interpreter("3.11.2", Origin::System, "d"),
            interpreter("3.11.2", Origin::Pyenv, "c"),
            interpreter("3.11.2", Origin::System, "b"),
            interpreter("3.11.2d", Origin::System, "a"),
        ];
        assert_eq!(
            keys(found),
            [
                "3.11.2@pyenv c",
                "3.11.2@system b",
                "3.11.2@system-2 d",
                "3.11.2d a"
            ]
        );
    }

    #[test]
    fn labels_of_the_user_stay() {
        let found = vec![
            interpreter("3.11.2@system", Origin::Command, "a"),
            interpreter("3.11.2@sid", Origin::Command, "b"),
            interpreter("3.11.2@sid", Origin::Command, "c"),
            interpreter("3.11.2", Origin::System, "d"),
            interpreter("3.11.2", Origin::System, "e"),
        ];
        assert_eq!(
            keys(found),
            [
                "3.11.2@sid b",
                "3.11.2@sid-2 c",
                "3.11.2@system a",
                "3.11.2@system-2 d",
                "3.11.2@system-3 e"
            ]
        );
    }
}
