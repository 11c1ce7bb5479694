//! The version, the notes and the README of a release.

use std::process::Command;

use super::{Release, refuse, release_python, repository, succeed};
use crate::harness::assert_contains;

#[test]
fn a_tag_that_everything_agrees_with_is_a_version() {
    let Some(release) = Release::new() else {
        return;
    };
    assert_eq!(release.run("version", &["v1.2.3"]), "1.2.3\n");
    let mut here = release.script("version", &["v1.2.3"]);
    succeed(here.env("GITHUB_REPOSITORY", "someone/modswap"));
}

#[test]
fn each_disagreement_about_the_version_is_named() {
    type Change = fn(&Release);
    let faults: [(Change, &str, &str); 6] = [
        (
            |_| {},
            "v1.2.4",
            "the tag is v1.2.4, but Cargo.toml says 1.2.3: it should be v1.2.3",
        ),
        (
            |_| {},
            "1.2.3",
            "the tag is 1.2.3, but Cargo.toml says 1.2.3: it should be v1.2.3",
        ),
        (
            |release| release.change("Cargo.lock", "1.2.3", "1.2.2"),
            "v1.2.3",
            "Cargo.lock has 1.2.2 of modswap, Cargo.toml 1.2.3",
        ),
        (
            |release| release.change("CHANGELOG.md", "[1.2.3]", "[1.2.4]"),
            "v1.2.3",
            "CHANGELOG.md has no section `## [1.2.3] - YYYY-MM-DD`",
        ),
        (
            |release| release.change("CHANGELOG.md", "2027-01-31", "soon"),
            "v1.2.3",
            "CHANGELOG.md has no date behind `## [1.2.3]`",
        ),
        (
            |release| {
                release.change(
                    "CHANGELOG.md",
                    "[Unreleased]\n",
                    "[Unreleased]\n\n- More.\n",
                );
            },
            "v1.2.3",
            "CHANGELOG.md has changes under [Unreleased]",
        ),
    ];
    for (change, tag, message) in faults {
        let Some(release) = Release::new() else {
            return;
        };
        change(&release);
        let said = refuse(&mut release.script("version", &[tag]));
        assert_contains(&said, &format!("::error title=release::{message}"));
        assert_eq!(said.matches("::error").count(), 1, "{said}");
    }
}

#[test]
fn a_placeholder_for_the_repository_is_not_released() {
    let Some(release) = Release::new() else {
        return;
    };
    let mut fork = release.script("version", &["v1.2.3"]);
    let said = refuse(fork.env("GITHUB_REPOSITORY", "somebody/else"));
    assert_contains(&said, "someone/modswap, but this is somebody/else");
}

#[test]
fn the_version_of_this_repository_is_that_of_the_program() {
    let Some(python) = release_python() else {
        return;
    };
    let mut version = Command::new(python.path);
    version.arg(repository().join(".ci/release/version"));
    assert_eq!(succeed(&mut version).trim(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_notes_are_the_section_of_the_version() {
    let Some(release) = Release::new() else {
        return;
    };
    assert_eq!(
        release.run("notes", &["1.2.3"]),
        "### Added\n\n- It is – “new”.\n"
    );
    assert_eq!(release.run("notes", &["1.2.2"]), "- Old.\n");
    let said = refuse(&mut release.script("notes", &["1.3.0"]));
    assert_contains(
        &said,
        "no section `## [1.3.0]`, or nothing in it; there are: Unreleased, 1.2.3, 1.2.2",
    );
    refuse(&mut release.script("notes", &["Unreleased"]));
}

#[test]
fn links_of_the_readme_lead_to_the_repository() {
    let Some(release) = Release::new() else {
        return;
    };
    release.write("docs/ci.md", "");
    release.write(
        "README.md",
        "<img src=\"docs/ci.md\"> [a](docs/ci.md#x), [b](https://example.org), [c](#c)\n```console\n[d](docs/ci.md)\n```\n[e](docs/ci.md)\n",
    );
    let home = "https://github.com/someone/modswap/blob/v1.2.3/docs/ci.md";
    assert_eq!(
        release.run("readme", &["v1.2.3"]),
        format!(
            "<img src=\"https://raw.githubusercontent.com/someone/modswap/v1.2.3/docs/ci.md\"> [a]({home}#x), \
            [b](https://example.org), [c](#c)\n```console\n[d](docs/ci.md)\n```\n[e]({home})\n"
        )
    );
    release.write("README.md", "[a](docs/gone.md)\n");
    let said = refuse(&mut release.script("readme", &["v1.2.3"]));
    assert_contains(&said, "README.md leads to docs/gone.md, which is not there");
}
