//! The version that git gives a project, for build tools that would ask it: what they build is a copy without a history.

use std::path::Path;
use std::process::{Command, Stdio};

use pep440_rs::Version;

/// Names of the build tools that take the version from git and from the variables that the installer sets instead.
const VERSION_TOOLS: [&str; 6] = [
    "setuptools_scm",
    "setuptools-scm",
    "hatch-vcs",
    "hatch_vcs",
    "vcs-versioning",
    "pbr",
];

/// True if the text of a project's configuration names such a tool.
pub(super) fn names_version_tool(text: &str) -> bool {
    VERSION_TOOLS.iter().any(|tool| text.contains(tool))
}

/// The version that `setuptools_scm` would make of the tags by default, but for the date of changes that are not committed.
/// `None` where there is no git, no repository and no commit.
pub(super) fn describe_version(folder: &Path) -> Option<String> {
    let describe = [
        "describe", "--dirty", "--tags", "--long", "--match", "*[0-9]*",
    ];
    if let Some(described) = run_git(folder, &describe) {
        return parse_description(&described);
    }
    let count = run_git(folder, &["rev-list", "--count", "HEAD"])?;
    let node = run_git(folder, &["rev-parse", "--short", "HEAD"])?;
    let changed = run_git(folder, &["status", "--porcelain", "--untracked-files=no"])?;
    let dirty = if changed.is_empty() { "" } else { "-dirty" };
    parse_description(&format!("0.0-{count}-g{node}{dirty}"))
}

/// Parses what `git describe` prints: `v1.2.3-4-g1a2b3c4`, `own-1.2.3-0-g1a2b3c4-dirty`.
fn parse_description(text: &str) -> Option<String> {
    let clean = text.strip_suffix("-dirty");
    let mut parts = clean.unwrap_or(text).rsplitn(3, '-');
    let (node, distance, tag) = (parts.next()?, parts.next()?, parts.next()?);
    let version = parse_tag(tag)?;
    if distance == "0" && clean.is_none() {
        return Some(version);
    }
    let dirty = if clean.is_some() { ".dirty" } else { "" };
    let next = bump_last_number(&version)?;
    Some(format!("{next}.dev{distance}+{node}{dirty}"))
}

/// Parses the version in a tag, which may begin with the name of the project.
fn parse_tag(tag: &str) -> Option<String> {
    let separators = tag.match_indices(['-', '/']);
    let starts = separators.map(|(separator, _)| separator + 1);
    let version = |start: usize| tag[start..].parse::<Version>().ok();
    let version = std::iter::once(0).chain(starts).find_map(version)?;
    Some(version.without_local().to_string())
}

/// The version with its last number counted on: what the commits after a tag are taken to lead to.
fn bump_last_number(version: &str) -> Option<String> {
    let numbers = version.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let last: u64 = version[numbers..].parse().ok()?;
    Some(format!("{}{}", &version[..numbers], last + 1))
}

/// Runs git and returns what it prints; `None` where it is not there or fails.
fn run_git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    // Only to be asked: git would write its index anew, and start what a repository's configuration names to find changes faster.
    command
        .env("GIT_OPTIONAL_LOCKS", "0")
        .args(["-c", "core.fsmonitor=false"])
        .arg("-C")
        .arg(folder)
        .args(arguments);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name); // set within hooks, for another repository perhaps
    }
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_become_versions() {
        // As `setuptools_scm` has it: exact at a tag, else what comes next, and the commit.
        for (text, expected) in [
            ("v1.2.3-0-g1a2b3c4", Some("1.2.3")),
            ("v1.2.3-4-g1a2b3c4", Some("1.2.4.dev4+g1a2b3c4")),
            (
                "own-lib-2.0-0-g1a2b3c4-dirty",
                Some("2.1.dev0+g1a2b3c4.dirty"),
            ),
            ("1.0rc1-2-g1a2b3c4", Some("1.0rc2.dev2+g1a2b3c4")),
            ("pkg/v3-0-g1a2b3c4", Some("3")),
            ("0.0-5-g1a2b3c4", Some("0.1.dev5+g1a2b3c4")),
            ("release2-x-0-g1a2b3c4", None),
        ] {
            assert_eq!(parse_description(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_folder_without_a_history_has_no_version() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(describe_version(folder.path()), None);
    }
}
