//! The Python of a step as it stands in a reproducer.

use super::super::literal::text_literal;
use super::super::portable::is_portable_text;
use super::super::python_text::{TokenKind, logical_lines};
use super::Step;
use super::layout::Writer;
use super::select::{outcome, raises, records};
use crate::scenario::model::Action;
use crate::trace::fact::FactValue;

impl Writer<'_> {
    /// The Python of a step.
    pub(super) fn write_code(&mut self, step: &Step<'_>) -> Option<String> {
        let code = step.code.as_deref()?;
        let action = &self
            .row
            .variant
            .numbered()
            .into_iter()
            .find(|numbered| numbered.number == step.number)?
            .step
            .action;
        match action {
            Action::Collect(_) => return Some("while gc.collect():\n    pass".to_owned()),
            Action::Write(write) => return Some(self.write_file(write)),
            Action::Remove(remove) => return Some(self.remove_file(remove)),
            _ => {}
        }
        if step.helpers.contains(&"c_import") {
            return Some(code.replace("c_import(\"", "c_import(b\""));
        }
        let raises = raises(step, self.row.seen);
        let is_readable = if self.row.seen.is_empty() {
            !step.is_own_text || is_portable_text(code, step.is_eval)
        } else {
            !records(self.row.seen, step.number).any(|record| outcome(record) == "SyntaxError")
        };
        let is_readable = is_readable
            && code.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'))
            && !code.trim_end().ends_with('\\')
            && !(raises && (code.starts_with("lazy ") || has_long_text(code)))
            && !code.contains("__future__");
        let shows_value = step.is_eval && self.row.looks.values.contains(&step.number);
        if step.is_eval {
            if is_readable && !code.contains('#') {
                let code = code.trim();
                let needs_brackets = code.contains('\n')
                    || logical_lines(code).iter().any(|line| {
                        let mut tokens = line.tokens.iter();
                        tokens.any(|token| token.bracket.is_none() && token.text == ",")
                    });
                return Some(if shows_value && needs_brackets {
                    format!("({code})")
                } else {
                    code.to_owned()
                });
            }
            return Some(format!("eval({})", text_literal(code)));
        }
        if is_readable {
            return Some(code.to_owned());
        }
        if step.is_own_text && code.contains("print") {
            return Some(format!(
                "exec(compile({}, \"step\", \"exec\", 0, True))",
                text_literal(&format!("{code}\n"))
            ));
        }
        Some(format!("exec({})", text_literal(&format!("{code}\n"))))
    }

    /// The value of an expression as the right side of `%`.
    pub(super) fn shown(&self, number: usize, code: &str) -> String {
        let mut values = records(self.row.seen, number).filter_map(|record| record.fact("value"));
        if self.row.looks.labels.contains(&number) {
            format!("tag_of({code})")
        } else if self.row.seen.is_empty()
            || values.any(|value| matches!(value, FactValue::Tuple(_)))
        {
            format!("({code},)")
        } else if code.starts_with('(') && code.ends_with(')') && !code[1..].contains('(') {
            code.to_owned()
        } else {
            format!("({code})")
        }
    }

    pub(super) fn needs_base_exception(&self, number: usize) -> bool {
        let mut all = records(self.row.seen, number);
        all.any(|record| {
            matches!(
                outcome(record).as_str(),
                "SystemExit" | "KeyboardInterrupt" | "GeneratorExit"
            )
        })
    }
}

/// True if statements unbind the name by which the prints look at modules.
pub(super) fn deletes_sys(code: &str) -> bool {
    logical_lines(code).iter().any(|line| {
        let mut pairs = line.tokens.windows(2);
        line.tokens[0].text == "del"
            && (line.tokens.last().is_some_and(|token| token.text == "sys")
                || pairs.any(|pair| pair[0].text == "sys" && pair[1].text == ","))
    })
}

/// True if a text goes over several lines, so that it cannot be indented.
pub(super) fn has_long_text(code: &str) -> bool {
    logical_lines(code).iter().any(|line| {
        let mut tokens = line.tokens.iter();
        tokens
            .any(|token| matches!(token.kind, TokenKind::Text { .. }) && token.text.contains('\n'))
    })
}
