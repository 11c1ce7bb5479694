//! `modswap export`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::arguments::ExportArguments;
use super::{Exit, Failure, print_data, state};
use crate::builtin::builtin_files;
use crate::fs::{Readers, read_file, replace_file};
use crate::runner::select_scenarios::{Corpus, ScenarioSelection};
use crate::scenario::FOLDER;
use crate::scenario::model::Scenario;
use crate::text::{self, first_few, plural};

/// Files in the way that are named.
const MAX_NAMED: usize = 3;
/// The most bytes of a file that is compared with one to be written, more than any of them has.
const MAX_FILE: u64 = 1 << 20;

/// A file to be written.
struct ExportedFile {
    path: PathBuf,
    text: &'static str,
}

/// Writes scenarios that the program carries, and what was accepted of them, as a project has them.
pub(super) fn run(arguments: &ExportArguments) -> Result<Exit, Failure> {
    let selection = ScenarioSelection {
        corpus: Corpus::Builtin,
        words: arguments.what.clone(),
        tags: arguments.tag.clone(),
        ..ScenarioSelection::default()
    };
    let scenarios = selection.load()?;
    let folder = &arguments.folder;
    let is_named_so = folder.file_name().is_some_and(|name| name == FOLDER);
    let folder = if is_named_so {
        folder.clone()
    } else {
        folder.join(FOLDER)
    };
    let baseline = state::baseline_of_folder(&folder).expect("it is called so");
    let files = builtin_files();
    let mut exported = collect_files(&scenarios, &files.scenarios, &folder);
    exported.extend(collect_files(&scenarios, &files.baseline, &baseline));
    let missing = find_missing(exported)?;
    for file in &missing {
        write_file(file)?;
    }
    let text = format!(
        "{}: {} in {}, and what was accepted of them in {}\n",
        if missing.is_empty() {
            "there already"
        } else {
            "written"
        },
        plural(scenarios.len(), "scenario"),
        text::path(&folder),
        text::path(&baseline),
    );
    print_data(&text)?;
    Ok(Exit::Success)
}

/// The files of scenarios below a folder.
fn collect_files(
    scenarios: &[Scenario],
    texts: &'static BTreeMap<String, String>,
    folder: &Path,
) -> Vec<ExportedFile> {
    let texts = scenarios
        .iter()
        .filter_map(|scenario| texts.get_key_value(&scenario.id.0));
    let files = texts.map(|(id, text)| ExportedFile {
        path: folder.join(format!("{id}.yaml")),
        text,
    });
    files.collect()
}

/// Leaves the files that are not there yet. Nothing is written over one that has another text.
fn find_missing(files: Vec<ExportedFile>) -> Result<Vec<ExportedFile>, Failure> {
    let is_there = |file: &ExportedFile| file.path.symlink_metadata().is_ok();
    let (there, missing): (Vec<_>, Vec<_>) = files.into_iter().partition(is_there);
    let has_text = |file: &ExportedFile| {
        read_file(&file.path, MAX_FILE).is_ok_and(|old| old == file.text.as_bytes())
    };
    let other = there.iter().filter(|file| !has_text(file));
    let other: Vec<String> = other.map(|file| text::path(&file.path)).collect();
    if other.is_empty() {
        return Ok(missing);
    }
    Err(Failure::usage(format!(
        "nothing was written: {} {} there already, with another text; name another folder",
        first_few(&other, MAX_NAMED),
        if other.len() == 1 { "is" } else { "are" },
    )))
}

fn write_file(file: &ExportedFile) -> Result<(), Failure> {
    let folder = file.path.parent().unwrap_or(Path::new("."));
    let made = std::fs::create_dir_all(folder);
    let written = made.and_then(|()| {
        replace_file(&file.path, Readers::All, |out| {
            out.write_all(file.text.as_bytes())
        })
    });
    written.map_err(|error| {
        let text = format!("cannot write {}: {error}", text::path(&file.path));
        Failure::new(Exit::Fault, text)
    })
}
