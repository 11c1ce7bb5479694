//! Which scenarios a command is about: paths say where they are, other words and tags select among them.

use std::path::{Path, PathBuf};

use crate::plan::{Ids, Selection, SelectionError};
use crate::record::id::VariantId;
use crate::scenario::model::Scenario;
use crate::scenario::{self, FOLDER, LoadErrors};
use crate::text::listing;

/// How many ids are listed of several that may be meant.
const MAX_CANDIDATES: usize = 12;

/// How similar an id must be to a word to be suggested, from 0 to 1 (Jaro and Winkler).
const MIN_SIMILARITY: f64 = 0.8;

/// What the command line says of scenarios.
#[derive(Clone, Debug, Default)]
pub struct ScenarioSelection {
    /// Files, folders, ids and globs over ids. Without a path the folder `scenarios` is meant.
    pub words: Vec<String>,
    /// Tags, one of which a scenario must carry.
    pub tags: Vec<String>,
}

/// Why there are no scenarios to work on.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// Some of them are wrong.
    #[error(transparent)]
    Wrong(#[from] LoadErrors),
    /// A word is a path, and nothing is there.
    #[error("no such file or folder: {0}")]
    NoSuchPath(String),
    /// No path was named, and the usual folder is not there.
    #[error("no folder `{FOLDER}` here; name a folder or a file: modswap run PATH")]
    NoFolder,
    /// The folder that was named is not there.
    #[error("no folder `{0}` here; name a file, or the folder of the scenarios with `--scenarios`")]
    NoNamedFolder(String),
    /// A word means nothing certain.
    #[error(transparent)]
    Unclear(#[from] SelectionError),
    /// A word names no scenario.
    #[error("no scenario matches `{word}`; {hint}")]
    NoMatch {
        /// As it was typed.
        word: String,
        /// What may have been meant.
        hint: String,
    },
    /// Words and tags leave nothing.
    #[error("no scenario matches {0}; see `modswap list`")]
    NothingLeft(String),
    /// The command takes one scenario.
    #[error("`{word}` is several scenarios, and this command takes one: {candidates}")]
    Several {
        /// As it was typed.
        word: String,
        /// Their ids.
        candidates: String,
    },
}

impl ScenarioSelection {
    /// The files and folders that are meant.
    pub fn roots(&self) -> Vec<PathBuf> {
        let paths = self.words.iter().filter(|word| Path::new(word).exists());
        let paths: Vec<PathBuf> = paths.map(PathBuf::from).collect();
        if paths.is_empty() {
            vec![PathBuf::from(FOLDER)]
        } else {
            paths
        }
    }

    /// Loads what the paths hold, and selects by the other words and the tags. Each word must name something.
    ///
    /// # Errors
    /// When a scenario is wrong, or a word names nothing.
    pub fn load(&self) -> Result<Vec<Scenario>, SelectError> {
        let (paths, ids): (Vec<&String>, Vec<&String>) =
            self.words.iter().partition(|word| Path::new(word).exists());
        if let Some(path) = ids.iter().find(|word| looks_like_path(word)) {
            return Err(SelectError::NoSuchPath((*path).clone()));
        }
        if paths.is_empty() && !Path::new(FOLDER).is_dir() {
            return Err(SelectError::NoFolder);
        }
        let mut scenarios = scenario::load(&self.roots())?;
        scenarios.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        select(scenarios, &ids, &self.tags)
    }
}

/// Loads one scenario by its id, with a variant or without, or by its file.
///
/// # Errors
/// When it is wrong or not there, or when several are meant.
pub fn load_one(id: &str, folder: &Path) -> Result<Scenario, SelectError> {
    let is_file = Path::new(id).is_file();
    if !is_file && !folder.is_dir() {
        return Err(SelectError::NoNamedFolder(folder.display().to_string()));
    }
    let root = if is_file { Path::new(id) } else { folder };
    let scenarios = scenario::load(&[root.to_path_buf()])?;
    let selected = if is_file {
        scenarios
    } else {
        select(scenarios, &[id.to_owned()], &[])?
    };
    match <[Scenario; 1]>::try_from(selected) {
        Ok([scenario]) => Ok(scenario),
        Err(several) => {
            let ids: Vec<&str> = several
                .iter()
                .map(|scenario| scenario.id.0.as_str())
                .collect();
            Err(SelectError::Several {
                word: id.to_owned(),
                candidates: listing(&ids, MAX_CANDIDATES),
            })
        }
    }
}

/// Leaves what the words and the tags select; each word must mean something.
fn select(
    scenarios: Vec<Scenario>,
    words: &[String],
    tags: &[String],
) -> Result<Vec<Scenario>, SelectError> {
    if words.is_empty() && tags.is_empty() {
        return Ok(scenarios);
    }
    let ids = Ids::of(&scenarios);
    for word in words {
        let alone = Selection::new(std::slice::from_ref(word), &[], &ids)?;
        let mut variants = scenarios.iter().flat_map(|scenario| &scenario.variants);
        if !variants.any(|variant| alone.names(variant.id.scenario(), &variant.id)) {
            return Err(SelectError::NoMatch {
                word: word.clone(),
                hint: suggest(word, &scenarios),
            });
        }
    }
    let selected = Selection::new(words, tags, &ids)?.apply(scenarios);
    if selected.is_empty() {
        let words = words.iter().map(|word| format!("`{word}`"));
        let tags = tags.iter().map(|tag| format!("tag `{tag}`"));
        let asked: Vec<String> = words.chain(tags).collect();
        return Err(SelectError::NothingLeft(asked.join(", ")));
    }
    Ok(selected)
}

/// Whether a word can only be a path.
fn looks_like_path(word: &str) -> bool {
    let extension = Path::new(word).extension();
    word.starts_with(['.', '/'])
        || word.contains(std::path::MAIN_SEPARATOR) && cfg!(windows)
        || extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// Says what a word that names nothing may have meant.
fn suggest(word: &str, scenarios: &[Scenario]) -> String {
    let id = VariantId::from(word);
    let named = id.scenario();
    if let Some(scenario) = scenarios.iter().find(|scenario| scenario.id.0 == named) {
        let ids: Vec<_> = scenario
            .variants
            .iter()
            .map(|variant| &variant.id)
            .collect();
        return format!("there is {}", listing(&ids, MAX_CANDIDATES));
    }
    let similarity = |id: &str| (id.contains(named), strsim::jaro_winkler(id, named));
    let ids = scenarios.iter().map(|scenario| scenario.id.0.as_str());
    let nearest = ids.max_by(|a, b| {
        let (a, b) = (similarity(a), similarity(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let is_near = |id: &&str| similarity(id).0 || similarity(id).1 > MIN_SIMILARITY;
    nearest.filter(is_near).map_or_else(
        || "see `modswap list`".to_owned(),
        |id| format!("did you mean `{id}`?"),
    )
}
