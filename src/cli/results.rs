//! What becomes of a report: files, what GitHub Actions is told, and what is printed.

use super::arguments::{Results, When};
use super::events::EventSink;
use super::exit::exit_for_report;
use super::github::Github;
use super::outputs::Outputs;
use super::pages_folder::PagesFolder;
use super::{Failure, print_data};
use crate::compare::Comparison;
use crate::record::RunReport;
use crate::report::context::RenderContext;
use crate::report::format::{self, Format};
use crate::report::links::Links;
use crate::report::terminal;
use crate::report::terminal::style::Style;

/// Where the results go, known to be writable.
pub(super) struct Destinations<'a> {
    arguments: &'a Results,
    outputs: Outputs,
    pages: Option<PagesFolder>,
    github: Github,
    /// True if what is printed was written while the run went on.
    is_printed: bool,
}

impl<'a> Destinations<'a> {
    /// Checks the files, and changes none: a name that cannot be written is known before there is something to lose.
    ///
    /// # Errors
    /// When a file cannot be written, or its name says no format.
    pub(super) fn check(arguments: &'a Results, github: When) -> Result<Self, Failure> {
        let pages = arguments.pages.as_deref().map(PagesFolder::check);
        Ok(Self {
            arguments,
            outputs: Outputs::check(&arguments.output)?,
            pages: pages.transpose()?,
            github: Github::new(github),
            is_printed: false,
        })
    }

    /// Takes out what a run writes to while it goes on.
    pub(super) fn take_event_sinks(&mut self) -> Vec<EventSink> {
        let mut sinks = self.outputs.take_event_files();
        if self.arguments.format == Format::Ndjson {
            self.is_printed = true;
            sinks.push(EventSink::Printed(self.github.data_writer()));
        }
        sinks
    }

    /// Writes and prints the report: each that can be, also where another cannot. Tables for people are of `shown`, which may have
    /// recorded columns beside what ran.
    ///
    /// # Errors
    /// Names what cannot be written.
    pub(super) fn write_report(
        self,
        report: &RunReport,
        shown: &RunReport,
        context: &RenderContext<'_>,
        style: Style,
    ) -> Result<(), Failure> {
        let comparison = Comparison::new(report);
        let style = Style {
            all: self.arguments.all || self.github.folds_tables(),
            ..style
        };
        let exit = exit_for_report(report, context.strict);
        let mut failures = self.outputs.write(&comparison, context, exit);
        if let Some(pages) = &self.pages {
            let links = self.arguments.links.as_deref().map(Links::below);
            failures.extend(pages.write(report, context.strict, links.as_ref()).err());
        }
        self.github.append_summary(&comparison, context);
        let printed = match self.arguments.format {
            Format::Table => {
                let shown = Comparison::new(shown);
                let (overview, rest) = terminal::render_report(&shown, context, style);
                self.github
                    .print_tables(&comparison, context, &overview, &rest)
            }
            format => {
                self.github.print_annotations(&comparison, context);
                if self.is_printed {
                    Ok(())
                } else {
                    let text = format::render(format, &comparison, context, exit as u8, style);
                    print_data(&self.github.neutralize_data(format, text))
                }
            }
        };
        failures.extend(printed.err());
        Failure::join(failures)
    }
}
