//! State that is kept between runs, and each way to spoil it: it is checked before it is used, and made anew.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{
    PLAIN, Python, Workspace, assert_code, assert_contains, expect_exit, find_case, newest_python,
    parse_report, sample_pythons, stderr_of, stdout_of, under_spawn,
};

/// Spoils a file that is kept; another one of its kind lies at the second path.
type Spoil = fn(&Path, &Path);

const WAYS: &[(&str, Spoil)] = &[
    ("removed", |file, _| fs::remove_file(file).unwrap()),
    ("empty", |file, _| fs::write(file, "").unwrap()),
    ("junk", |file, _| fs::write(file, [0x80; 5000]).unwrap()),
    ("cut", |file, _| {
        let length = fs::metadata(file).unwrap().len();
        let opened = fs::File::options().write(true).open(file).unwrap();
        opened.set_len(length - 100).unwrap();
    }),
    ("one byte", |file, _| {
        let mut data = fs::read(file).unwrap();
        let middle = data.len() / 2;
        data[middle] ^= 1;
        fs::write(file, data).unwrap();
    }),
    ("longer", |file, _| {
        let data = [fs::read(file).unwrap(), b"more".to_vec()].concat();
        fs::write(file, data).unwrap();
    }),
    // Whole, of its kind, and another's.
    ("foreign", |file, other| _ = fs::copy(other, file).unwrap()),
    ("folder", |file, _| {
        fs::remove_file(file).unwrap();
        fs::create_dir_all(file.join("full/of")).unwrap();
    }),
    ("link to itself", |file, _| link(Path::new(file), file)),
    ("link to junk", |file, other| {
        let junk = other.with_extension("junk");
        fs::write(&junk, "kept").unwrap();
        link(&junk, file);
    }),
    ("endless", |file, _| link(Path::new("/dev/zero"), file)),
    ("pipe", |file, _| {
        fs::remove_file(file).unwrap();
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
    }),
    ("closed", |file, _| {
        fs::set_permissions(file, fs::Permissions::from_mode(0o0)).unwrap();
    }),
];

fn link(to: &Path, file: &Path) {
    fs::remove_file(file).unwrap();
    symlink(to, file).unwrap();
}

struct Cache {
    workspace: Workspace,
    pythons: Vec<Python>,
}

impl Cache {
    /// One that was used once.
    fn new() -> Self {
        let spawned = under_spawn(PLAIN);
        let cache = Self {
            workspace: Workspace::with(&[("fork", PLAIN), ("spawn", &spawned)]),
            pythons: sample_pythons(),
        };
        cache.run();
        cache
    }

    /// Runs both scenarios, which must pass, with no word about the cache.
    fn run(&self) -> String {
        let mut arguments = vec!["run", "--format", "json"];
        for python in &self.pythons {
            arguments.extend(["--python", python.path()]);
        }
        let mut command = self.workspace.modswap(&arguments);
        command.env("MODSWAP_CACHE_DIR", self.workspace.path("cache"));
        let output = command.output().expect("the binary starts");
        self.workspace.assert_clean();
        assert_code(&output, 0);
        let report = parse_report(&output);
        for python in &self.pythons {
            for id in ["fork", "spawn"] {
                assert_eq!(find_case(&report, id, &python.key)["verdict"], "pass");
            }
        }
        stderr_of(&output)
    }

    /// The folder with what is compiled.
    fn compiled(&self) -> PathBuf {
        let folders = fs::read_dir(self.workspace.path("cache/worker")).expect("a folder");
        let folders: Vec<_> = folders.flatten().map(|entry| entry.path()).collect();
        assert_eq!(folders.len(), 1, "{folders:?}");
        folders[0].clone()
    }

    /// The files that are kept, in order.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.compiled()).expect("a folder");
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        files.push(self.workspace.path("cache/pythons.json"));
        files
    }
}

#[test]
fn whatever_is_kept_is_checked_and_made_anew() {
    let cache = Cache::new();
    let files = cache.files();
    assert_eq!(files.len(), 2 * cache.pythons.len() + 1, "{files:?}");
    let other = cache.workspace.path("other");
    for (name, spoil) in WAYS {
        println!("{name}");
        let good: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        for (at, file) in files.iter().enumerate() {
            let foreign = if at + 1 == files.len() {
                at
            } else {
                (at + 1) % (files.len() - 1)
            };
            fs::write(&other, &good[foreign]).unwrap();
            spoil(file, &other);
        }
        assert_eq!(cache.run(), "", "{name}");
        assert_eq!(cache.files(), files, "{name}");
        for (file, good) in files.iter().zip(&good) {
            let found = fs::symlink_metadata(file).unwrap();
            assert!(found.is_file(), "{name}: {}", file.display());
            let is_json = file.extension().is_some_and(|end| end == "json");
            if !is_json && *name != "closed" {
                assert!(
                    fs::read(file).unwrap() == *good,
                    "{name}: {}",
                    file.display()
                );
            }
        }
        let junk = other.with_extension("junk");
        assert!(!junk.exists() || fs::read(junk).unwrap() == b"kept");
    }
}

/// Which interpreters there are is asked again where an answer was changed, well-formed as it may be.
#[test]
fn a_changed_answer_of_an_interpreter_is_not_believed() {
    let cache = Cache::new();
    let file = cache.workspace.path("cache/pythons.json");
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replace(
        "\"implementation\":\"cpython\"",
        "\"implementation\":\"pypy\"",
    );
    let changed = if changed == text {
        text.replace("64", "32")
    } else {
        changed
    };
    assert_ne!(text, changed);
    fs::write(&file, changed).unwrap();
    assert_eq!(cache.run(), "");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn what_is_in_the_place_of_a_folder_of_the_cache_is_replaced() {
    for name in ["worker", "compiled"] {
        let cache = Cache::new();
        let folder = match name {
            "worker" => cache.workspace.path("cache/worker"),
            _ => cache.compiled(),
        };
        let aside = cache.workspace.path("aside");
        for kind in ["file", "link"] {
            fs::rename(&folder, &aside).unwrap();
            match kind {
                "file" => fs::write(&folder, "junk").unwrap(),
                _ => symlink(&aside, &folder).unwrap(),
            }
            assert_eq!(cache.run(), "", "{name} {kind}");
            assert!(fs::symlink_metadata(&folder).unwrap().is_dir());
            fs::remove_dir_all(&aside).unwrap();
        }
    }
}

#[test]
fn what_a_killed_run_left_in_the_cache_is_removed_and_what_is_written_is_not() {
    let cache = Cache::new();
    let folder = cache.compiled();
    let [left, older, written] = [
        "case-3.code.new-0123",
        "case-3.code.4711",
        "case-4.code.new-0123",
    ]
    .map(|name| folder.join(name));
    for file in [&left, &older, &written] {
        fs::write(file, "half").unwrap();
    }
    let opened = fs::File::open(&written).unwrap();
    rustix::fs::flock(&opened, rustix::fs::FlockOperation::LockExclusive).unwrap();
    cache.run();
    assert!(!left.exists() && !older.exists() && written.exists());
}

/// The cache of another user's, and one that everybody can write to, is neither used nor written to, and that is said once.
#[test]
fn a_cache_that_others_may_have_written_is_not_used() {
    let cache = Cache::new();
    let folder = cache.workspace.path("cache");
    let list = || {
        let mut seen: Vec<_> = cache
            .files()
            .iter()
            .map(|file| fs::metadata(file).unwrap().ino())
            .collect();
        seen.sort_unstable();
        seen
    };
    fs::write(&cache.files()[0], "junk").unwrap();
    let before = list();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    let said = cache.run();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_contains(
        &said,
        "cache can be written by every user; give it to yourself alone, or let MODSWAP_CACHE_DIR name another folder",
    );
    assert_eq!(before, list());
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    if chown(&folder, Some(12345), None).is_err() {
        println!("not covered: the cache of another user, by anyone but root");
        return;
    }
    let said = cache.run();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_contains(&said, "cache belongs to another user");
    assert_eq!(before, list());
    // Nor is one made in another's home.
    chown(&folder, Some(0), None).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    chown(cache.workspace.path(""), Some(12345), None).unwrap();
    assert_contains(&cache.run(), "belongs to another user");
    assert!(!folder.exists());
}

#[test]
fn a_memory_of_runs_that_others_may_have_written_is_not_used() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let state = workspace.state.path();
    fs::set_permissions(state, fs::Permissions::from_mode(0o777)).unwrap();
    let said = stderr_of(&workspace.run_newest(0, &["scenarios"]));
    assert_contains(&said, "no memory of earlier runs is used: ");
    assert_contains(&said, "MODSWAP_STATE_DIR");
    assert_eq!(fs::read_dir(state).unwrap().count(), 0);
}

#[test]
fn the_cache_is_measured_and_emptied_of_what_is_modswaps() {
    let workspace = Workspace::with(&[("a", PLAIN)]);
    let cache = workspace.path("cache");
    let run = |words: &[&str], code: i32| {
        let mut command = workspace.modswap(words);
        expect_exit(command.env("MODSWAP_CACHE_DIR", &cache), code)
    };
    let python = newest_python();
    let dir = stdout_of(&run(&["cache", "dir"], 0));
    assert_eq!(dir, format!("{}\n", cache.display()));
    assert_contains(&stdout_of(&run(&["cache", "size"], 0)), "0 B  in ");
    run(&["run", "--python", python.path()], 0);
    workspace.write("cache/packages/3.13.0-x/numpy.py", &"x".repeat(2_000_000));
    workspace.write("cache/own.txt", "somebody else's");
    std::os::unix::fs::symlink(workspace.path("scenarios"), cache.join("packages/link"))
        .expect("a link");
    let size = stdout_of(&run(&["cache", "size"], 0));
    let lines: Vec<&str> = size.lines().collect();
    assert!(lines[0].ends_with("2.00 MB  packages"), "{size}");
    assert!(lines[1].ends_with("  compiled workers"), "{size}");
    assert!(
        lines[2].ends_with("  what Pythons said of themselves"),
        "{size}"
    );
    assert!(
        lines[3].ends_with(&format!("  in {}", cache.display())),
        "{size}"
    );
    // Not what another modswap fills.
    let lock = fs::File::create(cache.join("packages/3.13.0-x.lock")).expect("a file");
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("a lock");
    let refused = stderr_of(&run(&["cache", "clean"], 4));
    assert_contains(
        &refused,
        "another modswap is installing packages there (1 set)",
    );
    assert!(cache.join("pythons.json").exists());
    drop(lock);
    let removed = stderr_of(&run(&["cache", "clean"], 0));
    assert_contains(&removed, "modswap: removed 2.");
    let left: Vec<_> = fs::read_dir(&cache).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(
        workspace.path("scenarios/a.yaml").exists(),
        "no link is followed"
    );
    fs::remove_file(cache.join("own.txt")).expect("a file");
    assert_eq!(stderr_of(&run(&["cache", "clean", "--quiet"], 0)), "");
    assert!(!cache.exists());
    // All of it is made anew.
    run(&["run", "--python", python.path()], 0);
    assert!(cache.join("pythons.json").exists());
}
