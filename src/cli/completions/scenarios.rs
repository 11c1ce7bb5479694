//! The scenarios that a word may name: read from the names of their files, and from the files only as far as they are offered.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap_complete::engine::CompletionCandidate;
use ignore::WalkBuilder;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::as_text;
use crate::builtin::{self, builtin_files};
use crate::cli::configuration::usual_scenarios;
use crate::python::pythons_yaml::PYTHONS_YAML;
use crate::scenario;
use crate::scenario::model::{Scenario, ScenarioId};
use crate::text::{plural, visible};

/// The most entries of folders that are looked at: whoever types `/` is not to wait.
const MAX_ENTRIES: usize = 5_000;
/// The most scenarios whose title is read from their file.
const MAX_TITLES: usize = 60;
/// The most scenarios that are read for their tags or parameters.
const MAX_TAGGED: usize = 1_000;

/// Where the text of a scenario is.
enum Source {
    File(PathBuf),
    /// The program carries it.
    Builtin,
}

/// Scenarios by id.
type Sources = BTreeMap<String, Source>;

/// Returns the scenarios that a command line is about: those of the folders in it, or of the usual one. Where none of them is meant,
/// those that the program carries are.
fn known_sources(typed: &[String], is_meant: impl Fn(&str) -> bool) -> Sources {
    let roots = if typed.iter().any(|word| word == "--builtin") {
        Vec::new()
    } else {
        roots(typed)
    };
    let files = roots.iter().flat_map(|root| files_below(root));
    let files: Sources = files.map(|(id, path)| (id, Source::File(path))).collect();
    if files.keys().any(|id| is_meant(id)) || !(roots.is_empty() || roots == usual_scenarios()) {
        return files;
    }
    let carried = builtin_files().scenarios.keys();
    carried.map(|id| (id.clone(), Source::Builtin)).collect()
}

/// The folders and files that the words name, the one that is being typed aside.
pub(super) fn roots(typed: &[String]) -> Vec<PathBuf> {
    let words = typed.split_last().map_or(&[][..], |(_, before)| before);
    // The first is the program; what follows an option may be its value.
    let pairs = words.windows(2);
    let free = pairs.filter(|pair| !pair.iter().any(|word| word.starts_with('-')));
    let free = free.map(|pair| PathBuf::from(&pair[1])).skip(1);
    let named: Vec<PathBuf> = free.filter(|root| root.is_dir()).collect();
    if named.is_empty() {
        usual_scenarios()
    } else {
        named
    }
}

/// The scenario files below a folder, by id.
fn files_below(root: &Path) -> Vec<(String, PathBuf)> {
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .build();
    let entries = walk.take(MAX_ENTRIES).flatten();
    let is_scenario = |path: &Path| {
        let ending = path.extension().and_then(OsStr::to_str);
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        matches!(ending, Some("yaml" | "yml")) && !PYTHONS_YAML.contains(&name)
    };
    entries
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| is_scenario(path))
        .map(|path| (scenario::id_in(root, &path).0, path))
        .filter(|(id, _)| scenario::unfit_id(id).is_none())
        .collect()
}

/// Loads a scenario, if nothing is wrong with it.
fn load(id: &str, source: &Source) -> Option<Scenario> {
    let id = ScenarioId(id.to_owned());
    match source {
        Source::File(file) => {
            let mut scenario = scenario::load(std::slice::from_ref(file)).ok()?.pop()?;
            scenario.rename(id);
            Some(scenario)
        }
        Source::Builtin => {
            let text = builtin_files().scenarios.get(&id.0)?;
            scenario::parse(builtin::SCENARIOS, id, text).ok()
        }
    }
}

/// Ids that begin with a word, up to the next `/`: subjects first, then what is in one. A whole id has its variants, too.
pub(super) fn ids(word: &OsStr, typed: &[String]) -> Vec<CompletionCandidate> {
    let word = as_text(word);
    let bare = word.split_once('[').map_or(word, |(id, _)| id);
    let sources = known_sources(typed, |id| id.starts_with(bare));
    if bare != word {
        let source = sources.get(bare);
        return source.map_or_else(Vec::new, |source| variants(bare, source, word));
    }
    let mut subjects: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: Vec<(&String, &Source)> = Vec::new();
    for (id, source) in sources.iter().filter(|(id, _)| id.starts_with(word)) {
        match id[word.len()..].find('/') {
            Some(end) => *subjects.entry(&id[..=word.len() + end]).or_default() += 1,
            None => found.push((id, source)),
        }
    }
    let subjects = subjects.into_iter().map(|(subject, count)| {
        CompletionCandidate::new(subject).help(Some(plural(count, "scenario").into()))
    });
    let has_titles = found.len() <= MAX_TITLES;
    let whole = found.iter().map(|(id, source)| {
        let scenario = has_titles.then(|| load(id, source)).flatten();
        let title = scenario.map(|scenario| visible(&scenario.title).into());
        CompletionCandidate::new(*id).help(title)
    });
    let of_whole = sources.get(word).map(|source| variants(word, source, word));
    subjects
        .chain(whole)
        .chain(of_whole.into_iter().flatten())
        .collect()
}

/// The variants of a scenario that has several; not those of parameters, which come from outside.
fn variants(id: &str, source: &Source, word: &str) -> Vec<CompletionCandidate> {
    let scenario = load(id, source).filter(|scenario| scenario.parameters.is_empty());
    let variants = scenario.map_or_else(Vec::new, |scenario| scenario.variants);
    let ids = variants.iter().map(|variant| variant.id.to_string());
    let ids = ids.filter(|id| id.starts_with(word) && id.contains('['));
    ids.map(CompletionCandidate::new).collect()
}

/// Tags that begin with a word.
pub(super) fn tags(word: &OsStr, typed: &[String]) -> Vec<CompletionCandidate> {
    words_of_scenarios(as_text(word), typed, |scenario| scenario.tags)
}

/// Parameters that begin with a word, up to the value.
pub(super) fn parameters(word: &OsStr, typed: &[String]) -> Vec<CompletionCandidate> {
    words_of_scenarios(as_text(word), typed, |scenario| {
        let names = scenario.parameters.into_iter();
        names.map(|name| format!("{name}=")).collect()
    })
}

/// Words that scenarios have and that begin with a word, each with the number of these scenarios.
fn words_of_scenarios(
    word: &str,
    typed: &[String],
    words_of: impl Fn(Scenario) -> Vec<String> + Sync + Send,
) -> Vec<CompletionCandidate> {
    // Whatever there is may have it.
    let sources: Vec<_> = known_sources(typed, |_| true)
        .into_iter()
        .take(MAX_TAGGED)
        .collect();
    let loaded = sources
        .par_iter()
        .filter_map(|(id, source)| load(id, source));
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for word in loaded.flat_map_iter(words_of).collect::<Vec<_>>() {
        *words.entry(word).or_default() += 1;
    }
    let is_offered = |one: &str| one.starts_with(word) && !one.contains(char::is_control);
    let words = words.into_iter().filter(|(one, _)| is_offered(one));
    words
        .map(|(one, count)| {
            CompletionCandidate::new(one).help(Some(plural(count, "scenario").into()))
        })
        .collect()
}
