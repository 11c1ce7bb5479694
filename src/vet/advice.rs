//! Advice: what an answer means, and what to do, in a line.

use serde::Serialize;

use super::answer::{CRASHES, Level};
use super::table::{Question, Row, VetTable};

/// A line of advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The meaning, and what to do.
    pub text: &'static str,
    /// Where it is discussed or decided.
    pub link: &'static str,
    /// The questions whose answers it is about.
    pub about: Vec<String>,
}

/// A kind of answer.
struct Kind {
    /// True for its questions and answers.
    is_it: fn(&Question, &str) -> bool,
    text: &'static str,
    link: &'static str,
}

/// The kinds. An answer is of the first that fits.
const KINDS: [Kind; 21] = [
    Kind {
        is_it: |question, text| refuses_twice(text) && question.note.contains("subinterpreter"),
        text: "An extension that one interpreter of a process can have, and no other.",
        link: "https://docs.python.org/3/howto/isolating-extensions.html#opt-out-limiting-to-one-module-object-per-process",
    },
    Kind {
        is_it: |_, text| refuses_twice(text),
        text: "An extension that refuses to be imported twice: once its modules are deleted, nothing but a new process has it again. Do not delete it.",
        link: "https://docs.python.org/3/howto/isolating-extensions.html#opt-out-limiting-to-one-module-object-per-process",
    },
    Kind {
        is_it: |_, text| {
            text.contains("PyO3 modules") || text.contains("Interpreter change detected")
        },
        text: "An extension that by its own code refuses every interpreter but one.",
        link: "https://docs.python.org/3/howto/isolating-extensions.html",
    },
    Kind {
        is_it: |_, text| text.contains("does not support loading in subinterpreters"),
        text: "An extension that has not declared that every interpreter may have it: CPython refuses it in those with their own GIL, and on a free-threaded build in any but the first.",
        link: "https://docs.python.org/3/c-api/module.html#c.Py_mod_multiple_interpreters",
    },
    Kind {
        is_it: |_, text| {
            text.contains("is already registered")
                || text.contains("already has a docstring")
                || text.contains("already has a different docstring")
        },
        text: "An extension whose initialization runs again and meets what it left in the process the first time. Do not delete it.",
        link: "https://docs.python.org/3/howto/isolating-extensions.html",
    },
    Kind {
        is_it: |question, text| names_crash(text) && is_about_again(question),
        text: "C code that meets objects of the first import, or frees some of them twice. `modswap script` prints a script for the authors.",
        link: "https://docs.python.org/3/howto/isolating-extensions.html",
    },
    Kind {
        is_it: |question, text| names_crash(text) && question.note.contains("subinterpreter"),
        text: "An interpreter beside the main one ends the process: C code, that of the package or Python's own, shares objects between the two, or a thread goes on when its interpreter ends.",
        link: "https://docs.python.org/3/c-api/subinterpreters.html#bugs-and-caveats",
    },
    Kind {
        is_it: |_, text| names_crash(text) || text.starts_with("hangs"),
        text: "It takes the process with it, or never comes back. `modswap script` prints a script for the authors.",
        link: "https://docs.python.org/3/library/faulthandler.html",
    },
    Kind {
        is_it: |question, text| question.check == "any order" && text.contains(" -> "),
        text: "Modules that cannot be the first import of the package: one of them meets another that is half initialized. An import in a function, or of the package first, breaks the cycle.",
        link: "https://docs.python.org/3/faq/programming.html#what-are-the-best-practices-for-using-import-in-a-module",
    },
    Kind {
        is_it: |question, _| question.check == "any order",
        text: "Modules that cannot be imported alone. Whatever imports each of them meets that: `pytest --doctest-modules`, tools that make documentation or stubs.",
        link: "https://docs.pytest.org/en/stable/how-to/doctest.html",
    },
    Kind {
        is_it: |question, text| question.choices == "delete top" && names_missing_child(text),
        text: "Submodules that stay in the cache are not bound in the new package. Delete them with it.",
        link: "https://docs.python.org/3/reference/import.html#submodules",
    },
    Kind {
        is_it: |question, _| {
            let is_whole = matches!(
                &*question.choices,
                "delete all" | "use and delete all" | "restore"
            );
            let asks_again = question.check == "again" && is_whole || question.check == "alive";
            asks_again && question.note == "works"
        },
        text: "It can be imported again, and is broken then: something that outlives the deletion knows the classes of the first import. Do not delete it.",
        link: "https://docs.python.org/3/howto/isolating-extensions.html",
    },
    Kind {
        is_it: |question, text| {
            question.choices.contains("delete all")
                && ["same object", "fresh, but", "fresh top"]
                    .iter()
                    .any(|words| text.starts_with(words))
        },
        text: "An extension of single-phase initialization, or Cython's: Python, or the extension itself, gives the module of the first import again, around which the rest is new.",
        link: "https://docs.python.org/3/c-api/extension-modules.html#legacy-single-phase-initialization",
    },
    Kind {
        is_it: |_, text| text.starts_with("leaks "),
        text: "Modules that were deleted stay alive: something that was not unloaded holds them. `held by` says who.",
        link: "https://docs.python.org/3/library/gc.html#gc.get_referrers",
    },
    Kind {
        is_it: |_, text| text.contains("more each time"),
        text: "Each import leaves something that the next does not replace: a registry or a cache elsewhere keeps what it was given (`abc`, `codecs`, `copyreg`, `logging`, `typing`).",
        link: "https://docs.python.org/3/library/gc.html#gc.get_referrers",
    },
    Kind {
        is_it: |question, _| question.note == "old one works",
        text: "What a program has kept of the old one breaks once there is a new one: it looks itself up in `sys.modules`, or shares state with the new one.",
        link: "https://docs.python.org/3/library/importlib.html#importlib.reload",
    },
    Kind {
        is_it: |question, _| question.choices == "swap",
        text: "After `sys.modules = copy` imports go on with the interpreter's own cache: a module that looks itself up in `sys.modules` is not there. Delete the keys in place.",
        link: "https://docs.python.org/3/library/sys.html#sys.modules",
    },
    Kind {
        // What stands in the cache need be no module.
        is_it: |question, text| question.choices == "reload" && !text.contains("argument must be"),
        text: "It cannot be reloaded: its code counts on running once.",
        link: "https://docs.python.org/3/library/importlib.html#importlib.reload",
    },
    Kind {
        is_it: |question, text| {
            let is_warning = text.split([':', ' ']).any(|word| word.ends_with("Warning"));
            is_warning && matches!(&*question.choices, "" | "-Werror") || text.contains(", with ")
        },
        text: "The import warns. Under `-W error`, as many run their tests, it fails.",
        link: "https://docs.python.org/3/library/warnings.html#the-warnings-filter",
    },
    Kind {
        is_it: |_, text| text == "GIL on",
        text: "An extension that does not say that it does without the GIL: its import turns the GIL on, for everything.",
        link: "https://docs.python.org/3/howto/free-threading-extensions.html",
    },
    Kind {
        is_it: |question, text| {
            question.note == "after fork"
                && !["not imported", "the import returned"]
                    .iter()
                    .any(|words| text.starts_with(words))
        },
        text: "It does not survive a fork. Import it in the child, or start children by `spawn`.",
        link: "https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods",
    },
];

/// True if an extension says that it can be imported once.
fn refuses_twice(text: &str) -> bool {
    text.contains("more than once per process")
        || text.contains("only be initialized once per interpreter")
}

/// True if the process ended by a signal.
fn names_crash(text: &str) -> bool {
    CRASHES.iter().any(|name| text.contains(name))
}

/// True if a question is about a second import.
fn is_about_again(question: &Question) -> bool {
    matches!(&*question.check, "again" | "across" | "alive")
}

/// True if it may be that a child in the cache is not bound in the new parent.
fn names_missing_child(text: &str) -> bool {
    const ERRORS: [&str; 3] = [
        "ImportError: cannot import name",
        "AttributeError: ",
        "KeyError: ",
    ];
    ERRORS.iter().any(|error| text.starts_with(error)) || text.contains(", not bound in")
}

/// Finds the advice on what is wrong, the worst first.
pub fn find_advice(table: &VetTable) -> Vec<Advice> {
    let mut found: Vec<Advice> = Vec::new();
    let rows = [Level::Fails, Level::Care]
        .into_iter()
        .flat_map(|level| table.rows_of(level));
    for row in rows {
        for kind in row_kinds(row) {
            let title = row.question.title();
            match found.iter_mut().find(|known| known.text == kind.text) {
                Some(known) => known.about.push(title),
                None => found.push(Advice {
                    text: kind.text,
                    link: kind.link,
                    about: vec![title],
                }),
            }
        }
    }
    found
}

/// The kinds of a row's answers that need care or are failures, each once.
fn row_kinds(row: &Row) -> Vec<&'static Kind> {
    let mut kinds: Vec<&Kind> = Vec::new();
    for (answer, _) in row
        .groups()
        .into_iter()
        .filter(|(answer, _)| answer.level >= Level::Care)
    {
        let kind = KINDS
            .iter()
            .find(|kind| (kind.is_it)(&row.question, &answer.text));
        if let Some(kind) = kind
            && !kinds.iter().any(|known| std::ptr::eq(*known, kind))
        {
            kinds.push(kind);
        }
    }
    kinds
}
