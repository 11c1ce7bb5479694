use std::path::Path;
use std::time::Duration;

use super::*;
use crate::python::fake::{Answer, Machine};

pub(super) async fn found(
    machine: &Machine,
    requests: &[&str],
) -> Result<Inventory, DiscoverError> {
    let requests: Vec<PythonRequest> = requests.iter().map(|text| text.parse().unwrap()).collect();
    let options = ProbeOptions {
        timeout: Duration::from_secs(60),
        jobs: 3,
    };
    discover(&machine.environment(), &requests, &[], options).await
}

/// What one source sees.
pub(super) fn seen(
    environment: &Environment,
    look: fn(&Environment, &mut Sightings),
) -> Sightings<'_> {
    let mut sightings = Sightings::new(environment);
    look(environment, &mut sightings);
    sightings
}

/// The candidates of one source, as paths inside the machine.
pub(super) fn paths_seen(
    machine: &Machine,
    environment: &Environment,
    look: fn(&Environment, &mut Sightings),
) -> Vec<String> {
    let candidates = seen(environment, look).candidates.into_iter();
    candidates
        .map(|one| machine.told(one.path.to_str().unwrap()))
        .collect()
}

/// What a source rejects.
pub(super) fn rejections_of(machine: &Machine, sightings: &Sightings) -> Vec<String> {
    told(machine, &sightings.rejected)
}

/// `KEY origin command`, with paths inside the machine.
pub(super) fn lines(machine: &Machine, inventory: &Inventory) -> Vec<String> {
    inventory
        .interpreters
        .iter()
        .map(|one| format!("{} {} {}", one.key, one.origin(), one.command.join(" ")))
        .map(|line| machine.told(&line))
        .collect()
}

fn rejections(machine: &Machine, inventory: &Inventory) -> Vec<String> {
    told(machine, &inventory.rejected)
}

fn told(machine: &Machine, rejected: &[Rejected]) -> Vec<String> {
    rejected
        .iter()
        .map(|one| machine.told(&format!("{}: {}", one.path, one.reason)))
        .collect()
}

/// A machine with two pyenv versions (one with twins), shims, and a system Python behind a linked `/bin`.
pub(super) fn machine() -> Machine {
    let machine = Machine::new();
    let versions = "home/.pyenv/versions";
    for (version, name) in [("2.7.18", "python2.7"), ("3.6.15", "python3.6m")] {
        machine.python(
            &format!("{versions}/{version}/bin/{name}"),
            Answer::cpython(version),
        );
        machine.link(&format!("{versions}/{version}/bin/python"), Path::new(name));
    }
    machine.python(
        &format!("{versions}/3.6.15/bin/python3.6"),
        Answer::cpython("3.6.15"),
    );
    machine.script(
        "on-path/python3",
        "touch ../started; exec pyenv exec python3",
    );
    machine.python("usr/bin/python3.11", Answer::cpython("3.11.2"));
    machine.link("usr/bin/python3", Path::new("python3.11"));
    machine.link("bin", Path::new("usr/bin"));
    machine
}

pub(super) const ALL: [&str; 3] = [
    "2.7.18 pyenv home/.pyenv/versions/2.7.18/bin/python2.7",
    "3.6.15 pyenv home/.pyenv/versions/3.6.15/bin/python3.6",
    "3.11.2 system usr/bin/python3.11",
];

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn everything_once_and_no_shim() {
    let machine = machine();
    let inventory = found(&machine, &[]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), ALL);
    assert_eq!(
        rejections(&machine, &inventory),
        ["on-path/python3: pyenv shim"]
    );
    assert!(!machine.at("started").exists());
    let twin = inventory
        .merged
        .iter()
        .find(|one| one.path.ends_with("python3.6m"))
        .unwrap();
    assert!(twin.into.ends_with("python3.6"), "{twin:?}");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn what_is_not_usable_is_rejected_with_the_reason() {
    let machine = machine();
    let pypy = Answer::cpython("3.9.16")
        .with("implementation", "pypy")
        .with("implementation_version", "7.3");
    machine.python("usr/local/bin/python3.9", pypy);
    machine.python("usr/local/bin/python3.3", Answer::cpython("3.3.7"));
    machine.python("usr/local/bin/python2", Answer::cpython("2.6.9"));
    machine.script("usr/local/bin/python3.8", "echo no libpython >&2; exit 127");
    machine.script("usr/local/bin/python3.7", "echo Python 3.7");
    let inventory = found(&machine, &[]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), ALL);
    assert_eq!(
        rejections(&machine, &inventory),
        [
            "on-path/python3: pyenv shim",
            "usr/local/bin/python2: Python 2.6.9, too old: modswap supports 2.7 and 3.4 or newer",
            "usr/local/bin/python3.3: Python 3.3.7, too old: modswap supports 2.7 and 3.4 or newer",
            "usr/local/bin/python3.7: does not answer like a Python: no answer found in its output",
            "usr/local/bin/python3.8: exited with 127: no libpython",
            "usr/local/bin/python3.9: PyPy 7.3, not CPython",
        ]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_hanging_candidate_is_rejected() {
    let machine = Machine::new();
    machine.script("usr/bin/python3", "sleep 1000");
    let options = ProbeOptions {
        timeout: Duration::from_millis(100),
        jobs: 0,
    };
    let inventory = discover(&machine.environment(), &[], &[], options)
        .await
        .unwrap();
    assert_eq!(
        rejections(&machine, &inventory),
        ["usr/bin/python3: timed out after 0.1 s"]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn those_that_hang_wait_together() {
    let machine = Machine::new();
    let here = machine.text("usr/bin");
    // None of them ends before the last has started.
    let meet = format!(
        "touch {here}/started-$$; until [ $(ls {here} | grep -c started) = 5 ]; do sleep 0.05; done; exit 3"
    );
    for name in ["python2", "python3", "python3.8", "python3.9", "python3.10"] {
        machine.script(&format!("usr/bin/{name}"), &meet);
    }
    machine.python("usr/local/bin/python3", Answer::cpython("3.11.2"));
    let options = ProbeOptions {
        timeout: Duration::from_secs(60),
        jobs: 1,
    };
    let environment = machine.environment();
    let inventory = discover(&environment, &[], &[], options).await.unwrap();
    assert_eq!(inventory.interpreters.len(), 1);
    let rejected = rejections(&machine, &inventory);
    assert_eq!(rejected.len(), 5);
    for line in rejected {
        assert!(line.ends_with("exited with 3"), "{line}");
    }
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn builds_are_interpreters_of_their_own_and_equal_keys_are_labelled() {
    let machine = machine();
    let answer = Answer::cpython("3.11.2");
    machine.python("usr/bin/python3.11d", answer.clone().with("debug", true));
    machine.python(
        "usr/bin/python3.11t",
        answer.clone().with("free_threaded", true),
    );
    machine.python("usr/local/bin/python3.11", answer.clone());
    machine.python("on-path/python3.11", answer);
    let inventory = found(&machine, &["3.11"]).await.unwrap();
    assert_eq!(
        lines(&machine, &inventory),
        [
            "3.11.2@path PATH on-path/python3.11",
            "3.11.2@system system usr/bin/python3.11",
            "3.11.2@system-2 system usr/local/bin/python3.11",
            "3.11.2d system usr/bin/python3.11d",
            "3.11.2t system usr/bin/python3.11t",
        ]
    );
}

/// An environment made with `--copies`, on PATH.
fn copied_environment(machine: &Machine, base: &str, base_prefix: &str, version: &str) {
    let answer = Answer::cpython(version)
        .with("environment", machine.text("env"))
        .with("base_executable", machine.text(base))
        .with("base_prefix", machine.text(base_prefix));
    machine.python("on-path/python", answer);
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_virtual_environment_counts_as_its_base() {
    let machine = machine();
    copied_environment(&machine, "usr/bin/python3.11", "usr", "3.11.2");
    let inventory = found(&machine, &[]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), ALL);
    let merged = inventory
        .merged
        .iter()
        .find(|one| one.path.ends_with("on-path/python"))
        .unwrap();
    assert_eq!(merged.reason.to_string(), "virtual environment of");
    assert_eq!(merged.into, machine.text("usr/bin/python3.11"));
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn the_base_of_a_virtual_environment_is_added() {
    let machine = machine();
    machine.python("srv/bin/python3.9", Answer::cpython("3.9.18"));
    copied_environment(&machine, "srv/bin/python3.9", "srv", "3.9.18");
    let inventory = found(&machine, &["3.9"]).await.unwrap();
    assert_eq!(
        lines(&machine, &inventory),
        ["3.9.18 PATH srv/bin/python3.9"]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_copy_made_before_its_base_was_upgraded_is_not_an_interpreter() {
    let machine = machine();
    copied_environment(&machine, "usr/bin/python3.11", "usr", "3.11.1");
    let inventory = found(&machine, &[]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), ALL);
    assert_eq!(
        rejections(&machine, &inventory),
        ["on-path/python3: pyenv shim"]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_virtual_environment_without_its_base_is_rejected() {
    let machine = machine();
    machine.script("srv/bin/python3.9", "exit 1");
    copied_environment(&machine, "srv/bin/python3.9", "srv", "3.9.18");
    let inventory = found(&machine, &[]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), ALL);
    let rejected = rejections(&machine, &inventory);
    assert_eq!(
        rejected,
        [
            "on-path/python: virtual environment of srv/bin/python3.9, which cannot be used",
            "on-path/python3: pyenv shim",
            "srv/bin/python3.9: exited with 1",
        ]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn two_vendors_with_one_version_stay_two() {
    let machine = Machine::new();
    let vendor = |name: &str| {
        let build =
            format!("3.12.1 | packaged by {name} | (main, Dec 23 2023, 08:03:24) [GCC 12.3.0]");
        Answer::cpython("3.12.1").with("build", build)
    };
    machine.python("home/miniforge3/bin/python3.12", vendor("conda-forge"));
    machine.python("home/miniforge3/envs/a/bin/python", vendor("conda-forge"));
    machine.python("usr/bin/python3.12", vendor("Debian"));
    let inventory = found(&machine, &[]).await.unwrap();
    assert_eq!(
        lines(&machine, &inventory),
        [
            "3.12.1@conda conda home/miniforge3/bin/python3.12",
            "3.12.1@conda-2 conda home/miniforge3/envs/a/bin/python",
            "3.12.1@system system usr/bin/python3.12",
        ]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn every_rejection_says_what_to_do() {
    let machine = machine();
    let bin = "usr/local/bin";
    let pypy = Answer::cpython("3.9.16").with("implementation", "pypy");
    machine.python(&format!("{bin}/python3.9"), pypy);
    machine.python(&format!("{bin}/python2"), Answer::cpython("2.6.9"));
    machine.link(&format!("{bin}/python3.3"), Path::new("/gone/python"));
    let lines = [
        (
            "python3.8",
            "echo 'python3.8: error while loading shared libraries: libpython3.8.so.1.0: cannot' >&2; exit 127",
        ),
        (
            "python3.7",
            "echo \"ModuleNotFoundError: No module named 'encodings'\" >&2; exit 1",
        ),
        ("python3.6", "echo hello"),
    ];
    for (name, body) in lines {
        machine.script(&format!("{bin}/{name}"), body);
    }
    // Programs of other machines, by the head of an ELF file; one with a loader that is not here.
    let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
    elf.resize(64, 0);
    elf[18] = 183;
    for (name, bytes) in [
        ("python3.5", elf.as_slice()),
        ("python3.4", b"#!/no/such/interpreter\n".as_slice()),
    ] {
        // By a child, as `Machine::script` does.
        let path = machine.script(&format!("{bin}/{name}"), "");
        let other = machine.at("bytes");
        std::fs::write(&other, bytes).unwrap();
        let copied = std::process::Command::new("cp")
            .arg(&other)
            .arg(&path)
            .status();
        assert!(copied.unwrap().success());
    }
    let inventory = found(&machine, &[]).await.unwrap();
    let root = machine.text("");
    let helps: Vec<_> = inventory
        .rejected
        .iter()
        .map(|one| format!("{}: {}", one.path, one.help).replace(&root, ""))
        .collect();
    let expected = [
        (
            "on-path/python3",
            "nothing to do: the Pythons behind it are in home/.pyenv/versions, and were looked at",
        ),
        ("usr/local/bin/python2", "nothing to do"),
        (
            "usr/local/bin/python3.3",
            "/gone/python is gone: install it again, or remove the link",
        ),
        (
            "usr/local/bin/python3.4",
            "/no/such/interpreter, which it is started by, is not here: install it, or another build",
        ),
        (
            "usr/local/bin/python3.5",
            "made for aarch64: install a build for this one, or name a command that can run it with --python",
        ),
        (
            "usr/local/bin/python3.6",
            "if it is a wrapper, it must hand on its arguments and the output of its Python",
        ),
        (
            "usr/local/bin/python3.7",
            "its standard library is not where it looks for it: install it again",
        ),
        (
            "usr/local/bin/python3.8",
            "install libpython3.8.so.1.0, or put its folder into LD_LIBRARY_PATH (macOS: DYLD_LIBRARY_PATH)",
        ),
        (
            "usr/local/bin/python3.9",
            "nothing to do: modswap compares versions of CPython only",
        ),
    ];
    let expected: Vec<_> = expected
        .map(|(path, help)| format!("{path}: {help}"))
        .into();
    assert_eq!(helps, expected);
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn all_sources_of_a_file_are_told() {
    let machine = machine();
    let mut environment = machine.environment();
    let path = machine.at("home/.pyenv/versions/3.6.15/bin");
    environment.variables.set("PATH", path);
    let options = ProbeOptions::default();
    let inventory = discover(&environment, &[], &[], options).await.unwrap();
    let one = &inventory.interpreters[1];
    assert_eq!(one.key.to_string(), "3.6.15");
    assert_eq!(one.sources.to_string(), "pyenv, PATH");
}
