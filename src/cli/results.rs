//! What becomes of a report: files, what GitHub Actions is told, and what is printed.

use super::arguments::{Results, When};
use super::exit::exit_for_report;
use super::github::Github;
use super::outputs::Outputs;
use super::pages_folder::PagesFolder;
use super::{Exit, Failure, print_data};
use crate::report::format::{self, Format};
use crate::report::links::Links;
use crate::report::terminal::style::Style;
use crate::report::terminal::whole::{self, Told};

/// Where the results go, with all files open.
pub(super) struct Destinations {
    format: Format,
    all: bool,
    outputs: Outputs,
    pages: Option<PagesFolder>,
    /// What `--links` says, for pages.
    links: Option<Links>,
    github: Github,
}

impl Destinations {
    /// Opens the files: a name that cannot be written is known before there is something to lose.
    ///
    /// # Errors
    /// When a file cannot be written, or its name says no format.
    pub(super) fn open(arguments: &Results, github: When) -> Result<Self, Failure> {
        Ok(Self {
            format: arguments.format,
            all: arguments.all,
            outputs: Outputs::open(&arguments.output)?,
            pages: arguments
                .pages
                .as_deref()
                .map(PagesFolder::open)
                .transpose()?,
            links: arguments.links.as_deref().map(Links::below),
            github: Github::new(github),
        })
    }

    /// Writes and prints the report.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(super) fn write_report(self, told: Told<'_>, style: Style) -> Result<(), Failure> {
        let style = Style {
            all: self.all,
            ..style
        };
        let exit = exit_for_report(told.report, told.strict);
        self.outputs.write(told, exit)?;
        if let Some(pages) = &self.pages {
            pages.write(told.report, told.strict, self.links.as_ref())?;
        }
        self.github.append_summary(told);
        match self.format {
            Format::Table => {
                let (overview, rest) = whole::render(told, style);
                self.github.print_tables(told, &overview, &rest)
            }
            format => {
                let text = format::render(format, told, exit as u8, style);
                let text = text.map_err(|error| Failure::new(Exit::Fault, error))?;
                print_data(&self.github.annotate_data(told, format, text))
            }
        }
    }
}
