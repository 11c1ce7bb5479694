use super::*;

fn parse(text: &str) -> PythonRequest {
    let request = text.parse();
    request.unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn versions() {
    let keys = "2.7.18 3.6.15 3.11.2@path 3.11.2@pyenv 3.11.2d 3.14.0a2 3.14.0a2+t 3.14.0 3.14.0t 3.14.0td \
                3.15.0b1 3.15.0b2";
    for (text, expected) in [
        ("2.7", "2.7.18"),
        (" 2 ", "2.7.18"),
        (">=3.6, <3.11", "3.6.15"),
        ("==3.11.*", "3.11.2@path 3.11.2@pyenv 3.11.2d"),
        ("3.11d", "3.11.2d"),
        ("3.14", "3.14.0a2 3.14.0a2+t 3.14.0 3.14.0t 3.14.0td"),
        // A prerelease counts as its release.
        ("3.14.0", "3.14.0a2 3.14.0a2+t 3.14.0 3.14.0t 3.14.0td"),
        ("3.14t", "3.14.0a2+t 3.14.0t"),
        ("3.14.0a2", "3.14.0a2 3.14.0a2+t"),
        ("3.14.0a2t", "3.14.0a2+t"),
        ("3.14.0a2+", "3.14.0a2+t"),
        ("3.14.0a2+t", "3.14.0a2+t"),
        ("3.14.0a2d", ""),
        ("3.14.0td", "3.14.0td"),
        ("free-threaded,debug", "3.14.0td"),
        ("3.15.0b1", "3.15.0b1"),
        ("3.11.2@pyenv", "3.11.2@pyenv"),
        ("@pyenv", "3.11.2@pyenv"),
        ("3.12", ""),
    ] {
        let request = parse(text);
        assert!(request.is_version() && request.label.is_none(), "{text}");
        let is_match = |key: &&str| request.matches(&key.parse().unwrap());
        let found: Vec<_> = keys.split(' ').filter(is_match).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}

#[test]
fn executables() {
    let path = |path: &str| RequestTarget::Path(path.into());
    let name = |name: &str| RequestTarget::Name(name.into());
    let command =
        |words: &[&str]| RequestTarget::Command(words.iter().map(ToString::to_string).collect());
    let chroot = command(&["chroot", "/srv/sid", "python3.15"]);
    for (text, label, target) in [
        ("/opt/py/bin/python3", None, path("/opt/py/bin/python3")),
        ("./build/pydev", None, path("./build/pydev")),
        ("'/my dir/python3'", None, path("/my dir/python3")),
        ("/tmp/a=b/python", None, path("/tmp/a=b/python")),
        ("python3.9", None, name("python3.9")),
        ("chroot /srv/sid python3.15", None, chroot.clone()),
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
        ("debian=chroot /srv/sid python3.15", Some("debian"), chroot),
        (
            "my-3_1=env A=B python",
            Some("my-3_1"),
            command(&["env", "A=B", "python"]),
        ),
        (
            "sys=/usr/bin/python3",
            Some("sys"),
            path("/usr/bin/python3"),
        ),
        ("sys=python3", Some("sys"), name("python3")),
    ] {
        let request = parse(text);
        assert_eq!(request.target, target, "{text}");
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
