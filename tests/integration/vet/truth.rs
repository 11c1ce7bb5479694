//! The answers of `modswap vet`, held to what probes by hand saw of the same versions of packages: `probes/README.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Python, modswap, pythons, stderr_of};

/// More than this is asked with `MODSWAP_TEST_VET=all`: the rest is large.
const SMALL: [&str; 5] = ["requests", "six", "MarkupSafe", "attrs", "orjson"];

/// Expressions that need blanks, in another way than `packages.tsv` has them.
const USES: [(&str, &str); 5] = [
    (
        "cryptography",
        r#"(lambda*f:f[0].decrypt(f[0].encrypt(b"a"))==b"a")(m.fernet.Fernet(m.fernet.Fernet.generate_key()))"#,
    ),
    (
        "PyNaCl",
        r#"(lambda*b:b[0].decrypt(b[0].encrypt(b"a"))==b"a")(m.secret.SecretBox(b"a"*32))"#,
    ),
    ("greenlet", "m.greenlet(dict).switch()=={}"),
    ("regex", r#"m.match("a","a")!=None"#),
    ("rpds-py", "m.HashTrieMap({1:2})[1]==2"),
];

/// Where the probes kept something alive that `vet` does not (an old `Fernet`); a plain script without it answers as `vet` does.
const KEPT: [(&str, &str, &str); 1] = [("cryptography", "2.7.18", "across/use old")];

/// The end of an answer about a growth that caches of a limited size are the cause of.
const FULL: &str = "; ends when lru_caches are full";

fn folder() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/integration/vet"
    ))
}

pub(super) fn read_table(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(folder().join(name)).expect("the table");
    let mut lines = text
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().expect("a heading");
    lines
        .map(|line| head.iter().cloned().zip(line).collect())
        .collect()
}

/// The name that the probes have for a question; nothing for one that they did not ask.
fn name_in_truth(check: &Value) -> Option<String> {
    let word = |name: &str| check[name].as_str().unwrap_or_default();
    let (choice, question) = (word("choices"), word("question"));
    let name = match (word("check"), choice, question) {
        ("import", _, "import") => "import".to_owned(),
        ("import", _, "works") => "import/use".to_owned(),
        ("import", _, look) => format!("import/{look}"),
        ("flags", "-Werror", _) => "import/-W error".to_owned(),
        ("flags", flag, _) => format!("import/{}", flag.replace("-X", "-X ")),
        ("any order", _, "submodules") => "order".to_owned(),
        ("any order", _, name) => format!("order/{name}"),
        ("again", "use and delete all", "works") => "across/used before".to_owned(),
        ("again", "delete all", "works") => "across/use new".to_owned(),
        ("again", how, "modules") if how != "use and delete all" => {
            format!("again/{}", how.trim_start_matches("delete "))
        }
        ("across", _, "old one works") => "across/use old".to_owned(),
        ("across", _, question) => format!("across/{question}"),
        ("alive", _, "works") => "again/collected".to_owned(),
        ("alive", _, "ten times") => "ten times".to_owned(),
        ("alive", _, question @ ("alive" | "alive names")) => {
            format!("again/{question}")
        }
        ("elsewhere", _, question) => {
            let known = [
                ("in a thread", "thread"),
                ("in two threads", "two threads"),
                ("after fork", "fork before"),
                ("in multiprocessing spawn", "spawn"),
                ("at exit", "at exit"),
                ("in a subinterpreter, first", "subinterpreter legacy first"),
                ("in a subinterpreter, twice", "subinterpreter legacy twice"),
                (
                    "in a subinterpreter, after the main interpreter",
                    "subinterpreter legacy after",
                ),
                (
                    "in a subinterpreter with its own GIL, first",
                    "subinterpreter own first",
                ),
                (
                    "in a subinterpreter with its own GIL, twice",
                    "subinterpreter own twice",
                ),
                (
                    "in a subinterpreter with its own GIL, after the main interpreter",
                    "subinterpreter own after",
                ),
            ];
            let found = known.iter().find(|(asked, _)| *asked == question);
            let (_, name) = found.unwrap_or_else(|| panic!("{question} is new"));
            format!("elsewhere/{name}")
        }
        _ => return None,
    };
    Some(name)
}

/// Folders are called otherwise there, and one that fails `fail`.
fn normalize(text: &str) -> String {
    let words = [
        ("<folder>/", ""),
        ("<stdlib>/", ""),
        ("<packages>/", ""),
        ("<library>/", ""),
        ("1 fails alone", "1 fail alone"),
        ("1 needs what", "1 need what"),
    ];
    let mut text = text.to_owned();
    for (word, other) in words {
        text = text.replace(word, other);
    }
    text
}

/// True if an answer says what the truth says. The probes asked about one class, `vet` about all; memory that was freed too early may end
/// as one signal or another, at once or at exit.
fn agrees(name: &str, class: &str, seen: &str, truth: &str) -> bool {
    let (seen, truth) = (normalize(seen), normalize(truth));
    if let Some(all) = truth.strip_prefix("not stable: ") {
        return seen.contains("SIG")
            || all.split(" | ").any(|truth| {
                agrees(name, class, &seen, truth)
                    || truth.contains("Error: ") && without_message(truth) == without_message(&seen)
            });
    }
    if seen == truth || seen.contains("SIG") && truth.contains("SIG") {
        return true;
    }
    match name {
        "across/isinstance" | "across/except" => match &*truth {
            "no class" | "no exception" => true,
            "yes" | "caught" => seen.starts_with("no: ") || seen.starts_with("not caught: "),
            _ => seen.starts_with(&format!("{truth}: ")),
        },
        "across/pickle" => {
            let of_another_class = !seen.contains(&format!(".{class}'"));
            truth == "cannot be pickled"
                || seen.starts_with("PicklingError")
                    && (truth.starts_with("PicklingError") || of_another_class)
        }
        // The import failed, as another answer says.
        "across/use new" | "across/used before" | "again/collected" if seen == "not imported" => {
            truth != "ok"
        }
        "across/use old"
            if seen.starts_with("not imported") || truth.starts_with("not imported") =>
        {
            true
        }
        _ => seen.starts_with(&format!("{truth}; ")),
    }
}

/// The exceptions of an answer that is chance: which message they have is chance, too. `_PyImport_LoadDynamicModuleWithSpec` of Python/importdl.c
/// reads the type of an object that was freed: it "returned uninitialized object" or "did not return an extension module".
fn without_message(text: &str) -> &str {
    let end = text.find("Error: ").map(|start| start + "Error".len());
    end.map_or(text, |end| &text[..end])
}

#[test]
fn an_answer_by_chance_agrees_whatever_its_message() {
    let truth = "not stable: SIGSEGV | ok, then SystemError: initialization of cd did not return an extension module";
    let is_right = |seen| agrees("elsewhere/subinterpreter legacy twice", "", seen, truth);
    assert!(is_right(
        "ok, then SystemError: init function of cd returned uninitialized object"
    ));
    assert!(is_right("SIGABRT"));
    assert!(!is_right("ok"));
    assert!(!is_right(
        "SystemError: init function of cd returned uninitialized object"
    ));
    assert!(!is_right("ok, then ImportError: cd"));
}

fn without_end(text: &str) -> &str {
    text.split(", then SIG").next().unwrap_or_default()
}

#[test]
fn answers_are_those_of_probes_by_hand() {
    let wants_all = std::env::var("MODSWAP_TEST_VET").is_ok_and(|word| word == "all");
    let packages: BTreeMap<String, BTreeMap<String, String>> = read_table("probes/packages.tsv")
        .into_iter()
        .map(|row| (row["package"].clone(), row))
        .collect();
    // By package and its version: by Python, then by check.
    let mut truth: BTreeMap<(String, String), BTreeMap<String, BTreeMap<String, String>>> =
        BTreeMap::new();
    for row in read_table("truth.tsv") {
        let of_version = truth
            .entry((row["package"].clone(), row["package version"].clone()))
            .or_default();
        of_version
            .entry(row["python"].clone())
            .or_default()
            .insert(row["check"].clone(), row["answer"].clone());
    }
    let (mut compared, mut wrong) = (0, Vec::new());
    for ((package, version), by_python) in &truth {
        if !wants_all && !SMALL.contains(&package.as_str()) {
            continue;
        }
        let (here, missing): (Vec<_>, Vec<_>) =
            by_python.keys().partition(|key| find_python(key).is_some());
        for key in missing {
            println!("not covered: {package} {version} on Python {key}, not on this machine");
        }
        if here.is_empty() {
            continue;
        }
        // The rest takes long.
        let here = match here[..] {
            [oldest, _, .., newest] if !wants_all => vec![oldest, newest],
            _ => here,
        };
        let Some(report) = vet(&packages[package], version, &here) else {
            println!("not covered: {package} {version}, which cannot be had");
            continue;
        };
        let checks = report["checks"].as_array().expect("a list");
        for check in checks {
            let Some(name) = name_in_truth(check) else {
                continue;
            };
            for key in &here {
                let known = by_python[*key].get(&name);
                let seen = check["answers"][key.as_str()]["answer"].as_str();
                let (Some(known), Some(seen)) = (known, seen) else {
                    continue;
                };
                compared += 1;
                let emptied = by_python[*key].get(&format!("{name}/emptied"));
                let ends = emptied.is_some_and(|answer| answer == "steady");
                if emptied.is_some() && seen.contains(FULL) != ends {
                    wrong.push(format!(
                        "{package} {version} on {key}, {name}\n  vet   {seen}\n  truth with caches emptied: {emptied:?}"
                    ));
                }
                // At exit, a crash is the last answer's.
                let ends_so = checks.iter().any(|other| {
                    let answer = other["answers"][key.as_str()]["answer"].as_str();
                    ["case", "choices"]
                        .iter()
                        .all(|name| other[name] == check[name])
                        && answer.is_some_and(|text| text.contains("SIG"))
                });
                let known = if ends_so { without_end(known) } else { known };
                let seen = if ends_so { without_end(seen) } else { seen };
                let class = packages[package]["class"]
                    .rsplit('.')
                    .next()
                    .unwrap_or_default();
                let is_kept = KEPT.contains(&(package, key, &name));
                if !is_kept && !agrees(&name, class, seen, known) {
                    wrong.push(format!(
                        "{package} {version} on {key}, {name}\n  vet   {seen}\n  truth {known}"
                    ));
                }
            }
        }
    }
    println!("compared {compared} answers");
    assert!(
        wrong.is_empty(),
        "{} of {compared}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn find_python(key: &str) -> Option<&'static Python> {
    pythons().iter().find(|python| python.key == key)
}

/// The expression that must hold.
pub(super) fn find_use(package: &BTreeMap<String, String>) -> String {
    let other = USES.iter().find(|(known, _)| *known == package["package"]);
    other.map_or_else(|| package["use"].clone(), |(_, text)| (*text).to_owned())
}

/// The module to import, and the others of its own, as `--module` takes them.
pub(super) fn list_modules(package: &BTreeMap<String, String>) -> String {
    let (import, roots) = (&package["import"], &package["own modules"]);
    let others = roots.split(',').filter(|root| !import.starts_with(root));
    let all: Vec<&str> = std::iter::once(import.as_str()).chain(others).collect();
    all.join(",")
}

/// The answers about a version of a package; nothing where it cannot be had.
fn vet(package: &BTreeMap<String, String>, version: &str, keys: &[&String]) -> Option<Value> {
    let name = &package["package"];
    let module = list_modules(package);
    let mut command = modswap();
    command.args([
        "vet",
        &format!("{name}=={version}"),
        "--module",
        &module,
        "--format",
        "json",
    ]);
    command.args(["--use", &find_use(package)]);
    for key in keys {
        command
            .arg("--python")
            .arg(&find_python(key).expect("it is here").path);
    }
    let output = command.output().expect("it starts");
    if output.status.code() == Some(3) {
        return None;
    }
    let report = serde_json::from_slice(&output.stdout);
    Some(report.unwrap_or_else(|error| panic!("{name}: {error}\n{}", stderr_of(&output))))
}
