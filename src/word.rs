//! Texts that come again and again, each held once: ids, names and values of facts, digests.
//!
//! A report of a hundred thousand cases says the same few thousand words in millions of places.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that cannot change and takes little room: equal ones share theirs, unless they are long.
#[derive(Clone, Eq)]
pub struct Word(Arc<str>);

/// Longer texts, in bytes, hardly come again.
const MOST: usize = 256;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Known {
    words: HashSet<Arc<str>>,
    /// How many there may be before those that nobody uses any more are dropped.
    room: usize,
}

impl Known {
    fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.words.get(text) {
            return Arc::clone(known);
        }
        if self.words.len() >= self.room {
            self.words.retain(|word| Arc::strong_count(word) > 1);
            self.room = (self.words.len() * 2).max(1 << 12);
        }
        let word: Arc<str> = text.into();
        self.words.insert(Arc::clone(&word));
        word
    }
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        if text.len() > MOST {
            return Self(text.into());
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        Self(known.get(text))
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Word {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.as_str().to_owned()
    }
}

impl Default for Word {
    fn default() -> Self {
        "".into()
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Word {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Word {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<Word> for str {
    fn eq(&self, other: &Word) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<Word> for String {
    fn eq(&self, other: &Word) -> bool {
        self == other.as_str()
    }
}

impl PartialOrd for Word {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Word {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// As the text's own, so that a map by words can be asked for a `&str`.
impl std::hash::Hash for Word {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(text.into())
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_words_share_their_text() {
        let (one, other) = (Word::from("shared"), Word::from("shared".to_owned()));
        assert!(Arc::ptr_eq(&one.0, &other.0));
        let long = "x".repeat(MOST + 1);
        let (one, other) = (Word::from(&long), Word::from(&long));
        assert!(!Arc::ptr_eq(&one.0, &other.0) && one == other);
    }

    #[test]
    fn what_nobody_uses_is_dropped() {
        let mut known = Known::default();
        let kept = known.get("kept");
        for number in 0..100_000 {
            known.get(&number.to_string());
        }
        assert!(known.words.len() <= 1 << 13, "{}", known.words.len());
        assert!(Arc::ptr_eq(&kept, &known.get("kept")));
    }

    #[test]
    fn json() {
        let word: Word = serde_json::from_str(r#""a\nb""#).unwrap();
        assert_eq!(word, "a\nb");
        assert_eq!(serde_json::to_string(&word).unwrap(), r#""a\nb""#);
    }
}
