//! `modswap merge`: parts of several machines as one report, what is missing, and what is refused.
#![cfg(unix)]

use std::fs;
use std::process::Output;

use crate::harness::bench::{Bench, PLAIN, chosen, newest, report_of, text};
use crate::harness::{case, ends_with};
use serde_json::{Value, json};

const WRONG: &str =
    "title: Violated\nsteps:\n  - run: print('heard')\n  - eval: 1 + 1\n    expect: {value: 3}\n";
const SKIPPED: &str = "title: Old\nrequires: {python: '<3'}\nsteps:\n  - eval: 1 + 1\n";
const MATRIX: &str = "title: Spellings\nmatrix:\n  via: [statement, import_module, __import__]\nmodules:\n  demo: ''\n\
    steps:\n  - import: demo\n    via: ${via}\n";

/// A report as an older modswap wrote it; only paths were changed. `first` was written before the language was whole, and
/// `language` by a run that was interrupted.
fn older(name: &str) -> String {
    format!(
        "{}/tests/integration/merge/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// A report of one scenario called `it`, with these cases: key, verdict, trace.
fn stored(partition: &str, cases: &[(&str, &str, &str)]) -> Value {
    let interpreter = |key: &str| {
        json!({
            "key": key, "version": key, "free_threaded": false, "debug": false, "origin": "path",
            "command": [format!("/usr/bin/python{key}")], "build": "main", "flags": ["-s", "-S", "-B"],
        })
    };
    let case = |(key, verdict, trace): &(&str, &str, &str)| {
        json!({
            "case": "it", "scenario": "it", "variant": {}, "interpreter": key, "verdict": verdict, "reasons": [],
            "end": "exit 0", "duration_ms": 2.1, "trace": trace,
        })
    };
    let step = |trace: &str| json!([{"step": 1, "action": "eval: it", "facts": {"value": trace}}]);
    let traces = cases
        .iter()
        .map(|(_, _, trace)| ((*trace).to_owned(), step(trace)));
    json!({
        "schema_version": 1, "tool": "modswap 0.1.0", "started": "2026-11-22T10:00:00Z", "elapsed_s": 1.93,
        "partition": partition, "platform": "linux-x86_64",
        "interpreters": cases.iter().map(|(key, _, _)| interpreter(key)).collect::<Vec<_>>(), "rejected": [],
        "scenarios": [{"id": "it", "title": "It", "digest": "00", "file": "scenarios/it.yaml"}],
        "cases": cases.iter().map(case).collect::<Vec<_>>(),
        "traces": traces.collect::<serde_json::Map<_, _>>(),
    })
}

/// A bench with these files.
fn files(files: &[(&str, &Value)]) -> Bench {
    let bench = Bench::new();
    for (name, value) in files {
        fs::write(bench.path(name), value.to_string()).expect("a file");
    }
    bench
}

fn merge(bench: &Bench, code: i32, arguments: &[&str]) -> Output {
    ends_with(&mut bench.modswap(&[&["merge"], arguments].concat()), code)
}

/// Without what no two runs have in common.
fn comparable(mut report: Value) -> String {
    let fields = report.as_object_mut().expect("a map");
    for name in ["started", "elapsed_s"] {
        assert!(fields.remove(name).is_some(), "{name}");
    }
    for case in report["cases"].as_array_mut().expect("a list") {
        let case = case.as_object_mut().expect("a map");
        assert!(case.remove("duration_ms").is_some());
    }
    serde_json::to_string_pretty(&report).expect("JSON")
}

#[test]
fn parts_of_several_machines_are_the_whole_run() {
    let bench = Bench::new();
    for (id, text) in [
        ("a/plain", PLAIN),
        ("a/wrong", WRONG),
        ("b/skipped", SKIPPED),
        ("b/spellings", MATRIX),
        ("c/plain", PLAIN),
    ] {
        bench.scenario(id, text);
    }
    let pythons = chosen();
    let paths = pythons.iter().map(|one| one.path.to_str().expect("UTF-8"));
    let pythons: Vec<&str> = paths.flat_map(|path| ["--python", path]).collect();
    let whole = [&["run", "--output", "whole.json"], &pythons[..]].concat();
    ends_with(&mut bench.modswap(&whole), 1);
    // A machine for each part of each Python.
    let mut parts = Vec::new();
    for part in ["1/3", "2/3", "3/3"] {
        for (at, python) in pythons.chunks(2).enumerate() {
            let name = format!("part-{at}-{}.json", &part[..1]);
            let run = ["run", "--shard", part, "--output", &name];
            let status = bench.modswap(&[&run[..], python].concat()).output();
            let code = status.expect("it starts").status.code();
            // A part may hold nothing, nothing but skips, or what fails.
            assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
            parts.push(name);
        }
    }
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let output = merge(&bench, 1, &[&names[..], &["--format", "json"]].concat());
    assert_eq!(text(&output.stderr), "");
    let merged = report_of(&output);
    let whole = fs::read_to_string(bench.path("whole.json")).expect("a report");
    let whole: Value = serde_json::from_str(&whole).expect("a report");
    let [merged, whole] = [merged, whole].map(comparable);
    assert!(merged == whole, "{merged}\n--- against\n{whole}");

    // The other way round, in two stages.
    let (some, rest) = names.split_at(names.len() / 2);
    merge_any(&bench, &[rest, &["--output", "rest.json"]].concat());
    merge_any(&bench, &[some, &["--output", "some.json"]].concat());
    let staged = merge(&bench, 1, &["rest.json", "some.json", "--format", "json"]);
    assert!(staged.stdout == output.stdout, "{}", text(&staged.stdout));
    let twice = [&names[..], &names[..], &["some.json", "--format", "json"]].concat();
    let twice = merge(&bench, 1, &twice);
    assert!(twice.stdout == output.stdout, "{}", text(&twice.stdout));

    // What is printed is what the run prints, but for where it was.
    let table = text(&merge(&bench, 1, &names).stdout);
    assert!(table.contains("fail a/wrong on "), "{table}");
    assert!(
        table.contains(&format!("7 rows × {}", pythons.len() / 2)),
        "{table}"
    );

    // Without one part the merge is no whole.
    let less: Vec<&str> = names
        .iter()
        .filter(|name| !name.contains("-2"))
        .copied()
        .collect();
    let less = merge_any(&bench, &less);
    let message = text(&less.stderr);
    assert!(message.contains(": part 2/3 is missing"), "{message}");
}

/// A merge that ends in any way.
fn merge_any(bench: &Bench, arguments: &[&str]) -> Output {
    bench.run(&[&["merge"], arguments].concat())
}

#[test]
fn reports_of_older_modswaps_merge() {
    let bench = Bench::new();
    // One alone: nothing but what later versions would add is otherwise.
    for name in ["first", "language", "discovery"] {
        let output = merge_any(&bench, &[&older(name), "--format", "json"]);
        let merged = report_of(&output);
        let stored = fs::read_to_string(older(name)).expect("a report");
        let stored: Value = serde_json::from_str(&stored).expect("a report");
        for part in [
            "tool",
            "started",
            "partition",
            "interpreters",
            "rejected",
            "scenarios",
            "traces",
        ] {
            assert_eq!(merged[part], stored[part], "{name}: {part}");
        }
        let sorted = |report: &Value| {
            let mut cases = report["cases"].as_array().expect("a list").clone();
            cases.sort_by_key(Value::to_string);
            cases
        };
        assert_eq!(sorted(&merged), sorted(&stored), "{name}");
    }
    let (language, discovery) = (older("language"), older("discovery"));
    let both = merge(&bench, 1, &[&discovery, &language, "--format", "json"]);
    let report = report_of(&both);
    assert_eq!(
        case(&report, "copy", "2.7.18")["trace"],
        case(&report, "copy", "3.12.1")["trace"]
    );
    assert_eq!(case(&report, "old", "3.12.1")["verdict"], "skipped");
    assert_eq!(case(&report, "wrong", "3.12.1")["stdout"], "heard\n");
    assert!(report.get("interrupted").is_none());
    let message = text(&both.stderr);
    assert!(
        message.contains("2.7: 4 rows not finished: slow, spelling[via=import_module], spelling[via=statement] and 1 more"),
        "{message}"
    );
    // Before the language was whole, digests of scenarios were others.
    let refused = merge(&bench, 2, &[&older("first"), &language]);
    let message = text(&refused.stderr);
    assert!(
        message.contains("language.json: the scenario copy and 3 more have another text than in the reports before it"),
        "{message}"
    );
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let good = stored("1/1", &[("3.12.1", "pass", "a")]);
    let mut newer = good.clone();
    newer["schema_version"] = 2.into();
    newer.as_object_mut().expect("a map").remove("cases");
    let mut odd = good.clone();
    odd["partition"] = "half".into();
    let mut other = good.clone();
    other["scenarios"][0]["digest"] = "01".into();
    let bench = files(&[
        ("good.json", &good),
        ("newer.json", &newer),
        ("odd.json", &odd),
        ("other.json", &other),
        (
            "part.json",
            &json!({"schema_version": 1, "tool": "modswap"}),
        ),
    ]);
    let whole = good.to_string();
    fs::write(bench.path("cut.json"), &whole[..whole.len() / 2]).expect("a file");
    fs::write(bench.path("empty.json"), "").expect("a file");
    fs::write(
        bench.path("lines.json"),
        "{\n  \"schema_version\": 1,\n  oh\n}",
    )
    .expect("a file");
    fs::write(bench.path("binary.json"), b"\x00\xff\xfe").expect("a file");
    for (name, words) in [
        (
            "newer.json",
            "newer.json: a report of schema 2, and this modswap knows 1",
        ),
        ("odd.json", "odd.json: its partition: `half` is no shard"),
        (
            "other.json",
            "other.json: the scenario it has another text than in the reports before it",
        ),
        (
            "part.json",
            "part.json:1:37: not a report of modswap: missing field `started`
",
        ),
        ("cut.json", "cut.json:1:"),
        ("empty.json", "empty.json:1:0: not a report of modswap: EOF"),
        (
            "lines.json",
            "lines.json:3:3: not a report of modswap: key must be a string",
        ),
        ("binary.json", "binary.json: cannot be read: "),
        ("missing.json", "missing.json: cannot be read: "),
        (
            "scenarios",
            "scenarios: a folder; name the reports in it, as scenarios/*.json",
        ),
    ] {
        let output = merge(&bench, 2, &["good.json", name, "--output", "out.json"]);
        let message = text(&output.stderr);
        assert!(message.contains(words), "{name}: {message}");
        assert!(output.stdout.is_empty(), "{name}: nothing was merged");
        assert!(!bench.path("out.json").exists(), "{name}");
    }
    merge(&bench, 2, &[]);
    let kind = merge(&bench, 2, &["good.json", "--output", "merged.pdf"]);
    assert!(text(&kind.stderr).contains("nothing known; there are .txt (table), .json"));
}

#[test]
fn machines_that_do_not_agree_are_unstable() {
    let [one, other] = ["a", "b"].map(|trace| stored("1/1", &[("3.12.1", "pass", trace)]));
    let bench = files(&[("one.json", &one), ("other.json", &other)]);
    let told = text(&merge(&bench, 1, &["one.json", "other.json"]).stdout);
    for line in [
        "unstable it on 3.12\n",
        "     2 different behaviours in the merged reports\n",
        "     step 1  eval: it\n       value: b or a\n",
        ": 1 unstable in 1.9 s\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let report = report_of(&merge(
        &bench,
        1,
        &["other.json", "one.json", "--format", "json"],
    ));
    assert_eq!(report["cases"][0]["verdict"], "unstable");
    assert_eq!(
        report["traces"].as_object().map(serde_json::Map::len),
        Some(2)
    );
}

#[test]
fn holes_are_named_and_fail_unless_they_are_allowed() {
    let parts = [("2.7.18", "pass", "a"), ("3.12.1", "pass", "b")];
    let bench = files(&[
        ("1.json", &stored("1/2", &parts)),
        ("2.json", &stored("2/2", &parts[..1])),
        ("rest.json", &stored("2/2", &parts[1..])),
        ("bad.json", &stored("2/2", &[("3.12.1", "fail", "b")])),
    ]);
    let two = ["1.json", "2.json", "--format", "json"];
    let output = merge(
        &bench,
        3,
        &[&two[..], &["--require", "2.7,3.5", "--require", ">=3.12"]].concat(),
    );
    let said = "modswap: incomplete:\n  3.12: part 2/2 is missing\n  required and missing: 3.5\n  --allow-incomplete lets this pass\n";
    assert_eq!(text(&output.stderr), said);
    let allowed = merge(&bench, 0, &[&two[..], &["--allow-incomplete"]].concat());
    let said = "modswap: incomplete, as is allowed:\n  3.12: part 2/2 is missing\n";
    assert_eq!(text(&allowed.stderr), said);
    assert!(allowed.stdout == output.stdout, "only the report is there");
    let whole = merge(
        &bench,
        0,
        &[&two[..], &["rest.json", "--require", "2.7,3.12"]].concat(),
    );
    assert_eq!(text(&whole.stderr), "");
    assert_eq!(report_of(&whole)["partition"], "1/1");
    // What was seen outranks what was not, and both are said.
    let bad = merge(&bench, 1, &["1.json", "bad.json"]);
    assert!(text(&bad.stderr).contains("2.7: part 2/2 is missing"));
    assert!(text(&bad.stdout).contains("fail it on 3.12"));
}

#[test]
fn a_merge_may_be_among_what_is_merged_into_it() {
    let bench = files(&[
        ("1.json", &stored("1/2", &[("3.12.1", "pass", "a")])),
        ("2.json", &stored("2/2", &[("3.12.1", "pass", "a")])),
    ]);
    let all = [
        "1.json", "2.json", "--output", "all.json", "--format", "json",
    ];
    let first = merge(&bench, 0, &all).stdout;
    let stored = || fs::read(bench.path("all.json")).expect("a report");
    assert!(first == stored(), "{}", text(&stored()));
    let again = merge(&bench, 0, &[&["all.json"], &all[..]].concat()).stdout;
    assert!(again == first && stored() == first, "{}", text(&again));
    let table = text(&merge(&bench, 0, &["all.json", "--output", "x y.json"]).stdout);
    assert!(
        table.contains("1 row × 1 interpreter = 1 case: 1 pass"),
        "{table}"
    );
}

#[test]
fn a_strict_merge_wants_reports_that_were_held_against_a_baseline() {
    let bench = Bench::new();
    bench.scenario("plain", PLAIN);
    let python = newest();
    let path = python.path.to_str().expect("UTF-8");
    let run = |code: i32, more: &[&str]| {
        let arguments = [&["run", "--python", path, "--output"], more].concat();
        ends_with(&mut bench.modswap(&arguments), code);
    };
    run(0, &["loose.json"]);
    let loose = merge(&bench, 1, &["loose.json", "--strict"]);
    let message = text(&loose.stderr);
    assert!(
        message.contains("--strict: 1 case was held against no baseline"),
        "{message}"
    );
    merge(&bench, 0, &["loose.json"]);
    run(1, &["new.json", "--strict"]);
    let new = merge(
        &bench,
        1,
        &["new.json", "--strict", "--output", "merged.json"],
    );
    let told = text(&new.stdout);
    assert!(told.contains("strict: 1 case is not accepted"), "{told}");
    assert!(
        told.contains("next: modswap accept --report merged.json\n"),
        "{told}"
    );
    ends_with(
        &mut bench.modswap(&["accept", "--report", "merged.json"]),
        0,
    );
    run(0, &["held.json"]);
    merge(&bench, 0, &["held.json", "loose.json", "--strict"]);
}

/// Runs a program with everything after it and says the most memory that it had at once. Units differ between systems.
const PEAK: &str = "\
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
sys.stderr.write('peak %d' % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
";

#[test]
fn a_thousand_reports_take_no_more_memory_than_a_few() {
    const TIMES: usize = 40;
    let bench = Bench::new();
    let mut names = Vec::new();
    // What a failing case wrote is kept of one machine only: a thousand of these reports are 160 MB, their union is 1 MB.
    for (at, key) in ["3.9.1", "3.10.1", "3.11.1", "3.12.1", "3.13.1"]
        .iter()
        .enumerate()
    {
        for part in 1..=5 {
            let mut report = stored(&format!("{part}/5"), &[(key, "fail", "a")]);
            let cases = (0..20).map(|row| {
                let mut case = report["cases"][0].clone();
                case["case"] = format!("it[row={row:02}]").into();
                case["stdout"] = format!("{part} {}", "x".repeat(8000)).into();
                case
            });
            report["cases"] = cases.collect();
            let name = format!("report-{at}-{part}.json");
            fs::write(bench.path(&name), report.to_string()).expect("a file");
            names.push(name);
        }
    }
    let python = newest().path;
    let merge = |times: usize| {
        let mut command = bench.modswap(&[]);
        let binary = command.get_program().to_owned();
        command = std::process::Command::new(&python);
        let reports = names.iter().cycle().take(names.len() * times);
        command
            .current_dir(bench.path(""))
            .args(["-c", PEAK])
            .arg(binary);
        command
            .arg("merge")
            .args(reports)
            .args(["--format", "json"]);
        let output = ends_with(&mut command, 1);
        let said = text(&output.stderr);
        let peak = said
            .rsplit_once("peak ")
            .and_then(|(_, peak)| peak.parse::<u64>().ok());
        (output.stdout, peak.unwrap_or_else(|| panic!("{said}")))
    };
    let (few, least) = merge(1);
    let (many, most) = merge(TIMES);
    assert!(few == many, "the same again changes nothing");
    assert!(
        most < least * 2,
        "{least} for {} reports, {most} for {TIMES} times as many",
        names.len()
    );
}
