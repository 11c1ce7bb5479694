//! The lines that come before the steps: imports, and functions that some step or print needs.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::super::python_text::{TokenKind, logical_lines};

/// Names that the steps use beyond the builtins.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Modules to import.
    pub(super) imports: BTreeSet<&'static str>,
    /// Names of functions and values.
    pub(super) helpers: BTreeSet<&'static str>,
}

impl Needs {
    /// True if a name is among the functions and values.
    pub(super) fn has(&self, name: &str) -> bool {
        self.helpers.contains(name)
    }

    /// Takes down what a text of ours uses.
    pub(super) fn read(&mut self, code: &str) {
        let code = without_texts(code);
        let uses = |word: &str| {
            let mut places = code.match_indices(word);
            places.any(|(at, _)| {
                let before = code[..at].chars().next_back();
                word.starts_with('(')
                    || !before.is_some_and(|c| c.is_alphanumeric() || "_.\"'".contains(c))
            })
        };
        for (word, name) in [
            ("sys.", "sys"),
            ("(sys", "sys"),
            ("os.", "os"),
            ("gc.", "gc"),
            ("weakref.", "weakref"),
            ("warnings.", "warnings"),
            ("ctypes.", "ctypes"),
            ("shutil.", "shutil"),
            ("importlib.", "importlib"),
            ("(importlib", "importlib"),
            ("tempfile.", "tempfile"),
        ] {
            if uses(word) {
                self.imports.insert(name);
            }
        }
        for (word, name) in [
            ("tag_of(", "tag_of"),
            ("gone", "mark"),
            ("mark(", "mark"),
            ("original", "original"),
        ] {
            if uses(word) {
                self.helpers.insert(name);
            }
        }
    }

    /// Writes the functions.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        for (name, text) in HELPERS {
            if self.has(name) {
                out.push_str(text);
            }
        }
        out
    }

    /// Writes the imports.
    pub(super) fn write_imports(&self) -> String {
        let mut out = String::new();
        if !self.imports.is_empty() {
            let names: Vec<_> = self.imports.iter().copied().collect();
            let _ = writeln!(out, "import {}", names.join(", "));
        }
        out
    }
}

/// Python without its comments and the content of its texts.
fn without_texts(code: &str) -> String {
    let mut out = String::new();
    for line in logical_lines(code) {
        for token in line.tokens {
            match token.kind {
                TokenKind::Text { .. } => out.push_str("''"),
                _ => out.push_str(token.text),
            }
            if token.kind == TokenKind::Name {
                out.push(' ');
            }
        }
        out.push('\n');
    }
    out.replace(" .", ".").replace(" (", "(")
}

/// Functions and values by name, in the order in which they are written.
pub(super) const HELPERS: [(&str, &str); 9] = [
    ("import_module", "from importlib import import_module\n"),
    (
        "reload",
        "if sys.version_info >= (3,):\n    from importlib import reload\n",
    ),
    (
        "invalidate_caches",
        "invalidate_caches = getattr(importlib, \"invalidate_caches\", lambda: None)\n",
    ),
    (
        "c_import",
        "c_import = ctypes.pythonapi.PyImport_ImportModule\n\
         c_import.argtypes, c_import.restype = [ctypes.c_char_p], ctypes.py_object\n",
    ),
    (
        "drop",
        "def drop(cache, under=None, lacking=()):\n    \
         for key in list(cache):\n        \
         if (key + \".\").startswith(under + \".\") if under else key not in lacking:\n            \
         del cache[key]\n",
    ),
    ("original", "original = sys.modules\n"),
    (
        "mark",
        "gone, references = [], []\n\
         class Tag(object):\n    \
         def __init__(self, text):\n        \
         self.text = text\n    \
         __repr__ = lambda self: self.text\n\
         def mark(module, text):\n    \
         module.tag = Tag(text)\n    \
         thing = module.tag if bytes is str else module    # a module of 2.7 takes no weak reference\n    \
         references.append(weakref.ref(thing, lambda _: gone.append(text)))\n",
    ),
    (
        "tag_of",
        "def tag_of(thing):\n    \
         return getattr(thing, \"tag\", \"fresh\") if hasattr(thing, \"__dict__\") else thing\n",
    ),
    (
        "remove_file",
        "def remove_file(path, time):\n    \
         path = folder + \"/\" + path\n    \
         shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)\n    \
         os.utime(os.path.dirname(path), (time, time))\n",
    ),
];
