//! What becomes of a report: files, what GitHub Actions is told, and what is printed.

use super::arguments::{Results, When};
use super::exit::exit_for_report;
use super::folder::Folder;
use super::github::Github;
use super::output::Outputs;
use super::{Exit, Failure, print};
use crate::report::context::{self, RenderContext};
use crate::report::format::{self, Format};
use crate::report::links::Links;
use crate::report::terminal::style::Style;

/// Where the results go, with all files open.
pub(super) struct Destinations {
    format: Format,
    all: bool,
    outputs: Outputs,
    pages: Option<Folder>,
    /// What `--links` says, for pages.
    links: Option<Links>,
    github: Github,
}

impl Destinations {
    /// Opens the files: a name that cannot be written is known before there is something to lose.
    ///
    /// # Errors
    /// When one cannot be written, or its name says no format.
    pub(super) fn open(arguments: &Results, github: When) -> Result<Self, Failure> {
        Ok(Self {
            format: arguments.format,
            all: arguments.all,
            outputs: Outputs::open(&arguments.output)?,
            pages: arguments.pages.as_deref().map(Folder::open).transpose()?,
            links: arguments.links.as_deref().map(Links::below),
            github: Github::new(github),
        })
    }

    /// Writes and prints the report.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(super) fn take(self, told: RenderContext<'_>, style: Style) -> Result<(), Failure> {
        let style = Style {
            all: self.all,
            ..style
        };
        let exit = exit_for_report(told.report, told.strict);
        self.outputs.write(told, exit)?;
        if let Some(pages) = &self.pages {
            pages.write(told.report, told.strict, self.links.as_ref())?;
        }
        self.github.summarise(told);
        match self.format {
            Format::Table => {
                let (overview, rest) = context::render(told, style);
                self.github.tables(told, &overview, &rest)
            }
            format => {
                let text = format::render(format, told, exit as u8, style);
                let text = text.map_err(|error| Failure::new(Exit::Fault, error))?;
                print(&self.github.data(told, format, text))
            }
        }
    }
}
