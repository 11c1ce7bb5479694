//! `modswap try`

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::arguments::{BaselineArguments, CaseOptions, Common, Execution, TryArguments};
use super::exit::exit_for_report;
use super::new::{check_new, create_scenario};
use super::prompt::{KeyPress, KeyPrompt, print_prompt};
use super::run_scenarios::{RunOptions, list_roots, run_scenarios};
use super::{Exit, Failure, is_quiet, pager, stdout_style, tell_user, warn_user};
use crate::compare::Comparison;
use crate::from_python::{
    Conversion, Observed, Script, convert, decode_python, distribution_of, read_folder,
};
use crate::fs::{Sources, read_limited, read_source};
use crate::record::RunReport;
use crate::report::terminal::show::render_trial;
use crate::runner::RunError;
use crate::scenario::FOLDER;
use crate::scenario::model::ScenarioId;
use crate::text::{self, listing, printable, shell_word, visible};
use crate::trace::StepAction;

/// The most bytes of a script.
const MAX_SCRIPT: u64 = 1 << 20;
/// The most files that are named of those that are left out.
const MAX_LEFT_OUT: usize = 3;
/// The name of a script that is no file.
const UNNAMED: &str = "script";

pub(super) async fn run(arguments: TryArguments, common: &Common) -> Result<Exit, Failure> {
    if let Some(id) = &arguments.save {
        check_new(Path::new(FOLDER), id)?;
    }
    let style = stdout_style(common);
    let mut script = read_script(&arguments)?;
    let mut conversion = convert_script(&script)?;
    let mut report = run_conversion(&conversion, &arguments.cases).await?;
    let beside = find_beside(&conversion, &arguments);
    let mut missing = find_missing(&conversion, &report);
    missing.retain(|module| {
        beside
            .as_ref()
            .is_none_or(|(_, found)| !found.contains(module))
    });
    if !arguments.cases.offline && ask_for(&missing).await? {
        let found = missing.drain(..);
        script
            .packages
            .extend(found.map(|module| distribution_of(&module).to_owned()));
        conversion = convert_script(&script)?;
        report = run_conversion(&conversion, &arguments.cases).await?;
    }
    let comparison = Comparison::new(&report);
    pager::print_paged(&render_trial(&comparison, &report.scenarios[0], style))?;
    if let Some((folder, modules)) = &beside {
        tell_beside(folder, modules);
    }
    if !missing.is_empty() {
        tell_missing(&missing);
    }
    if let Some(id) = &arguments.save {
        let text = if arguments.expect {
            let again = run_conversion(&conversion, &arguments.cases).await?;
            write_expecting(&script, &conversion, &comparison, &Comparison::new(&again))
        } else {
            conversion.scenario.text.to_string()
        };
        save(id, &script, &text)?;
    }
    Ok(exit_for_report(&report, false))
}

/// Runs the scenario of a script.
async fn run_conversion(
    conversion: &Conversion,
    cases: &CaseOptions,
) -> Result<RunReport, Failure> {
    let execution = Execution {
        cases: cases.clone(),
        baseline: BaselineArguments {
            no_baseline: true,
            ..BaselineArguments::default()
        },
    };
    let scenarios = vec![conversion.scenario.clone()];
    let run = run_scenarios(scenarios, &list_roots(), &execution, RunOptions::default()).await?;
    let mut report = run.report;
    name_steps(&mut report, conversion);
    Ok(report)
}

fn convert_script(script: &Script) -> Result<Conversion, Failure> {
    let id = ScenarioId(UNNAMED.to_owned());
    convert(script, &id, &script.name).map_err(|error| Failure::usage(error.to_string()))
}

/// Reads the script, and the modules that are given with it.
fn read_script(arguments: &TryArguments) -> Result<Script, Failure> {
    let failed = |path: &Path, error: &io::Error| {
        let words = match error.kind() {
            io::ErrorKind::InvalidData => format!("{error}; save it as UTF-8"),
            _ => error.to_string(),
        };
        Failure::usage(format!("cannot read {}: {words}", text::path(path)))
    };
    let path = arguments.script.as_deref();
    let (name, text) = match (&arguments.command, path) {
        (Some(text), _) => (UNNAMED.to_owned(), text.clone()),
        (None, Some(path)) if path == Path::new("-") => {
            let read = read_limited(io::stdin().lock(), MAX_SCRIPT).and_then(decode_python);
            let text = read.map_err(|error| failed(Path::new("<stdin>"), &error))?;
            (UNNAMED.to_owned(), text)
        }
        (None, path) => {
            let path = path.unwrap_or(Path::new("-"));
            let read =
                read_source(path, Sources::FilesAndPipes, MAX_SCRIPT).and_then(decode_python);
            let text = read.map_err(|error| failed(path, &error))?;
            let name = path.file_name().unwrap_or_default();
            (printable(&name.to_string_lossy()), text)
        }
    };
    let mut modules = Vec::new();
    if let Some(folder) = &arguments.folder {
        let found = read_folder(folder, path).map_err(|error| Failure::usage(error.to_string()))?;
        if !found.left_out.is_empty() {
            let names: Vec<_> = found.left_out.iter().map(|path| text::path(path)).collect();
            tell_user(&format!(
                "left out, because they are no modules, or of an encoding that is not read: {}",
                listing(&names, MAX_LEFT_OUT)
            ));
        }
        modules = found.modules;
    }
    for file in &arguments.files {
        modules.retain(|(module, _)| *module != file.module);
        modules.push((file.module.clone(), file.text.clone()));
    }
    let named = arguments.cases.with.iter();
    let named = named.filter(|package| package.name().is_some());
    let mut script = Script {
        name,
        text,
        modules,
        packages: named.map(|package| package.text().to_owned()).collect(),
    };
    script.add_itself();
    Ok(script)
}

/// Finds the modules that are in no library of Python and that every case failed to import.
fn find_missing(conversion: &Conversion, report: &RunReport) -> Vec<String> {
    let is_missing = |module: &&String| {
        let mut cases = report.cases.iter();
        cases.all(|case| {
            let mut messages = case.messages.values();
            messages.any(|message| names_missing(message, module))
        })
    };
    let missing = conversion.foreign.iter().filter(is_missing);
    missing.cloned().collect()
}

/// True if the message of an `ImportError` says that a module is not there: `No module named 'a'`. Python 2 has no quotes, and names the
/// whole of `a.b` though it is `a` that it lacks.
fn names_missing(message: &str, module: &str) -> bool {
    let Some(name) = message.strip_prefix("No module named ") else {
        return false;
    };
    match name.strip_prefix('\'') {
        Some(name) => name.strip_suffix('\'') == Some(module),
        None => name.split('.').next() == Some(module),
    }
}

/// Finds the modules that are imported and lie beside the script, where cases do not see them.
fn find_beside(
    conversion: &Conversion,
    arguments: &TryArguments,
) -> Option<(PathBuf, Vec<String>)> {
    let script = arguments
        .script
        .as_deref()
        .filter(|_| arguments.folder.is_none());
    let folder = script?.parent()?;
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let is_given = |module: &String| {
        let mut files = arguments.files.iter();
        files.any(|file| file.module.split('.').next() == Some(module))
    };
    let is_beside = |module: &&String| {
        let file = folder.join(format!("{module}.py"));
        let is_script = script.is_some_and(|script| script.file_name() == file.file_name());
        let is_package = has_modules(&folder.join(module.as_str()));
        !is_given(module) && (file.exists() && !is_script || is_package)
    };
    let found: Vec<String> = conversion
        .imported
        .iter()
        .filter(is_beside)
        .cloned()
        .collect();
    (!found.is_empty()).then(|| (folder.to_owned(), found))
}

/// True for a folder with a file of Python.
fn has_modules(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| path.extension().is_some_and(|end| end == "py"))
}

/// Asks whether packages are to be installed, where somebody can answer.
async fn ask_for(missing: &[String]) -> Result<bool, Failure> {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    if missing.is_empty() || is_quiet() || !is_terminal {
        return Ok(false);
    }
    let names = missing
        .iter()
        .map(|module| visible(distribution_of(module)));
    let prompt = format!(
        "install {} for these cases? [y/N] ",
        text::joined(names, ", ")
    );
    let answer = KeyPrompt::new().ask_key(&prompt).await;
    print_prompt("\n");
    match answer {
        KeyPress::Key('y' | 'Y') => Ok(true),
        KeyPress::Interrupted => Err(RunError::Interrupted.into()),
        _ => Ok(false),
    }
}

/// Names the steps by the statements of the script, as the user knows them.
fn name_steps(report: &mut RunReport, conversion: &Conversion) {
    let variant = &conversion.scenario.variants[0];
    let steps = variant.numbered().into_iter().zip(&conversion.statements);
    for (numbered, statement) in steps {
        let (first, rest) = statement.split_once('\n').unwrap_or((statement, ""));
        let action = StepAction {
            action: first.into(),
            code: (!rest.is_empty()).then(|| rest.into()),
            module: None,
        };
        for actions in report.actions.values_mut() {
            actions.insert(numbered.number, action.clone());
        }
        let (label, own) = (
            numbered.label(),
            format!("step {} ({first})", numbered.number),
        );
        for case in &mut report.cases {
            if case.during.as_deref() == Some(&label) {
                case.during = Some(own.as_str().into());
                for reason in &mut case.reasons {
                    *reason = reason.replace(&label, &own);
                }
            }
        }
    }
}

/// Says which modules lie beside the script, and what to add.
fn tell_beside(folder: &Path, modules: &[String]) {
    warn_user(&format!(
        "{} beside the script, where cases do not see {}: add `-C {}`",
        enumerate(modules),
        if modules.len() == 1 { "it" } else { "them" },
        shell_word(&text::path(folder))
    ));
}

/// Says which packages are missing, and what to add.
fn tell_missing(modules: &[String]) {
    let options = modules
        .iter()
        .map(|module| format!("--with {}", shell_word(distribution_of(module))));
    warn_user(&format!(
        "{} not installed for these cases: add `{}`",
        enumerate(modules),
        text::joined(options, " ")
    ));
}

/// The names with their verb: `a is`, `a and b are`.
fn enumerate(names: &[String]) -> String {
    match names {
        [name] => format!("{name} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
        [] => String::new(),
    }
}

/// Writes the scenario with what was seen of it, twice.
fn write_expecting(
    script: &Script,
    conversion: &Conversion,
    first: &Comparison<'_>,
    second: &Comparison<'_>,
) -> String {
    let seen = list_observed(first);
    if seen.is_empty() {
        warn_user("nothing was seen that can be expected: no case came to its end");
        return conversion.scenario.text.to_string();
    }
    let versions: Vec<_> = seen
        .iter()
        .flat_map(|seen| seen.versions.iter().copied())
        .collect();
    let versions = first.ranges(&versions);
    let expecting = conversion.write_expecting(script, &seen, &list_observed(second));
    format!(
        "# What it expects was observed on {versions}, and not checked: review it.\n{expecting}"
    )
}

/// The behaviours of a run.
fn list_observed<'a>(comparison: &Comparison<'a>) -> Vec<Observed<'a>> {
    let behaviours = comparison.rows.iter().flat_map(|row| &row.behaviours);
    let seen = behaviours.filter_map(|behaviour| {
        Some(Observed {
            versions: behaviour.versions.clone(),
            trace: comparison.report.trace_of(behaviour.cases[0])?,
        })
    });
    seen.collect()
}

/// Saves the scenario.
fn save(id: &str, script: &Script, text: &str) -> Result<(), Failure> {
    let name = &script.name;
    let text = format!(
        "# From {name}, by `modswap try`. Give it a title that says what it shows.\n{text}"
    );
    let file = text::path(&create_scenario(Path::new(FOLDER), id, &text)?);
    tell_user(&format!(
        "saved as {file}; next: modswap run {}",
        shell_word(id)
    ));
    Ok(())
}
