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
        for is_last in (1..=MAX_TRIES).map(|number| number == MAX_TRIES) {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            let now = now.unwrap_or_default().as_micros();
            let path = temporary.join(format!("modswap-{}-{now}", std::process::id()));
            match create_private(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !is_last => continue,
                created => created?,
            }
            #[cfg(unix)]
            let lock = match lock(&path) {
                Ok(lock) => lock,
                Err(_) if !path.exists() && !is_last => continue,
                // The file system has no locks, and so no run takes this one for a leftover.
                Err(_) => fs::File::open(&path)?.into(),
            };
            return Ok(Self {
                _undo: remove_suddenly(&path),
                path,
                #[cfg(unix)]
                _lock: lock,
            });
        }
        unreachable!("the last try returns")
    }

    /// A name beside this folder, for a folder that somebody else makes; it counts as this one's.
    pub(crate) fn name_beside(&self, number: usize) -> String {
        let name = self.path.file_name().unwrap_or_default();
        format!("{}-{number}", name.to_string_lossy())
    }
}

/// Creates a folder for the user alone.
fn create_private(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
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
/// Folders are moved up until they are empty: neither how deep they are nor how long their paths have become matters.
///
/// # Errors
/// When something cannot be removed.
#[cfg(unix)]
pub(crate) fn remove_closed_tree(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    // Returns what is in it. It must be open to be read, and to be moved.
    let open = |folder: &Path| -> io::Result<Vec<fs::DirEntry>> {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        fs::read_dir(folder)?.collect()
    };
    let mut moved = 0;
    loop {
        let entries = open(path)?;
        if entries.is_empty() {
            return fs::remove_dir(path);
        }
        for entry in entries {
            if !entry.file_type()?.is_dir() {
                fs::remove_file(entry.path())?;
                continue;
            }
            for inner in open(&entry.path())? {
                if !inner.file_type()?.is_dir() {
                    fs::remove_file(inner.path())?;
                    continue;
                }
                open(&inner.path())?;
                let mut target = path.join(moved.to_string());
                while fs::symlink_metadata(&target).is_ok() {
                    moved += 1;
                    target = path.join(moved.to_string());
                }
                fs::rename(inner.path(), target)?;
            }
            fs::remove_dir(entry.path())?;
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn remove_closed_tree(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path)
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
    #[test]
    fn a_tree_is_removed_however_deep_it_is() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |name: &str| temporary.path().join(name);
        fs::create_dir(at("kept")).unwrap();
        fs::write(at("kept/file"), "").unwrap();
        // Each is put into the next: a path as long as that cannot be named.
        let long = "d".repeat(200);
        for _ in 0..1500 {
            fs::create_dir(at("next")).unwrap();
            if at("tree").exists() {
                fs::rename(at("tree"), at("next").join(&long)).unwrap();
            }
            fs::rename(at("next"), at("tree")).unwrap();
        }
        fs::create_dir_all(at("tree/0/0/1")).unwrap();
        fs::write(at("tree/file"), "").unwrap();
        std::os::unix::fs::symlink(at("kept"), at("tree/0/link")).unwrap();
        fs::set_permissions(at("tree/0/0"), fs::Permissions::from_mode(0o0)).unwrap();
        remove_closed_tree(&at("tree")).unwrap();
        assert!(!at("tree").exists() && at("kept/file").exists());
    }
}
