//! What becomes of a report: files, what GitHub Actions is told, and what is printed.

use super::arguments::{Format, Results};
use super::github::Github;
use super::junit::Junit;
use super::output::Outputs;
use super::{Failure, print};
use crate::report;
use crate::report::style::Style;
use crate::report::whole::{self, Told};

/// Where the results go, with all files open.
pub(super) struct Destinations<'a> {
    arguments: &'a Results,
    outputs: Outputs,
    junit: Junit,
}

impl<'a> Destinations<'a> {
    /// Opens the files: a name that cannot be written is known before there is something to lose.
    ///
    /// # Errors
    /// When one cannot be written, or its name says no kind.
    pub(super) fn open(arguments: &'a Results) -> Result<Self, Failure> {
        Ok(Self {
            arguments,
            outputs: Outputs::open(&arguments.output)?,
            junit: Junit::open(arguments.junit.as_deref())?,
        })
    }

    /// Writes and prints the report.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(super) fn take(self, told: Told<'_>, style: Style) -> Result<(), Failure> {
        self.outputs.write(told.report)?;
        self.junit.write(told)?;
        let github = Github::new(self.arguments.github);
        github.summarise(told);
        print(&match self.arguments.format {
            Format::Json => github.json(told, report::json(told.report)),
            Format::Table => {
                let (overview, rest) = whole::render(told, style);
                github.tables(told, &overview, &rest)
            }
        })
    }
}
