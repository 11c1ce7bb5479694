//! Whether a file may be started, told by looking at it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::binary;
use super::environment::{Environment, System};
use super::reject::Unusable;
use super::shim::shim;
use super::sources::{store, xcode};
use crate::python::identity::is_in_environment;

/// Whether an executable file stands there; the reason if a file does and must not be started.
pub(super) fn usable(path: &Path, environment: &Environment) -> Result<bool, Unusable> {
    if store::is_alias(path) {
        return Err(Unusable::StoreAlias);
    }
    let data = match path.metadata() {
        Ok(data) => data,
        // Windows cannot follow the aliases of the Store (error 1920), and they start all the same.
        Err(_) if environment.system == System::Windows => {
            return Ok(path.symlink_metadata().is_ok());
        }
        Err(error) => return not_reached(path, error),
    };
    if !data.is_file() {
        return Ok(false);
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o111 == 0 {
        return Err(Unusable::NotExecutable);
    }
    if path.to_str().is_none() {
        return Err(Unusable::NotUtf8);
    }
    if xcode::is_stub(path, environment) {
        return Err(Unusable::AppleStub);
    }
    if is_of_windows(path, environment) {
        return Err(Unusable::Windows);
    }
    shim(path).map_or(Ok(true), |shim| Err(Unusable::Shim(shim)))
}

/// Whether it is a program of Windows elsewhere: WSL has the `PATH` of Windows, too, and starts its programs, which would
/// run on the other side, where none of the files of a case are. (A build folder on a Mac has a `python.exe` of its own.)
fn is_of_windows(path: &Path, environment: &Environment) -> bool {
    let is_exe = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("exe"));
    match environment.system {
        System::Windows => false,
        System::Linux if is_exe => true,
        _ => binary::made_for(path) == Some("Windows"),
    }
}

/// Whether an error means that nothing is there. Any other leaves that open.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput
    )
}

/// Why something that is there is not known.
pub(super) fn unreadable(error: io::Error) -> Unusable {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return Unusable::Loop;
    }
    Unusable::Unreadable(error)
}

/// What a name is that leads to no file.
fn not_reached(path: &Path, error: io::Error) -> Result<bool, Unusable> {
    if !is_absent(&error) {
        return Err(unreadable(error));
    }
    match end_of_links(path) {
        Some(missing) => Err(Unusable::Dangling {
            missing,
            in_environment: is_in_environment(path),
        }),
        None => Ok(false),
    }
}

/// Where the links end that begin at a path; none if it is no link.
fn end_of_links(path: &Path) -> Option<PathBuf> {
    let follow = |path: &PathBuf| Some(path.parent()?.join(path.read_link().ok()?));
    // Linux follows 40.
    let end = std::iter::successors(Some(path.to_path_buf()), follow);
    let end = end.take(41).last().filter(|end| end != path)?;
    Some(without_detours(&end))
}

/// The path without `.` and `..`, if it still leads to the same: a link in it may lead elsewhere than its text says.
pub(super) fn without_detours(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    let place = |path: &Path| {
        let there = |path: &&Path| path.exists();
        path.ancestors().find(there)?.canonicalize().ok()
    };
    if place(path) == place(&plain) {
        plain
    } else {
        path.to_path_buf()
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
