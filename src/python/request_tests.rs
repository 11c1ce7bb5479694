use super::*;

fn request(text: &str) -> PythonRequest {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The keys of a fixed machine that a request matches.
fn matching(text: &str) -> Vec<&'static str> {
    let request = request(text);
    assert!(request.is_version(), "{text}");
    assert_eq!(request.label, None);
    [
        "2.7.18",
        "3.6.15",
        "3.11.2@path",
        "3.11.2@pyenv",
        "3.11.2d",
        "3.14.0a2",
        "3.14.0a2+t",
        "3.14.0",
        "3.14.0t",
        "3.14.0td",
        "3.15.0b1",
        "3.15.0b2",
    ]
    .into_iter()
    .filter(|key| request.matches(&key.parse().unwrap()))
    .collect()
}

#[test]
fn versions() {
    assert_eq!(matching("2.7"), ["2.7.18"]);
    assert_eq!(matching(" 2 "), ["2.7.18"]);
    assert_eq!(matching(">=3.6, <3.11"), ["3.6.15"]);
    assert_eq!(
        matching("==3.11.*"),
        ["3.11.2@path", "3.11.2@pyenv", "3.11.2d"]
    );
    assert_eq!(matching("3.11d"), ["3.11.2d"]);
    let all = ["3.14.0a2", "3.14.0a2+t", "3.14.0", "3.14.0t", "3.14.0td"];
    assert_eq!(matching("3.14"), all);
    assert_eq!(
        matching("3.14.0"),
        all,
        "a prerelease counts as its release"
    );
    assert_eq!(matching("3.14t"), ["3.14.0a2+t", "3.14.0t"]);
    assert_eq!(matching("3.14.0a2"), ["3.14.0a2", "3.14.0a2+t"]);
    assert_eq!(matching("3.14.0a2t"), ["3.14.0a2+t"]);
    assert_eq!(matching("3.14.0a2+"), ["3.14.0a2+t"]);
    assert_eq!(matching("3.14.0a2+t"), ["3.14.0a2+t"]);
    assert_eq!(matching("3.14.0a2d"), [""; 0]);
    assert_eq!(matching("3.14.0td"), ["3.14.0td"]);
    assert_eq!(matching("free-threaded,debug"), ["3.14.0td"]);
    assert_eq!(matching("3.15.0b1"), ["3.15.0b1"]);
    assert_eq!(matching("3.11.2@pyenv"), ["3.11.2@pyenv"]);
    assert_eq!(matching("3.12"), [""; 0]);
}

#[test]
fn executables() {
    let command =
        |words: &[&str]| RequestTarget::Command(words.iter().map(ToString::to_string).collect());
    for (text, label, wanted) in [
        (
            "/opt/py/bin/python3",
            None,
            RequestTarget::Path("/opt/py/bin/python3".into()),
        ),
        (
            "./build/pydev",
            None,
            RequestTarget::Path("./build/pydev".into()),
        ),
        (
            "'/my dir/python3'",
            None,
            RequestTarget::Path("/my dir/python3".into()),
        ),
        (
            "/tmp/a=b/python",
            None,
            RequestTarget::Path("/tmp/a=b/python".into()),
        ),
        ("python3.9", None, RequestTarget::Name("python3.9".into())),
        (
            "chroot /srv/sid python3.15",
            None,
            command(&["chroot", "/srv/sid", "python3.15"]),
        ),
        (
            "env -i LD_LIBRARY_PATH='/x y' python3.14t",
            None,
            command(&["env", "-i", "LD_LIBRARY_PATH=/x y", "python3.14t"]),
        ),
        ("env A=B python", None, command(&["env", "A=B", "python"])),
        (
            "docker run -i --rm python:3.5 python",
            None,
            command(&["docker", "run", "-i", "--rm", "python:3.5", "python"]),
        ),
        (
            "debian=chroot /srv/sid python3.15",
            Some("debian"),
            command(&["chroot", "/srv/sid", "python3.15"]),
        ),
        (
            "my-3_1=env A=B python",
            Some("my-3_1"),
            command(&["env", "A=B", "python"]),
        ),
        (
            "sys=/usr/bin/python3",
            Some("sys"),
            RequestTarget::Path("/usr/bin/python3".into()),
        ),
        (
            "sys=python3",
            Some("sys"),
            RequestTarget::Name("python3".into()),
        ),
    ] {
        let request = request(text);
        assert_eq!(request.wanted, wanted, "{text}");
        assert_eq!(request.label.as_deref(), label, "{text}");
        assert_eq!(request.to_string(), text);
        assert!(!request.is_version());
        assert!(!request.matches(&"3.9.18".parse().unwrap()));
    }
}

#[test]
fn everything_else_is_an_error_that_says_what_is_expected() {
    for (text, start) in [
        ("", "nothing asked for; expected a version (`3.11`"),
        ("label=", "nothing asked for"),
        (
            "latest",
            "`latest` is none of what can be asked for: a version",
        ),
        ("pypy3", "`pypy3` is none"),
        ("3.x", "`3.x` is not a version specifier"),
        (">=three", "`>=three` is not a version specifier"),
        ("foo==3.11", "`foo==3.11` is none"),
        (
            "fast=3.11",
            "the label `fast` cannot stand before the version `3.11`",
        ),
        (
            "fast=>=3.11",
            "the label `fast` cannot stand before the version `>=3.11`",
        ),
        ("'/usr/bin/python3", "unbalanced quotes in"),
        (
            "docker run python:3.5",
            "the command `docker run python:3.5` ends in `python:3.5`, which is not the name of a Python",
        ),
        (
            "python3 -m venv",
            "the command `python3 -m venv` ends in `venv`",
        ),
    ] {
        let error = text.parse::<PythonRequest>().unwrap_err().to_string();
        assert!(error.starts_with(start), "{text}: {error}");
    }
}
