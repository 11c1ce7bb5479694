//! Projects of one's own as archives: what is sent to wherever the interpreter is.

mod git;
mod metadata;

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::digest::short_hash;
use crate::fs::open_file;
use metadata::Metadata;

/// How large an archive may become, in bytes.
const MAX_ARCHIVE: u64 = 256 << 20;
/// Files of which a folder with a project has one.
const PROJECT_FILES: [&str; 2] = ["pyproject.toml", "setup.py"];
/// Files that pip takes as they are.
const ARCHIVE_ENDINGS: [&str; 4] = [".whl", ".tar.gz", ".tgz", ".zip"];

/// A project, or a wheel, as it was when it was packed.
#[derive(Clone, Debug)]
pub struct Project {
    /// The path as the user wrote it.
    pub path: String,
    /// Where that is, in full.
    pub full_path: String,
    /// The metadata that is there without a build.
    pub metadata: Metadata,
    /// Sixteen hexadecimal digits of the content and the version: other ones are another project.
    pub digest: String,
    /// The name of the file in the archive; `None` where the archive is a folder's.
    pub file: Option<String>,
    /// A tar file. What `.gitignore` names is not in it, nor is `.git`.
    pub archive: Vec<u8>,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Nothing there that pip could install.
    #[error(
        "no project at `{path}` ({}): a path among packages is a folder with pyproject.toml or setup.py, or a wheel, \
         and relative to where modswap is started", location.display()
    )]
    Missing {
        /// As the user wrote it.
        path: String,
        /// Where that is.
        location: PathBuf,
    },
    /// The project cannot be read.
    #[error("cannot read the project `{path}`: {}{error}", file.as_deref().map(|file| format!("{file}: ")).unwrap_or_default())]
    Unreadable {
        /// As the user wrote it.
        path: String,
        /// Which of its files, where that is known.
        file: Option<String>,
        /// The error of the system.
        error: io::Error,
    },
    /// More than is sent anywhere.
    #[error("the project `{path}` has more than {} MiB of files that .gitignore does not name", MAX_ARCHIVE >> 20)]
    TooLarge {
        /// As the user wrote it.
        path: String,
    },
}

impl Project {
    /// Packs the folder or file at a path, relative to a folder, without the YAML files in or below the canonical paths of
    /// `without`: scenarios are no part of what is built.
    ///
    /// # Errors
    /// When there is no project, or it cannot be read.
    pub fn pack(
        path: &str,
        folder: &Path,
        home: Option<&Path>,
        without: &[PathBuf],
    ) -> Result<Self, ProjectError> {
        let location = match (path.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => folder.join(path),
        };
        let name = location.file_name().unwrap_or_default().to_string_lossy();
        let is_archive = ARCHIVE_ENDINGS.iter().any(|ending| name.ends_with(ending));
        let is_file = is_archive && location.is_file();
        let has_file = |mark: &&str| location.join(mark).is_file();
        if !is_file && !PROJECT_FILES.iter().any(has_file) {
            return Err(ProjectError::Missing {
                path: path.to_owned(),
                location: std::path::absolute(&location).unwrap_or(location),
            });
        }
        let unreadable = |(file, error): (Option<PathBuf>, io::Error)| ProjectError::Unreadable {
            path: path.to_owned(),
            file: file.map(|file| file.display().to_string()),
            error,
        };
        let (files, metadata) = if is_file {
            let files = vec![(location.clone(), PathBuf::from(&*name))];
            (files, Metadata::from_wheel_name(&name))
        } else {
            let files =
                list_files(&location, without).map_err(|error| unreadable((None, error)))?;
            (files, Metadata::from_folder(&location))
        };
        let size = |(path, _): &(PathBuf, PathBuf)| path.metadata().map_or(0, |data| data.len());
        if files.iter().map(size).sum::<u64>() > MAX_ARCHIVE {
            let path = path.to_owned();
            return Err(ProjectError::TooLarge { path });
        }
        let archive = pack_files(&files).map_err(unreadable)?;
        // A new tag of git makes another version of the same files.
        let version = metadata.version.as_deref().unwrap_or_default();
        let digest = short_hash(&[&archive[..], version.as_bytes()].concat());
        let real = location.canonicalize().unwrap_or_else(|_| location.clone());
        Ok(Self {
            path: path.to_owned(),
            full_path: real.to_string_lossy().into_owned(),
            metadata,
            digest,
            file: is_file.then(|| name.into_owned()),
            archive,
        })
    }
}

/// Lists the files of a project with their paths in it, in a fixed order: those that git would keep, where there is a git or not.
fn list_files(folder: &Path, without: &[PathBuf]) -> io::Result<Vec<(PathBuf, PathBuf)>> {
    let real = folder.canonicalize()?;
    let in_repository = real.ancestors().any(|above| above.join(".git").exists());
    let walk = WalkBuilder::new(folder)
        .hidden(false)
        .require_git(false)
        // What is above counts within one repository, and what only other programs read does not.
        .parents(in_repository)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | "__pycache__")))
        .sort_by_file_name(Ord::cmp)
        .build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| {
            let text = error.to_string();
            let error = error.into_io_error();
            error.unwrap_or_else(|| io::Error::other(text))
        })?;
        let path = entry.into_path();
        let is_yaml = matches!(
            path.extension().and_then(OsStr::to_str),
            Some("yaml" | "yml")
        );
        let is_other = || {
            let real = path.canonicalize();
            is_yaml && real.is_ok_and(|real| without.iter().any(|root| real.starts_with(root)))
        };
        // A link to a file counts as the file; one to a folder might lead back to where we are.
        if path.is_file() && !is_other() {
            let inside = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
            files.push((path, inside));
        }
    }
    Ok(files)
}

/// Packs files into a tar file: the same bytes for the same contents, whenever and by whomever they were written.
fn pack_files(files: &[(PathBuf, PathBuf)]) -> Result<Vec<u8>, (Option<PathBuf>, io::Error)> {
    let mut builder = tar::Builder::new(Vec::new());
    builder.mode(tar::HeaderMode::Deterministic);
    for (path, inside) in files {
        open_file(path)
            .and_then(|mut file| builder.append_file(inside, &mut file))
            .map_err(|error| (Some(path.clone()), error))?;
    }
    builder.into_inner().map_err(|error| (None, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(project: &Project) -> Vec<String> {
        let mut archive = tar::Archive::new(&project.archive[..]);
        let entries = archive.entries().unwrap();
        let names = entries.map(|entry| entry.unwrap().path().unwrap().display().to_string());
        names.collect()
    }

    fn project() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("pyproject.toml", ""),
            (".gitignore", "*.log\n"),
            ("own/__init__.py", "x = 1"),
            ("own/__pycache__/own.pyc", "x"),
            ("run.log", "x"),
            (".git/config", "x"),
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_project_is_what_git_would_keep_and_its_digest_that_of_its_contents() {
        let [one, other] = [project(), project()];
        let pack =
            |folder: &tempfile::TempDir| Project::pack(".", folder.path(), None, &[]).unwrap();
        let first = pack(&one);
        assert_eq!(
            names(&first),
            [".gitignore", "own/__init__.py", "pyproject.toml"]
        );
        assert_eq!(first.digest, pack(&other).digest);
        std::fs::write(other.path().join("own/__init__.py"), "x = 2").unwrap();
        assert_ne!(first.digest, pack(&other).digest);
        // What ripgrep leaves out git does not, and scenarios are no part of it.
        std::fs::write(one.path().join(".ignore"), "own\n").unwrap();
        std::fs::write(one.path().join("case.yaml"), "title: t\n").unwrap();
        let scenario = one.path().join("case.yaml").canonicalize().unwrap();
        let again = Project::pack(".", one.path(), None, &[scenario]).unwrap();
        assert_eq!(
            names(&again),
            [".gitignore", ".ignore", "own/__init__.py", "pyproject.toml"]
        );
    }

    #[test]
    fn a_wheel_is_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("own-1-py3-none-any.whl"), "x").unwrap();
        let wheel = Project::pack("./own-1-py3-none-any.whl", folder.path(), None, &[]).unwrap();
        assert_eq!(wheel.file.as_deref(), Some("own-1-py3-none-any.whl"));
        assert_eq!(names(&wheel), ["own-1-py3-none-any.whl"]);
    }

    #[test]
    fn what_is_no_project_is_said_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
        for path in [".", "./missing", "./notes.txt", "~/own"] {
            let error = Project::pack(path, folder.path(), Some(folder.path()), &[]).unwrap_err();
            let text = error.to_string();
            let rest = text.strip_prefix(&format!("no project at `{path}` ("));
            let location = rest.and_then(|rest| rest.split_once(')'));
            assert!(
                location.is_some_and(|(location, _)| Path::new(location).is_absolute()),
                "{text}"
            );
        }
    }
}
