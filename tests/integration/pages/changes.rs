//! Releases in which rows changed, in every view: those that the notes of the scenarios name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use modswap::record::{RunReport, read};

use super::{read_our_pages, repository};
use crate::harness::{Workspace, expect_exit, modswap};

/// All that may be said by the notes of a row's scenario and its cases: the notes between neighbouring releases that differ, and
/// how many boundaries have none.
fn allowed_notes(report: &RunReport, row: &str) -> (BTreeSet<String>, usize) {
    let cases = report.cases.iter().filter(|one| one.case == row);
    let mut shown: Vec<_> = cases
        .filter(|one| one.interpreter.build_suffix().is_empty() && one.interpreter.label.is_none())
        .filter_map(|one| {
            Some((
                release_numbers(&one.interpreter.version.to_string()),
                one.behaviour()?,
            ))
        })
        .collect();
    shown.sort_unstable();
    let id = row.split('[').next().expect("an id");
    let scenario = report.scenarios.iter().find(|one| one.id == id);
    let notes = &scenario.expect("the scenario").changes;
    let (mut named, mut gaps) = (BTreeSet::new(), 0);
    for pair in shown.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
        let between = notes.iter().map(|one| one.since.clone());
        let between = between.filter(|since| {
            pair[0].0 < release_numbers(since) && release_numbers(since) <= pair[1].0
        });
        let before = named.len();
        named.extend(between);
        gaps += usize::from(named.len() == before);
    }
    (named, gaps)
}

/// `3.6` or `3.6.3` as numbers; a prerelease counts as its release.
fn release_numbers(text: &str) -> [u64; 3] {
    let end = text.find(|c: char| c.is_ascii_alphabetic());
    let numbers = &text[..end.unwrap_or(text.len())];
    let mut numbers = numbers
        .split('.')
        .map(|part| part.parse().expect("a number"));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// Releases that a text names, and how many gaps.
fn named_notes(text: &str) -> (BTreeSet<String>, usize) {
    let parts = text
        .split(", ")
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let (gaps, named): (Vec<_>, Vec<_>) = parts.partition(|part| part.contains(['≤', '–']));
    (named.into_iter().map(str::to_owned).collect(), gaps.len())
}

/// Holds the page for a browser to it: its table, and what its search looks in.
fn assert_page_agrees(html: &str, allowed: &BTreeMap<&str, (BTreeSet<String>, usize)>) {
    let lines = html
        .lines()
        .filter(|line| line.starts_with("<li class=\"row"));
    let cells: Vec<&str> = lines
        .map(|line| {
            let cell = line.split("<span class=\"changed\">").nth(1);
            cell.map_or("", |cell| cell.split("</span>").next().expect("its end"))
        })
        .collect();
    let block = html.split("id=\"index\">").nth(1).expect("the block");
    let block = block.split("</script>").next().expect("its end");
    let block: serde_json::Value = serde_json::from_str(block).expect("JSON");
    let entries = block["rows"].as_array().expect("rows");
    assert_eq!(cells.len(), entries.len());
    for (entry, cell) in entries.iter().zip(cells) {
        let row = entry["id"].as_str().expect("an id");
        assert_eq!(named_notes(cell), allowed[row], "{row} in the page");
        let spans: Vec<[[u64; 3]; 2]> =
            serde_json::from_value(entry["changed"].clone()).expect("spans");
        let exact = spans.iter().filter(|[first, last]| first == last);
        let exact: BTreeSet<_> = exact.map(|[first, _]| *first).collect();
        let named: BTreeSet<_> = allowed[row]
            .0
            .iter()
            .map(|since| release_numbers(since))
            .collect();
        assert!(
            named.is_subset(&exact),
            "{row}: {named:?} is found by {exact:?}"
        );
    }
}

/// The release that changed a row is the one that its scenario's notes name, in every view, and in the search of the page.
#[test]
#[allow(clippy::too_many_lines, reason = "one question to every view")]
fn no_view_names_a_release_that_the_notes_contradict() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut command = modswap();
    command
        .args(["report", "reports/report.json", "--pages"])
        .arg(&folder);
    expect_exit(&mut command, 0);
    let report = read::report(&repository().join("reports/report.json")).expect("the report");
    let rows: BTreeSet<&str> = report.cases.iter().map(|one| &*one.case).collect();
    let allowed: BTreeMap<&str, _> = rows
        .iter()
        .map(|row| (*row, allowed_notes(&report, row)))
        .collect();
    let index = expect_exit(
        modswap().args(["list", "scenarios", "--format", "markdown"]),
        0,
    );
    let index = String::from_utf8(index.stdout).expect("UTF-8");

    // The tables of the pages, and of the index of scenarios, which no run is needed for.
    for (name, page) in read_our_pages(&folder)
        .iter()
        .filter(|(name, _)| name.strip_suffix(".md").is_some())
    {
        let mut seen = 0;
        for line in page.lines().filter(|line| line.starts_with("| <b>")) {
            // A line is a row, or all rows of a scenario.
            let id = line.split("<sub>[`").nth(1).expect("an id");
            let id = id.split('`').next().expect("its end");
            let of_scenario = |row: &&&str| row.split('[').next() == Some(id);
            let rows: Vec<&&str> = match allowed.get_key_value(id) {
                Some((row, _)) => vec![row],
                None => rows.iter().filter(of_scenario).collect(),
            };
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            let (named, gaps) = named_notes(cells[cells.len() - 1]);
            let expected = rows.iter().flat_map(|row| allowed[**row].0.clone());
            assert_eq!(named, expected.collect(), "{name}: {id}");
            let most: usize = rows.iter().map(|row| allowed[**row].1).sum();
            assert!(gaps <= most && (gaps > 0) == (most > 0), "{name}: {id}");
            seen += 1;
            let row = *rows[0];
            let id = row.split('[').next().expect("an id");
            let listed = index
                .lines()
                .find(|line| line.contains(&format!("]({id}.yaml)")));
            let listed = listed
                .expect("it is in the index")
                .trim_end_matches([' ', '|']);
            let listed: Vec<&str> = listed
                .rsplit(" | ")
                .next()
                .expect("a cell")
                .split(' ')
                .collect();
            for since in &allowed[row].0 {
                assert!(
                    listed.contains(&since.as_str()),
                    "{row}: {since} is not in {listed:?}"
                );
            }
        }
        assert!(seen > 0 || name == "README.md", "{name} has no findings");
    }

    // The lists of releases on the first page have each scenario that changed in them, and no other.
    let front = fs::read_to_string(folder.join("README.md")).expect("the first page");
    let changes = front.split("\n## ").nth(1).expect("the changes");
    let changes = changes
        .replace("<details><summary><b>", "\n### ")
        .replace("</b>: ", ": ");
    let mut lists: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for list in changes.split("\n### ").skip(1) {
        let (release, rest) = list.split_once(": ").expect("a release");
        let rest = rest.split("<details><summary>").next().expect("a list");
        for id in rest.split("<sub>[`").skip(1) {
            let id = id.split(['`', '[']).next().expect("its end");
            lists
                .entry(id.to_owned())
                .or_default()
                .insert(release.to_owned());
        }
    }
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (row, (named, _)) in &allowed {
        let id = row.split('[').next().expect("an id");
        let features = named.iter().map(|since| {
            let [major, minor, _] = release_numbers(since);
            format!("{major}.{minor}")
        });
        expected.entry(id.to_owned()).or_default().extend(features);
    }
    for (id, features) in expected {
        let listed = lists.remove(&id).unwrap_or_default();
        assert!(
            features.is_subset(&listed),
            "{id}: {features:?} in {listed:?}"
        );
        let mut rows = allowed
            .iter()
            .filter(|(row, _)| row.split('[').next() == Some(&id));
        let has_gap = rows.any(|(_, (_, gaps))| *gaps > 0);
        assert!(
            has_gap || features == listed,
            "{id}: {features:?} in {listed:?}"
        );
    }

    let html = fs::read_to_string(folder.join("index.html")).expect("the page");
    assert_page_agrees(&html, &allowed);
    let of_3_3 = allowed.values().filter(|(named, _)| named.contains("3.3"));
    assert!(
        of_3_3.count() > 80,
        "`changed:3.3` finds the rows with such a note"
    );
}
