//! bash, whose words are not the shell's words: `--format=js` and `@sid` are several to its completion.

use clap_complete::engine::CompletionCandidate;

/// The script that defines the completion.
pub(super) const SCRIPT: &str = include_str!("bash.sh");

/// A line up to the cursor, as bash sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The words of the command, the first of which is its name; the last is the one at the cursor, perhaps empty.
    pub(super) words: Vec<String>,
    /// The part of the last word that stays: bash replaces what is behind it.
    kept: String,
}

impl Line {
    /// Reads the line up to the cursor, and what bash takes for the word at the cursor.
    pub(super) fn parse(line: &str, at_cursor: &str) -> Self {
        let mut words = split(line);
        if words.is_empty() || line.ends_with(char::is_whitespace) && !is_open(line) {
            words.push(String::new());
        }
        let last = words.last().map_or("", String::as_str);
        let replaced = split(at_cursor).pop().unwrap_or_default();
        let kept = last.strip_suffix(&*replaced).unwrap_or_default().to_owned();
        Self { words, kept }
    }

    /// Writes the candidates, as far as they replace what bash lets them: first how, then one a line.
    pub(super) fn render(&self, candidates: &[CompletionCandidate]) -> String {
        let values: Vec<_> = candidates
            .iter()
            .map(|candidate| candidate.get_value().to_string_lossy())
            .collect();
        let replacing = |value: &str| value.strip_prefix(&*self.kept).map(str::to_owned);
        let values: Vec<String> = values.iter().filter_map(|value| replacing(value)).collect();
        let is_plain = |c: char| c.is_alphanumeric() || "-_.,=@".contains(c);
        let how = if values.iter().all(|value| value.chars().all(is_plain)) {
            "plain"
        } else {
            "quote"
        };
        std::iter::once(how.to_owned())
            .chain(values)
            .map(|line| line + "\n")
            .collect()
    }
}

/// Splits a line as a shell does; a quote that is open ends with the line.
fn split(line: &str) -> Vec<String> {
    let closed = ["", "'", "\""].map(|end| shlex::split(&format!("{line}{end}")));
    closed.into_iter().flatten().next().unwrap_or_default()
}

/// True if the line ends within quotes, or with a blank that is escaped.
fn is_open(line: &str) -> bool {
    shlex::split(line).is_none() || line.trim_end().ends_with('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_shell() {
        for (line, at_cursor, last, kept) in [
            ("modswap ru", "ru", "ru", ""),
            ("modswap run ", "", "", ""),
            ("modswap run --format=js", "js", "--format=js", "--format="),
            ("modswap run --python @s", "s", "@s", "@"),
            ("modswap run --python '>=3", "'>=3", ">=3", ""),
            ("modswap run --python \">=3.", "\">=3.", ">=3.", ""),
            ("modswap report my\\ r", "my\\ r", "my r", ""),
            ("modswap report 'my r", "'my r", "my r", ""),
            ("modswap show a[x=", "", "a[x=", "a[x="),
            ("modswap show a\\ ", "a\\ ", "a ", ""),
        ] {
            let line = Line::parse(line, at_cursor);
            assert_eq!(
                (line.words.last().map(String::as_str), &*line.kept),
                (Some(last), kept),
                "{line:?}"
            );
        }
    }

    #[test]
    fn only_what_bash_replaces_is_answered() {
        let line = Line::parse("modswap run --format=js", "js");
        let answer = |value: &str| line.render(&[CompletionCandidate::new(value)]);
        assert_eq!(answer("--format=json"), "plain\njson\n");
        assert_eq!(answer("--format=a b"), "quote\na b\n");
    }
}
