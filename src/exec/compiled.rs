//! The supervisor as a file in the cache, so that a Python of this machine compiles it once and not at each start.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::protocol::{self, MODULE};
use crate::digest::short_hash;
use crate::fs::{Readers, replace_file};
use crate::harness::{RECORDER, SUPERVISOR};

/// How long the folder of another version is kept; that version makes it anew if need be.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A folder with the supervisor of this very version of modswap.
#[derive(Clone, Debug)]
pub(super) struct CachedSupervisor {
    /// Where it is.
    pub(super) folder: String,
    /// The text for `-c`.
    pub(super) boot: String,
}

impl CachedSupervisor {
    /// Writes it to the cache folder. Where nothing can be written, or the name of the folder would need quoting, workers do without.
    pub(super) fn new(cache: &Path) -> Option<Self> {
        // What they compile depends on all that they are sent.
        let all = [SUPERVISOR.as_bytes(), RECORDER.as_bytes()].concat();
        let folder = cache.join("worker").join(short_hash(&all));
        let name = folder.to_str()?;
        let boot = protocol::write_cached_boot(name)?;
        if let Err(error) = write_supervisor(&folder) {
            tracing::debug!(%error, folder = name, "workers cannot be kept compiled");
            return None;
        }
        Some(Self {
            folder: name.to_owned(),
            boot,
        })
    }
}

/// Writes the supervisor whole or not at all: another modswap may start a worker from it at this very moment.
fn write_supervisor(folder: &Path) -> io::Result<()> {
    let file = folder.join(MODULE).with_extension("py");
    if file.is_file() {
        return Ok(());
    }
    replace_file(&file, Readers::User, |out| {
        out.write_all(SUPERVISOR.as_bytes())
    })?;
    remove_old_versions(folder);
    Ok(())
}

/// Removes what other versions of modswap left and have not used for long.
fn remove_old_versions(folder: &Path) {
    let others = folder.parent().into_iter().flat_map(fs::read_dir);
    for other in others.flatten().flatten().map(|entry| entry.path()) {
        let written = fs::metadata(other.join(MODULE).with_extension("py"));
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
