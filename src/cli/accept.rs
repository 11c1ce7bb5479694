//! `modswap accept`

use std::fmt::Write;

use super::arguments::AcceptArguments;
use super::{Exit, Failure, memory, print};
use crate::baseline::{self, Accepted, Baseline};
use crate::plan::{CaseId, Selection};
use crate::python::require::{RequireError, Requirements};
use crate::python::version::InterpreterKey;
use crate::report::model::{CaseReport, RunReport, Status};
use crate::report::summary::plural;
use crate::text::visible;

/// What one word of the command line means: cases by a glob, and of these a version.
struct Word {
    selection: Selection,
    version: Option<Version>,
}

enum Version {
    /// `3.14.0t`
    One(InterpreterKey),
    /// `3.14t`, `>=3.12`
    Some(Requirements),
}

pub(super) fn run(arguments: &AcceptArguments) -> Result<Exit, Failure> {
    memory::hold_writing(&arguments.stored)?;
    let words = arguments.what.iter().map(|word| self::word(word));
    let words = words.collect::<Result<Vec<_>, _>>()?;
    let report = memory::stored(&arguments.stored)?;
    for (word, text) in words.iter().zip(&arguments.what) {
        if !report.cases.iter().any(|case| word.has(case)) {
            let text =
                format!("`{text}` names nothing that was run; `modswap diff` shows what differs");
            return Err(Failure::new(Exit::Nothing, text));
        }
    }
    let is_like = |case: &CaseReport| {
        let standing = case.baseline.as_ref();
        standing.is_some_and(|one| one.status == Status::NewVersion && one.was.is_none())
    };
    let wanted = |case: &CaseReport| {
        (words.is_empty() || words.iter().any(|word| word.has(case)))
            && (!arguments.new_versions || is_like(case))
    };
    let ids = report.scenarios.iter().map(|one| one.id.as_str());
    let mut baseline = baseline::read(&arguments.stored.baseline, ids)?;
    let accepted = baseline::accept(&mut baseline, &report, &wanted);
    write(&baseline, &accepted)?;
    print(&told(&report, &accepted))?;
    Ok(Exit::Success)
}

/// Writes the files that change, each whole.
pub(super) fn write(baseline: &Baseline, accepted: &Accepted) -> Result<(), Failure> {
    for id in &accepted.scenarios {
        if let Some(scenario) = baseline.scenarios.get(id) {
            baseline::write(&baseline.folder, scenario)?;
        }
    }
    Ok(())
}

/// `accepted 3 cases of 2 scenarios`, and what was not.
pub(super) fn told(report: &RunReport, accepted: &Accepted) -> String {
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
    for at in &accepted.refused {
        let case = &report.cases[*at];
        let _ = writeln!(
            out,
            "not accepted: {} on {}: {}",
            visible(&case.case),
            case.interpreter,
            case.verdict.word()
        );
    }
    out
}

fn word(text: &str) -> Result<Word, Failure> {
    let (glob, version) = match text.rsplit_once('@') {
        Some((glob, version)) => (glob, Some(version)),
        None => (text, None),
    };
    let wrong = |error: String| Failure::new(Exit::Usage, error);
    let version = version.map(|version| {
        if let Ok(key) = version.parse() {
            return Ok(Version::One(key));
        }
        let some = version.parse().map(Version::Some);
        some.map_err(|error: RequireError| wrong(format!("`{text}`: {error}")))
    });
    Ok(Word {
        selection: Selection::new(&[glob.to_owned()], &[])
            .map_err(|error| wrong(error.to_string()))?,
        version: version.transpose()?,
    })
}

impl Word {
    fn has(&self, case: &CaseReport) -> bool {
        let id = CaseId(case.case.clone());
        self.selection.names(&case.scenario, &id)
            && match &self.version {
                None => true,
                Some(Version::One(key)) => {
                    *key == case.interpreter || *key == case.interpreter.without_label()
                }
                Some(Version::Some(some)) => {
                    some.0.iter().any(|one| one.matches(&case.interpreter))
                }
            }
    }
}
