//! The packages themselves, built and installed as the workflow does it: minutes, and tools from a package index.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{release_python, repository, succeed};

/// True if they are to be built.
fn is_wanted() -> bool {
    let is_wanted = std::env::var_os("MODSWAP_TEST_RELEASE").is_some();
    if !is_wanted {
        println!("not covered: the packages of a release, unless MODSWAP_TEST_RELEASE is set");
    }
    is_wanted
}

fn script(name: &str) -> Command {
    let mut script = Command::new(repository().join(".ci/release").join(name));
    script.current_dir(repository());
    script
}

#[test]
fn a_wheel_and_an_archive_work_where_nothing_else_is() {
    let Some(python) = release_python().filter(|_| is_wanted()) else {
        return;
    };
    let out = tempfile::tempdir().expect("a folder");
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let readme = fs::read(repository().join("README.md")).expect("the page");
    succeed(script("wheel").arg(target).arg(out.path()));
    succeed(script("wheel").arg("sdist").arg(out.path()));
    let after = fs::read(repository().join("README.md")).expect("the page");
    assert!(readme == after, "README.md is as it was");
    assert!(!repository().join("modswap.data").exists());
    let paths = fs::read_dir(out.path()).expect("packages");
    let paths = paths.map(|entry| entry.expect("an entry").path());
    let has_binary = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.contains("linux")
    };
    let (built, source): (Vec<_>, Vec<_>) = paths.partition(|path| has_binary(path));
    assert_eq!((built.len(), source.len()), (2, 1), "{built:?} {source:?}");
    let mut smoke = Command::new(&python.path);
    smoke.arg(repository().join(".ci/release/smoke"));
    succeed(smoke.arg(env!("CARGO_PKG_VERSION")).args(built));
}

#[test]
fn the_tests_are_built_in_the_unpacked_crate() {
    if is_wanted() {
        succeed(script("crate").arg("--no-run"));
    }
}
