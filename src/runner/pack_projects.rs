//! Packages for the cases of a run: those that all can import, and the projects that any of them names by path.

use std::path::{Path, PathBuf};

use crate::exec::PackageOptions;
use crate::program::project::{Project, ProjectError};
use crate::python::environment::Environment;
use crate::scenario::model::Scenario;
use crate::scenario::package::Package;

/// Gives every case the packages that all can import, and packs every project that is named by its path.
///
/// # Errors
/// When a project cannot be packed.
pub(super) fn prepare_packages(
    scenarios: &mut [Scenario],
    roots: &[PathBuf],
    with: &[Package],
    options: &PackageOptions,
) -> Result<PackageOptions, ProjectError> {
    let mut paths: Vec<String> = Vec::new();
    for variant in scenarios
        .iter_mut()
        .flat_map(|scenario| &mut scenario.variants)
    {
        let packages = &mut variant.requires.packages;
        *packages = merge_requirements(packages.iter().chain(with));
        let projects = packages.iter().filter(|package| package.name().is_none());
        paths.extend(projects.map(|package| package.text().to_owned()));
    }
    paths.sort();
    paths.dedup();
    let environment = Environment::current();
    let home = environment.home.as_deref();
    let roots: Vec<_> = roots
        .iter()
        .filter_map(|root| root.canonicalize().ok())
        .collect();
    let projects = paths
        .iter()
        .map(|path| Project::pack(path, Path::new(""), home, &roots));
    Ok(PackageOptions {
        projects: projects.collect::<Result<_, _>>()?,
        cache: environment.cache,
        with: with
            .iter()
            .filter_map(Package::name)
            .map(str::to_owned)
            .collect(),
        ..options.clone()
    })
}

/// Joins requirements: each package once, all that is said of one distribution in one requirement.
fn merge_requirements<'a>(packages: impl Iterator<Item = &'a Package>) -> Vec<Package> {
    let mut merged: Vec<Package> = Vec::new();
    for package in packages {
        let both = merged
            .iter()
            .enumerate()
            .find_map(|(at, known)| Some((at, known.joined_with(package)?)));
        match both {
            Some((at, _)) if merged[at] == *package => {}
            Some((at, both)) => merged[at] = both,
            None if merged.contains(package) => {}
            None => merged.push(package.clone()),
        }
    }
    merged
}
