//! `reports/`: the program's own run over the corpus, and `--pages`, which made it.
#![cfg(unix)]

mod changes;
mod site;
mod stored;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use modswap::report::site::is_ours;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder that `--pages` made, by name.
fn read_our_pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file()).map(|entry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read_to_string(entry.path()).expect("text"))
    });
    files.filter(|(name, text)| is_ours(name, text)).collect()
}
