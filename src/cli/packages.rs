//! Packages for the cases of a run: those of `--with`, and the projects that any of them name by path.

use std::path::Path;

use super::arguments::Execution;
use super::{Exit, Failure};
use crate::exec::{PackageOptions, Project};
use crate::python::discover::Environment;
use crate::scenario::model::Scenario;

/// Gives every case the packages of `--with`, and packs every project.
pub(super) fn prepare(
    scenarios: &mut [Scenario],
    arguments: &Execution,
) -> Result<PackageOptions, Failure> {
    let mut paths: Vec<String> = Vec::new();
    for variant in scenarios.iter_mut().flat_map(|one| &mut one.variants) {
        let packages = &mut variant.requires.packages;
        for package in &arguments.with {
            let both = packages
                .iter()
                .enumerate()
                .find_map(|(at, known)| Some((at, known.and(package)?)));
            match both {
                Some((at, both)) => packages[at] = both,
                None if packages.contains(package) => {}
                None => packages.push(package.clone()),
            }
        }
        let named = packages.iter().filter(|one| one.name().is_none());
        paths.extend(named.map(|one| one.text().to_owned()));
    }
    paths.sort();
    paths.dedup();
    let environment = Environment::current();
    let home = environment.home.as_deref();
    let pack = |path: &String| Project::pack(path, Path::new(""), home);
    let projects: Result<_, _> = paths.iter().map(pack).collect();
    Ok(PackageOptions {
        cache: environment.cache,
        offline: arguments.offline,
        build: arguments.build,
        projects: projects.map_err(|error| Failure::new(Exit::Usage, error))?,
    })
}
