//! What hatch installed: `~/.local/share/hatch/pythons/3.12/python/bin`.

use super::{Collector, Environment, PythonSource, System};

/// Every Python of it.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    let data = match environment.system {
        System::Macos => environment.at_home("Library/Application Support"),
        System::Windows => environment.folder_variable("LOCALAPPDATA"),
        _ => environment.data(),
    };
    let mut folders = environment.folder_variables(&["HATCH_DATA_DIR"]);
    folders.extend(data.iter().map(|data| data.join("hatch")));
    for folder in folders {
        for python in collector.list_dir(&folder.join("pythons"), PythonSource::Hatch) {
            collector.scan_prefix(&python.join("python"), PythonSource::Hatch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn pythons() {
        let machine = Machine::new();
        let hatch = "home/.local/share/hatch/pythons/3.12/python/bin/python3";
        let mac = "home/Library/Application Support/hatch/pythons/3.12/python/bin/python3";
        for path in [hatch, mac] {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        assert_eq!(
            paths_seen(&machine, &machine.environment(), discover),
            [hatch]
        );
        assert_eq!(paths_seen(&machine, &machine.mac(), discover), [mac]);
    }
}
