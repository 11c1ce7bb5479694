//! Commands that are ended at any moment: each file is the old one or the new one, whole; no process and no file is left; and the next
//! one is right.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::harness::stored::report;
use crate::harness::{PLAIN, Workspace, newest_python, wait_for};
use crate::packages::index::Index;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const SIGNALS: [(&str, Signal); 4] = [
    ("TERM", Signal::TERM),
    ("INT", Signal::INT),
    ("HUP", Signal::HUP),
    ("KILL", Signal::KILL),
];
/// How many kills a test makes unless `MODSWAP_TEST_KILLS` says how many.
const USUAL: u64 = 12;
/// How many are made at the same time.
const TOGETHER: usize = 3;

fn count(usual: u64) -> u64 {
    let wanted = std::env::var("MODSWAP_TEST_KILLS").ok();
    wanted.map_or(usual, |text| text.parse().expect("a number"))
}

/// A number of its own for each kill, from 0 to 1. `MODSWAP_TEST_SEED` repeats those of another time.
fn fraction(seed: u64, at: u64) -> f64 {
    // SplitMix64.
    let mut z = seed.wrapping_add(at.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from((z ^ (z >> 31)) >> 32).expect("32 bits")) / f64::from(u32::MAX)
}

/// A command that is killed.
struct Victim<'a> {
    /// Makes a folder in which it can run, with what was there before.
    prepare: &'a (dyn Fn() -> Workspace + Sync),
    start: &'a (dyn Fn(&Workspace) -> Command + Sync),
    /// Files that it writes, which are old or new and whole.
    writes: &'a [&'a str],
    /// True if the text of such a file is a whole new one.
    is_new: &'a (dyn Fn(&str, &str) -> bool + Sync),
    /// Codes with which it ends when nobody ends it.
    codes: &'a [i32],
}

/// Every file below a folder that tests do not make for themselves.
fn files(workspace: &Workspace, folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path: PathBuf = entry.path();
        let name = path
            .strip_prefix(workspace.path(""))
            .expect("below")
            .display()
            .to_string();
        if ["tmp", "cache", "pip-cache", "uv-cache"].contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            found.extend(files(workspace, &path));
        } else {
            let bytes = fs::read(&path).expect("a file");
            found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    found
}

fn spawn(mut command: Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

impl Victim<'_> {
    /// Kills it at random moments, and checks what is left each time.
    fn kill_often(&self, usual: u64) {
        let seed = std::env::var("MODSWAP_TEST_SEED").ok().map_or_else(
            || {
                u64::from(std::process::id()) << 32
                    | u64::from(Instant::now().elapsed().subsec_nanos())
            },
            |text| text.parse().expect("a number"),
        );
        let kills = count(usual);
        println!("MODSWAP_TEST_SEED={seed} MODSWAP_TEST_KILLS={kills}");
        let mut usual = Duration::MAX;
        for _ in 0..2 {
            let workspace = (self.prepare)();
            let began = Instant::now();
            let status = spawn((self.start)(&workspace)).wait().expect("it ends");
            usual = usual.min(began.elapsed());
            assert!(self.is_over(status), "{status:?}");
            self.check_files(&workspace, &(self.prepare)(), "undisturbed");
        }
        let (next, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let usual = Mutex::new(usual);
        scope(|scope| {
            for _ in 0..TOGETHER {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed) as u64;
                        if at >= kills {
                            return;
                        }
                        let (name, signal) =
                            SIGNALS[usize::try_from(at).expect("small") % SIGNALS.len()];
                        let moment = usual.lock().expect("no panic").mul_f64(fraction(seed, at));
                        let what = format!("kill {at} by {name}");
                        let (is_hit, next) = self.kill(moment, signal, &what);
                        // How long it takes depends on what else the machine does.
                        *usual.lock().expect("no panic") = next;
                        ended.fetch_add(usize::from(is_hit), Ordering::Relaxed);
                    }
                });
            }
        });
        println!(
            "{} of {kills} came before the end",
            ended.load(Ordering::Relaxed)
        );
    }

    fn is_over(&self, status: ExitStatus) -> bool {
        status.code().is_some_and(|code| self.codes.contains(&code))
    }

    /// Kills it once. Returns whether that came in time, and how long the next one took.
    fn kill(&self, moment: Duration, signal: Signal, what: &str) -> (bool, Duration) {
        let what = format!("{what} after {moment:?}");
        let workspace = (self.prepare)();
        let before = files(&workspace, &workspace.path(""));
        let mut child = spawn((self.start)(&workspace));
        sleep(moment);
        let pid = Pid::from_child(&child);
        // It is not waited for yet, so that nobody else has its number.
        assert!(kill_process(pid, signal).is_ok(), "{what}");
        let status = child.wait().expect("it ends");
        // Before its first instruction a process dies of any signal.
        let is_killed = status.signal() == Some(signal.as_raw());
        let is_over = self.is_over(status);
        assert!(
            is_killed || is_over || status.code() == Some(130),
            "{what}: {status:?}"
        );
        wait_for(&format!("the end of every process: {what}"), || {
            workspace.processes().is_empty()
        });
        self.check_left(&workspace, &before, signal == Signal::KILL, &what);
        // The next one is right, and what a killed one left in the place for temporary files is no hindrance.
        let is_hit = is_killed || status.code() == Some(130);
        let began = Instant::now();
        let status = spawn((self.start)(&workspace)).wait().expect("it ends");
        let took = began.elapsed();
        assert!(self.is_over(status), "next after {what}: {status:?}");
        self.check_files(&workspace, &(self.prepare)(), &what);
        (is_hit, took)
    }

    /// Checks that there are no other files than before and those that it writes, and that these are whole.
    fn check_left(
        &self,
        workspace: &Workspace,
        before: &BTreeMap<String, String>,
        is_kill: bool,
        what: &str,
    ) {
        let now = files(workspace, &workspace.path(""));
        let known: BTreeSet<&str> = self.writes.iter().copied().collect();
        for (name, text) in &now {
            let is_written = known
                .iter()
                .any(|written| name == written || name.starts_with(&format!("{written}/")));
            if is_written {
                let is_old = before.get(name) == Some(text);
                assert!(
                    is_old || (self.is_new)(name, text),
                    "{what}: {name} is neither old nor new: {text}"
                );
            } else if let (true, Some(_)) = (is_kill, name.strip_suffix(".part")) {
                assert!(
                    text.is_empty() || text.ends_with('\n'),
                    "{what}: {name}: {text}"
                );
            } else {
                assert_eq!(before.get(name), Some(text), "{what}: {name}");
            }
        }
        assert!(
            before.keys().all(|name| now.contains_key(name)),
            "{what}: a file is gone"
        );
        if !is_kill {
            workspace.assert_clean();
        }
    }

    /// Checks that every file that it writes is a new one.
    fn check_files(&self, workspace: &Workspace, fresh: &Workspace, what: &str) {
        let now = files(workspace, &workspace.path(""));
        let before = files(fresh, &fresh.path(""));
        for name in self.writes {
            let mut below = now
                .iter()
                .filter(|(at, _)| *at == name || at.starts_with(&format!("{name}/")));
            let all_new = below.clone().all(|(at, text)| {
                let is_whole = !text.contains("\"interrupted\": true");
                (self.is_new)(at, text) && is_whole
            });
            assert!(below.next().is_some() && all_new, "after {what}: {name}");
        }
        let is_known = |name: &String| {
            before.contains_key(name) || self.writes.iter().any(|written| name.starts_with(written))
        };
        let more: Vec<_> = now.keys().filter(|name| !is_known(name)).collect();
        assert!(more.is_empty(), "after {what}: {more:?}");
    }
}

/// True if it is a whole report, and not the old one. An interrupted run has one, too.
fn is_report(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|report| {
        let cases = report["cases"].as_array().map_or(0, Vec::len);
        cases > 0 || report["interrupted"] == true
    })
}

/// True if it is a whole file of what a command writes.
fn is_whole(name: &str, text: &str) -> bool {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("json") => is_report(text),
        Some("ndjson") => text
            .lines()
            .last()
            .is_some_and(|last| last.contains("\"run-finished\"")),
        Some("xml") => roxmltree::Document::parse(text).is_ok(),
        Some("html") => text.trim_end().ends_with("</html>"),
        _ => text.ends_with('\n') && text.len() > 10,
    }
}

const OLD: &str = "what was there before";

fn with_old_files(workspace: Workspace) -> Workspace {
    for name in ["r.json", "r.xml", "r.html", "e.ndjson"] {
        workspace.write(name, OLD);
    }
    workspace
}

#[test]
fn a_run() {
    let python = newest_python();
    Victim {
        prepare: &|| with_old_files(Workspace::with(&[("a", PLAIN), ("b", PLAIN)])),
        start: &|workspace| {
            workspace.modswap(&[
                "run",
                "--python",
                python.path(),
                "--output",
                "r.json",
                "--output",
                "r.xml",
                "--output",
                "r.html",
                "--output",
                "e.ndjson",
                "--pages",
                "pages",
            ])
        },
        writes: &["r.json", "r.xml", "r.html", "e.ndjson", "pages"],
        is_new: &is_whole,
        codes: &[0],
    }
    .kill_often(USUAL);
}

/// Reports of a run on two machines, and what was accepted before of twenty scenarios.
fn with_reports() -> Workspace {
    let workspace = with_old_files(Workspace::new());
    let names: Vec<String> = (0..20).map(|number| format!("s{number:02}")).collect();
    let cases = |value: &'static str, version: &'static str| -> Vec<_> {
        names
            .iter()
            .map(|name| (name.as_str(), version, "pass", value))
            .collect()
    };
    workspace.write("old.json", &report(&cases("old", "3.12.1")).to_string());
    workspace.write("new.json", &report(&cases("new", "3.13.0")).to_string());
    workspace.write("other.json", &report(&cases("other", "3.11.7")).to_string());
    workspace.run_to(0, &["accept", "--report", "old.json"]);
    workspace
}

#[test]
fn an_acceptance() {
    Victim {
        prepare: &with_reports,
        start: &|workspace| workspace.modswap(&["accept", "--report", "new.json"]),
        writes: &["reports/baseline"],
        is_new: &|_, text| {
            text.contains("3.13.0") && text.contains("3.12.1") && text.ends_with('\n')
        },
        codes: &[0],
    }
    .kill_often(USUAL);
}

#[test]
fn a_merge() {
    Victim {
        prepare: &with_reports,
        start: &|workspace| {
            workspace.modswap(&[
                "merge",
                "new.json",
                "other.json",
                "--output",
                "r.json",
                "--output",
                "r.xml",
                "--output",
                "r.html",
                "--output",
                "e.ndjson",
            ])
        },
        writes: &["r.json", "r.xml", "r.html", "e.ndjson"],
        is_new: &is_whole,
        codes: &[0],
    }
    .kill_often(USUAL);
}

/// A run that is killed while it installs has installed nothing, or all of it.
#[test]
fn an_installation() {
    let python = newest_python();
    Victim {
        prepare: &|| with_old_files(Index::asking().workspace),
        start: &|workspace| {
            let mut command = workspace.modswap(&[
                "run",
                "--packages",
                "--python",
                python.path(),
                "--output",
                "r.json",
            ]);
            Index::configure(workspace, &mut command);
            command
        },
        writes: &["r.json"],
        is_new: &|_, text| is_report(text),
        codes: &[0],
    }
    .kill_often(USUAL / 3);
}
