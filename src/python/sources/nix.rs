//! Profiles of Nix. What is in its store and in no profile is not installed, and may go at any time.

use super::{Collector, Environment};

/// Profiles of the user, below the home folder.
const USER_PROFILES: [&str; 2] = [".nix-profile/bin", ".local/state/nix/profile/bin"];

/// Profiles of the machine, below the root.
const SYSTEM_PROFILES: [&str; 2] = [
    "run/current-system/sw/bin",
    "nix/var/nix/profiles/default/bin",
];

/// Collects every Python in the profiles of the user and of the machine.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    let user = USER_PROFILES
        .iter()
        .filter_map(|path| environment.at_home(path));
    let system = SYSTEM_PROFILES.map(|path| environment.at(path));
    for bin in user.chain(system) {
        collector.scan_dir(&bin);
    }
    if let Some(user) = environment.variable("USER") {
        let profiles = environment.at("etc/profiles/per-user");
        collector.scan_dir(&profiles.join(user).join("bin"));
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Nix;

    #[test]
    fn profiles() {
        let machine = Machine::new();
        let paths = [
            "home/.nix-profile/bin/python3",
            "run/current-system/sw/bin/python3",
            "etc/profiles/per-user/me/bin/python3",
        ];
        machine.pythons(&paths);
        let mut environment = machine.environment();
        environment.variables.set("USER", "me");
        assert_eq!(machine.find(&environment, Nix), paths);
    }
}
