//! The answers of interpreters, kept between runs: one file, `pythons.json` in the cache folder.
//!
//! An entry holds for the file with that path, size, time of modification and inode. What cannot be read or written is a
//! miss, never an error: the interpreter is probed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::binary::is_script;
use super::environment::Environment;
use super::identity::is_in_virtualenv;
use super::interpreter_info::InterpreterInfo;
use super::probe::PROBE;
use super::releases::is_too_old;
use super::version::InterpreterKey;
use crate::digest::short_hash;
use crate::folders::provide_private_folder;
use crate::fs::{Readers, read_file, replace_file};

/// Variables by which a dynamic linker gives the same file other libraries, and so perhaps another answer or none.
const LIBRARY_VARIABLES: [&str; 4] = [
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
];

/// The answers that are kept.
#[derive(Debug)]
pub(super) struct ProbeCache {
    file: Option<PathBuf>,
    content: CacheContent,
    is_changed: bool,
}

/// The most bytes that the file may have: thousands of interpreters.
const MAX_CACHE: u64 = 16 << 20;

/// The content of the file.
#[derive(Debug, Serialize, Deserialize)]
struct CacheContent {
    /// [`cache_format`] of the program that wrote it.
    format: String,
    /// [`digest_entries`], by which what was changed since is recognized.
    digest: String,
    /// By path: [`file_stamp`] of the file, and what it answered.
    entries: BTreeMap<String, (String, InterpreterInfo)>,
}

/// Returns the digest of entries.
fn digest_entries(entries: &BTreeMap<String, (String, InterpreterInfo)>) -> String {
    crate::digest::digest(entries)
}

/// Returns what a file is recognized by (its size, time of modification in nanoseconds, device and inode), if its answer depends
/// on nothing else: not on the name of a link, which a dispatcher looks at, and not on a `pyvenv.cfg`, which names the base of a
/// copy in a virtual environment.
fn file_stamp(path: &Path) -> Option<String> {
    let metadata = path.symlink_metadata().ok()?;
    if !metadata.is_file() || is_in_virtualenv(path) {
        return None;
    }
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    #[cfg(unix)]
    let (device, inode) = {
        use std::os::unix::fs::MetadataExt as _;
        (metadata.dev(), metadata.ino())
    };
    #[cfg(not(unix))]
    let (device, inode) = (0, 0);
    let (size, modified) = (metadata.len(), modified.as_nanos());
    Some(format!("{size} {modified} {device} {inode}"))
}

/// Returns what a cache must say of itself to be of use: the answers are those to this probe, read by this modswap, and given
/// with the same libraries.
fn cache_format(environment: &Environment) -> String {
    let mut hashed = PROBE.as_bytes().to_vec();
    for name in LIBRARY_VARIABLES {
        let value = environment.variable(name).unwrap_or_default();
        hashed.push(0);
        hashed.extend(value.as_encoded_bytes());
    }
    format!("{} {}", env!("CARGO_PKG_VERSION"), short_hash(&hashed))
}

impl ProbeCache {
    /// Loads the cache in the folder of the environment; without a folder it is empty, and is not written.
    pub(super) fn load(environment: &Environment) -> Self {
        let file = environment.cache.as_deref();
        let file = file.map(|folder| folder.join("pythons.json"));
        let format = cache_format(environment);
        let content = file.as_deref().and_then(read_content);
        let content = content.filter(|content| {
            content.format == format && content.digest == digest_entries(&content.entries)
        });
        Self {
            file,
            content: content.unwrap_or_else(|| CacheContent {
                format,
                digest: String::new(),
                entries: BTreeMap::new(),
            }),
            is_changed: false,
        }
    }

    /// Returns what a command answered before, if it is one file that has not changed since.
    pub(super) fn get(&self, command: &[String]) -> Option<InterpreterInfo> {
        let [path] = command else {
            return None;
        };
        let (stamp, info) = self.content.entries.get(path)?;
        let is_fresh = file_stamp(path.as_ref())? == *stamp;
        is_fresh.then(|| info.clone())
    }

    /// Returns the stamp under which an answer may be kept; to be taken before the probe, so that a file that is replaced
    /// meanwhile is probed again. None for what depends on more than one file.
    pub(super) fn stamp(&self, command: &[String]) -> Option<String> {
        match command {
            [path] if self.file.is_some() && !is_script(path.as_ref()) => file_stamp(path.as_ref()),
            _ => None,
        }
    }

    /// Adds an answer; not one from a virtual environment, which others of its files decide (virtualenv before 20 has no
    /// `pyvenv.cfg`).
    pub(super) fn insert(&mut self, command: &[String], stamp: String, info: &InterpreterInfo) {
        if info.environment.is_some() {
            return;
        }
        let entry = (stamp, info.clone());
        self.content.entries.insert(command.join(" "), entry);
        self.is_changed = true;
    }

    /// Writes what is new, without what is gone. The file is replaced whole, so that another modswap never reads half of
    /// it; what two write at once, one of them has to probe again.
    pub(super) fn save(mut self) {
        let Some(file) = self.file.filter(|_| self.is_changed) else {
            return;
        };
        let entries = &mut self.content.entries;
        entries.retain(|path, _| Path::new(path).exists());
        self.content.digest = digest_entries(&self.content.entries);
        // Nothing of ours, and it could not be replaced.
        if file.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            let _ = std::fs::remove_dir_all(&file);
        }
        let made = file.parent().map_or(Ok(()), provide_private_folder);
        let written = made.and_then(|()| {
            replace_file(&file, Readers::User, |output| {
                Ok(serde_json::to_writer(output, &self.content)?)
            })
        });
        if let Err(error) = written {
            tracing::debug!(%error, file = %file.display(), "the cache of Pythons cannot be written");
        }
    }
}

/// Returns the interpreters that are remembered and whose files have not changed since, without asking any: each once, ascending.
pub fn remembered(environment: &Environment) -> Vec<InterpreterKey> {
    let entries = ProbeCache::load(environment).content.entries.into_iter();
    let fresh = entries
        .filter(|(path, (stamp, _))| file_stamp(path.as_ref()).is_some_and(|now| now == *stamp));
    let keys: BTreeSet<InterpreterKey> = fresh
        .filter(|(_, (_, info))| info.implementation == "cpython")
        .map(|(_, (_, info))| info.key())
        .filter(|key| !is_too_old(&key.version))
        .collect();
    keys.into_iter().collect()
}

/// Reads a cache; none where there is none that can be read.
fn read_content(file: &Path) -> Option<CacheContent> {
    let bytes = read_file(file, MAX_CACHE).ok()?;
    let content = serde_json::from_slice(&bytes);
    if let Err(error) = &content {
        tracing::debug!(%error, file = %file.display(), "a damaged cache of Pythons");
    }
    content.ok()
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
