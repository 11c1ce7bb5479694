use super::*;
use crate::python::fake::{Answer, Machine};
use crate::python::source::join_sources;

fn candidates(machine: &Machine, paths: &[(&str, PythonSource)]) -> Vec<Candidate> {
    let candidate = |(path, source): &(&str, PythonSource)| Candidate {
        path: machine.at(path),
        sources: (*source).into(),
    };
    paths.iter().map(candidate).collect()
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn links_are_their_target_by_its_plainest_name() {
    let machine = Machine::new();
    let real = machine.script("prefix/bin/python3.6m", "");
    std::fs::hard_link(&real, machine.at("prefix/bin/python3.6")).unwrap();
    machine.link("prefix/bin/python3", Path::new("python3.6"));
    machine.link("usr/bin/python3", &machine.at("prefix/bin/python3"));
    machine.script("usr/bin/python3.9", "");
    let names = [
        ("usr/bin/python3", PythonSource::System),
        ("prefix/bin/python3", PythonSource::Pyenv),
        ("prefix/bin/python3.6", PythonSource::Pyenv),
        ("prefix/bin/python3.6m", PythonSource::Pyenv),
        ("usr/bin/python3.9", PythonSource::Path),
    ];
    let (kept, merged) = merge_by_file(candidates(&machine, &names));
    let mut expected = candidates(&machine, &[names[2], names[4]]);
    expected[0].sources.extend([PythonSource::System]);
    assert_eq!(kept, expected);
    let others: Vec<_> = merged.iter().map(|name| name.path.clone()).collect();
    assert_eq!(
        others,
        [0, 1, 3].map(|index: usize| machine.text(names[index].0))
    );
    let into = machine.text("prefix/bin/python3.6");
    assert!(merged.iter().all(|name| name.into == into));
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn a_hard_link_in_an_environment_is_not_the_plainest() {
    let machine = Machine::new();
    let real = machine.script("usr/bin/python3", "");
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    machine.link("env/bin/python", Path::new("python3.11"));
    std::fs::hard_link(&real, machine.at("env/bin/python3.11")).unwrap();
    let names = [
        ("env/bin/python3.11", PythonSource::Path),
        ("env/bin/python", PythonSource::Path),
        ("usr/bin/python3", PythonSource::System),
    ];
    let (kept, merged) = merge_by_file(candidates(&machine, &names));
    let expected = candidates(&machine, &names[2..]);
    assert_eq!(kept, expected, "PATH has the environment, not its base");
    let reasons: Vec<_> = merged.iter().map(|name| name.reason).collect();
    assert_eq!(reasons, [MergeReason::VirtualEnvironment; 2]);
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn the_name_of_a_link_counts_where_it_leads_to_a_dispatcher() {
    for (target, kept_paths) in [
        ("python-exec2c", &["usr/bin/python2", "usr/bin/python3"][..]),
        ("pypy3.9", &["usr/bin/pypy3.9"]),
    ] {
        let machine = Machine::new();
        let target = machine.script(&format!("usr/bin/{target}"), "");
        let names = ["usr/bin/python2", "usr/bin/python3"].map(|name| (name, PythonSource::Path));
        for (name, _) in names {
            machine.link(name, &target);
        }
        let (kept, merged) = merge_by_file(candidates(&machine, &names));
        let kept: Vec<_> = kept.into_iter().map(|candidate| candidate.path).collect();
        let expected: Vec<_> = kept_paths.iter().map(|path| machine.at(path)).collect();
        assert_eq!(kept, expected);
        assert_eq!(merged.len(), if kept.len() == 2 { 0 } else { 2 });
    }
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn a_known_file_is_known_by_any_name() {
    let machine = Machine::new();
    let real = machine.script("usr/bin/python3.11", "");
    machine.link("usr/bin/python3", &real);
    machine.script("usr/bin/python3.9", "");
    let known = candidates(&machine, &[("usr/bin/python3.11", PythonSource::Path)]);
    let names = ["usr/bin/python3", "usr/bin/python3.9"].map(|name| (name, PythonSource::Pyenv));
    let found = candidates(&machine, &names);
    assert_eq!(exclude_known_files(found.clone(), &known), found[1..]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_link_to_what_cannot_be_written_is_kept() {
    use std::os::unix::ffi::OsStrExt as _;
    let machine = Machine::new();
    let dir = machine
        .at("")
        .join(std::ffi::OsStr::from_bytes(b"\xff/bin"));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("python3.9"), "").unwrap();
    let names = ["usr/bin/python3", "usr/bin/python3.9"].map(|name| (name, PythonSource::Path));
    for (name, _) in names {
        machine.link(name, &dir.join("python3.9"));
    }
    let (kept, merged) = merge_by_file(candidates(&machine, &names));
    assert_eq!(kept, candidates(&machine, &names[1..]));
    assert_eq!(merged.len(), 1, "{merged:?}");
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

fn interpreter(command: &str, source: PythonSource, answer: &Answer) -> Interpreter {
    let words = command.split(' ').map(str::to_owned);
    Interpreter::new(words.collect(), source, answer.info())
}

fn in_prefix(prefix: &str, executable: &str) -> Answer {
    Answer::cpython("3.6.15")
        .with("base_prefix", prefix)
        .with("executable", executable)
}

/// Merges interpreters; returns the commands that stay, and the other names.
fn merge(interpreters: Vec<Interpreter>) -> (Vec<String>, Vec<String>) {
    let (kept, merged) = merge_by_build(interpreters);
    let mut commands: Vec<_> = kept.iter().map(Interpreter::command_line).collect();
    commands.sort();
    let merged = merged
        .iter()
        .map(|name| format!("{} {} {}", name.path, name.reason, name.into));
    (commands, merged.collect())
}

#[test]
fn twins_with_files_of_their_own_are_one() {
    let twin = |path| interpreter(path, PythonSource::Pyenv, &in_prefix("/p", path));
    let debug = in_prefix("/p", "/p/bin/python3.6dm").with("debug", true);
    let other = in_prefix("/q", "/q/bin/python3.6");
    let (commands, merged) = merge(vec![
        twin("/p/bin/python3.6m"),
        interpreter("/p/bin/python3.6dm", PythonSource::Pyenv, &debug),
        twin("/p/bin/python3.6"),
        interpreter("/q/bin/python3.6", PythonSource::Pyenv, &other),
    ]);
    let expected = ["/p/bin/python3.6", "/p/bin/python3.6dm", "/q/bin/python3.6"];
    assert_eq!(commands, expected);
    assert_eq!(merged, ["/p/bin/python3.6m same build as /p/bin/python3.6"]);
}

#[test]
fn a_wrapper_gives_way_to_what_it_starts_and_an_environment_to_its_base() {
    let real = in_prefix("/p", "/p/bin/python3.6");
    let environment = in_prefix("/p", "/env/bin/python").with("environment", "/env");
    let old_environment = in_prefix("/old", "/old/bin/python")
        .with("environment", "/old")
        .with("base_executable", "/p/bin/python3.6");
    let (commands, merged) = merge(vec![
        interpreter("/env/bin/python", PythonSource::Path, &environment),
        interpreter("/old/bin/python", PythonSource::Path, &old_environment),
        interpreter("/b/python3", PythonSource::Path, &real),
        interpreter("/p/bin/python3.6", PythonSource::System, &real),
    ]);
    assert_eq!(commands, ["/p/bin/python3.6"]);
    assert_eq!(
        merged,
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
    let labelled = |label: &str| {
        let mut interpreter = interpreter("/p/bin/python3", PythonSource::Command, &real);
        interpreter.key.label = Some(label.to_owned());
        interpreter
    };
    let chroot = || interpreter("chroot /srv /p/bin/python3.6", PythonSource::Command, &real);
    let (commands, _) = merge(vec![
        interpreter("/p/bin/python3.6", PythonSource::Pyenv, &real),
        chroot(),
        chroot(),
        labelled("a"),
        labelled("b"),
    ]);
    let kept = [
        "/p/bin/python3",
        "/p/bin/python3",
        "chroot /srv /p/bin/python3.6",
    ];
    assert_eq!(commands, kept);
}

#[test]
fn another_machine_or_c_library_is_another_interpreter() {
    let plain = in_prefix("/p", "/p/bin/python3.6");
    let other_machine = plain.clone().with("platform", "linux-i686");
    let other_library = plain.clone().with("libc", "musl");
    let (commands, merged) = merge(vec![
        interpreter("/p/bin/python3.6", PythonSource::Path, &plain),
        interpreter("/p/bin/python3.6-32", PythonSource::Path, &other_machine),
        interpreter("/p/bin/python3.6-musl", PythonSource::Path, &other_library),
    ]);
    assert_eq!((commands.len(), merged.len()), (3, 0));
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
    assert_eq!(join_sources(&kept[0].sources), "PATH, system");
    assert_eq!(kept[0].source(), PythonSource::Path);
}
