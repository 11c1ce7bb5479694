//! Which rows the words of a command mean.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use crate::record::id::VariantId;
use crate::scenario::model::Scenario;
use crate::text::listing;

/// How many ids are named of several that a word may mean.
const MAX_CANDIDATES: usize = 6;

/// The ids that a word can mean: of scenarios, and of their variants.
pub type Ids = BTreeSet<String>;

/// Collects the ids of scenarios and of all their variants.
pub fn collect_ids(scenarios: &[Scenario]) -> Ids {
    let ids = scenarios.iter().flat_map(|scenario| {
        let variants = scenario.variants.iter();
        let cases = variants.map(|variant| variant.id.to_string());
        cases.chain([scenario.id.0.clone()])
    });
    ids.collect()
}

/// The longest glob, in bytes: longer ones make machines that are too large, for which the parser has no error.
const MAX_GLOB_BYTES: usize = 1000;
/// How many characters of such a one are shown.
const MAX_SHOWN_CHARACTERS: usize = 60;
/// How deep braces may be nested in a glob, for the same reason.
const MAX_GLOB_DEPTH: usize = 10;

/// The meaning of a word.
#[derive(Clone, Debug)]
enum Pattern {
    /// One scenario or one row.
    Id(String),
    /// All below a folder: it ends in `/`.
    Folder(String),
    /// `swap/*`
    Glob(GlobMatcher),
}

impl Pattern {
    /// Finds what a word means among these ids. An id comes first, then a glob, a folder, and the end of a single id.
    fn new(word: &str, ids: &Ids) -> Result<Self, SelectionError> {
        if ids.contains(word) {
            return Ok(Self::Id(word.to_owned()));
        }
        if !word.contains(['*', '?', '{']) {
            let folder = format!("{}/", word.trim_end_matches('/'));
            let mut below = ids.range(folder.clone()..);
            if below.next().is_some_and(|id| id.starts_with(&folder)) {
                return Ok(Self::Folder(folder));
            }
            let end = format!("/{word}");
            let found: Vec<&String> = ids.iter().filter(|id| id.ends_with(&end)).collect();
            return match &found[..] {
                // Nothing has this id, and the caller says so.
                [] => Ok(Self::Id(word.to_owned())),
                [only] => Ok(Self::Id((*only).clone())),
                several => Err(SelectionError::Ambiguous {
                    word: word.to_owned(),
                    candidates: listing(several, MAX_CANDIDATES),
                }),
            };
        }
        check_glob(word)?;
        // A variant's brackets are part of its name, not a class of characters.
        let escaped = word.replace('[', "[[]");
        let glob = GlobBuilder::new(&escaped).literal_separator(false).build();
        let glob = glob.map_err(|error| SelectionError::Glob {
            glob: word.to_owned(),
            reason: error.kind().to_string(),
        })?;
        Ok(Self::Glob(glob.compile_matcher()))
    }

    fn is_match(&self, id: &str) -> bool {
        match self {
            Self::Id(wanted) => wanted == id,
            Self::Folder(folder) => id.starts_with(folder),
            Self::Glob(glob) => glob.is_match(id),
        }
    }
}

/// Refuses what is no glob that anybody would type, before the parser sees it.
fn check_glob(word: &str) -> Result<(), SelectionError> {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in word.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let reason = if word.len() > MAX_GLOB_BYTES {
        format!(
            "it has {} bytes, and at most {MAX_GLOB_BYTES} are read",
            word.len()
        )
    } else if deepest > MAX_GLOB_DEPTH {
        format!("its braces are nested {deepest} deep, and at most {MAX_GLOB_DEPTH} are read")
    } else {
        return Ok(());
    };
    let start: String = word.chars().take(MAX_SHOWN_CHARACTERS).collect();
    let more = if start.len() < word.len() { "…" } else { "" };
    let glob = format!("{start}{more}");
    Err(SelectionError::Glob { glob, reason })
}

/// Which variants are meant: those that any of the words means, if there are some, and carry any of the tags, if there are some.
#[derive(Debug, Default)]
pub struct Selection {
    patterns: Vec<Pattern>,
    tags: Vec<String>,
}

/// Why a word means nothing certain.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A glob that cannot be read.
    #[error("`{glob}` is not an id or a glob over ids such as 'swap/*': {reason}")]
    Glob {
        /// As it was typed.
        glob: String,
        /// The reason of the glob parser.
        reason: String,
    },
    /// The end of several ids.
    #[error("`{word}` may be any of {candidates}; name one of them, or all by '*/{word}'")]
    Ambiguous {
        /// As it was typed.
        word: String,
        /// The ids that end so.
        candidates: String,
    },
}

impl Selection {
    /// Reads the words among the ids that there are: an id, of a scenario (`swap/exit`) or of a variant (`swap/exit[via=c_api]`);
    /// a glob over both (`swap/*`); a folder (`swap`); the last part of an id that no other id ends in (`exit`).
    ///
    /// # Errors
    /// When a glob cannot be read, or several ids end in a word.
    pub fn new(words: &[String], tags: &[String], ids: &Ids) -> Result<Self, SelectionError> {
        let patterns = words.iter().map(|word| Pattern::new(word, ids));
        Ok(Self {
            patterns: patterns.collect::<Result<_, _>>()?,
            tags: tags.to_vec(),
        })
    }

    /// True if a case is selected by its own id or that of its scenario.
    pub fn names(&self, scenario: &str, case: &str) -> bool {
        let mut patterns = self.patterns.iter();
        self.patterns.is_empty()
            || patterns.any(|pattern| pattern.is_match(scenario) || pattern.is_match(case))
    }

    /// True if a word is the id of this scenario, or of this variant, and of nothing else.
    pub fn singles_out(&self, scenario: &str, case: &str) -> bool {
        let is_it = |pattern: &Pattern| matches!(pattern, Pattern::Id(id) if *id == scenario || *id == case);
        self.patterns.iter().any(is_it)
    }

    /// Keeps what is selected; scenarios without a selected variant go.
    pub fn apply(&self, scenarios: Vec<Scenario>) -> Vec<Scenario> {
        let tagged = |scenario: &Scenario| {
            self.tags.is_empty() || self.tags.iter().any(|tag| scenario.tags.contains(tag))
        };
        let left = scenarios.into_iter().filter(tagged);
        let left = left.filter_map(|mut scenario| {
            if !self.patterns.is_empty() {
                let id = scenario.id.clone();
                let is_meant = |case: &VariantId| self.names(&id.0, case);
                let variants = &mut scenario.variants;
                variants.retain(|variant| is_meant(&variant.id));
            }
            (!scenario.variants.is_empty()).then_some(scenario)
        });
        left.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::scenario;
    use super::*;

    fn own(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn all() -> Vec<Scenario> {
        vec![
            scenario("swap/copy", &["swap", "core"], &[]),
            scenario("swap/new", &["swap"], &["a", "b"]),
            scenario("swap/new/er", &[], &[]),
            scenario("none/copy", &[], &[]),
            scenario("none/once", &[], &["{}", "c*"]),
        ]
    }

    fn selected(words: &[&str], tags: &[&str]) -> Vec<String> {
        let all = all();
        let selection = Selection::new(&own(words), &own(tags), &collect_ids(&all)).unwrap();
        let left = selection.apply(all);
        let ids = left.iter().flat_map(|one| {
            let variants = one.variants.iter();
            variants.map(|variant| variant.id.to_string())
        });
        ids.collect()
    }

    #[test]
    fn selection_is_by_id_variant_glob_and_tag() {
        assert_eq!(selected(&[], &[]).len(), 7);
        assert_eq!(selected(&["swap/copy"], &[]), ["swap/copy"]);
        assert_eq!(
            selected(&["swap/n*"], &[]),
            ["swap/new[via=a]", "swap/new[via=b]", "swap/new/er"]
        );
        assert_eq!(selected(&["swap/new[via=b]"], &[]), ["swap/new[via=b]"]);
        assert_eq!(
            selected(&["*[via=[ab]]"], &[]),
            [""; 0],
            "brackets are no class"
        );
        assert_eq!(
            selected(&["*[via=?]"], &[]),
            ["swap/new[via=a]", "swap/new[via=b]"]
        );
        assert_eq!(selected(&[], &["core"]), ["swap/copy"]);
        assert!(selected(&["delete/*"], &[]).is_empty());
        assert!(selected(&["delete"], &[]).is_empty());
    }

    #[test]
    fn a_folder_is_all_below_it_unless_it_is_an_id() {
        let below = [
            "swap/copy",
            "swap/new[via=a]",
            "swap/new[via=b]",
            "swap/new/er",
        ];
        assert_eq!(selected(&["swap"], &[]), below);
        assert_eq!(selected(&["swap/"], &[]), below);
        assert_eq!(
            selected(&["swap/new"], &[]),
            ["swap/new[via=a]", "swap/new[via=b]"]
        );
        assert_eq!(selected(&["swap/new/"], &[]), ["swap/new/er"]);
    }

    #[test]
    fn the_end_of_one_id_is_enough() {
        assert_eq!(
            selected(&["once"], &[]),
            ["none/once[via=%7B%7D]", "none/once[via=c%2A]"]
        );
        assert_eq!(selected(&["new[via=b]"], &[]), ["swap/new[via=b]"]);
        let error = Selection::new(&own(&["copy"]), &[], &collect_ids(&all())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`copy` may be any of none/copy, swap/copy; name one of them, or all by '*/copy'"
        );
        let error = Selection::new(&own(&["{a"]), &[], &Ids::default());
        assert!(matches!(error, Err(SelectionError::Glob { .. })));
    }

    #[test]
    fn no_glob_is_too_much_for_its_parser() {
        let ids = Ids::from(["a".to_owned()]);
        let nested = |depth: usize| format!("{}a{}", "{".repeat(depth), "}".repeat(depth));
        for (word, is_read) in [
            (nested(MAX_GLOB_DEPTH), true),
            (nested(MAX_GLOB_DEPTH + 1), false),
            (nested(128), false),
            ("{".repeat(400), false),
            ("?".repeat(MAX_GLOB_BYTES), true),
            ("{a,b}".repeat(MAX_GLOB_BYTES / 5), true),
            ("*a".repeat(MAX_GLOB_BYTES / 2), true),
            ("?".repeat(MAX_GLOB_BYTES + 1), false),
            ("é*".repeat(1 << 16), false),
        ] {
            let read = Selection::new(&[word], &[], &ids);
            let Err(error) = read else {
                assert!(is_read);
                continue;
            };
            let text = error.to_string();
            assert!(!is_read && text.len() < 300, "{text}");
            assert!(text.contains("at most"), "{text}");
        }
    }

    #[test]
    fn an_id_comes_before_a_glob() {
        // Baselines and reports of earlier versions have such ids.
        let ids = ["a[x={}]", "a[x=]", "a[y={b]"].map(str::to_owned).into();
        for id in ["a[x={}]", "a[y={b]"] {
            let selection = Selection::new(&own(&[id]), &[], &ids).unwrap();
            assert!(selection.names("a", id));
            assert!(!selection.names("a", "a[x=]"));
        }
    }

    #[test]
    fn whatever_has_an_id_is_meant_by_it() {
        let ids = collect_ids(&all());
        for id in &ids {
            let selection = Selection::new(std::slice::from_ref(id), &[], &ids).unwrap();
            let meant = ids.iter().filter(|other| selection.names(other, other));
            assert_eq!(meant.collect::<Vec<_>>(), [id]);
        }
    }
}
