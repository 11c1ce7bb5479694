//! The readers of what others wrote, with seeds from this repository that are changed at random: none panics.
//!
//! `MODSWAP_TEST_MUTATIONS=100` makes a hundred times as many; `MODSWAP_FUZZ_SEEDS=FOLDER` writes the seeds there, a folder for each
//! target of `fuzz/`.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use modswap::fuzzing::READERS;
use serde_json::{Value, json};

use crate::harness::stored;

/// Inputs of each reader without the variable.
const INPUTS: usize = 400;
/// Seeds of one reader: some of the scenarios and of the baseline.
const MAX_SEEDS: usize = 60;

/// Pieces that mean something in one of the formats.
const TOKENS: [&str; 44] = [
    ":",
    "- ",
    "\n",
    "\r",
    "\t",
    " ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "<<: ",
    "!t ",
    "---\n",
    "? ",
    "#",
    "${",
    "${a}",
    "$${a}",
    "null",
    "true",
    "-1",
    "18446744073709551616",
    "1e999",
    "0x7f",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "é",
    "😀",
    "\0",
    "\\",
    "\\u0000",
    "matrix: {a: [1, 2]}\n",
    "python: '>=3'",
    ".",
    "__proto__",
    "v2:0123456789abcdef",
    "modswap steps 1 99\n",
];

/// Numbers that look like chance, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }

    /// Changes bytes in one to four places.
    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let until = (at + 1 + self.below(40)).min(bytes.len());
            match self.below(7) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 => drop(bytes.drain(at..until)),
                2 => drop(bytes.splice(at..at, TOKENS[self.below(TOKENS.len())].bytes())),
                3 => drop(bytes.splice(at..until, TOKENS[self.below(TOKENS.len())].bytes())),
                4 => {
                    let part = bytes[at..until].repeat(1 + self.below(40));
                    drop(bytes.splice(at..at, part));
                }
                5 if self.below(8) == 0 => bytes.truncate(at),
                _ => {
                    let from = self.below(other.len());
                    let part = &other[from..(from + self.below(80)).min(other.len())];
                    drop(bytes.splice(at..at, part.iter().copied()));
                }
            }
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
}

/// Files of YAML below a folder of the repository, evenly.
fn files_below(folder: &str) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        &mut files,
    );
    let step = files.len().div_ceil(MAX_SEEDS);
    let files = files.iter().step_by(step);
    files.map(|file| fs::read(file).expect("a file")).collect()
}

/// Reports: one by hand, and a part of the repository's own for each of some scenarios.
fn reports() -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/report.json");
    let whole: Value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    let scenarios = whole["scenarios"].as_array().expect("a list");
    let mut seeds = vec![stored::report(&[
        ("plain", "2.7.18", "pass", "one"),
        ("sub/x[via=a]", "3.13.0t", "crashed", "two"),
        ("sub/x[via=b]", "3.13.0", "skipped", "why"),
    ])];
    for scenario in scenarios.iter().step_by(scenarios.len().div_ceil(8)) {
        let mut part = whole.clone();
        part["scenarios"] = json!([scenario]);
        let cases = part["cases"].as_array_mut().expect("a list");
        cases.retain(|case| case["scenario"] == scenario["id"]);
        cases.truncate(4);
        let traces: Vec<_> = cases.iter().map(|case| case["trace"].clone()).collect();
        let known = part["traces"].as_object_mut().expect("a map");
        known.retain(|name, _| traces.iter().any(|trace| trace == name));
        seeds.push(part);
    }
    seeds
        .iter()
        .map(|seed| serde_json::to_vec(seed).expect("JSON"))
        .collect()
}

/// The frames of a worker about a case.
fn frames() -> Vec<Vec<u8>> {
    let steps = concat!(
        "{\"begin\": 1}\n",
        "{\"step\": 1, \"facts\": {\"outcome\": \"ok\", \"demo\": \"demo#1\"}, \"details\": {\"message\": \"m\"}}\n",
        "{\"begin\": 2}\n{\"begin\": 3}\n{\"step\": 3, \"inside\": 2, \"facts\": {\"outcome\": \"ok\"}}\n",
        "{\"step\": 2, \"facts\": {\"outcome\": \"KeyError\", \"ran\": [\"demo\"], \"value\": {\"a\": [1, 2.5, null, true]}}}\n",
        "{\"done\": true}\n",
    );
    let frame =
        |kind: &str, payload: &str| format!("modswap {kind} 1 {}\n{payload}", payload.len());
    let whole = [
        frame("hello", "3.13.0"),
        frame("steps", steps),
        frame("out", "out\n"),
        frame("err", "Traceback (most recent call last):\n"),
        frame("end", "1500 exit 0"),
    ];
    let crashed = [
        frame("steps", "{\"begin\": 1}\n"),
        frame("end", "9 signal SIGSEGV"),
    ];
    vec![whole.concat().into_bytes(), crashed.concat().into_bytes()]
}

fn pythons() -> Vec<Vec<u8>> {
    let texts = [
        "pythons:\n- command: python3\n",
        "# mine\npythons:\n  - label: sid\n    command: chroot /srv/sid python3.15\n    required: true\n  - {command: [ssh, host, python3], flags: [-X, dev], env: {A: b}}\n",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Plain scripts: those that `try_script` runs.
fn scripts() -> Vec<Vec<u8>> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/integration/try_script/scripts"
    );
    let mut files: Vec<_> = fs::read_dir(folder).expect("a folder").flatten().collect();
    files.sort_by_key(fs::DirEntry::path);
    let texts = files
        .iter()
        .map(|file| fs::read(file.path()).expect("a file"));
    let odd = "print x; exec 'y'\nlazy import a\nfrom __future__ import division\n@d\ndef f(:\n  x\nexcept* E:\n  pass\nprint(id(a), `b`)\n";
    texts.chain([odd.as_bytes().to_vec()]).collect()
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let seeds = match target {
        "scenario" => {
            let mut seeds = files_below("scenarios");
            let bad = include_str!("../../src/scenario/tests/bad.txt")
                .split("=== ")
                .skip(1);
            let bad = bad.filter_map(|case| case.split_once('\n')?.1.split_once(">>>\n"));
            seeds.extend(bad.map(|(text, _)| text.as_bytes().to_vec()));
            seeds
        }
        "report" => reports(),
        "baseline" => files_below("reports/baseline"),
        "pythons" => pythons(),
        "frames" => frames(),
        "script" => scripts(),
        other => panic!("no seeds for {other}"),
    };
    if let Some(folder) = std::env::var_os("MODSWAP_FUZZ_SEEDS") {
        let folder = PathBuf::from(folder).join(target);
        fs::create_dir_all(&folder).expect("a folder");
        for (index, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{index}")), seed).expect("a file");
        }
    }
    seeds
}

#[test]
fn no_reader_panics_whatever_it_reads() {
    let times =
        std::env::var("MODSWAP_TEST_MUTATIONS").map_or(1, |text| text.parse().expect("a number"));
    for (target, read) in READERS {
        let seeds = seeds(target);
        for seed in &seeds {
            read(seed);
        }
        let mut random = Random(17);
        // A report takes as long as many of the others.
        let inputs = times
            * if target == "report" {
                INPUTS / 8
            } else {
                INPUTS
            };
        for index in 0..inputs {
            let mut bytes = seeds[random.below(seeds.len())].clone();
            let other = &seeds[random.below(seeds.len())];
            random.mutate(&mut bytes, other);
            let is_well = catch_unwind(|| read(&bytes)).is_ok();
            let shown: String = String::from_utf8_lossy(&bytes)
                .escape_debug()
                .take(5_000)
                .collect();
            assert!(is_well, "{target}, input {index}: {shown}");
        }
        println!("{target}: {inputs} inputs");
    }
}
