//! `modswap accept`

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use super::arguments::AcceptArguments;
use super::{Exit, Failure, pager, state};
use crate::baseline::{self, Accepted};
use crate::compare::changes::{ChangeKind, find_changes_against_baseline};
use crate::plan::{Ids, Selection};
use crate::python::requirements::{RequirementError, Requirements};
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::record::ranges::ranges;
use crate::record::{CaseReport, RunReport};
use crate::text::{plural, visible};

/// Which cases a word of the command line means: rows by id or glob, on all versions or some.
struct CaseFilter {
    selection: Selection,
    version: Option<VersionFilter>,
}

enum VersionFilter {
    /// `3.14.0t`
    Exact(InterpreterKey),
    /// `3.14t`, `>=3.12`
    Matching(Requirements),
}

pub(super) fn run(arguments: &AcceptArguments) -> Result<Exit, Failure> {
    let folder = &arguments.stored.baseline;
    state::check_writable(arguments.stored.allow_ci)?;
    state::refuse_builtin(folder)?;
    let report = state::load_report(&arguments.stored)?;
    state::refuse_older(&report)?;
    let cases = report.cases.iter();
    let ids: Ids = cases
        .flat_map(|case| [case.scenario.to_string(), case.case.to_string()])
        .collect();
    let words = arguments.what.iter().map(|word| parse_filter(word, &ids));
    let words = words.collect::<Result<Vec<_>, _>>()?;
    for (word, text) in words.iter().zip(&arguments.what) {
        if !report.cases.iter().any(|case| word.matches(case)) {
            let text =
                format!("`{text}` names nothing that was run; `modswap diff` shows what differs");
            return Err(Failure::new(Exit::Nothing, text));
        }
    }
    let named = |case: &CaseReport| words.is_empty() || words.iter().any(|word| word.matches(case));
    let accepted = if arguments.new_versions {
        // Held against what the baseline is now, which may be another than when it ran.
        let ids = report.scenarios.iter().map(|scenario| scenario.id.as_str());
        let baseline = baseline::read(folder, ids)?;
        let changes = find_changes_against_baseline(&baseline, &report);
        let groups = changes.groups.iter();
        let alike: Vec<_> = groups
            .filter(|group| group.kind == ChangeKind::NewVersion)
            .collect();
        let is_like = |case: &CaseReport| {
            alike
                .iter()
                .any(|group| group.has(&case.case, &case.interpreter))
        };
        accept_cases(folder, &report, &|case| named(case) && is_like(case))?
    } else {
        accept_cases(folder, &report, &named)?
    };
    pager::print_paged(&render_accepted(&report, &accepted))?;
    // All means all that can be accepted; what was named must not be taken for accepted where it is not.
    Ok(if words.is_empty() || accepted.refused.is_empty() {
        Exit::Success
    } else {
        Exit::Violation
    })
}

/// Accepts cases of a report into the baseline as it is on the disk now, and writes the files that change, each whole.
pub(super) fn accept_cases(
    folder: &Path,
    report: &RunReport,
    wanted: &dyn Fn(&CaseReport) -> bool,
) -> Result<Accepted, Failure> {
    let cases = report.cases.iter().filter(|case| wanted(case));
    let ids: BTreeSet<&str> = cases.map(|case| case.scenario.as_str()).collect();
    let mut baseline = baseline::read(folder, ids)?;
    let accepted = baseline::accept(&mut baseline, report, wanted);
    let changed = accepted.scenarios.iter();
    let changed: Vec<_> = changed
        .filter_map(|id| baseline.scenarios.get(id))
        .collect();
    for scenario in &changed {
        baseline::sound(folder, scenario)?;
    }
    for scenario in &changed {
        baseline::write(folder, scenario)?;
    }
    Ok(accepted)
}

/// Renders what was accepted (`accepted 3 cases of 2 scenarios`), and what was not.
pub(super) fn render_accepted(report: &RunReport, accepted: &Accepted) -> String {
    let mut out = String::new();
    if accepted.taken.is_empty() {
        out.push_str("nothing new to accept\n");
    } else {
        let _ = writeln!(
            out,
            "accepted {} of {}",
            plural(accepted.taken.len(), "case"),
            plural(accepted.scenarios.len(), "scenario")
        );
    }
    let all: Vec<&InterpreterKey> = report
        .interpreters
        .iter()
        .map(|interpreter| &interpreter.key)
        .collect();
    let mut refused: BTreeMap<(&str, Verdict), Vec<&InterpreterKey>> = BTreeMap::new();
    for case in accepted.refused.iter().map(|at| &report.cases[*at]) {
        let versions = refused.entry((&case.case, case.verdict)).or_default();
        versions.push(&case.interpreter);
    }
    for ((case, verdict), versions) in refused {
        let _ = writeln!(
            out,
            "not accepted: {} on {}: {}",
            visible(case),
            ranges(&versions, &all),
            verdict.word()
        );
    }
    out
}

fn parse_filter(text: &str, ids: &Ids) -> Result<CaseFilter, Failure> {
    let filter = |word: &str, version| {
        let selection = Selection::new(&[word.to_owned()], &[], ids).map_err(Failure::usage)?;
        Ok(CaseFilter { selection, version })
    };
    // A label is behind an `@` of its own, and reports of earlier versions may have one in an id: the first that a version
    // follows counts.
    let mut failed = None;
    for (at, _) in text.match_indices('@') {
        match parse_version(&text[at + 1..]) {
            Ok(version) => return filter(&text[..at], Some(version)),
            Err(error) => failed = Some(error),
        }
    }
    match failed.filter(|_| !text.ends_with(']')) {
        Some(error) => Err(Failure::usage(format!("`{text}`: {error}"))),
        None => filter(text, None),
    }
}

fn parse_version(text: &str) -> Result<VersionFilter, RequirementError> {
    match text.parse() {
        Ok(key) => Ok(VersionFilter::Exact(key)),
        Err(_) => text.parse().map(VersionFilter::Matching),
    }
}

impl CaseFilter {
    fn matches(&self, case: &CaseReport) -> bool {
        self.selection.names(&case.scenario, &case.case)
            && match &self.version {
                None => true,
                Some(VersionFilter::Exact(key)) => {
                    *key == *case.interpreter || *key == case.interpreter.without_label()
                }
                Some(VersionFilter::Matching(requirements)) => requirements
                    .0
                    .iter()
                    .any(|request| request.matches(&case.interpreter)),
            }
    }
}
