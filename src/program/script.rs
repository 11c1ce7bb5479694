//! A program as one plain file that needs nothing but a Python: what one pastes into a bug report.

use std::fmt::Write;

use super::emit::emit;
use super::literal::{bytes, list, text};
use super::protocol::{HELPERS, RECORDER};
use super::{Mode, Program, ProgramStep};
use crate::plan::CaseId;
use crate::python::version::{InterpreterKey, PythonVersion};
use crate::scenario::model::{Expectation, Scenario, Variant};
use crate::text::wrapped;

const STANDALONE: &str = include_str!("standalone.py");

/// The file for a variant and a version such as `3.5` or `3.13.0`. It says what it observed after each step; with
/// `--json`, as one object per step with the facts that a report holds.
pub fn render(scenario: &Scenario, variant: &Variant, version: &str) -> String {
    let program = emit(variant);
    let mut out = String::from("# -*- coding: utf-8 -*-\n");
    header(&mut out, scenario, variant, version);
    out.push_str("\nimport sys\n\n\n");
    out.push_str(RECORDER);
    out.push_str("\n\n");
    let helpers = program.helpers();
    for (name, function) in [
        ("collect", "collector"),
        ("c_import", "c_importer"),
        ("drop", "drop"),
    ] {
        if helpers.contains(&name) {
            out.push_str(&top_level(HELPERS, function));
            out.push_str("\n\n");
        }
    }
    out.push_str(STANDALONE);
    let names = |names: &[String]| list(names.iter().map(|name| text(name)));
    let _ = writeln!(
        out,
        "\n\nstep = prepare([\n{}], {}, {}, {})",
        files(&program),
        names(&program.watched),
        names(&program.bound),
        names(&program.snapshots)
    );
    for name in helpers {
        out.push_str(match name {
            "original" => "original = sys.modules\n",
            "collect" => "collect = collector(step)\ndel collector\n",
            "c_import" => "c_import = c_importer(step)\ndel c_importer\n",
            "import_module" => "import_module = step.borrow(\"importlib\").import_module\n",
            "reload" if !version.starts_with('2') => "reload = step.borrow(\"importlib\").reload\n",
            _ => "",
        });
    }
    // Nothing of this may be met by a step that binds the same name, or looks at the namespace.
    out.push_str("del observer, prepare\n\n# -- the steps ");
    out.push_str(&"-".repeat(100));
    out.push('\n');
    for (step, model) in program.steps.iter().zip(&variant.steps) {
        emit_step(&mut out, step, &model.expect, &key(version));
    }
    out.push_str("\nstep.clean_up()\n");
    out
}

fn header(out: &mut String, scenario: &Scenario, variant: &Variant, version: &str) {
    let id = CaseId::new(&scenario.id, &variant.id);
    let prose = scenario.about.as_deref().unwrap_or("");
    let sources = scenario.refs.iter().map(String::as_str);
    let mut parts = version.split('.');
    let python = match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => format!("python{major}.{minor}"),
        _ => format!("python{version}"),
    };
    let usage = [
        "",
        "This file needs nothing but Python. Its last part are the steps; what stands before them only watches:",
        "which module object is which (demo#1, demo#2: marked when first seen), what is cached and what is bound.",
        "",
    ];
    let prose = wrapped(prose, 100);
    let lines = std::iter::once(format!("{id}: {}", scenario.title))
        .chain(prose.lines().map(str::to_owned))
        .chain(sources.map(|source| format!("  {source}")))
        .chain(usage.map(str::to_owned))
        .chain([format!(
            "    PYTHONHASHSEED=0 {python} -s -S -B case.py [--json]"
        )]);
    for line in lines {
        let _ = writeln!(out, "{}", format!("# {line}").trim_end());
    }
}

fn files(program: &Program) -> String {
    let mut out = String::new();
    for file in &program.files {
        let content = file.text.as_deref().map_or_else(
            || "None".to_owned(),
            |text| {
                let lines: Vec<String> = text.split_inclusive('\n').map(bytes).collect();
                if lines.is_empty() {
                    bytes("")
                } else {
                    lines.join("\n     ")
                }
            },
        );
        let _ = writeln!(out, "    ({},\n     {content}),", text(&file.path));
    }
    out
}

fn emit_step(
    out: &mut String,
    step: &ProgramStep,
    expectations: &[Expectation],
    key: &InterpreterKey,
) {
    out.push('\n');
    let applies = |one: &&Expectation| one.python.as_ref().is_none_or(|spec| spec.matches(key));
    let _ = writeln!(out, "with step({}, {}):", step.number, text(&step.action));
    match step.mode {
        Mode::Eval => {
            // A comment at its end must not swallow the bracket.
            let end = if step.code.contains('#') {
                "\n    "
            } else {
                ""
            };
            let _ = writeln!(out, "    step.value = ({}{end})", step.code);
        }
        Mode::Exec if must_be_quoted(step, expectations) => {
            let name = format!("<step {}>", step.number);
            let code = text(&format!("{}\n", step.code));
            let _ = writeln!(
                out,
                "    exec(compile({code}, {}, \"exec\"), globals())",
                text(&name)
            );
        }
        Mode::Exec => {
            for line in step.code.lines() {
                let _ = writeln!(out, "{}", format!("    {line}").trim_end());
            }
        }
    }
    for expectation in expectations.iter().filter(applies) {
        let value = expectation.value.to_string().replace('\n', " ");
        let _ = writeln!(out, "# expected: {}: {value}", expectation.fact);
    }
}

/// Words of statements that only some Pythons can read. Where one of them cannot, the step fails and not the file.
const NOT_EVERYWHERE: [&str; 13] = [
    "__future__",
    "print ",
    "exec ",
    "f\"",
    "f'",
    ":=",
    "async ",
    "await ",
    "nonlocal ",
    "match ",
    "lazy ",
    "yield from",
    "->",
];

/// Text that indentation would change, that is no statement, or that a Python may refuse without refusing the file.
fn must_be_quoted(step: &ProgramStep, expectations: &[Expectation]) -> bool {
    let statement = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    step.code.contains("\"\"\"")
        || step.code.contains("'''")
        || step.code.contains("\\\n")
        || !step.code.lines().any(statement)
        || (step.action.starts_with("run: ")
            && NOT_EVERYWHERE.iter().any(|word| step.code.contains(word)))
        || expectations
            .iter()
            .any(|one| one.value.to_string().contains("SyntaxError"))
}

/// One function of a Python source, with its decorators' absence taken for granted.
fn top_level(source: &str, name: &str) -> String {
    let start = format!("def {name}(");
    let lines = source.lines().skip_while(|line| !line.starts_with(&start));
    let mut taken: Vec<&str> = Vec::new();
    for line in lines {
        if !taken.is_empty() && line.starts_with("def ") {
            break;
        }
        taken.push(line);
    }
    format!("{}\n", taken.join("\n").trim_end())
}

/// The version as a key, for expectations; of a bare feature release its last bug-fix release is meant.
fn key(version: &str) -> InterpreterKey {
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(99));
    let version = PythonVersion {
        major: numbers.next().unwrap_or(3),
        minor: numbers.next().unwrap_or(99),
        micro: numbers.next().unwrap_or(99),
        suffix: String::new(),
    };
    InterpreterKey {
        version,
        free_threaded: false,
        debug: false,
        label: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_is_taken_whole() {
        for name in ["collector", "c_importer", "drop"] {
            let function = top_level(HELPERS, name);
            assert!(function.starts_with(&format!("def {name}(")), "{function}");
            assert_eq!(function.matches("\ndef ").count(), 0, "{function}");
        }
    }
}
