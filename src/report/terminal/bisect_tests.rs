//! The page of change points, of a made-up report.

use std::collections::BTreeSet;

use serde_json::json;

use super::bisect::{AvailablePythons, BisectionPage, render_bisection};
use super::style::Style;
use crate::compare::history::Records;
use crate::python::version::InterpreterKey;
use crate::record::VariantId;
use crate::record::Verdict::{Crashed, Pass};
use crate::record::fake;
use crate::record::{ChangeReport, RunReport};

const PLAIN: Style = Style {
    width: 72,
    colour: false,
    ..Style::PLAIN
};

/// Two rows of which the same is known, one that never changes, and one of which a trace is missing.
fn report() -> RunReport {
    let both = |row| {
        [
            (row, "3.6.15", Pass, "old"),
            (row, "3.8.18", Pass, "new"),
            (row, "3.9.18", Crashed, "new"),
            (row, "3.12.1", Pass, "old"),
            (row, "3.13.0t", Pass, "new"),
            (row, "3.14.0t", Pass, "old"),
        ]
    };
    let others = [
        ("swap/a[via=z]", "3.6.15", Pass, "new"),
        ("swap/a[via=z]", "3.8.18", Pass, "new"),
        ("swap/a[via=lost]", "3.6.15", Pass, "old"),
        ("swap/a[via=lost]", "3.7.17", Pass, "lost"),
    ];
    let mut report =
        fake::report(&[&both("swap/a[via=x]"), &both("swap/a[via=y]"), &others[..]].concat());
    let steps = |value: &str| {
        let steps =
            json!([{"step": 1, "action": "eval: x", "facts": {"outcome": "ok", "value": value}}]);
        serde_json::from_value::<Vec<crate::trace::StepRecord>>(steps).expect("steps")
    };
    for (digest, value) in [("old", "1\u{1b}[31m"), ("new", "2")] {
        report.traces.insert(digest.into(), steps(value).into());
    }
    report.scenarios[0].changes = vec![ChangeReport {
        since: "3.7".to_owned(),
        note: "a note that has its place between the two".to_owned(),
    }];
    report.scenarios[0].refs = vec!["https://example.org".to_owned()];
    report
}

fn page(report: RunReport, id: &str, given: Option<(&[&str], &[&str])>) -> String {
    let scenario = report.scenarios[0].clone();
    let reports = [report];
    let records = Records {
        reports: &reports,
        baseline: None,
    };
    let cases = records.rows("swap/a").into_iter();
    let id = &VariantId::from(id);
    let cases = cases.filter(|case| *id == "swap/a" || *case == id);
    let histories: Vec<_> = cases
        .map(|case| records.history("swap/a", case, "now"))
        .collect();
    let keys = |keys: &[&str]| -> BTreeSet<InterpreterKey> {
        keys.iter().map(|key| key.parse().unwrap()).collect()
    };
    let given = given.map(|(given, tried)| (keys(given), keys(tried)));
    let request = |key: &InterpreterKey| format!("{key} --baseline b");
    render_bisection(
        &BisectionPage {
            id,
            scenario: Some(&scenario),
            records,
            histories: &histories,
            given: given.as_ref().map(|(keys, tried)| AvailablePythons {
                keys,
                tried,
                request: &request,
            }),
        },
        PLAIN,
    )
}

#[test]
fn a_page_of_several_rows() {
    insta::assert_snapshot!(page(report(), "swap/a", None), @r"
    swap/a
    About swap/a

    swap/a[via=lost]
    A  3.6.15
    B  3.7.17

    changed between 3.6.15 (A) and 3.7.17 (B); 3.7.0–3.7.16 not run
      3.7     a note that has its place between the two
        what differs is in no report that was read

    swap/a[via=x]
    swap/a[via=y]
    A  3.6.15
    B  3.8.18
    A  3.12.1
    B  3.13.0t
    A  3.14.0t

    changed between 3.6.15 (A) and 3.8.18 (B); 3.7, 3.8.0–3.8.17 not run
      3.7     a note that has its place between the two
        step 1  eval: x
          value: 1�[31m → 2

    changed between 3.8.18 (B) and 3.12.1 (A); 3.8.19, 3.8.20, 3.9.0–3.9.17,
    3.9.19–3.9.25, 3.10, 3.11, 3.12.0 not run
        step 1  eval: x
          value: 2 → 1�[31m

    changed between 3.13.0t (B) and 3.14.0t (A); 3.13.1t and later of 3.13
    not run
        step 1  eval: x
          value: 2 → 1�[31m

    no behaviour: 3.9.18 crashed

    swap/a[via=z]
    A  3.6.15, 3.8.18
    no change between versions that are known

    sources
      https://example.org

    reproduce it without modswap
      modswap script 'swap/a[via=lost]' --python 3.6.15 > before.py
      modswap script 'swap/a[via=lost]' --python 3.7.17 > after.py
      (their first lines say how they are run)

    scenario file: scenarios/swap/a.yaml
    ");
}

#[test]
fn what_to_try_next_is_a_command() {
    let given = [
        "3.5.1", "3.7.1", "3.7.2", "3.8.1", "3.9.18", "3.10.1", "3.13.5", "3.13.5t",
    ];
    let text = page(report(), "swap/a[via=x]", Some((&given, &[])));
    let next: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("next"))
        .take(7)
        .collect();
    insta::assert_snapshot!(next.join("\n"), @r"
    next: modswap run 'swap/a[via=x]' --python 3.7.2 --baseline b
      (3.7.1, 3.7.2, 3.8.1 lie between 3.6.15 and 3.8.18)
    next: modswap run 'swap/a[via=x]' --python 3.10.1 --baseline b
      (3.10.1 lies between 3.8.18 and 3.12.1)
    next: modswap run 'swap/a[via=x]' --python 3.13.5t --baseline b
      (3.13.5t lies between 3.13.0t and 3.14.0t)
    with --run this command does so, until nothing is left to try
    ");
}

#[test]
fn what_to_try_next_has_the_values_of_parameters() {
    let mut report = report();
    let next = |report: &RunReport| -> Vec<String> {
        let text = page(report.clone(), "swap/a", Some((&["3.8.1"], &[])));
        let next = text.lines().filter(|line| line.starts_with("next"));
        next.map(str::to_owned).collect()
    };
    let command = |id: &str| format!("next: modswap run {id} --python 3.8.1 --baseline b");
    assert_eq!(next(&report), [command("swap/a")]);
    report.scenarios[0].parameters = vec!["via".to_owned()];
    let rows = ["'swap/a[via=x]'", "'swap/a[via=y]'"];
    assert_eq!(next(&report), rows.map(command));
}

#[test]
fn a_page_says_when_nothing_is_left_to_try() {
    let given = ["3.7.1", "3.9.18", "3.10.1"];
    let text = page(
        report(),
        "swap/a[via=x]",
        Some((&given, &["3.7.1", "3.10.1"])),
    );
    let said = "\nran on 3.7.1, 3.10.1; nothing is left to try: of 3 Pythons given none lies in such a hole\n";
    assert!(text.contains(said), "{text}");
}
