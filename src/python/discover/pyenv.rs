//! What pyenv installed: `$PYENV_ROOT/versions/*`.

use std::path::PathBuf;

use super::candidate::{Sightings, listed};
use super::{Environment, Origin};

/// Every Python of every version. An entry made by pyenv-virtualenv is a link to a virtual environment; its Python
/// turns out to be that of its base.
pub(super) fn look(environment: &Environment, sightings: &mut Sightings) {
    for bin in bins(environment) {
        sightings.look(&bin, Origin::Pyenv);
    }
}

/// The folders with executables, oldest version first.
pub(super) fn bins(environment: &Environment) -> Vec<PathBuf> {
    let root = environment
        .pyenv_root
        .clone()
        .or_else(|| Some(environment.home.as_ref()?.join(".pyenv")));
    let Some(root) = root else {
        return Vec::new();
    };
    let mut versions = listed(&environment.working_directory.join(root).join("versions"));
    versions.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let numbers: Vec<u64> = name
            .split('.')
            .map_while(|part| part.parse().ok())
            .collect();
        (numbers, name.into_owned())
    });
    // pyenv-win has no `bin`.
    let bin = if cfg!(windows) { "" } else { "bin" };
    versions.into_iter().map(|path| path.join(bin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn versions_in_order_from_the_root_that_is_set() {
        let machine = Machine::new();
        for version in ["3.9.18", "3.10.13", "envy"] {
            for root in ["home/.pyenv", "elsewhere"] {
                machine.python(
                    &format!("{root}/versions/{version}/bin/python"),
                    Answer::cpython("3.9.18"),
                );
            }
        }
        machine.script("home/.pyenv/shims/python", "exec pyenv exec python");
        let at_home = machine.environment();
        let set = Environment {
            pyenv_root: Some(machine.at("elsewhere")),
            ..machine.environment()
        };
        for (environment, root) in [(at_home, "home/.pyenv"), (set, "elsewhere")] {
            let mut sightings = Sightings::default();
            look(&environment, &mut sightings);
            let paths: Vec<_> = sightings.candidates.into_iter().map(|c| c.path).collect();
            let expected = ["envy", "3.9.18", "3.10.13"]
                .map(|version| machine.at(&format!("{root}/versions/{version}/bin/python")));
            assert_eq!(paths, expected);
        }
    }

    #[test]
    fn no_pyenv_is_no_problem() {
        let environment = Environment {
            home: None,
            ..Machine::new().environment()
        };
        assert!(bins(&environment).is_empty());
    }
}
