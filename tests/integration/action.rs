//! The composite action: its steps as they are committed, run as GitHub runs them, with a cargo and a modswap that only say
//! what they were given.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    outputs: BTreeMap<String, Value>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    default: String,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

#[derive(Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    id: Option<String>,
    shell: Option<String>,
    run: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

/// Writes down its arguments, a report, and what it was called with; ends as it is told.
const MODSWAP: &str = r#"#!/bin/bash
if [[ $* = --version ]]; then echo modswap; exit; fi
printf '%s\0' "$@" >"$TOLD/modswap"
for argument; do
    case $argument in --output=*) [[ -n $NO_REPORT ]] || echo '{}' >"${argument#--output=}" ;; esac
done
exit "${ENDS_WITH:-0}"
"#;

/// Writes down where and how it was called, and installs that modswap.
const CARGO: &str = r#"#!/bin/bash
{ printf '%s\0' "$PWD" "$@"; } >"$TOLD/cargo"
while [[ $1 != --root ]]; do shift; done
mkdir -p "$2/bin" && cp "$TOLD/modswap.sh" "$2/bin/modswap"
"#;

/// A job that uses the action.
struct Job {
    folder: tempfile::TempDir,
    action: Action,
    with: BTreeMap<String, String>,
    /// `steps.run.outputs.verdict` and its like.
    outputs: BTreeMap<String, String>,
    environment: Vec<(String, String)>,
    /// What the steps printed.
    log: String,
}

fn executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

impl Job {
    fn new(with: &[(&str, &str)]) -> Self {
        let text = fs::read_to_string(folder_of_the_action().join("action.yml")).unwrap();
        let action: Action = serde_yaml::from_str(&text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["bin", "told", "work space", "temp"] {
            fs::create_dir(at(name)).unwrap();
        }
        executable(&at("told/modswap.sh"), MODSWAP);
        executable(&at("bin/cargo"), CARGO);
        let with = with.iter().map(|(name, value)| {
            assert!(action.inputs.contains_key(*name), "no input {name}");
            ((*name).to_owned(), (*value).to_owned())
        });
        Self {
            with: with.collect(),
            folder,
            action,
            outputs: BTreeMap::new(),
            environment: Vec::new(),
            log: String::new(),
        }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A text with GitHub's expressions replaced: the two forms that the action uses, and no other.
    fn expanded(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${{") else {
            return text.to_owned();
        };
        let (name, after) = rest.split_once("}}").expect("an expression that ends");
        let name = name.trim();
        let value = if let Some(input) = name.strip_prefix("inputs.") {
            let default = || self.action.inputs[input].default.clone();
            self.with.get(input).cloned().unwrap_or_else(default)
        } else {
            assert!(name.starts_with("steps."), "`{name}` is not known here");
            self.outputs.get(name).cloned().unwrap_or_default()
        };
        format!("{before}{value}{}", self.expanded(after))
    }

    /// Runs the steps until one fails, and returns the last one's exit code.
    fn run(&mut self) -> i32 {
        let steps = std::mem::take(&mut self.action.runs.steps);
        let scripts = steps.iter().filter(|step| step.run.is_some());
        let mut code = 0;
        for (number, step) in scripts.enumerate() {
            let output = self.step(step, number);
            code = output.status.code().expect("an exit code");
            self.log += &String::from_utf8_lossy(&output.stdout);
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            if code != 0 {
                break;
            }
        }
        code
    }

    fn step(&mut self, step: &Step, number: usize) -> Output {
        assert_eq!(step.shell.as_deref(), Some("bash"));
        let script = self.at(&format!("{number}.sh"));
        fs::write(&script, step.run.as_ref().unwrap()).unwrap();
        let told = self.at(&format!("{number}.outputs"));
        fs::write(&told, "").unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(&script)
            .current_dir(self.at("work space"))
            .env_clear()
            .env("PATH", format!("{}:{path}", self.at("bin").display()))
            .env("TOLD", self.at("told"))
            .env("GITHUB_ACTION_PATH", folder_of_the_action())
            .env("GITHUB_OUTPUT", &told)
            .env("RUNNER_TEMP", self.at("temp"))
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .envs(self.environment.iter().cloned())
            .envs(
                step.env
                    .iter()
                    .map(|(name, text)| (name, self.expanded(text))),
            );
        let output = command.output().expect("bash");
        for line in fs::read_to_string(told).unwrap().lines() {
            let (name, value) = line.split_once('=').expect("name=value");
            let id = step.id.as_ref().expect("a step with outputs has an id");
            self.outputs
                .insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        output
    }

    /// An output of the action.
    fn output(&self, name: &str) -> String {
        self.expanded(&self.action.outputs[name].value)
    }

    /// What a fake was given; nothing if it was not started.
    fn told(&self, program: &str) -> Vec<String> {
        let text = fs::read_to_string(self.at("told").join(program)).unwrap_or_default();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    /// What modswap was given, the report's path left out.
    fn arguments(&self) -> Vec<String> {
        let mut arguments = self.told("modswap");
        arguments.retain(|argument| !argument.starts_with("--output="));
        arguments
    }
}

fn folder_of_the_action() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/actions/modswap")
}

#[test]
fn without_inputs_every_python_runs_the_scenarios() {
    let mut job = Job::new(&[]);
    assert_eq!(job.run(), 0);
    assert_eq!(
        job.arguments(),
        ["run", "--packages", "--github=auto", "--", "scenarios"]
    );
    assert_eq!(job.output("verdict"), "pass");
    let report = job.output("report");
    assert!(job.told("modswap").contains(&format!("--output={report}")));
    assert_eq!(fs::read_to_string(report).unwrap(), "{}\n");
}

#[test]
fn inputs_arrive_as_they_are_written() {
    let pythons = "3.13\n  docker run -i --rm python:2.7.18-slim python \n\n/a folder/it's \"$(touch here)\" python3\r\n>=3.9,<3.12\n";
    let mut job = Job::new(&[
        ("scenarios", "tests/own scenarios\n-other\n*\n"),
        ("pythons", pythons),
        ("require", "2.7,>=3.9"),
        ("baseline", "tests/the baseline"),
        ("strict", "true"),
    ]);
    assert_eq!(job.run(), 0);
    assert_eq!(
        job.arguments(),
        [
            "run",
            "--packages",
            "--github=auto",
            "--python=3.13",
            "--python=docker run -i --rm python:2.7.18-slim python",
            "--python=/a folder/it's \"$(touch here)\" python3",
            "--python=>=3.9,<3.12",
            "--require=2.7,>=3.9",
            "--baseline=tests/the baseline",
            "--strict",
            "--",
            "tests/own scenarios",
            "-other",
            "*",
        ]
    );
    let made = fs::read_dir(job.at("work space")).unwrap().count();
    assert_eq!(made, 0, "nothing of the inputs is executed");
}

#[test]
fn strict_is_true_or_false() {
    for off in ["false", ""] {
        let mut job = Job::new(&[("strict", off)]);
        assert_eq!(job.run(), 0);
        assert!(!job.arguments().contains(&"--strict".to_owned()));
    }
    let mut job = Job::new(&[("strict", "yes")]);
    assert_eq!(job.run(), 2);
    assert_eq!(job.output("verdict"), "wrong");
    assert_eq!(job.output("report"), "");
    assert!(job.log.contains("The input strict is neither"));
    assert!(job.told("modswap").is_empty(), "it did not start");
}

#[test]
fn the_exit_code_is_kept_and_named() {
    let codes = [
        ("0", "pass"),
        ("1", "violated"),
        ("2", "wrong"),
        ("3", "missing"),
        ("4", "error"),
        ("130", "interrupted"),
        ("101", "error"),
    ];
    for (code, verdict) in codes {
        let mut job = Job::new(&[]).set("ENDS_WITH", code);
        assert_eq!(job.run().to_string(), code);
        assert_eq!(job.output("verdict"), verdict, "{code}");
        assert!(
            Path::new(&job.output("report")).is_file(),
            "the report of a run that ended with {code}"
        );
    }
}

#[test]
fn a_report_that_was_not_written_is_not_promised() {
    let mut job = Job::new(&[]).set("ENDS_WITH", "2").set("NO_REPORT", "1");
    assert_eq!(job.run(), 2);
    assert_eq!(job.output("verdict"), "wrong");
    assert_eq!(job.output("report"), "");
}

#[test]
fn modswap_is_built_from_the_actions_own_checkout_unless_an_earlier_build_runs() {
    let root = |job: &Job| job.outputs["steps.source.outputs.root"].clone();
    let mut job = Job::new(&[]);
    assert_eq!(job.run(), 0);
    let built = job.told("cargo");
    let (place, arguments) = built.split_first().expect("cargo was started");
    assert_eq!(
        fs::canonicalize(place).unwrap(),
        fs::canonicalize(env!("CARGO_MANIFEST_DIR")).unwrap()
    );
    assert_eq!(
        arguments,
        [
            "install",
            "--path",
            ".",
            "--locked",
            "--force",
            "--root",
            &root(&job)
        ]
    );

    let mut cached = Job::new(&[]);
    fs::create_dir_all(cached.at("temp/modswap/bin")).unwrap();
    executable(&cached.at("temp/modswap/bin/modswap"), MODSWAP);
    assert_eq!(cached.run(), 0);
    assert!(cached.told("cargo").is_empty(), "nothing to build");

    // Such as one that was linked with another C library.
    let mut broken = Job::new(&[]);
    fs::create_dir_all(broken.at("temp/modswap/bin")).unwrap();
    executable(
        &broken.at("temp/modswap/bin/modswap"),
        "#!/bin/bash\nexit 127\n",
    );
    assert_eq!(broken.run(), 0);
    assert!(!broken.told("cargo").is_empty(), "built anew");
}

#[test]
fn builds_are_kept_by_system_and_source() {
    let mut one = Job::new(&[]).set("ImageOS", "ubuntu24");
    let mut other = Job::new(&[]).set("ImageOS", "ubuntu26");
    assert_eq!((one.run(), other.run()), (0, 0));
    let key = |job: &Job| job.outputs["steps.source.outputs.key"].clone();
    let start = "modswap-Linux-X64-ubuntu24-";
    let digest = key(&one);
    let digest = digest
        .strip_prefix(start)
        .expect("the system is in the key");
    assert!(digest.len() >= 40 && digest.chars().all(|c| c.is_ascii_hexdigit()));
    assert_eq!(key(&other), format!("modswap-Linux-X64-ubuntu26-{digest}"));
}

#[test]
fn without_rust_it_says_what_is_missing() {
    let mut job = Job::new(&[]);
    fs::remove_file(job.at("bin/cargo")).unwrap();
    // Only what the script needs, by links.
    let tools = [
        "bash",
        "find",
        "sort",
        "xargs",
        "cut",
        "env",
        "shasum",
        "sha256sum",
    ];
    for tool in tools {
        if let Ok(found) = which::which(tool) {
            std::os::unix::fs::symlink(found, job.at("bin").join(tool)).unwrap();
        }
    }
    let only = job.at("bin").display().to_string();
    job = job.set("PATH", &only);
    assert_eq!(job.run(), 1);
    assert!(job.log.contains("::error title=modswap::There is no cargo"));
    assert!(job.told("modswap").is_empty());
}
