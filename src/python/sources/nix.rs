//! Profiles of Nix. What is in its store and in no profile is not installed, and may go at any time.

use super::{Collector, Environment, PythonSource};

const AT_HOME: [&str; 2] = [".nix-profile/bin", ".local/state/nix/profile/bin"];
const FOLDERS: [&str; 2] = [
    "run/current-system/sw/bin",
    "nix/var/nix/profiles/default/bin",
];

/// Every Python in the profiles of the user and of the machine.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    let at_home = AT_HOME.iter().filter_map(|path| environment.at_home(path));
    for folder in at_home.chain(FOLDERS.map(|path| environment.at(path))) {
        collector.scan_dir(&folder, PythonSource::Nix);
    }
    if let Some(user) = environment.variable("USER") {
        let profiles = environment.at("etc/profiles/per-user");
        collector.scan_dir(&profiles.join(user).join("bin"), PythonSource::Nix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn profiles() {
        let machine = Machine::new();
        let paths = [
            "home/.nix-profile/bin/python3",
            "run/current-system/sw/bin/python3",
            "etc/profiles/per-user/me/bin/python3",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        let mut environment = machine.environment();
        environment.variables.set("USER", "me");
        assert_eq!(paths_seen(&machine, &environment, discover), paths);
    }
}
