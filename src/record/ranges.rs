//! Versions in words: `2.7, 3.6–3.13`, and which ones in between were not run.

use std::collections::BTreeSet;

use crate::python::releases::{are_neighbours, between};
use crate::python::version::{FeatureVersion, InterpreterKey};

/// The versions of `shown`, as ranges over `all`, the versions that were run: `2.7, 3.6–3.13`.
///
/// A range joins neighbours among the feature releases. One that was not run, or behaves otherwise, ends it. Where the
/// interpreters of one feature release do not all belong to `shown`, each is named in full.
pub fn ranges(shown: &[&InterpreterKey], all: &[&InterpreterKey]) -> String {
    let is_plain = |key: &&InterpreterKey| key.build_suffix().is_empty() && key.label.is_none();
    let (plain, special): (Vec<&InterpreterKey>, Vec<_>) =
        shown.iter().copied().partition(is_plain);
    let of_release = |keys: &[&InterpreterKey], release: FeatureVersion| {
        let keys = keys.iter().filter(|key| is_plain(key));
        keys.filter(|key| key.version.feature() == release).count()
    };
    let mut parts: Vec<String> = Vec::new();
    let mut run: Vec<FeatureVersion> = Vec::new();
    let flush = |run: &mut Vec<FeatureVersion>, parts: &mut Vec<String>| {
        let word = |(major, minor): FeatureVersion| format!("{major}.{minor}");
        match run[..] {
            [] => {}
            [only] => parts.push(word(only)),
            [first, second] => parts.extend([word(first), word(second)]),
            [first, .., last] => parts.push(format!("{}–{}", word(first), word(last))),
        }
        run.clear();
    };
    let present: BTreeSet<FeatureVersion> = plain.iter().map(|key| key.version.feature()).collect();
    for release in present {
        if of_release(shown, release) < of_release(all, release) {
            flush(&mut run, &mut parts);
            let named = plain.iter().filter(|key| key.version.feature() == release);
            parts.extend(named.map(ToString::to_string));
            continue;
        }
        if run
            .last()
            .is_some_and(|last| !are_neighbours(*last, release))
        {
            flush(&mut run, &mut parts);
        }
        run.push(release);
    }
    flush(&mut run, &mut parts);
    parts.extend(special.iter().map(|key| {
        let is_like =
            |other: &&&InterpreterKey| other.series() == key.series() && other.label == key.label;
        match &key.label {
            _ if all.iter().filter(is_like).count() != 1 => key.to_string(),
            Some(label) => format!("{}@{label}", key.series()),
            None => key.series(),
        }
    }));
    parts.join(", ")
}

/// Supported feature releases between the first and the last of `all` that were not run.
pub fn holes(all: &[&InterpreterKey]) -> Vec<FeatureVersion> {
    let run: BTreeSet<_> = all.iter().map(|key| key.version.feature()).collect();
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return Vec::new();
    };
    let missing = between(*first, *last).filter(|release| !run.contains(release));
    missing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<InterpreterKey> {
        text.split(' ').map(|key| key.parse().unwrap()).collect()
    }

    fn words(shown: &str, all: &str) -> String {
        let (shown, all) = (keys(shown), keys(all));
        ranges(
            &shown.iter().collect::<Vec<_>>(),
            &all.iter().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn ranges_join_neighbours_only() {
        let all = "2.7.18 3.6.15 3.7.16 3.8.18 3.9.18 3.10.13 3.11.2 3.11.7 3.12.1 3.13.0";
        assert_eq!(words(all, all), "2.7, 3.6–3.13");
        assert_eq!(words("2.7.18 3.6.15 3.7.16", all), "2.7, 3.6, 3.7");
        assert_eq!(words("3.6.15 3.8.18 3.9.18 3.10.13", all), "3.6, 3.8–3.10");
        assert_eq!(words("3.10.13 3.11.7 3.12.1", all), "3.10, 3.11.7, 3.12");
        assert_eq!(
            words("2.7.18 3.5.10 3.6.15", "2.7.18 3.5.10 3.6.15"),
            "2.7, 3.5, 3.6"
        );
        assert_eq!(words("3.13.0 3.13.0t", "3.13.0 3.13.0t"), "3.13, 3.13t");
        assert_eq!(
            words("3.13.0 3.13.0@sid", "3.13.0 3.13.0@sid"),
            "3.13, 3.13@sid"
        );
    }

    #[test]
    fn holes_are_named() {
        let all = keys("2.7.18 3.6.15 3.8.18");
        let holes_of_all = holes(&all.iter().collect::<Vec<_>>());
        assert_eq!(holes_of_all, [(3, 4), (3, 5), (3, 7)]);
        assert!(holes(&[]).is_empty());
    }
}
