//! How a run is limited, repeated, taken up again, and cut into parts.
#![cfg(unix)]

use std::fs;

use crate::harness::bench::{Bench, PLAIN, newest, report_of, text};
use crate::harness::{case, ends_with};
use serde_json::Value;

const WRONG: &str = "title: Violated\nsteps:\n  - eval: 1 + 1\n    expect: {value: 3}\n";

/// Standard output of a command that ends so.
fn out(bench: &Bench, code: i32, arguments: &[&str]) -> String {
    text(&ends_with(&mut bench.modswap(arguments), code).stdout)
}

fn path(python: &crate::harness::Python) -> &str {
    python.path.to_str().expect("UTF-8")
}

#[test]
fn repeats_that_differ_are_unstable() {
    let bench = Bench::new();
    let counter = bench.path("counter");
    let step = format!(
        "title: Counts\nsteps:\n  - run: |\n      with open('{0}', 'a') as file: _ = file.write('x')\n  - eval: __import__('os').stat('{0}').st_size % 2\n",
        counter.display()
    );
    bench.scenario("counts", &step).scenario("plain", PLAIN);
    let newest = newest();
    let run = ["run", "--python", path(&newest), "--repeat", "5"];
    let told = out(&bench, 1, &run);
    assert!(
        told.contains("2 different behaviours in 5 repeats: "),
        "{told}"
    );
    assert!(told.contains("1 pass, 1 unstable"), "{told}");
    let report = report_of(&bench.run(&[&run[..], &["--format", "json"]].concat()));
    let unstable = case(&report, "counts", &newest.key);
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
    let kept = ends_with(&mut bench.modswap(&["accept"]), 0);
    assert!(
        text(&kept.stdout).contains("not accepted: counts on "),
        "{}",
        text(&kept.stdout)
    );
}

#[test]
fn a_run_stops_after_so_many_failures() {
    let bench = Bench::new();
    for id in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        bench.scenario(id, WRONG);
    }
    let newest = newest();
    let run = [
        "run",
        "--jobs",
        "1",
        "--python",
        path(&newest),
        "--max-fail",
        "2",
    ];
    let told = out(&bench, 1, &run);
    assert!(
        told.contains("stopped after 2 failed cases (--max-fail 2): 6 cases had not finished"),
        "{told}"
    );
    let report = report_of(&bench.run(&[&run[..], &["--format", "json"]].concat()));
    assert_eq!(report["unfinished"].as_array().expect("a list").len(), 6);
    assert!(report.get("interrupted").is_none());
    bench.assert_clean();
}

#[test]
fn what_failed_runs_again_alone() {
    let bench = Bench::new();
    bench.scenario("bad", WRONG).scenario("good", PLAIN);
    let newest = newest();
    let run = ["run", "--python", path(&newest)];
    out(&bench, 1, &[&run[..], &["--output", "first.json"]].concat());
    let again = [
        &run[..],
        &["--failed-from", "first.json", "--output", "second.json"],
    ]
    .concat();
    let told = out(&bench, 1, &again);
    assert!(
        told.contains("1 row × 1 interpreter = 1 case: 1 fail"),
        "{told}"
    );
    bench.scenario("bad", &WRONG.replace("value: 3", "value: 2"));
    out(&bench, 0, &again);
    let nothing = [&run[..], &["--failed-from", "second.json"]].concat();
    let output = ends_with(&mut bench.modswap(&nothing), 0);
    assert!(text(&output.stderr).contains("nothing failed in that report"));
    // What failed elsewhere and cannot run here is said.
    let stored = fs::read_to_string(bench.path("first.json")).expect("a file");
    fs::write(
        bench.path("first.json"),
        stored.replace(&newest.key, "3.99.0"),
    )
    .expect("written");
    let output = ends_with(&mut bench.modswap(&again), 3);
    let message = text(&output.stderr);
    assert!(
        message.contains("bad on 3.99.0 cannot be run again here"),
        "{message}"
    );
}

#[test]
fn parts_make_a_whole() {
    let bench = Bench::new();
    let ids: Vec<String> = (0..12).map(|at| format!("s{at}")).collect();
    for id in &ids {
        bench.scenario(id, PLAIN);
    }
    let newest = newest();
    let mut found: Vec<String> = Vec::new();
    for part in ["1/3", "2/3", "3/3"] {
        let run = [
            "run",
            "--python",
            path(&newest),
            "--shard",
            part,
            "--format",
            "json",
        ];
        let report = report_of(&bench.run(&run));
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
        ends_with(&mut bench.modswap(&["run", "--shard", wrong]), 2);
    }
    // A part may have nothing to do.
    let one = Bench::new();
    one.scenario("only", PLAIN);
    let codes: Vec<_> = ["1/2", "2/2"]
        .map(|part| {
            let run = one.run(&["run", "--python", path(&newest), "--shard", part]);
            run.status.code()
        })
        .into();
    assert_eq!(codes, [Some(0), Some(0)]);
}

#[test]
fn outputs_are_refused_before_anything_runs() {
    let bench = Bench::new();
    bench.scenario("a", PLAIN);
    for (name, word) in [
        ("report.pdf", "there are .txt (table), .json (json)"),
        ("scenarios/a.yaml/x.json", "cannot be written"),
    ] {
        let output = ends_with(&mut bench.modswap(&["run", "--output", name]), 2);
        let message = text(&output.stderr);
        assert!(message.contains(word), "{message}");
        assert!(output.stdout.is_empty());
    }
    let twice = ["run", "--output", "r.xml", "--junit", "r.xml"];
    let output = ends_with(&mut bench.modswap(&twice), 2);
    assert!(text(&output.stderr).contains("r.xml: named twice"));
    let one_wrong = ["run", "--output", "good.json", "--output", "bad"];
    ends_with(&mut bench.modswap(&one_wrong), 2);
    assert!(
        !bench.path("good.json").exists(),
        "nothing is overwritten for nothing"
    );
}
