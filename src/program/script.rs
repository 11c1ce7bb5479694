//! A program as one plain file that needs nothing but a Python: what one pastes into a bug report.

use std::fmt::Write;

use super::emit::emit;
use super::literal::{bytes, list, text};
use super::plain::is_plain;
use super::protocol::{CASE_FLAGS, HELPERS, RECORDER, STARTUP};
use super::{Mode, Program, ProgramStep};
use crate::python::version::{InterpreterKey, PythonVersion};
use crate::scenario::model::{Conditions, Expectation, Scenario, Variant};
use crate::text::{shell_word, visible, wrapped};

const STANDALONE: &str = include_str!("standalone.py");

/// The file for a variant and a version such as `3.5`, `3.13.0` or `3.14t`. It says what it observed after each step;
/// with `--json`, as one object per step with the facts that a report holds.
pub fn render(scenario: &Scenario, variant: &Variant, version: &str) -> String {
    let key = key(version);
    let is_2 = key.version.major == 2;
    let program = emit(variant, &key);
    let mut out = String::from("# -*- coding: utf-8 -*-\n");
    header(&mut out, scenario, variant, version, &program);
    out.push_str("\n\n");
    out.push_str(RECORDER);
    out.push_str("\n\n");
    let helpers = program.helpers();
    let mut functions = String::from("place_words, labeller, observer, prepare");
    for (name, function) in FUNCTIONS {
        let builtin = name == "reload" && is_2;
        if name.is_empty() || (helpers.contains(&name) && !builtin) {
            let _ = write!(out, "{}\n\n", top_level(HELPERS, function));
            let _ = write!(functions, ", {function}");
        }
    }
    if !program.packages.is_empty() {
        let _ = write!(out, "{STARTUP}\n\n");
        functions.push_str(", add_packages");
    }
    out.push_str(STANDALONE);
    let names = |names: &[String]| list(names.iter().map(|name| text(name)));
    let _ = writeln!(
        out,
        "\n\nown = dict(vars(__builtins__), __builtins__=__builtins__)     # so that no step can take away what watches it\n\
         for function in ({functions}):\n    \
         own[function.__name__] = type(function)(function.__code__, own, function.__name__, function.__defaults__)\n\
         step = own[\"prepare\"]([\n{}], {}, {}, {}, {}, {})",
        files(&program),
        list(program.borrows(is_2).into_iter().map(text)),
        names(&program.watched),
        names(&program.bound),
        names(&program.aliases),
        names(&program.snapshots)
    );
    let lent: Vec<_> = helpers
        .iter()
        .map(|name| format!("\"{name}\": {}", helper(name, is_2)))
        .collect();
    if !lent.is_empty() {
        let _ = writeln!(out, "step.helpers = {{{}}}", lent.join(", "));
    }
    if !program.packages.is_empty() {
        out.push_str(
            "step.add_packages()       # at the end of sys.path, but before what `site` added\n",
        );
    }
    // Nothing of this may be met by a step that binds the same name, or looks at the namespace.
    let _ = write!(out, "del own, function, {functions}\n\n# -- the steps ");
    out.push_str(&"-".repeat(100));
    out.push('\n');
    let models = variant.entry.iter().chain(&variant.steps);
    for (step, model) in program.steps.iter().zip(models) {
        emit_step(&mut out, step, &model.expect, &key);
    }
    out.push_str("\nstep.clean_up()\n");
    out
}

/// Helpers of steps and the functions that they are or that make them; the one without a name is always there.
const FUNCTIONS: [(&str, &str); 9] = [
    ("", "remove_tree"),
    ("collect", "collector"),
    ("c_import", "c_importer"),
    ("drop", "drop"),
    ("spy", "spying"),
    ("resolve", "resolver"),
    ("write_file", "writer"),
    ("remove_file", "remover"),
    ("reload", "reloader"),
];

/// What a helper is, in the words of the script.
fn helper(name: &str, is_2: bool) -> String {
    match name {
        "sys" => "__import__(\"sys\")".to_owned(),
        "original" => "step.original".to_owned(),
        "import_module" => "step.borrow(\"importlib\").import_module".to_owned(),
        "reload" if is_2 => "reload".to_owned(),
        "invalidate_caches" if is_2 => "lambda: None".to_owned(),
        "invalidate_caches" => "step.borrow(\"importlib\").invalidate_caches".to_owned(),
        _ => match FUNCTIONS.iter().find(|(known, _)| *known == name) {
            Some((_, function)) if *function != name => format!("own[\"{function}\"](step)"),
            _ => format!("own[\"{name}\"]"),
        },
    }
}

/// What one types to run the file: the interpreter with the flags and variables of a case.
fn command_line(python: &str, program: &Program) -> String {
    let Conditions {
        flags, env, site, ..
    } = &program.launch;
    let fixed = [("PYTHONHASHSEED", "0"), ("LC_ALL", "C.UTF-8")];
    let fixed = fixed
        .into_iter()
        .filter(|(name, _)| !env.iter().any(|(known, _)| known == name));
    let mut words: Vec<String> = fixed
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    words.extend(
        env.iter()
            .map(|(name, value)| format!("{name}={}", shell_word(value))),
    );
    words.push(python.to_owned());
    let usual = CASE_FLAGS.iter().filter(|flag| **flag != "-S" || !*site);
    words.extend(usual.map(ToString::to_string));
    words.extend(flags.iter().map(|flag| shell_word(flag)));
    words.push("case.py".to_owned());
    words.join(" ")
}

fn header(
    out: &mut String,
    scenario: &Scenario,
    variant: &Variant,
    version: &str,
    program: &Program,
) {
    let id = &variant.id;
    let prose = scenario.about.as_deref().unwrap_or("");
    let sources = scenario.refs.iter().map(String::as_str);
    let build = version.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let mut parts = version[..version.len() - build.len()].split('.');
    let python = match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => format!("python{major}.{minor}{build}"),
        _ => format!("python{version}"),
    };
    let usage = [
        "",
        "This file needs nothing but Python. Its last part are the steps; what stands before them only watches:",
        "which module object is which (demo#1, demo#2: marked when first seen), what is cached and what is bound.",
    ];
    let packages: Vec<_> = program
        .packages
        .iter()
        .map(|one| shell_word(one.text()))
        .collect();
    let install = [
        "The steps import packages, which they look for in the folder `packages` beside this file:"
            .to_owned(),
        String::new(),
        format!(
            "    {python} -m pip install --only-binary :all: --target packages {}",
            packages.join(" ")
        ),
    ];
    let install = install.into_iter().filter(|_| !packages.is_empty());
    let prose = wrapped(prose, 100);
    let lines = std::iter::once(format!("{id}: {}", scenario.title))
        .chain(prose.lines().map(str::to_owned))
        .chain(sources.map(|source| format!("  {source}")))
        .chain(usage.map(str::to_owned))
        .chain(install)
        .chain([String::new()])
        .chain([format!("    {} [--json]", command_line(&python, program))]);
    for line in lines {
        // What comes from the scenario must not leave the comment.
        let line = visible(&line).replace('\n', " ");
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
    let Some(code) = &step.code else {
        let _ = writeln!(out, "step.skip({}, {})", step.number, text(&step.action));
        return;
    };
    let lend = if step.helpers.is_empty() {
        String::new()
    } else {
        format!(", {}", text(&step.helpers.join(" ")))
    };
    let _ = writeln!(
        out,
        "with step({}, {}{lend}):",
        step.number,
        text(&step.action)
    );
    match (step.source, is_plain(step, expectations)) {
        (Some(Mode::Eval), true) => {
            let _ = writeln!(out, "    step.value = ({code})");
        }
        (Some(Mode::Eval), false) => {
            let _ = writeln!(out, "    step.value = step.evaluate({})", text(code));
        }
        (_, true) => {
            for line in code.lines() {
                let _ = writeln!(out, "{}", format!("    {line}").trim_end());
            }
        }
        (_, false) => {
            let lines: Vec<_> = code
                .lines()
                .map(|line| text(&format!("{line}\n")))
                .collect();
            let _ = writeln!(
                out,
                "    step.perform(\n        {})",
                lines.join("\n        ")
            );
        }
    }
    for expectation in expectations.iter().filter(applies) {
        let value = expectation.value.describe(&expectation.fact.0, None);
        let value = value.replace('\n', " ");
        let _ = writeln!(out, "# expected: {}: {value}", expectation.fact);
    }
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
    let numbers = version.trim_end_matches(['t', 'd']);
    let build = &version[numbers.len()..];
    let mut numbers = numbers.split('.').map(|part| part.parse().unwrap_or(99));
    let version = PythonVersion {
        major: numbers.next().unwrap_or(3),
        minor: numbers.next().unwrap_or(99),
        micro: numbers.next().unwrap_or(99),
        suffix: String::new(),
    };
    InterpreterKey {
        version,
        free_threaded: build.contains('t'),
        debug: build.contains('d'),
        label: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_is_taken_whole() {
        for (_, name) in FUNCTIONS {
            let function = top_level(HELPERS, name);
            assert!(function.starts_with(&format!("def {name}(")), "{function}");
            assert_eq!(function.matches("\ndef ").count(), 0, "{function}");
        }
    }
}
