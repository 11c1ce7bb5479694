//! The encoding that a Python file declares (PEP 263).

use std::io;
use std::ops::Range;

/// Names of the one encoding beside UTF-8 that old scripts have.
const LATIN_1: [&str; 4] = ["latin-1", "latin1", "iso-8859-1", "iso8859-1"];

/// Decodes a Python file, which may declare Latin-1. The declaration of the text is that of UTF-8 then.
///
/// # Errors
/// When the bytes are not UTF-8, and Latin-1 is not declared.
pub fn decode_python(bytes: Vec<u8>) -> io::Result<String> {
    let is_latin_1 = |name: &str| {
        let name = name.to_ascii_lowercase().replace('_', "-");
        LATIN_1.contains(&name.as_str())
    };
    // Each byte is one character, so that places are the same.
    let latin_1: String = bytes.iter().copied().map(char::from).collect();
    if let Some(range) =
        find_declaration(&latin_1).filter(|range| is_latin_1(&latin_1[range.clone()]))
    {
        return Ok(format!(
            "{}utf-8{}",
            &latin_1[..range.start],
            &latin_1[range.end..]
        ));
    }
    crate::fs::decode(bytes)
}

/// Where the name of the encoding stands, in a comment of the first two lines.
fn find_declaration(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(2) {
        let behind = line
            .trim_start()
            .starts_with('#')
            .then(|| line.find("coding"))
            .flatten();
        let behind = behind.map(|index| index + "coding".len());
        if let Some(sign) = behind.filter(|index| line[*index..].starts_with([':', '='])) {
            let name = line[sign + 1..].trim_start();
            let from = line.len() - name.len();
            let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
            let to = from + length.unwrap_or(name.len());
            return Some(start + from..start + to);
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_is_read_where_it_is_declared() {
        let decode = |bytes: &[u8]| decode_python(bytes.to_vec()).ok();
        let declared = b"#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n";
        let expected = "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nx = '\u{e9}'\n";
        assert_eq!(decode(declared).as_deref(), Some(expected));
        assert_eq!(
            decode(b"# vim: set fileencoding=iso_8859_1 :\n\xe9").as_deref(),
            Some("# vim: set fileencoding=utf-8 :\n\u{e9}")
        );
        assert_eq!(
            decode("# coding: utf-8\né".as_bytes()).as_deref(),
            Some("# coding: utf-8\né")
        );
        for refused in [
            &b"x = '\xe9'"[..],
            b"\n\n# coding: latin-1\n\xe9",
            b"# coding: koi8-r\n\xe9",
        ] {
            assert_eq!(decode(refused), None, "{refused:?}");
        }
    }
}
