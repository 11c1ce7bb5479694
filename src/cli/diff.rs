//! `modswap diff`

use std::fmt::Write;
use std::path::Path;

use super::arguments::{BASELINE, Common, DiffArguments};
use super::{Exit, Failure, pager, state, stdout_style};
use crate::baseline::{self, Baseline};
use crate::builtin::is_builtin_baseline;
use crate::compare::Comparison;
use crate::compare::changes::{ChangeKind, Changes, DiffInput, find_changes};
use crate::record::RunReport;
use crate::report::terminal::diff::{Limits, render_changes};
use crate::text::shell_word;

/// One of the two that are compared, read.
enum Stored {
    Baseline(Baseline),
    Report(Box<RunReport>),
}

pub(super) fn run(arguments: &DiffArguments, common: &Common) -> Result<Exit, Failure> {
    let folder = &state::find_baseline(&arguments.baseline);
    let accepted = || {
        read_baseline(folder).map(|baseline| (Stored::Baseline(baseline), name_baseline(folder)))
    };
    let ((was, was_name), (now, now_name)) = match (&arguments.a, &arguments.b) {
        (None, _) => {
            let report = state::load_last_run(folder)?;
            let name = format!("the run of {}", report.started);
            (accepted()?, (Stored::Report(Box::new(report)), name))
        }
        (Some(report), None) => (accepted()?, read_input(report)?),
        (Some(was), Some(now)) => (read_input(was)?, read_input(now)?),
    };
    let changes = find_changes(was.as_input(), now.as_input());
    let style = stdout_style(common);
    let show = |limits| render_changes(&changes, (&was_name, &now_name), style, limits);
    let whole = show(Limits::NONE);
    let mut text = whole.clone();
    if !arguments.full {
        text = show(Limits::USUAL);
        if text != whole {
            text.push_str("some of it is only counted; --full shows it all\n");
        }
    }
    if let (Stored::Report(report), None) = (&now, &arguments.b) {
        for command in suggest_commands(arguments, report, &changes) {
            let _ = writeln!(text, "next: {command}");
        }
    }
    pager::print_paged(&text)?;
    Ok(if changes.differs() {
        Exit::Violation
    } else if changes.same == 0 && changes.groups.is_empty() {
        Exit::Nothing
    } else {
        Exit::Success
    })
}

impl Stored {
    fn as_input(&self) -> DiffInput<'_> {
        match self {
            Self::Baseline(baseline) => DiffInput::Baseline(baseline),
            Self::Report(report) => DiffInput::Report(report),
        }
    }
}

fn name_baseline(folder: &Path) -> String {
    if is_builtin_baseline(folder) {
        return "the baseline that modswap carries".to_owned();
    }
    format!("the baseline {}", folder.display())
}

/// All that a baseline has.
fn read_baseline(folder: &Path) -> Result<Baseline, Failure> {
    let ids = baseline::ids(folder)?;
    Ok(baseline::read(folder, ids.iter().map(String::as_str))?)
}

/// Reads what a path names, a baseline by its folder or a report, and gives it a name for people.
fn read_input(path: &Path) -> Result<(Stored, String), Failure> {
    if path.is_dir() {
        return Ok((Stored::Baseline(read_baseline(path)?), name_baseline(path)));
    }
    let report = state::read_report(path)?;
    let name = path.display().to_string();
    Ok((Stored::Report(Box::new(report)), name))
}

/// Suggests the next commands about what differs from the baseline.
fn suggest_commands(
    arguments: &DiffArguments,
    report: &RunReport,
    changes: &Changes<'_>,
) -> Vec<String> {
    if report.is_of_builtin() {
        return Vec::new();
    }
    let mut options = String::new();
    let named = (arguments.baseline != Path::new(BASELINE)).then_some(&arguments.baseline);
    for (option, path) in [("--report", arguments.a.as_ref()), ("--baseline", named)] {
        if let Some(path) = path {
            let word = shell_word(&path.display().to_string());
            let _ = write!(options, " {option} {word}");
        }
    }
    let (offered, refused): (Vec<_>, Vec<_>) = changes
        .groups
        .iter()
        .partition(|group| group.refused.is_none());
    let command = offered.iter().map(|group| group.kind).min().map(|kind| {
        if kind == ChangeKind::NewVersion {
            "accept --new-versions"
        } else {
            "review"
        }
    });
    let next = command.map(|command| format!("modswap {command}{options}"));
    let refused = refused.iter().find_map(|group| group.cases.first());
    let show = refused.map(|changed| {
        let name = Comparison::new(report).name_of(changed.case);
        format!("modswap show {name}")
    });
    next.into_iter().chain(show).collect()
}
