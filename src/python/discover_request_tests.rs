//! Discovery with `--python`.

use super::DiscoverError;
use super::tests::{ALL, found, lines, machine};
use crate::python::fake::{Answer, Machine};

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn versions_select() {
    let machine = machine();
    let inventory = found(&machine, &["<3", "3.11"]).await.unwrap();
    assert_eq!(lines(&machine, &inventory), [ALL[0], ALL[2]]);
    let error = found(&machine, &["2.7", "3.15"]).await.unwrap_err();
    assert!(matches!(error, DiscoverError::NoMatch { .. }));
    assert_eq!(
        error.to_string(),
        "no interpreter matches `3.15`; found: 2.7.18, 3.6.15, 3.11.2"
    );
    for (path, body) in [
        ("usr/local/bin/python3.15", "exit 1"),
        ("usr/local/bin/python3.14", "exit 1"),
        ("on-path/python3.15", "exec pyenv exec python3.15"),
    ] {
        machine.script(path, body);
    }
    let error = found(&machine, &["3.15"]).await.unwrap_err();
    let DiscoverError::NoMatch { rejected, .. } = error else {
        panic!("{error}");
    };
    let paths: Vec<_> = rejected.into_iter().map(|one| one.path).collect();
    assert_eq!(paths, [machine.text("usr/local/bin/python3.15")]);
    let error = found(&Machine::new(), &["3.15"]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no interpreter matches `3.15`; found: none"
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn what_is_named_is_used_as_given_and_nothing_is_searched() {
    let machine = machine();
    let link = machine.text("usr/bin/python3");
    let command = format!("sid=env A=B {link}");
    let inventory = found(&machine, &["./bin/python3", &command, &command])
        .await
        .unwrap();
    assert_eq!(
        lines(&machine, &inventory),
        [
            "3.11.2 command line bin/python3",
            "3.11.2@sid command line env A=B usr/bin/python3"
        ]
    );
    assert!(inventory.rejected.is_empty());
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn named_and_found_are_one() {
    let machine = machine();
    let inventory = found(&machine, &["own=~/../usr/bin/python3", "3"])
        .await
        .unwrap();
    let lines = lines(&machine, &inventory);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0], ALL[1]);
    assert!(lines[1].starts_with("3.11.2@own command line"), "{lines:?}");
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
    ] {
        let error = found(&machine, &["2.7", request]).await.unwrap_err();
        assert!(matches!(error, DiscoverError::Unusable { .. }));
        assert_eq!(
            error.to_string(),
            format!("`{request}` cannot be used: {reason}")
        );
    }
    let error = found(&machine, &["no-such-program-here python3"])
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("cannot start `no-such-program-here`"),
        "{error}"
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn a_name_finds_what_pyenv_has_behind_its_shim() {
    let machine = machine();
    machine.script("on-path/python2.7", "exec pyenv exec python2.7");
    let inventory = found(&machine, &["python2.7"]).await.unwrap();
    assert_eq!(
        lines(&machine, &inventory),
        ["2.7.18 command line home/.pyenv/versions/2.7.18/bin/python2.7"]
    );
}

#[tokio::test]
#[cfg_attr(windows, ignore = "starts shell scripts as interpreters")]
async fn words_of_a_command_that_are_paths_start_where_the_user_is() {
    let machine = machine();
    machine.script("srv/wrap", "test -e \"$1\" && shift && exec \"$@\"");
    machine.file("srv/config", "");
    let python = machine.text("usr/bin/python3");
    let command = format!("./srv/wrap ./srv/config {python}");
    let inventory = found(&machine, &[&command, "env A=B ./usr/bin/python3"])
        .await
        .unwrap();
    let lines = lines(&machine, &inventory).join("; ");
    for words in [
        " srv/wrap srv/config usr/bin/python3",
        " env A=B usr/bin/python3",
    ] {
        assert!(lines.contains(words), "{lines}");
    }
}
