//! The usual system folders, whether or not they are on `PATH`.

use super::candidate::{Sightings, listed};
use super::{Environment, Origin};

/// Below the root.
const FOLDERS: [&str; 7] = [
    "usr/local/bin",
    "usr/bin",
    "bin",
    "usr/sbin",
    "sbin",
    "opt/homebrew/bin",
    "opt/local/bin",
];

/// Each folder in these has a `bin`: the manylinux images have `/opt/python/cp311-cp311/bin`, python.org's macOS
/// installers fill the framework.
const PREFIXES: [&str; 2] = ["opt/python", "Library/Frameworks/Python.framework/Versions"];

/// Every Python in them.
pub(super) fn look(environment: &Environment, sightings: &mut Sightings) {
    for folder in FOLDERS {
        sightings.look(&environment.root.join(folder), Origin::System);
    }
    for prefix in PREFIXES {
        for version in listed(&environment.root.join(prefix)) {
            sightings.look(&version.join("bin"), Origin::System);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn folders_and_prefixes() {
        let machine = Machine::new();
        let paths = [
            "usr/local/bin/python3",
            "usr/bin/python3.11",
            "opt/python/cp313-cp313t/bin/python3.13t",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.11.2"));
        }
        machine.python("srv/bin/python3", Answer::cpython("3.11.2"));
        let mut sightings = Sightings::default();
        look(&machine.environment(), &mut sightings);
        let found: Vec<_> = sightings.candidates.into_iter().map(|c| c.path).collect();
        assert_eq!(found, paths.map(|path| machine.at(path)));
    }
}
