//! Folders that are the user's alone: who may have written what is in them, and what killed runs left.

mod run_folder;

pub(crate) use run_folder::{RunFolder, remove_closed_tree};

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing is read from a folder of the user's, and nothing written to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {reason}", .place.display())]
pub struct Distrust {
    /// The folder, or that above it in which it would be made.
    pub place: PathBuf,
    reason: &'static str,
}

impl Distrust {
    /// True if root, under sudo, has another user's home.
    pub(crate) fn is_sudo(&self) -> bool {
        self.reason == OTHERS && std::env::var_os("SUDO_UID").is_some()
    }
}

const OTHERS: &str = "belongs to another user";

/// Finds out whether somebody else may have written what is in a folder, or owns the one in which it would be made: a cache that runs
/// as a program must be the user's own, and what root writes into another's home is in their way.
#[cfg(unix)]
pub(crate) fn find_distrust(folder: &Path) -> Option<Distrust> {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    let (place, found) = folder
        .ancestors()
        .find_map(|place| Some((place, fs::metadata(place).ok()?)))?;
    let is_others = found.uid() != 0 && found.uid() != user;
    let reason = if is_others && (place == folder || user == 0) {
        OTHERS
    } else if place == folder && found.mode() & 0o002 != 0 {
        "can be written by every user"
    } else {
        return None;
    };
    Some(Distrust {
        place: place.to_path_buf(),
        reason,
    })
}

/// There, permissions are inherited from the user's profile.
#[cfg(not(unix))]
pub(crate) fn find_distrust(_: &Path) -> Option<Distrust> {
    None
}

/// Makes a folder and those above it, which only the user may use.
///
/// # Errors
/// When it cannot be made, or somebody else may write to it.
pub(crate) fn provide_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    find_distrust(folder).map_or(Ok(()), |distrust| Err(io::Error::other(distrust)))
}

/// The same for a folder within one of ours. What has its name and is something else, or a link, is removed.
///
/// # Errors
/// As above.
pub(crate) fn renew_private_folder(folder: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(folder);
    if found.is_ok_and(|found| !found.is_dir()) {
        fs::remove_file(folder)?;
    }
    provide_private_folder(folder)
}

/// Removes a file that whoever wrote it did not finish: one that nobody has locked.
///
/// # Errors
/// When it cannot be removed.
#[cfg(unix)]
pub(crate) fn remove_if_left(path: &Path) -> io::Result<()> {
    use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
    // Neither a link is followed nor a pipe waited for.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match open(path, flags, Mode::empty()) {
        Ok(opened) => match flock(&opened, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => fs::remove_file(path),
            // It is in use, or nobody can tell.
            Err(_) => Ok(()),
        },
        // A link, a socket, a file that only its owner may read.
        Err(_) => fs::remove_file(path),
    }
}

#[cfg(not(unix))]
pub(crate) fn remove_if_left(_: &Path) -> io::Result<()> {
    Ok(())
}

/// True if a process holds the lock of a file.
#[cfg(unix)]
pub(crate) fn is_locked(path: &Path) -> bool {
    use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = open(path, flags, Mode::empty());
    opened.is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_err())
}

#[cfg(not(unix))]
pub(crate) fn is_locked(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

    use super::*;

    #[test]
    fn what_others_may_have_written_is_not_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        assert_eq!(find_distrust(&path), None, "it can be made");
        provide_private_folder(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        assert_eq!(find_distrust(&path), None);
        for (mode, is_trusted) in [(0o775, true), (0o777, false), (0o1777, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(find_distrust(&path).is_none(), is_trusted, "{mode:o}");
        }
        assert!(provide_private_folder(&path).is_err());
        if chown(&path, Some(12345), None).is_err() {
            println!("not covered: a folder of another user, by anyone but root");
            return;
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        for below in ["", "c", "c/d"] {
            let distrust = find_distrust(&path.join(below)).unwrap();
            assert_eq!(distrust.place, path.join(""));
            assert!(distrust.to_string().ends_with(" belongs to another user"));
        }
    }

    #[test]
    fn what_is_no_folder_is_made_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("elsewhere")).unwrap();
        let path = folder.path().join("it");
        for make in [
            |path: &Path| fs::write(path, "").unwrap(),
            |path: &Path| symlink("elsewhere", path).unwrap(),
            |path: &Path| symlink("nowhere", path).unwrap(),
        ] {
            make(&path);
            renew_private_folder(&path).unwrap();
            assert!(fs::symlink_metadata(&path).unwrap().is_dir());
            fs::remove_dir(&path).unwrap();
        }
        assert!(folder.path().join("elsewhere").is_dir());
    }
}
