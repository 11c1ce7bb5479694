//! The lines of a text.

use std::cell::Cell;

/// Where the lines of a text begin. libyaml ends a line at every Unicode line break, editors at `\n` alone.
#[derive(Debug)]
pub(crate) struct LineIndex {
    /// Byte offsets of the lines that libyaml counts.
    yaml_starts: Vec<usize>,
    /// Byte offsets of the lines that editors count.
    editor_starts: Vec<usize>,
    is_ascii: bool,
    /// Where the last place was: the start of its line, characters behind that, and the byte offset. Places are asked for in their
    /// order, and many may be on one line.
    last: Cell<(usize, usize, usize)>,
}

impl LineIndex {
    /// Reads a text.
    pub(crate) fn new(text: &str) -> Self {
        let (mut yaml_starts, mut editor_starts) = (vec![0], vec![0]);
        let mut rest = text.char_indices().peekable();
        while let Some((offset, c)) = rest.next() {
            let end = match c {
                '\r' if rest.peek().is_some_and(|(_, next)| *next == '\n') => continue,
                '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => offset + c.len_utf8(),
                _ => continue,
            };
            yaml_starts.push(end);
            if c == '\n' {
                editor_starts.push(end);
            }
        }
        Self {
            yaml_starts,
            editor_starts,
            is_ascii: text.is_ascii(),
            last: Cell::new((0, 0, 0)),
        }
    }

    /// The byte offset of a place as libyaml counts: lines and columns from 1, columns in characters.
    pub(crate) fn offset(&self, text: &str, line: usize, column: usize) -> usize {
        let Some(start) = self.yaml_starts.get(line.saturating_sub(1)) else {
            return text.len();
        };
        let characters = column.saturating_sub(1);
        if self.is_ascii {
            return (start + characters).min(text.len());
        }
        let (mut known, mut from) = (0, *start);
        let (line, counted, offset) = self.last.get();
        if line == *start && counted <= characters {
            (known, from) = (counted, offset.max(from));
        }
        let mut offsets = text[from..].char_indices();
        let offset = offsets.nth(characters - known);
        let offset = offset.map_or(text.len(), |(offset, _)| from + offset);
        if offset < text.len() {
            self.last.set((*start, characters, offset));
        }
        offset
    }

    /// The line of a byte offset as editors count: its number, from 1, and the offset at which it begins.
    pub(crate) fn line(&self, offset: usize) -> (usize, usize) {
        let number = self.editor_starts.partition_point(|start| *start <= offset);
        (number, self.editor_starts[number - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_libyaml_ends_them() {
        let text = "a\r\nb\u{2028}c\rd\nêe";
        let lines = LineIndex::new(text);
        let rest = |line, column| &text[lines.offset(text, line, column)..];
        assert_eq!(rest(2, 1), "b\u{2028}c\rd\nêe");
        assert_eq!(rest(3, 1), "c\rd\nêe");
        assert_eq!(rest(4, 1), "d\nêe");
        assert_eq!(rest(5, 2), "e");
        assert_eq!(rest(5, 1), "êe");
        assert_eq!(rest(5, 2), "e");
        assert_eq!(rest(1, 1), text);
        assert_eq!(rest(9, 1), "");
        assert_eq!(lines.line(3), (2, 3));
        assert_eq!(lines.line(text.len()).0, 3);
    }
}
