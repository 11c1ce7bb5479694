//! The folder among the temporary files that is this process's, and those that killed ones left.
//!
//! A process holds a lock on its folder as long as it lives. So whether a folder is left over does not depend on numbers of
//! processes, which mean something else in a container or on another machine that shares the folder.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};
use std::time::SystemTime;

use crate::interrupt::{Undo, on_sudden_end};

/// How often another name is tried where somebody took the folder away before it was locked.
const MAX_TRIES: usize = 5;

/// A folder that is removed when nobody needs it any more.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub(crate) path: PathBuf,
    /// Where nothing is dropped, it goes all the same.
    _undo: Undo,
    /// Held, never read.
    #[cfg(unix)]
    _lock: rustix::fd::OwnedFd,
}

impl RunFolder {
    /// The folder of this process.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn provide() -> io::Result<Arc<Self>> {
        static CURRENT: Mutex<Weak<RunFolder>> = Mutex::new(Weak::new());
        static SWEEP: Once = Once::new();
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = current.upgrade() {
            return Ok(folder);
        }
        let temporary = env::temp_dir();
        SWEEP.call_once(|| remove_leftovers(&temporary));
        let folder = Arc::new(Self::make(&temporary)?);
        *current = Arc::downgrade(&folder);
        Ok(folder)
    }

    fn make(temporary: &Path) -> io::Result<Self> {
        let mut tries = 0;
        loop {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let now = now.unwrap_or_default().as_micros();
            let path = temporary.join(format!("modswap-{}-{now}", std::process::id()));
            #[cfg_attr(not(unix), allow(unused_mut))]
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            tries += 1;
            match builder.create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < MAX_TRIES => {
                    continue;
                }
                made => made?,
            }
            #[cfg(not(unix))]
            return Ok(Self {
                _undo: remove_suddenly(&path),
                path,
            });
            #[cfg(unix)]
            match lock(&path) {
                Ok(lock) => {
                    return Ok(Self {
                        _undo: remove_suddenly(&path),
                        path,
                        _lock: lock,
                    });
                }
                Err(_) if tries < MAX_TRIES && !path.exists() => {}
                // The file system has no locks, and so no run takes this one for a leftover.
                Err(_) => {
                    let opened = fs::File::open(&path)?;
                    return Ok(Self {
                        _undo: remove_suddenly(&path),
                        path,
                        _lock: opened.into(),
                    });
                }
            }
        }
    }

    /// A name beside this folder, for a folder that somebody else makes; it counts as this one's.
    pub(crate) fn name_beside(&self, number: usize) -> String {
        let name = self.path.file_name().unwrap_or_default();
        format!("{}-{number}", name.to_string_lossy())
    }
}

fn remove_suddenly(path: &Path) -> Undo {
    let path = path.to_owned();
    on_sudden_end(move || {
        let _ = fs::remove_dir_all(path);
    })
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::debug!(%error, folder = %self.path.display(), "cannot be removed");
        }
    }
}

/// Locks a folder that is there under this very name.
#[cfg(unix)]
fn lock(path: &Path) -> io::Result<rustix::fd::OwnedFd> {
    use rustix::fs::{FlockOperation, Mode, OFlags, flock, fstat, lstat, open};
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = open(path, flags, Mode::empty())?;
    flock(&opened, FlockOperation::NonBlockingLockExclusive)?;
    let (locked, named) = (fstat(&opened)?, lstat(path)?);
    if (locked.st_dev, locked.st_ino) == (named.st_dev, named.st_ino) {
        Ok(opened)
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Removes the folders of killed runs of this user, with what stands beside them.
#[cfg(unix)]
fn remove_leftovers(temporary: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    let entries = fs::read_dir(temporary).into_iter().flatten().flatten();
    let folders: Vec<_> = entries
        .filter(|entry| {
            let numbers = count_numbers(&entry.file_name().to_string_lossy());
            matches!(numbers, Some(2 | 3))
                && entry
                    .metadata()
                    .is_ok_and(|found| found.is_dir() && found.uid() == user)
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    for run in folders.iter().filter(|name| count_numbers(name) == Some(2)) {
        let path = temporary.join(run);
        // Held until all is gone.
        let Ok(_lock) = lock(&path) else { continue };
        let start = format!("{run}-");
        let beside = folders.iter().filter(|name| name.starts_with(&start));
        for left in beside.chain([run]) {
            tracing::debug!(folder = left, "removing what a killed run left");
            if let Err(error) = remove_closed_tree(&temporary.join(left)) {
                tracing::debug!(%error, folder = left, "cannot be removed");
            }
        }
    }
}

#[cfg(not(unix))]
fn remove_leftovers(_: &Path) {}

/// The numbers of a name of ours.
#[cfg(unix)]
fn count_numbers(name: &str) -> Option<usize> {
    let numbers: Vec<_> = name.strip_prefix("modswap-")?.split('-').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.iter().all(is_number).then_some(numbers.len())
}

/// Removes a folder with all below it, also where a scenario made folders unreadable. Follows no link.
///
/// # Errors
/// When something cannot be removed.
pub(crate) fn remove_closed_tree(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    open_folders(path);
    fs::remove_dir_all(path)
}

#[cfg(unix)]
fn open_folders(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut left = vec![folder.to_path_buf()];
    while let Some(folder) = left.pop() {
        let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o700));
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        left.extend(entries.filter(is_folder).map(|entry| entry.path()));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown};

    use super::*;

    #[test]
    fn folders_whose_process_is_gone_are_removed_and_no_others() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |name: &str| temporary.path().join(name);
        let living = RunFolder::make(temporary.path()).unwrap();
        let its = at(&living.name_beside(1));
        fs::create_dir_all(its.join("work")).unwrap();
        let kept = [
            "modswap-1-2-3",
            "modswap-x-2",
            "modswap-12",
            "other-1-2",
            "modswap-9-9",
        ];
        for name in ["modswap-1-3", "modswap-1-3-0", "modswap-1-3-17"]
            .iter()
            .chain(&kept)
        {
            fs::create_dir_all(at(name).join("work/deep")).unwrap();
        }
        fs::set_permissions(at("modswap-1-3-0/work"), fs::Permissions::from_mode(0o0)).unwrap();
        fs::write(at("modswap-8-8"), "a file").unwrap();
        let is_chowned = chown(at("modswap-9-9"), Some(12345), None).is_ok();
        if !is_chowned {
            println!("not covered: what another user left, by anyone but root");
        }
        remove_leftovers(temporary.path());
        for name in ["modswap-1-3", "modswap-1-3-0", "modswap-1-3-17"] {
            assert!(!at(name).exists(), "{name}");
        }
        for name in kept
            .iter()
            .filter(|name| is_chowned || **name != "modswap-9-9")
        {
            assert!(at(name).exists(), "{name}");
        }
        assert!(at("modswap-8-8").exists() && living.path.exists() && its.exists());
        let path = living.path.clone();
        drop(living);
        assert!(!path.exists());
    }
}
