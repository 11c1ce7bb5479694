//! Steps in words.

use std::fmt;

/// A step in words, in three parts, so that steps that differ by version in what they are about share the rest.
pub(crate) struct Description {
    pub(super) before: String,
    /// The subject of the step.
    pub(super) subject: String,
    pub(super) after: String,
}

impl Description {
    /// `word: subject`
    pub(super) fn new(word: &str, subject: impl Into<String>) -> Self {
        Self {
            before: format!("{word}: "),
            subject: subject.into(),
            after: String::new(),
        }
    }

    /// A word that says all.
    pub(super) fn of_word(word: &str) -> Self {
        Self {
            before: word.to_owned(),
            subject: String::new(),
            after: String::new(),
        }
    }

    /// Puts more words behind the subject.
    pub(super) fn followed_by(mut self, after: impl Into<String>) -> Self {
        self.after = after.into();
        self
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.before, self.subject, self.after)
    }
}

/// Joins statements of several lines into one: `a = 1; b = 2`, or the first line and an ellipsis where a block follows.
pub(super) fn join_lines(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let is_statement = |line: &&str| !line.starts_with([' ', '#']) && !line.ends_with(':');
    match lines[..] {
        [] => String::new(),
        [line] => line.trim().to_owned(),
        _ if lines.iter().all(is_statement) => lines.join("; "),
        ["try:", second, ..] => format!("try: {} …", second.trim()),
        [first, ..] => format!("{} …", first.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::join_lines;

    #[test]
    fn statements_become_one_line() {
        assert_eq!(join_lines("a = 1\n\nb = 2\n"), "a = 1; b = 2");
        assert_eq!(join_lines("for x in y:\n  z\n"), "for x in y: …");
        assert_eq!(join_lines("try:\n  z\nexcept E:\n  pass"), "try: z …");
        assert_eq!(join_lines("\n"), "");
    }
}
