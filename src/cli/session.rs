//! What several commands do first: load and select.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::arguments::{Common, Scenarios};
use super::{Exit, Failure, style};
use crate::plan::{Ids, Selection, SelectionError};
use crate::record::id::VariantId;
use crate::report::terminal::style::Style;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::scenario::{self, FOLDER, LoadErrors};
use crate::text::listing;

/// Ids that are listed of several that may be meant.
const MOST_CANDIDATES: usize = 12;

/// Why there are no scenarios to work on.
pub(super) enum NotLoaded {
    /// Some are wrong.
    Wrong(LoadErrors),
    /// They cannot be found, or what names them is wrong.
    Failed(Failure),
}

impl From<Failure> for NotLoaded {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<LoadErrors> for NotLoaded {
    fn from(errors: LoadErrors) -> Self {
        Self::Wrong(errors)
    }
}

impl NotLoaded {
    /// What is wrong, in words.
    pub(super) fn told(self, style: Style) -> Failure {
        match self {
            Self::Wrong(errors) => {
                let problems = errors.render(usize::from(style.width), false);
                let text = format!("wrong scenarios; nothing was run\n\n{problems}");
                Failure::new(Exit::Usage, text)
            }
            Self::Failed(failure) => failure,
        }
    }
}

/// The scenarios of a command that runs or lists them.
pub(super) fn load(arguments: &Scenarios, common: &Common) -> Result<Vec<Scenario>, Failure> {
    find(arguments).map_err(|error| error.told(style(common)))
}

/// Loads and selects: all that the paths hold, and of the usual folder what the ids name; of both, what `--id` and
/// `--tag` leave. Words that are no path are ids, and each must name something.
pub(super) fn find(arguments: &Scenarios) -> Result<Vec<Scenario>, NotLoaded> {
    let (paths, ids): (Vec<&String>, Vec<&String>) = arguments
        .what
        .iter()
        .partition(|word| Path::new(word).exists());
    if let Some(path) = ids.iter().find(|word| is_path(word)) {
        let text = format!("no such file or folder: {path}");
        return Err(Failure::new(Exit::Usage, text).into());
    }
    let ids: Vec<String> = ids.into_iter().cloned().collect();
    let usual = paths.is_empty() || !ids.is_empty();
    if usual && !Path::new(FOLDER).is_dir() {
        let text = format!("no folder `{FOLDER}` here; name a folder or a file: modswap run PATH");
        return Err(Failure::new(Exit::Usage, text).into());
    }
    let roots: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let mut all = if roots.is_empty() {
        Vec::new()
    } else {
        scenario::load(&roots)?
    };
    if usual {
        let found = scenario::load(&[PathBuf::from(FOLDER)])?;
        let known: HashSet<ScenarioId> = all.iter().map(|other| other.id.clone()).collect();
        let named = selected(found, &ids, &[])?.into_iter();
        all.extend(named.filter(|scenario| !known.contains(&scenario.id)));
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(selected(all, &arguments.id, &arguments.tag)?)
}

/// What the words and tags leave of the scenarios; each word must mean something.
fn selected(
    all: Vec<Scenario>,
    words: &[String],
    tags: &[String],
) -> Result<Vec<Scenario>, Failure> {
    if words.is_empty() && tags.is_empty() {
        return Ok(all);
    }
    let ids = if words.is_empty() {
        Ids::default()
    } else {
        Ids::of(&all)
    };
    for word in words {
        let alone = Selection::new(std::slice::from_ref(word), &[], &ids).map_err(unclear)?;
        let is_meant = |one: &Scenario| {
            let mut variants = one.variants.iter();
            variants.any(|variant| alone.names(&one.id.0, &variant.id))
        };
        if !all.iter().any(is_meant) {
            return Err(nothing_called(word, &all));
        }
    }
    let selection = Selection::new(words, tags, &ids).map_err(unclear)?;
    let left = selection.apply(all);
    if left.is_empty() {
        let words = words.iter().map(|word| format!("`{word}`"));
        let tags = tags.iter().map(|tag| format!("tag `{tag}`"));
        let asked: Vec<String> = words.chain(tags).collect();
        let asked = asked.join(", ");
        let text = format!("no scenario matches {asked}; see `modswap list`");
        return Err(Failure::new(Exit::Nothing, text));
    }
    Ok(left)
}

fn unclear(error: SelectionError) -> Failure {
    Failure::new(Exit::Usage, error)
}

/// The files and folders that the words of a command are about.
pub(super) fn roots(arguments: &Scenarios) -> Vec<PathBuf> {
    let (paths, ids): (Vec<PathBuf>, Vec<PathBuf>) = arguments
        .what
        .iter()
        .map(PathBuf::from)
        .partition(|word| word.exists());
    let usual = paths.is_empty() || !ids.is_empty();
    let usual = usual.then(|| PathBuf::from(FOLDER));
    paths.into_iter().chain(usual).collect()
}

/// Loads one scenario, by id (with a variant or without) or by its file.
pub(super) fn load_one(id: &str, folder: &Path, style: Style) -> Result<Scenario, Failure> {
    let is_file = Path::new(id).is_file();
    if !is_file && !folder.is_dir() {
        let text = format!(
            "no folder `{}` here; name a file, or the folder of the scenarios with `--scenarios`",
            folder.display()
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    let roots = [if is_file {
        PathBuf::from(id)
    } else {
        folder.to_path_buf()
    }];
    let all = scenario::load(&roots).map_err(|errors| NotLoaded::from(errors).told(style))?;
    let left = if is_file {
        all
    } else {
        selected(all, &[id.to_owned()], &[])?
    };
    match <[Scenario; 1]>::try_from(left) {
        Ok([one]) => Ok(one),
        Err(several) => {
            let ids: Vec<&str> = several.iter().map(|one| one.id.0.as_str()).collect();
            let ids = listing(&ids, MOST_CANDIDATES);
            let text = format!("`{id}` is several scenarios, and this command takes one: {ids}");
            Err(Failure::new(Exit::Usage, text))
        }
    }
}

fn is_path(word: &str) -> bool {
    let extension = Path::new(word).extension();
    word.starts_with(['.', '/'])
        || word.contains(std::path::MAIN_SEPARATOR) && cfg!(windows)
        || extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// Why a word names nothing, and what may have been meant.
fn nothing_called(word: &str, all: &[Scenario]) -> Failure {
    let id = VariantId::from(word);
    let scenario = id.scenario();
    let variants = all.iter().find(|one| one.id.0 == scenario);
    let hint = if let Some(one) = variants {
        let variants = one.variants.iter();
        let cases = variants.map(|variant| variant.id.to_string());
        let cases = listing(&cases.collect::<Vec<_>>(), MOST_CANDIDATES);
        format!("there is {cases}")
    } else {
        let near = |id: &str| (id.contains(scenario), strsim::jaro_winkler(id, scenario));
        let ids = all.iter().map(|one| one.id.0.as_str());
        let best = ids.max_by(|a, b| {
            let (a, b) = (near(a), near(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let best = best.filter(|id| near(id).0 || near(id).1 > 0.8);
        best.map_or_else(
            || "see `modswap list`".to_owned(),
            |id| format!("did you mean `{id}`?"),
        )
    };
    Failure::new(
        Exit::Nothing,
        format!("no scenario matches `{word}`; {hint}"),
    )
}
