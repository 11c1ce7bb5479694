//! Expressions as values of parameters: Python without blanks.

/// Writes a Python expression without blanks: those between its parts go, those in texts become `\x20`.
///
/// # Errors
/// The place at which it cannot do without: `a if`.
pub fn write_without_blanks(text: &str) -> Result<String, String> {
    let characters: Vec<char> = text.trim().chars().collect();
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut quote = None;
    let mut at = 0;
    while at < characters.len() {
        let c = characters[at];
        at += 1;
        match quote {
            Some((mark, is_raw)) => match c {
                '\\' if at < characters.len() => {
                    out.push(c);
                    out.push(characters[at]);
                    at += 1;
                }
                ' ' if is_raw => return Err(place(&characters, at)),
                ' ' => out.push_str("\\x20"),
                _ => {
                    out.push(c);
                    if c == mark {
                        quote = None;
                    }
                }
            },
            None if c == ' ' => {
                let next = characters[at..].iter().find(|c| **c != ' ');
                let is_needed = out.ends_with(in_word) && next.is_some_and(|next| in_word(*next));
                if is_needed {
                    return Err(place(&characters, at));
                }
            }
            None => {
                if c == '\'' || c == '"' {
                    let prefix = out.rsplit(|c| !in_word(c)).next().unwrap_or_default();
                    quote = Some((c, prefix.to_lowercase().contains('r')));
                }
                out.push(c);
            }
        }
    }
    Ok(out)
}

/// The words on both sides of a blank.
fn place(characters: &[char], blank: usize) -> String {
    let text: String = characters[..blank - 1].iter().collect();
    let rest: String = characters[blank..].iter().collect();
    let before = text.rsplit(' ').next().unwrap_or_default();
    let after = rest.trim_start().split(' ').next().unwrap_or_default();
    format!("{before} {after}")
}

#[cfg(test)]
mod tests {
    use super::write_without_blanks;

    #[test]
    fn blanks_go_where_python_needs_none() {
        for (text, expected) in [
            ("int(m.arange(3).sum()) == 3", "int(m.arange(3).sum())==3"),
            ("m.escape('a b') == 'a b'", r"m.escape('a\x20b')=='a\x20b'"),
            (r#" m.f("it\" s", 1)"#, r#"m.f("it\"\x20s",1)"#),
            ("m.ok", "m.ok"),
            ("b'a b' , m", r"b'a\x20b',m"),
        ] {
            assert_eq!(
                write_without_blanks(text).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn blanks_that_python_needs_are_named() {
        for (text, place) in [
            ("m.f() is None", "is None"),
            ("1 if m else 2", "1 if"),
            ("(lambda a: a)(m)", "(lambda a:"),
            ("r'a b'", "r'a b'"),
        ] {
            assert_eq!(write_without_blanks(text).unwrap_err(), place, "{text}");
        }
    }
}
