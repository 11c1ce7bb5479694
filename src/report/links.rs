//! Where the files that a report names can be looked at.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::builtin::is_builtin;

/// Characters that stand for themselves in no path of a URL, or would end a link of Markdown.
const ESCAPED: AsciiSet = {
    let characters = b" \"#%'()<>?[\\]^`{|}:";
    let mut set = CONTROLS.add(characters[0]);
    let mut index = 1;
    while index < characters.len() {
        set = set.add(characters[index]);
        index += 1;
    }
    set
};

/// A path as it may stand in an address.
pub(super) fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, &ESCAPED).to_string()
}

/// The beginning of links to files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    base: Option<String>,
}

impl Links {
    /// No links.
    pub const NONE: Self = Self { base: None };

    /// Links to files below this: a URL or a relative folder, with or without a `/` at its end; empty for the current one.
    pub fn below(base: &str) -> Self {
        let gap = if base.is_empty() || base.ends_with('/') {
            ""
        } else {
            "/"
        };
        Self {
            base: Some(format!("{base}{gap}")),
        }
    }

    /// The same links from so many folders below: relative ones lead up first.
    #[must_use]
    pub(super) fn seen_from_below(&self, depth: usize) -> Self {
        let base = self.base.as_ref().map(|base| {
            let is_relative = !base.contains("://") && !base.starts_with('/');
            let up = if is_relative {
                "../".repeat(depth)
            } else {
                String::new()
            };
            format!("{up}{base}")
        });
        Self { base }
    }

    /// The link to a file; nothing where there are no links, or the file is not below the folder that they start from, or in the
    /// program.
    pub fn to(&self, file: &str) -> Option<String> {
        let base = self.base.as_ref().filter(|_| !is_builtin(file))?;
        let file = file.strip_prefix("./").unwrap_or(file);
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\\');
        let is_below = !file.is_empty() && file.split('/').all(plain);
        is_below.then(|| format!("{base}{}", encode_path(file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_are_linked() {
        let links = Links::below("https://example.org/blob/main");
        let to = |file| links.to(file);
        assert_eq!(
            to("scenarios/swap/a.yaml").as_deref(),
            Some("https://example.org/blob/main/scenarios/swap/a.yaml")
        );
        assert_eq!(
            to("./a b)](x?#%é.yaml").as_deref(),
            Some("https://example.org/blob/main/a%20b%29%5D%28x%3F%23%25%C3%A9.yaml")
        );
        for elsewhere in [
            "",
            "/etc/passwd",
            "../a.yaml",
            "a//b",
            r"C:\a.yaml",
            "builtin:scenarios/a.yaml",
        ] {
            assert_eq!(to(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn the_base_may_be_a_folder() {
        assert_eq!(
            Links::below("").to("javascript:x").as_deref(),
            Some("javascript%3Ax")
        );
        assert_eq!(
            Links::below("..").to("a.yaml").as_deref(),
            Some("../a.yaml")
        );
        assert_eq!(Links::NONE.to("a.yaml"), None);
        let below = |base| Links::below(base).seen_from_below(2).to("a.yaml");
        assert_eq!(below("..").as_deref(), Some("../../../a.yaml"));
        assert_eq!(below("https://x/y").as_deref(), Some("https://x/y/a.yaml"));
        assert_eq!(below("/x").as_deref(), Some("/x/a.yaml"));
    }
}
