//! A job that uses the action: its steps as they are committed, run as GitHub runs them, with a folder for the releases, and
//! with a cargo, git, gh and modswap that only say what they were given.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

/// The version of the source, and so of the release that the action is of.
pub(super) const OWN: &str = env!("CARGO_PKG_VERSION");
/// The archive that a runner of these jobs takes.
pub(super) const TARGET: &str = "x86_64-unknown-linux-musl";

#[derive(Deserialize)]
pub(super) struct Action {
    pub(super) inputs: BTreeMap<String, Input>,
    pub(super) outputs: BTreeMap<String, Value>,
    runs: Runs,
}

#[derive(Deserialize)]
pub(super) struct Input {
    default: String,
}

#[derive(Deserialize)]
pub(super) struct Value {
    value: String,
}

#[derive(Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    id: Option<String>,
    #[serde(rename = "if")]
    condition: Option<String>,
    shell: Option<String>,
    run: Option<String>,
    uses: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    with: BTreeMap<String, String>,
}

/// Writes down its arguments, a report, a page, and a package; ends as it is told.
const MODSWAP: &str = r#"#!/bin/bash
case $* in
    --version) echo modswap; exit ;;
    "cache dir") [[ -z $NO_CACHE ]] && echo "$TOLD/cache"; exit ;;
esac
printf '%s\0' "$@" >"$TOLD/modswap"
for argument; do
    case $argument in --output=*) [[ -n $NO_REPORT ]] || echo '{}' >"${argument#--output=}" ;; esac
done
if [[ -n $INSTALLS ]]; then
    mkdir -p "$TOLD/cache/packages/$INSTALLS"
    printf '%s\n' 3.13.0 "${ABOUT:-numpy}" >"$TOLD/cache/packages/$INSTALLS/modswap.txt"
fi
exit "${ENDS_WITH:-0}"
"#;

/// Writes down where and how it was called, and installs that modswap.
const CARGO: &str = r#"#!/bin/bash
{ printf '%s\0' "$PWD" "$@"; } >"$TOLD/cargo"
while [[ $1 != --root ]]; do shift; done
mkdir -p "$2/bin" && cp "$TOLD/modswap.sh" "$2/bin/modswap"
"#;

/// Knows the tags of one repository.
const GIT: &str = r#"#!/bin/bash
printf '%s\0' "$@" >"$TOLD/git"
cat "$TOLD/tags" 2>/dev/null
"#;

/// Verifies, or does not.
const GH: &str = r#"#!/bin/bash
[[ $* = "attestation verify --help" ]] && exit "${GH_CANNOT:-0}"
printf '%s\0' "$@" >"$TOLD/gh"
echo "what gh says"
exit "${GH_ENDS_WITH:-0}"
"#;

pub(super) struct Job {
    folder: tempfile::TempDir,
    pub(super) action: Action,
    with: BTreeMap<String, String>,
    /// `steps.run.outputs.verdict` and its like.
    pub(super) outputs: BTreeMap<String, String>,
    /// Actions that the steps used: the name without its commit, and what they were given.
    pub(super) used: Vec<(String, BTreeMap<String, String>)>,
    environment: BTreeMap<String, String>,
    /// The output of the steps.
    pub(super) log: String,
}

pub(super) fn executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn read_action() -> Action {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/actions/modswap/action.yml");
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Puts a release of that modswap into a folder of releases: the archive, and its checksum.
pub(super) fn publish(releases: &Path, version: &str, modswap: &str) {
    let release = releases.join(format!("v{version}"));
    let name = format!("modswap-{version}-{TARGET}");
    let content = release.join(&name);
    fs::create_dir_all(&content).unwrap();
    executable(&content.join("modswap"), modswap);
    let script = r#"tar -czf "$1.tar.gz" "$1"; rm -r "$1"; {
        echo "0000  modswap-other.zip"
        if command -v sha256sum >/dev/null; then sha256sum "$1.tar.gz"; else shasum -a 256 "$1.tar.gz"; fi
    } >SHA256SUMS"#;
    let mut shell = Command::new("sh");
    shell
        .args(["-e", "-c", script, "sh", &name])
        .current_dir(&release);
    assert!(shell.status().unwrap().success());
}

impl Job {
    /// With the action at the tag of its release, which there is.
    pub(super) fn new(with: &[(&str, &str)]) -> Self {
        let job = Self::at_ref(&format!("v{OWN}"), with);
        publish(&job.at("releases"), OWN, MODSWAP);
        job
    }

    /// With the action at a tag, a branch or a commit, and no release.
    pub(super) fn at_ref(reference: &str, with: &[(&str, &str)]) -> Self {
        let action = read_action();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in [
            "bin",
            "told",
            "work space",
            "temp",
            "releases",
            "_actions/own/swap",
        ] {
            fs::create_dir_all(at(name)).unwrap();
        }
        executable(&at("told/modswap.sh"), MODSWAP);
        for (name, text) in [("cargo", CARGO), ("git", GIT), ("gh", GH)] {
            executable(&at("bin").join(name), text);
        }
        let checkout = at("_actions/own/swap").join(reference);
        symlink(env!("CARGO_MANIFEST_DIR"), &checkout).unwrap();
        let with = with.iter().map(|(name, value)| {
            assert!(action.inputs.contains_key(*name), "no input {name}");
            ((*name).to_owned(), (*value).to_owned())
        });
        let releases = format!("file://{}", at("releases").display());
        let path = std::env::var("PATH").unwrap();
        let environment = [
            ("PATH", format!("{}:{path}", at("bin").display())),
            ("TOLD", at("told").display().to_string()),
            (
                "GITHUB_ACTION_PATH",
                format!("{}/.github/actions/modswap", checkout.display()),
            ),
            ("GITHUB_REPOSITORY", "user/library".to_owned()),
            ("RUNNER_TEMP", at("temp").display().to_string()),
            ("RUNNER_OS", "Linux".to_owned()),
            ("RUNNER_ARCH", "X64".to_owned()),
            ("MODSWAP_RELEASES", releases),
        ];
        Self {
            with: with.collect(),
            environment: environment
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            folder,
            action,
            outputs: BTreeMap::new(),
            used: Vec::new(),
            log: String::new(),
        }
    }

    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The value of an operand or an expression: those forms that the action uses, and no other.
    fn value_of(&self, name: &str) -> String {
        if let Some(text) = name.strip_prefix('\'') {
            return text.strip_suffix('\'').expect("a closed quote").to_owned();
        }
        if let Some(input) = name.strip_prefix("inputs.") {
            let default = || self.action.inputs[input].default.clone();
            return self.with.get(input).cloned().unwrap_or_else(default);
        }
        if name == "github.token" {
            return "a token".to_owned();
        }
        assert!(name.starts_with("steps."), "`{name}` is not known here");
        self.outputs.get(name).cloned().unwrap_or_default()
    }

    /// A text with GitHub's expressions replaced.
    fn expanded(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${{") else {
            return text.to_owned();
        };
        let (name, after) = rest.split_once("}}").expect("an expression that ends");
        let value = self.value_of(name.trim());
        format!("{before}{value}{}", self.expanded(after))
    }

    /// True if a step with this condition runs, after one has failed or not.
    fn holds(&self, condition: Option<&str>, failed: bool) -> bool {
        let Some(condition) = condition else {
            return !failed;
        };
        let inner = condition.trim().strip_prefix("${{").expect("an expression");
        let inner = inner.strip_suffix("}}").expect("an expression that ends");
        let terms: Vec<&str> = inner.split("&&").map(str::trim).collect();
        // GitHub puts `success()` before a condition that does not ask for the status.
        let asks = terms.contains(&"!cancelled()");
        let mut rest = terms.iter().filter(|&&term| term != "!cancelled()");
        (asks || !failed)
            && rest.all(|term| {
                if let Some((left, right)) = term.split_once(" == ") {
                    return self.value_of(left) == self.value_of(right);
                }
                let (left, right) = term.split_once(" != ").expect("a comparison");
                self.value_of(left) != self.value_of(right)
            })
    }

    /// Runs the steps, and returns the exit code of the first one that fails.
    pub(super) fn run(&mut self) -> i32 {
        let steps = std::mem::take(&mut self.action.runs.steps);
        let mut code = 0;
        for (number, step) in steps.iter().enumerate() {
            if !self.holds(step.condition.as_deref(), code != 0) {
                continue;
            }
            if let Some(action) = &step.uses {
                let with = step.with.iter();
                let with = with.map(|(name, value)| (name.clone(), self.expanded(value)));
                let name = action.split('@').next().unwrap_or_default().to_owned();
                self.used.push((name, with.collect()));
                continue;
            }
            let output = self.step(step, number);
            self.log += &String::from_utf8_lossy(&output.stdout);
            self.log += &String::from_utf8_lossy(&output.stderr);
            if code == 0 {
                code = output.status.code().expect("an exit code");
            }
        }
        println!("{}", self.log);
        code
    }

    fn step(&mut self, step: &Step, number: usize) -> Output {
        assert_eq!(step.shell.as_deref(), Some("bash"));
        let script = self.at(&format!("{number}.sh"));
        fs::write(&script, step.run.as_ref().unwrap()).unwrap();
        let told = self.at(&format!("{number}.outputs"));
        fs::write(&told, "").unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(&script)
            .current_dir(self.at("work space"))
            .env_clear()
            .env("GITHUB_OUTPUT", &told)
            .env("GITHUB_PATH", self.at("path"))
            .envs(
                step.env
                    .iter()
                    .map(|(name, text)| (name, self.expanded(text))),
            )
            .envs(&self.environment);
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
    pub(super) fn output(&self, name: &str) -> String {
        self.expanded(&self.action.outputs[name].value)
    }

    /// An output of a step, as `get.key`.
    pub(super) fn output_of(&self, step_and_name: &str) -> String {
        let (step, name) = step_and_name.split_once('.').expect("a step");
        self.value_of(&format!("steps.{step}.outputs.{name}"))
    }

    /// The arguments that a fake was given; nothing if it was not started.
    pub(super) fn told(&self, program: &str) -> Vec<String> {
        let text = fs::read_to_string(self.at("told").join(program)).unwrap_or_default();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    /// The arguments that modswap was given, the report's path left out.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = self.told("modswap");
        arguments.retain(|argument| !argument.ends_with("report.json"));
        arguments
    }

    /// The folders that later steps have on their PATH because of the action.
    pub(super) fn on_path(&self) -> Vec<String> {
        let text = fs::read_to_string(self.at("path")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The actions that were used with a key, as `restore KEY` and `save KEY`.
    pub(super) fn caches(&self) -> Vec<String> {
        let used = self.used.iter().map(|(name, with)| {
            let verb = name.strip_prefix("actions/cache/").expect("a cache");
            format!("{verb} {}", with["key"])
        });
        used.collect()
    }
}
