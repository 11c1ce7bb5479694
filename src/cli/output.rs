//! Files that a report is written to.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Exit, Failure};
use crate::report;
use crate::report::model::RunReport;

/// Files that are open before anything runs.
pub(super) struct Outputs(Vec<(PathBuf, File)>);

impl Outputs {
    /// Opens them all.
    ///
    /// # Errors
    /// When one cannot be written, or its name says no kind.
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, Failure> {
        let opened = paths.iter().map(|path| {
            let kind = path.extension().and_then(|kind| kind.to_str());
            if kind != Some("json") {
                let text = format!(
                    "--output {}: the name says what is written, and this one says nothing known; a report is `.json`",
                    path.display()
                );
                return Err(Failure::new(Exit::Usage, text));
            }
            Ok((path.clone(), create(path)?))
        });
        opened.collect::<Result<_, _>>().map(Self)
    }

    /// Writes the report to each.
    ///
    /// # Errors
    /// When one cannot be written, which is told by name.
    pub(super) fn write(self, report: &RunReport) -> Result<(), Failure> {
        for (path, file) in self.0 {
            let mut file = BufWriter::new(file);
            let written = file.write_all(report::json(report).as_bytes());
            written
                .and_then(|()| file.flush())
                .map_err(|error| unwritten(&path, &error))?;
        }
        Ok(())
    }
}

/// Creates a file that a command was told to write, and the folders above it.
pub(super) fn create(path: &Path) -> Result<File, Failure> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    above
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| File::create(path))
        .map_err(|error| {
            Failure::new(
                Exit::Usage,
                format!("{}: cannot be written: {error}", path.display()),
            )
        })
}

/// What is said when writing fails later on.
pub(super) fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Fault,
        format!("{}: cannot be written: {error}", path.display()),
    )
}
