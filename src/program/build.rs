//! Builds the program of a variant: each step becomes the Python it stands for.

use std::collections::BTreeSet;
use std::path::Path;

use super::fixtures::{add_report, build_files};
use super::injected_sys::{SYS, find_steps_with_sys};
use super::literal::{bytes_literal, text_literal};
use super::{Mode, Program, ProgramStep};
use crate::python::version::InterpreterKey;
use crate::scenario::model::{Action, Delete, Mtime, Numbered, SetTo, SwapTo, Variant, Via};

/// Builds the program of a variant on an interpreter.
pub fn build_program(variant: &Variant, key: &InterpreterKey) -> Program {
    let numbered = variant.numbered();
    let with_sys = find_steps_with_sys(variant, key);
    let (mut bodies, mut steps) = (Vec::new(), Vec::new());
    for numbered in &numbered {
        let mut step = build_step(variant, numbered, key);
        if with_sys.contains(&step.number) && !step.helpers.contains(&"sys") {
            step.helpers.push(SYS);
        }
        let list = if numbered.body.is_some() {
            &mut bodies
        } else {
            &mut steps
        };
        list.push(step);
    }
    let snapshots = numbered
        .iter()
        .filter_map(|numbered| match &numbered.step.action {
            Action::Snapshot { name } => Some(name.clone()),
            _ => None,
        });
    let renamed = variant.renamed();
    let aliases: BTreeSet<String> = renamed.into_iter().map(|(_, name)| name).collect();
    let mut program = Program {
        watched: variant.watched(),
        bound: variant.bound_names(),
        aliases: aliases.into_iter().collect(),
        snapshots: snapshots.collect(),
        files: build_files(&variant.modules, &bodies),
        needs: variant.requires.modules.clone(),
        packages: variant.requires.packages.clone(),
        launch: variant.interpreter.clone(),
        compares: variant.compared_output(),
        owns_process: variant.owns_process(),
        steps,
        bodies,
    };
    if program.helpers().contains(&"c_import") {
        program.needs.push("_ctypes".to_owned());
    }
    program
}

fn build_step(variant: &Variant, numbered: &Numbered<'_>, key: &InterpreterKey) -> ProgramStep {
    let step = numbered.step;
    let action = step.action.on(key);
    let (code, helpers) = action
        .filter(|_| step.is_run_on(key))
        .map(write_action)
        .unzip();
    let source = match action {
        Some(Action::Eval(_)) => Some(Mode::Eval),
        Some(Action::Run(_)) => Some(Mode::Exec),
        _ => None,
    };
    ProgramStep {
        source,
        number: numbered.number,
        action: numbered.action(),
        mode: source.unwrap_or(Mode::Exec),
        code,
        helpers: helpers.unwrap_or_default(),
        compares: variant.compared_of_step(step),
    }
}

/// Python text, and the names it uses that the scenario did not bind.
type Code = (String, Vec<&'static str>);

/// Writes an action, which is one of a single version, as Python.
fn write_action(action: &Action) -> Code {
    match action {
        Action::Snapshot { name } => (format!("{name} = sys.modules.copy()"), vec!["sys"]),
        Action::Import {
            module,
            from: Some(from),
            alias,
            via,
        } => {
            let lazy = if *via == Via::Lazy { "lazy " } else { "" };
            let clause = as_clause(alias.as_deref());
            (format!("{lazy}from {from} import {module}{clause}"), vec![])
        }
        Action::Import {
            module,
            from: None,
            alias,
            via,
        } => write_import(module, alias.as_deref(), *via),
        Action::Swap(to) => write_swap(to),
        Action::Restore { name } => (
            format!("sys.modules.clear()\nsys.modules.update({name})"),
            vec!["sys"],
        ),
        Action::Delete(what) => write_delete(what),
        Action::Set { cached, to } => {
            let value = match to {
                SetTo::None => "None".to_owned(),
                SetTo::Module => format!("type(sys)({})", text_literal(cached)),
                SetTo::Expression(text) => text.trim().to_owned(),
            };
            (
                format!("sys.modules[{}] = {value}", text_literal(cached)),
                vec!["sys"],
            )
        }
        Action::Reload { name } => (format!("reload({name})"), vec!["reload"]),
        Action::Eval(text) => (text.trim().to_owned(), vec![]),
        Action::Run(text) => (text.trim_end().to_owned(), vec![]),
        Action::PerVersion(_) => unreachable!("resolved for this version"),
        Action::Resolve(name) => (format!("resolve({})", text_literal(name)), vec!["resolve"]),
        Action::Write { file, text, mtime } => {
            let text = match Path::new(file).extension() {
                Some(ending) if ending == "py" => add_report(text),
                _ => text.clone(),
            };
            let mtime = match mtime {
                Mtime::Next => String::new(),
                Mtime::Unchanged => ", \"unchanged\"".to_owned(),
                Mtime::Seconds(seconds) => format!(", {seconds}"),
            };
            let code = format!(
                "write_file({}, {}{mtime})",
                text_literal(file),
                bytes_literal(&text)
            );
            (code, vec!["write_file"])
        }
        Action::Remove(file) => (
            format!("remove_file({})", text_literal(file)),
            vec!["remove_file"],
        ),
        Action::InvalidateCaches => ("invalidate_caches()".to_owned(), vec!["invalidate_caches"]),
        Action::Collect => ("collect()".to_owned(), vec!["collect"]),
        // What `python -m` does once the interpreter is up: pymain_run_module() in C.
        Action::Entry(name) => (
            format!(
                "__import__(\"sys\").argv[0] = \"-m\"\n__import__(\"runpy\")._run_module_as_main({})",
                text_literal(name)
            ),
            vec![],
        ),
    }
}

fn write_swap(to: &SwapTo) -> Code {
    let assign = |value: &str| format!("sys.modules = {value}");
    match to {
        SwapTo::Snapshot(name) => (assign(name), vec!["sys"]),
        SwapTo::Copy => (assign("sys.modules.copy()"), vec!["sys"]),
        SwapTo::Empty => (assign("{}"), vec!["sys"]),
        SwapTo::Original => (assign("original"), vec!["sys", "original"]),
        SwapTo::Subclass => {
            let text = assign("type(\"Subclass\", (dict,), {})(sys.modules)");
            (text, vec!["sys"])
        }
        SwapTo::Spy => (assign("spy(sys.modules)"), vec!["sys", "spy"]),
        SwapTo::Missing => ("del sys.modules".to_owned(), vec!["sys"]),
        SwapTo::Expression(text) => (assign(text.trim()), vec!["sys"]),
    }
}

fn as_clause(alias: Option<&str>) -> String {
    alias.map_or_else(String::new, |alias| format!(" as {alias}"))
}

/// Functions that return the module named bind it: under the alias, or under its own name when that is one word. A dotted
/// name without an alias is imported and not bound, because no name of that spelling can be.
fn write_import(module: &str, alias: Option<&str>, via: Via) -> Code {
    let leaf = alias.or_else(|| (!module.contains('.')).then_some(module));
    let bind = |name: Option<&str>| name.map_or_else(String::new, |name| format!("{name} = "));
    match via {
        Via::Statement => (format!("import {module}{}", as_clause(alias)), vec![]),
        Via::Lazy => (format!("lazy import {module}{}", as_clause(alias)), vec![]),
        Via::ImportModule => (
            format!("{}import_module({})", bind(leaf), text_literal(module)),
            vec!["import_module"],
        ),
        Via::CApi => (
            format!("{}c_import({})", bind(leaf), text_literal(module)),
            vec!["c_import"],
        ),
        Via::DunderImport => {
            let top = module.split('.').next().unwrap_or(module);
            let text = match alias {
                // Without a fromlist `__import__` returns the top of the dotted name.
                Some(alias) if top != module => {
                    format!(
                        "{alias} = __import__({}, None, None, [\"*\"])",
                        text_literal(module)
                    )
                }
                Some(alias) => format!("{alias} = __import__({})", text_literal(module)),
                None => format!("{top} = __import__({})", text_literal(module)),
            };
            (text, vec![])
        }
    }
}

fn write_delete(what: &Delete) -> Code {
    let (cache, helper) = match what {
        Delete::Binding(name) | Delete::Attribute(name) => return (format!("del {name}"), vec![]),
        Delete::Cached { in_original, .. } | Delete::NewSince { in_original, .. } => {
            if *in_original {
                ("original", "original")
            } else {
                ("sys.modules", "sys")
            }
        }
    };
    match what {
        Delete::Cached { name, tree, .. } if *tree => (
            format!("drop({cache}, under={})", text_literal(name)),
            vec![helper, "drop"],
        ),
        Delete::NewSince { snapshot, .. } => (
            format!("drop({cache}, lacking={snapshot})"),
            vec![helper, "drop"],
        ),
        Delete::Cached { name, .. } | Delete::Binding(name) | Delete::Attribute(name) => {
            (format!("del {cache}[{}]", text_literal(name)), vec![helper])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(module: &str, alias: Option<&str>, via: Via) -> String {
        write_import(module, alias, via).0
    }

    #[test]
    fn spellings_of_an_import() {
        assert_eq!(text("a.b", None, Via::Statement), "import a.b");
        assert_eq!(text("a.b", Some("x"), Via::Statement), "import a.b as x");
        assert_eq!(
            text("a", None, Via::ImportModule),
            "a = import_module(\"a\")"
        );
        assert_eq!(
            text("a.b", None, Via::ImportModule),
            "import_module(\"a.b\")"
        );
        assert_eq!(text("a.b", Some("x"), Via::CApi), "x = c_import(\"a.b\")");
        assert_eq!(
            text("a.b", None, Via::DunderImport),
            "a = __import__(\"a.b\")"
        );
        assert_eq!(
            text("a.b", Some("x"), Via::DunderImport),
            "x = __import__(\"a.b\", None, None, [\"*\"])"
        );
    }

    #[test]
    fn deletes() {
        let tree = Delete::Cached {
            name: "pkg".into(),
            tree: true,
            in_original: true,
        };
        assert_eq!(
            write_delete(&tree),
            (
                "drop(original, under=\"pkg\")".to_owned(),
                vec!["original", "drop"]
            )
        );
        let new = Delete::NewSince {
            snapshot: "before".into(),
            in_original: false,
        };
        assert_eq!(write_delete(&new).0, "drop(sys.modules, lacking=before)");
    }
}
