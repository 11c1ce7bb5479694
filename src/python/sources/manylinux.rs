//! The images that wheels for Linux are built in: `/opt/python/cp313-cp313t/bin`.

use super::{Collector, Environment};

/// Collects every Python of the image. The folders are links into `/opt/_internal`, where old images had more.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    for dir in ["opt/python", "opt/_internal"] {
        collector.scan_prefixes_in(&environment.at(dir));
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Manylinux;

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn linked_and_internal() {
        let machine = Machine::new();
        let nogil = "opt/_internal/cpython-3.13.1-nogil";
        let internal = "opt/_internal/cpython-3.6.15/bin/python3.6";
        machine.pythons(&[internal, &format!("{nogil}/bin/python3.13t")]);
        machine.link("opt/python/cp313-cp313t", &machine.at(nogil));
        assert_eq!(
            machine.find(&machine.environment(), Manylinux),
            ["opt/python/cp313-cp313t/bin/python3.13t", internal]
        );
    }
}
