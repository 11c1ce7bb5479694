//! Whether a file may be started, told by looking at it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::binary;
use super::environment::{Environment, System};
use super::reject::RejectReason;
use super::shim::detect_shim;
use super::sources::{store, xcode};
use crate::python::identity::is_in_virtualenv;

/// Whether an executable file stands there; the reason if a file does and must not be started.
pub(super) fn classify(path: &Path, environment: &Environment) -> Result<bool, RejectReason> {
    if store::is_alias(path) {
        return Err(RejectReason::StoreAlias);
    }
    let data = match path.metadata() {
        Ok(data) => data,
        // Windows cannot follow the aliases of the Store (error 1920), and they start all the same.
        Err(_) if environment.system == System::Windows => {
            return Ok(path.symlink_metadata().is_ok());
        }
        Err(error) => return classify_unreachable(path, error),
    };
    if !data.is_file() {
        return Ok(false);
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o111 == 0 {
        return Err(RejectReason::NotExecutable);
    }
    if path.to_str().is_none() {
        return Err(RejectReason::NotUtf8);
    }
    if xcode::is_stub(path, environment) {
        return Err(RejectReason::AppleStub);
    }
    if is_windows_program(path, environment) {
        return Err(RejectReason::Windows);
    }
    detect_shim(path).map_or(Ok(true), |shim| Err(RejectReason::Shim(shim)))
}

/// Whether it is a program of Windows elsewhere: WSL has the `PATH` of Windows, too, and starts its programs, which would
/// run on the other side, where none of the files of a case are. (A build folder on a Mac has a `python.exe` of its own.)
fn is_windows_program(path: &Path, environment: &Environment) -> bool {
    let is_exe = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("exe"));
    match environment.system {
        System::Windows => false,
        System::Linux if is_exe => true,
        _ => binary::target_system(path) == Some("Windows"),
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
pub(super) fn unreadable_reason(error: io::Error) -> RejectReason {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return RejectReason::Loop;
    }
    RejectReason::Unreadable(error)
}

/// What a name is that leads to no file.
fn classify_unreachable(path: &Path, error: io::Error) -> Result<bool, RejectReason> {
    if !is_absent(&error) {
        return Err(unreadable_reason(error));
    }
    match find_link_end(path) {
        Some(missing) => Err(RejectReason::Dangling {
            missing,
            in_environment: is_in_virtualenv(path),
        }),
        None => Ok(false),
    }
}

/// Where the links end that begin at a path; none if it is no link.
fn find_link_end(path: &Path) -> Option<PathBuf> {
    let follow = |path: &PathBuf| Some(path.parent()?.join(path.read_link().ok()?));
    // Linux follows 40.
    let end = std::iter::successors(Some(path.to_path_buf()), follow);
    let end = end.take(41).last().filter(|end| end != path)?;
    Some(normalize_path(&end))
}

/// The path without `.` and `..`, if it still leads to the same: a link in it may lead elsewhere than its text says.
pub(super) fn normalize_path(path: &Path) -> PathBuf {
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
