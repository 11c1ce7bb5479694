//! Words in messages: quoted text, alternatives, and what to write for an unknown word.

use super::diagnostics::printable;
pub(crate) use crate::text::did_you_mean;

/// The words as alternatives: `` `a`, `b` or `c` ``.
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Text from the file as a message quotes it: one printable line of at most 60 characters.
pub(crate) fn quoted(text: &str) -> String {
    let mut start: String = text.chars().take(60).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("`{}`", printable(&start))
}

/// Words of earlier versions, and what they are called now.
const RENAMED: [(&str, &str); 1] = [("known", "xfail")];

/// Suggests what to write for an unknown word: its new name, the nearest known word, or all of them.
pub(crate) fn suggest(word: &str, known: &[&str]) -> String {
    for (old, new) in RENAMED {
        if word == old && known.contains(&new) {
            return format!("it is called `{new}` now");
        }
    }
    did_you_mean(word, known.iter().copied())
        .unwrap_or_else(|| format!("expected {}", one_of(known)))
}
