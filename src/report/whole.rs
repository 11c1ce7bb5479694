//! A whole report for people: the overview, what is not as expected, how it stands to the baseline, and totals.

use std::path::Path;

use super::model::RunReport;
use super::style::Style;
use super::{overview, standing, summary};

/// How a report came about, for the words in which it is told.
#[derive(Clone, Copy, Debug)]
pub enum Made<'a> {
    /// By a run of this machine, which is remembered.
    Here,
    /// Of other reports.
    Merged {
        /// The file that it was written to, if it was.
        file: Option<&'a Path>,
    },
}

impl Made<'_> {
    /// Where something was run or was not.
    pub(super) fn here(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Merged { .. } => "in these reports",
        }
    }

    /// What a command that looks at the last run needs to look at this one.
    pub(super) fn stored(self) -> String {
        let Self::Merged { file } = self else {
            return String::new();
        };
        let name = file.map(|file| summary::shell_word(&file.to_string_lossy()));
        format!(" --report {}", name.as_deref().unwrap_or("FILE"))
    }
}

/// Everything that `run` and `merge` print.
pub fn render(report: &RunReport, strict: bool, made: Made<'_>, style: Style) -> String {
    let violations = summary::violations(report, style);
    let gap = if violations.is_empty() { "" } else { "\n" };
    format!(
        "{}\n\n{violations}{gap}{}{}",
        overview::render(report, style),
        standing::render(report, strict, made),
        summary::totals(report, made)
    )
}
