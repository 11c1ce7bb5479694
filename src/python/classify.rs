//! The decision whether a file may be started, made by looking at it.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::binary;
use super::collector::is_python_path;
use super::environment::{Environment, System};
use super::identity::is_in_virtualenv;
use super::reject::RejectReason;
use super::shim::detect_shim;

/// The kind of thing that stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// A file that may be started.
    Executable,
    /// A folder, or something else that is no file.
    Other,
    /// Nothing.
    Absent,
}

/// Returns what stands at a path.
///
/// # Errors
/// Why a file that is there must not be started, or why it cannot be looked at.
pub(super) fn classify(path: &Path, environment: &Environment) -> Result<FileKind, RejectReason> {
    if is_store_alias(path) {
        return Err(RejectReason::StoreAlias);
    }
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        // Windows cannot follow the aliases of the Store (error 1920), and they start all the same.
        Err(_) if environment.system == System::Windows => {
            return Ok(match path.symlink_metadata() {
                Ok(_) => FileKind::Executable,
                Err(_) => FileKind::Absent,
            });
        }
        Err(error) => return classify_unreachable(path, error),
    };
    if !metadata.is_file() {
        return Ok(FileKind::Other);
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 == 0 {
        return Err(RejectReason::NotExecutable);
    }
    if path.to_str().is_none() {
        return Err(RejectReason::NotUtf8);
    }
    if is_apple_stub(path, environment) {
        return Err(RejectReason::AppleStub);
    }
    if is_windows_program(path, environment) {
        return Err(RejectReason::Windows);
    }
    match detect_shim(path) {
        Some(shim) => Err(RejectReason::Shim(shim)),
        None => Ok(FileKind::Executable),
    }
}

/// True if a file is an app execution alias of the Microsoft Store (`%LOCALAPPDATA%\Microsoft\WindowsApps\python3.exe`), on
/// `PATH` or anywhere; WSL has them on `PATH`, too, and another user's folder has the same name. They start a Python that was
/// installed from the Store, or, where none is, open the Store. Nothing in the file tells which (it has no bytes), so they are
/// never started.
fn is_store_alias(path: &Path) -> bool {
    let mut dirs = path.ancestors().skip(1).map(Path::file_name);
    let mut is_next = |expected: &str| {
        let name = dirs.next().flatten();
        name.is_some_and(|name| name.eq_ignore_ascii_case(expected))
    };
    is_next("WindowsApps") && is_next("Microsoft") && is_python_path(path)
}

/// True if a file is the `/usr/bin/python3` of a Mac: a stub that hands over to the developer tools in use, and pops up a dialog
/// that offers to install them where there are none. So it is not started; what it would start is looked for. Other names in
/// `/usr/bin` (`python`, `python2.7` up to macOS 12.2) are Pythons.
fn is_apple_stub(path: &Path, environment: &Environment) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    environment.system == System::Macos
        && name.starts_with("python3")
        && path.parent() == Some(&environment.at("usr/bin"))
}

/// True if a file is a program of Windows and this is another system: WSL has the `PATH` of Windows, too, and starts its
/// programs, which would run on the other side, where none of the files of a case are. (A build folder on a Mac has a `python.exe` of its own.)
fn is_windows_program(path: &Path, environment: &Environment) -> bool {
    let extension = path.extension();
    let is_exe = extension.is_some_and(|end| end.eq_ignore_ascii_case("exe"));
    match environment.system {
        System::Windows => false,
        System::Linux if is_exe => true,
        _ => binary::target_system(path) == Some("Windows"),
    }
}

/// True if an error means that nothing is there. Any other leaves that open.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput
    )
}

/// Returns the reason to reject what is there and cannot be looked at.
pub(super) fn unreadable_reason(error: io::Error) -> RejectReason {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return RejectReason::Loop;
    }
    RejectReason::Unreadable(error)
}

/// Returns what a name is that leads to no file.
fn classify_unreachable(path: &Path, error: io::Error) -> Result<FileKind, RejectReason> {
    if !is_absent(&error) {
        return Err(unreadable_reason(error));
    }
    match find_link_end(path) {
        Some(missing) => Err(RejectReason::Dangling {
            missing,
            in_environment: is_in_virtualenv(path),
        }),
        None => Ok(FileKind::Absent),
    }
}

/// Returns where the links end that begin at a path; none if it is no link.
fn find_link_end(path: &Path) -> Option<PathBuf> {
    let follow = |path: &PathBuf| Some(path.parent()?.join(path.read_link().ok()?));
    // Linux follows 40.
    let end = std::iter::successors(Some(path.to_path_buf()), follow);
    let end = end.take(41).last().filter(|end| end != path)?;
    Some(normalize_path(&end))
}

/// Returns the path without `.` and `..`, if it still leads to the same: a link in it may lead elsewhere than its text says.
pub(super) fn normalize_path(path: &Path) -> PathBuf {
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
    let existing_part = |path: &Path| {
        let mut ancestors = path.ancestors();
        ancestors.find(|path| path.exists())?.canonicalize().ok()
    };
    if existing_part(path) == existing_part(&plain) {
        plain
    } else {
        path.to_path_buf()
    }
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
