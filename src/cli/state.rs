//! What is remembered between runs: the baseline, which is the project's, and the last run, which is the machine's.

use std::path::{Component, Path, PathBuf};
use std::sync::Once;

use etcetera::BaseStrategy;

use super::arguments::{BASELINE, BaselineArguments, Stored};
use super::{Failure, is_on, variable, warn_of_distrust, warn_user};
use crate::baseline::{self, Baseline, BaselineError};
use crate::builtin::{self, is_builtin, is_builtin_baseline};
use crate::digest::short_hash;
use crate::folders::{find_distrust, provide_private_folder};
use crate::fs::{Readers, replace_file};
use crate::record::RunReport;
use crate::record::read;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::scenario::{FOLDER, id_in};
use crate::text::{self, shell_word};

/// The folder that ids are below.
fn scenarios_folder() -> Component<'static> {
    Component::Normal("scenarios".as_ref())
}

/// Finds the folder of the baseline: the one that was named, or that beside the scenarios. Nothing where there is neither.
pub(super) fn baseline_folder(
    scenarios: &[Scenario],
    arguments: &BaselineArguments,
) -> Option<PathBuf> {
    if arguments.no_baseline {
        return None;
    }
    let beside = || {
        let mut folders = scenarios
            .iter()
            .map(|scenario| baseline_of_file(Path::new(&scenario.file)));
        let first = folders.next()??;
        // Scenarios of several folders have no baseline in common.
        folders
            .all(|other| other.as_ref() == Some(&first))
            .then_some(first)
    };
    arguments.baseline.clone().or_else(beside)
}

/// The baseline beside a folder called `scenarios`; nothing for another folder.
pub(super) fn baseline_of_folder(scenarios: &Path) -> Option<PathBuf> {
    let is_home = scenarios.components().next_back() == Some(scenarios_folder());
    is_home.then(|| baseline_of_file(&scenarios.join("any.yaml")))?
}

/// True if a folder is below one called `scenarios`, and with it only a part of what has a baseline.
pub(super) fn is_below_scenarios(folder: &Path) -> bool {
    let mut parts = folder.components();
    parts.next_back() != Some(scenarios_folder()) && parts.any(|part| part == scenarios_folder())
}

/// `reports/baseline` beside the nearest folder called `scenarios` that a file is in; the same that its id is below. The program
/// carries one for the scenarios that it carries.
pub(super) fn baseline_of_file(file: &Path) -> Option<PathBuf> {
    if is_builtin(&file.to_string_lossy()) {
        return Some(PathBuf::from(builtin::BASELINE));
    }
    let parts: Vec<_> = file.components().collect();
    let folders = &parts[..parts.len().saturating_sub(1)];
    let at = folders
        .iter()
        .rposition(|part| *part == scenarios_folder())?;
    Some(parts[..at].iter().collect::<PathBuf>().join(BASELINE))
}

/// Loads what the baseline has of these scenarios. Where there is no folder there is no baseline, unless everything must be accepted.
pub(super) fn load_baseline(
    scenarios: &[Scenario],
    arguments: &BaselineArguments,
    strict: bool,
) -> Result<Option<Baseline>, Failure> {
    let Some(folder) = baseline_folder(scenarios, arguments) else {
        return Ok(strict.then(Baseline::default));
    };
    if !folder.is_dir() && !is_builtin_baseline(&folder) {
        // One that is merely usual need not be there; one that was named may be misspelt.
        if let Some(named) = &arguments.baseline {
            let name = shell_word(&text::path(named));
            warn_user(&format!(
                "there is no baseline at {name} yet, and nothing to compare with; `modswap accept --baseline {name}` makes one"
            ));
        }
        return Ok(strict.then(Baseline::default));
    }
    let ids = scenarios.iter().map(|scenario| scenario.id.0.as_str());
    Ok(Some(baseline::read(&folder, ids)?))
}

/// Loads what is recorded of these scenarios: what their baseline has, and what the program carries of those that are not in it. What
/// was recorded of another text of a scenario does not count.
pub(super) fn load_record(
    scenarios: &[Scenario],
    arguments: &BaselineArguments,
) -> Result<Baseline, Failure> {
    let baseline = load_baseline(scenarios, arguments, false)?;
    let ids = scenarios.iter().map(|scenario| scenario.id.0.as_str());
    add_builtin_record(baseline.unwrap_or_default(), ids, arguments)
}

/// Adds what the program carries of scenarios that a baseline does not have, unless the arguments choose the baseline.
pub(super) fn add_builtin_record<'a>(
    mut baseline: Baseline,
    ids: impl Iterator<Item = &'a str>,
    arguments: &BaselineArguments,
) -> Result<Baseline, Failure> {
    if arguments.no_baseline || arguments.baseline.is_some() {
        return Ok(baseline);
    }
    let missing = ids.filter(|id| !baseline.scenarios.contains_key(*id));
    let missing: Vec<&str> = missing.collect();
    let carried = baseline::read(Path::new(builtin::BASELINE), missing)?;
    baseline.scenarios.extend(carried.scenarios);
    Ok(baseline)
}

/// The baseline that a command without scenarios is about: the one that is named, or, where there are neither scenarios nor a baseline,
/// that which the program carries.
pub(super) fn find_baseline(named: &Path) -> PathBuf {
    let is_project = Path::new(FOLDER).is_dir() || named.exists();
    if is_project || named != Path::new(BASELINE) {
        return named.to_owned();
    }
    PathBuf::from(builtin::BASELINE)
}

/// Refuses to change the baseline that the program carries, where a command would be about it: something is remembered of it, and
/// there is no other.
pub(super) fn refuse_builtin(named: &Path) -> Result<(), Failure> {
    let folder = find_baseline(named);
    if is_builtin_baseline(&folder) && last_run(&folder)?.is_some() {
        return Err(BaselineError::Builtin.into());
    }
    Ok(())
}

/// Said once.
static DISTRUSTED: Once = Once::new();

/// The file of the last run that was compared with a baseline, or was of a folder or file of scenarios without one:
/// below `MODSWAP_STATE_DIR`, or the user's folder for state.
fn run_file(folder: &Path) -> Option<PathBuf> {
    let state = if let Some(named) = variable("MODSWAP_STATE_DIR") {
        PathBuf::from(named)
    } else {
        let strategy = etcetera::choose_base_strategy().ok()?;
        let state = strategy.state_dir();
        state
            .unwrap_or_else(|| strategy.cache_dir())
            .join("modswap")
    };
    let whole = if is_builtin_baseline(folder) {
        folder.to_owned()
    } else {
        std::path::absolute(folder).ok()?
    };
    // The folder may not be there yet; what is above it is.
    let real = whole.ancestors().find_map(|above| {
        let rest = whole.strip_prefix(above).ok()?.components();
        Some(
            above
                .canonicalize()
                .ok()?
                .components()
                .chain(rest)
                .collect(),
        )
    });
    let whole: PathBuf = real.unwrap_or(whole);
    if let Some(distrust) = find_distrust(&state) {
        DISTRUSTED.call_once(|| {
            warn_of_distrust("memory of earlier runs", &distrust, "MODSWAP_STATE_DIR");
        });
        return None;
    }
    let name = short_hash(whole.as_os_str().as_encoded_bytes());
    Some(state.join("runs").join(format!("{name}.json")))
}

/// Saves a run for the commands that look at the last one. A failure is logged, and ends nothing.
pub(super) fn save_run(folder: &Path, report: &RunReport) {
    let Some(file) = run_file(folder) else { return };
    let made = file.parent().map_or(Ok(()), provide_private_folder);
    let written = made.and_then(|()| {
        replace_file(&file, Readers::User, |out| {
            serde_json::to_writer(out, report).map_err(Into::into)
        })
    });
    if let Err(error) = written {
        tracing::warn!(%error, file = %file.display(), "the run cannot be remembered; `modswap accept --report FILE` takes a stored one");
    }
}

/// Reads a stored report, and says so where it is of an older form.
pub(super) fn read_report(file: &Path) -> Result<RunReport, Failure> {
    let report = read::report(file).map_err(Failure::usage)?;
    warn_of_older(&report, &text::path(file));
    Ok(report)
}

/// Says that a report is of an older form, if it is.
pub(super) fn warn_of_older(report: &RunReport, name: &str) {
    if report.is_older() {
        warn_user(&format!(
            "{name} was written by {}, whose digests had an older form: its scenarios cannot be told from those of today",
            report.tool
        ));
    }
}

/// Refuses to accept from a report of an older form, which would make the whole baseline stale.
pub(super) fn refuse_older(report: &RunReport) -> Result<(), Failure> {
    if !report.is_older() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the report was written by {}, whose digests had an older form; `modswap run`, then accept what that shows",
        report.tool
    )))
}

/// Loads the report that a command is about: the one that it names, or the last run.
pub(super) fn load_report(arguments: &Stored) -> Result<RunReport, Failure> {
    match &arguments.report {
        Some(file) => read_report(file),
        None => load_last_run(&find_baseline(&arguments.baseline)),
    }
}

/// Checks that the baseline may be written: not in CI, unless `--allow-ci` says so.
pub(super) fn check_writable(allow_ci: bool) -> Result<(), Failure> {
    if is_on("CI") && !allow_ci {
        let text = "`CI` is set, and the baseline is for people to change: nothing was written; `--allow-ci` writes it all the same";
        return Err(Failure::usage(text));
    }
    Ok(())
}

/// Loads the last run that was compared with a baseline, for a command that cannot do without.
pub(super) fn load_last_run(folder: &Path) -> Result<RunReport, Failure> {
    last_run(folder)?.ok_or_else(|| {
        if is_builtin_baseline(folder) {
            return Failure::usage("no run is remembered for the baseline that modswap carries; `modswap run` first, or name a stored report");
        }
        Failure::usage(format!(
            "no run is remembered for the baseline {}; `modswap run` first, or name a stored report\n  \
             (scenarios that are not in a folder called `scenarios` have a baseline only where `--baseline` names one)",
            folder.display()
        ))
    })
}

/// Loads the last run of scenarios without a baseline that has the scenario of a file, with the id that it has there: ids depend on the
/// folder that was run.
pub(super) fn last_run_of(scenario: &Path) -> Result<Option<(ScenarioId, RunReport)>, Failure> {
    let Ok(scenario) = std::path::absolute(scenario) else {
        return Ok(None);
    };
    let mut newest: Option<(ScenarioId, RunReport)> = None;
    for root in scenario.ancestors() {
        let Some(report) = last_run(root)? else {
            continue;
        };
        let id = id_in(root, &scenario);
        let is_there = report.scenarios.iter().any(|scenario| scenario.id == id.0);
        let is_newer = |(_, known): &(_, RunReport)| known.started < report.started;
        if is_there && newest.as_ref().is_none_or(is_newer) {
            newest = Some((id, report));
        }
    }
    Ok(newest)
}

/// Loads the last run that was compared with a baseline, if one is saved.
pub(super) fn last_run(folder: &Path) -> Result<Option<RunReport>, Failure> {
    let file = run_file(folder).filter(|file| file.exists());
    let report = file.map(|file| read::report(&file)).transpose();
    report.map_err(|error| {
        Failure::usage(format!(
            "what is remembered of the last run is damaged; `modswap run` makes it anew\n  {error}"
        ))
    })
}
