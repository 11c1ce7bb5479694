//! The modules of a folder, as fixtures of a script.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::encoding::decode_python;
use super::grammar::is_dotted_name;
use crate::fs::read_file;

/// The most modules of a folder.
const MAX_MODULES: usize = 500;
/// The most bytes of a module.
const MAX_MODULE: u64 = 1 << 20;

/// The modules of a folder, and what else is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderModules {
    /// Dotted names and texts; that of `pkg/__init__.py` is `pkg.__init__`.
    pub modules: Vec<(String, String)>,
    /// Files that are no modules, or neither of UTF-8 nor of Latin-1.
    pub left_out: Vec<PathBuf>,
}

/// Why the modules of a folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", crate::text::path(path))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There are too many modules.
    #[error(
        "{} has more than {MAX_MODULES} modules; name a folder that has those of the script alone",
        crate::text::path(folder)
    )]
    TooMany {
        /// The folder.
        folder: PathBuf,
    },
}

/// Reads the modules of a folder and those below it, without those that are hidden, of an environment, or the script itself. Links
/// to folders are not followed.
///
/// # Errors
/// When something cannot be read, or there are too many.
pub fn read_folder(folder: &Path, script: Option<&Path>) -> Result<FolderModules, FolderError> {
    let mut found = FolderModules::default();
    let script = script.and_then(|script| fs::canonicalize(script).ok());
    // Folders that are still to be read, with the name of their package.
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((path, package)) = folders.pop() {
        for file in list(&path)? {
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.starts_with('.') || name == "__pycache__" {
                continue;
            }
            let is_folder = file
                .symlink_metadata()
                .is_ok_and(|metadata| metadata.is_dir());
            let stem = if is_folder {
                Some(name.as_str())
            } else {
                name.strip_suffix(".py")
            };
            let stem = stem.filter(|stem| is_dotted_name(stem) && !stem.contains('.'));
            let module = stem.map(|stem| {
                if package.is_empty() {
                    stem.to_owned()
                } else {
                    format!("{package}.{stem}")
                }
            });
            match module {
                Some(_)
                    if fs::canonicalize(&file)
                        .ok()
                        .is_some_and(|file| Some(file) == script) => {}
                Some(module) if is_folder => {
                    if !file.join("pyvenv.cfg").exists() {
                        folders.push((file, module));
                    }
                }
                Some(module) => {
                    let text = match read_file(&file, MAX_MODULE).and_then(decode_python) {
                        Ok(text) => text,
                        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                            found.left_out.push(file);
                            continue;
                        }
                        Err(error) => return Err(FolderError::Unreadable { path: file, error }),
                    };
                    found.modules.push((module, text));
                    if found.modules.len() > MAX_MODULES {
                        return Err(FolderError::TooMany {
                            folder: folder.to_owned(),
                        });
                    }
                }
                None if is_folder => {}
                None => found.left_out.push(file),
            }
        }
    }
    found.modules.sort();
    found.left_out.sort();
    Ok(found)
}

/// The files and folders of a folder, by name.
fn list(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>, _>>()
    });
    let mut entries = entries.map_err(|error| FolderError::Unreadable {
        path: folder.to_owned(),
        error,
    })?;
    entries.sort();
    Ok(entries)
}
