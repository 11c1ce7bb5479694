//! A folder of the cache for what workers of this machine compile, so that a Python does it once and not at each start.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::digest::short_hash;
use crate::folders::{provide_private_folder, remove_if_left, renew_private_folder};
use crate::harness::{BOOT, RECORDER, SUPERVISOR};
use crate::literal::text_literal;

/// How long the folder of another version is kept; that version makes it anew if need be.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A folder for the compiled supervisor and recorder of this very version of modswap. What is in it is checked by who reads it.
#[derive(Clone, Debug)]
pub(super) struct CachedSupervisor {
    /// Where it is. Its name stands for the texts that are compiled.
    pub(super) folder: String,
    /// The text for `-c`, the last word of a command.
    pub(super) boot: String,
}

impl CachedSupervisor {
    /// Makes it in the cache folder. Where nothing can be written, workers do without.
    pub(super) fn new(cache: &Path) -> Option<Self> {
        let all = [SUPERVISOR.as_bytes(), RECORDER.as_bytes()].concat();
        let folder = cache.join("worker").join(short_hash(&all));
        let name = folder.to_str()?.to_owned();
        let made = provide_private_folder(cache)
            .and_then(|()| renew_private_folder(&cache.join("worker")))
            .and_then(|()| renew_private_folder(&folder))
            .and_then(|()| remove_junk(&folder));
        if let Err(error) = made {
            tracing::debug!(%error, folder = name, "workers cannot be kept compiled");
            return None;
        }
        remove_old_versions(&folder);
        let boot = format!("{}\nrun_supervisor({})\n", *BOOT, text_literal(&name));
        Some(Self { folder: name, boot })
    }
}

/// Removes what could not be replaced, and what a worker that was killed did not finish.
fn remove_junk(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(&path)
        } else if name.to_string_lossy().ends_with(".code") {
            Ok(())
        } else {
            remove_if_left(&path)
        };
        if let Err(error) = removed {
            tracing::debug!(%error, path = %path.display(), "cannot be removed");
        }
    }
    Ok(())
}

/// Removes what other versions of modswap left and have not used for long.
fn remove_old_versions(folder: &Path) {
    let others = folder.parent().into_iter().flat_map(fs::read_dir);
    for other in others.flatten().flatten().map(|entry| entry.path()) {
        let written = fs::symlink_metadata(&other);
        let age = written.and_then(|file| file.modified()).ok();
        let age = age.and_then(|time| time.elapsed().ok());
        if other != folder
            && age.is_some_and(|age| age > MAX_AGE)
            && let Err(error) = fs::remove_dir_all(&other)
        {
            tracing::debug!(%error, folder = %other.display(), "cannot be removed");
        }
    }
}
