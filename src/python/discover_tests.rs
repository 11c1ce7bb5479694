//! Discovery on machines of shell scripts that answer as interpreters do.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::python::fake::{Answer, Machine};
use crate::python::source::join_sources;

const OPTIONS: ProbeOptions = ProbeOptions {
    timeout: Duration::from_secs(60),
    jobs: 3,
};

async fn find(machine: &Machine, requests: &[&str]) -> Result<Inventory, DiscoverError> {
    let requests: Vec<PythonRequest> = requests.iter().map(|text| text.parse().unwrap()).collect();
    discover(&machine.environment(), &requests, &[], OPTIONS).await
}

/// Returns the interpreters as `KEY source command`, with paths inside the machine.
fn lines(machine: &Machine, inventory: &Inventory) -> Vec<String> {
    let lines = inventory.interpreters.iter().map(|found| {
        let line = format!("{} {} {}", found.key, found.source(), found.command_line());
        machine.relative(&line)
    });
    lines.collect()
}

/// Asserts what is found, and what is rejected.
async fn assert_finds(machine: &Machine, requests: &[&str], found: &[&str], rejected: &[&str]) {
    let inventory = find(machine, requests).await.unwrap();
    assert_eq!(lines(machine, &inventory), found);
    assert_eq!(machine.list_rejected(&inventory.rejected), rejected);
}

/// Makes a machine with two pyenv versions (one with twins), a shim, and a system Python behind a linked `/bin`.
fn machine() -> Machine {
    let machine = Machine::new();
    for (path, version) in [
        ("home/.pyenv/versions/2.7.18/bin/python2.7", "2.7.18"),
        ("home/.pyenv/versions/3.6.15/bin/python3.6m", "3.6.15"),
        ("home/.pyenv/versions/3.6.15/bin/python3.6", "3.6.15"),
        ("usr/bin/python3.11", "3.11.2"),
    ] {
        machine.python(path, Answer::cpython(version));
    }
    for (path, target) in [
        ("home/.pyenv/versions/2.7.18/bin/python", "python2.7"),
        ("home/.pyenv/versions/3.6.15/bin/python", "python3.6m"),
        ("usr/bin/python3", "python3.11"),
        ("bin", "usr/bin"),
    ] {
        machine.link(path, Path::new(target));
    }
    let shim = "touch ../started; exec pyenv exec python3";
    machine.script("on-path/python3", shim);
    machine
}

/// What is found there.
const ALL: [&str; 3] = [
    "2.7.18 pyenv home/.pyenv/versions/2.7.18/bin/python2.7",
    "3.6.15 pyenv home/.pyenv/versions/3.6.15/bin/python3.6",
    "3.11.2 system usr/bin/python3.11",
];

const SHIM: &str = "on-path/python3: pyenv shim";

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn everything_once_and_no_shim() {
    let machine = machine();
    assert_finds(&machine, &[], &ALL, &[SHIM]).await;
    assert!(!machine.at("started").exists());
    let inventory = find(&machine, &[]).await.unwrap();
    let mut merged = inventory.merged.iter();
    let twin = merged.find(|name| name.path.ends_with("python3.6m"));
    assert!(twin.unwrap().into.ends_with("python3.6"), "{twin:?}");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn every_rejection_says_why_and_what_to_do() {
    let machine = machine();
    let bin = "usr/local/bin";
    let pypy = Answer::cpython("3.9.16")
        .with("implementation", "pypy")
        .with("implementation_version", "7.3");
    for (name, answer) in [
        ("python3.9", pypy),
        ("python3.2", Answer::cpython("3.2.6")),
        ("python2", Answer::cpython("2.6.9")),
    ] {
        machine.python(&format!("{bin}/{name}"), answer);
    }
    machine.link(&format!("{bin}/python3.3"), Path::new("/gone/python"));
    let no_library = "python3.8: error while loading shared libraries: libpython3.8.so.1.0: cannot";
    let no_encodings = "ModuleNotFoundError: No module named 'encodings'";
    for (name, body) in [
        ("python3.8", format!("echo '{no_library}' >&2; exit 127")),
        ("python3.7", format!("echo \"{no_encodings}\" >&2; exit 1")),
        ("python3.6", "echo Python 3.6".into()),
    ] {
        machine.script(&format!("{bin}/{name}"), &body);
    }
    // A program of another machine, by the head of an ELF file; one with a loader that is not here.
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
            .arg(other)
            .arg(path)
            .status();
        assert!(copied.unwrap().success());
    }
    let inventory = find(&machine, &[]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), ALL);
    let expected = [
        (
            "on-path/python3: pyenv shim",
            "nothing to do: the Pythons behind it are in home/.pyenv/versions, and were looked at",
        ),
        (
            "usr/local/bin/python2: Python 2.6.9, too old: modswap supports 2.7 and 3.4 or newer",
            "nothing to do",
        ),
        (
            "usr/local/bin/python3.2: Python 3.2.6, too old: modswap supports 2.7 and 3.4 or newer",
            "nothing to do",
        ),
        (
            "usr/local/bin/python3.3: a symbolic link to nothing",
            "/gone/python is gone: install it again, or remove the link",
        ),
        (
            "usr/local/bin/python3.4: cannot start `",
            "/no/such/interpreter, which it is started by, is not here: install it, or another build",
        ),
        (
            "usr/local/bin/python3.5: cannot start `",
            "made for aarch64: install a build for this one, or name a command that can run it with --python",
        ),
        (
            "usr/local/bin/python3.6: does not answer like a Python: no answer found in its output",
            "if it is a wrapper, it must hand on its arguments and the output of its Python",
        ),
        (
            "usr/local/bin/python3.7: exited with 1: ModuleNotFoundError: No module named 'encodings'",
            "its standard library is not where it looks for it: install it again",
        ),
        (
            "usr/local/bin/python3.8: exited with 127: python3.8: error while loading shared libraries",
            "install libpython3.8.so.1.0, or put its folder into LD_LIBRARY_PATH (macOS: DYLD_LIBRARY_PATH)",
        ),
        (
            "usr/local/bin/python3.9: PyPy 7.3, not CPython",
            "nothing to do: modswap compares versions of CPython only",
        ),
    ];
    let reasons = machine.list_rejected(&inventory.rejected);
    assert_eq!(reasons.len(), expected.len(), "{reasons:?}");
    for (index, (reason, help)) in expected.into_iter().enumerate() {
        assert!(reasons[index].starts_with(reason), "{}", reasons[index]);
        assert_eq!(machine.relative(&inventory.rejected[index].help), help);
    }
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn one_that_hangs_is_rejected() {
    let machine = Machine::new();
    machine.script("usr/bin/python3", "sleep 1000");
    let options = ProbeOptions {
        timeout: Duration::from_millis(100),
        jobs: 0,
    };
    let environment = machine.environment();
    let inventory = discover(&environment, &[], &[], options).await.unwrap();
    let rejected = machine.list_rejected(&inventory.rejected);
    assert_eq!(rejected, ["usr/bin/python3: timed out after 0.1 s"]);
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn those_that_hang_wait_together() {
    let machine = Machine::new();
    let bin = machine.text("usr/bin");
    // None of them ends before the last has started.
    let meet = format!(
        "touch {bin}/started-$$; until [ $(ls {bin} | grep -c started) = 5 ]; do sleep 0.05; done; exit 3"
    );
    for name in ["python2", "python3", "python3.8", "python3.9", "python3.10"] {
        machine.script(&format!("usr/bin/{name}"), &meet);
    }
    machine.python("usr/local/bin/python3", Answer::cpython("3.11.2"));
    let options = ProbeOptions { jobs: 1, ..OPTIONS };
    let environment = machine.environment();
    let inventory = discover(&environment, &[], &[], options).await.unwrap();
    assert_eq!(inventory.interpreters.len(), 1);
    assert_eq!(inventory.rejected.len(), 5);
    for rejected in inventory.rejected {
        assert_eq!(rejected.reason, "exited with 3", "{}", rejected.path);
    }
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn builds_are_interpreters_of_their_own_and_equal_keys_are_labelled() {
    let machine = machine();
    let answer = Answer::cpython("3.11.2");
    for (path, answer) in [
        ("usr/bin/python3.11d", answer.clone().with("debug", true)),
        (
            "usr/bin/python3.11t",
            answer.clone().with("free_threaded", true),
        ),
        ("usr/local/bin/python3.11", answer.clone()),
        ("on-path/python3.11", answer),
    ] {
        machine.python(path, answer);
    }
    let found = [
        "3.11.2@path PATH on-path/python3.11",
        "3.11.2@system system usr/bin/python3.11",
        "3.11.2@system-2 system usr/local/bin/python3.11",
        "3.11.2d system usr/bin/python3.11d",
        "3.11.2t system usr/bin/python3.11t",
    ];
    assert_finds(&machine, &["3.11"], &found, &[SHIM]).await;
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_virtual_environment_counts_as_its_base() {
    // An environment made with `--copies`, on PATH: base, version, what is found, what is rejected.
    for (base, version, found, rejected) in [
        ("usr/bin/python3.11", "3.11.2", &ALL[..], &[SHIM][..]),
        // Made before its base was upgraded.
        ("usr/bin/python3.11", "3.11.1", &ALL, &[SHIM]),
        // Its base lies where nothing is looked for.
        (
            "srv/bin/python3.9",
            "3.9.18",
            &[ALL[0], ALL[1], "3.9.18 PATH srv/bin/python3.9", ALL[2]],
            &[SHIM],
        ),
        // Its base cannot be used.
        (
            "srv/bin/python3.8",
            "3.8.18",
            &ALL,
            &[
                "on-path/python: virtual environment of srv/bin/python3.8, which cannot be used",
                SHIM,
                "srv/bin/python3.8: exited with 1",
            ],
        ),
    ] {
        let machine = machine();
        machine.python("srv/bin/python3.9", Answer::cpython("3.9.18"));
        machine.script("srv/bin/python3.8", "exit 1");
        let prefix = base.split('/').next().unwrap();
        let environment = Answer::cpython(version)
            .with("environment", machine.text("env"))
            .with("base_executable", machine.text(base))
            .with("base_prefix", machine.text(prefix));
        machine.python("on-path/python", environment);
        assert_finds(&machine, &[], found, rejected).await;
        let inventory = find(&machine, &[]).await.unwrap();
        let merged = inventory.merged.iter();
        let mut names = merged.filter(|name| name.path.ends_with("on-path/python"));
        if rejected.len() == 1 {
            let name = names.next().unwrap();
            assert_eq!(name.reason, MergeReason::VirtualEnvironment);
            assert_eq!(name.into, machine.text(base));
        }
    }
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn two_vendors_with_one_version_stay_two() {
    let machine = Machine::new();
    for (path, vendor) in [
        ("home/miniforge3/bin/python3.12", "conda-forge"),
        ("home/miniforge3/envs/a/bin/python", "conda-forge"),
        ("usr/bin/python3.12", "Debian"),
    ] {
        let build =
            format!("3.12.1 | packaged by {vendor} | (main, Dec 23 2023, 08:03:24) [GCC 12.3.0]");
        machine.python(path, Answer::cpython("3.12.1").with("build", build));
    }
    let found = [
        "3.12.1@conda conda home/miniforge3/bin/python3.12",
        "3.12.1@conda-2 conda home/miniforge3/envs/a/bin/python",
        "3.12.1@system system usr/bin/python3.12",
    ];
    assert_finds(&machine, &[], &found, &[]).await;
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn all_sources_of_a_file_are_kept() {
    let machine = machine();
    let mut environment = machine.environment();
    let path = machine.at("home/.pyenv/versions/3.6.15/bin");
    environment.set("PATH", path);
    let inventory = discover(&environment, &[], &[], OPTIONS).await.unwrap();
    let found = &inventory.interpreters[1];
    assert_eq!(found.key.to_string(), "3.6.15");
    assert_eq!(join_sources(&found.sources), "pyenv, PATH");
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn versions_select() {
    let machine = machine();
    assert_finds(&machine, &["<3", "3.11"], &[ALL[0], ALL[2]], &[SHIM]).await;
    for (path, body) in [
        ("usr/local/bin/python3.15", "exit 1"),
        ("usr/local/bin/python3.14", "exit 1"),
        ("on-path/python3.15", "exec pyenv exec python3.15"),
    ] {
        machine.script(path, body);
    }
    let error = find(&machine, &["2.7", "3.15"]).await.unwrap_err();
    let message = "no interpreter matches `3.15`; found: 2.7.18, 3.6.15, 3.11.2";
    assert_eq!(error.to_string(), message);
    let DiscoverError::NoMatch { rejected, .. } = error else {
        panic!("{error}");
    };
    let paths: Vec<_> = rejected.into_iter().map(|rejected| rejected.path).collect();
    assert_eq!(paths, [machine.text("usr/local/bin/python3.15")]);
    let error = find(&Machine::new(), &["3.15"]).await.unwrap_err();
    let message = "no interpreter matches `3.15`; found: none";
    assert_eq!(error.to_string(), message);
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn what_is_named_is_used_as_given_and_nothing_is_searched() {
    let machine = machine();
    machine.script("on-path/python2.7", "exec pyenv exec python2.7");
    machine.script("srv/wrap", "test -e \"$1\" && shift && exec \"$@\"");
    machine.file("srv/config", "");
    let python = machine.text("usr/bin/python3");
    let labelled = format!("sid=env A=B {python}");
    let wrapped = format!("./srv/wrap ./srv/config {python}");
    for (requests, found) in [
        (
            &["./bin/python3", &*labelled, &*labelled][..],
            &[
                "3.11.2 command line bin/python3",
                "3.11.2@sid command line env A=B usr/bin/python3",
            ][..],
        ),
        // Named and found are one.
        (
            &["own=~/../usr/bin/python3", "3"],
            &[ALL[1], "3.11.2@own command line usr/bin/python3"],
        ),
        // A name finds what pyenv has behind its shim.
        (
            &["python2.7"],
            &["2.7.18 command line home/.pyenv/versions/2.7.18/bin/python2.7"],
        ),
        // Words of a command that are paths start where the user is.
        (
            &[&*wrapped, "env A=B ./usr/bin/python3"],
            &[
                "3.11.2@command command line srv/wrap srv/config usr/bin/python3",
                "3.11.2@command-2 command line env A=B usr/bin/python3",
            ],
        ),
    ] {
        let inventory = find(&machine, requests).await.unwrap();
        assert_eq!(lines(&machine, &inventory), found, "{requests:?}");
        let is_search = requests.contains(&"3");
        assert_eq!(inventory.rejected.is_empty(), !is_search, "{requests:?}");
    }
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn what_is_named_and_unusable_is_an_error() {
    let machine = machine();
    machine.script("srv/python", "echo broken >&2; exit 1");
    let pypy = Answer::cpython("3.9.16")
        .with("implementation", "pypy")
        .with("implementation_version", "7.3");
    machine.python("srv/pypy3", pypy);
    for (request, reason) in [
        ("./srv/python", "exited with 1: broken"),
        ("./srv/pypy3", "PyPy 7.3, not CPython"),
        ("./srv/missing", "no such file"),
        ("./srv", "not a file"),
        (
            "./on-path/python3",
            "a pyenv shim; name the interpreter behind it",
        ),
        ("python3.5", "no such executable on PATH or in pyenv"),
        (
            "no-such-program-here python3",
            "cannot start `no-such-program-here`",
        ),
    ] {
        let error = find(&machine, &["2.7", request]).await.unwrap_err();
        assert!(matches!(error, DiscoverError::Unusable { .. }));
        let message = format!("`{request}` cannot be used: {reason}");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
}
