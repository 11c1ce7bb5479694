//! What interpreters said about themselves, remembered between runs: one file, `pythons.json` in the cache folder.
//!
//! An entry holds for the file with that path, size, time of modification and inode. What cannot be read or written is a
//! miss, never an error: the interpreter is asked.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::discover::Environment;
use super::facts::Facts;
use super::probe::PROBE;
use crate::digest::short_hash;

/// The remembered answers.
#[derive(Debug)]
pub(crate) struct Cache {
    file: Option<PathBuf>,
    format: String,
    entries: BTreeMap<String, Entry>,
    changed: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    /// [`format`] of the program that wrote it.
    format: String,
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    stamp: Stamp,
    facts: Facts,
}

/// What a file is known again by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    /// Nanoseconds since 1970, which JSON has no numbers for.
    modified: String,
    device: u64,
    inode: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        // The answer of a link depends on more than the file it leads to: a dispatcher looks at the name it is called by.
        let data = path
            .symlink_metadata()
            .ok()
            .filter(std::fs::Metadata::is_file)?;
        let modified = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        #[cfg(unix)]
        let (device, inode) = {
            use std::os::unix::fs::MetadataExt as _;
            (data.dev(), data.ino())
        };
        #[cfg(not(unix))]
        let (device, inode) = (0, 0);
        Some(Self {
            size: data.len(),
            modified: modified.as_nanos().to_string(),
            device,
            inode,
        })
    }
}

/// Variables by which a dynamic linker gives the same file other libraries, and so perhaps another answer or none.
const LIBRARIES: [&str; 4] = [
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
];

/// Other answers than those to this probe, read by another modswap, or given with other libraries, are of no use.
fn format(environment: &Environment) -> String {
    let mut about = PROBE.as_bytes().to_vec();
    for name in LIBRARIES {
        about.push(0);
        about.extend(
            environment
                .variable(name)
                .unwrap_or_default()
                .as_encoded_bytes(),
        );
    }
    format!("{} {}", env!("CARGO_PKG_VERSION"), short_hash(&about))
}

impl Cache {
    /// What is remembered in the folder of the environment; without a folder nothing is, and nothing will be.
    pub(crate) fn load(environment: &Environment) -> Self {
        let folder = environment.cache.as_deref();
        let file = folder.map(|folder| folder.join("pythons.json"));
        let format = format(environment);
        let read = |file: &PathBuf| {
            // A pipe would be waited for.
            let text = file.is_file().then(|| std::fs::read(file).ok())??;
            match serde_json::from_slice::<Content>(&text) {
                Ok(content) if content.format == format => Some(content.entries),
                Ok(_) => None,
                Err(error) => {
                    tracing::debug!(%error, file = %file.display(), "a damaged cache of Pythons");
                    None
                }
            }
        };
        let entries = file.as_ref().and_then(read).unwrap_or_default();
        Self {
            file,
            format,
            entries,
            changed: false,
        }
    }

    /// What a command answered before, if it is one file that has not changed since.
    pub(crate) fn answer(&self, command: &[String]) -> Option<Facts> {
        let [path] = command else {
            return None;
        };
        let entry = self.entries.get(path)?;
        let fresh = Stamp::of(path.as_ref())? == entry.stamp && is_self_contained(path.as_ref());
        fresh.then(|| entry.facts.clone())
    }

    /// The stamp under which an answer may be remembered; to be taken before the question, so that a file that is replaced
    /// meanwhile is asked again. None for what depends on more than one file.
    pub(crate) fn stamp(&self, command: &[String]) -> Option<Stamp> {
        let [path] = command else {
            return None;
        };
        let path = Path::new(path);
        let stamp = self.file.as_ref().and_then(|_| Stamp::of(path))?;
        (is_self_contained(path) && !super::discover::is_script(path)).then_some(stamp)
    }

    /// Takes note of an answer; not of one from a virtual environment, which others of its files decide (virtualenv before 20
    /// has no `pyvenv.cfg`).
    pub(crate) fn remember(&mut self, command: &[String], stamp: Stamp, facts: &Facts) {
        if facts.environment.is_some() {
            return;
        }
        let entry = Entry {
            stamp,
            facts: facts.clone(),
        };
        self.entries.insert(command.join(" "), entry);
        self.changed = true;
    }

    /// Writes what is new, without what is gone. The file is replaced whole, so that another modswap never reads half of
    /// it; what two write at once, one of them has to ask again.
    pub(crate) fn store(mut self) {
        let Some(file) = self.file.take().filter(|_| self.changed) else {
            return;
        };
        self.entries.retain(|path, _| Path::new(path).exists());
        let content = Content {
            format: self.format,
            entries: self.entries,
        };
        if let Err(error) = write(&file, &content) {
            tracing::debug!(%error, file = %file.display(), "the cache of Pythons cannot be written");
        }
    }
}

fn write(file: &Path, content: &Content) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(&serde_json::to_vec(content)?)?;
    new.persist(file)?;
    Ok(())
}

/// Whether no `pyvenv.cfg` has a say: the one of a copy in a virtual environment names its base.
fn is_self_contained(path: &Path) -> bool {
    let mut folders = path.ancestors().skip(1).take(2);
    !folders.any(|folder| folder.join("pyvenv.cfg").exists())
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
