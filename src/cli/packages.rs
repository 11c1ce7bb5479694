//! Packages for the cases of a run: those of `--with`, and the projects that any of them name by path.

use std::path::{Path, PathBuf};

use super::arguments::Execution;
use super::{Exit, Failure};
use crate::exec::PackageOptions;
use crate::program::project::Project;
use crate::python::environment::Environment;
use crate::scenario::model::Scenario;
use crate::scenario::package::Package;

/// Gives every case the packages of `--with`, and packs every project.
pub(super) fn prepare(
    scenarios: &mut [Scenario],
    roots: &[PathBuf],
    arguments: &Execution,
) -> Result<PackageOptions, Failure> {
    let mut paths: Vec<String> = Vec::new();
    for variant in scenarios.iter_mut().flat_map(|one| &mut one.variants) {
        let packages = &mut variant.requires.packages;
        *packages = merged(packages.iter().chain(&arguments.with));
        let named = packages.iter().filter(|one| one.name().is_none());
        paths.extend(named.map(|one| one.text().to_owned()));
    }
    paths.sort();
    paths.dedup();
    let environment = Environment::current();
    let home = environment.home.as_deref();
    let roots: Vec<_> = roots
        .iter()
        .filter_map(|root| root.canonicalize().ok())
        .collect();
    let pack = |path: &String| Project::pack(path, Path::new(""), home, &roots);
    let projects: Result<_, _> = paths.iter().map(pack).collect();
    Ok(PackageOptions {
        cache: environment.cache,
        offline: arguments.offline,
        build: arguments.build,
        projects: projects.map_err(|error| Failure::new(Exit::Usage, error))?,
    })
}

/// Each package once, what is said of one distribution in several places in one requirement.
fn merged<'a>(packages: impl Iterator<Item = &'a Package>) -> Vec<Package> {
    let mut merged: Vec<Package> = Vec::new();
    for package in packages {
        let both = merged
            .iter()
            .enumerate()
            .find_map(|(at, known)| Some((at, known.and(package)?)));
        match both {
            Some((at, _)) if merged[at] == *package => {}
            Some((at, both)) => merged[at] = both,
            None if merged.contains(package) => {}
            None => merged.push(package.clone()),
        }
    }
    merged
}
