//! A whole run of the corpus beside what it could cost at least and what it costs with other means:
//! `cargo bench --bench speed`.
//!
//! The same cases on the same Pythons, all in one run, one contender after the other within each round, so that a busy machine
//! is as unfair to one as to the others. The limit is `bare.py`: a started Python per interpreter that forks for the standalone
//! script of each case (`modswap script`), two interpreters at a time. The peers start a Python per script: `xargs -P`, and tox
//! with an environment per interpreter. tox is installed from PyPI into a temporary folder; where that fails it is named.
//!
//! Cases that need packages are left out of all sides: importing numpy costs each the same, and would only make them look alike.
//! `MODSWAP_BENCH_ROUNDS` (3; with 0 only the overhead is measured) and `MODSWAP_BENCH_IDS` (globs, by blanks) make it shorter.

#[path = "../support/mod.rs"]
mod support;

mod overhead;
mod scripts;

use std::collections::VecDeque;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Instant;

use scripts::{Column, Scripts};
use support::{Cost, cost, median, ms, number};

/// How many run at a time, on each side.
const JOBS: usize = 2;
/// tox for every Python from 2.7 on: newer virtualenvs make no environments for the oldest.
const TOX: [&str; 2] = ["tox==3.28.0", "virtualenv==20.21.1"];

type Contender<'a> = (&'static str, Box<dyn Fn() -> Cost + 'a>);

fn main() {
    let rounds = number("MODSWAP_BENCH_ROUNDS", 3);
    let folder = tempfile::tempdir().expect("a folder");
    if rounds == 0 {
        return overhead::measure(folder.path());
    }
    let scripts = Scripts::write(folder.path());
    println!(
        "{} cases on {} interpreters, {JOBS} at a time, medians of {rounds} rounds",
        scripts.cases(),
        scripts.columns.len()
    );
    let tox = tox(folder.path(), &scripts.columns);
    let mut contenders: Vec<Contender<'_>> = vec![
        ("modswap run", Box::new(|| cost(scripts.modswap()))),
        ("limit: bare fork loop", Box::new(|| bare(&scripts.columns))),
        ("peer: xargs -P 2", Box::new(|| xargs(&scripts.columns))),
    ];
    if let Some(tox) = &tox {
        contenders.push(("peer: tox -p 2", Box::new(|| cost(tox()))));
    }
    let mut costs: Vec<Vec<Cost>> = contenders.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for ((_, run), costs) in contenders.iter().zip(&mut costs) {
            costs.push(run());
        }
    }
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| ms(cost.wall)));
    let own = wall(&costs[0]);
    #[allow(clippy::cast_precision_loss, reason = "thousands")]
    let cases = scripts.cases() as f64;
    println!("{:<26} {:>9} {:>9}  ratio", "", "wall", "a case");
    for ((name, _), costs) in contenders.iter().zip(&costs) {
        let wall = wall(costs);
        println!(
            "{name:<26} {:>7.2} s {:>6.2} ms  modswap's × {:.2}",
            wall / 1000.0,
            wall / cases,
            wall / own
        );
    }
    println!(
        "modswap / limit: {:.2} (to be at most 1.25)",
        own / wall(&costs[1])
    );
    let share = costs[0]
        .iter()
        .map(|cost| ms(cost.own) / ms(cost.own + cost.children));
    println!(
        "modswap's own processor time: {:.1} % of the run's (to be at most 10)",
        median(share) * 100.0
    );
    let peak = median(costs[0].iter().map(|cost| cost.peak));
    println!("modswap's own memory: {peak:.0} MB");
    overhead::measure(folder.path());
}

/// Two interpreters at a time, each a Python that forks.
fn bare(columns: &[Column]) -> Cost {
    let queue: Mutex<VecDeque<&Column>> = Mutex::new(columns.iter().collect());
    let clock = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no panic").pop_front();
                    let Some(column) = next else { break };
                    let mut command = column.python();
                    command.arg("benches/speed/bare.py").arg(&column.list);
                    command.stdout(Stdio::null()).stderr(Stdio::null());
                    command.status().expect("it starts");
                }
            });
        }
    });
    Cost {
        wall: clock.elapsed(),
        ..Cost::default()
    }
}

/// A Python for each script, two at a time.
fn xargs(columns: &[Column]) -> Cost {
    let clock = Instant::now();
    for column in columns {
        let python = column.python();
        let mut command = Command::new("xargs");
        command.args(["-n", "1", "-P", &JOBS.to_string()]);
        command.arg(python.get_program()).args(python.get_args());
        for (name, value) in python.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.stdin(File::open(&column.list).expect("written"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Scripts whose finding is an exit code of their own are no failure.
        command.status().expect("xargs is there");
    }
    Cost {
        wall: clock.elapsed(),
        ..Cost::default()
    }
}

/// tox with an environment per interpreter, made beforehand; none where it cannot be had.
fn tox(folder: &Path, columns: &[Column]) -> Option<impl Fn() -> Command + use<>> {
    let home = folder.join("tox");
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&home)
        .status();
    let program = home.join("bin/tox");
    let had = made.is_ok_and(|status| status.success())
        && Command::new(home.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(TOX)
            .status()
            .is_ok_and(|status| status.success());
    if !had {
        println!("not compared with tox: it cannot be installed here");
        return None;
    }
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("c{}", column.key))
        .collect();
    let mut text = format!(
        "[tox]\nskipsdist = true\nenvlist = {}\n[testenv]\nskip_install = true\nsetenv =\n  PYTHONHASHSEED = 0\n  LC_ALL = C.UTF-8\n",
        names.join(",")
    );
    for (name, column) in names.iter().zip(columns) {
        let list = fs::read_to_string(&column.list).expect("written");
        let python = column.program.display();
        let _ = writeln!(text, "[testenv:{name}]\nbasepython = {python}\ncommands =");
        for script in list.lines() {
            let _ = writeln!(text, "  - python -s -B {script}");
        }
    }
    let file = home.join("tox.ini");
    fs::write(&file, text).expect("written");
    let tox = move |more: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["-c".as_ref(), file.as_os_str()]).args(more);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let made = tox(&["--notest"]).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("not compared with tox: it cannot make its environments here");
        return None;
    }
    Some(move || tox(&["-p", &JOBS.to_string()]))
}

/// Where the repository is: benches run in it.
fn scenarios() -> PathBuf {
    PathBuf::from("scenarios")
}
