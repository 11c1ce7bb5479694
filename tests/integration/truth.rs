//! The corpus against the truth table: what hand-written probes saw on real interpreters, in fresh processes. `truth/table.tsv`
//! is the table, `truth/map.tsv` says which scenarios are about which of its ids.
//!
//! What an expectation says was held against the table by eye when it was written, since the table's keys are not the
//! names of facts. What is tested is that Pythons which the table tells apart are told apart by the traces, and that the
//! expectations hold.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::harness::corpus::{behaviour_of, releases, report};
use serde_json::Value;

const TABLE: &str = include_str!("truth/table.tsv");
const MAP: &str = include_str!("truth/map.tsv");

/// By id: version and what was observed there, in the table's order of lines.
fn read_table() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let mut table: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, version, observed] = cells[..] else {
            panic!("three columns: {line}")
        };
        table.entry(id).or_default().push((version, observed));
    }
    table
}

/// By id: scenarios, and a remark; without a scenario the reason why there is none. A remark `but 3.14.10 3.15.2: why`
/// means that these need not be told from the others.
fn read_map() -> BTreeMap<&'static str, (Vec<&'static str>, &'static str)> {
    let lines = MAP.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, scenarios, remark] = cells[..] else {
            panic!("three columns: {line}")
        };
        let scenarios = scenarios.split_whitespace().filter(|one| *one != "-");
        (id, (scenarios.collect(), remark))
    });
    entries.collect()
}

fn cases_of(scenario: &str) -> impl Iterator<Item = &'static Value> {
    let cases = report()["cases"].as_array().expect("cases");
    cases
        .iter()
        .filter(move |case| case["scenario"] == scenario)
}

/// The Pythons of this machine that the table speaks of: the key here, and the version there.
fn shared_pythons() -> Vec<(&'static str, &'static str)> {
    let table = read_table();
    let lines = table.values().next().expect("a line");
    let here = releases();
    let mut shared = Vec::new();
    for (version, _) in lines {
        let of_it = |key: &str| key.split('@').next() == Some(version);
        match here.iter().find(|(key, _)| of_it(key)) {
            Some((key, _)) => shared.push((*key, *version)),
            None => println!(
                "not covered: CPython {version}, which the table has and this machine has not"
            ),
        }
    }
    shared
}

#[test]
fn every_id_is_covered_or_has_a_reason() {
    let (table, map) = (read_table(), read_map());
    let scenarios = report()["scenarios"].as_array().expect("scenarios");
    let mut wrong = String::new();
    for id in table.keys().filter(|id| !map.contains_key(*id)) {
        let _ = writeln!(wrong, "{id}: no line in map.tsv");
    }
    for (id, (mapped, remark)) in &map {
        if !table.contains_key(id) {
            let _ = writeln!(wrong, "{id}: not in the table");
        }
        if mapped.is_empty() && remark.is_empty() {
            let _ = writeln!(wrong, "{id}: neither a scenario nor a reason");
        }
        for scenario in mapped {
            if !scenarios.iter().any(|known| known["id"] == *scenario) {
                let _ = writeln!(wrong, "{id}: there is no scenario {scenario}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn pythons_that_the_table_tells_apart_are_told_apart() {
    let (table, map, shared) = (read_table(), read_map(), shared_pythons());
    let mut wrong = String::new();
    for (id, lines) in &table {
        let Some((mapped, remark)) = map.get(id).filter(|(mapped, _)| !mapped.is_empty()) else {
            continue;
        };
        // What tells these from the others is not CPython; the remark says what it is.
        let but = remark
            .strip_prefix("but ")
            .and_then(|rest| rest.split_once(':'));
        let but: Vec<&str> = but.map_or_else(Vec::new, |(but, _)| but.split(' ').collect());
        let observed = |version: &str| {
            let line = lines.iter().find(|(known, _)| *known == version);
            line.map(|(_, observed)| *observed)
        };
        let shown = |key: &str| {
            let of_all = mapped.iter().flat_map(|scenario| cases_of(scenario));
            let here = of_all.filter(|case| case["interpreter"] == key);
            here.map(behaviour_of).collect::<Vec<_>>()
        };
        for (at, (key, version)) in shared.iter().enumerate() {
            for (other_key, other) in &shared[at + 1..] {
                if but.contains(version) == but.contains(other)
                    && observed(version) != observed(other)
                    && shown(key) == shown(other_key)
                {
                    let _ = writeln!(
                        wrong,
                        "{id}: {} show the same on {key} and {other_key}; the table has\n  {version}: {}\n  {other}: {}",
                        mapped.join(", "),
                        observed(version).unwrap_or("nothing"),
                        observed(other).unwrap_or("nothing"),
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_expected_of_the_ids_holds() {
    let (table, shared) = (read_table(), shared_pythons());
    let mut wrong = String::new();
    for (id, (mapped, _)) in read_map() {
        for case in mapped.iter().flat_map(|scenario| cases_of(scenario)) {
            let version = shared.iter().find(|(key, _)| case["interpreter"] == *key);
            let Some((key, version)) = version else {
                continue;
            };
            if ["pass", "xfail", "skipped"].contains(&case["verdict"].as_str().expect("a verdict"))
            {
                continue;
            }
            let line = table[id].iter().find(|(known, _)| known == version);
            let _ = writeln!(
                wrong,
                "{id}: {} on {key}: {}\n  the table has {}",
                case["case"],
                case["reasons"],
                line.map_or("nothing", |(_, observed)| *observed)
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
