//! Answers: how bad each is.

use serde::Serialize;

use super::table::Question;

/// The weight of an answer. The worst is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// There was nothing to ask: this Python cannot do it, or the package has no such thing.
    NotAsked,
    /// As one would wish.
    Ok,
    /// Good to know, and nobody's fault.
    Note,
    /// Something works, but not as one would think.
    Care,
    /// Something does not work.
    Fails,
}

impl Level {
    /// The word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotAsked => "not-asked",
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Care => "care",
            Self::Fails => "fails",
        }
    }
}

/// An answer in words, and how bad it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// `ok`, `same object`, `ImportError: …`, `SIGSEGV`, …
    #[serde(rename = "answer")]
    pub text: String,
    /// How bad that is.
    pub level: Level,
    /// The rank among all answers: the larger, the worse.
    #[serde(skip)]
    pub rank: u8,
}

/// Answers of every package: the choice of the check, and the answer.
const USUAL: [(&str, &str, u8); 4] = [
    ("reload", "same object", OK),
    ("delete top", "fresh top, same children", OK),
    ("delete children", "same top, fresh children", OK),
    // `sys.modules = copy` unloads nothing, whatever is imported.
    ("swap", "same object", NOTE),
];

const CRASH: u8 = 9;
const HANG: u8 = 8;
const ERROR: u8 = 7;
const WRONG: u8 = 6;
const LEAK: u8 = 5;
const STALE: u8 = 4;
const CARE: u8 = 3;
const NOTE: u8 = 2;
const OK: u8 = 1;
const NOT_ASKED: u8 = 0;

impl Answer {
    /// Judges an answer to a question.
    pub fn new(question: &Question, text: impl Into<String>) -> Self {
        let text = text.into();
        let usual = USUAL
            .iter()
            .find(|(choice, answer, _)| *choice == question.choices && *answer == text);
        let rank = usual.map_or_else(|| rank(question, &text), |(_, _, rank)| *rank);
        Self::of_rank(text, rank)
    }

    /// The answer where everything is as one would wish.
    pub fn ok() -> Self {
        Self::of_rank("ok".to_owned(), OK)
    }

    /// An answer that says nothing of its question.
    pub fn not_asked(text: &str) -> Self {
        Self::of_rank(text.to_owned(), NOT_ASKED)
    }

    fn of_rank(text: String, rank: u8) -> Self {
        let level = match rank {
            NOT_ASKED => Level::NotAsked,
            OK => Level::Ok,
            NOTE => Level::Note,
            CARE..=LEAK => Level::Care,
            _ => Level::Fails,
        };
        Self { text, level, rank }
    }
}

/// The kinds of questions, by what their answers are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Names of things: an import leaves them, or they are alive.
    Names,
    /// The relation of old classes to new ones.
    Classes,
    /// How something works, or ends.
    Outcome,
}

impl Kind {
    fn of(question: &Question) -> Self {
        match (&*question.check, &*question.note) {
            ("import", note) if !matches!(note, "import" | "works" | "GIL") => Self::Names,
            ("alive", "alive names" | "held by") => Self::Names,
            ("across", "isinstance" | "except" | "pickle") => Self::Classes,
            _ => Self::Outcome,
        }
    }
}

/// The rank of an answer by its words.
fn rank(question: &Question, text: &str) -> u8 {
    let begins = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    let kind = Kind::of(question);
    let is_crash = match kind {
        Kind::Names => {
            text.contains(", then SIG")
                || question.note != "signal handlers" && CRASHES.contains(&text)
        }
        _ => names_signal(text),
    };
    if is_crash {
        return CRASH;
    }
    if begins(&[
        "not imported",
        "not there",
        "not asked",
        "not used",
        "no class",
        "no exception",
        "no children",
        "cannot be pickled",
        "needs ",
    ]) {
        return NOT_ASKED;
    }
    let is_fine = text == "ok" || begins(&["ok (of "]) || FINE.contains(&text);
    match kind {
        Kind::Names => match &*question.note {
            _ if text == "none" || text == "not there" => OK,
            "warns" | "signal handlers" => CARE,
            _ => NOTE,
        },
        Kind::Classes if is_fine => OK,
        // So it is with every package whose classes are new.
        Kind::Classes
            if begins(&["no", "not caught"]) || text.contains("it's not the same object as ") =>
        {
            NOTE
        }
        Kind::Classes if begins(&["hangs", "exit "]) => HANG,
        Kind::Classes => CARE,
        Kind::Outcome if text.starts_with("wrong result") => WRONG,
        Kind::Outcome if text.contains("lru_caches") => NOTE,
        Kind::Outcome if begins(&["leaks "]) || text.contains("more each time") => LEAK,
        Kind::Outcome
            if begins(&[
                "same object",
                "fresh top",
                "same top",
                "fresh, but",
                "nothing",
            ]) || text.contains(", top not imported")
                || text.contains(", not bound in") =>
        {
            STALE
        }
        Kind::Outcome
            if begins(&["fresh, with "]) || text.contains(", not lazy") || text == "GIL on" =>
        {
            CARE
        }
        Kind::Outcome if is_fine || begins(&["steady"]) => OK,
        Kind::Outcome if text.contains(" alone") => ERROR,
        Kind::Outcome
            if text.contains("what is not installed") || text.contains("not asked in time") =>
        {
            NOTE
        }
        Kind::Outcome if begins(&["hangs", "exit ", "ends"]) || text.contains(", then exit ") => {
            HANG
        }
        // The name of an exception may be any word.
        Kind::Outcome => ERROR,
    }
}

/// Answers that are as one would wish.
const FINE: [&str; 7] = [
    "ok",
    "fresh",
    "none",
    "yes",
    "caught",
    "steady",
    "GIL stays off",
];
/// Signals by which code ends its own process.
pub(super) const CRASHES: [&str; 6] = [
    "SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGKILL",
];

/// True if a process ended by a signal: `SIGSEGV`, `fresh, then SIGABRT at exit`.
fn names_signal(text: &str) -> bool {
    let mut words = text.split([' ', ',']);
    words.any(|word| {
        let name = word.strip_prefix("SIG").unwrap_or_default();
        name.len() > 1
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }) && (!text.contains(": ") || text.contains(", then SIG"))
}
