//! `modswap cache`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use indicatif::DecimalBytes;

use super::arguments::CacheCommand;
use super::{Exit, Failure, pager, tell_user};
use crate::folders::{is_locked, remove_closed_tree};
use crate::python::environment::Environment;
use crate::text::{self, plural};

/// Names that modswap makes in its cache folder, with what each is. All else there is somebody else's, and stays.
const ENTRIES: [(&str, &str); 3] = [
    ("packages", "packages"),
    ("worker", "compiled workers"),
    ("pythons.json", "what Pythons said of themselves"),
];
/// The folder of the packages.
const PACKAGES: &str = ENTRIES[0].0;

pub(super) fn run(command: CacheCommand) -> Result<Exit, Failure> {
    let folder = find_folder()?;
    let shown = match command {
        CacheCommand::Dir => format!("{}\n", text::path(&folder)),
        CacheCommand::Size => render_sizes(&folder),
        CacheCommand::Clean => return clean(&folder),
    };
    pager::print_paged(&shown)?;
    Ok(Exit::Success)
}

fn find_folder() -> Result<PathBuf, Failure> {
    let environment = Environment::current();
    let reason = match environment.distrust {
        Some(distrust) => format!("{distrust}; MODSWAP_CACHE_DIR names another folder"),
        None => "there is no home folder to have one; MODSWAP_CACHE_DIR names a folder".to_owned(),
    };
    environment
        .cache
        .ok_or_else(|| Failure::new(Exit::Fault, format!("no cache is used: {reason}")))
}

/// Renders the bytes of each entry that is there, and of all.
fn render_sizes(folder: &Path) -> String {
    let sizes = ENTRIES.map(|(name, what)| (what, measure(&folder.join(name))));
    let total: u64 = sizes.iter().map(|(_, size)| size).sum();
    let there = sizes.into_iter().filter(|(_, size)| *size > 0);
    let lines =
        there.map(|(what, size)| format!("{:>10}  {what}\n", DecimalBytes(size).to_string()));
    let lines: String = lines.collect();
    format!(
        "{lines}{:>10}  in {}\n",
        DecimalBytes(total).to_string(),
        text::path(folder)
    )
}

/// Counts the bytes of a file, or of the files below a folder. Links are not followed, and what cannot be read counts as nothing.
fn measure(path: &Path) -> u64 {
    let Ok(found) = fs::symlink_metadata(path) else {
        return 0;
    };
    if !found.is_dir() {
        return found.len();
    }
    let below = fs::read_dir(path).into_iter().flatten().flatten();
    below.map(|entry| measure(&entry.path())).sum()
}

/// Removes what is ours in the folder, and the folder if nothing else is in it.
fn clean(folder: &Path) -> Result<Exit, Failure> {
    refuse_while_installing(&folder.join(PACKAGES))?;
    let total: u64 = ENTRIES
        .iter()
        .map(|(name, _)| measure(&folder.join(name)))
        .sum();
    for (name, _) in ENTRIES {
        let path = folder.join(name);
        remove(&path).map_err(|error| {
            let text = format!("{}: cannot be removed: {error}", text::path(&path));
            Failure::new(Exit::Fault, text)
        })?;
    }
    // Where something else is in it, it stays.
    let _ = fs::remove_dir(folder);
    tell_user(&format!(
        "removed {} from {}",
        DecimalBytes(total),
        text::path(folder)
    ));
    Ok(Exit::Success)
}

/// Removes a file, a link or a folder, without following links.
fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if found.is_dir() => remove_closed_tree(path),
        Ok(_) => fs::remove_file(path),
    }
}

/// Refuses to look at a folder that another modswap fills just now: half of it would be there.
fn refuse_while_installing(packages: &Path) -> Result<(), Failure> {
    let entries = fs::read_dir(packages).into_iter().flatten().flatten();
    let locks = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "lock"));
    let busy = locks.filter(|lock| is_locked(&lock.path())).count();
    if busy == 0 {
        return Ok(());
    }
    let text = format!(
        "another modswap is installing packages there ({}); nothing was removed",
        plural(busy, "set")
    );
    Err(Failure::new(Exit::Fault, text))
}
