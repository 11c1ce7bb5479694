//! Which scenarios a command is about: paths say where they are, other words and tags select among them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::select_parameters::UnsetParameters;
use crate::plan::{Selection, SelectionError, collect_ids};
use crate::record::id::VariantId;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::scenario::{self, FOLDER, LoadErrors, ParameterValue};
use crate::text::{self, listing};

/// How many ids are listed of several that may be meant.
pub(super) const MAX_CANDIDATES: usize = 12;

/// How similar an id must be to a word to be suggested, from 0 to 1 (Jaro and Winkler).
const MIN_SIMILARITY: f64 = 0.8;

/// Where the scenarios are that words and tags select.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corpus {
    /// In files: those that are named, or the folder `scenarios`. Ids that are not there, or all where there is no such folder,
    /// are of the scenarios that the program carries.
    #[default]
    FilesFirst,
    /// In files, and nowhere else.
    Files,
    /// In the program.
    Builtin,
}

/// Words and tags that select scenarios.
#[derive(Clone, Debug, Default)]
pub struct ScenarioSelection {
    /// Where they are looked for.
    pub corpus: Corpus,
    /// Files, folders, ids and globs over ids. Without a path the folder `scenarios` is meant.
    pub words: Vec<String>,
    /// Tags, one of which a scenario must carry.
    pub tags: Vec<String>,
    /// The folders and files that are meant where none is named; none means the folder `scenarios`.
    pub usual: Vec<PathBuf>,
    /// Values of parameters.
    pub values: Vec<ParameterValue>,
    /// Ids of rows, which say the values of their parameters; those among the words do, too.
    pub rows: Vec<VariantId>,
}

/// Why there are no scenarios to work on.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// Some of them are wrong.
    #[error(transparent)]
    Wrong(#[from] LoadErrors),
    /// A word is a path, and nothing is there.
    #[error(
        "no such file or folder: {path}{}",
        text::did_you_mean_file(Path::new(path))
    )]
    NoSuchPath {
        /// As it was typed.
        path: String,
    },
    /// A word is a path, and files are not looked at.
    #[error(
        "`--builtin` means the scenarios that modswap carries, which have ids; {path} is a path"
    )]
    PathOfBuiltin {
        /// As it was typed.
        path: String,
    },
    /// No path was named, and the usual folder is not there.
    #[error("no folder `{FOLDER}` here; name another folder or a file")]
    NoFolder,
    /// A word means nothing certain.
    #[error(transparent)]
    Unclear(#[from] SelectionError),
    /// A word names no scenario.
    #[error("no scenario matches `{word}`; {hint}")]
    NoMatch {
        /// As it was typed.
        word: String,
        /// The ids that may have been meant.
        hint: String,
    },
    /// No scenario has a tag.
    #[error("no scenario has the tag `{tag}`; {hint}")]
    NoTag {
        /// As it was typed.
        tag: String,
        /// The tag that may have been meant.
        hint: String,
    },
    /// Words and tags leave nothing.
    #[error("no scenario matches {0}; see `modswap list`")]
    NothingLeft(String),
    /// The command takes one scenario.
    #[error("`{words}` is several scenarios, and this command takes one: {candidates}")]
    Several {
        /// As they were typed.
        words: String,
        /// Their ids.
        candidates: String,
    },
    /// A value is given twice.
    #[error("`--set {0}` is there twice")]
    RepeatedValue(String),
    /// No scenario that is selected has a parameter.
    #[error("no scenario that is selected has a parameter `{name}`; {hint}")]
    NoParameter {
        /// As it was typed.
        name: String,
        /// The parameter that may have been meant.
        hint: String,
    },
    /// A scenario that is named cannot run, because it has parameters that are not set.
    #[error(transparent)]
    Unset(#[from] UnsetParameters),
}

impl SelectError {
    /// True if a word or a tag is that of no scenario.
    fn names_nothing(&self) -> bool {
        matches!(self, Self::NoMatch { .. } | Self::NoTag { .. })
    }
}

impl ScenarioSelection {
    /// The files and folders that these scenarios, which were selected, came from; none for those that the program carries.
    pub fn roots_of(&self, scenarios: &[Scenario]) -> Vec<PathBuf> {
        if scenarios.iter().any(Scenario::is_builtin) {
            return Vec::new();
        }
        self.roots()
    }

    /// The files and folders that are meant, where files are.
    pub fn roots(&self) -> Vec<PathBuf> {
        let (paths, _) = self.paths_and_ids();
        if paths.is_empty() && !self.usual.is_empty() {
            self.usual.clone()
        } else if paths.is_empty() {
            vec![PathBuf::from(FOLDER)]
        } else {
            paths.into_iter().map(PathBuf::from).collect()
        }
    }

    /// The words that are paths of what is there, and those that can only be ids, or globs over them.
    pub fn paths_and_ids(&self) -> (Vec<String>, Vec<String>) {
        let words = self.words.iter().cloned();
        let is_file = |word: &String| self.corpus != Corpus::Builtin && Path::new(word).exists();
        words.partition(is_file)
    }

    /// True if scenarios are picked, by an id, a file or a subject's folder, rather than taken as they come in a folder.
    pub fn picks_scenarios(&self) -> bool {
        let (paths, ids) = self.paths_and_ids();
        let is_picked = |path: &String| {
            let path = Path::new(path);
            let mut above = path.components();
            above.next_back();
            !path.is_dir() || above.any(|part| part.as_os_str() == FOLDER)
        };
        !ids.is_empty() || paths.iter().any(is_picked)
    }

    /// Loads what the paths hold, or the program carries, and selects by the other words and the tags. Each word must name something,
    /// and all scenarios are of files, or none is.
    ///
    /// # Errors
    /// When a scenario is wrong, or a word names nothing.
    pub fn load(&self) -> Result<Vec<Scenario>, SelectError> {
        self.load_by(|scenarios, ids| select(scenarios, ids, &self.tags))
    }

    /// The same, where a word may also be a tag, or a subject beside what has it as a tag: what any of the words means is selected, whole.
    ///
    /// # Errors
    /// When a scenario is wrong, or a word names nothing.
    pub fn load_by_ids_or_tags(&self) -> Result<Vec<Scenario>, SelectError> {
        self.load_by(select_by_ids_or_tags)
    }

    fn load_by(
        &self,
        select: impl Fn(Vec<Scenario>, &[String]) -> Result<Vec<Scenario>, SelectError>,
    ) -> Result<Vec<Scenario>, SelectError> {
        let (paths, ids) = self.paths_and_ids();
        if let Some(path) = ids.iter().find(|word| looks_like_path(word)) {
            let path = path.clone();
            return Err(match self.corpus {
                Corpus::Builtin => SelectError::PathOfBuiltin { path },
                _ => SelectError::NoSuchPath { path },
            });
        }
        self.refuse_repeated_values()?;
        let select = |scenarios: Vec<Scenario>, ids: &[String]| {
            let (scenarios, misfits) = self.fill_parameters(scenarios);
            let selected = select(scenarios, ids)?;
            let is_selected = |id: &ScenarioId| selected.iter().any(|one| one.id == *id);
            let misfits = misfits.into_iter().filter(|(id, _)| is_selected(id));
            let diagnostics: Vec<_> = misfits.flat_map(|(_, errors)| errors.diagnostics).collect();
            if !diagnostics.is_empty() {
                return Err(LoadErrors { diagnostics }.into());
            }
            self.refuse_unknown_parameters(&selected)?;
            Ok(selected)
        };
        let load_builtin = || select(scenario::load_builtin()?, &ids);
        if self.corpus == Corpus::Builtin {
            return load_builtin();
        }
        let is_usual = paths.is_empty() && self.roots() == [Path::new(FOLDER)];
        if is_usual && !Path::new(FOLDER).is_dir() {
            return match self.corpus {
                Corpus::FilesFirst => load_builtin(),
                _ => Err(SelectError::NoFolder),
            };
        }
        let mut scenarios = scenario::load(&self.roots())?;
        scenarios.sort_by(|a, b| a.id.cmp(&b.id));
        match select(scenarios, &ids) {
            Err(error) if self.corpus == Corpus::FilesFirst && error.names_nothing() => {
                match load_builtin() {
                    // The end of several ids there, and of none here.
                    Err(unclear @ SelectError::Unclear(_)) => Err(unclear),
                    // There they are, and their parameters are not these, or do not take these values.
                    Err(wrong @ (SelectError::NoParameter { .. } | SelectError::Wrong(_)))
                        if paths.is_empty() =>
                    {
                        Err(wrong)
                    }
                    Err(_) => Err(error),
                    found if paths.is_empty() => found,
                    Ok(_) => Err(error),
                }
            }
            selected => selected,
        }
    }

    /// Loads one scenario, with all of its variants or those that the words name.
    ///
    /// # Errors
    /// When it is wrong or not there, or when several are meant.
    pub fn load_one(&self) -> Result<Scenario, SelectError> {
        <[Scenario; 1]>::try_from(self.load()?)
            .map(|[scenario]| scenario)
            .map_err(|several| {
                let ids: Vec<_> = several.iter().map(|scenario| &scenario.id.0).collect();
                SelectError::Several {
                    words: self.words.join(" "),
                    candidates: listing(&ids, MAX_CANDIDATES),
                }
            })
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
    let ids = collect_ids(&scenarios);
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
    let known: BTreeSet<&str> = scenarios
        .iter()
        .flat_map(|scenario| &scenario.tags)
        .map(String::as_str)
        .collect();
    if let Some(tag) = tags.iter().find(|tag| !known.contains(tag.as_str())) {
        let near = text::did_you_mean(tag, known.iter().copied());
        return Err(SelectError::NoTag {
            tag: tag.clone(),
            hint: near.unwrap_or_else(|| "`modswap list` shows the tags".to_owned()),
        });
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

/// Leaves what any of the words means, each of which is a tag, or an id or glob.
fn select_by_ids_or_tags(
    scenarios: Vec<Scenario>,
    words: &[String],
) -> Result<Vec<Scenario>, SelectError> {
    if words.is_empty() {
        return Ok(scenarios);
    }
    let is_tag = |word: &&String| scenarios.iter().any(|one| one.tags.contains(word));
    let (tags, ids): (Vec<String>, Vec<String>) =
        words.iter().cloned().partition(|word| is_tag(&word));
    let named = if ids.is_empty() {
        Vec::new()
    } else {
        select(scenarios.clone(), &ids, &[])?
    };
    let named: BTreeSet<_> = named.into_iter().map(|scenario| scenario.id).collect();
    let has_tag = |scenario: &Scenario| {
        let subject = scenario.id.0.split('/').next();
        tags.iter()
            .any(|tag| scenario.tags.contains(tag) || subject == Some(tag.as_str()))
    };
    let is_wanted = |scenario: &Scenario| named.contains(&scenario.id) || has_tag(scenario);
    Ok(scenarios.into_iter().filter(is_wanted).collect())
}

/// True if a word can only be a path.
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
        if let Some(unset) = UnsetParameters::find([scenario]) {
            return format!("set its parameters: `{}`", unset.options());
        }
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
