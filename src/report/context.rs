//! The context of a view beside its content: how strict the command is, where the report comes from, where files can be looked at.

use std::path::Path;

use super::links::Links;
use crate::record::ScenarioReport;
use crate::runner::ScriptRenderer;
use crate::text::shell_word;

/// Reads the text that a report keeps of a scenario; nothing where it is not the scenario that ran.
pub type ReadScripts = fn(&ScenarioReport) -> Option<ScriptRenderer>;

/// The settings and surroundings of a view.
#[derive(Clone, Copy, Debug)]
pub struct RenderContext<'a> {
    /// True if what is not in the baseline is a failure.
    pub strict: bool,
    /// In sentences, what fails the command beside what the report says.
    pub faults: &'a [String],
    /// Where the report comes from.
    pub origin: ReportOrigin<'a>,
    /// Where the files that it names can be looked at.
    pub links: &'a Links,
    /// Where the scripts of its scenarios come from.
    pub read_scripts: ReadScripts,
}

impl RenderContext<'static> {
    /// A stored report of which nothing else is known.
    pub const STORED: Self = Self {
        strict: false,
        faults: &[],
        origin: ReportOrigin::Stored { file: None },
        links: &Links::NONE,
        read_scripts: |_| None,
    };
}

/// Where a report comes from.
#[derive(Clone, Copy, Debug)]
pub enum ReportOrigin<'a> {
    /// A run on this machine, which is remembered.
    Run {
        /// The folder of the baseline, where commands would not look for it by default.
        baseline: Option<&'a Path>,
    },
    /// Other reports.
    Merged {
        /// The file that it was written to, if it was.
        file: Option<&'a Path>,
    },
    /// A file.
    Stored {
        /// The file that it was read from; nothing for standard input.
        file: Option<&'a Path>,
    },
}

impl ReportOrigin<'_> {
    /// Where something was run or was not.
    pub(crate) fn place(self) -> &'static str {
        match self {
            Self::Run { .. } => "here",
            Self::Merged { .. } => "in these reports",
            Self::Stored { .. } => "in this report",
        }
    }

    /// The options with which a command that looks at the last run of the default baseline looks at this report, with a blank before.
    pub(crate) fn options(self) -> String {
        let word = |path: &Path| shell_word(&path.to_string_lossy());
        match self {
            Self::Run { baseline: None } => String::new(),
            Self::Run {
                baseline: Some(folder),
            } => format!(" --baseline {}", word(folder)),
            Self::Merged { file } | Self::Stored { file } => {
                let name = file.map_or_else(|| "FILE".to_owned(), word);
                format!(" --report {name}")
            }
        }
    }
}
