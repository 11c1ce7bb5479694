use super::*;
use crate::python::fake::{Answer, Machine};
use crate::python::fake::{rejections_of, seen};
use crate::python::sources::{conda, path};

#[cfg(unix)]
fn permit(path: &Path, mode: u32) {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(path, permissions).unwrap();
}

#[cfg(windows)]
fn permit(_: &Path, mode: u32) {
    panic!("no permission bits here, and so no {mode:o}");
}

fn refused(path: &Path, environment: &Environment) -> (String, String) {
    let reason = classify(path, environment).unwrap_err();
    (reason.to_string(), reason.help(path, environment))
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn links_are_followed_to_what_is_missing() {
    let machine = Machine::new();
    machine.link("usr/bin/python", Path::new("python3"));
    machine.link("usr/bin/python3", Path::new("../lib/python3.9"));
    let (reason, help) = refused(&machine.at("usr/bin/python"), &machine.environment());
    assert_eq!(reason, "a symbolic link to nothing");
    let missing = machine.text("usr/lib/python3.9");
    assert_eq!(
        help,
        format!("{missing} is gone: install it again, or remove the link")
    );
    machine.link("env/bin/python", &machine.at("usr/bin/python"));
    machine.file("env/pyvenv.cfg", "home = /usr/bin");
    let (_, help) = refused(&machine.at("env/bin/python"), &machine.environment());
    assert_eq!(
        help,
        format!("{missing} is gone: make the environment anew, or install its base again")
    );
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn links_in_a_circle_are_said_to_be() {
    let machine = Machine::new();
    machine.link("on-path/python", Path::new("python3"));
    machine.link("on-path/python3", Path::new("python"));
    let environment = machine.environment();
    let collector = seen(&environment, path::discover);
    assert_eq!(
        rejections_of(&machine, &collector),
        ["on-path/python", "on-path/python3"]
            .map(|path| format!("{path}: a link that leads to itself"))
    );
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn what_cannot_be_looked_into_is_rejected() {
    let machine = Machine::new();
    let long = "x".repeat(300);
    machine.link("circle", Path::new("circle"));
    machine.file("file", "");
    machine.link("bin/python3", Path::new(&format!("{long}/python3")));
    let mut environment = machine.environment();
    let folders = ["circle", &long, "gone", "file", "file/bin", "bin"].map(|path| machine.at(path));
    let path = std::env::join_paths(folders).unwrap();
    environment.variables.set("PATH", path);
    let collector = seen(&environment, path::discover);
    let told = rejections_of(&machine, &collector);
    let [circle, name, link] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(circle, "circle: a link that leads to itself");
    let reason = &name[long.len()..];
    assert!(reason.starts_with(": cannot be read: "), "{name}");
    assert_eq!(link, &format!("bin/python3{reason}"));
}

#[test]
#[cfg_attr(windows, ignore = "sets permission bits")]
fn a_closed_folder_is_rejected_once_and_no_link_into_it_is_one_to_nothing() {
    let machine = Machine::new();
    machine.python("home/miniconda3/bin/python3", Answer::cpython("3.9.18"));
    machine.link(
        "on-path/python3",
        &machine.at("home/miniconda3/bin/python3"),
    );
    let permit = |mode| permit(&machine.at("home"), mode);
    permit(0o000);
    if machine.at("home").read_dir().is_ok() {
        println!("not covered: folders that may not be entered; this user may enter all");
        permit(0o700);
        return;
    }
    let environment = machine.environment();
    let in_path = seen(&environment, path::discover);
    let mut in_conda = seen(&environment, conda::discover).rejected;
    permit(0o700);
    let denied = "cannot be read: permission denied";
    assert_eq!(
        rejections_of(&machine, &in_path),
        [format!("on-path/python3: {denied}")]
    );
    in_conda.dedup();
    let [one] = &in_conda[..] else {
        panic!("{in_conda:?}");
    };
    assert_eq!(
        (one.path.as_str(), one.reason.as_str()),
        (&*machine.text("home"), denied)
    );
    assert!(one.help.contains("who may enter"), "{}", one.help);
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
        let (reason, help) = refused(path, &linux);
        assert_eq!(reason, "a program of Windows", "{}", path.display());
        assert!(help.contains("modswap for Windows"), "{help}");
    }
    let (reason, _) = refused(&alias, &linux);
    assert_eq!(reason, "alias of the Microsoft Store, not started");
    // What is built on a Mac is called so, and a program for many systems begins so.
    assert!(classify(&exe, &machine.mac()).unwrap());
    assert!(classify(&exe, &machine.windows()).unwrap());
    std::fs::write(&bare, "MZqFpD='…").unwrap();
    assert!(classify(&bare, &linux).unwrap());
}

#[test]
#[cfg_attr(
    windows,
    ignore = "makes symbolic links, which not every user of Windows may"
)]
fn detours_are_left_out_where_they_lead_nowhere_else() {
    let machine = Machine::new();
    std::fs::create_dir_all(machine.at("a/b")).unwrap();
    std::fs::create_dir_all(machine.at("c")).unwrap();
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
