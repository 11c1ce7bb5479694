//! From the number of a step to its line, for those who point at it.

use crate::yaml::cursor::Cursor;
use crate::yaml::diagnostics::Diagnostics;
use crate::yaml::node::parse_document;

/// The line of a step in the text of a scenario, from 1, by the number that reports give it: 0 is the entry, from 1 on the
/// steps, behind them those in the bodies of modules. `None` where the text has no such step.
pub fn line_of_step(text: &str, number: usize) -> Option<usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = parse_document(text).ok()?;
    let diagnostics = Diagnostics::new(text);
    let root = Cursor::root(&document, &diagnostics);
    let step = match number {
        0 => root.get("interpreter")?.get("entry")?,
        _ => steps_of(&root).into_iter().nth(number - 1)?,
    };
    Some(diagnostics.location(&step.path).line)
}

/// All steps but the entry, in the order of their numbers.
fn steps_of<'a>(root: &Cursor<'a>) -> Vec<Cursor<'a>> {
    let modules = root.get("modules");
    let bodies = modules.iter().flat_map(Cursor::children);
    let lists = std::iter::once(root.clone())
        .chain(bodies)
        .filter_map(|body| body.get("steps"));
    lists.flat_map(|list| list.children()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::steps::STEP_KINDS;
    use super::*;

    #[test]
    fn steps_have_lines_in_the_order_of_their_numbers() {
        let text = "\u{feff}title: x\r\nmodules:\r\n  a: |\r\n    x = 1\r\n  demo:\r\n    steps:\r\n      - import: a\r\n\
            \r\n      # a remark\r\n      -\r\n        eval: a.x\r\ninterpreter:\r\n  entry: -m demo\r\nsteps:\r\n\
            - {import: demo,\r\n   as: x}\r\n-   expect: {value: 1}\r\n    eval: \"1\"\r\n";
        let lines: Vec<_> = (0..6).map(|number| line_of_step(text, number)).collect();
        assert_eq!(
            lines,
            [Some(13), Some(15), Some(17), Some(7), Some(11), None]
        );
    }

    #[test]
    fn a_text_without_such_a_step_has_no_line() {
        for text in ["", "a: [", "- 1", "steps: 1", "steps: []", "modules: 1"] {
            assert_eq!(line_of_step(text, 0), None, "{text}");
            assert_eq!(line_of_step(text, 1), None, "{text}");
        }
    }

    /// Held against the numbers that the loader gives.
    #[test]
    fn every_step_of_the_corpus_stands_where_its_action_is() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for scenario in super::super::load(&[root]).expect("right scenarios") {
            let text = std::fs::read_to_string(&scenario.file).expect("a text");
            let lines: Vec<&str> = text.lines().collect();
            let numbered = scenario.variants[0].numbered();
            for numbered in &numbered {
                let number = line_of_step(&text, numbered.number).expect("a line");
                let line = lines[number - 1];
                let shown = numbered.number == 0
                    || STEP_KINDS
                        .iter()
                        .any(|kind| line.contains(&format!("{}:", kind.word)));
                assert!(shown, "{} {}: {line}", scenario.file, numbered.label());
            }
            let top = scenario.variants[0].steps.len();
            let at = |number| line_of_step(&text, number);
            assert!((1..top).all(|number| at(number) <= at(number + 1)));
            let all = numbered.iter().map(|step| step.number).max();
            assert_eq!(at(all.expect("a step") + 1), None, "{}", scenario.file);
        }
    }
}
