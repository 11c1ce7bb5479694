use super::*;
use crate::python::fake::{Answer, Machine};

/// Makes a file that is no script, and returns the command that starts it.
fn program(machine: &Machine, path: &str) -> Vec<String> {
    vec![machine.file(path, "\x7fELF").to_str().unwrap().to_owned()]
}

fn info() -> InterpreterInfo {
    Answer::cpython("3.9.18").info()
}

fn with_cache(machine: &Machine) -> Environment {
    Environment {
        cache: Some(machine.at("cache")),
        ..machine.environment()
    }
}

/// Keeps an answer, as far as it is kept.
fn keep(environment: &Environment, command: &[String], info: &InterpreterInfo) {
    let mut cache = ProbeCache::load(environment);
    if let Some(stamp) = cache.stamp(command) {
        cache.insert(command, stamp, info);
    }
    cache.save();
}

fn kept(environment: &Environment, command: &[String]) -> Option<InterpreterInfo> {
    ProbeCache::load(environment).get(command)
}

#[test]
fn an_answer_holds_until_the_file_changes_or_becomes_an_environment() {
    for changed in ["env/bin/python", "env/pyvenv.cfg"] {
        let machine = Machine::new();
        let environment = with_cache(&machine);
        let command = program(&machine, "env/bin/python");
        assert_eq!(kept(&environment, &command), None);
        keep(&environment, &command, &info());
        assert_eq!(kept(&environment, &command), Some(info()));
        machine.file(changed, "\x7fELF, longer");
        assert_eq!(kept(&environment, &command), None, "{changed}");
    }
}

#[test]
#[cfg_attr(windows, ignore = "files there have no number that can be asked for")]
fn an_answer_does_not_hold_for_another_file_of_the_same_age_and_length() {
    let machine = Machine::new();
    let environment = with_cache(&machine);
    let command = program(&machine, "bin/python3.9");
    keep(&environment, &command, &info());
    let modified = std::fs::metadata(&command[0]).unwrap().modified();
    let other = machine.file("bin/other", "\x7fELF");
    let opened = std::fs::File::options().write(true).open(&other).unwrap();
    opened.set_modified(modified.unwrap()).unwrap();
    std::fs::rename(other, &command[0]).unwrap();
    assert_eq!(kept(&environment, &command), None);
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn what_depends_on_more_than_a_file_is_not_kept() {
    let machine = Machine::new();
    let environment = with_cache(&machine);
    let script = machine.script("bin/python3", "exec other");
    let copy = program(&machine, "env/bin/python");
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    let target = program(&machine, "bin/python-exec2c");
    let link = machine.link("bin/python2", Path::new(&target[0]));
    let words = |path: &Path| vec![path.to_str().unwrap().to_owned()];
    let several = vec!["env".to_owned(), target[0].clone()];
    for command in [words(&script), copy, words(&link), several] {
        keep(&environment, &command, &info());
        assert_eq!(kept(&environment, &command), None, "{command:?}");
    }
    // virtualenv before 20 has no file beside its copy.
    let in_environment = Answer::cpython("2.7.18").with("environment", machine.text(""));
    let command = program(&machine, "bin/python");
    keep(&environment, &command, &in_environment.info());
    assert_eq!(kept(&environment, &command), None);
    assert!(!machine.at("cache").exists(), "nothing to write");
}

#[test]
fn damage_staleness_and_an_unwritable_folder_are_misses() {
    let machine = Machine::new();
    let environment = with_cache(&machine);
    let command = program(&machine, "bin/python3.9");
    keep(&environment, &command, &info());
    let whole = std::fs::read_to_string(machine.at("cache/pythons.json")).unwrap();
    let stale = whole.replace(&cache_format(&environment), "0.0.1 another");
    for damaged in ["", "[]", &whole[..whole.len() / 2], &stale, "\0\0\0\0"] {
        machine.file("cache/pythons.json", damaged);
        assert_eq!(kept(&environment, &command), None, "{damaged}");
        keep(&environment, &command, &info());
        assert_eq!(kept(&environment, &command), Some(info()), "{damaged}");
    }
    let unwritable = Environment {
        cache: Some(machine.file("occupied", "")),
        ..machine.environment()
    };
    keep(&unwritable, &command, &info());
    assert_eq!(kept(&unwritable, &command), None);
}

#[test]
fn what_is_gone_is_dropped_and_without_a_folder_nothing_is_kept() {
    let machine = Machine::new();
    let environment = with_cache(&machine);
    let gone = program(&machine, "bin/python3.8");
    keep(&environment, &gone, &info());
    std::fs::remove_file(&gone[0]).unwrap();
    let command = program(&machine, "bin/python3.9");
    keep(&environment, &command, &info());
    let text = std::fs::read_to_string(machine.at("cache/pythons.json")).unwrap();
    assert!(
        text.contains("python3.9") && !text.contains("python3.8"),
        "{text}"
    );
    let cache = ProbeCache::load(&machine.environment());
    assert!(cache.stamp(&command).is_none() && cache.get(&command).is_none());
}

#[test]
fn two_at_once_do_no_damage() {
    let machine = Machine::new();
    let environment = with_cache(&machine);
    let file = machine.at("cache/pythons.json");
    let programs = (0..8).map(|number| program(&machine, &format!("{number}/python")));
    let commands: Vec<_> = programs.collect();
    std::thread::scope(|scope| {
        for command in &commands {
            scope.spawn(|| {
                for _ in 0..20 {
                    keep(&environment, command, &info());
                    match std::fs::read(&file) {
                        Ok(text) => drop(serde_json::from_slice::<CacheContent>(&text).unwrap()),
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
fn an_answer_given_with_other_libraries_is_none() {
    let machine = Machine::new();
    let command = program(&machine, "bin/python3.8");
    let plain = with_cache(&machine);
    let with_libraries = |path: &str| {
        let mut environment = plain.clone();
        environment.set("LD_LIBRARY_PATH", path);
        environment
    };
    let own = with_libraries("/opt/own/lib");
    keep(&own, &command, &info());
    assert_eq!(kept(&plain, &command), None);
    assert_eq!(kept(&own, &command), Some(info()));
    assert_eq!(kept(&with_libraries("/opt/other/lib"), &command), None);
}

#[test]
#[cfg_attr(windows, ignore = "makes a named pipe in a folder")]
fn a_pipe_in_the_place_of_the_file_is_not_waited_for() {
    let machine = Machine::new();
    let environment = with_cache(&machine);
    let command = program(&machine, "bin/python3.8");
    machine.pipe("cache/pythons.json");
    assert_eq!(kept(&environment, &command), None);
    keep(&environment, &command, &info());
    assert_eq!(kept(&environment, &command), Some(info()));
}
