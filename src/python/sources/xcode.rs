//! Apple's Pythons: in the Command Line Tools and in Xcode.
//!
//! `/usr/bin/python3` of a Mac is neither, but a stub that hands over to the developer tools in use, and pops up a dialog
//! that offers to install them where there are none. So it is not started; what it would start is looked for.

use std::path::{Path, PathBuf};

use super::{Collector, Environment, PythonSource, System};

/// Every Python of every set of developer tools.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    if environment.system != System::Macos {
        return;
    }
    for tools in tools(environment, collector) {
        collector.scan_dir(&tools.join("usr/bin"), PythonSource::Xcode);
        let versions = tools.join("Library/Frameworks/Python3.framework/Versions");
        collector.scan_each_prefix(&versions, PythonSource::Xcode);
    }
}

fn tools(environment: &Environment, collector: &mut Collector) -> Vec<PathBuf> {
    let mut tools = environment.folder_variables(&["DEVELOPER_DIR"]);
    // What `xcode-select --switch` chose.
    let link = environment.at("var/db/xcode_select_link");
    tools.extend(link.exists().then_some(link));
    tools.push(environment.at("Library/Developer/CommandLineTools"));
    let applications = collector.list_dir(&environment.at("Applications"), PythonSource::Xcode);
    tools.extend(applications.into_iter().filter_map(|path| {
        // Betas lie beside it: `Xcode-beta.app`, `Xcode_16.2.app`.
        let name = path.file_name()?.to_string_lossy();
        let is_app = path.extension().is_some_and(|end| end == "app");
        (is_app && name.starts_with("Xcode")).then(|| path.join("Contents/Developer"))
    }));
    tools
}

/// Whether it is the stub. Other names in `/usr/bin` (`python`, `python2.7` up to macOS 12.2) are Pythons.
pub(in crate::python) fn is_stub(path: &Path, environment: &Environment) -> bool {
    let is_named = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("python3"));
    environment.system == System::Macos
        && is_named
        && path.parent() == Some(&environment.at("usr/bin"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};
    use crate::python::fake::{paths_seen, rejections_of, seen};
    use crate::python::sources::{path, system};

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn developer_tools() {
        let machine = Machine::new();
        let paths = [
            "elsewhere/usr/bin/python3",
            "Library/Developer/CommandLineTools/usr/bin/python3",
            "Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9/bin/python3.9",
            "Applications/Xcode-beta.app/Contents/Developer/usr/bin/python3",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.9.6"));
        }
        let link = machine.link("var/db/xcode_select_link", &machine.at("elsewhere"));
        let found = paths_seen(&machine, &machine.mac(), discover);
        assert_eq!(found[0], "var/db/xcode_select_link/usr/bin/python3");
        assert_eq!(found[1..], paths[1..]);
        std::fs::remove_file(link).unwrap();
        assert!(paths_seen(&machine, &machine.environment(), discover).is_empty());
    }

    #[test]
    fn the_stub_is_not_a_candidate_on_a_mac() {
        let machine = Machine::new();
        machine.script("usr/bin/python3", "touch ../started");
        machine.python("usr/bin/python2.7", Answer::cpython("2.7.16"));
        let mut mac = machine.mac();
        mac.variables.set("PATH", machine.at("usr/bin"));
        for discover in [path::discover, system::discover] {
            let collector = seen(&mac, discover);
            assert_eq!(collector.candidates.len(), 1);
            assert_eq!(
                rejections_of(&machine, &collector),
                ["usr/bin/python3: Apple's stub for its developer tools, not started"]
            );
        }
        assert_eq!(
            seen(&machine.environment(), system::discover)
                .candidates
                .len(),
            2
        );
    }
}
