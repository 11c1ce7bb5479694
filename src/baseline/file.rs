//! The files: read whole or refused with the place, written whole or not at all.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::{Baseline, SCHEMA_VERSION, ScenarioBaseline, VariantBaseline};
use crate::digest::is_current;
use crate::fs::{Readers, replace_file};
use crate::record::letter::index_of;
use crate::trace::{ProcessEnd, digest_trace, digest_v1, module_v1};

/// The first line of every file.
const HEADER: &str =
    "# Accepted behaviour, written by `modswap accept`; a run that differs is drift.\n";

/// Why a baseline cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// A file does not hold what it should.
    #[error("{0}")]
    Damaged(#[from] Damage),
    /// A file is of a newer format.
    #[error(
        "{}: a baseline of schema {found}, and this modswap knows {SCHEMA_VERSION}; use the modswap that wrote it or a newer one",
        crate::text::path(path)
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// The file system says no; what was there before is still there.
    #[error("{}: cannot be {verb}: {source}", crate::text::path(path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// `read`, `written` or `removed`.
        verb: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The id of a scenario in a foreign report leads out of the folder.
    #[error("`{0}` is no id of a scenario: it would lead out of the baseline's folder")]
    Id(String),
    /// What a foreign or hand-made report holds would make a file that could not be read again.
    #[error("the report is damaged: {message}; nothing of `{scenario}` was written")]
    Unsound {
        /// Id of the scenario.
        scenario: String,
        /// What is wrong.
        message: String,
    },
}

impl BaselineError {
    /// Whether something was to be changed and could not be.
    pub fn is_unwritten(&self) -> bool {
        matches!(self, Self::Io { verb, .. } if *verb != "read")
    }
}

/// What is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// Line and column, from 1, where they are known.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", crate::text::path(&self.path))?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(
            f,
            ": the baseline is damaged: {}\n  restore the file (`git checkout -- {}`), or remove it and accept anew",
            self.message,
            crate::text::path(&self.path)
        )
    }
}

fn io(path: &Path, verb: &'static str) -> impl FnOnce(io::Error) -> BaselineError {
    let path = path.to_owned();
    move |source| BaselineError::Io { path, verb, source }
}

/// Where the file of a scenario is.
///
/// # Errors
/// When the id is not a plain path below the folder.
pub(super) fn path(folder: &Path, id: &str) -> Result<PathBuf, BaselineError> {
    let parts = Path::new(id).components();
    let plain = parts
        .clone()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || parts.count() == 0 || id.contains(['\\', '\0']) {
        return Err(BaselineError::Id(id.to_owned()));
    }
    Ok(folder.join(format!("{id}.yaml")))
}

/// Reads what the baseline has of these scenarios. Without a folder there is nothing in it.
///
/// # Errors
/// When a file cannot be read or is damaged.
pub fn read<'a>(
    folder: &Path,
    scenarios: impl IntoIterator<Item = &'a str>,
) -> Result<Baseline, BaselineError> {
    let mut baseline = Baseline {
        folder: folder.to_owned(),
        ..Baseline::default()
    };
    for id in scenarios {
        let path = path(folder, id)?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io(&path, "read")(error)),
        };
        let scenario = parse(&path, id, &bytes)?;
        baseline.scenarios.insert(id.to_owned(), scenario);
    }
    Ok(baseline)
}

/// The ids of all files in a baseline's folder, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn ids(folder: &Path) -> Result<Vec<String>, BaselineError> {
    let mut found = Vec::new();
    if folder.exists() {
        walk(folder, "", &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, above: &str, found: &mut Vec<String>) -> Result<(), BaselineError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    for entry in entries.map_err(io(folder, "read"))? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{above}{name}/"), found)?;
        } else if let Some(stem) = name
            .strip_suffix(".yaml")
            .filter(|stem| !stem.starts_with('.'))
        {
            found.push(format!("{above}{stem}"));
        }
    }
    Ok(())
}

/// What must be readable in every format to come.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

fn parse(path: &Path, id: &str, bytes: &[u8]) -> Result<ScenarioBaseline, BaselineError> {
    let damage = |place, message: String| Damage {
        path: path.to_owned(),
        place,
        message,
    };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .map_or(0, |line| line.chars().count())
            + 1;
        damage(Some((line, column)), "not UTF-8".to_owned())
    })?;
    let failed = |error: serde_yaml::Error| {
        let place = error.location().map(|place| (place.line(), place.column()));
        let mut message = error.to_string();
        if let Some((line, column)) = place {
            message = message.replacen(&format!(" at line {line} column {column}"), "", 1);
        }
        damage(place, message)
    };
    let version: Version = serde_yaml::from_str(text).map_err(failed)?;
    if version.schema_version > SCHEMA_VERSION {
        return Err(BaselineError::Newer {
            path: path.to_owned(),
            found: version.schema_version,
        });
    }
    let mut scenario: ScenarioBaseline = serde_yaml::from_str(text).map_err(failed)?;
    renew_digests(&mut scenario);
    if scenario.scenario != id {
        let message = format!(
            "it is about `{}`, and its name is that of `{id}`",
            scenario.scenario
        );
        return Err(damage(line_of(text, ("scenario", "")), message).into());
    }
    check(&scenario).map_err(|(mark, message)| damage(line_of(text, mark), message))?;
    Ok(scenario)
}

/// Gives traces of the older form, which are what they were, digests of the current one. The digest of the scenario stays:
/// what the scenario did then is not in the file.
fn renew_digests(scenario: &mut ScenarioBaseline) {
    let rows = scenario.variants.iter_mut();
    for behaviour in rows.flat_map(|row| &mut row.behaviours) {
        if !is_current(&behaviour.digest) && digest_v1(&behaviour.trace) == behaviour.digest {
            for record in &mut behaviour.trace {
                record.module = module_v1(record);
            }
            behaviour.digest = digest_trace(&behaviour.trace, &behaviour.end);
        }
    }
}

/// The place of the first line that has this key and this value.
fn line_of(text: &str, (key, value): (&str, &str)) -> Option<(usize, usize)> {
    let is_marked = |line: &str| {
        let rest = line.trim_start_matches([' ', '-']).strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with(':') && rest.contains(value))
    };
    let (at, line) = text.lines().enumerate().find(|(_, line)| is_marked(line))?;
    Some((at + 1, line.find(key)? + 1))
}

/// What is wrong, and the key and value of the line that says it.
type Wrong<'a> = ((&'static str, &'a str), String);

/// What no schema says: letters once, versions once, and traces that are what they were.
fn check(scenario: &ScenarioBaseline) -> Result<(), Wrong<'_>> {
    let mut cases = Vec::new();
    for row in &scenario.variants {
        let mark = ("case", row.case.as_str());
        if row.case.scenario() != scenario.scenario {
            let message = format!("`{}` is no case of `{}`", row.case, scenario.scenario);
            return Err((mark, message));
        }
        if cases.contains(&&row.case) {
            return Err((mark, format!("`{}` is there twice", row.case)));
        }
        cases.push(&row.case);
        check_row(row)?;
    }
    Ok(())
}

fn check_row(row: &VariantBaseline) -> Result<(), Wrong<'_>> {
    let mark = ("case", row.case.as_str());
    let mut letters = Vec::new();
    let mut versions = Vec::new();
    for one in &row.behaviours {
        let name = format!("behaviour {} of `{}`", one.behaviour, row.case);
        if index_of(&one.behaviour).is_none() {
            let message = format!("`{}` is no letter of a behaviour", one.behaviour);
            return Err((("behaviour", &one.behaviour), message));
        }
        if letters.contains(&&one.behaviour) {
            return Err((mark, format!("{name} is there twice")));
        }
        letters.push(&one.behaviour);
        if one.versions.is_empty() && one.stale.is_empty() {
            return Err((mark, format!("{name} has no version")));
        }
        for version in one.versions.iter().chain(&one.stale) {
            if versions.contains(&version) {
                let message = format!("`{}` has {version} twice", row.case);
                return Err((mark, message));
            }
            versions.push(version);
        }
        if one.end.parse::<ProcessEnd>().is_err() {
            let message = format!("`{}` is not how a process ends", one.end);
            return Err((("end", &one.end), message));
        }
        if digest_trace(&one.trace, &one.end) != one.digest {
            let message = format!("the trace of {name} is not the one that was recorded");
            return Err((("digest", &one.digest), message));
        }
    }
    Ok(())
}

/// The text of a file.
fn text(scenario: &ScenarioBaseline) -> String {
    let body = serde_yaml::to_string(scenario).expect("a baseline has text keys only");
    format!("{HEADER}{body}")
}

/// Whether a file of this could be read again. It is asked of everything before the first file is written.
///
/// # Errors
/// What is wrong with it.
pub fn sound(folder: &Path, scenario: &ScenarioBaseline) -> Result<(), BaselineError> {
    path(folder, &scenario.scenario)?;
    check(scenario).map_err(|(_, message)| BaselineError::Unsound {
        scenario: scenario.scenario.clone(),
        message,
    })
}

/// Writes one file. It gets its name when it is whole and on the disk: whatever happens before leaves what was there.
/// Tells whether there was anything to write.
///
/// # Errors
/// When it cannot be written.
pub fn write(folder: &Path, scenario: &ScenarioBaseline) -> Result<bool, BaselineError> {
    sound(folder, scenario)?;
    let path = path(folder, &scenario.scenario)?;
    let text = text(scenario);
    if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    let written = replace_file(&path, Readers::All, |file| file.write_all(text.as_bytes()));
    written.map_err(io(&path, "written"))?;
    Ok(true)
}

/// Removes the file of a scenario, and the folders that it leaves empty.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(folder: &Path, id: &str) -> Result<(), BaselineError> {
    let path = path(folder, id)?;
    fs::remove_file(&path).map_err(io(&path, "removed"))?;
    let mut above = path.parent();
    while let Some(inner) = above.filter(|inner| *inner != folder) {
        // Fails where something else is in it, which is the wish.
        if fs::remove_dir(inner).is_err() {
            break;
        }
        above = inner.parent();
    }
    Ok(())
}
