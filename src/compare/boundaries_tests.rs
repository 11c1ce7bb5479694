use std::collections::BTreeSet;

use super::*;

/// Notes on these releases.
fn changes(releases: &str) -> Vec<ChangeReport> {
    let note = |since: &str| ChangeReport {
        since: since.into(),
        note: String::new(),
    };
    releases.split_whitespace().map(note).collect()
}

/// The changes of `3.6.0 A 3.7.0 B`: the releases that changed it, and the builds beside the plain ones.
fn describe(shown: &str, notes: &str) -> String {
    let words: Vec<&str> = shown.split_whitespace().collect();
    let keys = words
        .chunks(2)
        .map(|pair| (pair[0].parse().unwrap(), pair[1]));
    let keys: BTreeSet<(InterpreterKey, &str)> = keys.collect();
    let observed: Vec<_> = keys.iter().map(|(key, shows)| (key, *shows)).collect();
    let changes = changes(notes);
    let mut parts: Vec<String> = Vec::new();
    for Boundary { before, after } in find_between_releases(&observed) {
        let found = locate_change(&changes, before.0, after.0);
        parts.extend(found.iter().map(ToString::to_string));
    }
    let beside = find_beside_plain(&observed).into_iter();
    parts.extend(beside.map(|one| format!("{} unlike {}", one.after.0, one.before.0)));
    parts.join(", ")
}

#[test]
fn a_release_is_named_by_a_note_or_else_by_the_gap() {
    for (shown, notes, wanted) in [
        // A note, or two, of which each may be the cause.
        ("2.7.18 A 3.6.15 B", "3.3", "3.3"),
        ("2.7.18 A 3.6.15 B", "3.6.3 3.3", "3.3, 3.6.3"),
        ("3.5.10 A 3.6.0 B", "3.6", "3.6"),
        ("3.6.0 A 3.6.4 B", "3.6.3", "3.6.3"),
        // None: the gap.
        ("2.7.18 A 3.6.15 B", "", "≤3.6"),
        ("3.6.0 A 3.6.4 B", "", "3.6.1–3.6.4"),
        ("3.7.16 A 3.8.18 B", "", "≤3.8"),
        ("3.7.17 A 3.8.1 B", "", "≤3.8"),
        // 3.0 to 3.3 are never run.
        ("2.7.18 A 3.4.0 B", "", "≤3.4"),
        // Notes outside it: the older version has it already, or the newer one not yet.
        ("3.6.3 A 3.6.4 B", "3.6.3 3.6.5", "3.6.4"),
        ("3.6.15 A 3.7.0 B", "3.6 3.7.1", "3.7"),
        ("3.7.16 A 3.8.18 B", "3.7 3.9", "≤3.8"),
        // Neighbours without a release in between.
        ("3.6.3 A 3.6.4 B", "", "3.6.4"),
        ("3.5.10 A 3.6.0 B", "", "3.6"),
        // The first version that ran is not a change, and neither is one without a difference.
        ("3.6.15 A", "3.3 3.6", ""),
        ("3.6.15 A 3.7.16 A", "3.7", ""),
        // There and back.
        ("3.6.15 A 3.7.16 B 3.8.18 A", "3.7 3.8", "3.7, 3.8"),
        ("3.6.15 A 3.7.16 B 3.8.18 A", "3.7", "3.7, ≤3.8"),
        // What one series got in a bug-fix release is not what took it back in the next one.
        (
            "3.5.2 A 3.5.4 B 3.6.0 A 3.6.2 B",
            "3.5.4 3.6.2",
            "3.5.4, ≤3.6, 3.6.2",
        ),
    ] {
        assert_eq!(describe(shown, notes), wanted, "{shown} ({notes})");
    }
}

#[test]
fn a_prerelease_counts_as_its_release() {
    for (shown, notes, wanted) in [
        ("3.13.0 A 3.14.0a2 B", "3.14", "3.14"),
        ("3.13.0 A 3.14.0a2+ B", "3.14", "3.14"),
        ("3.14.0a2 A 3.14.0b1 B", "3.14", "3.14"),
        ("3.14.0b1 A 3.14.0 B", "3.14", "3.14"),
        ("3.14.0 A 3.15.0b1 B", "3.14 3.15.1", "≤3.15"),
        ("3.14.0a1 A 3.14.0a2 B", "", "3.14.0a2"),
        ("3.14.0a1 A 3.14.0a4 B", "", "≤3.14.0a4"),
        ("3.14.0rc1 A 3.14.0 B", "", "≤3.14.0"),
        ("3.14.0rc1 A 3.14.2 B", "", "3.14.0–3.14.2"),
        ("3.14.0 A 3.14.1rc1 B", "", "≤3.14.1rc1"),
    ] {
        assert_eq!(describe(shown, notes), wanted, "{shown} ({notes})");
    }
}

#[test]
fn builds_and_labels_are_no_releases() {
    for (shown, wanted) in [
        // What only the debug build shows, it shows beside the plain one; what both show is said once.
        (
            "3.13.0 A 3.13.0d B 3.14.0 A 3.14.0d B",
            "3.13.0d unlike 3.13.0, 3.14.0d unlike 3.14.0",
        ),
        ("3.13.0 A 3.13.0d A 3.14.0 B 3.14.0d B 3.14.0t B", "≤3.14"),
        (
            "3.13.0 A 3.14.0 B 3.14.0td C",
            "≤3.14, 3.14.0td unlike 3.14.0",
        ),
        // Where the version was not run plain, the nearest one of its feature release is.
        ("3.14.2 A 3.14.7t B 3.14.10 A", "3.14.7t unlike 3.14.10"),
        ("3.13.0 A 3.14.7t B 3.14.10 B", "≤3.14"),
        // Where its feature release was not, the build stands for itself.
        ("3.13.0t A 3.14.0t B", "≤3.14t"),
        (
            "3.13.0 A 3.13.0t A 3.14.3t B 3.14.5t A 3.15.0 A",
            "≤3.14t, 3.14.4t–3.14.5t",
        ),
        // A label is a name, not a version.
        ("3.13.0 A 3.13.0@o B", "3.13.0@o unlike 3.13.0"),
        ("3.13.0 A 3.13.0@o B 3.14.0 A", "3.13.0@o unlike 3.13.0"),
        ("3.12.0@sid A 3.13.0@sid B", "≤3.13"),
        (
            "3.13.0@o B 3.13.0d A 3.13.0d@o B 3.13.0 A",
            "3.13.0@o unlike 3.13.0, 3.13.0d@o unlike 3.13.0",
        ),
        // Of two with labels nobody knows which one is the release.
        (
            "3.12.0 A 3.13.0@a A 3.13.0@b B 3.14.0 A",
            "3.13.0@b unlike 3.13.0@a",
        ),
        ("3.13.0t@a A 3.13.0t@b B", "3.13.0t@b unlike 3.13.0t@a"),
    ] {
        assert_eq!(describe(shown, ""), wanted, "{shown}");
    }
}

#[test]
fn the_span_of_a_change_is_what_a_search_looks_in() {
    let span = |before: &str, after: &str, notes: &str| {
        let [before, after] = [before, after].map(|key| key.parse().unwrap());
        let changes = changes(notes);
        let found = locate_change(&changes, &before, &after);
        found.iter().map(ChangedIn::span).collect::<Vec<_>>()
    };
    assert_eq!(
        span("2.7.18", "3.6.15", "3.3 3.6.3"),
        [[[3, 3, 0]; 2], [[3, 6, 3]; 2]]
    );
    assert_eq!(span("2.7.18", "3.6.15", ""), [[[2, 7, 19], [3, 6, 15]]]);
    assert_eq!(span("3.14.0a1", "3.14.0b1", ""), [[[3, 14, 0]; 2]]);
}
