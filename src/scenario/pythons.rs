//! The file `pythons.yaml`: Pythons that are behind commands, or need flags or variables.

use std::fs;
use std::path::{Path, PathBuf};

use super::load::{NOT_SCENARIOS, not_utf8, unreadable};
use super::parse::{document, problems};
use super::requires::{flags, variables};
use crate::python::listed::ListedPython;
use crate::python::request::{PythonRequest, RequestError};
use crate::yaml::cursor::{At, Log, Words, quoted};
use crate::yaml::diagnostics::{LoadErrors, Place, Problem};
use crate::yaml::node::Node;
use crate::yaml::span;

pub(super) const TOP: Words = Words {
    known: &["pythons"],
};
pub(super) const PYTHON: Words = Words {
    known: &["label", "command", "flags", "env", "required"],
};
const NEEDS: &str = "expected `pythons:` and a list, each with a `command`";

/// The lists of Pythons beside scenarios: of each folder its own, of each file that of its folder, and of what lies in a
/// folder called `scenarios` also that of this folder.
pub fn lists_beside(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut lists: Vec<PathBuf> = Vec::new();
    for root in roots {
        let folder = if root.is_dir() {
            root.as_path()
        } else {
            root.parent().unwrap_or(Path::new(""))
        };
        let is_home = |folder: &&Path| folder.file_name().is_some_and(|name| name == "scenarios");
        let home = folder.ancestors().find(is_home);
        for folder in [Some(folder), home].into_iter().flatten() {
            let names = NOT_SCENARIOS.iter().map(|name| folder.join(name));
            for list in names.filter(|path| path.is_file()) {
                if !lists.contains(&list) {
                    lists.push(list);
                }
            }
        }
    }
    lists
}

/// Reads lists of Pythons.
///
/// # Errors
/// Everything that is wrong in any of them, at once.
pub fn listed(files: &[PathBuf]) -> Result<Vec<ListedPython>, LoadErrors> {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for file in files {
        match read_file(file) {
            Ok(pythons) => found.extend(pythons),
            Err(problems) => wrong.extend(problems),
        }
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(LoadErrors { problems: wrong })
    }
}

fn read_file(file: &Path) -> Result<Vec<ListedPython>, Vec<Problem>> {
    let name = crate::text::path(file);
    let bytes = fs::read(file).map_err(|error| vec![unreadable(file, &error)])?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| vec![not_utf8(&name, &bytes, error.valid_up_to())])?;
    let folder = file.parent().unwrap_or(Path::new(""));
    read(&name, folder, text)
}

fn read(name: &str, folder: &Path, text: &str) -> Result<Vec<ListedPython>, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = document(name, text)?;
    let mut log = Log::new(text);
    let root = At::root(&document);
    let mut pythons = Vec::new();
    if document == Node::Null {
        log.say(&[], "the file is empty", NEEDS);
    } else if let Some(entries) = root.entries("a list of Pythons", &mut log) {
        for entry in &entries {
            if TOP.knows("a list of Pythons", entry, &mut log) {
                let items = entry.value.items("`pythons`", &mut log);
                for item in items.unwrap_or_default() {
                    let at = Place::new(text, span::find(text, &item.path));
                    let place = format!("{name}:{}", at.line);
                    pythons.extend(python(&item, folder, place, &mut log));
                }
            }
        }
        if entries.is_empty() {
            log.say(&[], "`pythons` is missing", NEEDS);
        }
    }
    if log.found.is_empty() {
        Ok(pythons)
    } else {
        Err(problems(name, text, &log))
    }
}

fn python(at: &At<'_>, folder: &Path, place: String, log: &mut Log<'_>) -> Option<ListedPython> {
    let mut request = None;
    let mut label = None;
    let mut python = (Vec::new(), Vec::new(), false);
    let entries = at.entries("a Python", log)?;
    for entry in &entries {
        if !PYTHON.knows("a Python", entry, log) {
            continue;
        }
        let value = &entry.value;
        match entry.name {
            "label" => label = read_label(value, log),
            "command" => request = command(value, log),
            "flags" => python.0 = flags(value, log),
            "env" => python.1 = variables(value, log),
            _ => match value.node {
                Node::Bool(required) => python.2 = *required,
                _ => log.say(&value.path, "`required` must be true or false", ""),
            },
        }
    }
    if !entries.iter().any(|entry| entry.name == "command") {
        log.say(
            &at.path,
            "`command` is missing",
            "expected what starts the Python: `command: chroot /srv/sid python3.15`",
        );
    }
    let mut request: PythonRequest = request?;
    request.label = label.or(request.label);
    let (flags, env, required) = python;
    Some(ListedPython {
        request,
        flags,
        env,
        required,
        place,
        folder: folder.to_path_buf(),
    })
}

fn read_label(at: &At<'_>, log: &mut Log<'_>) -> Option<String> {
    let text = at.text("`label`", log)?;
    if crate::python::request::is_label(text) {
        return Some(text.to_owned());
    }
    let message = format!("{} is no label", quoted(text));
    log.say(
        &at.path,
        message,
        "a label is of letters, digits, `-` and `_`",
    );
    None
}

/// One text, split as a shell would, or a list of words.
fn command(at: &At<'_>, log: &mut Log<'_>) -> Option<PythonRequest> {
    let text = match at.node {
        Node::List(_) => {
            let words = at.texts("`command`", log);
            shlex::try_join(words.iter().map(String::as_str)).ok()?
        }
        _ => at.text("`command`", log)?.to_owned(),
    };
    let request = text.parse::<PythonRequest>();
    let request = match at.node {
        // Where the words end is said.
        Node::List(_) => request.and_then(PythonRequest::of_words),
        _ => request,
    };
    let error = match request {
        Ok(request) if !request.is_version() => return Some(request),
        Ok(_) => "a version starts nothing".to_owned(),
        // What is said of command lines in general has more in it than fits here.
        Err(RequestError::Unknown(_) | RequestError::Spec(_)) => {
            format!("{} starts no Python", quoted(&text))
        }
        Err(error) => error.to_string(),
    };
    let help = "expected a path, the name of a Python on PATH, or a command that ends in a Python";
    log.say(&at.path, error, help);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pythons(text: &str) -> Result<Vec<ListedPython>, String> {
        read("pythons.yaml", Path::new("/home"), text).map_err(|problems| {
            let lines = problems.iter().map(|problem| {
                let place = problem.place.as_ref().map_or(String::new(), |place| {
                    format!("{}:{} ", place.line, place.column)
                });
                let help = problem.help.as_deref().unwrap_or_default();
                format!("{place}{} | {help}", problem.message)
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
            (plain.place.as_str(), plain.required),
            ("pythons.yaml:2", false)
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
