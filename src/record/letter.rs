//! Letters, by which a row calls its behaviours.

/// The letter of a behaviour: A to Z, then AA, AB, …
pub fn letter(behaviour: usize) -> String {
    let last = char::from(b'A' + u8::try_from(behaviour % 26).unwrap_or(0));
    if behaviour < 26 {
        last.to_string()
    } else {
        format!("{}{last}", letter(behaviour / 26 - 1))
    }
}

/// The place of a letter: 0 for A; nothing for a text that is not one.
pub fn index_of(letter: &str) -> Option<usize> {
    let digit = |at: usize, c: char| {
        let digit = c.is_ascii_uppercase().then(|| c as usize - 'A' as usize)?;
        at.checked_add(1)?.checked_mul(26)?.checked_add(digit)
    };
    let mut letters = letter.chars();
    let first = letters.next().filter(char::is_ascii_uppercase)?;
    letters.try_fold(first as usize - 'A' as usize, digit)
}

/// The first letter that none of these, or of those between them, has: a letter that was given up is not given again.
pub fn next_letter<'a>(taken: impl IntoIterator<Item = &'a str>) -> String {
    let last = taken.into_iter().filter_map(index_of).max();
    letter(last.map_or(0, |last| last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        let letters = [0, 1, 25, 26, 27, 51, 52].map(letter);
        let letters = letters.each_ref().map(String::as_str);
        assert_eq!(letters, ["A", "B", "Z", "AA", "AB", "AZ", "BA"]);
        assert_eq!(letters.map(index_of), [0, 1, 25, 26, 27, 51, 52].map(Some));
        assert_eq!(["", "a", "A1", "Ä"].map(index_of), [None; 4]);
        assert_eq!(next_letter([]), "A");
        assert_eq!(next_letter(["C", "A"]), "D");
    }
}
