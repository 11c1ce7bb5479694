//! `reports/unloading.md`: which of 25 packages may be unloaded, on four Pythons.
//!
//! `MODSWAP_VET_PAGE=overwrite cargo test --test integration vet::page` vets them anew, sees every failure again by its plain script, and
//! writes the page. Otherwise the page is held to the truth, as far as that has its questions.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::truth::{find_use, list_modules, read_table};
use crate::harness::{is_left_out, modswap, stderr_of, stdout_of};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/unloading.md");
/// The Pythons, and the variable that says what starts one that is not found by itself.
const PYTHONS: [&str; 4] = ["3.8.18", "3.11.7", "3.13.0", "3.14.7"];
const NEWEST: &str = "MODSWAP_VET_PYTHON_3_14";
/// Those of `packages.tsv`, without five that are like others.
const LEFT_OUT: [&str; 5] = ["click", "ujson", "multidict", "kiwisolver", "regex"];

/// More runs of a script that does not show what was answered.
const MAX_TRIES: usize = 5;

const HEAD: &str = "\
# Which packages may be unloaded

What [`modswap vet`](../docs/vetting-packages.md) says of 25 packages when all their modules are deleted from `sys.modules` and they are imported again: the
worst answer of those that bear on it. What each Python has is the newest release with a wheel for it on the day that the page was made; the sections below
have the versions, and every other question.

";

fn packages() -> Vec<BTreeMap<String, String>> {
    let all = read_table("probes/packages.tsv").into_iter();
    all.filter(|row| !LEFT_OUT.contains(&row["package"].as_str()))
        .collect()
}

/// The kind of its extensions, as the probes read them from the files; of its newest Python.
fn kinds() -> BTreeMap<String, String> {
    let rows = read_table("truth.tsv")
        .into_iter()
        .filter(|row| row["check"] == "kind" && PYTHONS.contains(&row["python"].as_str()));
    rows.map(|row| (row["package"].clone(), row["answer"].clone()))
        .collect()
}

/// The cells of the table of the page, by package.
fn read_page() -> BTreeMap<String, Vec<String>> {
    let page = fs::read_to_string(PAGE).expect("the page");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ["))
        .map(|line| {
            let cells: Vec<_> = line
                .trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect();
            let name = cells[0]
                .trim_start_matches('[')
                .split(']')
                .next()
                .expect("a name")
                .to_owned();
            (name, cells[2..].to_vec())
        });
    rows.collect()
}

#[test]
fn the_page_says_what_probes_by_hand_saw() {
    if std::env::var("MODSWAP_VET_PAGE").is_ok_and(|word| word == "overwrite") {
        write_page();
    }
    if is_left_out("reports/unloading.md") {
        return;
    }
    let page = read_page();
    let names: Vec<_> = packages()
        .iter()
        .map(|row| row["package"].clone())
        .collect();
    assert_eq!(page.len(), 25, "{:?}", page.keys());
    assert!(
        names.iter().all(|name| page.contains_key(name)),
        "{names:?}"
    );
    let mut truth: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
    for row in read_table("truth.tsv") {
        let of = truth
            .entry((row["package"].clone(), row["python"].clone()))
            .or_default();
        of.insert(row["check"].clone(), row["answer"].clone());
    }
    for (name, cells) in &page {
        for (python, cell) in PYTHONS.iter().zip(cells) {
            let Some(answers) = truth.get(&(name.clone(), (*python).to_owned())) else {
                println!("not covered: {name} on {python}, of which the probes know nothing");
                continue;
            };
            let checks = [
                "again/all",
                "across/use new",
                "across/used before",
                "again/collected",
                "again/alive",
                "ten times",
            ];
            // What typing keeps is of a limited size.
            let is_limited = answers
                .get("ten times/emptied")
                .is_some_and(|one| one == "steady");
            let answers: Vec<&str> = checks
                .iter()
                .filter(|check| !is_limited || **check != "ten times")
                .filter_map(|check| answers.get(*check))
                .map(String::as_str)
                .collect();
            let is_fine = |answer: &&str| ["fresh", "ok", "none", "steady"].contains(answer);
            let text = answers.join(" | ");
            if cell == "yes" {
                assert!(answers.iter().all(is_fine), "{name} on {python}: {text}");
            } else {
                assert!(!answers.iter().all(is_fine), "{name} on {python}: {cell}");
                // What ends a process may end it now or then; of numbers the probes had others.
                let word = cell.split([' ', ':']).next().expect("a word");
                let is_crash = word.starts_with("SIG") || cell.contains("SIG");
                let is_known = if is_crash {
                    text.contains("SIG")
                } else {
                    text.contains(word)
                        || word.parse::<u32>().is_ok() && text.contains("more each time")
                };
                assert!(
                    is_known,
                    "{name} on {python}: {cell}, and the probes: {text}"
                );
            }
        }
    }
}

fn write_page() {
    let newest = std::env::var(NEWEST)
        .unwrap_or_else(|_| panic!("{NEWEST} names the command of {}", PYTHONS[3]));
    let kinds = kinds();
    let mut table = String::from("| package | extensions |");
    for python in PYTHONS {
        let _ = write!(table, " {python} |");
    }
    let _ = writeln!(table, "\n| --- | --- |{}", " --- |".repeat(PYTHONS.len()));
    let mut sections = String::new();
    let (mut confirmed, mut unseen) = (0, Vec::new());
    for package in packages() {
        let name = &package["package"];
        eprintln!("{name} …");
        let (report, markdown) = vet(&package, &newest);
        let (seen, others) = confirm(&report, &newest);
        confirmed += seen;
        unseen.extend(others);
        let title = markdown
            .lines()
            .next()
            .expect("a heading")
            .trim_start_matches("### ");
        let anchor: String = title
            .to_lowercase()
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
                _ => None,
            })
            .collect();
        let kind = kinds.get(name).map_or("", String::as_str);
        let _ = write!(table, "| [{name}](#{anchor}) | {kind} |");
        for python in PYTHONS {
            let unload = &report["unload"][python];
            let cell = match (unload["level"].as_str(), unload["answer"].as_str()) {
                (Some("ok"), _) => "yes".to_owned(),
                (_, Some(answer)) => markdown_cell(answer),
                _ => "–".to_owned(),
            };
            let _ = write!(table, " {cell} |");
        }
        table.push('\n');
        let _ = write!(sections, "\n{}", markdown.replacen("### ", "## ", 1));
    }
    let note = format!(
        "\nAfter each import the package was used: [`packages.tsv`](../tests/integration/vet/probes/packages.tsv) has the expressions. Each of the {confirmed} answers that say that \
         something fails was seen again, by the plain script that `modswap script` prints of it; \
         [probes by hand](../tests/integration/vet/probes/README.md) saw what the table says, and have the causes.\n"
    );
    fs::write(PAGE, format!("{HEAD}{table}{note}{sections}")).expect("the page");
    assert!(
        unseen.is_empty(),
        "{} not seen again:\n{}",
        unseen.len(),
        unseen.join("\n")
    );
}

/// Text in a cell of a table.
fn markdown_cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// The command of a Python: the one of 3.14 need not be found by itself.
fn command_of<'a>(python: &'a str, newest: &'a str) -> &'a str {
    if python == PYTHONS[3] { newest } else { python }
}

/// Vets a package: the answers, and its section.
fn vet(package: &BTreeMap<String, String>, newest: &str) -> (Value, String) {
    let name = &package["package"];
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vet-page");
    fs::create_dir_all(&folder).expect("a folder");
    let [json, markdown] = ["json", "md"].map(|ending| folder.join(format!("{name}.{ending}")));
    let mut command = modswap();
    let module = list_modules(package);
    command.args([
        "vet",
        name,
        "--module",
        &module,
        "--use",
        &find_use(package),
        "--no-baseline",
    ]);
    command
        .arg("--output")
        .arg(&json)
        .arg("--output")
        .arg(&markdown);
    for python in PYTHONS {
        command.args(["--python", command_of(python, newest)]);
    }
    let output = command.output().expect("it starts");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{name}: {}",
        stderr_of(&output)
    );
    let report =
        serde_json::from_str(&fs::read_to_string(json).expect("the answers")).expect("JSON");
    (report, fs::read_to_string(markdown).expect("the section"))
}

/// Sees every failure again by its plain script; how many there are, and those that the script did not show.
fn confirm(report: &Value, newest: &str) -> (usize, Vec<String>) {
    let (mut confirmed, mut unseen) = (0, Vec::new());
    let mut scripts: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for check in report["checks"].as_array().expect("a list") {
        for (python, answer) in check["answers"].as_object().expect("answers") {
            if answer["level"] != "fails" {
                continue;
            }
            let (id, text) = (
                check["case"].as_str().expect("an id"),
                answer["answer"].as_str().expect("words"),
            );
            let seen = scripts
                .entry((id, python))
                .or_insert_with(|| run_script(id, python, newest, report));
            let mut is_seen = shows(seen, text);
            // What comes and goes is there if it is seen once.
            for _ in 0..MAX_TRIES {
                is_seen = is_seen || shows(&run_script(id, python, newest, report), text);
            }
            if is_seen {
                confirmed += 1;
            } else {
                unseen.push(format!(
                    "{id} on {python} answers {text}\nand its script says\n{seen}"
                ));
            }
        }
    }
    (confirmed, unseen)
}

/// True if a script prints an answer, or ends as it says.
fn shows(seen: &str, answer: &str) -> bool {
    const ENDS: [&str; 5] = [
        "SIG",
        "signal",
        "exit status: 139",
        "exit status: 134",
        "exit status: 124",
    ];
    let is_end = answer.contains("SIG") || answer == "hangs";
    seen.contains(answer) || is_end && ENDS.iter().any(|end| seen.contains(end))
}

/// Runs the plain script of a case; what it prints, and how it ends.
fn run_script(id: &str, python: &str, newest: &str, report: &Value) -> String {
    let script = modswap()
        .args(["script", "--builtin", id, "--python", python])
        .output()
        .expect("it starts");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vet-page/case.py");
    fs::write(&file, stdout_of(&script)).expect("the script");
    let flags: Vec<String> = stdout_of(&script)
        .lines()
        .find_map(|line| {
            line.strip_prefix("#   python")?
                .strip_suffix("case.py")
                .map(|words| {
                    words
                        .split_whitespace()
                        .skip(1)
                        .map(str::to_owned)
                        .collect()
                })
        })
        .unwrap_or_default();
    let home = std::env::var("HOME").expect("a home");
    let program = if python == PYTHONS[3] {
        newest.to_owned()
    } else {
        format!("{home}/.pyenv/versions/{python}/bin/python")
    };
    let mut command = Command::new("timeout");
    command
        .args(["60", &program, "-s", "-S"])
        .args(flags)
        .arg(&file)
        .env("PYTHONPATH", packages_of(python, &program, report))
        .env("PYTHONHASHSEED", "0");
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    format!("{}\n{}", stdout_of(&output), output.status)
}

/// The folder that a package is installed in for a Python.
fn packages_of(python: &str, program: &str, report: &Value) -> PathBuf {
    let cache = modswap()
        .args(["cache", "dir"])
        .output()
        .expect("it starts");
    let all = Path::new(stdout_of(&cache).trim()).join("packages");
    let (name, entries) = (
        report["name"].as_str().expect("a name"),
        report["pythons"].as_array().expect("a list"),
    );
    let version = entries
        .iter()
        .find(|one| one["python"] == python)
        .and_then(|one| one["version"].as_str())
        .expect("a version");
    let wanted = format!("{}-{version}.dist-info", name.replace('-', "_")).to_lowercase();
    let folders = fs::read_dir(&all)
        .expect("the cache")
        .flatten()
        .filter(|one| {
            one.file_name()
                .to_string_lossy()
                .starts_with(&format!("{python}-"))
        });
    let has = |folder: &PathBuf| {
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names = names.map(|one| {
            one.file_name()
                .to_string_lossy()
                .to_lowercase()
                .replace('.', "_")
        });
        names.any(|known| known == wanted.replace('.', "_"))
    };
    // Builds of one version have folders of their own.
    let (module, used) = (
        report["module"].as_str().expect("modules"),
        report["use"].as_str().expect("an expression"),
    );
    let module = module.split(',').next().expect("a name");
    let root = read_table("probes/packages.tsv")
        .into_iter()
        .find(|row| row["import"] == module)
        .map(|row| {
            row["own modules"]
                .split(',')
                .next()
                .expect("a name")
                .to_owned()
        })
        .expect("one of the packages");
    let works = format!("import sys, {module}; m = sys.modules[{root:?}]; assert {used}");
    let is_for_it = |folder: &PathBuf| {
        let mut import = Command::new(program);
        import
            .args(["-s", "-S", "-B", "-c", &works])
            .env("PYTHONPATH", folder);
        import.output().is_ok_and(|output| output.status.success())
    };
    let found: Vec<PathBuf> = folders.map(|one| one.path()).filter(has).collect();
    let fitting = found
        .iter()
        .find(|folder| is_for_it(folder))
        .or(found.first());
    fitting
        .unwrap_or_else(|| panic!("no {wanted} for {python}"))
        .clone()
}
