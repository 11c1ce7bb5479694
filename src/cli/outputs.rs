//! Files that a report is written to.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::events::EventSink;
use super::{Exit, Failure};
use crate::compare::Comparison;
use crate::report::context::RenderContext;
use crate::report::format::{self, Format};
use crate::report::terminal::style::Style;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 18;
/// How tables look in a file.
const IN_FILES: Style = Style {
    width: 120,
    colour: false,
    links: false,
    all: true,
};

/// Files that are open before anything runs.
pub(super) struct Outputs(Vec<Output>);

struct Output {
    path: PathBuf,
    format: Format,
    file: File,
}

impl Outputs {
    /// Opens them all, each in the format that its name says.
    ///
    /// # Errors
    /// When a file cannot be written, its name says no format, or it is named twice.
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, Failure> {
        // Nothing is created before all names are known to be right.
        let formats = paths
            .iter()
            .map(|path| Format::from_path(path).ok_or_else(|| unknown_format(path)));
        let formats = formats.collect::<Result<Vec<_>, Failure>>()?;
        for (at, path) in paths.iter().enumerate() {
            if paths[..at].contains(path) {
                return Err(Failure::usage(format!(
                    "{}: named twice; each would overwrite the other",
                    path.display()
                )));
            }
        }
        let opened = paths.iter().zip(formats).map(|(path, format)| {
            let (path, file) = (path.clone(), create_file(path)?);
            Ok(Output { path, format, file })
        });
        opened.collect::<Result<_, _>>().map(Self)
    }

    /// Takes out the files that a run writes to while it goes on.
    pub(super) fn take_event_files(&mut self) -> Vec<EventSink> {
        let events = self
            .0
            .extract_if(.., |output| output.format == Format::Ndjson);
        events
            .map(|output| -> EventSink {
                (output.path.display().to_string(), Box::new(output.file))
            })
            .collect()
    }

    /// Writes the report to each. `exit` is the exit code that it asks for.
    ///
    /// # Errors
    /// When a file cannot be written; the error names it.
    pub(super) fn write(
        self,
        comparison: &Comparison<'_>,
        context: &RenderContext<'_>,
        exit: Exit,
    ) -> Result<(), Failure> {
        for Output { path, format, file } in self.0 {
            let mut file = BufWriter::with_capacity(BUFFER, file);
            let written =
                format::write(format, comparison, context, exit as u8, IN_FILES, &mut file);
            let written = written.and_then(|()| file.flush());
            written.map_err(|error| write_failure(&path, &error))?;
        }
        Ok(())
    }
}

/// The failure on a name that says no format.
fn unknown_format(path: &Path) -> Failure {
    let formats = Format::ALL.into_iter();
    let known = formats.map(|format| format!(".{} ({})", format.extensions()[0], format.word()));
    let text = format!(
        "--output {}: the ending of a name says what is written, and this one says nothing known; there are {}",
        path.display(),
        known.collect::<Vec<_>>().join(", ")
    );
    Failure::usage(text)
}

/// Creates a file that a command was told to write, and the folders above it.
fn create_file(path: &Path) -> Result<File, Failure> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    above
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| File::create(path))
        .map_err(|error| Failure::usage(format!("{}: cannot be written: {error}", path.display())))
}

/// The failure of a file that was open, and cannot be written later on.
pub(super) fn write_failure(path: &Path, error: &impl std::fmt::Display) -> Failure {
    Failure::new(
        Exit::Fault,
        format!("{}: cannot be written: {error}", path.display()),
    )
}
