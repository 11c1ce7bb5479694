//! Versions in words: `2.7, 3.6–3.13`, and which ones in between were not run.

use std::collections::BTreeSet;

use crate::python::version::InterpreterKey;

/// Feature releases that exist, oldest first; a range may only skip over what is not one of them.
/// Source: PEP 373 and the release schedule PEPs of 3.4 to 3.15 (429 to 790). Older ones of 3 are not supported.
pub(crate) const RELEASES: [(u64, u64); 13] = [
    (2, 7),
    (3, 4),
    (3, 5),
    (3, 6),
    (3, 7),
    (3, 8),
    (3, 9),
    (3, 10),
    (3, 11),
    (3, 12),
    (3, 13),
    (3, 14),
    (3, 15),
];

/// The last bug-fix releases of feature releases that get no more. Source: PEPs 373, 429, 478, 494, 537, 569 and 596.
pub(crate) const LAST: [((u64, u64), u64); 7] = [
    ((2, 7), 18),
    ((3, 4), 10),
    ((3, 5), 10),
    ((3, 6), 15),
    ((3, 7), 17),
    ((3, 8), 20),
    ((3, 9), 25),
];

fn release(key: &InterpreterKey) -> (u64, u64) {
    (key.version.major, key.version.minor)
}

/// The versions of `shown`, as ranges over `all`, the versions that were run: `2.7, 3.6–3.13`.
///
/// A range joins neighbours among the feature releases. One that was not run, or behaves otherwise, ends it. Where the
/// interpreters of one feature release do not all belong to `shown`, each is named in full.
pub fn ranges(shown: &[&InterpreterKey], all: &[&InterpreterKey]) -> String {
    let plain: Vec<_> = shown
        .iter()
        .copied()
        .filter(|key| key.build_suffix().is_empty() && key.label.is_none())
        .collect();
    let mut parts: Vec<String> = Vec::new();
    let mut run: Vec<(u64, u64)> = Vec::new();
    let flush = |run: &mut Vec<(u64, u64)>, parts: &mut Vec<String>| {
        let word = |(major, minor): (u64, u64)| format!("{major}.{minor}");
        match run[..] {
            [] => {}
            [one] => parts.push(word(one)),
            [first, second] => parts.extend([word(first), word(second)]),
            [first, .., last] => parts.push(format!("{}–{}", word(first), word(last))),
        }
        run.clear();
    };
    let present: BTreeSet<(u64, u64)> = plain.iter().map(|key| release(key)).collect();
    for minor in present {
        let of_minor = |keys: &[&InterpreterKey]| {
            keys.iter()
                .filter(|key| {
                    release(key) == minor && key.build_suffix().is_empty() && key.label.is_none()
                })
                .count()
        };
        if of_minor(shown) < of_minor(all) {
            flush(&mut run, &mut parts);
            parts.extend(
                plain
                    .iter()
                    .filter(|key| release(key) == minor)
                    .map(ToString::to_string),
            );
            continue;
        }
        if run
            .last()
            .is_some_and(|last| follower(*last) != Some(minor))
        {
            flush(&mut run, &mut parts);
        }
        run.push(minor);
    }
    flush(&mut run, &mut parts);
    let special = shown
        .iter()
        .filter(|key| !key.build_suffix().is_empty() || key.label.is_some());
    parts.extend(special.map(|key| {
        let alone = all
            .iter()
            .filter(|other| other.minor() == key.minor() && other.label == key.label)
            .count()
            == 1;
        let label = key
            .label
            .as_ref()
            .map_or_else(String::new, |label| format!("@{label}"));
        if alone {
            format!("{}{label}", key.minor())
        } else {
            key.to_string()
        }
    }));
    parts.join(", ")
}

pub(crate) fn follower(release: (u64, u64)) -> Option<(u64, u64)> {
    let at = RELEASES.iter().position(|known| *known == release);
    at.map_or(Some((release.0, release.1 + 1)), |at| {
        RELEASES
            .get(at + 1)
            .copied()
            .or(Some((release.0, release.1 + 1)))
    })
}

/// Supported feature releases between the first and the last of `all` that were not run.
pub fn holes(all: &[&InterpreterKey]) -> Vec<(u64, u64)> {
    let run: BTreeSet<_> = all.iter().map(|key| release(key)).collect();
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return Vec::new();
    };
    let missing = RELEASES
        .iter()
        .filter(|known| *known > first && *known < last && !run.contains(known));
    missing.copied().collect()
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
