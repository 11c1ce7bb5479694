//! The corpus against real Pythons: what it expects holds, and the changes that it tells of are those that are seen.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::harness::corpus::{behaviour_of, releases, report};
use modswap::python::version::{InterpreterKey, PythonVersion};
use serde_json::Value;

/// A case on a release: its key, its version, and what it showed.
type Shown<'a> = (&'a str, PythonVersion, String);

/// Whether a change is behind a version and not behind the next. A prerelease has what its release has.
fn lies_between(from: &PythonVersion, since: &PythonVersion, to: &PythonVersion) -> bool {
    let numbers = |one: &PythonVersion| (one.major, one.minor, one.micro);
    from < since && numbers(since) <= numbers(to)
}

/// `3.6`, `3.6.3` or `3.15.0rc3`.
fn parse_version(text: &str) -> PythonVersion {
    let whole = match text.split('.').count() {
        2 => format!("{text}.0"),
        _ => text.to_owned(),
    };
    whole.parse().expect("a version")
}

fn list_in<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn every_expectation_holds_on_every_python_here() {
    let mut wrong = String::new();
    for case in list_in(report(), "cases") {
        let verdict = case["verdict"].as_str().expect("a verdict");
        if !["pass", "xfail", "skipped"].contains(&verdict) {
            let (id, key) = (&case["case"], &case["interpreter"]);
            let _ = writeln!(wrong, "{id} on {key}: {verdict}: {}", case["reasons"]);
        }
    }
    let keys: Vec<&str> = releases().into_iter().map(|(key, _)| key).collect();
    println!("on {}; on no other release", keys.join(", "));
    assert!(wrong.is_empty(), "{wrong}");
}

/// Between two neighbours among the Pythons a scenario behaves otherwise where it tells of a change, and only there.
/// Where it tells of several changes between the two, they may take each other back.
#[test]
fn changes_are_told_where_they_are_seen() {
    let mut releases: Vec<_> = releases()
        .into_iter()
        .map(|(key, _)| (key, key.parse::<InterpreterKey>().expect("a key").version))
        .collect();
    releases.sort_by(|one, other| one.1.cmp(&other.1));
    let mut wrong = String::new();
    for scenario in list_in(report(), "scenarios") {
        let id = scenario["id"].as_str().expect("an id");
        let told: Vec<(&str, PythonVersion)> = list_in(scenario, "changes")
            .iter()
            .map(|change| change["since"].as_str().expect("a version"))
            .map(|since| (since, parse_version(since)))
            .collect();
        let mut rows: BTreeMap<&str, Vec<Shown<'_>>> = BTreeMap::new();
        let of_it = |case: &&Value| case["scenario"] == id && case["verdict"] != "skipped";
        for case in list_in(report(), "cases").iter().filter(of_it) {
            let found = releases.iter().find(|(key, _)| case["interpreter"] == *key);
            let Some((key, version)) = found else {
                continue;
            };
            let row = rows
                .entry(case["case"].as_str().expect("an id"))
                .or_default();
            row.push((key, version.clone(), behaviour_of(case)));
        }
        let pairs: Vec<_> = rows.values().flat_map(|row| row.windows(2)).collect();
        for pair in &pairs {
            let [(before, from, was), (after, to, now)] = pair else {
                unreachable!("two")
            };
            let between = told.iter().any(|(_, since)| lies_between(from, since, to));
            if was != now && !between {
                let _ = writeln!(
                    wrong,
                    "{id}: {after} is not as {before}, and `changes` tells of nothing between them"
                );
            }
        }
        for (since, version) in &told {
            let spanning: Vec<_> = pairs
                .iter()
                .filter(|pair| lies_between(&pair[0].1, version, &pair[1].1))
                .collect();
            let alone = spanning.iter().all(|pair| {
                let (from, to) = (&pair[0].1, &pair[1].1);
                let ported = |since: &PythonVersion| {
                    since.micro > 0 && (since.major, since.minor) == (from.major, from.minor)
                };
                if told.iter().any(|(_, since)| ported(since) && since <= from) {
                    return false; // the older series may have got it in a bug-fix release
                }
                told.iter()
                    .filter(|(_, since)| lies_between(from, since, to))
                    .count()
                    == 1
            });
            if !spanning.is_empty() && alone && spanning.iter().all(|pair| pair[0].2 == pair[1].2) {
                let _ = writeln!(
                    wrong,
                    "{id}: `changes` tells of {since}, and {} is as {}",
                    spanning[0][1].0, spanning[0][0].0
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// `scenarios/README.md` is what the program makes of the scenarios. `MODSWAP_README=overwrite` writes it anew.
#[test]
fn the_index_is_up_to_date() {
    let command = ["list", "scenarios", "--format", "markdown"];
    let output = crate::harness::expect_exit(crate::harness::modswap().args(command), 0);
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/README.md");
    if std::env::var("MODSWAP_README").is_ok_and(|value| value == "overwrite") {
        std::fs::write(path, &page).expect("written");
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        known == page,
        "scenarios/README.md is out of date; make it anew with\n  \
         cargo run -- list --format markdown > scenarios/README.md"
    );
}

/// `reports/baseline` knows every scenario as it stands now, and nothing else.
#[test]
fn the_baseline_is_of_these_scenarios() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/baseline");
    let folder = std::path::Path::new(folder);
    let all = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let scenarios = modswap::scenario::load(&[all.into()]).expect("scenarios without a problem");
    let ids = modswap::baseline::ids(folder).expect("a folder");
    let kept =
        modswap::baseline::read(folder, ids.iter().map(String::as_str)).expect("a whole baseline");
    let mut wrong = String::new();
    for scenario in &scenarios {
        // What those with parameters do is known for values of theirs.
        if !scenario.parameters.is_empty() {
            continue;
        }
        let Some(file) = kept.scenarios.get(&scenario.id.0) else {
            let _ = writeln!(wrong, "{}: not in it", scenario.id);
            continue;
        };
        if file.digest != scenario.digest {
            let _ = writeln!(
                wrong,
                "{}: the text changed since it was accepted",
                scenario.id
            );
        }
        for variant in &scenario.variants {
            let case = &variant.id;
            if kept.row(&scenario.id.0, case).is_none() {
                let _ = writeln!(wrong, "{case}: not in it");
            }
        }
    }
    let gone = modswap::baseline::prune(&mut kept.clone(), &scenarios);
    assert!(gone.is_empty(), "no longer there: {gone:#?}");
    assert!(
        wrong.is_empty(),
        "{wrong}see CONTRIBUTING.md on how `modswap run` and `modswap accept` bring reports/baseline up to date"
    );
}

/// What was accepted of a version is what it shows. Versions that are not here are not looked at, and named.
#[test]
fn what_was_accepted_is_what_is_seen() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/baseline");
    let folder = std::path::Path::new(folder);
    let ids = modswap::baseline::ids(folder).expect("a folder");
    let kept =
        modswap::baseline::read(folder, ids.iter().map(String::as_str)).expect("a whole baseline");
    let (mut wrong, mut seen) = (String::new(), std::collections::BTreeSet::new());
    for case in report()["cases"].as_array().expect("a list") {
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        let key = text("interpreter").parse().expect("a key");
        let row = kept.row(text("scenario"), text("case"));
        let Some(known) = row.and_then(|(_, row)| row.of(&key)) else {
            continue;
        };
        if text("verdict") == "skipped" {
            continue;
        }
        seen.insert(key.without_label());
        if (known.digest.as_str(), known.end.as_str()) != (text("trace"), text("end")) {
            let _ = writeln!(
                wrong,
                "{} on {key}: no longer {}",
                text("case"),
                known.behaviour
            );
        }
    }
    let rest = kept
        .versions()
        .into_iter()
        .filter(|key| !seen.contains(*key));
    let rest: Vec<_> = rest.map(ToString::to_string).collect();
    println!("not looked at, not on this machine: {}", rest.join(", "));
    assert!(wrong.is_empty(), "{wrong}");
}
