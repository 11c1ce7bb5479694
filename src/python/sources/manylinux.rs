//! The images that wheels for Linux are built in: `/opt/python/cp313-cp313t/bin`.

use super::{Collector, Environment, PythonSource};

/// Every Python of the image. The folders are links into `/opt/_internal`, where old images had more.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    for folder in ["opt/python", "opt/_internal"] {
        collector.scan_each_prefix(&environment.at(folder), PythonSource::Manylinux);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn linked_and_internal() {
        let machine = Machine::new();
        let internal = "opt/_internal/cpython-3.6.15/bin/python3.6";
        machine.python(internal, Answer::cpython("3.6.15"));
        machine.python(
            "opt/_internal/cpython-3.13.1-nogil/bin/python3.13t",
            Answer::cpython("3.13.1"),
        );
        let nogil = machine.at("opt/_internal/cpython-3.13.1-nogil");
        machine.link("opt/python/cp313-cp313t", &nogil);
        assert_eq!(
            paths_seen(&machine, &machine.environment(), discover),
            ["opt/python/cp313-cp313t/bin/python3.13t", internal]
        );
    }
}
