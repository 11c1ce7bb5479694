//! Version managers put small programs under Python's names on `PATH` that start another Python depending on folder
//! and variables. They are no interpreters, and starting one may download things; so they are recognized by their looks.

use std::fmt;
use std::path::{Path, PathBuf};

use super::binary;
use super::classify::is_absent;
use super::environment::Environment;
use super::source::PythonSource;
use super::sources::version_dirs;
use crate::text::printable;

/// The managers that have shims.
const MANAGERS: [&str; 6] = ["pyenv", "asdf", "mise", "rtx", "rye", "proto"];

/// The managers whose shims are their own executable, perhaps copied.
const COPYING_MANAGERS: [&str; 4] = ["mise", "rtx", "rye", "proto"];

/// Returns the source that looks at what a manager installed, and the variable that says where that is.
fn find_source(manager: &str) -> Option<(PythonSource, &'static str)> {
    Some(match manager {
        "pyenv" => (PythonSource::Pyenv, "PYENV_ROOT"),
        "asdf" => (PythonSource::Asdf, "ASDF_DATA_DIR"),
        "mise" | "rtx" => (PythonSource::Mise, "MISE_DATA_DIR"),
        "rye" => (PythonSource::Rye, "RYE_HOME"),
        _ => return None,
    })
}

/// The length of a script in bytes from which on it is no shim; those of pyenv have 300.
const MAX_SCRIPT_LEN: u64 = 4096;

/// A shim, and the manager it belongs to, as far as that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shim {
    manager: Option<&'static str>,
    /// The root folder of its manager, which has its Pythons below.
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
    /// Returns the root folder of its manager.
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Returns where the Pythons are that it starts, or how to name them. All its folders are looked at, as far as they exist.
    pub(super) fn help(&self, environment: &Environment) -> String {
        let source = self.manager.and_then(find_source);
        let dirs: Vec<_> = match (&self.root, source) {
            (Some(root), _) => install_dirs(root).map(|(dir, _)| dir).into(),
            // If nothing says otherwise, a manager takes the first.
            (None, Some((source, _))) => version_dirs(source, environment)
                .into_iter()
                .take(1)
                .collect(),
            (None, None) => Vec::new(),
        };
        let show = |dir: &PathBuf| printable(&dir.to_string_lossy());
        if let Some(dir) = dirs.iter().find(|dir| dir.read_dir().is_ok()) {
            let dir = show(dir);
            return format!(
                "nothing to do: the Pythons behind it are in {dir}, and were looked at"
            );
        }
        let is_closed = |dir: &&PathBuf| dir.read_dir().is_err_and(|error| !is_absent(&error));
        if let Some(dir) = dirs.iter().find(is_closed) {
            let dir = show(dir);
            return format!(
                "the Pythons behind it are in {dir}, which cannot be read: name one with --python PATH"
            );
        }
        let Some((_, variable)) = source else {
            return "name the Python behind it with --python PATH".to_owned();
        };
        let dir = dirs.first();
        let dir = dir.map_or_else(String::new, |dir| format!(" {}", show(dir)));
        format!(
            "there is no{dir}: say where the Pythons behind it are with {variable}, or name one with --python PATH"
        )
    }
}

/// Returns the folders below the root of a version manager that it may install Pythons in, and the source of what is there.
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

/// Returns the root of the version manager whose shims are in that folder, which is called `shims`.
pub(super) fn manager_root(folder: &Path) -> Option<&Path> {
    let is_named = folder.file_name().is_some_and(|name| name == "shims");
    folder.parent().filter(|_| is_named)
}

/// Returns the shim that a file is; none if it is not one. Nothing is started.
pub(crate) fn detect_shim(path: &Path) -> Option<Shim> {
    let script = read_short_script(path);
    let of_script = script.as_deref().and_then(find_manager_in_script);
    let real = path.canonicalize().ok();
    // mise and rye link the names to their own executable.
    let mut manager = of_script.or_else(|| parse_manager(real.as_deref()?));
    let in_shims = path.parent().and_then(manager_root);
    if manager.is_none() {
        let of_folder = manager_from_path(in_shims?);
        // A Python may be copied into a folder of any name.
        let is_binary = script.is_none() && binary::is_native_program(path);
        if is_binary && !of_folder.is_some_and(|name| COPYING_MANAGERS.contains(&name)) {
            return None;
        }
        manager = of_folder;
    }
    let of_script = script.as_deref().and_then(parse_pyenv_root);
    let root = of_script.or_else(|| {
        let linked = || manager_root(real.as_deref()?.parent()?);
        in_shims.or_else(linked).map(Path::to_path_buf)
    });
    Some(Shim { manager, root })
}

/// Returns the text of a script that is not too long for a shim.
fn read_short_script(path: &Path) -> Option<String> {
    // Most candidates are programs of some megabytes: two bytes of them are enough.
    if !binary::is_script(path) {
        return None;
    }
    let text = binary::read_start(path, MAX_SCRIPT_LEN)?;
    let is_short = (text.len() as u64) < MAX_SCRIPT_LEN;
    is_short.then(|| String::from_utf8_lossy(&text).into_owned())
}

/// Parses the root in pyenv's shims: `export PYENV_ROOT="/opt/pyenv"`.
fn parse_pyenv_root(script: &str) -> Option<PathBuf> {
    let value = script.lines().find_map(|line| {
        let line = line.trim();
        let assignment = line.strip_prefix("export ").unwrap_or(line);
        assignment.trim_start().strip_prefix("PYENV_ROOT=")
    })?;
    let root = PathBuf::from(shlex::split(value)?.into_iter().next()?);
    root.is_absolute().then_some(root)
}

/// Returns the manager that a script hands over to: `exec "/home/me/.pyenv/libexec/pyenv" exec "$program" "$@"`.
fn find_manager_in_script(text: &str) -> Option<&'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut words = line.split([' ', '\t', '"', '\'', ';']);
            words.by_ref().find(|word| *word == "exec")?;
            words.find_map(|word| parse_manager(Path::new(word)))
        })
}

/// Returns the manager that an executable is by its name.
fn parse_manager(executable: &Path) -> Option<&'static str> {
    let name = executable.file_stem()?.to_str()?;
    MANAGERS.into_iter().find(|manager| *manager == name)
}

/// Returns the manager whose name a folder of the path begins with: `~/.pyenv/shims`.
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
    use crate::python::fake::{Answer, Machine, collect};

    /// A shim as pyenv writes it.
    fn pyenv_script(root: &str) -> String {
        format!(
            "set -e\nprogram=\"${{0##*/}}\"\nexport PYENV_ROOT=\"{root}\"\n\
             exec \"{root}/libexec/pyenv\" exec \"$program\" \"$@\""
        )
    }

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn scripts_links_and_folders() {
        let machine = Machine::new();
        let asdf =
            "# asdf-plugin: python 2.7.18\nexec /opt/asdf-vm/bin/asdf exec \"python\" \"$@\"";
        machine.script("bin/python3", &pyenv_script("/home/me/.pyenv"));
        machine.script("bin/python2", asdf);
        machine.link("bin/python3.12", &machine.script("opt/mise", "echo"));
        machine.script("home/.rye/shims/python3.9", "echo");
        machine.file("home/.rye/shims/python3.8", "\x7fELF…");
        machine.script("somewhere/shims/python3.9", "echo");
        let versions = "home/.pyenv/versions/3.9.18/bin/python3.9";
        machine.python(versions, Answer::cpython("3.9.18"));
        let wrapper = "# once: exec pyenv exec python\nPYENV_ROOT=/x/pyenv\n\
                       exec /home/me/.pyenv/versions/3.9.18/bin/python3.9 \"$@\"";
        machine.script("bin/python3.9", wrapper);
        machine.file("somewhere/shims/python3.8", "\x7fELF…");
        for (path, kind) in [
            ("bin/python3", Some("pyenv shim")),
            ("bin/python2", Some("asdf shim")),
            ("bin/python3.12", Some("mise shim")),
            ("home/.rye/shims/python3.9", Some("rye shim")),
            ("home/.rye/shims/python3.8", Some("rye shim")),
            ("somewhere/shims/python3.9", Some("shim")),
            (versions, None),
            ("bin/python3.9", None),
            ("bin/missing", None),
            // A Python may be copied into a folder of any name.
            ("somewhere/shims/python3.8", None),
        ] {
            let shim = detect_shim(&machine.at(path)).map(|shim| shim.to_string());
            assert_eq!(shim.as_deref(), kind, "{path}");
        }
    }

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn help_says_where_the_pythons_behind_it_are() {
        let machine = Machine::new();
        let environment = machine.environment();
        let usual_dir = machine.text("home/.pyenv/versions");
        let set_dir = machine.text("opt/pyenv/versions");
        let usual = machine.script("on-path/python3", "exec pyenv exec python3");
        let set = machine.script("on-path/python2", &pyenv_script(&machine.text("opt/pyenv")));
        let unknown = machine.script("on-path/shims/python", "exec somewhere");
        let help = |path: &Path| detect_shim(path).unwrap().help(&environment);
        let absent = format!(
            "there is no {usual_dir}: say where the Pythons behind it are with PYENV_ROOT, or name one with --python PATH"
        );
        let closed = format!(
            "the Pythons behind it are in {usual_dir}, which cannot be read: name one with --python PATH"
        );
        let nothing_to_do = |dir: &str| {
            format!("nothing to do: the Pythons behind it are in {dir}, and were looked at")
        };
        assert_eq!(help(&usual), absent);
        assert!(help(&set).starts_with(&format!("there is no {set_dir}")));
        assert_eq!(
            help(&unknown),
            "name the Python behind it with --python PATH"
        );
        machine.link("home/.pyenv", Path::new(".pyenv"));
        assert_eq!(help(&usual), closed);
        std::fs::remove_file(machine.at("home/.pyenv")).unwrap();
        std::fs::create_dir_all(&usual_dir).unwrap();
        assert_eq!(help(&usual), nothing_to_do(&usual_dir));
        // The folder of another one is not that of this shim.
        assert!(help(&set).starts_with("there is no "));
        std::fs::create_dir_all(&set_dir).unwrap();
        assert_eq!(help(&set), nothing_to_do(&set_dir));
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
        machine.pythons(&paths.map(|(path, _)| path));
        // One with a shim, one whose shims were not made yet, two other managers.
        machine.script("opt/pyenv/shims/python3.9", "exec pyenv exec python3.9");
        let roots = ["opt/pyenv", "srv/manager", "opt/mise", "opt/asdf"];
        let shims = roots.map(|root| machine.at(root).join("shims"));
        for dir in &shims {
            std::fs::create_dir_all(dir).unwrap();
        }
        let mut environment = machine.environment();
        let path = std::env::join_paths(shims).unwrap();
        environment.set("PATH", path);
        let mut collector = collect(&environment, PythonSource::Path);
        assert!(collector.candidates.is_empty());
        collector.resolve_shims();
        let found = collector.candidates.into_iter();
        let found: Vec<_> = found
            .map(|found| (found.path, *found.sources.first().unwrap()))
            .collect();
        assert_eq!(
            found,
            paths.map(|(path, source)| (machine.at(path), source))
        );
    }

    #[test]
    #[cfg_attr(windows, ignore = "makes symbolic links")]
    fn the_root_in_a_linked_shim_is_looked_at() {
        let machine = Machine::new();
        let path = "opt/py/versions/3.9.18/bin/python3";
        machine.pythons(&[path]);
        let script = pyenv_script(&machine.text("opt/py"));
        machine.link(
            "on-path/python3",
            &machine.script("opt/py/shims/python3", &script),
        );
        let environment = machine.environment();
        let mut collector = collect(&environment, PythonSource::Path);
        collector.resolve_shims();
        let found: Vec<_> = collector
            .candidates
            .iter()
            .map(|found| &found.path)
            .collect();
        assert_eq!(found, [&machine.at(path)]);
    }
}
