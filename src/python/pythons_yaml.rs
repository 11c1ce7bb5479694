//! The file `pythons.yaml`: Pythons that are behind commands, where no search could find them, or need flags or variables.

use std::path::{Path, PathBuf};

use super::launch_settings::{parse_flags, parse_variables};
use super::request::{PythonRequest, RequestError, is_label};
use crate::yaml::cursor::Cursor;
use crate::yaml::diagnostics::{Diagnostic, Diagnostics, LoadErrors};
use crate::yaml::file::{parse_document, read_text};
use crate::yaml::node::Node;
use crate::yaml::suggest::quoted;

/// The names that such a file may have.
pub(crate) const PYTHONS_YAML: [&str; 2] = ["pythons.yaml", "pythons.yml"];

const TOP_KEYS: &[&str] = &["pythons"];
const PYTHON_KEYS: &[&str] = &["label", "command", "flags", "env", "required"];
const EXPECTED: &str = "expected `pythons:` and a list, each with a `command`";

/// A Python that a list or `--python` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPython {
    /// The path, name or command, with the label.
    pub request: PythonRequest,
    /// Flags of every interpreter that is measured there, such as `-X dev`; those of a scenario follow.
    pub flags: Vec<String>,
    /// Variables of the command, and of every interpreter that is measured there.
    pub env: Vec<(String, String)>,
    /// True if nothing may run without it.
    pub required: bool,
    /// True if nobody named the list: it lies beside scenarios, which may be anybody's. Its commands are started only when a run
    /// needs them.
    pub is_on_demand: bool,
    /// File and line of the entry in a list: `scenarios/pythons.yaml:3`.
    pub location: Option<String>,
    /// The folder that its relative path starts from: that of the file, or the working directory.
    pub folder: PathBuf,
}

impl NamedPython {
    /// Returns what it is called in messages: `sid=chroot /srv/sid python3.15 (scenarios/pythons.yaml:3)`.
    pub fn name(&self) -> String {
        let Some(location) = &self.location else {
            return self.request.to_string();
        };
        let label = self.request.label.as_ref();
        let label = label.map_or_else(String::new, |label| format!("{label}="));
        format!("{label}{} ({})", self.request, location)
    }

    /// True if it need not be started to know that it is asked for: its list was named, or its label is, or everything is asked for.
    pub fn is_asked_for(&self, requests: &[PythonRequest]) -> bool {
        let label = self.request.label.as_deref();
        !self.is_on_demand
            || requests.is_empty()
            || label.is_some()
                && requests
                    .iter()
                    .any(|request| request.label_in_key() == label)
    }

    /// Returns the words that start it. `env` hands over the variables, so that the command does the same when it is copied
    /// from a table.
    pub(crate) fn command(&self, words: Vec<String>) -> Vec<String> {
        if self.env.is_empty() {
            return words;
        }
        let assignments = self
            .env
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        std::iter::once("env".to_owned())
            .chain(assignments)
            .chain(words)
            .collect()
    }
}

/// Returns the lists of Pythons beside scenarios.
pub fn lists_beside(roots: &[PathBuf]) -> Vec<PathBuf> {
    let folders = folders_of_lists(roots);
    let names = |folder: PathBuf| PYTHONS_YAML.map(|name| folder.join(name));
    let files = folders.into_iter().flat_map(names);
    files.filter(|path| is_list(path)).collect()
}

/// Returns the folders in which lists of Pythons are looked for: of each folder itself, of each file the one that it is in, and of
/// what lies in a folder called `scenarios` also that folder.
pub(crate) fn folders_of_lists(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for root in roots {
        let folder = match root.parent() {
            Some(parent) if !root.is_dir() => parent,
            _ => root,
        };
        let is_home = |folder: &&Path| folder.file_name().is_some_and(|name| name == "scenarios");
        let home = folder.ancestors().find(is_home);
        for folder in std::iter::once(folder).chain(home) {
            if !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
    }
    folders
}

/// True if something is there under the name of a list. Whether it is a file that can be read is said when it is.
fn is_list(path: &Path) -> bool {
    path.symlink_metadata().is_ok() && !path.is_dir()
}

/// Loads lists of Pythons.
///
/// # Errors
/// Everything that is wrong in any of them, at once.
pub fn load_lists(files: &[PathBuf]) -> Result<Vec<NamedPython>, LoadErrors> {
    let (mut pythons, mut diagnostics) = (Vec::new(), Vec::new());
    for file in files {
        match load_list(file) {
            Ok(listed) => pythons.extend(listed),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.is_empty() {
        Ok(pythons)
    } else {
        Err(LoadErrors { diagnostics })
    }
}

/// Loads the list in a file.
fn load_list(file: &Path) -> Result<Vec<NamedPython>, Vec<Diagnostic>> {
    let name = crate::text::path(file);
    let text = read_text(&name, file)?;
    parse_list(&name, file.parent().unwrap_or(Path::new("")), &text)
}

/// Parses the text of a list that lies in a folder.
///
/// # Errors
/// Everything that is wrong in it.
pub(crate) fn parse_list(
    name: &str,
    folder: &Path,
    text: &str,
) -> Result<Vec<NamedPython>, Vec<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = parse_document(name, text)?;
    let diagnostics = Diagnostics::new(text);
    let mut pythons = Vec::new();
    let root = Cursor::root(&document, &diagnostics);
    if document == Node::Null {
        root.report("the file is empty", EXPECTED);
    } else if let Some(entries) = root.entries("a list of Pythons") {
        for entry in entries.iter() {
            if entry.is_known("a list of Pythons", TOP_KEYS) {
                let items = entry.value.items("`pythons`");
                for item in items.unwrap_or_default() {
                    let line = diagnostics.line(&item.path);
                    let location = Some(format!("{name}:{line}"));
                    pythons.extend(parse_python(&item, folder, location));
                }
            }
        }
        if entries.is_empty() {
            root.report("`pythons` is missing", EXPECTED);
        }
    }
    if diagnostics.is_empty() {
        Ok(pythons)
    } else {
        Err(diagnostics.in_file(name))
    }
}

/// Parses an entry of the list; none if it has no command that can be used.
fn parse_python(
    cursor: &Cursor<'_>,
    folder: &Path,
    location: Option<String>,
) -> Option<NamedPython> {
    let (mut request, mut label) = (None, None);
    let (mut flags, mut env, mut required) = (Vec::new(), Vec::new(), false);
    let entries = cursor.entries("a Python")?;
    for entry in entries.iter() {
        if !entry.is_known("a Python", PYTHON_KEYS) {
            continue;
        }
        let value = &entry.value;
        match entry.name {
            "label" => label = parse_label(value),
            "command" => request = parse_command(value),
            "flags" => flags = parse_flags(value),
            "env" => env = parse_variables(value),
            _ => match value.node {
                Node::Bool(value) => required = *value,
                _ => value.report("`required` must be true or false", ""),
            },
        }
    }
    if entries.get("command").is_none() {
        let help = "expected what starts the Python: `command: chroot /srv/sid python3.15`";
        cursor.report("`command` is missing", help);
    }
    let mut request: PythonRequest = request?;
    request.label = label.or(request.label);
    Some(NamedPython {
        request,
        flags,
        env,
        required,
        is_on_demand: false,
        location,
        folder: folder.to_path_buf(),
    })
}

/// Parses the label of an entry.
fn parse_label(cursor: &Cursor<'_>) -> Option<String> {
    let text = cursor.text("`label`")?;
    if is_label(text) {
        return Some(text.to_owned());
    }
    let message = format!("{} is no label", quoted(text));
    cursor.report(message, "a label is of letters, digits, `-` and `_`");
    None
}

/// Parses a text, which is split as a shell would, or a list of words.
fn parse_command(cursor: &Cursor<'_>) -> Option<PythonRequest> {
    let is_list = matches!(cursor.node, Node::List(_));
    let text = if is_list {
        let words = cursor.texts("`command`");
        shlex::try_join(words.iter().map(String::as_str)).ok()?
    } else {
        cursor.text("`command`")?.to_owned()
    };
    let mut request = text.parse::<PythonRequest>();
    if is_list {
        // A list says where the words end.
        request = request.and_then(PythonRequest::without_file);
    }
    let message = match request {
        Ok(request) if !request.is_version() => return Some(request),
        Ok(_) => "a version starts nothing".to_owned(),
        // What is said of command lines in general has more in it than fits here.
        Err(RequestError::Unknown(_) | RequestError::Spec(_)) => {
            format!("{} starts no Python", quoted(&text))
        }
        Err(error) => error.to_string(),
    };
    let help = "expected a path, the name of a Python on PATH, or a command that ends in a Python";
    cursor.report(message, help);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pythons(text: &str) -> Result<Vec<NamedPython>, String> {
        parse_list("pythons.yaml", Path::new("/home"), text).map_err(|diagnostics| {
            let lines = diagnostics.iter().map(|diagnostic| {
                let place = diagnostic
                    .location
                    .as_ref()
                    .map_or(String::new(), |location| {
                        format!("{}:{} ", location.line, location.column)
                    });
                let help = diagnostic.help.as_deref().unwrap_or_default();
                format!("{place}{} | {help}", diagnostic.message)
            });
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    #[test]
    fn listed_words_are_no_path() {
        let text = "pythons:\n- command: [/usr/bin/env, python3]\n";
        let read = pythons(text).unwrap();
        assert_eq!(read[0].request.file, None);
        let wrong = "pythons:\n- command: [/usr/bin/docker, run, centos]\n";
        let error = pythons(wrong).unwrap_err();
        assert!(
            error.contains("ends in `centos`, which is not the name"),
            "{error}"
        );
    }

    #[test]
    fn all_there_is_to_say() {
        let found = pythons(
            "pythons:\n  - command: ./build/python\n  - label: sid\n    command: [chroot, /srv/my sid, python3.15]\n    \
             flags: [-X, dev]\n    env: {A: 'b c', PYTHONHOME: x}\n    required: true\n",
        )
        .unwrap();
        let [plain, full] = &found[..] else {
            panic!("two: {found:?}")
        };
        assert_eq!(
            (plain.location.as_deref(), plain.required),
            (Some("pythons.yaml:2"), false)
        );
        assert_eq!(full.request.label.as_deref(), Some("sid"));
        assert_eq!(
            (full.flags.join(" "), full.required),
            ("-X dev".into(), true)
        );
        let words = ["chroot", "/srv/my sid", "python3.15"].map(str::to_owned);
        assert_eq!(full.request.to_string(), "chroot '/srv/my sid' python3.15");
        assert_eq!(
            full.command(words.to_vec()),
            [
                "env",
                "A=b c",
                "PYTHONHOME=x",
                "chroot",
                "/srv/my sid",
                "python3.15"
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, said) in [
            (
                "",
                "1:1 the file is empty | expected `pythons:` and a list, each with a `command`",
            ),
            (
                "{}",
                "1:1 `pythons` is missing | expected `pythons:` and a list, each with a `command`",
            ),
            (
                "python: []",
                "1:1 unknown key `python` in a list of Pythons | did you mean `pythons`?",
            ),
            ("pythons: x", "1:10 `pythons` must be a list, not text | "),
            (
                "pythons:\n- label: sid\n",
                "2:3 `command` is missing | expected what starts the Python: `command: chroot /srv/sid python3.15`",
            ),
            (
                "pythons:\n- command: '3.15'\n",
                "2:12 a version starts nothing | expected a path, the name of a Python on PATH, or a command that ends in a Python",
            ),
            (
                "pythons:\n- command: docker run x\n",
                "2:12 the command `docker run x` ends in `x`, which is not the name of a Python; modswap appends its arguments to the command | expected a path, the name of a Python on PATH, or a command that ends in a Python",
            ),
            (
                "pythons:\n- {command: python3, label: a b, required: yes please, flags: [x], envs: {}}\n",
                "2:29 `a b` is no label | a label is of letters, digits, `-` and `_`\n\
                 2:44 `required` must be true or false | \n\
                 2:64 the flag `x` cannot be given | a flag begins with `-`; what is run is the scenario\n\
                 2:68 unknown key `envs` in a Python | did you mean `env`?",
            ),
        ] {
            assert_eq!(pythons(text).unwrap_err(), said, "{text}");
        }
    }
}
