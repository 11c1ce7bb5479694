//! Plain scripts of many cases in little room: they share most of their lines.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

use crate::compare::{Row, group_by_key};
use crate::program::minimal::Seen;
use crate::python::version::InterpreterKey;
use crate::record::{RunReport, Verdict};
use crate::runner::ScriptRenderer;

/// Renders the scripts of a row, the newest first, each with the versions that it is for; cases that were skipped have none.
pub(super) fn render_row_scripts(
    render: &ScriptRenderer,
    report: &RunReport,
    row: &Row<'_>,
) -> Vec<(String, Vec<InterpreterKey>)> {
    let run = row.cases().filter(|case| case.verdict != Verdict::Skipped);
    let traces = run.clone().filter_map(|case| {
        let id = case.behaviour_id()?;
        Some((id, (report.trace_of(case)?, &*case.interpreter)))
    });
    let seen = group_by_key(traces).into_iter().map(|(_, cases)| Seen {
        steps: cases[0].0.steps,
        versions: cases.iter().map(|(_, key)| *key).collect(),
    });
    let seen: Vec<Seen<'_>> = seen.collect();
    let keys: Vec<&InterpreterKey> = run.map(|case| &*case.interpreter).collect();
    render(row.id, &keys, &seen)
}

/// Fewer lines than these in a row are written again rather than pointed to.
const MIN_RUN: usize = 3;
/// Positions of a line that are tried.
const MAX_POSITIONS: usize = 16;

/// A text of lines, and the scripts as runs of its lines: the first one and how many, one after the other. A script is compressed
/// against all that came before it, as LZ77 does, by lines.
#[derive(Debug, Default, Serialize)]
pub(super) struct Scripts {
    lines: Vec<String>,
    runs: Vec<Vec<usize>>,
    #[serde(skip)]
    positions: HashMap<String, Vec<usize>>,
    /// Numbers of scripts by the hash of their text, which itself is not kept: it is long, and they are many.
    #[serde(skip)]
    known: HashMap<u64, Vec<usize>>,
}

impl Scripts {
    /// Adds a script, and returns its number. Equal scripts have one number.
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
            let (first, count) = match self.longest_run(rest) {
                found @ (_, MIN_RUN..) => found,
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

    /// The lines of a script.
    fn lines_of(&self, number: usize) -> impl Iterator<Item = &str> {
        let runs = self.runs[number].chunks_exact(2);
        let lines = runs.flat_map(|run| &self.lines[run[0]..run[0] + run[1]]);
        lines.map(String::as_str)
    }

    /// The longest run of known lines with which these begin: its first line, and how many lines it has.
    fn longest_run(&self, lines: &[&str]) -> (usize, usize) {
        let length = |first: usize| {
            let known = self.lines[first..].iter().zip(lines);
            known.take_while(|(known, line)| known == line).count()
        };
        let positions = self.positions.get(lines[0]).into_iter().flatten();
        let runs = positions.map(|first| (length(*first), *first));
        let longest = runs.max_by_key(|(length, first)| (*length, usize::MAX - first));
        longest.map_or((0, 0), |(length, first)| (first, length))
    }

    /// Adds a line, and returns its index.
    fn append(&mut self, line: &str) -> usize {
        let index = self.lines.len();
        self.lines.push(line.to_owned());
        let positions = self.positions.entry(line.to_owned()).or_default();
        if positions.len() < MAX_POSITIONS {
            positions.push(index);
        }
        index
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
