//! Change points and the search for them, on made-up histories.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::bisect::{choose_middle, find_change_points, next_version};
use super::history::{History, Observation};
use super::untested_ranges::describe_ranges;
use crate::python::version::InterpreterKey;
use crate::record::BehaviourId;

fn key(text: &str) -> InterpreterKey {
    text.parse().unwrap()
}

fn sighting(letter: &str) -> Observation {
    if letter == "?" {
        return Observation::Unclear("crashed".to_owned());
    }
    Observation::Behaviour(BehaviourId::new(letter, "exit 0"))
}

/// `3.7.1 A, 3.8.1 ?, 3.9.1 B`
fn history(text: &str) -> History {
    let seen = text.split(", ").map(|one| {
        let (version, letter) = one.split_once(' ').unwrap();
        (key(version), sighting(letter))
    });
    let seen: BTreeMap<_, _> = seen.collect();
    History {
        seen,
        ..History::default()
    }
}

/// The change points, as the page has them.
fn points(history: &History) -> Vec<String> {
    let found = find_change_points(history).into_iter().map(|one| {
        let ((before, was), (after, now)) = (one.before, one.after);
        let hole = describe_ranges(&one.untested_ranges(history), before.build_suffix());
        let hole = hole.unwrap_or_else(|| "nothing".to_owned());
        format!("{before} {} to {after} {}: {hole}", was.trace, now.trace)
    });
    found.collect()
}

#[test]
fn a_change_point_is_between_neighbours_that_differ() {
    let one = history("3.6.15 A, 3.7.16 A, 3.8.18 B, 3.9.18 B");
    assert_eq!(points(&one), ["3.7.16 A to 3.8.18 B: 3.7.17, 3.8.0–3.8.17"]);
    assert_eq!(points(&history("3.6.15 A, 3.9.18 A")), [""; 0]);
    assert_eq!(points(&history("3.6.15 A")), [""; 0]);
}

#[test]
fn behaviour_that_comes_back_changes_twice() {
    let one = history("3.7.17 A, 3.8.20 B, 3.9.0 A");
    assert_eq!(
        points(&one),
        [
            "3.7.17 A to 3.8.20 B: 3.8.0–3.8.19",
            "3.8.20 B to 3.9.0 A: nothing"
        ]
    );
}

#[test]
fn what_has_no_behaviour_is_neither_side_nor_hole() {
    let one = history("3.8.18 A, 3.8.19 ?, 3.8.20 B");
    assert_eq!(points(&one), ["3.8.18 A to 3.8.20 B: nothing"]);
    assert_eq!(points(&history("3.8.18 ?, 3.8.20 B")), [""; 0]);
}

#[test]
fn builds_are_held_against_their_own() {
    let one = history("3.13.0 A, 3.13.0t B, 3.14.0 A, 3.14.0t C, 3.14.0td D");
    let hole = "3.13.1t and later of 3.13";
    assert_eq!(points(&one), [format!("3.13.0t B to 3.14.0t C: {hole}")]);
    let change = find_change_points(&one)[0];
    assert!(change.has(&key("3.13.4t")) && change.has(&key("3.13.4t@sid")));
    assert!(!change.has(&key("3.13.4")) && !change.has(&key("3.13.0t")));
}

#[test]
fn candidates_are_those_in_the_hole_each_version_once() {
    let one = history("3.6.15 A, 3.8.18 ?, 3.10.1 B");
    let given = [
        "3.6.1", "3.7.16@b", "3.7.16@a", "3.8.18", "3.9.1", "3.9.1t", "3.10.1", "3.12.1",
    ];
    let given = given.map(key);
    let change = find_change_points(&one)[0];
    let found = change.candidates(&one, &given);
    let found: Vec<String> = found.into_iter().map(ToString::to_string).collect();
    assert_eq!(found, ["3.7.16@a", "3.9.1"]);
    assert_eq!(choose_middle(&[]), None);
}

/// Versions in order, so many.
fn versions(count: usize) -> Vec<InterpreterKey> {
    let version = |at: usize| key(&format!("3.{}.{}", 6 + at / 7, at % 7));
    (0..count).map(version).collect()
}

/// Runs on what is to be run next until nothing is left: what is known then, and how often it ran.
fn search(known: History, all: &BTreeMap<InterpreterKey, Observation>) -> (History, usize) {
    let given: BTreeSet<InterpreterKey> = all.keys().cloned().collect();
    let mut histories = [known];
    let mut tried = BTreeSet::new();
    while let Some(next) = next_version(&histories, &given, &tried).cloned() {
        let sighting = all[&next].clone();
        assert!(histories[0].seen.insert(next.clone(), sighting).is_none());
        assert!(tried.insert(next), "each once");
    }
    let [known] = histories;
    (known, tried.len())
}

proptest! {
    #[test]
    fn one_boundary_is_found_by_halving(count in 2..200_usize, boundary: prop::sample::Index) {
        let versions = versions(count);
        let boundary = boundary.index(count - 1) + 1;
        let letter = |at: usize| if at < boundary { "A" } else { "B" };
        let all: BTreeMap<_, _> = versions.iter().cloned().enumerate()
            .map(|(at, key)| (key, sighting(letter(at)))).collect();
        let ends = [0, count - 1].map(|at| (versions[at].clone(), sighting(letter(at))));
        let known = History { seen: ends.into(), ..History::default() };
        let (known, tries) = search(known, &all);
        let found = find_change_points(&known);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!((found[0].before.0, found[0].after.0), (&versions[boundary - 1], &versions[boundary]));
        // Between the ends lie `count - 2` versions, and `count - 1` places for the boundary.
        let least = usize::try_from((count - 1).next_power_of_two().trailing_zeros()).unwrap();
        prop_assert!(tries <= least, "{} tries for {} places", tries, count - 1);
    }

    #[test]
    fn any_sequence_is_searched_to_its_end(
        letters in prop::collection::vec(prop::sample::select(vec!["A", "B", "C", "?"]), 1..60),
        known in prop::collection::vec(any::<bool>(), 60),
    ) {
        let versions = versions(letters.len());
        let all: BTreeMap<_, _> = versions.iter().cloned().zip(letters.iter().map(|one| sighting(one))).collect();
        let seen = all.clone().into_iter().zip(known).filter_map(|(one, known)| known.then_some(one));
        let before = History { seen: seen.collect(), ..History::default() };
        let (after, _) = search(before.clone(), &all);
        for history in [&before, &after] {
            // By hand: each version with a behaviour against the last one before it.
            let mut last: Option<(&InterpreterKey, &Observation)> = None;
            let mut wanted = Vec::new();
            for (key, one) in &history.seen {
                if *one == sighting("?") {
                    continue;
                }
                if let Some((before, _)) = last.filter(|(_, before)| *before != one) {
                    wanted.push((before, key));
                }
                last = Some((key, one));
            }
            let found: Vec<_> = find_change_points(history).iter().map(|one| (one.before.0, one.after.0)).collect();
            prop_assert_eq!(found, wanted);
        }
        for change in find_change_points(&after) {
            prop_assert!(!versions.iter().any(|key| change.has(key) && !after.seen.contains_key(key)));
        }
        // Nothing that was known is run again, and nothing outside of holes.
        for (key, one) in &before.seen {
            prop_assert_eq!(after.seen.get(key), Some(one));
        }
    }
}
