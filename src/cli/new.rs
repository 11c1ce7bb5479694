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
    if let Some(reason) = unfit_id(id) {
        let text = format!("`{id}` cannot be the id of a scenario: {reason}");
        return Err(Failure::usage(text));
    }
    let file = text::path(&create_scenario(folder, id)?);
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

/// Writes the file, and makes the folders above it; never over a scenario that is there.
fn create_scenario(folder: &Path, id: &str) -> Result<PathBuf, Failure> {
    let [path, twin] = ["yaml", "yml"].map(|extension| folder.join(format!("{id}.{extension}")));
    let taken = |path: &Path| {
        let text = format!("{} is there already; choose another id", text::path(path));
        Failure::usage(text)
    };
    let failed = |error: io::Error| {
        let text = format!("cannot write {}: {error}", text::path(&path));
        Failure::new(Exit::Fault, text)
    };
    if twin.exists() {
        return Err(taken(&twin));
    }
    fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
    let mut file = File::create_new(&path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => taken(&path),
        _ => failed(error),
    })?;
    let written = file.write_all(SKELETON.as_bytes());
    if let Err(error) = written.and_then(|()| file.sync_all()) {
        // A part of it would be in the way of the next attempt.
        let _ = fs::remove_file(&path);
        return Err(failed(error));
    }
    Ok(path)
}
