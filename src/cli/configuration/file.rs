//! `modswap.toml`, and `[tool.modswap]` in pyproject.toml: where they are looked for, and how they are read.

use std::path::{Component, Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Origin, Setting};
use crate::python::request::{PythonRequest, RequestTarget};
use crate::python::requirements::Requirements;
use crate::scenario::package::Package;
use crate::text;
use crate::yaml::diagnostics::{Diagnostic, LoadErrors};
use crate::yaml::file::{locate, read_text};
use crate::yaml::span::Span;
use crate::yaml::suggest::{quoted, suggest};

/// The keys of the file, and the options of `modswap run` that they are defaults of; scenarios are its arguments.
pub(in crate::cli) const KEYS: [(&str, &str); 6] = [
    ("scenarios", "scenarios"),
    ("pythons", "python"),
    ("require", "require"),
    ("with", "with"),
    ("baseline", "baseline"),
    ("strict", "strict"),
];

const NO_COMMANDS: &str = "expected a version (`3.13`, `3.14t`) or a specifier (`>=3.10`); paths, labels and commands belong behind \
    `--python` or into `pythons.yaml`";

/// Finds the file that holds in a folder, and reads it: the nearest on the way up; in one folder `modswap.toml` before pyproject.toml,
/// which counts only with a `[tool.modswap]`.
///
/// # Errors
/// Everything that is wrong in it.
pub(super) fn find_and_read(working_directory: &Path) -> Result<Vec<Setting>, LoadErrors> {
    let mut folder = PathBuf::new();
    for _ in working_directory.ancestors() {
        if let Some(file) = ConfigFile::find_in(&folder)? {
            return file.read();
        }
        folder.push("..");
    }
    Ok(Vec::new())
}

/// A file that may have settings.
struct ConfigFile {
    /// As messages call it: from the working directory.
    name: String,
    folder: PathBuf,
    text: String,
    /// True if settings stand below `[tool.modswap]`.
    is_pyproject: bool,
}

/// Something wrong, and where.
type Wrong = (std::ops::Range<usize>, String, String);

impl ConfigFile {
    /// Finds the file of a folder; none where there is none with settings.
    fn find_in(folder: &Path) -> Result<Option<Self>, LoadErrors> {
        for (file, is_pyproject) in [("modswap.toml", false), ("pyproject.toml", true)] {
            let path = folder.join(file);
            if !path.is_file() {
                continue;
            }
            let name = text::path(&path);
            let text = match read_text(&name, &path) {
                Ok(text) => text,
                // It is for others to complain about.
                Err(_) if is_pyproject => continue,
                Err(diagnostics) => return Err(LoadErrors { diagnostics }),
            };
            let folder = folder.to_owned();
            let found = Self {
                name,
                folder,
                text,
                is_pyproject,
            };
            if !is_pyproject || found.has_section() {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// True if there is a `[tool.modswap]`, or where nobody can tell.
    fn has_section(&self) -> bool {
        match DeTable::parse(&self.text) {
            Ok(root) => find_section(root.get_ref()).is_some(),
            Err(_) => self.text.contains("tool.modswap"),
        }
    }

    /// Reads the settings.
    fn read(&self) -> Result<Vec<Setting>, LoadErrors> {
        let mut wrong = Vec::new();
        let mut settings = Vec::new();
        match DeTable::parse(&self.text) {
            Err(error) => {
                let place = error.span().unwrap_or_default();
                let message = format!("not TOML: {}", error.message().replace('\n', " "));
                wrong.push((place, message, String::new()));
            }
            Ok(root) => {
                let root = root.get_ref();
                match self.is_pyproject.then(|| find_section(root)).flatten() {
                    None => self.read_table(root, &mut settings, &mut wrong),
                    Some(section) => match section.get_ref() {
                        DeValue::Table(table) => self.read_table(table, &mut settings, &mut wrong),
                        _ => wrong.push((
                            section.span(),
                            "`tool.modswap` is a table".to_owned(),
                            "expected `[tool.modswap]`, and settings below".to_owned(),
                        )),
                    },
                }
            }
        }
        if wrong.is_empty() {
            return Ok(settings);
        }
        wrong.sort_by_key(|(place, ..)| place.start);
        let diagnostics = wrong.into_iter().map(|(place, message, help)| {
            let (offset, length) = (place.start, place.len());
            let location = locate(&self.text, Span { offset, length });
            let help = Some(&*help).filter(|help| !help.is_empty());
            Diagnostic::at(&self.name, location, &message, help)
        });
        Err(LoadErrors {
            diagnostics: diagnostics.collect(),
        })
    }

    fn read_table(&self, table: &DeTable<'_>, settings: &mut Vec<Setting>, wrong: &mut Vec<Wrong>) {
        let keys = KEYS.map(|(key, _)| key);
        for (key, value) in table {
            let Some((name, option)) = KEYS.iter().find(|(known, _)| *known == &**key.get_ref())
            else {
                let message = format!("no setting is called {}", quoted(key.get_ref()));
                wrong.push((key.span(), message, suggest(key.get_ref(), &keys)));
                continue;
            };
            match self.read_value(name, value) {
                Ok(values) => settings.push(Setting {
                    option: (*option).to_owned(),
                    values,
                    origin: Origin::File {
                        name: self.name.clone(),
                        line: self.text[..key.span().start].matches('\n').count() + 1,
                    },
                }),
                Err(found) => wrong.extend(found),
            }
        }
    }

    /// Reads the value of a setting as the words of its option.
    fn read_value(
        &self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Vec<String>, Vec<Wrong>> {
        let mistyped = |place, what: &str, example: &str| {
            let message = format!("`{name}` is {what}");
            vec![(place, message, format!("expected `{name} = {example}`"))]
        };
        match (name, value.get_ref()) {
            ("strict", DeValue::Boolean(strict)) => Ok(vec![strict.to_string()]),
            ("strict", _) => Err(mistyped(value.span(), "true or false", "true")),
            ("baseline", DeValue::String(text)) => self
                .read_text(name, text)
                .map(|text| vec![text])
                .map_err(|(message, help)| vec![(value.span(), message, help)]),
            ("baseline", _) => Err(mistyped(value.span(), "text", "\"reports/baseline\"")),
            (_, DeValue::Array(items)) => {
                let (mut texts, mut wrong) = (Vec::new(), Vec::new());
                for item in items {
                    match item.get_ref() {
                        DeValue::String(text) => match self.read_text(name, text) {
                            Ok(text) => texts.push(text),
                            Err((message, help)) => wrong.push((item.span(), message, help)),
                        },
                        _ => {
                            wrong.extend(mistyped(
                                item.span(),
                                "a list of texts",
                                example_of(name),
                            ));
                        }
                    }
                }
                if wrong.is_empty() {
                    Ok(texts)
                } else {
                    Err(wrong)
                }
            }
            _ => Err(mistyped(value.span(), "a list of texts", example_of(name))),
        }
    }

    /// Checks one text of a setting, and makes its path one from the working directory. Complains with a message and the way out.
    fn read_text(&self, name: &str, text: &str) -> Result<String, (String, String)> {
        let complain = |message: String, help: &str| Err((message, help.to_owned()));
        match name {
            "scenarios" | "baseline" => {
                let is_below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
                if text.is_empty() || !Path::new(text).components().all(is_below) {
                    let message = format!("{} leads out of the folder of this file", quoted(text));
                    return complain(message, "expected a path below it");
                }
                Ok(self.locate_path(text))
            }
            "pythons" => match text.parse::<PythonRequest>() {
                Ok(request)
                    if matches!(
                        request.target,
                        RequestTarget::Spec(_) | RequestTarget::Prerelease { .. }
                    ) =>
                {
                    Ok(text.to_owned())
                }
                _ => complain(format!("{} is no version", quoted(text)), NO_COMMANDS),
            },
            "require" => match text.parse::<Requirements>() {
                Ok(_) => Ok(text.to_owned()),
                Err(error) => complain(error.to_string(), ""),
            },
            _ => match text.parse::<Package>() {
                Ok(package) if package.name().is_none() => Ok(self.locate_path(text)),
                Ok(_) => Ok(text.to_owned()),
                Err(error) => complain(format!("{} is no package", quoted(text)), &error.help),
            },
        }
    }

    /// A path of the file as one from the working directory.
    fn locate_path(&self, path: &str) -> String {
        let path: PathBuf = self.folder.join(path).components().collect();
        text::path(&path)
    }
}

/// The value of `tool.modswap`.
fn find_section<'t, 'i>(root: &'t DeTable<'i>) -> Option<&'t Spanned<DeValue<'i>>> {
    match root.get("tool")?.get_ref() {
        DeValue::Table(tool) => tool.get("modswap"),
        _ => None,
    }
}

fn example_of(name: &str) -> &'static str {
    match name {
        "scenarios" => "[\"scenarios\"]",
        "with" => "[\".\"]",
        _ => "[\">=3.10\"]",
    }
}
