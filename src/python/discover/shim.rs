//! Version managers put small programs under Python's names on `PATH` that start another Python depending on folder
//! and variables. They are no interpreters, and starting one may download things; so they are told by looking.

use std::io::Read as _;
use std::path::Path;

/// The managers that have shims.
const MANAGERS: [&str; 5] = ["pyenv", "asdf", "mise", "rtx", "rye"];

/// Scripts longer than this are no shims; those of pyenv have 300 bytes.
const SCRIPT_LIMIT: u64 = 4096;

/// What kind of shim the file is (`pyenv shim`); none if it is not one. Nothing is started.
pub(crate) fn shim(path: &Path) -> Option<String> {
    let manager = script_manager(path)
        .or_else(|| link_manager(path))
        .or_else(|| folder_manager(path))?;
    Some(format!("{manager} shim").trim_start().to_owned())
}

/// A script that hands over to a manager: `exec "/home/me/.pyenv/libexec/pyenv" exec "$program" "$@"`.
fn script_manager(path: &Path) -> Option<&'static str> {
    let mut text = Vec::new();
    let mut file = std::fs::File::open(path).ok()?.take(SCRIPT_LIMIT + 1);
    file.read_to_end(&mut text).ok()?;
    if !text.starts_with(b"#!") || text.len() as u64 > SCRIPT_LIMIT {
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

/// Anything in a folder `shims`; the folders above tell whose it is, an empty text if they do not.
fn folder_manager(path: &Path) -> Option<&'static str> {
    let folder = path.parent()?;
    if folder.file_name()? != "shims" {
        return None;
    }
    let owner = folder.components().rev().find_map(|part| {
        let part = part.as_os_str().to_str()?.trim_start_matches('.');
        MANAGERS
            .into_iter()
            .find(|manager| part.starts_with(manager))
    });
    Some(owner.unwrap_or_default())
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
            assert_eq!(shim(path).as_deref(), Some(reason), "{}", path.display());
        }
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
