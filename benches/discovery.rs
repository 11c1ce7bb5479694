//! How long discovery takes, and how many CPythons it finds, beside uv and Microsoft's PET: `cargo bench --bench discovery`.
//!
//! All of it in one run, one after the other within each round, so that a busy machine is as unfair to one as to the others.
//! `uv` and `pet` are taken from `PATH`, or from `MODSWAP_BENCH_UV` and `MODSWAP_BENCH_PET`; a uv that is on neither is
//! installed from PyPI into a temporary folder. What is not there is named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use modswap::python::probe::PROBE;
use serde_json::Value;

const ROUNDS: usize = 9;

/// A command to measure.
struct Contender {
    name: &'static str,
    command: Box<dyn Fn() -> Command>,
    times: Vec<Duration>,
}

impl Contender {
    fn new(name: &'static str, command: impl Fn() -> Command + 'static) -> Self {
        Self {
            name,
            command: Box::new(command),
            times: Vec::new(),
        }
    }

    fn round(&mut self) {
        let (time, _) = timed((self.command)());
        self.times.push(time);
    }

    fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort();
        times[times.len() / 2]
    }
}

fn timed(mut command: Command) -> (Duration, Output) {
    command.stdin(Stdio::null());
    let clock = Instant::now();
    let output = command.output().expect("it starts");
    (clock.elapsed(), output)
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let (warm, uv_warm) = (folder.path().join("warm"), folder.path().join("uv-warm"));
    let modswap = |cache: PathBuf| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_modswap"));
        command.args(["pythons", "--format", "json"]);
        command.env("MODSWAP_CACHE_DIR", cache);
        command
    };
    let pythons = interpreters(modswap(warm.clone()));
    let uv = program("uv", "MODSWAP_BENCH_UV").or_else(|| from_pypi(folder.path(), &pythons));
    let pet = program("pet", "MODSWAP_BENCH_PET");

    let empty = fresh(folder.path().join("empty"));
    let mut contenders = vec![
        Contender::new("modswap, empty cache", move || modswap(empty())),
        Contender::new("modswap --no-cache", move || {
            let mut command = modswap(PathBuf::new());
            command.arg("--no-cache");
            command
        }),
        Contender::new("modswap, warm", move || modswap(warm.clone())),
    ];
    let mut counts = vec![("modswap", canonical(pythons.iter()).len())];
    if let Some(uv) = &uv {
        let list = |uv: &Path, cache: PathBuf| {
            let mut command = Command::new(uv);
            let list = ["python", "list", "--offline", "--only-installed"];
            command.args(list).args(["--output-format", "json"]);
            command.env("UV_CACHE_DIR", cache);
            command
        };
        let empty = fresh(folder.path().join("uv-empty"));
        let (_, output) = timed(list(uv, uv_warm.clone()));
        counts.push(("uv", of_uv(&output).len()));
        // It starts every shim of pyenv, which takes most of its time and finds little; so also at its best, with nothing
        // on PATH but the folders of the Pythons themselves.
        let folders = pythons.iter().filter_map(|python| python.parent());
        let path = std::env::join_paths(folders).expect("no colon");
        let best = fresh(folder.path().join("uv-best"));
        let program = uv.clone();
        let at_its_best = move || {
            let mut command = list(&program, best());
            command.env("PATH", &path);
            command
        };
        let (_, output) = timed(at_its_best());
        counts.push(("uv, with all on its PATH", of_uv(&output).len()));
        contenders.push(Contender::new("uv, all on PATH, empty cache", at_its_best));
        let (cold, program) = (uv.clone(), uv.clone());
        contenders.push(Contender::new("uv python list, empty cache", move || {
            list(&cold, empty())
        }));
        contenders.push(Contender::new("uv python list, warm", move || {
            list(&program, uv_warm.clone())
        }));
    }
    if let Some(pet) = pet.clone() {
        let find = move || {
            let mut command = Command::new(&pet);
            command.args(["find", "--list"]);
            command
        };
        let (_, output) = timed(find());
        counts.push(("pet", of_pet(&output).len()));
        contenders.push(Contender::new("pet find", find));
    }

    let mut starts = Vec::new();
    for _ in 0..ROUNDS {
        contenders.iter_mut().for_each(Contender::round);
        starts.push(pythons.iter().map(|python| start(python)).sum::<Duration>());
    }
    starts.sort();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let start = starts[ROUNDS / 2] / u32::try_from(cores).expect("few");

    println!("medians of {ROUNDS} rounds, {cores} processors");
    let of_cold = contenders[0].median().as_secs_f64();
    for one in &contenders {
        let time = one.median();
        let ratio = time.as_secs_f64() / of_cold;
        println!("  {:<28} {:>8.1} ms  × {ratio:.2}", one.name, ms(time));
    }
    println!(
        "  {:<28} {:>8.1} ms",
        "probes' own start-up / cores",
        ms(start)
    );
    println!("distinct CPythons found");
    for (name, count) in counts {
        println!("  {name:<28} {count:>3}");
    }
    for (name, program) in [("uv", uv), ("PET", pet)] {
        if program.is_none() {
            println!("not compared with {name}: not here");
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Another empty folder at each call.
fn fresh(parent: PathBuf) -> impl Fn() -> PathBuf {
    let count = std::cell::Cell::new(0);
    move || {
        count.set(count.get() + 1);
        parent.join(count.get().to_string())
    }
}

/// What modswap finds.
fn interpreters(command: Command) -> Vec<PathBuf> {
    let (_, output) = timed(command);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let list = found["interpreters"].as_array().expect("a list");
    let paths = list.iter().filter_map(|one| one["command"][0].as_str());
    paths.map(PathBuf::from).collect()
}

/// One start of an interpreter with the probe.
fn start(python: &Path) -> Duration {
    let mut command = Command::new(python);
    command.args(["-E", "-s", "-S", "-B", "-c", PROBE]);
    timed(command).0
}

fn canonical(paths: impl Iterator<Item = impl AsRef<Path>>) -> BTreeSet<PathBuf> {
    paths
        .filter_map(|path| path.as_ref().canonicalize().ok())
        .collect()
}

fn of_uv(output: &Output) -> BTreeSet<PathBuf> {
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let all = listed.as_array().into_iter().flatten();
    let cpython = all.filter(|one| one["implementation"] == "cpython");
    canonical(cpython.filter_map(|one| one["path"].as_str()))
}

fn of_pet(output: &Output) -> BTreeSet<PathBuf> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let executables = lines.filter(|(word, _)| word.trim() == "Executable");
    canonical(executables.map(|(_, path)| path.trim()))
}

/// The program that a variable or `PATH` names.
fn program(name: &str, variable: &str) -> Option<PathBuf> {
    let set = std::env::var_os(variable).map(PathBuf::from);
    set.or_else(|| which::which(name).ok())
}

/// uv from PyPI, by the newest Python that has pip.
fn from_pypi(folder: &Path, pythons: &[PathBuf]) -> Option<PathBuf> {
    let target = folder.join("uv");
    let installed = pythons.iter().rev().any(|python| {
        let mut pip = Command::new(python);
        let quiet = ["-m", "pip", "install", "--quiet", "--target"];
        pip.args(quiet).arg(&target).arg("uv");
        timed(pip).1.status.success()
    });
    let program = target.join("bin").join("uv");
    (installed && program.exists()).then_some(program)
}
