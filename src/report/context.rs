//! A whole report for people: the overview, what is not as expected, how it stands to the baseline, and totals.

use std::path::Path;

use super::terminal::style::Style;
use super::terminal::{overview, summary};
use super::wording::baseline_summary;
use crate::record::RunReport;
use crate::report::links::Links;
use crate::text::shell_word;

/// A report, and what is to be told beside it.
#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    /// What was seen.
    pub report: &'a RunReport,
    /// Whether what is not in the baseline is a failure.
    pub strict: bool,
    /// In sentences, what fails the command beside what the report says.
    pub faults: &'a [String],
    /// How it came about.
    pub made: ReportOrigin<'a>,
    /// Where the files that it names can be looked at.
    pub links: &'a Links,
}

/// How a report came about, for the words in which it is told.
#[derive(Clone, Copy, Debug)]
pub enum ReportOrigin<'a> {
    /// By a run of this machine, which is remembered.
    Here {
        /// The folder of the baseline, where commands would not look for it by themselves.
        baseline: Option<&'a Path>,
    },
    /// Of other reports.
    Merged {
        /// The file that it was written to, if it was.
        file: Option<&'a Path>,
    },
    /// Some time ago.
    Stored {
        /// The file that it was read from; nothing for standard input.
        file: Option<&'a Path>,
    },
}

impl ReportOrigin<'_> {
    /// Where something was run or was not.
    pub(crate) fn here(self) -> &'static str {
        match self {
            Self::Here { .. } => "here",
            Self::Merged { .. } => "in these reports",
            Self::Stored { .. } => "in this report",
        }
    }

    /// What a command that looks at the last run of the usual baseline needs to look at this one.
    pub(crate) fn stored(self) -> String {
        let word = |path: &Path| shell_word(&path.to_string_lossy());
        match self {
            Self::Here { baseline: None } => String::new(),
            Self::Here {
                baseline: Some(folder),
            } => format!(" --baseline {}", word(folder)),
            Self::Merged { file } | Self::Stored { file } => {
                let name = file.map_or_else(|| "FILE".to_owned(), word);
                format!(" --report {name}")
            }
        }
    }
}

/// What `run` and `merge` print: the overview, and what stands below it.
pub fn render(told: RenderContext<'_>, style: Style) -> (String, String) {
    let RenderContext {
        report,
        strict,
        made,
        ..
    } = told;
    let violations = summary::violations(report, style);
    let gap = if violations.is_empty() { "" } else { "\n" };
    let rest = format!(
        "{violations}{gap}{}{}",
        baseline_summary::render(report, strict, made, usize::from(style.width)),
        summary::totals(report, made)
    );
    (overview::render(report, style), rest)
}
