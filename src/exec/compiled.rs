//! The supervisor as a file in the cache, so that a Python of this machine compiles it once and not at each start.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use crate::digest::short_hash;
use crate::program::marshal::Reader;
use crate::program::protocol::{self, MODULE};

/// How long another version's folder is kept, which that version makes anew if need be.
const LONG: Duration = Duration::from_secs(30 * 24 * 3600);

/// A folder with the supervisor of this very version of modswap.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    /// Where it is.
    pub(super) folder: String,
    /// What `-c` gets.
    pub(super) boot: String,
}

impl Compiled {
    /// In the cache folder. Where nothing can be written, or the name of the folder would need quoting, workers do without.
    pub(super) fn new(cache: &Path) -> Option<Self> {
        // What they compile depends on all that they are sent.
        let mut all = protocol::WORKER.as_bytes().to_vec();
        all.extend(protocol::setup("", None, Reader::Three));
        let folder = cache.join("worker").join(short_hash(&all));
        let name = folder.to_str()?;
        let boot = protocol::boot(name)?;
        if let Err(error) = write(&folder) {
            tracing::debug!(%error, folder = name, "workers cannot be kept compiled");
            return None;
        }
        Some(Self {
            folder: name.to_owned(),
            boot,
        })
    }
}

/// Whole or not at all: another modswap may start a worker from it at this very moment.
fn write(folder: &Path) -> io::Result<()> {
    let file = folder.join(MODULE).with_extension("py");
    if file.is_file() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(protocol::WORKER.as_bytes())?;
    new.persist(&file)?;
    forget(folder);
    Ok(())
}

/// Removes what other versions of modswap left and have not used for long.
fn forget(folder: &Path) {
    let others = folder.parent().into_iter().flat_map(fs::read_dir);
    for other in others.flatten().flatten().map(|entry| entry.path()) {
        let written = fs::metadata(other.join(MODULE).with_extension("py"));
        let age = written.and_then(|one| one.modified()).ok();
        let age = age.and_then(|time| time.elapsed().ok());
        if other != folder
            && age.is_some_and(|age| age > LONG)
            && let Err(error) = fs::remove_dir_all(&other)
        {
            tracing::debug!(%error, folder = %other.display(), "cannot be removed");
        }
    }
}
