//! Pips that are not as today's.

use super::index::{Index, first_reason, packages_of};
use crate::harness::{assert_code, newest_python, parse_report};

/// A Python that says it is this script, so that its pip is started through it, too; `$2` is `pip`, what follows its arguments.
const WRAPPER: &str = r#"#!/bin/sh
if [ "$1" = -m ]; then
    for argument; do case $argument in REFUSED) echo "no such option: $argument"; exit 2;; esac; done
    exec PYTHON "$@"
fi
count=$#
while [ $count -gt 1 ]; do set -- "$@" "$1"; shift; count=$((count - 1)); done
code=$1; shift
exec PYTHON "$@" "import sys; sys.executable = '$0'
$code"
"#;

/// A run on a Python whose pip refuses some options, and the report.
fn run_with_pip_refusing(refused: &str, code: i32) -> (Index, serde_json::Value, String) {
    let index = Index::asking();
    let python = newest_python();
    let wrapper = WRAPPER
        .replace("PYTHON", python.path())
        .replace("REFUSED", refused);
    let wrapper = index.workspace.script("python", &wrapper);
    let mut command = index.modswap(&["run", "--format", "json", "--python", &wrapper]);
    // Not by uv: it would look elsewhere than pip is told to.
    for name in ["UV_OFFLINE", "UV_NO_INDEX", "UV_FIND_LINKS"] {
        command.env_remove(name);
    }
    let output = command.output().expect("the binary starts");
    assert_code(&output, code);
    (index, parse_report(&output), python.key)
}

#[test]
fn pips_before_10_can_install() {
    // What they do not know of what later ones do.
    let (_index, report, key) =
        run_with_pip_refusing("--progress-bar|--progress-bar=*|--retries|--no-input", 0);
    assert_eq!(packages_of(&report, "asks", &key), ["demo-pkg 1.0"]);
}

#[test]
fn a_pip_before_7_cannot_be_kept_to_wheels_and_says_so() {
    let (_index, report, key) = run_with_pip_refusing("--only-binary", 3);
    assert_eq!(
        first_reason(&report, "asks", &key),
        "no package Demo_Pkg<2: this Python's pip is older than 7 and cannot be kept to wheels (--build lets it build)"
    );
}
