//! Installations by Homebrew, on Apple silicon, on Intel Macs and on Linux.

use super::{Collector, Environment};

/// Its three prefixes. In `/usr/local` others install as well.
const PREFIXES: [&str; 3] = ["opt/homebrew", "home/linuxbrew/.linuxbrew", "usr/local"];

/// Collects every Python of its formulas (`python@3.12`, `python-freethreading`): `opt/python@3.12/bin`, also the unversioned
/// names in `libexec/bin`, and versions that are in the `Cellar` but no longer linked.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    let mut prefixes = environment.folder_variables(&["HOMEBREW_PREFIX"]);
    prefixes.extend(PREFIXES.map(|prefix| environment.at(prefix)));
    let shared = environment.at("usr/local");
    for prefix in prefixes {
        if prefix != shared {
            collector.scan_dir(&prefix.join("bin"));
        }
        for kegs in ["opt/python*", "Cellar/python*/*"] {
            collector.scan(&prefix, kegs, &["bin", "libexec/bin"]);
        }
    }
}
