//! How a run is limited, repeated, taken up again, and cut into parts.
#![cfg(unix)]

use std::fs;

use crate::harness::{
    PLAIN, VIOLATED, Workspace, assert_contains, expect_exit, find_case, newest_python,
    parse_report, stderr_of, stdout_of,
};
use serde_json::Value;

#[test]
fn repeats_that_differ_are_unstable() {
    let workspace = Workspace::new();
    let counter = workspace.path("counter");
    let step = format!(
        "title: Counts\nsteps:\n  - run: |\n      with open('{0}', 'a') as file: _ = file.write('x')\n  - eval: __import__('os').stat('{0}').st_size % 2\n",
        counter.display()
    );
    workspace.scenario("counts", &step).scenario("plain", PLAIN);
    let newest = newest_python();
    let run = ["run", "--python", newest.path(), "--repeat", "5"];
    let told = workspace.stdout(1, &run);
    assert_contains(&told, "2 different behaviours in 5 repeats: ");
    assert_contains(&told, "1 pass, 1 unstable");
    let report = parse_report(&workspace.run(&[&run[..], &["--format", "json"]].concat()));
    let unstable = find_case(&report, "counts", &newest.key);
    let also = unstable["also"].as_array().expect("a list");
    assert_eq!(also.len(), 1);
    // Both are there to be looked at.
    for digest in [&unstable["trace"], &also[0]["trace"]] {
        assert!(
            report["traces"]
                .get(digest.as_str().expect("a digest"))
                .is_some()
        );
    }
    // What is unstable is no behaviour to keep.
    let kept = expect_exit(&mut workspace.modswap(&["accept"]), 0);
    assert!(
        stdout_of(&kept).contains("not accepted: counts on "),
        "{}",
        stdout_of(&kept)
    );
}

#[test]
fn a_run_stops_after_so_many_failures() {
    let workspace = Workspace::new();
    for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        workspace.scenario(id, VIOLATED);
    }
    let newest = newest_python();
    let run = [
        "run",
        "--jobs",
        "1",
        "--python",
        newest.path(),
        "--max-fail",
        "2",
    ];
    let told = workspace.stdout(1, &run);
    // The next case may have begun before the second failure was judged.
    let stopped = |left| {
        format!("stopped after 2 failed cases (--max-fail 2): {left} cases had not finished")
    };
    assert!(
        [5, 6].iter().any(|left| told.contains(&stopped(left))),
        "{told}"
    );
    let report = parse_report(&workspace.run(&[&run[..], &["--format", "json"]].concat()));
    let left = report["unfinished"].as_array().expect("a list").len();
    assert!([5, 6].contains(&left), "{left}");
    assert!(report.get("interrupted").is_none());
    workspace.assert_clean();
}

#[test]
fn what_failed_runs_again_alone() {
    let workspace = Workspace::new();
    workspace.scenario("bad", VIOLATED).scenario("good", PLAIN);
    let newest = newest_python();
    let run = ["run", "--python", newest.path()];
    workspace.stdout(1, &[&run[..], &["--output", "first.json"]].concat());
    let again = [
        &run[..],
        &["--failed-from", "first.json", "--output", "second.json"],
    ]
    .concat();
    let told = workspace.stdout(1, &again);
    assert_contains(&told, "1 row × 1 interpreter = 1 case: 1 fail");
    workspace.scenario("bad", &VIOLATED.replace("value: 3", "value: 2"));
    workspace.stdout(0, &again);
    let nothing = [&run[..], &["--failed-from", "second.json"]].concat();
    let output = expect_exit(&mut workspace.modswap(&nothing), 0);
    assert!(stderr_of(&output).contains("nothing failed in that report"));
    // What failed elsewhere and cannot run here is said.
    let stored = fs::read_to_string(workspace.path("first.json")).expect("a file");
    workspace.write("first.json", &stored.replace(&newest.key, "3.99.0"));
    let output = expect_exit(&mut workspace.modswap(&again), 3);
    let message = stderr_of(&output);
    assert_contains(&message, "bad on 3.99.0 cannot be run again here");
}

#[test]
fn parts_make_a_whole() {
    let workspace = Workspace::new();
    let ids: Vec<String> = (0..12).map(|at| format!("s{at}")).collect();
    for id in &ids {
        workspace.scenario(id, PLAIN);
    }
    let newest = newest_python();
    let mut found: Vec<String> = Vec::new();
    for part in ["1/3", "2/3", "3/3"] {
        let run = [
            "run",
            "--python",
            newest.path(),
            "--shard",
            part,
            "--format",
            "json",
        ];
        let report = parse_report(&workspace.run(&run));
        assert_eq!(report["partition"], part);
        let of = |list: &str, name: &str| -> Vec<String> {
            let list = report[list].as_array().expect("a list").iter();
            list.map(|one: &Value| one[name].as_str().expect("text").to_owned())
                .collect()
        };
        let cases = of("cases", "case");
        assert!(!cases.is_empty() && cases.len() < ids.len(), "{cases:?}");
        assert_eq!(cases, of("scenarios", "id"));
        found.extend(cases);
    }
    found.sort();
    let mut ids = ids;
    ids.sort();
    assert_eq!(found, ids);
    for wrong in ["0/3", "4/3", "x"] {
        expect_exit(&mut workspace.modswap(&["run", "--shard", wrong]), 2);
    }
    // A part may have nothing to do.
    let one = Workspace::new();
    one.scenario("only", PLAIN);
    let codes: Vec<_> = ["1/2", "2/2"]
        .map(|part| {
            let run = one.run(&["run", "--python", newest.path(), "--shard", part]);
            run.status.code()
        })
        .into();
    assert_eq!(codes, [Some(0), Some(0)]);
}

#[test]
fn outputs_are_refused_before_anything_runs() {
    let workspace = Workspace::new();
    workspace.scenario("a", PLAIN);
    for (name, word) in [
        ("report.pdf", "there are .txt (table), .json (json)"),
        ("scenarios/a.yaml/x.json", "cannot be written"),
    ] {
        let output = expect_exit(&mut workspace.modswap(&["run", "--output", name]), 2);
        let message = stderr_of(&output);
        assert_contains(&message, word);
        assert!(output.stdout.is_empty());
    }
    let twice = ["run", "--output", "r.xml", "--output", "r.xml"];
    let output = expect_exit(&mut workspace.modswap(&twice), 2);
    assert!(stderr_of(&output).contains("r.xml: named twice"));
    let one_wrong = ["run", "--output", "good.json", "--output", "bad"];
    expect_exit(&mut workspace.modswap(&one_wrong), 2);
    assert!(
        !workspace.path("good.json").exists(),
        "nothing is overwritten for nothing"
    );
}
