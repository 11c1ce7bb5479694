//! `modswap merge`: parts of several machines as one report, what is missing, and what is refused.
#![cfg(unix)]

mod inputs;

use std::fs;
use std::process::Output;

use crate::harness::{
    PLAIN, Workspace, assert_contains, expect_exit, newest_python, parse_report, sample_pythons,
    stderr_of, stdout_of,
};
use serde_json::{Value, json};

const WRONG: &str =
    "title: Violated\nsteps:\n  - run: print('heard')\n  - eval: 1 + 1\n    expect: {value: 3}\n";
const SKIPPED: &str = "title: Old\nrequires: {python: '<3'}\nsteps:\n  - eval: 1 + 1\n";
const MATRIX: &str = "title: Spellings\nmatrix:\n  via: [statement, import_module, __import__]\nmodules:\n  demo: ''\n\
    steps:\n  - import: demo\n    via: ${via}\n";

/// A merge that ends in any way.
fn merge_any(workspace: &Workspace, arguments: &[&str]) -> Output {
    workspace.run(&[&["merge"], arguments].concat())
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
        "scenarios": [{"id": "it", "title": "It", "digest": "v2:00", "file": "scenarios/it.yaml"}],
        "cases": cases.iter().map(case).collect::<Vec<_>>(),
        "traces": traces.collect::<serde_json::Map<_, _>>(),
    })
}

/// A workspace with these files.
fn files(files: &[(&str, &Value)]) -> Workspace {
    let workspace = Workspace::new();
    for (name, value) in files {
        fs::write(workspace.path(name), value.to_string()).expect("a file");
    }
    workspace
}

fn merge(workspace: &Workspace, code: i32, arguments: &[&str]) -> Output {
    expect_exit(
        &mut workspace.modswap(&[&["merge"], arguments].concat()),
        code,
    )
}

/// Without what no two runs have in common.
fn remove_volatile(mut report: Value) -> String {
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
    let workspace = Workspace::new();
    for (id, text) in [
        ("a/plain", PLAIN),
        ("a/wrong", WRONG),
        ("b/skipped", SKIPPED),
        ("b/spellings", MATRIX),
        ("c/plain", PLAIN),
    ] {
        workspace.scenario(id, text);
    }
    let pythons = sample_pythons();
    let paths = pythons.iter().map(crate::harness::Python::path);
    let pythons: Vec<&str> = paths.flat_map(|path| ["--python", path]).collect();
    let whole = [&["run", "--output", "whole.json"], &pythons[..]].concat();
    expect_exit(&mut workspace.modswap(&whole), 1);
    // A machine for each part of each Python.
    let mut parts = Vec::new();
    for part in ["1/3", "2/3", "3/3"] {
        for (at, python) in pythons.chunks(2).enumerate() {
            let name = format!("part-{at}-{}.json", &part[..1]);
            let run = ["run", "--shard", part, "--output", &name];
            let status = workspace.modswap(&[&run[..], python].concat()).output();
            let code = status.expect("it starts").status.code();
            // A part may hold nothing, nothing but skips, or what fails.
            assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}");
            parts.push(name);
        }
    }
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let output = merge(&workspace, 1, &[&names[..], &["--format", "json"]].concat());
    assert_eq!(stderr_of(&output), "");
    let merged = parse_report(&output);
    let whole = fs::read_to_string(workspace.path("whole.json")).expect("a report");
    let whole: Value = serde_json::from_str(&whole).expect("a report");
    let [merged, whole] = [merged, whole].map(remove_volatile);
    assert!(merged == whole, "{merged}\n--- against\n{whole}");

    // The other way round, in two stages.
    let (some, rest) = names.split_at(names.len() / 2);
    merge_any(&workspace, &[rest, &["--output", "rest.json"]].concat());
    merge_any(&workspace, &[some, &["--output", "some.json"]].concat());
    let staged = merge(
        &workspace,
        1,
        &["rest.json", "some.json", "--format", "json"],
    );
    assert!(staged.stdout == output.stdout, "{}", stdout_of(&staged));
    let twice = [&names[..], &names[..], &["some.json", "--format", "json"]].concat();
    let twice = merge(&workspace, 1, &twice);
    assert!(twice.stdout == output.stdout, "{}", stdout_of(&twice));

    // What is printed is what the run prints, but for where it was.
    let table = stdout_of(&merge(&workspace, 1, &names));
    assert_contains(&table, "fail a/wrong on ");
    assert_contains(&table, &format!("7 rows × {}", pythons.len() / 2));

    // Without one part the merge is no whole.
    let less: Vec<&str> = names
        .iter()
        .filter(|name| !name.contains("-2"))
        .copied()
        .collect();
    let less = merge_any(&workspace, &less);
    let message = stderr_of(&less);
    assert_contains(&message, ": part 2/3 is missing");
}

#[test]
fn machines_that_do_not_agree_are_unstable() {
    let [one, other] = ["a", "b"].map(|trace| stored("1/1", &[("3.12.1", "pass", trace)]));
    let workspace = files(&[("one.json", &one), ("other.json", &other)]);
    let told = stdout_of(&merge(&workspace, 1, &["one.json", "other.json"]));
    for line in [
        "unstable it on 3.12\n",
        "     2 different behaviours in the merged reports\n",
        "     step 1  eval: it\n       value: b or a\n",
        ": 1 unstable in 1.9 s\n",
    ] {
        assert_contains(&told, line);
    }
    let report = parse_report(&merge(
        &workspace,
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
    let workspace = files(&[
        ("1.json", &stored("1/2", &parts)),
        ("2.json", &stored("2/2", &parts[..1])),
        ("rest.json", &stored("2/2", &parts[1..])),
        ("bad.json", &stored("2/2", &[("3.12.1", "fail", "b")])),
    ]);
    let two = ["1.json", "2.json", "--format", "json"];
    let output = merge(
        &workspace,
        3,
        &[&two[..], &["--require", "2.7,3.5", "--require", ">=3.12"]].concat(),
    );
    let said = "modswap: incomplete:\n  3.12: part 2/2 is missing\n  required and missing: 3.5\n  --allow-incomplete lets this pass\n";
    assert_eq!(stderr_of(&output), said);
    let allowed = merge(&workspace, 0, &[&two[..], &["--allow-incomplete"]].concat());
    let said = "modswap: incomplete, as is allowed:\n  3.12: part 2/2 is missing\n";
    assert_eq!(stderr_of(&allowed), said);
    assert!(allowed.stdout == output.stdout, "only the report is there");
    let whole = merge(
        &workspace,
        0,
        &[&two[..], &["rest.json", "--require", "2.7,3.12"]].concat(),
    );
    assert_eq!(stderr_of(&whole), "");
    assert_eq!(parse_report(&whole)["partition"], "1/1");
    // What was seen outranks what was not, and both are said.
    let bad = merge(&workspace, 1, &["1.json", "bad.json"]);
    assert!(stderr_of(&bad).contains("2.7: part 2/2 is missing"));
    assert!(stdout_of(&bad).contains("fail it on 3.12"));
}

#[test]
fn a_merge_may_be_among_what_is_merged_into_it() {
    let workspace = files(&[
        ("1.json", &stored("1/2", &[("3.12.1", "pass", "a")])),
        ("2.json", &stored("2/2", &[("3.12.1", "pass", "a")])),
    ]);
    let all = [
        "1.json", "2.json", "--output", "all.json", "--format", "json",
    ];
    let first = merge(&workspace, 0, &all).stdout;
    let stored = || fs::read(workspace.path("all.json")).expect("a report");
    assert!(first == stored(), "{}", String::from_utf8_lossy(&stored()));
    let again = merge(&workspace, 0, &[&["all.json"], &all[..]].concat()).stdout;
    assert!(
        again == first && stored() == first,
        "{}",
        String::from_utf8_lossy(&again)
    );
    let table = stdout_of(&merge(&workspace, 0, &["all.json", "--output", "x y.json"]));
    assert_contains(&table, "1 row × 1 interpreter = 1 case: 1 pass");
}

#[test]
fn a_strict_merge_wants_reports_that_were_held_against_a_baseline() {
    let workspace = Workspace::new();
    workspace.scenario("plain", PLAIN);
    let python = newest_python();
    let path = python.path();
    let run = |code: i32, more: &[&str]| {
        let arguments = [&["run", "--python", path, "--output"], more].concat();
        expect_exit(&mut workspace.modswap(&arguments), code);
    };
    run(0, &["loose.json"]);
    let loose = merge(&workspace, 1, &["loose.json", "--strict"]);
    let message = stderr_of(&loose);
    assert_contains(&message, "--strict: 1 case was held against no baseline");
    merge(&workspace, 0, &["loose.json"]);
    run(1, &["new.json", "--strict"]);
    let new = merge(
        &workspace,
        1,
        &["new.json", "--strict", "--output", "merged.json"],
    );
    let told = stdout_of(&new);
    assert_contains(&told, "strict: 1 case is not accepted");
    assert_contains(&told, "next: modswap accept --report merged.json\n");
    expect_exit(
        &mut workspace.modswap(&["accept", "--report", "merged.json"]),
        0,
    );
    run(0, &["held.json"]);
    merge(&workspace, 0, &["held.json", "loose.json", "--strict"]);
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
    let workspace = Workspace::new();
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
            fs::write(workspace.path(&name), report.to_string()).expect("a file");
            names.push(name);
        }
    }
    let python = newest_python().path;
    let merge = |times: usize| {
        let mut command = workspace.modswap(&[]);
        let binary = command.get_program().to_owned();
        command = std::process::Command::new(&python);
        let reports = names.iter().cycle().take(names.len() * times);
        command
            .current_dir(workspace.path(""))
            .args(["-c", PEAK])
            .arg(binary);
        command
            .arg("merge")
            .args(reports)
            .args(["--format", "json"]);
        let output = expect_exit(&mut command, 1);
        let said = stderr_of(&output);
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
