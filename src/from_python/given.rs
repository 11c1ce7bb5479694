//! Names that Python gives a program, and that a case does not have: a script that asks for one begins with a statement more.

/// A thing that a script may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Given {
    /// Its own path, `__file__`.
    Path,
    /// Its arguments, the first of which is its name.
    Arguments,
    /// `exit` and `quit`, which `site` adds to the builtins.
    Exit,
    /// A `print` of one thing that runs code: the script, or a module of it, says what is written of its objects.
    Texts,
}

/// Texts of a script whose objects say what `print` writes of them, or whose modules load when they are looked at.
const TEXTS: [&str; 4] = ["LazyLoader", "__repr__", "__str__", "__unicode__"];

impl Given {
    /// The statement that gives it to a script of that name; nothing where Python does not give it, either.
    pub(super) fn statement(self, script: &str) -> Option<String> {
        let script = script.replace(['"', '\\'], "_");
        match self {
            Self::Path => Some(format!(
                "__file__ = __import__(\"sys\").path[0] + \"/{script}\""
            )),
            // Only a script that is a file has one.
            Self::Arguments if !script.ends_with(super::SUFFIX) => None,
            Self::Arguments => Some(format!("__import__(\"sys\").argv[:] = [\"{script}\"]")),
            Self::Exit => {
                Some("__builtins__.exit = __builtins__.quit = __import__(\"sys\").exit".to_owned())
            }
            // What Python itself makes has its value, a module its label.
            Self::Texts => Some(
                "\
def _shown(value):
    text = \"%s\" % (value,)
    is_builtin = type(value).__module__ in (\"builtins\", \"__builtin__\")
    return value if is_builtin or \"0x\" in text else text"
                    .to_owned(),
            ),
        }
    }
}

/// True if a text says what `print` writes of its objects.
pub(super) fn has_own_texts(text: &str) -> bool {
    TEXTS.iter().any(|mark| text.contains(mark))
}
