//! `modswap diff`: what differs, once for all that differ alike, and what was not compared.

use crate::harness::assert_contains;
use crate::harness::stored::{Case, Project, report};
use serde_json::{Value, json};

/// Two rows on four versions, which all show the same.
const FIRST: [Case<'static>; 8] = [
    ("swap/copy[via=c_api]", "2.7.18", "pass", "old"),
    ("swap/copy[via=c_api]", "3.11.7", "pass", "old"),
    ("swap/copy[via=c_api]", "3.12.1", "pass", "old"),
    ("swap/copy[via=c_api]", "3.13.0", "pass", "old"),
    ("swap/earlier-copy", "2.7.18", "pass", "old"),
    ("swap/earlier-copy", "3.11.7", "pass", "old"),
    ("swap/earlier-copy", "3.12.1", "pass", "old"),
    ("swap/earlier-copy", "3.13.0", "pass", "old"),
];

/// The first run with some cells exchanged, and more cases.
fn changed(cells: &[Case<'static>]) -> Value {
    let mut cases: Vec<Case<'static>> = FIRST.to_vec();
    for cell in cells {
        match cases
            .iter_mut()
            .find(|one| (one.0, one.1) == (cell.0, cell.1))
        {
            Some(known) => *known = *cell,
            None => cases.push(*cell),
        }
    }
    report(&cases)
}

/// What `diff` says of this run against the baseline of the first one.
fn against_first(report: &Value, code: i32) -> String {
    let project = Project::accepted(&FIRST);
    project.store("run.json", report);
    project.ends(&["diff", "run.json"], code)
}

#[test]
fn equal_changes_are_one_group() {
    let report = changed(&[
        ("swap/copy[via=c_api]", "3.11.7", "drift", "new"),
        ("swap/copy[via=c_api]", "3.12.1", "drift", "new"),
        ("swap/earlier-copy", "3.11.7", "drift", "new"),
        ("swap/earlier-copy", "3.12.1", "drift", "new"),
        ("swap/earlier-copy", "3.13.0", "drift", "other"),
    ]);
    insta::assert_snapshot!(against_first(&report, 1));
}

#[test]
fn nothing_differs() {
    insta::assert_snapshot!(against_first(&changed(&[]), 0));
}

#[test]
fn every_kind_of_change_is_told() {
    let mut report = changed(&[
        ("swap/copy[via=c_api]", "2.7.18", "crashed", "old"),
        ("swap/copy[via=c_api]", "3.11.7", "fail", "new"),
        (
            "swap/copy[via=c_api]",
            "3.12.1",
            "skipped",
            "requires numpy",
        ),
        ("swap/copy[via=c_api]", "3.14.0", "pass", "old"),
        ("swap/earlier-copy", "3.14.0", "new", "new"),
        ("swap/new[a=1]", "3.13.0", "pass", "one"),
        ("swap/new[a=1]", "3.14.0", "pass", "two"),
        ("swap/new[a=2]", "3.13.0", "pass", "one"),
        ("swap/plain", "3.13.0", "pass", "one"),
        ("swap/rewritten", "3.13.0", "pass", "one"),
    ]);
    let project = Project::new();
    let mut first = FIRST.to_vec();
    first.extend([
        ("swap/rewritten", "3.13.0", "pass", "one"),
        ("swap/rewritten", "3.5.10", "pass", "one"),
        ("swap/elsewhere", "3.13.0", "pass", "one"),
    ]);
    project.store("first.json", &crate::harness::stored::report(&first));
    project.ends(&["accept", "--report", "first.json"], 0);
    let scenarios = report["scenarios"].as_array_mut().expect("a list");
    let rewritten = scenarios
        .iter_mut()
        .find(|one| one["id"] == "swap/rewritten");
    rewritten.expect("the scenario")["digest"] = json!("another");
    project.store("run.json", &report);
    insta::assert_snapshot!(project.ends(&["diff", "run.json"], 1));
}

#[test]
fn a_new_version_like_its_neighbour_is_no_difference() {
    let report = changed(&[
        ("swap/copy[via=c_api]", "3.14.0", "pass", "old"),
        ("swap/earlier-copy", "3.14.0", "pass", "old"),
    ]);
    let said = against_first(&report, 0);
    let like = "new version 3.14.0: like 3.13.0 in 2 rows\n";
    let next = "next: modswap accept --new-versions --report run.json\n";
    assert!(said.contains(like) && said.ends_with(next), "{said}");
}

#[test]
fn what_was_accepted_since_differs_no_longer() {
    let project = Project::accepted(&FIRST);
    project.store(
        "run.json",
        &changed(&[("swap/earlier-copy", "3.13.0", "drift", "new")]),
    );
    project.ends(&["diff", "run.json"], 1);
    project.ends(&["accept", "--report", "run.json"], 0);
    let said = project.ends(&["diff", "run.json"], 0);
    assert_contains(&said, "nothing differs; 8 cases are the same");
}

#[test]
fn two_reports_are_compared_by_what_both_have() {
    let project = Project::new();
    let rows = |version: &'static str, verdict: &'static str, value: &'static str| {
        let rows = ["a/one", "a/two", "a/three"];
        rows.map(|row| (row, version, verdict, value)).to_vec()
    };
    let a = [rows("3.11.7", "pass", "old"), rows("3.13.0", "pass", "old")].concat();
    let mut b = [rows("3.11.7", "pass", "old"), rows("3.13.1", "pass", "new")].concat();
    // A verdict alone, a verdict with a behaviour, a row of its own, and one that is skipped.
    b[0].2 = "fail";
    b[1] = ("a/two", "3.11.7", "crashed", "old");
    b[2] = ("a/three", "3.11.7", "skipped", "requires numpy");
    b.push(("b/new", "3.11.7", "pass", "old"));
    project
        .store("a.json", &report(&a))
        .store("b.json", &report(&b));
    insta::assert_snapshot!(project.ends(&["diff", "a.json", "b.json"], 1));
}

#[test]
fn a_label_that_only_one_report_has_is_no_other_version() {
    let project = Project::new();
    let one = |key: &'static str, value: &'static str| report(&[("a", key, "pass", value)]);
    project
        .store("plain.json", &one("3.13.0", "old"))
        .store("conda.json", &one("3.13.0@conda", "new"))
        .store("sid.json", &one("3.13.0@sid", "new"));
    for pair in [["plain.json", "conda.json"], ["conda.json", "plain.json"]] {
        let said = project.ends(&[&["diff"], &pair[..]].concat(), 1);
        assert_contains(&said, "1 change in 1 case");
    }
    let said = project.ends(&["diff", "conda.json", "sid.json"], 3);
    assert_contains(
        &said,
        "only in conda.json: Python 3.13.0@conda\nonly in sid.json: Python 3.13.0@sid\n",
    );
}

#[test]
fn a_folder_is_a_baseline() {
    let project = Project::accepted(&FIRST);
    project.store(
        "run.json",
        &changed(&[("swap/earlier-copy", "3.13.0", "pass", "new")]),
    );
    let folder = "reports/baseline";
    let said = project.ends(&["diff", folder, "run.json"], 1);
    assert_contains(&said, "drift: 1 row on 3.13");
    let turned = project.ends(&["diff", "run.json", folder], 1);
    assert_contains(&turned, "value: new → old");
    project.ends(
        &["accept", "--report", "run.json", "--baseline", "other"],
        0,
    );
    let both = project.ends(&["diff", folder, "other"], 1);
    assert_contains(&both, "changed: 1 row on 3.13");
    let same = project.ends(&["diff", "other", "--baseline", "other"], 0);
    assert_contains(&same, "nothing differs");
}

#[test]
fn long_lists_are_cut_and_what_is_cut_is_counted() {
    let rows: Vec<String> = (0..20).map(|at| format!("long/row-{at:02}")).collect();
    let run = |value| {
        let cases: Vec<_> = rows
            .iter()
            .map(|row| (row.as_str(), "3.13.0", "pass", value))
            .collect();
        report(&cases)
    };
    let project = Project::new();
    project
        .store("a.json", &run("old"))
        .store("b.json", &run("new"));
    let said = project.ends(&["diff", "a.json", "b.json"], 1);
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("long/row-05 and 14 more on 3.13"), "{said}");
    assert!(
        !said.contains("long/row-06") && said.contains("--full"),
        "{said}"
    );
    let full = project.ends(&["diff", "a.json", "b.json", "--full"], 1);
    assert!(rows.iter().all(|row| full.contains(row.as_str())), "{full}");
    assert!(!full.contains("--full") && !full.contains("more"), "{full}");
}

#[test]
fn a_long_value_is_cut_and_its_length_said() {
    let project = Project::new();
    let long = "x".repeat(500);
    project
        .store("a.json", &report(&[("a", "3.13.0", "pass", "old")]))
        .store("b.json", &report(&[("a", "3.13.0", "pass", &long)]));
    let said = project.ends(&["diff", "a.json", "b.json"], 1);
    assert!(
        said.contains("xxx… (500 characters)") && said.contains("--full") && !said.contains(&long),
        "{said}"
    );
    let full = project.ends(&["diff", "a.json", "b.json", "--full"], 1);
    assert_contains(&full, &format!("value: old → {long}\n"));
}

#[test]
fn an_unstable_case_is_compared_by_all_that_it_showed() {
    let mut unstable = report(&[("a", "3.13.0", "unstable", "one")]);
    let other = report(&[("a", "3.13.0", "pass", "two")]);
    let seen = |report: &Value| {
        let case = &report["cases"][0];
        json!({"trace": case["trace"], "end": case["end"]})
    };
    let mut turned = report(&[("a", "3.13.0", "unstable", "two")]);
    turned["cases"][0]["also"] = json!([seen(&unstable)]);
    unstable["cases"][0]["also"] = json!([seen(&other)]);
    for traces in [&mut unstable, &mut turned] {
        let both = [&other, &report(&[("a", "3.13.0", "pass", "one")])];
        for one in both {
            let more = one["traces"].as_object().expect("traces").clone();
            traces["traces"]
                .as_object_mut()
                .expect("traces")
                .extend(more);
        }
    }
    let project = Project::new();
    let alone = report(&[("a", "3.13.0", "unstable", "one")]);
    project
        .store("one.json", &unstable)
        .store("two.json", &turned)
        .store("alone.json", &alone);
    project.ends(&["diff", "one.json", "two.json"], 0);
    let said = project.ends(&["diff", "one.json", "alone.json"], 1);
    assert_contains(&said, "other behaviours beside the first");
}

#[test]
fn foreign_text_cannot_steer_the_terminal() {
    let project = Project::new();
    let row = "a[x=\u{1b}[31m\u{202e}]";
    project
        .store("a.json", &report(&[(row, "3.13.0", "pass", "o\u{1b}[2J")]))
        .store("b.json", &report(&[(row, "3.13.0", "crashed", "n\u{7}")]));
    let said = project.ends(&["diff", "a.json", "b.json"], 1);
    assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let project = Project::accepted(&FIRST);
    let none = project.fails(&["diff"], 2);
    assert_contains(&none, "no run is remembered");
    project.write("broken.json", "{\"schema_version\": 1,\n  \"tool\": }");
    let broken = project.fails(&["diff", "broken.json"], 2);
    assert_contains(&broken, "broken.json:2:11: not a report");
    let gone = project.fails(&["diff", "gone.json"], 2);
    assert_contains(&gone, "gone.json: cannot be read");
    project.write(
        "reports/baseline/swap/elsewhere.yaml",
        "schema_version: 1\nscenario: [\n",
    );
    project.store("run.json", &changed(&[]));
    let damaged = project.fails(&["diff", "run.json"], 2);
    assert_contains(&damaged, "elsewhere.yaml:");
    assert_contains(&damaged, "damaged");
}
