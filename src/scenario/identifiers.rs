//! Python names: what may be one, and which of them a scenario may bind.

use super::steps::STEP_KINDS;
use crate::trace::fact::FactName;
use crate::yaml::cursor::Cursor;
use crate::yaml::suggest::quoted;

/// Keywords of Python 2.7 and 3 alike, and the constants that became keywords. Those of one side only (`print`,
/// `async`) are left out: that a module may have such a name on one Python and not on another is worth a scenario.
const KEYWORDS: [&str; 33] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "__debug__",
];

/// True if Python takes the text for a name.
pub(super) fn is_identifier(text: &str) -> bool {
    let mut rest = text.chars();
    rest.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && rest.all(|c| c.is_alphanumeric() || c == '_')
}

/// The most bytes of a dotted name: of each name, all packages above it are looked at.
const MAX_NAME: usize = 255;

/// True if the text is one or several such names joined by dots, and not too long.
pub(super) fn is_dotted(text: &str) -> bool {
    text.len() <= MAX_NAME && text.split('.').all(is_identifier)
}

/// True if Python keeps the word for itself.
pub(super) fn is_keyword(text: &str) -> bool {
    KEYWORDS.contains(&text)
}

/// Every name that occurs in Python text, whatever it is there.
pub(super) fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| is_identifier(word))
}

/// Why a binding may not have this name, if so.
fn reserved_for(name: &str) -> Option<&'static str> {
    let mut kinds = STEP_KINDS.iter();
    let is_helper = kinds.any(|kind| kind.helpers.contains(&name));
    match name {
        _ if FactName::FIXED.contains(&name) || FactName::OF_A_NAME.contains(&name) => {
            Some("a fact is called so")
        }
        _ if name == "step" || is_helper => Some("steps use it"),
        "python" | "matrix" | "raises" => Some("it is a word of `expect`"),
        "missing" => Some("it is a value of the fact `cache`"),
        _ => None,
    }
}

/// Parses a name that can be bound. `what` names it in messages.
pub(super) fn parse_identifier(cursor: &Cursor<'_>, what: &str) -> Option<String> {
    let text = cursor.text(what)?;
    if is_identifier(text) && !is_keyword(text) {
        return Some(text.to_owned());
    }
    let message = format!("{what} must be a Python name, not {}", quoted(text));
    let help = "expected letters, digits and `_`, and no keyword";
    cursor.report(message, help);
    None
}

/// Parses names joined by dots. `what` names them in messages.
pub(super) fn parse_dotted_name(cursor: &Cursor<'_>, what: &str) -> Option<String> {
    let text = cursor.text(what)?;
    if is_dotted(text) {
        return Some(text.to_owned());
    }
    let message = format!("{what} must be a dotted name, not {}", quoted(text));
    let help = if text.len() > MAX_NAME {
        format!("a name has at most {MAX_NAME} bytes")
    } else {
        "expected identifiers joined by dots, such as `pkg.sub`".to_owned()
    };
    cursor.report(message, help);
    None
}

/// Gives the name of a module back, unless it has a keyword in it.
pub(super) fn refuse_keyword(name: String, cursor: &Cursor<'_>) -> Option<String> {
    let Some(keyword) = name.split('.').find(|part| is_keyword(part)) else {
        return Some(name);
    };
    let message = format!("`{keyword}` is a Python keyword; it cannot be imported");
    cursor.report(message, "");
    None
}

/// Refuses a binding that a fact, or the language itself, already has the name of.
pub(super) fn refuse_reserved(name: &str, cursor: &Cursor<'_>, help: &str) -> Option<()> {
    let Some(reason) = reserved_for(name) else {
        return Some(());
    };
    let message = format!("the name `{name}` is reserved: {reason}");
    cursor.report(message, help);
    None
}
