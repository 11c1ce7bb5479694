use super::*;
use crate::python::fake::{Answer, Machine};

#[test]
fn names_of_pythons() {
    let pythons = "python python2 python3 python2.7 python3.0 python3.15 python3.99 python3.14t python3.14td \
        python3.11d python3.6m python3.6dm python2.7u python2.7mu python3-dbg python3.7-dbg python.exe \
        Python.EXE python3.13t.exe python_d.exe python3.13t_d.exe";
    for name in pythons.split_whitespace() {
        assert!(is_python_name(name), "{name}");
    }
    let others = "python3-config python-argcomplete-tcsh python3.10-gdb.py pythonw pythonw.exe pythont python4 \
        python4.0 python3.100 python3. python3.1.2 python3.x python_d Python pypy3 python3.6m-config ipython \
        .exe exe";
    for name in others.split_whitespace() {
        assert!(!is_python_name(name), "{name}");
    }
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn a_folder_is_scanned_once_and_nothing_vanishes() {
    let machine = Machine::new();
    let python = machine.python("usr/bin/python3.9", Answer::cpython("3.9.18"));
    machine.link("usr/bin/python3", Path::new("nowhere"));
    machine.file("usr/bin/python2", "not executable");
    machine.script("usr/bin/python3-config", "echo");
    std::fs::create_dir(machine.at("usr/bin/python")).unwrap();
    machine.link("bin", Path::new("usr/bin"));
    let environment = machine.environment();
    let mut collector = Collector::new(&environment);
    for (source, dir) in [
        (PythonSource::System, "usr/bin"),
        (PythonSource::Path, "bin"),
        (PythonSource::System, "missing"),
    ] {
        collector.source = source;
        collector.scan_dir(&machine.at(dir));
    }
    let sources: Sources = [PythonSource::Path, PythonSource::System].into();
    let candidate = Candidate {
        path: python,
        sources: sources.clone(),
    };
    assert_eq!(collector.candidates, [candidate]);
    assert_eq!(
        machine.list_rejected(&collector.rejected),
        [
            "usr/bin/python2: not executable",
            "usr/bin/python3: a symbolic link to nothing",
        ]
    );
    assert_eq!(collector.rejected[1].sources, sources);
}
