//! A step with what is printed after it.

use std::fmt::Write;

use super::super::literal::text_literal;
use super::Step;
use super::code::deletes_sys;
use super::comments::{add_comment, with_comment};
use super::layout::Writer;
use super::looks::{Form, Look, group_looks, print_line};
use super::select::{outcome, raises, records};
use super::tags::TagStatement;

impl Writer<'_> {
    pub(super) fn write_step(&mut self, step: &Step<'_>) -> String {
        let Some(code) = self.write_code(step) else {
            return format!("# step {} is not for this version\n", step.number);
        };
        let mut out = String::new();
        let number = step.number;
        let raises = raises(step, self.row.seen);
        let shows_value = step.is_eval && self.row.looks.values.contains(&number);
        let looks = self
            .row
            .looks
            .by_step
            .get(&number)
            .map_or(&[][..], |all| all);
        let warned = looks
            .iter()
            .any(|look| matches!(look.form, Form::Warned | Form::WarningMessages));
        let statement = if shows_value {
            let label = text_literal(&format!("{}: %s", self.label_value(step)));
            let line = format!("print({label} % {})", self.shown(number, &code));
            if raises {
                line
            } else {
                let comment = self.outcome_comment(number);
                with_comment(&line, &comment)
            }
        } else {
            code
        };
        let mut runs = self.runs_comment(number);
        let mut block = if raises {
            let all_raise = !self.row.seen.is_empty()
                && records(self.row.seen, number).all(|record| outcome(record) != "ok");
            let mut text = indent(&statement);
            if !shows_value && !all_raise {
                let _ = writeln!(text, "    print(\"step {number}: ok\")");
            }
            let message = self.row.looks.messages.contains(&number);
            let print = if message {
                format!("print(\"step {number}: %s: %s\" % (type(error).__name__, error))")
            } else {
                format!("print(\"step {number}: %s\" % type(error).__name__)")
            };
            let kind = if self.needs_base_exception(number) {
                "BaseException"
            } else {
                "Exception"
            };
            let comment = self.outcome_comment(number);
            let again = if step.body.is_some() {
                "    raise\n"
            } else {
                ""
            };
            let mut head = with_comment("try:", &comment);
            if let Some(runs) = runs.take_if(|runs| head.ends_with("try:\n") && runs.len() == 1) {
                head = head.replace("try:\n", &format!("try:  # {}\n", runs[0]));
            }
            format!("{head}{text}except {kind} as error:\n    {print}\n{again}")
        } else {
            let statement = statement.trim_end();
            format!("{statement}\n")
        };
        if deletes_sys(&statement) {
            block.push_str("import sys\n");
        }
        if let Some(runs) = runs {
            block = add_comment(&block, &runs);
        }
        if warned {
            block = format!(
                "with warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter(\"always\")\n{}",
                indent(&block)
            );
        }
        out.push_str(&block);
        let statements = self
            .row
            .tags
            .by_step
            .get(&number)
            .map_or(&[][..], |all| all);
        self.write_tags(&mut out, statements, true, number);
        out.push_str(&self.write_looks(number, looks));
        self.write_tags(&mut out, statements, false, number);
        out
    }

    /// The words before a value: its step, or what the step is about, where no records are held against what is printed.
    fn label_value(&self, step: &Step<'_>) -> String {
        let note = step
            .note
            .filter(|note| self.row.seen.is_empty() && note.is_ascii());
        note.map_or_else(
            || format!("step {}", step.number),
            |note| note.replace('%', "%%"),
        )
    }

    pub(super) fn write_tags(
        &self,
        out: &mut String,
        statements: &[TagStatement],
        is_early: bool,
        _: usize,
    ) {
        for statement in statements.iter().filter(|one| one.is_early == is_early) {
            let (get, place) = place_of(&statement.fact, statement.parent_is_bound);
            let mark = if self.row.tags.tells_death {
                format!("mark({place}, {})", text_literal(&statement.tag))
            } else {
                format!("{place}.tag = {}", statement.tag)
            };
            if statement.is_guarded {
                let _ = writeln!(out, "if tag_of({get}) == \"fresh\":\n    {mark}");
            } else {
                let _ = writeln!(out, "{mark}");
            }
        }
    }

    /// The prints of a step, with the values by version.
    pub(super) fn write_looks(&self, number: usize, looks: &[Look]) -> String {
        if looks.is_empty() {
            return String::new();
        }
        let mut out = String::new();
        let mut first = 0;
        for group in group_looks(number, looks) {
            let end = first + group.len();
            let texts = self.row.printed.iter().map(|printed| {
                let texts = printed.looks.get(&number)?;
                Some(texts[first..end].join(", "))
            });
            out.push_str(&with_comment(
                &print_line(number, group),
                &self.by_version(texts),
            ));
            first = end;
        }
        out
    }
}

/// Where a module is: an expression that cannot fail, and one that can be assigned to.
pub(super) fn place_of(fact: &str, parent_is_bound: bool) -> (String, String) {
    let (kind, name) = match fact.split_once('(') {
        Some((kind, rest)) => (kind, rest.trim_end_matches(')')),
        None => ("", fact),
    };
    match kind {
        "cached" => (
            format!("sys.modules.get(\"{name}\")"),
            format!("sys.modules[\"{name}\"]"),
        ),
        "original" => (
            format!("original.get(\"{name}\")"),
            format!("original[\"{name}\"]"),
        ),
        "attribute" => {
            let (parent, last) = name.rsplit_once('.').unwrap_or(("", name));
            let get = if parent_is_bound {
                format!("getattr({parent}, \"{last}\", None)")
            } else {
                format!("getattr(sys.modules.get(\"{parent}\"), \"{last}\", None)")
            };
            let place = if parent_is_bound {
                name.to_owned()
            } else {
                format!("sys.modules[\"{parent}\"].{last}")
            };
            (get, place)
        }
        _ => (format!("globals().get(\"{name}\")"), name.to_owned()),
    }
}

pub(super) fn indent(code: &str) -> String {
    let mut out = String::new();
    for line in code.lines() {
        let _ = writeln!(out, "{}", format!("    {line}").trim_end());
    }
    out
}
