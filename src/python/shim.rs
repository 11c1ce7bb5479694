//! Version managers put small programs under Python's names on `PATH` that start another Python depending on folder
//! and variables. They are no interpreters, and starting one may download things; so they are told by looking.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::binary;
use super::classify::is_absent;
use super::environment::Environment;
use super::interpreter_info::printable;
use super::source::PythonSource;
use super::sources::{asdf, mise, pyenv, rye};

/// The managers that have shims.
const MANAGERS: [&str; 6] = ["pyenv", "asdf", "mise", "rtx", "rye", "proto"];

/// Those whose shims are their own executable, perhaps copied.
const COPIED: [&str; 4] = ["mise", "rtx", "rye", "proto"];

/// Scripts longer than this are no shims; those of pyenv have 300 bytes.
const SCRIPT_LIMIT: u64 = 4096;

/// A shim, and whose it is if that can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shim {
    manager: Option<&'static str>,
    /// The folder of its manager, which has its Pythons below.
    root: Option<PathBuf>,
}

impl fmt::Display for Shim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.manager {
            Some(manager) => write!(f, "{manager} shim"),
            None => f.write_str("shim"),
        }
    }
}

impl Shim {
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Where the Pythons are that it starts, if that can be told.
    fn python_dirs(&self, environment: &Environment) -> Vec<PathBuf> {
        if let Some(root) = &self.root {
            return install_dirs(root).map(|(folder, _)| folder).into();
        }
        // Without another word a manager takes the first.
        let mut folders = match self.manager {
            Some("pyenv") => pyenv::folders(environment),
            Some("asdf") => asdf::folders(environment),
            Some("mise" | "rtx") => mise::folders(environment),
            Some("rye") => rye::folders(environment),
            _ => Vec::new(),
        };
        folders.truncate(1);
        folders
    }

    /// Where the Pythons are that it starts, or how to name them. All its folders are looked at, as far as they exist.
    pub(super) fn help(&self, environment: &Environment) -> String {
        let folders = self.python_dirs(environment);
        let shown = |folder: &Path| printable(&folder.to_string_lossy());
        if let Some(folder) = folders.iter().find(|path| path.read_dir().is_ok()) {
            return format!(
                "nothing to do: the Pythons behind it are in {}, and were looked at",
                shown(folder)
            );
        }
        let closed = |path: &&PathBuf| path.read_dir().is_err_and(|error| !is_absent(&error));
        if let Some(folder) = folders.iter().find(closed) {
            return format!(
                "the Pythons behind it are in {}, which cannot be read: name one with --python PATH",
                shown(folder)
            );
        }
        let variable = match self.manager {
            Some("pyenv") => "PYENV_ROOT",
            Some("asdf") => "ASDF_DATA_DIR",
            Some("mise" | "rtx") => "MISE_DATA_DIR",
            Some("rye") => "RYE_HOME",
            _ => return "name the Python behind it with --python PATH".to_owned(),
        };
        let place = folders.first();
        let place = place.map_or_else(String::new, |folder| format!(" {}", shown(folder)));
        format!(
            "there is no{place}: say where the Pythons behind it are with {variable}, or name one with --python PATH"
        )
    }
}

/// The folders below the root of a version manager that it installs Pythons in, and who found what is there.
pub(super) fn install_dirs(root: &Path) -> [(PathBuf, PythonSource); 3] {
    let is_mise = matches!(manager_from_path(root), Some("mise" | "rtx"));
    let installs = if is_mise {
        PythonSource::Mise
    } else {
        PythonSource::Asdf
    };
    [
        (root.join("versions"), PythonSource::Pyenv),
        (root.join("installs").join("python"), installs),
        (root.join("py"), PythonSource::Rye),
    ]
}

/// The root of the version manager whose shims are in that folder.
pub(super) fn manager_root(folder: &Path) -> Option<&Path> {
    let is_named = folder.file_name().is_some_and(|name| name == "shims");
    folder.parent().filter(|_| is_named)
}

/// What kind of shim the file is; none if it is not one. Nothing is started.
pub(crate) fn detect_shim(path: &Path) -> Option<Shim> {
    let script = script(path);
    let of_script = script.as_deref().and_then(find_manager_in_script);
    let mut manager = of_script.or_else(|| find_manager_behind_link(path));
    let in_shims = path.parent().and_then(manager_root);
    if manager.is_none() {
        let of_folder = manager_from_path(in_shims?);
        // A Python may be copied into a folder of any name.
        let is_binary = script.is_none() && binary::is_native_program(path);
        if is_binary && !of_folder.is_some_and(|name| COPIED.contains(&name)) {
            return None;
        }
        manager = of_folder;
    }
    let real = path.canonicalize().ok();
    let said = script.as_deref().and_then(parse_pyenv_root);
    let root = said.or_else(|| {
        let linked = || manager_root(real.as_deref()?.parent()?);
        in_shims.or_else(linked).map(Path::to_path_buf)
    });
    Some(Shim { manager, root })
}

/// The text of a short script.
fn script(path: &Path) -> Option<String> {
    let mut text = Vec::new();
    let mut file = std::fs::File::open(path).ok()?;
    // Most candidates are programs of some megabytes: two bytes of them are enough.
    let mut start = [0; 2];
    file.read_exact(&mut start).ok()?;
    if start != *b"#!" {
        return None;
    }
    file.take(SCRIPT_LIMIT).read_to_end(&mut text).ok()?;
    let is_short = (text.len() as u64) < SCRIPT_LIMIT;
    is_short.then(|| String::from_utf8_lossy(&text).into_owned())
}

/// The root in pyenv's shims: `export PYENV_ROOT="/opt/pyenv"`.
fn parse_pyenv_root(script: &str) -> Option<PathBuf> {
    let line = script.lines().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        line.trim_start().strip_prefix("PYENV_ROOT=")
    })?;
    let root = PathBuf::from(shlex::split(line)?.into_iter().next()?);
    root.is_absolute().then_some(root)
}

/// A script that hands over to a manager: `exec "/home/me/.pyenv/libexec/pyenv" exec "$program" "$@"`.
fn find_manager_in_script(text: &str) -> Option<&'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut words = line.split([' ', '\t', '"', '\'', ';']);
            words.by_ref().find(|word| *word == "exec")?;
            words.find_map(|word| manager(Path::new(word)))
        })
}

/// mise and rye link the names to their own executable.
fn find_manager_behind_link(path: &Path) -> Option<&'static str> {
    manager(&path.canonicalize().ok()?)
}

fn manager(executable: &Path) -> Option<&'static str> {
    let name = executable.file_stem()?.to_str()?;
    MANAGERS.into_iter().find(|manager| *manager == name)
}

/// The folders tell whose they are.
fn manager_from_path(folder: &Path) -> Option<&'static str> {
    folder.components().rev().find_map(|part| {
        let part = part.as_os_str().to_str()?.trim_start_matches('.');
        MANAGERS
            .into_iter()
            .find(|manager| part.starts_with(manager))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::seen;
    use crate::python::fake::{Answer, Machine};
    use crate::python::sources::path;

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn scripts_links_and_folders() {
        let machine = Machine::new();
        let pyenv = machine.script(
            "bin/python3",
            "set -e\nprogram=\"${0##*/}\"\nexport PYENV_ROOT=\"/home/me/.pyenv\"\n\
             exec \"/home/me/.pyenv/libexec/pyenv\" exec \"$program\" \"$@\"",
        );
        let asdf = machine.script(
            "bin/python2",
            "# asdf-plugin: python 2.7.18\nexec /opt/asdf-vm/bin/asdf exec \"python\" \"$@\"",
        );
        let manager = machine.script("opt/mise", "echo");
        let mise = machine.link("bin/python3.12", &manager);
        let folder = machine.script("home/.rye/shims/python3.9", "echo");
        let unknown = machine.script("somewhere/shims/python3.9", "echo");
        for (path, reason) in [
            (&pyenv, "pyenv shim"),
            (&asdf, "asdf shim"),
            (&mise, "mise shim"),
            (&folder, "rye shim"),
            (&unknown, "shim"),
        ] {
            let found = detect_shim(path).map(|shim| shim.to_string());
            assert_eq!(found.as_deref(), Some(reason), "{}", path.display());
        }
    }

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn what_is_behind_is_told_if_it_is_there() {
        let machine = Machine::new();
        let environment = machine.environment();
        let versions = machine.text("home/.pyenv/versions");
        let said = format!(
            "export PYENV_ROOT=\"{}\"\nexec \"$PYENV_ROOT/libexec/pyenv\" exec python3 \"$@\"",
            machine.text("opt/pyenv")
        );
        let pyenv = machine.script("on-path/python3", "exec pyenv exec python3");
        let rooted = machine.script("on-path/python2", &said.replace("$PYENV_ROOT", "/x"));
        let unknown = machine.script("on-path/shims/python", "exec somewhere");
        let help = |path: &Path| detect_shim(path).unwrap().help(&environment);
        assert_eq!(
            help(&pyenv),
            format!(
                "there is no {versions}: say where the Pythons behind it are with PYENV_ROOT, or name one with \
                 --python PATH"
            )
        );
        assert!(help(&rooted).starts_with("there is no ") && help(&rooted).contains("opt/pyenv"));
        assert_eq!(
            help(&unknown),
            "name the Python behind it with --python PATH"
        );
        machine.link("home/.pyenv", Path::new(".pyenv"));
        assert_eq!(
            help(&pyenv),
            format!(
                "the Pythons behind it are in {versions}, which cannot be read: name one with --python PATH"
            )
        );
        std::fs::remove_file(machine.at("home/.pyenv")).unwrap();
        // The other's folder is not that of this shim.
        machine.python(
            "home/.pyenv/versions/3.9.18/bin/python3",
            Answer::cpython("3.9.18"),
        );
        let nothing_to_do = |folder: &str| {
            format!("nothing to do: the Pythons behind it are in {folder}, and were looked at")
        };
        assert_eq!(help(&pyenv), nothing_to_do(&versions));
        assert!(help(&rooted).starts_with("there is no "));
        std::fs::create_dir_all(machine.at("opt/pyenv/versions")).unwrap();
        assert_eq!(
            help(&rooted),
            nothing_to_do(&machine.text("opt/pyenv/versions"))
        );
    }

    #[test]
    fn what_is_behind_the_shims_on_path_is_found() {
        let machine = Machine::new();
        let paths = [
            (
                "opt/pyenv/versions/3.9.18/bin/python3.9",
                PythonSource::Pyenv,
            ),
            (
                "srv/manager/versions/3.8.1/bin/python3",
                PythonSource::Pyenv,
            ),
            (
                "opt/mise/installs/python/3.12.1/bin/python3",
                PythonSource::Mise,
            ),
            (
                "opt/asdf/installs/python/3.7.1/bin/python3",
                PythonSource::Asdf,
            ),
        ];
        for (path, _) in paths {
            machine.python(path, Answer::cpython("3.9.18"));
        }
        // One with a shim, one whose shims were not made yet, one that only its script tells, two other managers.
        machine.script("opt/pyenv/shims/python3.9", "exec pyenv exec python3.9");
        for folder in ["srv/manager/shims", "opt/mise/shims", "opt/asdf/shims"] {
            std::fs::create_dir_all(machine.at(folder)).unwrap();
        }
        let mut environment = machine.environment();
        let folders = ["opt/pyenv", "srv/manager", "opt/mise", "opt/asdf"]
            .map(|root| machine.at(root).join("shims"));
        let path = std::env::join_paths(folders).unwrap();
        environment.variables.set("PATH", path);
        let mut collector = seen(&environment, path::discover);
        assert!(collector.candidates.is_empty());
        collector.resolve_shims();
        let found = collector.candidates.iter();
        let found: Vec<_> = found
            .map(|one| (one.path.clone(), one.sources.primary().unwrap()))
            .collect();
        assert_eq!(
            found,
            paths.map(|(path, source)| (machine.at(path), source))
        );
    }

    #[test]
    #[cfg_attr(
        windows,
        ignore = "makes symbolic links, which not every user of Windows may"
    )]
    fn what_a_linked_shim_says_of_its_root_is_looked_at() {
        let machine = Machine::new();
        let python = machine.python(
            "opt/py/versions/3.9.18/bin/python3",
            Answer::cpython("3.9.18"),
        );
        let root = machine.text("opt/py");
        let script = format!(
            "export PYENV_ROOT=\"{root}\"\nexec \"{root}/libexec/pyenv\" exec python3 \"$@\""
        );
        let shim = machine.script("opt/py/shims/python3", &script);
        machine.link("on-path/python3", &shim);
        let environment = machine.environment();
        let mut collector = seen(&environment, path::discover);
        collector.resolve_shims();
        assert_eq!(collector.candidates.len(), 1);
        assert_eq!(collector.candidates[0].path, python);
    }

    #[test]
    fn what_is_no_shim() {
        let machine = Machine::new();
        let installed = machine.python(
            "home/.pyenv/versions/3.9.18/bin/python3.9",
            Answer::cpython("3.9.18"),
        );
        let wrapper = machine.script(
            "bin/python3.9",
            "# once: exec pyenv exec python\nPYENV_ROOT=/x/pyenv\n\
             exec /home/me/.pyenv/versions/3.9.18/bin/python3.9 \"$@\"",
        );
        let missing = machine.at("bin/python3.8");
        // A binary, wherever it lies.
        let binary = machine.file("somewhere/shims/python3.8", "\x7fELF…");
        for path in [installed, wrapper, missing, binary] {
            assert_eq!(detect_shim(&path), None, "{}", path.display());
        }
        let copied = machine.file("home/.rye/shims/python3.8", "\x7fELF…");
        assert_eq!(detect_shim(&copied).unwrap().to_string(), "rye shim");
    }
}
