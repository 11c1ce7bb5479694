//! `modswap vet`

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use super::arguments::{BaselineArguments, Common, Execution, VetArguments, VetFormat};
use super::exit::exit_for_report;
use super::outputs::{describe, write_failure, write_stream};
use super::progress::name_check;
use super::run_scenarios::{RunOptions, list_roots, run_scenarios};
use super::{Exit, Failure, pager, print_data, print_json, state, stdout_style, warn_user};
use crate::fs::{Readers, Target, check_writable, replace_file};
use crate::python::version::InterpreterKey;
use crate::record::{BaselineStatus, CaseId, CaseReport, RunReport, Verdict};
use crate::report::terminal::style::Style;
use crate::report::vet_json::render_vet_json;
use crate::report::{badge, html, markdown, terminal};
use crate::runner::select_scenarios::{Corpus, ScenarioSelection};
use crate::scenario::model::{Scenario, ScenarioId};
use crate::scenario::{self, ParameterValue};
use crate::text::{self, first_few, plural, shell_word};
use crate::vet::{LIST_MODULES, PARAMETERS, SUBJECT, VetTable, choose_modules};

/// The usual folder of the answers that were accepted.
const BASELINE: &str = "reports/vet";
/// The name of the file that lists modules; it is in the program.
const LIST_FILE: &str = "builtin:vet/modules.yaml";
/// Reasons, and cases, that are named.
const MAX_NAMED: usize = 4;
/// The check that is asked before the others.
const FIRST_CHECK: &str = "vet/import";
/// An expression that always holds.
const ANYTHING: &str = "True";

pub(super) async fn run(arguments: VetArguments, common: &Common) -> Result<Exit, Failure> {
    let outputs = check_outputs(&arguments.output)?;
    let package = word_of_package(&arguments)?;
    let style = Style {
        all: arguments.all,
        ..stdout_style(common)
    };
    let list = run_list(&package, &arguments).await?;
    let skipped = list_skipped(&list);
    if list.interrupted {
        return Ok(Exit::Interrupted);
    }
    refuse_none(&package, &list, &skipped)?;
    let (name, modules) = find_modules(&package, &arguments, &list)?;
    let used = arguments.use_.as_deref().unwrap_or(ANYTHING);
    let scenarios = load_checks(&[&package, &modules, used])?;
    let execution = Execution {
        baseline: choose_baseline(&arguments),
        ..arguments.execution.clone()
    };
    let options = RunOptions {
        only: Some(select_cases(&scenarios, &list)),
        strict: arguments.strict,
        first_must_end: true,
        names: name_check,
        ..RunOptions::default()
    };
    let report = run_scenarios(scenarios, &list_roots(), &execution, options)
        .await?
        .report;
    if report.interrupted {
        warn_user(&format!(
            "interrupted; {} had no answer yet, and nothing was written",
            plural(report.unfinished.len(), "case")
        ));
        return Ok(Exit::Interrupted);
    }
    if !arguments.execution.baseline.no_baseline {
        let usual = PathBuf::from(BASELINE);
        state::save_run(
            execution.baseline.baseline.as_ref().unwrap_or(&usual),
            &report,
        );
    }
    let table = VetTable::new(&report, &name, skipped);
    let written = write_outputs(outputs, &table);
    print(&table, arguments.format, style)?;
    written?;
    Ok(judge(&report, &execution.baseline, arguments.strict))
}

/// The package as the value of a parameter: one word.
fn word_of_package(arguments: &VetArguments) -> Result<String, Failure> {
    let text = arguments.package.text();
    let is_requirement = arguments.package.name().is_some() && !text.contains([';', '@']);
    let word = if is_requirement {
        text.replace(' ', "")
    } else {
        text.to_owned()
    };
    if arguments.package.name().is_none() && word.contains(char::is_whitespace) {
        return Err(Failure::usage(format!(
            "{}: ids have no blanks: go into the folder, and name it `.`",
            text::visible(&word)
        )));
    }
    let value = format!("{}={word}", PARAMETERS[0]).parse::<ParameterValue>();
    value
        .map(|value| value.value)
        .map_err(|error| Failure::usage(format!("{}: {error}", text::visible(text))))
}

/// Installs the package, and lists what is there with it.
async fn run_list(package: &str, arguments: &VetArguments) -> Result<RunReport, Failure> {
    let id = ScenarioId(format!("{SUBJECT}/modules"));
    let scenario = scenario::parse(LIST_FILE, id, LIST_MODULES).expect("a right scenario");
    let scenario = fill(&scenario, &[package])?;
    let execution = Execution {
        cases: arguments.execution.cases.clone(),
        baseline: BaselineArguments {
            no_baseline: true,
            ..BaselineArguments::default()
        },
    };
    let options = RunOptions {
        names: name_check,
        ..RunOptions::default()
    };
    Ok(
        run_scenarios(vec![scenario], &list_roots(), &execution, options)
            .await?
            .report,
    )
}

/// Gives a check values for the first of its parameters.
fn fill(scenario: &Scenario, values: &[&str]) -> Result<Scenario, Failure> {
    let values = PARAMETERS
        .iter()
        .zip(values)
        .map(|(name, value)| ParameterValue {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        });
    let filled = scenario.with_values(&values.collect::<Vec<_>>());
    filled.map_err(|errors| Failure::wrong_files("this cannot be vetted", &errors))
}

/// The Pythons on which the package cannot be had, and why.
fn list_skipped(list: &RunReport) -> Vec<(InterpreterKey, String)> {
    let skipped = list
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Skipped);
    skipped
        .map(|case| ((*case.interpreter).clone(), case.reasons.join("; ")))
        .collect()
}

/// Refuses to go on where there is nothing to ask.
fn refuse_none(
    package: &str,
    list: &RunReport,
    skipped: &[(InterpreterKey, String)],
) -> Result<(), Failure> {
    if let Some(case) = list
        .cases
        .iter()
        .find(|case| case.verdict == Verdict::Error)
    {
        return Err(Failure::new(Exit::Fault, case.reasons.join("; ")));
    }
    if skipped.len() < list.cases.len() {
        return Ok(());
    }
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, reason) in skipped {
        reasons.entry(reason).or_default().push(key.to_string());
    }
    let reasons = reasons
        .into_iter()
        .map(|(reason, keys)| format!("\n  {}: {reason}", first_few(&keys, MAX_NAMED)));
    let reasons: String = reasons.take(MAX_NAMED).collect();
    let text = format!(
        "{package} cannot be had for {}:{reasons}",
        match skipped {
            [(only, _)] => only.to_string(),
            several => format!("any of {}", plural(several.len(), "Python")),
        }
    );
    Err(Failure::new(Exit::Nothing, text))
}

/// The name of the distribution, and its modules: those that were named, or those that it brings.
fn find_modules(
    package: &str,
    arguments: &VetArguments,
    list: &RunReport,
) -> Result<(String, String), Failure> {
    let wanted = arguments.package.name();
    match (choose_modules(list, package, wanted), &arguments.module) {
        (Ok((name, _)), Some(modules)) => Ok((name, modules.clone())),
        (Err(_), Some(modules)) => Ok((wanted.unwrap_or(package).to_owned(), modules.clone())),
        (found, None) => found.map_err(Failure::usage),
    }
}

/// Loads the checks that the program carries, with these values for their parameters.
fn load_checks(values: &[&str]) -> Result<Vec<Scenario>, Failure> {
    let selection = ScenarioSelection {
        corpus: Corpus::Builtin,
        words: vec![SUBJECT.to_owned()],
        ..ScenarioSelection::default()
    };
    let mut checks = selection.load()?;
    // Where the import hangs nothing else need be asked.
    checks.sort_by_key(|check| check.id.0 != FIRST_CHECK);
    checks
        .iter()
        .map(|scenario| fill(scenario, values))
        .collect()
}

/// The cases of the Pythons that have the package.
fn select_cases(scenarios: &[Scenario], list: &RunReport) -> HashSet<CaseId> {
    let ran = list
        .cases
        .iter()
        .filter(|case| case.verdict != Verdict::Skipped);
    let keys: Vec<&InterpreterKey> = ran.map(|case| &*case.interpreter).collect();
    let variants = scenarios.iter().flat_map(|scenario| &scenario.variants);
    let cases = variants.flat_map(|variant| {
        let of = |key: &&InterpreterKey| CaseId {
            variant: variant.id.clone(),
            interpreter: (*key).clone(),
        };
        keys.iter().map(of).collect::<Vec<_>>()
    });
    cases.collect()
}

/// The baseline: the one that is named, or the usual one where it is there or everything must be accepted.
fn choose_baseline(arguments: &VetArguments) -> BaselineArguments {
    let chosen = &arguments.execution.baseline;
    if chosen.no_baseline || chosen.baseline.is_some() {
        return chosen.clone();
    }
    let usual = PathBuf::from(BASELINE);
    if arguments.strict || usual.is_dir() {
        BaselineArguments {
            baseline: Some(usual),
            no_baseline: false,
        }
    } else {
        BaselineArguments {
            baseline: None,
            no_baseline: true,
        }
    }
}

/// Decides the exit code: 1 only where the user asked for something to hold.
fn judge(report: &RunReport, baseline: &BaselineArguments, strict: bool) -> Exit {
    let exit = exit_for_report(report, strict);
    if exit != Exit::Violation && exit != Exit::Success {
        return exit;
    }
    let Some(folder) = baseline
        .baseline
        .as_ref()
        .filter(|folder| strict || folder.is_dir())
    else {
        return Exit::Success;
    };
    let name = shell_word(&text::path(folder));
    let is_bad = |case: &&CaseReport| {
        let is_new = strict && case.is_unaccepted() && !is_another_patch(case);
        case.verdict.is_violation() || is_new
    };
    let bad = report.cases.iter().filter(is_bad);
    let bad = bad.map(|case| format!("{} on {}", name_check(&case.case), case.interpreter));
    let bad: Vec<String> = bad.collect();
    let is_unknown =
        |case: &&CaseReport| case.baseline_status() == Some(BaselineStatus::NewScenario);
    // What is asked of the files alone has no expression in its id.
    let unknown = report.cases.iter().filter(is_unknown).count();
    if folder.is_dir() && unknown * 2 > report.cases.len() {
        warn_user(&format!(
            "the baseline {name} has nothing of most of these questions: it was accepted with another package, --module or --use"
        ));
    } else if !folder.is_dir() {
        warn_user("--strict: nothing has been accepted yet");
    } else if !bad.is_empty() {
        warn_user(&format!(
            "not as in the baseline {name}: {}; `modswap diff --baseline {name}` shows it",
            first_few(&bad, MAX_NAMED)
        ));
    }
    if bad.is_empty() {
        Exit::Success
    } else {
        Exit::Violation
    }
}

/// True if it is only the patch version that the baseline does not have: one of the same feature release answered so.
fn is_another_patch(case: &CaseReport) -> bool {
    let neighbour = case
        .baseline
        .as_ref()
        .and_then(|found| found.neighbour.as_ref());
    case.verdict == Verdict::Pass
        && case.baseline_status() == Some(BaselineStatus::NewVersion)
        && neighbour.is_some_and(|key| key.series() == case.interpreter.series())
}

/// Files to write, whose names say how.
fn check_outputs(paths: &[PathBuf]) -> Result<Vec<(PathBuf, VetFormat, Target)>, Failure> {
    let outputs = paths.iter().map(|path| {
        let name = path.display();
        let format = VetFormat::from_path(path).ok_or_else(|| {
            Failure::usage(format!("--output {name}: the ending of a name says what is written: .json, .md, .html, .svg or .txt"))
        })?;
        let target = check_writable(path).map_err(|error| Failure::usage(describe(name, &error)))?;
        Ok((path.clone(), format, target))
    });
    outputs.collect()
}

fn render(table: &VetTable, format: VetFormat, style: Style) -> String {
    match format {
        VetFormat::Table => terminal::vet::render_vet(table, style),
        VetFormat::Json => render_vet_json(table),
        VetFormat::Markdown => markdown::vet::render_vet(table),
        VetFormat::Html => html::vet::render_vet(table),
        VetFormat::Badge => badge::render_badge(table),
    }
}

/// Writes each file, also where another cannot be written.
fn write_outputs(
    outputs: Vec<(PathBuf, VetFormat, Target)>,
    table: &VetTable,
) -> Result<(), Failure> {
    let style = Style {
        width: 120,
        all: true,
        ..Style::PLAIN
    };
    let failures = outputs.into_iter().filter_map(|(path, format, target)| {
        let text = render(table, format, style);
        let (Target::File(file) | Target::Stream(file)) = &target;
        let written = match &target {
            Target::File(_) => {
                replace_file(file, Readers::All, |out| out.write_all(text.as_bytes()))
            }
            Target::Stream(_) => write_stream(file, |out| out.write_all(text.as_bytes())),
        };
        written.err().map(|error| write_failure(&path, &error))
    });
    Failure::join(failures.collect())
}

fn print(table: &VetTable, format: VetFormat, style: Style) -> Result<(), Failure> {
    let text = render(table, format, style);
    match format {
        VetFormat::Table => pager::print_paged(&text),
        VetFormat::Json => print_json(&text),
        _ => print_data(&text),
    }
}
