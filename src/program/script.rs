//! A program as one plain script that needs nothing but a Python: what one pastes into a bug report.

use std::fmt::Write;
use std::sync::LazyLock;

use super::build::build_program;
use super::literal::{bytes_literal, list_literal, text_literal};
use super::minimal::{Seen, Target, render_minimal};
use super::portable::is_portable;
use super::{Mode, Program, ProgramStep};
use crate::harness::SCRIPT;
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Conditions, Expectation, Scenario, Variant};
use crate::text::{shell_word, visible, wrapped};

/// Reads the version that a script is for, such as `3.5`, `3.13.0` or `3.14t`, as the key of an interpreter; of a feature release
/// its last bug-fix release is meant.
pub fn parse_target(version: &str) -> Option<InterpreterKey> {
    let numbers = version.trim_end_matches(['t', 'd']);
    let build = &version[numbers.len()..];
    let whole = match numbers.split('.').count() {
        1 => format!("{numbers}.99.99{build}"),
        2 => format!("{numbers}.99{build}"),
        _ => version.to_owned(),
    };
    let key: InterpreterKey = whole.parse().ok()?;
    ([2, 3].contains(&key.version.major) && key.label.is_none()).then_some(key)
}

/// Renders the script for a variant and a version, which [`parse_target`] reads. It says what it observed after each step; with
/// `--json`, as one object per step with the facts that a report holds.
pub fn render(scenario: &Scenario, variant: &Variant, version: &str) -> String {
    render_with(scenario, variant, version, None)
}

/// Renders what one posts: the short form, or the whole script where there is none, which then says why.
pub fn render_to_post(
    scenario: &Scenario,
    variant: &Variant,
    version: &str,
    seen: &[Seen<'_>],
) -> String {
    let key = parse_target(version).expect("a version that was read before");
    let target = Target {
        key: &key,
        command: &command_of(version),
    };
    match render_minimal(scenario, variant, target, seen) {
        Ok(minimal) => minimal.text,
        Err(why) => render_with(scenario, variant, version, Some(why)),
    }
}

/// The command of a version: `python3.13`.
fn command_of(version: &str) -> String {
    let build = version.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let mut parts = version[..version.len() - build.len()].split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => format!("python{major}.{minor}{build}"),
        _ => format!("python{version}"),
    }
}

fn render_with(
    scenario: &Scenario,
    variant: &Variant,
    version: &str,
    why_whole: Option<&str>,
) -> String {
    let key = parse_target(version).expect("a version that was read before");
    let program = build_program(variant, &key);
    let mut out = String::from("# -*- coding: utf-8 -*-\n");
    write_header(&mut out, scenario, variant, version, &program, why_whole);
    out.push_str("\n\ndef harness():\n");
    out.push_str(&INDENTED_SCRIPT);
    let names = |names: &[String]| list_literal(names.iter().map(|name| text_literal(name)));
    let words = |words: Vec<&str>| list_literal(words.into_iter().map(text_literal));
    // Nothing of this may be met by a step that binds the same name, or looks at the namespace.
    let _ = write!(
        out,
        "    return prepare\n\n\n\
         namespace = dict(vars(__builtins__), __builtins__=__builtins__)     # so that no step can take away what watches it\n\
         step = type(harness)(harness.__code__, namespace)()([\n{}],\n    \
         hidden={}, helpers={},\n    \
         modules={}, names={}, aliases={}, snapshots={}, with_packages={})\n\
         del namespace, harness\n\n# -- the steps {}\n",
        render_files(&program),
        words(program.hidden_modules(key.version.major == 2)),
        words(program.helpers()),
        names(&program.watched),
        names(&program.bound),
        names(&program.aliases),
        names(&program.snapshots),
        if program.packages.is_empty() {
            "False"
        } else {
            "True"
        },
        "-".repeat(100),
    );
    let models = variant.entry.iter().chain(&variant.steps);
    for (step, model) in program.steps.iter().zip(models) {
        write_step(&mut out, step, &model.expect, &key);
    }
    out.push_str("\nstep.clean_up()\n");
    out
}

/// The command line that runs the script: the interpreter with the flags and variables of a case.
fn command_line(python: &str, program: &Program) -> String {
    let Conditions { env, .. } = &program.launch;
    let is_set = |name: &str| env.iter().any(|(known, _)| known == name);
    let fixed = [("PYTHONHASHSEED", "0"), ("LC_ALL", "C.UTF-8")].into_iter();
    let fixed = fixed.filter(|(name, _)| !is_set(name));
    let own = env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let variables = fixed.chain(own);
    let words: Vec<String> = variables
        .map(|(name, value)| format!("{name}={}", shell_word(value)))
        .chain([python.to_owned()])
        .chain(program.flags().map(shell_word))
        .chain(["case.py".to_owned()])
        .collect();
    words.join(" ")
}

/// A page has a script of each row and version, and this is most of it.
static INDENTED_SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let mut out = String::new();
    write_indented(&mut out, &SCRIPT);
    out
});

/// Writes lines of Python one level deeper.
fn write_indented(out: &mut String, code: &str) {
    for line in code.lines() {
        let _ = writeln!(out, "{}", format!("    {line}").trim_end());
    }
}

fn write_header(
    out: &mut String,
    scenario: &Scenario,
    variant: &Variant,
    version: &str,
    program: &Program,
    why_whole: Option<&str>,
) {
    let id = &variant.id;
    let prose = scenario.about.as_deref().unwrap_or("");
    let sources = scenario.refs.iter().map(String::as_str);
    let python = command_of(version);
    let why_whole = why_whole.map(|why| format!("It has no shorter form: {why}."));
    let usage = [
        "",
        "This file needs nothing but Python. Its last part are the steps; what stands before them only watches:",
        "which module object is which (demo#1, demo#2: marked when first seen), what is cached and what is bound.",
    ];
    let packages = program.packages.iter();
    let packages: Vec<_> = packages.map(|package| shell_word(package.text())).collect();
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
        .chain(why_whole)
        .chain(prose.lines().map(str::to_owned))
        .chain(sources.map(|source| format!("  {source}")))
        .chain(usage.map(str::to_owned))
        .chain(install)
        .chain([String::new()])
        .chain([format!("    {} [--json]", command_line(&python, program))]);
    for line in lines {
        write_comment(out, &line);
    }
}

/// Writes a comment of one line. What comes from the scenario must not leave it: Python ends a line at `\r` too, a form feed or a null
/// byte ends more than that in some versions, and a terminal obeys what it is shown.
fn write_comment(out: &mut String, text: &str) {
    let text = visible(text).replace('\n', " ");
    let _ = writeln!(out, "{}", format!("# {text}").trim_end());
}

fn render_files(program: &Program) -> String {
    let mut out = String::new();
    for file in &program.files {
        let content = match file.text.as_deref() {
            None => "None".to_owned(),
            Some("") => bytes_literal(""),
            Some(text) => {
                let lines: Vec<_> = text.split_inclusive('\n').map(bytes_literal).collect();
                lines.join("\n     ")
            }
        };
        let _ = writeln!(out, "    ({},\n     {content}),", text_literal(&file.path));
    }
    out
}

fn write_step(
    out: &mut String,
    step: &ProgramStep,
    expectations: &[Expectation],
    key: &InterpreterKey,
) {
    out.push('\n');
    let applies = |expectation: &&Expectation| {
        let python = expectation.python.as_ref();
        python.is_none_or(|spec| spec.matches(key))
    };
    let action = text_literal(&step.action);
    let Some(code) = &step.code else {
        let _ = writeln!(out, "step.skip({}, {action})", step.number);
        return;
    };
    let helpers = match step.helpers.join(" ") {
        helpers if helpers.is_empty() => helpers,
        helpers => format!(", {}", text_literal(&helpers)),
    };
    let _ = writeln!(out, "with step({}, {action}{helpers}):", step.number);
    let body = match (step.source, is_portable(step, expectations)) {
        (Some(Mode::Eval), true) => format!("step.value = ({code})"),
        (Some(Mode::Eval), false) => format!("step.value = step.evaluate({})", text_literal(code)),
        (_, true) => code.clone(),
        (_, false) => {
            let lines = code.lines().map(|line| text_literal(&format!("{line}\n")));
            format!(
                "step.perform(\n    {})",
                lines.collect::<Vec<_>>().join("\n    ")
            )
        }
    };
    write_indented(out, &body);
    for expectation in expectations.iter().filter(applies) {
        let value = expectation.value.describe(&expectation.fact.0, None);
        write_comment(out, &format!("expected: {}: {value}", expectation.fact));
    }
}
