//! Pythons that a `pythons.yaml` lists: most are behind commands, where no search could find them.

use std::path::PathBuf;

use super::request::PythonRequest;

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPython {
    /// The path, name or command, with the label.
    pub request: PythonRequest,
    /// Flags of every interpreter that is measured there, such as `-X dev`; those of a scenario follow.
    pub flags: Vec<String>,
    /// Variables of the command, and of every interpreter that is measured there.
    pub env: Vec<(String, String)>,
    /// Whether nothing may run without it.
    pub required: bool,
    /// File and line of the entry: `scenarios/pythons.yaml:3`.
    pub location: String,
    /// What its relative path starts from: the folder of the file.
    pub folder: PathBuf,
}

impl ListedPython {
    /// Returns what it is called in messages: `sid=chroot /srv/sid python3.15 (scenarios/pythons.yaml:3)`.
    pub fn name(&self) -> String {
        let label = self.request.label.as_ref();
        let label = label.map_or_else(String::new, |label| format!("{label}="));
        format!("{label}{} ({})", self.request, self.location)
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
