use super::*;
use crate::python::fake::{Answer, Machine};
use crate::python::source::PythonSource;

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(path, permissions).unwrap();
}

#[cfg(windows)]
fn set_mode(_: &Path, mode: u32) {
    panic!("no permission bits here, and so no {mode:o}");
}

/// Returns why a file is rejected, and what to do about it.
fn reject(path: &Path, environment: &Environment) -> (String, String) {
    let reason = classify(path, environment).unwrap_err();
    (reason.to_string(), reason.help(path, environment))
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn links_are_followed_to_what_is_missing() {
    let machine = Machine::new();
    machine.link("usr/bin/python", Path::new("python3"));
    machine.link("usr/bin/python3", Path::new("../lib/python3.9"));
    machine.link("env/bin/python", &machine.at("usr/bin/python"));
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    let missing = machine.text("usr/lib/python3.9");
    for (link, advice) in [
        ("usr/bin/python", "install it again, or remove the link"),
        (
            "env/bin/python",
            "make the environment anew, or install its base again",
        ),
    ] {
        let (reason, help) = reject(&machine.at(link), &machine.environment());
        assert_eq!(reason, "a symbolic link to nothing");
        assert_eq!(help, format!("{missing} is gone: {advice}"));
    }
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn what_cannot_be_looked_into_is_rejected() {
    let machine = Machine::new();
    let long = "x".repeat(300);
    machine.link("circle", Path::new("circle"));
    machine.link("circles/python", Path::new("python3"));
    machine.link("circles/python3", Path::new("python"));
    machine.file("file", "");
    machine.link("bin/python3", Path::new(&format!("{long}/python3")));
    let mut environment = machine.environment();
    let dirs = [
        "circle", "circles", &long, "gone", "file", "file/bin", "bin",
    ];
    let path = std::env::join_paths(dirs.map(|dir| machine.at(dir))).unwrap();
    environment.set("PATH", path);
    let rejected = machine.find_rejected(&environment, PythonSource::Path);
    let [circles @ .., long_name, link] = &rejected[..] else {
        panic!("{rejected:?}");
    };
    let circular = ["circle", "circles/python", "circles/python3"];
    assert_eq!(
        circles,
        circular.map(|path| format!("{path}: a link that leads to itself"))
    );
    let reason = &long_name[long.len()..];
    assert!(reason.starts_with(": cannot be read: "), "{long_name}");
    assert_eq!(link, &format!("bin/python3{reason}"));
}

#[test]
#[cfg_attr(windows, ignore = "sets permission bits")]
fn a_closed_folder_is_rejected_once_and_no_link_into_it_is_one_to_nothing() {
    let machine = Machine::new();
    machine.python("home/miniconda3/bin/python3", Answer::cpython("3.9.18"));
    let target = machine.at("home/miniconda3/bin/python3");
    machine.link("on-path/python3", &target);
    let home = machine.at("home");
    set_mode(&home, 0o000);
    if home.read_dir().is_ok() {
        println!("not covered: folders that may not be entered; this user may enter all");
        set_mode(&home, 0o700);
        return;
    }
    let environment = machine.environment();
    let in_path = machine.find_rejected(&environment, PythonSource::Path);
    let mut in_conda = machine.find_rejected(&environment, PythonSource::Conda);
    let (_, help) = reject(&target, &environment);
    set_mode(&home, 0o700);
    in_conda.dedup();
    let denied = "cannot be read: permission denied";
    assert_eq!(in_path, [format!("on-path/python3: {denied}")]);
    assert_eq!(in_conda, [format!("home: {denied}")]);
    assert!(help.contains("who may enter"), "{help}");
}

#[test]
fn programs_of_windows_are_not_started_elsewhere() {
    let machine = Machine::new();
    let exe = machine.script("on-path/python.exe", "touch ../started");
    let bare = machine.script("on-path/python3", "");
    let alias = machine.script("Microsoft/WindowsApps/python3.exe", "");
    for (path, bytes) in [(&bare, "MZ\u{0}…"), (&alias, "")] {
        std::fs::write(path, bytes).unwrap();
    }
    let linux = machine.environment();
    for path in [&exe, &bare] {
        let (reason, help) = reject(path, &linux);
        assert_eq!(reason, "a program of Windows", "{}", path.display());
        assert!(help.contains("modswap for Windows"), "{help}");
    }
    let (reason, _) = reject(&alias, &linux);
    assert_eq!(reason, "alias of the Microsoft Store, not started");
    // What is built on a Mac is called so, and a program for many systems begins so.
    std::fs::write(&bare, "MZqFpD='…").unwrap();
    for (path, environment) in [
        (&exe, machine.mac()),
        (&exe, machine.windows()),
        (&bare, linux),
    ] {
        assert_eq!(classify(path, &environment).unwrap(), FileKind::Executable);
    }
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn detours_are_left_out_where_they_lead_nowhere_else() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.at("a/b")).unwrap();
    machine.link("c/link", &machine.at("a/b"));
    for (path, plain) in [
        ("a/./b/../x", "a/x"),
        ("a/b/../../c", "c"),
        ("gone/../c/x", "gone/../c/x"),
        ("c/link/../x", "c/link/../x"),
    ] {
        assert_eq!(normalize_path(&machine.at(path)), machine.at(plain));
    }
}
