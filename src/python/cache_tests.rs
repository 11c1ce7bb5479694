use super::*;
use crate::python::fake::{Answer, Machine};

/// A file that is no script, and what it is supposed to have said.
fn program(machine: &Machine, path: &str) -> (Vec<String>, InterpreterInfo) {
    let path = machine.file(path, "\x7fELF");
    let command = vec![path.to_str().unwrap().to_owned()];
    (command, Answer::cpython("3.9.18").info())
}

fn cache(machine: &Machine) -> ProbeCache {
    ProbeCache::load(&with_cache(machine))
}

fn with_cache(machine: &Machine) -> Environment {
    Environment {
        cache: Some(machine.at("cache")),
        ..machine.environment()
    }
}

fn remembered(machine: &Machine, command: &[String], info: &InterpreterInfo) {
    let mut cache = cache(machine);
    if let Some(stamp) = cache.stamp(command) {
        cache.remember(command, stamp, info);
    }
    cache.store();
}

fn known(machine: &Machine, command: &[String]) -> Option<InterpreterInfo> {
    cache(machine).answer(command)
}

#[test]
fn an_answer_holds_until_the_file_changes() {
    let machine = Machine::new();
    let (command, info) = program(&machine, "bin/python3.9");
    assert_eq!(known(&machine, &command), None);
    remembered(&machine, &command, &info);
    assert_eq!(known(&machine, &command), Some(info.clone()));
    machine.file("bin/python3.9", "\x7fELF, longer");
    assert_eq!(known(&machine, &command), None);
}

#[test]
#[cfg_attr(windows, ignore = "files there have no number that can be asked for")]
fn an_answer_does_not_hold_for_another_file_of_the_same_age_and_length() {
    let machine = Machine::new();
    let (command, info) = program(&machine, "bin/python3.9");
    remembered(&machine, &command, &info);
    let time = machine
        .at("bin/python3.9")
        .metadata()
        .unwrap()
        .modified()
        .unwrap();
    let other = machine.file("bin/other", "\x7fELF");
    let opened = std::fs::File::options().write(true).open(&other).unwrap();
    opened.set_modified(time).unwrap();
    std::fs::rename(other, &command[0]).unwrap();
    assert_eq!(known(&machine, &command), None);
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn what_depends_on_more_than_a_file_is_not_remembered() {
    let machine = Machine::new();
    let info = Answer::cpython("3.9.18").info();
    let script = machine.script("bin/python3", "exec other");
    let (copy, _) = program(&machine, "env/bin/python");
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    let (target, _) = program(&machine, "bin/python-exec2c");
    let link = machine.link("bin/python2", Path::new(&target[0]));
    let words = |path: &Path| vec![path.to_str().unwrap().to_owned()];
    let several = vec!["env".to_owned(), target[0].clone()];
    for command in [words(&script), copy, words(&link), several] {
        remembered(&machine, &command, &info);
        assert_eq!(known(&machine, &command), None, "{command:?}");
    }
    assert!(!machine.at("cache").exists(), "nothing to write");
}

#[test]
fn an_environment_made_around_a_known_file_is_seen() {
    let machine = Machine::new();
    let (command, info) = program(&machine, "env/bin/python");
    remembered(&machine, &command, &info);
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    assert_eq!(known(&machine, &command), None);
}

#[test]
fn damage_staleness_and_an_unwritable_folder_are_misses() {
    let machine = Machine::new();
    let (command, info) = program(&machine, "bin/python3.9");
    remembered(&machine, &command, &info);
    let whole = std::fs::read_to_string(machine.at("cache/pythons.json")).unwrap();
    let stale = whole.replace(&format(&machine.environment()), "0.0.1 another");
    for damaged in ["", "[]", &whole[..whole.len() / 2], &stale, "\0\0\0\0"] {
        machine.file("cache/pythons.json", damaged);
        assert_eq!(known(&machine, &command), None, "{damaged}");
        remembered(&machine, &command, &info);
        assert_eq!(known(&machine, &command), Some(info.clone()), "{damaged}");
    }
    machine.file("occupied", "");
    let mut cache = ProbeCache::load(&Environment {
        cache: Some(machine.at("occupied")),
        ..machine.environment()
    });
    let stamp = cache.stamp(&command).unwrap();
    cache.remember(&command, stamp, &info);
    cache.store();
}

#[test]
fn what_is_gone_is_dropped_and_without_a_folder_nothing_is_kept() {
    let machine = Machine::new();
    let (gone, info) = program(&machine, "bin/python3.8");
    remembered(&machine, &gone, &info);
    std::fs::remove_file(&gone[0]).unwrap();
    let (command, _) = program(&machine, "bin/python3.9");
    remembered(&machine, &command, &info);
    let text = std::fs::read_to_string(machine.at("cache/pythons.json")).unwrap();
    assert!(
        text.contains("python3.9") && !text.contains("python3.8"),
        "{text}"
    );
    let cache = ProbeCache::load(&machine.environment());
    assert!(cache.stamp(&command).is_none() && cache.answer(&command).is_none());
}

#[test]
fn two_at_once_do_no_damage() {
    let machine = Machine::new();
    let commands: Vec<_> = (0..8)
        .map(|number| program(&machine, &format!("{number}/python")))
        .collect();
    std::thread::scope(|scope| {
        for (command, info) in &commands {
            let machine = &machine;
            scope.spawn(move || {
                for _ in 0..20 {
                    remembered(machine, command, info);
                    match std::fs::read(machine.at("cache/pythons.json")) {
                        Ok(text) => drop(serde_json::from_slice::<CacheFile>(&text).unwrap()),
                        // Windows does not open a file in the moment in which it is replaced.
                        Err(_) if cfg!(windows) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
}

#[test]
fn the_answer_of_an_environment_is_not_remembered() {
    let machine = Machine::new();
    let (command, _) = program(&machine, "bin/python");
    let info = Answer::cpython("2.7.18")
        .with("environment", machine.text(""))
        .info();
    remembered(&machine, &command, &info);
    assert_eq!(known(&machine, &command), None);
}

#[test]
fn an_answer_given_with_other_libraries_is_none() {
    let machine = Machine::new();
    let (command, info) = program(&machine, "bin/python3.8");
    let mut environment = with_cache(&machine);
    environment.variables.set("LD_LIBRARY_PATH", "/opt/own/lib");
    let mut cache = ProbeCache::load(&environment);
    let stamp = cache.stamp(&command).unwrap();
    cache.remember(&command, stamp, &info);
    cache.store();
    assert_eq!(known(&machine, &command), None);
    assert_eq!(ProbeCache::load(&environment).answer(&command), Some(info));
    environment
        .variables
        .set("LD_LIBRARY_PATH", "/opt/other/lib");
    assert_eq!(ProbeCache::load(&environment).answer(&command), None);
}

#[test]
#[cfg_attr(windows, ignore = "makes a named pipe in a folder")]
fn a_pipe_in_the_place_of_the_file_is_not_waited_for() {
    let machine = Machine::new();
    let (command, info) = program(&machine, "bin/python3.8");
    std::fs::create_dir(machine.at("cache")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(machine.at("cache/pythons.json"))
        .status();
    assert!(made.unwrap().success());
    assert_eq!(known(&machine, &command), None);
    remembered(&machine, &command, &info);
    assert_eq!(known(&machine, &command), Some(info));
}
