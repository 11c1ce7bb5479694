//! Files that a report is written to.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::events::EventSink;
use super::{Exit, Failure};
use crate::compare::Comparison;
use crate::fs::{Readers, Target, check_writable, replace_file};
use crate::interrupt::shutdown_requested;
use crate::report::context::RenderContext;
use crate::report::format::{self, Format};
use crate::report::terminal::style::Style;
use crate::text::did_you_mean;

/// Bytes that are written to a pipe at once.
const BUFFER: usize = 1 << 18;
/// How tables look in a file.
const IN_FILES: Style = Style {
    width: 120,
    colour: false,
    links: false,
    all: true,
    ..Style::PLAIN
};

/// Files that a command was told to write, of which none is open yet: what is in them stays there until there is something new, whole.
pub(super) struct Outputs(Vec<Output>);

struct Output {
    path: PathBuf,
    format: Format,
    target: Target,
}

impl Outputs {
    /// Finds the format of each by its name, and whether it can be written. Nothing changes.
    ///
    /// # Errors
    /// When a file cannot be written, its name says no format, or it is named twice.
    pub(super) fn check(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut outputs: Vec<Output> = Vec::new();
        for path in paths {
            let format = Format::from_path(path).ok_or_else(|| unknown_format(path))?;
            let target = check_writable(path);
            let target =
                target.map_err(|error| Failure::usage(describe(path.display(), &error)))?;
            if outputs.iter().any(|known| is_same(&known.target, &target)) {
                let text = format!(
                    "{}: named twice; each would overwrite the other",
                    path.display()
                );
                return Err(Failure::usage(text));
            }
            outputs.push(Output {
                path: path.clone(),
                format,
                target,
            });
        }
        Ok(Self(outputs))
    }

    /// Takes out the files that a run writes to while it goes on.
    pub(super) fn take_event_files(&mut self) -> Vec<EventSink> {
        let events = self
            .0
            .extract_if(.., |output| output.format == Format::Ndjson);
        events
            .map(|output| EventSink::Named(output.path, output.target))
            .collect()
    }

    /// Writes the report to each, also where another cannot be written. `exit` is the exit code that it asks for. Returns what is to be
    /// said of those that cannot be written.
    pub(super) fn write(
        self,
        comparison: &Comparison<'_>,
        context: &RenderContext<'_>,
        exit: Exit,
    ) -> Vec<Failure> {
        let failures = self.0.into_iter().filter_map(|output| {
            let write = |out: &mut dyn Write| {
                format::write(
                    output.format,
                    comparison,
                    context,
                    exit as u8,
                    IN_FILES,
                    out,
                )
            };
            let written = match &output.target {
                Target::File(path) => {
                    // Whoever asks to stop now gets what there is to write.
                    let _listener = shutdown_requested();
                    replace_file(path, Readers::All, write)
                }
                Target::Stream(path) => write_stream(path, write),
            };
            written
                .err()
                .map(|error| write_failure(&output.path, &error))
        });
        failures.collect()
    }
}

/// True if both are one file.
fn is_same(one: &Target, other: &Target) -> bool {
    let real = |target: &Target| {
        let (Target::File(path) | Target::Stream(path)) = target;
        let name = path.file_name()?;
        let folder = std::path::absolute(path).ok()?.parent()?.to_owned();
        Some(folder.canonicalize().unwrap_or(folder).join(name))
    };
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

/// Writes to a pipe or a device.
pub(super) fn write_stream(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let stream = OpenOptions::new().write(true).open(path)?;
    let mut stream = BufWriter::with_capacity(BUFFER, stream);
    write(&mut stream)?;
    stream.flush()
}

/// The failure on a name that says no format.
fn unknown_format(path: &Path) -> Failure {
    let formats = Format::ALL.into_iter();
    let known = formats.map(|format| format!(".{} ({})", format.extensions()[0], format.word()));
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let endings = Format::ALL.into_iter().flat_map(Format::extensions);
    let near = did_you_mean(&ending, endings.copied());
    let near = near.map_or_else(String::new, |near| format!("; {near}"));
    let text = format!(
        "--output {}: the ending of a name says what is written, and this one says nothing known; there are {}{near}",
        path.display(),
        known.collect::<Vec<_>>().join(", ")
    );
    Failure::usage(text)
}

/// Says of what is to be written that it cannot be.
pub(super) fn describe(name: impl Display, error: &impl Display) -> String {
    format!("{name}: cannot be written: {error}")
}

/// The failure of a file that cannot be written when there is something to write.
pub(super) fn write_failure(path: &Path, error: &impl Display) -> Failure {
    Failure::new(Exit::Fault, describe(path.display(), error))
}
