//! The cache folder of packages, when things go wrong beside it or within it.

use std::fs;

use super::index::{Index, packages_of};
use crate::harness::{assert_contains, newest_python, parse_report, stderr_of};

#[test]
fn two_at_once_install_one_folder_and_both_use_it() {
    let index = Index::asking();
    let python = newest_python();
    let path = python.path();
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let mut command = index.modswap(&["run", "--format", "json", "--python", path]);
            command.stdout(std::process::Stdio::piped());
            command.stderr(std::process::Stdio::piped());
            command.spawn().expect("the binary starts")
        })
        .collect();
    let mut installers = 0;
    for run in runs {
        let output = run.wait_with_output().expect("it ends");
        let said = stderr_of(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(
            packages_of(&parse_report(&output), "asks", &python.key),
            ["demo-pkg 1.0"]
        );
        installers += usize::from(said.contains("installing with"));
    }
    assert_eq!(installers, 1, "the others waited for it");
    assert_eq!(index.installed().len(), 1);
}

#[test]
fn what_an_interrupted_install_left_is_not_used() {
    let index = Index::asking();
    let python = newest_python();
    index.run_newest(&[], 0);
    let [whole] = &index.installed()[..] else {
        panic!("one folder: {:?}", index.installed());
    };
    // As it would be had it been killed: half of it, by another name.
    let cache = index.workspace.path("cache/packages");
    fs::rename(cache.join(whole), cache.join(format!("{whole}.part"))).expect("a folder");
    fs::write(
        cache.join(format!("{whole}.part/demo_pkg.py")),
        "version = 'half'",
    )
    .expect("a file");
    let (report, said) = index.run_newest(&[], 0);
    assert_contains(&said, "installing with");
    assert_eq!(packages_of(&report, "asks", &python.key), ["demo-pkg 1.0"]);
    assert_eq!(index.installed(), std::slice::from_ref(whole));
}

/// Each way to spoil an installed set: it is installed anew, or, where no index may be asked, not used.
#[test]
fn a_set_that_was_spoiled_is_installed_anew() {
    let index = Index::asking();
    let python = newest_python();
    index.run_newest(&[], 0);
    let [whole] = &index.installed()[..] else {
        panic!("one folder: {:?}", index.installed());
    };
    let set = index.workspace.path("cache/packages").join(whole);
    let good = fs::read(set.join("demo_pkg.py")).expect("a module");
    let spoil = |at: usize| match at {
        0 => fs::remove_file(set.join("demo_pkg.py")),
        1 => fs::write(set.join("demo_pkg.py"), ""),
        2 => fs::write(set.join("modswap-files.txt"), ""),
        3 => fs::remove_dir_all(&set).and_then(|()| fs::write(&set, "a file")),
        4 => {
            let aside = index.workspace.path("aside");
            fs::rename(&set, &aside).and_then(|()| std::os::unix::fs::symlink(aside, &set))
        }
        _ => fs::remove_dir_all(set.join("demo_pkg-1.0.dist-info")),
    };
    for at in 0..6 {
        spoil(at).expect("it can be spoiled");
        let (report, _) = index.run_newest(&["--offline"], 3);
        assert_eq!(
            super::first_reason(&report, "asks", &python.key),
            "no package Demo_Pkg<2: what the cache has is damaged, and offline",
            "{at}"
        );
        let (report, said) = index.run_newest(&[], 0);
        assert_contains(&said, "installing with");
        assert_eq!(packages_of(&report, "asks", &python.key), ["demo-pkg 1.0"]);
        assert_eq!(fs::read(set.join("demo_pkg.py")).expect("a module"), good);
    }
    // An older one has no list, and gets it.
    fs::remove_file(set.join("modswap-files.txt")).expect("a list");
    let (_, said) = index.run_newest(&[], 0);
    assert!(!said.contains("installing"), "{said}");
    assert!(set.join("modswap-files.txt").exists());
}

#[test]
fn a_cache_of_others_gets_no_packages() {
    use std::os::unix::fs::PermissionsExt as _;
    let index = Index::asking();
    let cache = index.workspace.path("cache");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).expect("it is ours");
    let python = newest_python();
    let (report, _) = index.run_newest(&[], 3);
    let reason = super::first_reason(&report, "asks", &python.key);
    assert!(
        reason.starts_with("no package Demo_Pkg<2: nowhere to install packages: ")
            && reason.ends_with(
                "cache can be written by every user; MODSWAP_CACHE_DIR names another folder"
            ),
        "{reason}"
    );
    assert_eq!(fs::read_dir(cache).expect("a folder").count(), 0);
}

#[test]
fn a_cache_that_cannot_be_written_is_a_reason() {
    let index = Index::asking();
    index.workspace.write("cache/packages", "a file");
    let python = newest_python();
    let (report, _) = index.run_newest(&[], 3);
    let reason = super::first_reason(&report, "asks", &python.key);
    assert!(
        reason.starts_with("no package Demo_Pkg<2: nowhere to install packages: "),
        "{reason}"
    );
}
