//! Version managers put small programs under Python's names on `PATH` that start another Python depending on folder
//! and variables. They are no interpreters, and starting one may download things; so they are told by looking.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use super::{Environment, asdf, mise, pyenv, rye};
use crate::python::facts::printable;

/// The managers that have shims.
const MANAGERS: [&str; 5] = ["pyenv", "asdf", "mise", "rtx", "rye"];

/// Scripts longer than this are no shims; those of pyenv have 300 bytes.
const SCRIPT_LIMIT: u64 = 4096;

/// A shim, and whose it is if that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shim {
    manager: Option<&'static str>,
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
    /// Where the Pythons are that it starts.
    pub(super) fn help(self, environment: &Environment) -> String {
        let folders = match self.manager {
            Some("pyenv") => pyenv::folders(environment),
            Some("asdf") => asdf::folders(environment),
            Some("mise" | "rtx") => mise::folders(environment),
            Some("rye") => rye::folders(environment),
            _ => Vec::new(),
        };
        match folders.first() {
            Some(folder) => format!(
                "nothing to do: the Pythons behind it are in {}, and were looked at",
                printable(&folder.to_string_lossy())
            ),
            None => "name the Python behind it with --python PATH".to_owned(),
        }
    }
}

/// What kind of shim the file is; none if it is not one. Nothing is started.
pub(crate) fn shim(path: &Path) -> Option<Shim> {
    if is_in_shims(path) {
        let manager = script_manager(path)
            .or_else(|| link_manager(path))
            .or_else(|| folder_manager(path));
        return Some(Shim { manager });
    }
    let manager = script_manager(path).or_else(|| link_manager(path));
    manager.is_some().then_some(Shim { manager })
}

/// A script that hands over to a manager: `exec "/home/me/.pyenv/libexec/pyenv" exec "$program" "$@"`.
fn script_manager(path: &Path) -> Option<&'static str> {
    let mut text = Vec::new();
    let mut file = std::fs::File::open(path).ok()?;
    // Most candidates are programs of some megabytes: two bytes of them are enough.
    let mut start = [0; 2];
    file.read_exact(&mut start).ok()?;
    if start != *b"#!" {
        return None;
    }
    file.take(SCRIPT_LIMIT).read_to_end(&mut text).ok()?;
    if text.len() as u64 == SCRIPT_LIMIT {
        return None;
    }
    let text = String::from_utf8_lossy(&text);
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
fn link_manager(path: &Path) -> Option<&'static str> {
    manager(&path.canonicalize().ok()?)
}

fn manager(executable: &Path) -> Option<&'static str> {
    let name = executable.file_stem()?.to_str()?;
    MANAGERS.into_iter().find(|manager| *manager == name)
}

/// Whatever lies in a folder of that name is a shim.
fn is_in_shims(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder.is_some_and(|name| name == "shims")
}

/// The folders above tell whose shims they are.
fn folder_manager(path: &Path) -> Option<&'static str> {
    path.parent()?.components().rev().find_map(|part| {
        let part = part.as_os_str().to_str()?.trim_start_matches('.');
        MANAGERS
            .into_iter()
            .find(|manager| part.starts_with(manager))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::{Answer, Machine};

    #[test]
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
            let found = shim(path).map(|shim| shim.to_string());
            assert_eq!(found.as_deref(), Some(reason), "{}", path.display());
        }
    }

    #[test]
    fn what_is_behind_is_told() {
        let machine = Machine::new();
        let path = machine.script("on-path/python3", "exec pyenv exec python3");
        let shim = shim(&path).unwrap();
        let versions = machine.text("home/.pyenv/versions");
        assert_eq!(
            shim.help(&machine.environment()),
            format!("nothing to do: the Pythons behind it are in {versions}, and were looked at")
        );
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
        for path in [installed, wrapper, missing] {
            assert_eq!(shim(&path), None, "{}", path.display());
        }
    }
}
