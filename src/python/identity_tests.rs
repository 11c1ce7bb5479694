use super::*;
use crate::python::fake::{Answer, Machine};

fn candidate(path: PathBuf, source: PythonSource) -> Candidate {
    Candidate {
        path,
        sources: source.into(),
    }
}

fn found(machine: &Machine, paths: &[(&str, PythonSource)]) -> Vec<Candidate> {
    paths
        .iter()
        .map(|(path, source)| candidate(machine.at(path), *source))
        .collect()
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn links_are_their_target_by_its_plainest_name() {
    let machine = Machine::new();
    let real = machine.script("prefix/bin/python3.6m", "");
    std::fs::hard_link(&real, machine.at("prefix/bin/python3.6")).unwrap();
    machine.link("prefix/bin/python3", Path::new("python3.6"));
    machine.link("usr/bin/python3", &machine.at("prefix/bin/python3"));
    machine.script("usr/bin/python3.9", "");
    let (kept, merged) = merge_by_file(found(
        &machine,
        &[
            ("usr/bin/python3", PythonSource::System),
            ("prefix/bin/python3", PythonSource::Pyenv),
            ("prefix/bin/python3.6", PythonSource::Pyenv),
            ("prefix/bin/python3.6m", PythonSource::Pyenv),
            ("usr/bin/python3.9", PythonSource::Path),
        ],
    ));
    let mut expected = found(
        &machine,
        &[
            ("prefix/bin/python3.6", PythonSource::Pyenv),
            ("usr/bin/python3.9", PythonSource::Path),
        ],
    );
    expected[0].sources.add(&PythonSource::System.into());
    assert_eq!(kept, expected);
    let names: Vec<_> = merged.iter().map(|one| one.path.clone()).collect();
    assert_eq!(
        names,
        [
            "usr/bin/python3",
            "prefix/bin/python3",
            "prefix/bin/python3.6m"
        ]
        .map(|path| machine.text(path))
    );
    assert!(
        merged
            .iter()
            .all(|one| one.into == machine.text("prefix/bin/python3.6"))
    );
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn a_hard_link_in_an_environment_is_not_the_plainest() {
    let machine = Machine::new();
    let real = machine.script("usr/bin/python3", "");
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    std::fs::create_dir_all(machine.at("env/bin")).unwrap();
    std::fs::hard_link(&real, machine.at("env/bin/python3.11")).unwrap();
    machine.link("env/bin/python", Path::new("python3.11"));
    let (kept, merged) = merge_by_file(found(
        &machine,
        &[
            ("env/bin/python3.11", PythonSource::Path),
            ("env/bin/python", PythonSource::Path),
            ("usr/bin/python3", PythonSource::System),
        ],
    ));
    let expected = found(&machine, &[("usr/bin/python3", PythonSource::System)]);
    assert_eq!(kept, expected, "PATH has the environment, not its base");
    let reasons: Vec<_> = merged.iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [MergeReason::VirtualEnvironment; 2]);
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn a_dispatcher_is_kept_by_the_name_it_is_called_by() {
    let machine = Machine::new();
    let dispatcher = machine.script("usr/lib/python-exec2c", "");
    machine.link("usr/bin/python2", &dispatcher);
    machine.link("usr/bin/python3", &dispatcher);
    let candidates = found(
        &machine,
        &[
            ("usr/bin/python2", PythonSource::Path),
            ("usr/bin/python3", PythonSource::Path),
        ],
    );
    assert_eq!(merge_by_file(candidates.clone()), (candidates, Vec::new()));
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn the_names_pypy_goes_by_are_one_file() {
    let machine = Machine::new();
    machine.script("pypy/bin/pypy3.9", "");
    machine.link("pypy/bin/python", Path::new("pypy3.9"));
    machine.link("pypy/bin/python3", Path::new("pypy3.9"));
    let (kept, merged) = merge_by_file(found(
        &machine,
        &[
            ("pypy/bin/python", PythonSource::Pyenv),
            ("pypy/bin/python3", PythonSource::Pyenv),
        ],
    ));
    assert_eq!(
        kept,
        found(&machine, &[("pypy/bin/pypy3.9", PythonSource::Pyenv)])
    );
    assert_eq!(merged.len(), 2);
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn a_known_file_is_known_by_any_name() {
    let machine = Machine::new();
    let real = machine.script("usr/bin/python3.11", "");
    machine.link("usr/bin/python3", &real);
    machine.script("usr/bin/python3.9", "");
    let known = found(&machine, &[("usr/bin/python3.11", PythonSource::Path)]);
    let asked = found(
        &machine,
        &[
            ("usr/bin/python3", PythonSource::Pyenv),
            ("usr/bin/python3.9", PythonSource::Pyenv),
        ],
    );
    assert_eq!(exclude_known_files(asked.clone(), &known), asked[1..]);
}

fn interpreter(command: &str, source: PythonSource, answer: &Answer) -> Interpreter {
    let info = answer.info();
    Interpreter {
        flags: vec![],
        env: vec![],
        key: info.key(),
        command: command.split(' ').map(str::to_owned).collect(),
        sources: source.into(),
        info,
    }
}

fn in_prefix(prefix: &str, executable: &str) -> Answer {
    Answer::cpython("3.6.15")
        .with("base_prefix", prefix)
        .with("executable", executable)
}

fn commands(interpreters: &[Interpreter]) -> Vec<String> {
    interpreters
        .iter()
        .map(|one| one.command.join(" "))
        .collect()
}

#[test]
fn twins_with_files_of_their_own_are_one() {
    let twin = |path| interpreter(path, PythonSource::Pyenv, &in_prefix("/p", path));
    let debug = in_prefix("/p", "/p/bin/python3.6dm").with("debug", true);
    let (kept, merged) = merge_by_build(vec![
        twin("/p/bin/python3.6m"),
        interpreter("/p/bin/python3.6dm", PythonSource::Pyenv, &debug),
        twin("/p/bin/python3.6"),
        interpreter(
            "/q/bin/python3.6",
            PythonSource::Pyenv,
            &in_prefix("/q", "/q/bin/python3.6"),
        ),
    ]);
    assert_eq!(
        commands(&kept),
        ["/p/bin/python3.6", "/q/bin/python3.6", "/p/bin/python3.6dm"]
    );
    let twin = MergedName {
        path: "/p/bin/python3.6m".into(),
        into: "/p/bin/python3.6".into(),
        reason: MergeReason::SameBuild,
        sources: PythonSource::Pyenv.into(),
    };
    assert_eq!(merged, [twin]);
}

#[test]
fn a_wrapper_gives_way_to_what_it_starts_and_an_environment_to_its_base() {
    let real = in_prefix("/p", "/p/bin/python3.6");
    let environment = in_prefix("/p", "/env/bin/python").with("environment", "/env");
    let old_environment = in_prefix("/old", "/old/bin/python")
        .with("environment", "/old")
        .with("base_executable", "/p/bin/python3.6");
    let (kept, merged) = merge_by_build(vec![
        interpreter("/env/bin/python", PythonSource::Path, &environment),
        interpreter("/old/bin/python", PythonSource::Path, &old_environment),
        interpreter("/b/python3", PythonSource::Path, &real),
        interpreter("/p/bin/python3.6", PythonSource::System, &real),
    ]);
    assert_eq!(commands(&kept), ["/p/bin/python3.6"]);
    let reasons: Vec<_> = merged
        .iter()
        .map(|one| format!("{} {} {}", one.path, one.reason, one.into))
        .collect();
    assert_eq!(
        reasons,
        [
            "/b/python3 same build as /p/bin/python3.6",
            "/env/bin/python virtual environment of /p/bin/python3.6",
            "/old/bin/python virtual environment of /p/bin/python3.6",
        ]
    );
}

#[test]
fn what_was_asked_for_stays_as_asked_for() {
    let real = in_prefix("/p", "/p/bin/python3.6");
    let labelled = |command, label: &str| {
        let mut one = interpreter(command, PythonSource::Command, &real);
        one.key.label = Some(label.to_owned());
        one
    };
    let (mut kept, _) = merge_by_build(vec![
        interpreter("/p/bin/python3.6", PythonSource::Pyenv, &real),
        interpreter("chroot /srv /p/bin/python3.6", PythonSource::Command, &real),
        interpreter("chroot /srv /p/bin/python3.6", PythonSource::Command, &real),
        labelled("/p/bin/python3", "a"),
        labelled("/p/bin/python3", "b"),
    ]);
    kept.sort_by(|a, b| (&a.key, &a.command).cmp(&(&b.key, &b.command)));
    assert_eq!(
        commands(&kept),
        [
            "chroot /srv /p/bin/python3.6",
            "/p/bin/python3",
            "/p/bin/python3"
        ]
    );
}

#[test]
fn another_machine_or_c_library_is_another_interpreter() {
    let plain = in_prefix("/p", "/p/bin/python3.6");
    let (kept, merged) = merge_by_build(vec![
        interpreter("/p/bin/python3.6", PythonSource::Path, &plain),
        interpreter(
            "/p/bin/python3.6-32",
            PythonSource::Path,
            &plain.clone().with("platform", "linux-i686"),
        ),
        interpreter(
            "/p/bin/python3.6-musl",
            PythonSource::Path,
            &plain.with("libc", "musl"),
        ),
    ]);
    assert_eq!(kept.len(), 3);
    assert_eq!(merged, []);
}

#[test]
fn sources_of_all_names_are_kept_but_those_of_environments() {
    let real = in_prefix("/p", "/p/bin/python3.6");
    let environment = in_prefix("/p", "/env/bin/python").with("environment", "/env");
    let (kept, _) = merge_by_build(vec![
        interpreter("/env/bin/python", PythonSource::Pyenv, &environment),
        interpreter("/b/python3", PythonSource::Path, &real),
        interpreter("/p/bin/python3.6", PythonSource::System, &real),
    ]);
    assert_eq!(kept[0].sources.to_string(), "PATH, system");
    assert_eq!(kept[0].source(), PythonSource::Path);
}

#[test]
fn canonical_paths_of_windows_are_written_as_people_do() {
    for (canonical, plain) in [
        (r"\\?\C:\Python27\python.exe", r"C:\Python27\python.exe"),
        (r"\\?\UNC\server\python.exe", r"\\?\UNC\server\python.exe"),
        ("/usr/bin/python3", "/usr/bin/python3"),
    ] {
        assert_eq!(strip_verbatim_prefix(canonical.into()), Path::new(plain));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_link_to_what_cannot_be_written_is_kept() {
    use std::os::unix::ffi::OsStrExt as _;
    let machine = Machine::new();
    let folder = machine
        .at("")
        .join(std::ffi::OsStr::from_bytes(b"\xff/bin"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("python3.9"), "").unwrap();
    for name in ["usr/bin/python3", "usr/bin/python3.9"] {
        machine.link(name, &folder.join("python3.9"));
    }
    let names = [
        ("usr/bin/python3", PythonSource::Path),
        ("usr/bin/python3.9", PythonSource::Path),
    ];
    let (kept, merged) = merge_by_file(found(&machine, &names));
    assert_eq!(kept, found(&machine, &names[1..]));
    assert_eq!(merged.len(), 1, "{merged:?}");
}
