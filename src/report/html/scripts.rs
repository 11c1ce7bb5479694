//! Plain scripts of many cases in little room: they share most of their lines.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

/// Fewer lines than these in a row are written again rather than pointed to.
const LEAST: usize = 3;
/// Places of a line that are tried.
const MOST_PLACES: usize = 16;

/// A text of lines, and the scripts as runs of its lines: the first one and how many, one after the other. A script is compressed
/// against all that came before it, as LZ77 does, by lines.
#[derive(Debug, Default, Serialize)]
pub(super) struct Scripts {
    lines: Vec<String>,
    runs: Vec<Vec<usize>>,
    #[serde(skip)]
    places: HashMap<String, Vec<usize>>,
    /// Numbers of scripts by the hash of their text, which itself is not kept: it is long, and they are many.
    #[serde(skip)]
    known: HashMap<u64, Vec<usize>>,
}

impl Scripts {
    /// Takes a script in; its number. Equal scripts have one number.
    pub(super) fn add(&mut self, script: &str) -> usize {
        let mut hasher = DefaultHasher::new();
        script.hash(&mut hasher);
        let hash = hasher.finish();
        let mut known = self.known.get(&hash).into_iter().flatten();
        if let Some(number) = known.find(|number| self.lines_of(**number).eq(script.split('\n'))) {
            return *number;
        }
        let lines: Vec<&str> = script.split('\n').collect();
        let mut runs: Vec<usize> = Vec::new();
        let mut rest = &lines[..];
        while let [line, ..] = rest {
            let (first, count) = match self.longest(rest) {
                found @ (_, LEAST..) => found,
                _ => (self.append(line), 1),
            };
            match runs[..] {
                [.., known, length] if known + length == first => {
                    let last = runs.len() - 1;
                    runs[last] += count;
                }
                _ => runs.extend([first, count]),
            }
            rest = &rest[count..];
        }
        self.runs.push(runs);
        let number = self.runs.len() - 1;
        self.known.entry(hash).or_default().push(number);
        number
    }

    fn lines_of(&self, number: usize) -> impl Iterator<Item = &str> {
        let runs = self.runs[number].chunks_exact(2);
        let lines = runs.flat_map(|run| &self.lines[run[0]..run[0] + run[1]]);
        lines.map(String::as_str)
    }

    /// Where most of the lines stand already, and how many of them.
    fn longest(&self, lines: &[&str]) -> (usize, usize) {
        let length = |place: usize| {
            let known = self.lines[place..].iter().zip(lines);
            known.take_while(|(known, line)| known == line).count()
        };
        let places = self.places.get(lines[0]).into_iter().flatten();
        let found = places.map(|place| (length(*place), *place));
        let best = found.max_by_key(|(length, place)| (*length, usize::MAX - place));
        best.map_or((0, 0), |(length, place)| (place, length))
    }

    fn append(&mut self, line: &str) -> usize {
        let place = self.lines.len();
        self.lines.push(line.to_owned());
        let places = self.places.entry(line.to_owned()).or_default();
        if places.len() < MOST_PLACES {
            places.push(place);
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the script of the page does it.
    fn whole(scripts: &Scripts, number: usize) -> String {
        scripts.lines_of(number).collect::<Vec<_>>().join("\n")
    }

    proptest! {
        #[test]
        fn scripts_come_back_as_they_were(texts in prop::collection::vec("[ab\n]{0,16}", 1..8)) {
            let mut scripts = Scripts::default();
            let numbers: Vec<usize> = texts.iter().map(|text| scripts.add(text)).collect();
            for (text, number) in texts.iter().zip(&numbers) {
                prop_assert_eq!(&whole(&scripts, *number), text);
            }
            let distinct: std::collections::BTreeSet<_> = texts.iter().collect();
            prop_assert_eq!(scripts.runs.len(), distinct.len());
        }
    }

    #[test]
    fn shared_lines_are_stored_once() {
        let mut scripts = Scripts::default();
        scripts.add("one\n\nhead\nshared\nlines\n");
        scripts.add("two\n\nhead\nshared\nlines\n");
        assert_eq!(
            scripts.lines,
            ["one", "", "head", "shared", "lines", "", "two"]
        );
        assert_eq!(scripts.runs, [vec![0, 6], vec![6, 1, 1, 5]]);
    }
}
