//! `modswap new`

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::arguments::NewArguments;
use super::{Exit, Failure, is_quiet, pager};
use crate::scenario::{FOLDER, unfit_id};
use crate::text::{self, shell_word};

/// A scenario that passes on every Python, with a remark on all that there is to change.
const SKELETON: &str = include_str!("skeleton.yaml");

pub(super) fn run(arguments: &NewArguments) -> Result<Exit, Failure> {
    let (id, folder) = (&arguments.id, &arguments.scenarios);
    let file = text::path(&create_scenario(folder, id, SKELETON)?);
    pager::print_paged(&format!("{file}\n"))?;
    // An id alone is looked for in the usual folder.
    let named = if folder == Path::new(FOLDER) {
        id
    } else {
        &file
    };
    // Not beside the path, which is what a script reads.
    if !is_quiet() {
        // Nobody may be there to read it.
        let _ = writeln!(io::stderr(), "next: modswap run {}", shell_word(named));
    }
    Ok(Exit::Success)
}

/// Refuses an id that cannot be one, or is that of a scenario in the folder.
pub(super) fn check_new(folder: &Path, id: &str) -> Result<(), Failure> {
    if let Some(reason) = unfit_id(id) {
        let text = format!("`{id}` cannot be the id of a scenario: {reason}");
        return Err(Failure::usage(text));
    }
    let names = ["yaml", "yml"].map(|extension| name_file(folder, id, extension));
    let taken = names.into_iter().find(|path| path.exists());
    taken.map_or(Ok(()), |path| Err(refuse_taken(&path)))
}

fn name_file(folder: &Path, id: &str, extension: &str) -> PathBuf {
    folder.join(format!("{id}.{extension}"))
}

fn refuse_taken(path: &Path) -> Failure {
    let path = text::path(path);
    Failure::usage(format!("{path} is there already; choose another id"))
}

/// Writes the file, and makes the folders above it; never over a scenario that is there.
pub(super) fn create_scenario(folder: &Path, id: &str, content: &str) -> Result<PathBuf, Failure> {
    check_new(folder, id)?;
    let path = name_file(folder, id, "yaml");
    let failed = |error: io::Error| {
        let path = text::path(&path);
        Failure::new(Exit::Fault, format!("cannot write {path}: {error}"))
    };
    fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
    let mut file = File::create_new(&path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => refuse_taken(&path),
        _ => failed(error),
    })?;
    let written = file.write_all(content.as_bytes());
    if let Err(error) = written.and_then(|()| file.sync_all()) {
        // A part of it would be in the way of the next attempt.
        let _ = fs::remove_file(&path);
        return Err(failed(error));
    }
    Ok(path)
}
