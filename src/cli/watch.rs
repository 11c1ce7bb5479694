//! `modswap run --watch`: what a saved file changes runs again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

use super::arguments::{Common, RunArguments};
use super::{Exit, Failure, pager, report_failure, run, tell_user};
use crate::interrupt::shutdown_requested;
use crate::python::pythons_yaml::{PYTHONS_YAML, folders_of_lists};
use crate::runner::select_scenarios::{Corpus, ScenarioSelection, SelectError};
use crate::text::{self, first_few};

/// How long nothing may happen until what was saved counts as saved: editors write, rename and write again.
const QUIET: Duration = Duration::from_millis(80);
/// Changed files that are named.
const MAX_NAMED: usize = 3;

/// Runs the selected scenarios, and then those whose files are saved, until somebody asks to stop.
///
/// # Errors
/// When nothing is selected, or nothing can be watched.
pub(super) async fn watch(arguments: RunArguments, common: &Common) -> Result<Exit, Failure> {
    // What is shown must not wait in a pager while files change.
    pager::leave_out();
    let mut selection = ScenarioSelection::from(&arguments.scenarios);
    selection.corpus = Corpus::Files;
    let lists = &arguments.execution.cases.pythons.lists;
    let mut watched = Changes::watch(&selection.roots(), lists)?;
    let mut changed = BTreeSet::new();
    let mut is_whole = true;
    let mut is_first = true;
    loop {
        match selection.load() {
            Ok(mut scenarios) => {
                if !is_whole {
                    scenarios.retain(|one| changed.contains(&real_name(Path::new(&one.file))));
                }
                let ran = if scenarios.is_empty() {
                    Ok(Exit::Success)
                } else {
                    run::run_selected(&selection, scenarios, None, &arguments, common).await
                };
                match ran {
                    Ok(Exit::Interrupted) => return Ok(Exit::Interrupted),
                    Ok(_) => {
                        changed.clear();
                        is_whole = false;
                    }
                    Err(failure) if failure.exit == Exit::Interrupted => return Err(failure),
                    // A wrong list of Pythons, say: when that is saved, everything runs that has not.
                    Err(failure) => _ = report_failure(&failure),
                }
            }
            // What is wrong can be made right, and then everything runs that has not.
            Err(error) if !is_first || matches!(error, SelectError::Wrong(_)) => {
                report_failure(&error.into());
            }
            Err(error) => return Err(error.into()),
        }
        is_first = false;
        tell_user("waiting for a file to be saved; Ctrl-C ends");
        let saved = tokio::select! {
            saved = watched.next() => saved?,
            () = shutdown_requested() => return Ok(Exit::Interrupted),
        };
        let names: Vec<String> = saved.iter().map(|path| name_of(path)).collect();
        tell_user(&format!("changed: {}", first_few(&names, MAX_NAMED)));
        is_whole |= saved.iter().any(|path| watched.is_list(path));
        changed.extend(saved);
    }
}

/// Files of scenarios and lists of Pythons that are saved.
struct Changes {
    events: UnboundedReceiver<notify::Result<Event>>,
    /// Files and folders of scenarios, absolute, as they are named and as they are.
    roots: Vec<PathBuf>,
    /// Lists that are named, whatever they are called.
    lists: Vec<PathBuf>,
    /// Watches as long as it is there.
    _watcher: RecommendedWatcher,
}

impl Changes {
    /// Watches folders with all below them, and the folders of files: an editor may put another file in its place, and a list of
    /// Pythons may come.
    fn watch(roots: &[PathBuf], lists: &[PathBuf]) -> Result<Self, Failure> {
        let (sender, events) = unbounded_channel();
        let failed = |error: notify::Error| {
            let text = format!("files cannot be watched: {error}");
            Failure::new(Exit::Fault, text)
        };
        let send = move |event| _ = sender.send(event);
        let mut watcher = notify::recommended_watcher(send).map_err(failed)?;
        let (whole, files): (Vec<_>, Vec<_>) = roots.iter().partition(|root| root.is_dir());
        let beside = folders_of_lists(roots);
        let alone = files
            .iter()
            .copied()
            .chain(lists)
            .map(|file| folder_of(file));
        let alone = alone.chain(beside.iter().map(PathBuf::as_path));
        let whole: BTreeSet<PathBuf> = whole.iter().map(|root| absolute(root)).collect();
        let alone: BTreeSet<PathBuf> = alone.map(absolute).collect();
        for folder in &whole {
            let outcome = watcher.watch(folder, RecursiveMode::Recursive);
            outcome.map_err(failed)?;
        }
        // What is not there is told of by whoever reads it. What is watched with all below it would lose that.
        let is_new = |folder: &&PathBuf| {
            folder.is_dir() && !whole.iter().any(|whole| folder.starts_with(whole))
        };
        for folder in alone.iter().filter(is_new) {
            let outcome = watcher.watch(folder, RecursiveMode::NonRecursive);
            outcome.map_err(failed)?;
        }
        let real = whole.iter().filter_map(|root| root.canonicalize().ok());
        let real = real.chain(files.iter().map(|file| real_name(file)));
        let named = files.iter().map(|file| absolute(file));
        Ok(Self {
            events,
            roots: real.chain(named).chain(whole.clone()).collect(),
            lists: lists.iter().map(|list| real_name(list)).collect(),
            _watcher: watcher,
        })
    }

    /// The next files that are saved, together with those that are saved soon after.
    async fn next(&mut self) -> Result<BTreeSet<PathBuf>, Failure> {
        let (mut saved, mut folders) = (BTreeSet::new(), BTreeSet::<PathBuf>::new());
        loop {
            let event = if saved.is_empty() && folders.is_empty() {
                self.events.recv().await
            } else if let Ok(event) = timeout(QUIET, self.events.recv()).await {
                event
            } else {
                // A new folder is watched only by now; nobody tells of what was saved in it before.
                let inside = std::mem::take(&mut folders);
                let inside = inside.iter().flat_map(|folder| files_below(folder));
                saved.extend(inside.filter_map(|path| self.watched_name(&path)));
                if saved.is_empty() {
                    continue;
                }
                return Ok(saved);
            };
            let event = event.unwrap_or_else(|| Err(notify::Error::generic("the watcher is gone")));
            let event = event.map_err(|error| {
                let text = format!("files cannot be watched any more: {error}");
                Failure::new(Exit::Fault, text)
            })?;
            if is_change(event.kind) {
                let paths = event.paths.iter();
                saved.extend(paths.filter_map(|path| self.watched_name(path)));
            }
            if may_bring_folder(event.kind) {
                let paths = event.paths.into_iter();
                folders.extend(paths.filter(|path| path.is_dir() && self.is_root(path)));
            }
        }
    }

    /// The one name of a scenario that is watched, or of a list; nothing for other files.
    fn watched_name(&self, path: &Path) -> Option<PathBuf> {
        let real = real_name(path);
        let is_scenario = is_scenario(path) && (self.is_root(path) || self.is_root(&real));
        (is_scenario || self.is_list(&real)).then_some(real)
    }

    /// True if a path is that of a watched file, or below a folder that is watched with all in it.
    fn is_root(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }

    fn is_list(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| PYTHONS_YAML.contains(&name))
            || self.lists.iter().any(|list| list == path)
    }
}

/// True if a file may have another content now.
fn is_change(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_))
    )
}

/// True if a folder may be where none was.
fn may_bring_folder(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_))
    )
}

/// The files in a folder and in those below it; links to folders are not followed.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.flat_map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => files_below(&entry.path()),
        _ => vec![entry.path()],
    });
    paths.collect()
}

/// True if this is the name of a scenario's file: neither hidden, as what editors keep beside it, nor of another kind.
fn is_scenario(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default();
    !name.starts_with('.') && (ending == "yaml" || ending == "yml")
}

/// A path that says where it is from everywhere; links in it stay.
fn absolute(path: &Path) -> PathBuf {
    // Only the empty path has none: the working directory, to us.
    std::path::absolute(path).unwrap_or_else(|_| std::env::current_dir().unwrap_or_default())
}

/// The folder of a file, as its name says.
fn folder_of(path: &Path) -> &Path {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// One name for a file, however it was reached; it need not be there any more.
fn real_name(path: &Path) -> PathBuf {
    let folder = folder_of(path).canonicalize();
    let folder = folder.unwrap_or_else(|_| folder_of(path).to_owned());
    folder.join(path.file_name().unwrap_or_default())
}

/// A path as people name it: from here, if it is below.
fn name_of(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let here = here.canonicalize().unwrap_or(here);
    text::path(path.strip_prefix(here).unwrap_or(path))
}
