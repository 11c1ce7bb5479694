//! Apple's Pythons: in the Command Line Tools and in Xcode.
//!
//! `/usr/bin/python3` of a Mac is neither, but a stub that hands over to the developer tools in use, and pops up a dialog
//! that offers to install them where there are none. So it is not started; what it would start is looked for.

use std::path::{Path, PathBuf};

use super::{Collector, Environment, System};

/// Collects every Python of every set of developer tools.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Macos {
        return;
    }
    for tools in list_developer_tools(environment, collector) {
        collector.scan_dir(&tools.join("usr/bin"));
        let versions = tools.join("Library/Frameworks/Python3.framework/Versions");
        collector.scan_prefixes_in(&versions);
    }
}

/// Returns the folders that developer tools may be in.
fn list_developer_tools(environment: &Environment, collector: &mut Collector) -> Vec<PathBuf> {
    let mut tools = environment.folder_variables(&["DEVELOPER_DIR"]);
    // What `xcode-select --switch` chose.
    let link = environment.at("var/db/xcode_select_link");
    tools.extend(link.exists().then_some(link));
    tools.push(environment.at("Library/Developer/CommandLineTools"));
    // Betas lie beside it: `Xcode-beta.app`, `Xcode_16.2.app`.
    let mut apps = collector.list_starting_with(&environment.at("Applications"), "xcode");
    apps.retain(|path| path.extension().is_some_and(|end| end == "app"));
    tools.extend(apps.iter().map(|path| path.join("Contents/Developer")));
    tools
}

/// Whether it is the stub. Other names in `/usr/bin` (`python`, `python2.7` up to macOS 12.2) are Pythons.
pub(in crate::python) fn is_stub(path: &Path, environment: &Environment) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    environment.system == System::Macos
        && name.starts_with("python3")
        && path.parent() == Some(&environment.at("usr/bin"))
}

#[cfg(test)]
mod tests {
    use crate::python::fake::{Answer, Machine};
    use crate::python::source::PythonSource::{Path, System, Xcode};

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn developer_tools() {
        let machine = Machine::new();
        let paths = [
            "elsewhere/usr/bin/python3",
            "Library/Developer/CommandLineTools/usr/bin/python3",
            "Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9/bin/python3.9",
            "Applications/Xcode-beta.app/Contents/Developer/usr/bin/python3",
        ];
        machine.pythons(&paths);
        let link = machine.link("var/db/xcode_select_link", &machine.at("elsewhere"));
        let found = machine.find(&machine.mac(), Xcode);
        assert_eq!(found[0], "var/db/xcode_select_link/usr/bin/python3");
        assert_eq!(found[1..], paths[1..]);
        std::fs::remove_file(link).unwrap();
        assert!(machine.find(&machine.environment(), Xcode).is_empty());
    }

    #[test]
    fn the_stub_is_not_a_candidate_on_a_mac() {
        let machine = Machine::new();
        machine.script("usr/bin/python3", "touch ../started");
        machine.python("usr/bin/python2.7", Answer::cpython("2.7.16"));
        let mut mac = machine.mac();
        mac.variables.set("PATH", machine.at("usr/bin"));
        let stub = "usr/bin/python3: Apple's stub for its developer tools, not started";
        for source in [Path, System] {
            assert_eq!(machine.find(&mac, source), ["usr/bin/python2.7"]);
            assert_eq!(machine.find_rejected(&mac, source), [stub]);
        }
        assert_eq!(machine.find(&machine.environment(), System).len(), 2);
    }
}
