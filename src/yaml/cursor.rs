//! Walking a document with an account of where one is and of everything that is wrong on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostics::printable;
use super::node::Node;
use super::span::{self, Hop};

/// A node and the path that leads to it.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    pub(crate) node: &'a Node,
    pub(crate) path: Vec<Hop>,
}

/// An entry of a map whose key is text.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) key: At<'a>,
    pub(crate) value: At<'a>,
}

/// What is wrong in a text, found so far. The same thing found in several variants counts once.
#[derive(Debug)]
pub(crate) struct Log<'t> {
    text: &'t str,
    pub(crate) found: BTreeSet<Finding>,
    /// What holds in no variant so far, by its place; nothing where it holds in one.
    nowhere: BTreeMap<Vec<Hop>, Option<Finding>>,
}

/// A problem that does not know its line yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: Vec<Hop>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl<'t> Log<'t> {
    /// An empty log on a text.
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            found: BTreeSet::new(),
            nowhere: BTreeMap::new(),
        }
    }

    /// Takes down that what stands there can hold in this variant, or what is wrong if it can in none.
    pub(crate) fn say_unless_elsewhere(&mut self, path: &[Hop], wrong: Option<(String, String)>) {
        let finding = wrong.map(|(message, help)| Finding {
            path: path.to_vec(),
            message,
            help: Some(help),
        });
        match self.nowhere.get_mut(path) {
            Some(known) if finding.is_none() => *known = None,
            Some(_) => {}
            None => {
                self.nowhere.insert(path.to_vec(), finding);
            }
        }
    }

    /// Makes problems of what holds in no variant.
    pub(crate) fn settle(&mut self) {
        let nowhere = std::mem::take(&mut self.nowhere);
        self.found.extend(nowhere.into_values().flatten());
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// A scalar as it is written, where what YAML made of it does not tell.
    pub(crate) fn written(&self, path: &[Hop]) -> &'t str {
        let span = span::find(self.text, path);
        &self.text[span.offset..span.offset + span.length]
    }

    /// Takes down a problem.
    pub(crate) fn say(
        &mut self,
        path: &[Hop],
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let help = help.into();
        self.found.insert(Finding {
            path: path.to_vec(),
            message: message.into(),
            help: (!help.is_empty()).then_some(help),
        });
    }
}

/// Sections that are lists of words.
const LISTS: [&str; 6] = [
    "`flags`",
    "`watch`",
    "`tags`",
    "`refs`",
    "`requires.modules`",
    "`requires.packages`",
];

impl<'a> At<'a> {
    /// The document itself.
    pub(crate) fn root(node: &'a Node) -> Self {
        Self {
            node,
            path: Vec::new(),
        }
    }

    fn below(&self, node: &'a Node, hop: Hop) -> Self {
        let mut path = self.path.clone();
        path.push(hop);
        Self { node, path }
    }

    /// The entries of a map; anything but a map, a key that is not text and a repeated key are problems.
    pub(crate) fn entries(&self, what: &str, log: &mut Log<'_>) -> Option<Vec<Entry<'a>>> {
        let Node::Map(entries) = self.node else {
            self.wrong_kind(what, "a map", log);
            return None;
        };
        let mut taken: Vec<Entry<'a>> = Vec::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            let key = self.below(key, Hop::Key(index));
            let Node::Text(name) = key.node else {
                let message = format!("a key of {what} must be text, not {}", key.node.kind());
                log.say(&key.path, message, "quote it");
                continue;
            };
            if taken.iter().any(|entry| entry.name == name) {
                let message = format!("the key {} is there twice", quoted(name));
                log.say(&key.path, message, "keep one of them");
                continue;
            }
            let value = self.below(value, Hop::Value(index));
            taken.push(Entry { name, key, value });
        }
        Some(taken)
    }

    /// The key of an entry of a map, whatever kind of value it is.
    pub(crate) fn key_of(&self, index: usize) -> Self {
        match self.node {
            Node::Map(entries) => self.below(&entries[index].0, Hop::Key(index)),
            _ => self.clone(),
        }
    }

    /// The value of an entry of a map.
    pub(crate) fn value_of(&self, index: usize) -> Self {
        match self.node {
            Node::Map(entries) => self.below(&entries[index].1, Hop::Value(index)),
            _ => self.clone(),
        }
    }

    /// The items of a list; anything else is a problem.
    pub(crate) fn items(&self, what: &str, log: &mut Log<'_>) -> Option<Vec<Self>> {
        let Node::List(items) = self.node else {
            self.wrong_kind(what, "a list", log);
            return None;
        };
        let items = items.iter().enumerate();
        Some(
            items
                .map(|(index, item)| self.below(item, Hop::Item(index)))
                .collect(),
        )
    }

    /// Text that says something; anything else is a problem.
    pub(crate) fn text(&self, what: &str, log: &mut Log<'_>) -> Option<&'a str> {
        match self.node {
            Node::Text(text) if !text.trim().is_empty() => Some(text),
            Node::Text(_) => {
                log.say(&self.path, format!("{what} is empty"), "");
                None
            }
            _ => {
                self.wrong_kind(what, "text", log);
                None
            }
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&self, what: &str, log: &mut Log<'_>) -> Vec<String> {
        let items = self.items(what, log).unwrap_or_default();
        let texts = items.iter().filter_map(|item| item.text(what, log));
        texts.map(str::to_owned).collect()
    }

    fn wrong_kind(&self, what: &str, expected: &str, log: &mut Log<'_>) {
        let message = match self.node {
            Node::Null => format!("{what} is empty; it must be {expected}"),
            node => format!("{what} must be {expected}, not {}", node.kind()),
        };
        let number = matches!(self.node, Node::Bool(_) | Node::Int(_) | Node::Float(_));
        let listed = match self.node {
            // Lists of words, where one word is a likely slip.
            Node::Text(text)
                if expected == "a list" && !text.contains('\n') && LISTS.contains(&what) =>
            {
                format!("write `[{}]`", printable(text))
            }
            _ => String::new(),
        };
        let help = match self.node {
            _ if !listed.is_empty() => listed.as_str(),
            _ if expected == "text" && number && log.written(&self.path).contains("${") => {
                "it is what the matrix says; quote it there"
            }
            _ if expected == "text" && number => "quote it",
            Node::List(_) | Node::Map(_) if matches!(what, "`eval`" | "`run`") => {
                "Python text that YAML takes for its own must be quoted"
            }
            Node::Tagged => "the language has no tags; quote a text that starts with `!`",
            _ => "",
        };
        log.say(&self.path, message, help);
    }
}

/// Words a map may have as keys.
pub(crate) struct Words {
    /// Those that mean something.
    pub(crate) known: &'static [&'static str],
}

impl Words {
    /// Whether the key means something; if not, says so.
    pub(crate) fn knows(&self, what: &str, key: &Entry<'_>, log: &mut Log<'_>) -> bool {
        if self.known.contains(&key.name) {
            return true;
        }
        let message = format!("unknown key {} in {what}", quoted(key.name));
        let help = did_you_mean(key.name, self.known.iter().copied())
            .unwrap_or_else(|| format!("expected {}", one_of(self.known)));
        log.say(&key.key.path, message, help);
        false
    }
}

/// `` `a`, `b` or `c` ``
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Text from the file as a message quotes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{}`", printable(&shown))
}

/// A question about the nearest word, if one is near enough to be meant.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let most = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| format!("did you mean `{known}`?"))
}
