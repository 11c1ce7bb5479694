//! What several commands do first: load and select.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::arguments::{Common, Scenarios};
use super::{Exit, Failure, style};
use crate::plan::Selection;
use crate::report::style::Style;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::scenario::{self, LoadErrors};

/// Where scenarios are unless the user says otherwise.
pub(super) const FOLDER: &str = "scenarios";

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
    let wrong = |error| Failure::new(Exit::Usage, error);
    let named = Selection::new(&ids, &[]).map_err(wrong)?;
    let left = Selection::new(&arguments.id, &arguments.tag).map_err(wrong)?;
    let mut roots: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let mut all = if roots.is_empty() {
        Vec::new()
    } else {
        scenario::load(&roots)?
    };
    let mut known: Vec<String> = all.iter().map(|scenario| scenario.id.0.clone()).collect();
    if usual {
        roots = vec![PathBuf::from(FOLDER)];
        let found = scenario::load(&roots)?;
        known.extend(found.iter().map(|scenario| scenario.id.0.clone()));
        for id in &ids {
            let alone = Selection::new(std::slice::from_ref(id), &[]).map_err(wrong)?;
            if !found.iter().any(|scenario| alone.has(scenario)) {
                return Err(nothing_selected(std::slice::from_ref(id), &[], &known).into());
            }
        }
        let known: HashSet<ScenarioId> = all.iter().map(|other| other.id.clone()).collect();
        let named = named.apply(found).into_iter();
        all.extend(named.filter(|scenario| !known.contains(&scenario.id)));
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let selected = left.apply(all);
    if selected.is_empty() {
        return Err(nothing_selected(&arguments.id, &arguments.tag, &known).into());
    }
    Ok(selected)
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
    if !is_file && id.contains(['*', '?']) {
        let text = format!("`{id}` may be several scenarios; this command takes one id");
        return Err(Failure::new(Exit::Usage, text));
    }
    let roots = [if is_file {
        PathBuf::from(id)
    } else {
        folder.to_path_buf()
    }];
    let all = scenario::load(&roots).map_err(|errors| NotLoaded::from(errors).told(style))?;
    if is_file {
        return all
            .into_iter()
            .next()
            .ok_or_else(|| Failure::new(Exit::Nothing, "the file holds no scenario"));
    }
    let known: Vec<String> = all.iter().map(|scenario| scenario.id.0.clone()).collect();
    let exact =
        |scenario: &Scenario| id == scenario.id.0 || id.starts_with(&format!("{}[", scenario.id));
    let chosen: Vec<Scenario> = all.into_iter().filter(exact).collect();
    let selection =
        Selection::new(&[id.to_owned()], &[]).map_err(|error| Failure::new(Exit::Usage, error))?;
    selection
        .apply(chosen)
        .into_iter()
        .next()
        .ok_or_else(|| nothing_selected(&[id.to_owned()], &[], &known))
}

fn is_path(word: &str) -> bool {
    let extension = Path::new(word).extension();
    word.starts_with(['.', '/'])
        || word.contains(std::path::MAIN_SEPARATOR) && cfg!(windows)
        || extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn nothing_selected(globs: &[String], tags: &[String], known: &[String]) -> Failure {
    let asked: Vec<String> = globs
        .iter()
        .map(|glob| format!("`{glob}`"))
        .chain(tags.iter().map(|tag| format!("tag `{tag}`")))
        .collect();
    let close = globs.iter().find_map(|glob| {
        let near = |id: &&String| (id.contains(glob.as_str()), strsim::jaro_winkler(id, glob));
        let best = known.iter().max_by(|a, b| {
            let (a, b) = (near(a), near(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        best.filter(|id| near(id).0 || near(id).1 > 0.8)
    });
    let folder = globs.iter().find(|glob| {
        let below = format!("{}/", glob.trim_end_matches('/'));
        known.iter().any(|id| id.starts_with(&below))
    });
    if let Some(folder) = folder {
        let below = format!("'{}/*'", folder.trim_end_matches('/'));
        let text = format!("no scenario is called `{folder}`; those below it are {below}");
        return Failure::new(Exit::Nothing, text);
    }
    let hint = close.map_or_else(
        || "see `modswap list`".to_owned(),
        |id| format!("did you mean `{id}`?"),
    );
    Failure::new(
        Exit::Nothing,
        format!("no scenario matches {}; {hint}", asked.join(", ")),
    )
}
