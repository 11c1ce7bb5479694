//! `modswap new`

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::arguments::NewArguments;
use super::session::FOLDER;
use super::{Exit, Failure, screen};
use crate::report::summary::shell_word;
use crate::text;

/// A scenario that passes on every Python, with a remark on all that there is to change.
const SKELETON: &str = include_str!("skeleton.yaml");

pub(super) fn run(arguments: &NewArguments) -> Result<Exit, Failure> {
    let (id, folder) = (&arguments.id, &arguments.scenarios);
    if let Some(reason) = unfit(id) {
        let text = format!("`{id}` cannot be the id of a scenario: {reason}");
        return Err(Failure::new(Exit::Usage, text));
    }
    let file = text::path(&write(folder, id)?);
    screen::show(&format!("{file}\n"))?;
    // An id alone is looked for in the usual folder.
    let named = if folder == Path::new(FOLDER) {
        id
    } else {
        &file
    };
    // Not beside the path, which is what a script reads; and nobody may be there to read it.
    let _ = writeln!(io::stderr(), "next: modswap run {}", shell_word(named));
    Ok(Exit::Success)
}

/// Writes the file, and makes the folders above it; never over a scenario that is there.
fn write(folder: &Path, id: &str) -> Result<PathBuf, Failure> {
    let [path, twin] = ["yaml", "yml"].map(|extension| folder.join(format!("{id}.{extension}")));
    let taken = |path: &Path| {
        let text = format!("{} is there already; choose another id", text::path(path));
        Failure::new(Exit::Usage, text)
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
    file.write_all(SKELETON.as_bytes()).map_err(failed)?;
    Ok(path)
}

/// Why a word cannot be an id, if so: it would not be loaded again under that id, or not be taken as it is typed.
fn unfit(id: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let path = Path::new(id);
    let extension = path.extension();
    if id.starts_with('/') {
        Some("it is a path below the scenarios folder")
    } else if !id.chars().all(allowed) {
        Some("expected letters, digits, `-`, `_` and `.`, with `/` between folders")
    } else if id.split('/').any(str::is_empty) {
        Some("a part of it is empty")
    } else if id.split('/').any(|part| part.starts_with('.')) {
        Some("what begins with a dot is not looked at")
    } else if extension.is_some_and(|extension| extension == "yaml" || extension == "yml") {
        Some("leave out the extension")
    } else if id.split('/').any(|part| part == FOLDER) {
        Some("it begins below the folder `scenarios`")
    } else if path.file_name().is_some_and(|name| name == "pythons") {
        Some("a file of that name holds no scenario")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn ids_that_would_come_back() {
        for id in ["a", "swap/my-case", "a/b_c/v1.2", "Über/fälle", "1"] {
            assert_eq!(unfit(id), None, "{id}");
        }
    }

    #[test]
    fn ids_that_would_not() {
        for id in [
            "",
            "/",
            "/etc/x",
            "a//b",
            "a/",
            "..",
            "../x",
            "a/../b",
            "./a",
            "a/.hidden",
            "a[via=b]",
            "a*",
            "a b",
            "a\\b",
            "a\nb",
            "a.yaml",
            "a/b.yml",
            "scenarios/a",
            "x/scenarios/a",
            "pythons",
            "a/pythons",
        ] {
            assert!(unfit(id).is_some(), "{id:?}");
        }
    }
}
