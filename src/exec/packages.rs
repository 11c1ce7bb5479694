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

/// Why a case is skipped whose packages were not asked for.
const LEFT_OUT: &str = "the packages are not installed yet; --packages installs them";

/// How packages are installed.
#[derive(Clone, Debug, Default)]
pub struct PackageOptions {
    /// The user's cache folder, on this machine. A command may lead to another, whose cache folder its worker finds.
    pub cache: Option<PathBuf>,
    /// Which of those that are not installed yet may be installed.
    pub installs: Installs,
    /// The names of the packages that every case can import, as names are compared (PEP 503).
    pub with: Vec<String>,
    /// True if a package that has no wheel may be built.
    pub build: bool,
    /// The projects that packages name by path.
    pub projects: Vec<Project>,
}

/// Which packages may be installed when they are not there yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Installs {
    /// None: no index is asked.
    Nothing,
    /// The user's own projects, with what else their cases need, and what was given to every case.
    #[default]
    Own,
    /// All that cases require.
    All,
}

/// Why a case does not get its packages.
#[derive(Clone, Debug)]
pub(super) struct MissingPackages {
    /// In words.
    pub(super) reason: String,
    /// True if they would have been installed under [`Installs::All`].
    pub(super) is_left_out: bool,
}

/// A distribution that a case could import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distribution {
    /// Its name, as names are compared (PEP 503).
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Packages that a case can import.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// Folders for the end of its path, where the interpreter is.
    pub(super) folders: Vec<String>,
    /// The distributions in them, as far as each was asked for or came along.
    pub(super) distributions: Vec<Distribution>,
}

/// Knowledge that all workers of a run share.
#[derive(Debug, Default)]
pub(super) struct InstallCache {
    options: PackageOptions,
    /// By place of the interpreter and what was asked for: why it cannot be had. What can be had is asked for again, as the
    /// next worker of a container may have an empty cache.
    refused: Mutex<HashMap<(usize, Vec<Package>), MissingPackages>>,
    /// Places of interpreters from whose machine no index answered.
    unreachable: Mutex<HashSet<usize>>,
}

impl InstallCache {
    pub(super) fn new(options: PackageOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    fn refused(&self, place: &(usize, Vec<Package>)) -> Option<MissingPackages> {
        let known = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(place).cloned()
    }

    fn unreachable(&self) -> MutexGuard<'_, HashSet<usize>> {
        let places = self.unreachable.lock();
        places.unwrap_or_else(PoisonError::into_inner)
    }

    /// True if these may be installed where they are not yet.
    fn may_install(&self, packages: &[Package]) -> bool {
        let is_own = |package: &Package| package.name().is_none();
        let is_given = |package: &Package| {
            let name = package.name().unwrap_or_default();
            self.options.with.iter().any(|given| given == name)
        };
        match self.options.installs {
            Installs::Nothing => false,
            Installs::Own => packages.iter().any(is_own) || packages.iter().all(is_given),
            Installs::All => true,
        }
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

/// The packages that a worker is to provide for a case.
pub(super) struct PackageRequest<'a> {
    /// The number of the case.
    pub(super) case: usize,
    /// The interpreter, and its index in the plan.
    pub(super) interpreter: &'a Interpreter,
    pub(super) interpreter_index: usize,
    /// The packages that are asked for.
    pub(super) packages: &'a [Package],
}

impl PackageRequest<'_> {
    /// The packages that are asked for, by commas.
    fn names(&self) -> String {
        let names: Vec<_> = self.packages.iter().map(Package::text).collect();
        names.join(", ")
    }
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
    ) -> Result<Result<Packages, MissingPackages>, WorkerError> {
        if wanted.packages.is_empty() {
            return Ok(Ok(Packages::default()));
        }
        let misfit = |package| cache.find_misfit(package, wanted.interpreter);
        if let Some(reason) = wanted.packages.iter().find_map(misfit) {
            let is_left_out = false;
            return Ok(Err(MissingPackages {
                reason,
                is_left_out,
            }));
        }
        let place = (wanted.interpreter_index, wanted.packages.to_vec());
        if let Some(known) = cache.refused(&place) {
            return Ok(Err(known));
        }
        let (kind, text) = self.install(wanted, cache, notify).await?;
        if kind == FrameKind::Found {
            return Ok(Ok(parse_packages(&text)));
        }
        if kind == FrameKind::Unreachable {
            cache.unreachable().insert(wanted.interpreter_index);
        }
        let is_left_out = kind == FrameKind::Absent
            && cache.options.installs != Installs::Nothing
            && !cache.may_install(wanted.packages);
        let names = wanted.names();
        let reason = match shorten(&text) {
            sentence if kind == FrameKind::Unfit => sentence,
            // The same for all of them: they are told in a line, not in one each.
            _ if is_left_out => LEFT_OUT.to_owned(),
            reason if kind == FrameKind::Absent => {
                format!("no package {names}: {reason}, and offline")
            }
            reason => format!("no package {names}: {reason}"),
        };
        // What the interpreter has itself will do.
        if let Some(found) = self.find_own_packages(wanted).await? {
            return Ok(Ok(found));
        }
        let mut refused = cache.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = MissingPackages {
            reason,
            is_left_out,
        };
        refused.insert(place, missing.clone());
        Ok(Err(missing))
    }

    /// Has packages installed. Returns the frame that says whether they are there, and its text.
    async fn install(
        &mut self,
        wanted: &PackageRequest<'_>,
        cache: &InstallCache,
        notify: &(dyn Fn(String) + Send + Sync),
    ) -> Result<(FrameKind, String), WorkerError> {
        let packages = wanted.packages.iter();
        let projects = packages
            .clone()
            .filter_map(|package| cache.project(package));
        let projects: Vec<&Project> = projects.collect();
        let named = packages.clone().filter(|package| package.name().is_some());
        let certain = packages.filter_map(Package::certain_name);
        let of_projects = projects.iter();
        let of_projects = of_projects.filter_map(|project| project.metadata.name.as_deref());
        // A file of this machine uses this user's cache folder.
        let local = wanted.interpreter.command.len() == 1;
        let request = Install {
            requirements: named.map(Package::text).collect(),
            names: certain.chain(of_projects).collect(),
            projects: &projects,
            cache: cache.options.cache.as_deref().filter(|_| local),
            offline: !cache.may_install(wanted.packages)
                || cache.unreachable().contains(&wanted.interpreter_index),
            build: cache.options.build,
        };
        self.send(&protocol::encode_install(
            wanted.case,
            &request,
            self.reader,
        ))
        .await?;
        let reply = async {
            loop {
                let (kind, payload) = self.receive_frame_of(wanted.case).await?;
                let text = decode_lossy(&payload);
                match kind {
                    FrameKind::Found
                    | FrameKind::Refused
                    | FrameKind::Absent
                    | FrameKind::Unreachable
                    | FrameKind::Unfit => return Ok((kind, text)),
                    FrameKind::Installing => {
                        notify(format!("{}: {}", wanted.names(), shorten(&text)));
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

    /// Finds the packages in the interpreter's own site-packages, if they are all there.
    async fn find_own_packages(
        &mut self,
        wanted: &PackageRequest<'_>,
    ) -> Result<Option<Packages>, WorkerError> {
        let names = wanted.packages.iter();
        let names = names.map(|package| package.name().map(str::to_owned));
        let names: Option<Vec<String>> = names.collect();
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
            if let (FrameKind::Found, payload) = self.receive_frame_of(case).await? {
                return Ok(decode_lossy(&payload));
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
