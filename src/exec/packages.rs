//! Packages for the cases that require them: what a worker is asked to install, and what is remembered of it.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{error::Elapsed, timeout};

use super::channel::decode_lossy;
use super::error::{WorkerError, shorten};
use super::protocol::{self, FrameKind, Install};
use super::worker::{START_LIMIT, Worker};
use crate::program::project::Project;
use crate::python::inventory::Interpreter;
use crate::scenario::package::Package;

/// How long a worker may install before it is given up; it keeps a limit of ten minutes for each command itself, and may
/// have to wait for another modswap.
const INSTALL_LIMIT: Duration = Duration::from_secs(45 * 60);

/// How packages are installed.
#[derive(Clone, Debug, Default)]
pub struct PackageOptions {
    /// The user's cache folder, on this machine. A command may lead to another, whose cache folder its worker finds.
    pub cache: Option<PathBuf>,
    /// Whether no index may be asked.
    pub offline: bool,
    /// Whether a package that has no wheel may be built.
    pub build: bool,
    /// The projects that packages name by path.
    pub projects: Vec<Project>,
}

/// A distribution that a case could import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distribution {
    /// Its name, as names are compared (PEP 503).
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a case gets.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// Folders for the end of its path, where the interpreter is.
    pub(super) folders: Vec<String>,
    /// What is in them, as far as it was asked for or came along.
    pub(super) distributions: Vec<Distribution>,
}

/// What all workers of a run know together.
#[derive(Debug, Default)]
pub(super) struct InstallCache {
    options: PackageOptions,
    /// By place of the interpreter and what was asked for: why it cannot be had. What can be had is asked for again, as the
    /// next worker of a container may have an empty cache.
    refused: Mutex<HashMap<(usize, Vec<Package>), String>>,
    /// Places of interpreters from whose machine no index answered.
    unreachable: Mutex<HashSet<usize>>,
}

/// What a worker says about packages.
enum Reply {
    /// They are there: name, version and folder, a line each.
    Found(String),
    /// They cannot be had.
    Refused(String),
    /// Because no index answers.
    Unreachable(String),
    /// Because they are not for this Python, in a sentence of its own.
    Unfit(String),
}

impl InstallCache {
    pub(super) fn new(options: PackageOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    fn refused(&self, place: &(usize, Vec<Package>)) -> Option<String> {
        let known = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(place).cloned()
    }

    fn unreachable(&self) -> MutexGuard<'_, HashSet<usize>> {
        let places = self.unreachable.lock();
        places.unwrap_or_else(PoisonError::into_inner)
    }

    fn project(&self, package: &Package) -> Option<&Project> {
        let projects = &mut self.options.projects.iter();
        projects.find(|project| project.path == package.text())
    }

    /// Why a package cannot be had on an interpreter, as far as that is known before anything is installed.
    fn find_misfit(&self, package: &Package, interpreter: &Interpreter) -> Option<String> {
        if let Some(project) = self.project(package) {
            return project
                .metadata
                .find_misfit(package.text(), &interpreter.info);
        }
        let is_built = !self.options.build && package.is_built(&interpreter.info);
        is_built.then(|| {
            format!("no package {package}: it is no wheel, and only --build lets it be built")
        })
    }
}

/// What a worker needs to install for a case.
pub(super) struct PackageRequest<'a> {
    /// The number of the case.
    pub(super) case: usize,
    /// The interpreter, and its index in the plan.
    pub(super) interpreter: &'a Interpreter,
    pub(super) interpreter_index: usize,
    /// What is asked for.
    pub(super) packages: &'a [Package],
}

impl Worker {
    /// The packages, installed if need be, or why they cannot be had there. `notify` hears of what takes long.
    ///
    /// # Errors
    /// When the worker fails.
    pub(super) async fn provide_packages(
        &mut self,
        wanted: &PackageRequest<'_>,
        cache: &InstallCache,
        notify: &(dyn Fn(String) + Send + Sync),
    ) -> Result<Result<Packages, String>, WorkerError> {
        if wanted.packages.is_empty() {
            return Ok(Ok(Packages::default()));
        }
        let misfit = |package| cache.find_misfit(package, wanted.interpreter);
        if let Some(reason) = wanted.packages.iter().find_map(misfit) {
            return Ok(Err(reason));
        }
        let place = (wanted.interpreter_index, wanted.packages.to_vec());
        if let Some(reason) = cache.refused(&place) {
            return Ok(Err(reason));
        }
        let names: Vec<_> = wanted.packages.iter().map(Package::text).collect();
        let names = names.join(", ");
        let reason = match self.install(wanted, cache, notify).await? {
            Reply::Found(lines) => return Ok(Ok(parse_packages(&lines))),
            Reply::Unfit(reason) => reason,
            Reply::Refused(reason) => format!("no package {names}: {reason}"),
            Reply::Unreachable(reason) => {
                cache.unreachable().insert(wanted.interpreter_index);
                format!("no package {names}: {reason}")
            }
        };
        // What the interpreter has itself will do.
        if let Some(found) = self.find_own_packages(wanted).await? {
            return Ok(Ok(found));
        }
        let mut refused = cache.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(place, reason.clone());
        Ok(Err(reason))
    }

    async fn install(
        &mut self,
        wanted: &PackageRequest<'_>,
        cache: &InstallCache,
        notify: &(dyn Fn(String) + Send + Sync),
    ) -> Result<Reply, WorkerError> {
        let projects: Vec<&Project> = wanted
            .packages
            .iter()
            .filter_map(|package| cache.project(package))
            .collect();
        // A file of this machine uses this user's cache folder.
        let local = wanted.interpreter.command.len() == 1;
        let request = Install {
            requirements: wanted
                .packages
                .iter()
                .filter(|package| package.name().is_some())
                .map(Package::text)
                .collect(),
            names: wanted
                .packages
                .iter()
                .filter_map(Package::certain_name)
                .chain(
                    projects
                        .iter()
                        .filter_map(|project| project.metadata.name.as_deref()),
                )
                .collect(),
            projects: &projects,
            cache: cache.options.cache.as_deref().filter(|_| local),
            offline: cache.options.offline
                || cache.unreachable().contains(&wanted.interpreter_index),
            build: cache.options.build,
        };
        self.send(&protocol::encode_install(
            wanted.case,
            &request,
            self.reader,
        ))
        .await?;
        let names: Vec<_> = wanted.packages.iter().map(Package::text).collect();
        let reply = async {
            loop {
                let frame = self.receive_frame().await?;
                if frame.case != wanted.case {
                    continue; // a late word about a case that was given up
                }
                let text = decode_lossy(&frame.payload);
                match frame.kind {
                    FrameKind::Found => return Ok(Reply::Found(text)),
                    FrameKind::Refused => return Ok(Reply::Refused(shorten(&text))),
                    FrameKind::Unreachable => return Ok(Reply::Unreachable(shorten(&text))),
                    FrameKind::Unfit => return Ok(Reply::Unfit(shorten(&text))),
                    FrameKind::Fault => return Err(WorkerError::Fault(shorten(&text))),
                    FrameKind::Installing => {
                        notify(format!("{}: {}", names.join(", "), shorten(&text)));
                    }
                    FrameKind::Want => {
                        let archive = projects.iter().find(|project| project.digest == text);
                        let archive = archive.map_or(&[][..], |project| &project.archive);
                        self.send(&protocol::prefix_length(archive)).await?;
                    }
                    _ => {}
                }
            }
        };
        match timeout(INSTALL_LIMIT, reply).await {
            Ok(reply) => reply,
            Err(Elapsed { .. }) => Err(WorkerError::Timeout(INSTALL_LIMIT, self.stderr_tail())),
        }
    }

    /// What is in the interpreter's own site-packages, if it is all there.
    async fn find_own_packages(
        &mut self,
        wanted: &PackageRequest<'_>,
    ) -> Result<Option<Packages>, WorkerError> {
        let names: Option<Vec<String>> = wanted
            .packages
            .iter()
            .map(|package| package.name().map(str::to_owned))
            .collect();
        let Some(names) = names else { return Ok(None) };
        self.send(&protocol::encode_find(wanted.case, names, self.reader))
            .await?;
        let found = timeout(START_LIMIT, self.receive_found(wanted.case)).await;
        let found =
            found.map_err(|_: Elapsed| WorkerError::Timeout(START_LIMIT, self.stderr_tail()))??;
        let found = parse_packages(&found);
        let fits = |package: &Package| {
            let installed = found
                .distributions
                .iter()
                .find(|distribution| Some(distribution.name.as_str()) == package.name());
            installed.is_some_and(|found| package.allows(&found.version))
        };
        Ok(wanted.packages.iter().all(fits).then_some(found))
    }

    async fn receive_found(&mut self, case: usize) -> Result<String, WorkerError> {
        loop {
            let frame = self.receive_frame().await?;
            match frame.kind {
                FrameKind::Found if frame.case == case => return Ok(decode_lossy(&frame.payload)),
                FrameKind::Fault => {
                    return Err(WorkerError::Fault(shorten(&decode_lossy(&frame.payload))));
                }
                _ => {} // a late word about a case that was given up
            }
        }
    }
}

/// Reads name, version and folder.
fn parse_packages(lines: &str) -> Packages {
    let mut packages = Packages::default();
    for line in lines.lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(name), Some(version), Some(folder)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        packages.distributions.push(Distribution {
            name: shorten(name),
            version: shorten(version),
        });
        if !packages.folders.iter().any(|known| known == folder) {
            packages.folders.push(folder.to_owned());
        }
    }
    packages
}
