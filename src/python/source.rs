//! How interpreters become known: the sources that name them.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The way in which an interpreter became known; where several ways lead to one, the first of these names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PythonSource {
    /// Asked for by path or command.
    Command,
    /// Listed in a `pythons.yaml`.
    Listed,
    /// Installed by pyenv or pyenv-win.
    Pyenv,
    /// Installed by uv.
    Uv,
    /// Installed by mise.
    Mise,
    /// Installed by asdf.
    Asdf,
    /// Installed by rye.
    Rye,
    /// Installed by hatch.
    Hatch,
    /// In an environment of conda, mamba or micromamba.
    Conda,
    /// In the tool cache of a hosted CI runner.
    Toolcache,
    /// In a manylinux or musllinux image.
    Manylinux,
    /// Installed by Homebrew.
    Homebrew,
    /// Installed by MacPorts.
    Macports,
    /// In a profile of Nix.
    Nix,
    /// A macOS framework, as python.org's installer makes it.
    Framework,
    /// Part of Xcode or of Apple's Command Line Tools.
    Xcode,
    /// Registered in the Windows registry (PEP 514).
    Registry,
    /// Installed from the Microsoft Store.
    Store,
    /// In one of the usual folders of Windows.
    Windows,
    /// In a folder of `PATH`.
    Path,
    /// In one of the usual system folders.
    System,
}

impl PythonSource {
    /// Returns the word that tells interpreters with equal keys apart, and that data have: `3.11.2@system`.
    pub fn label(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// The name that people read.
impl fmt::Display for PythonSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Command => "command line",
            Self::Listed => "pythons.yaml",
            Self::Toolcache => "tool cache",
            Self::Homebrew => "Homebrew",
            Self::Macports => "MacPorts",
            Self::Nix => "Nix",
            Self::Xcode => "Xcode",
            Self::Store => "Microsoft Store",
            Self::Windows => "Windows",
            Self::Path => "PATH",
            _ => return f.pad(&self.label()),
        })
    }
}

/// All sources that name something, each once, the one that it is known by first.
pub type Sources = BTreeSet<PythonSource>;

impl From<PythonSource> for Sources {
    fn from(source: PythonSource) -> Self {
        [source].into()
    }
}

/// Joins what people read of sources: `pyenv, PATH`.
pub fn join_sources(sources: &Sources) -> String {
    let names: Vec<_> = sources.iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::sources::PLACES;

    #[test]
    fn the_words_of_keys_are_those_of_data() {
        let mut all: Vec<_> = PLACES.iter().map(|(source, ..)| *source).collect();
        all.extend([PythonSource::Listed, PythonSource::Command]);
        for source in &all {
            assert_eq!(serde_json::to_value(source).unwrap(), source.label());
        }
        let sources: Sources = all.into_iter().collect();
        assert_eq!(sources.first(), Some(&PythonSource::Command));
        let text = join_sources(&sources);
        assert!(
            text.starts_with("command line, pythons.yaml, pyenv, uv, "),
            "{text}"
        );
        assert!(
            text.ends_with("Microsoft Store, Windows, PATH, system"),
            "{text}"
        );
    }
}
