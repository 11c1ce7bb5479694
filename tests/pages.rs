//! `reports/`: the program's own run over the corpus, and `--pages`, which made it.
#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use modswap::report::pages::is_ours;
use modswap::report::read;
use modswap::scenario;

use common::bench::Bench;
use common::{ends_with, modswap};

const HOW: &str =
    "\nsee CONTRIBUTING.md on how `modswap run … --pages reports` brings reports/ up to date";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder that `--pages` made, by name.
fn ours(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file()).map(|entry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read_to_string(entry.path()).expect("text"))
    });
    files.filter(|(name, text)| is_ours(name, text)).collect()
}

#[test]
fn the_report_is_of_the_corpus_as_it_is() {
    let report = read::report(&root().join("reports/report.json")).expect("the report");
    let corpus = scenario::load(&[root().join("scenarios")]).expect("the corpus");
    let ran: BTreeMap<_, _> = report
        .scenarios
        .iter()
        .map(|one| (one.id.clone(), (one.digest.clone(), one.text.clone())))
        .collect();
    let are: BTreeMap<_, _> = corpus
        .iter()
        .map(|one| {
            (
                one.id.0.clone(),
                (one.digest.clone(), Some(one.text.clone())),
            )
        })
        .collect();
    let differ = |id: &&String| ran.get(*id) != are.get(*id);
    let wrong: Vec<&String> = ran.keys().chain(are.keys()).filter(differ).collect();
    assert!(wrong.is_empty(), "out of date: {wrong:?}{HOW}");
    assert!(report.unfinished.is_empty(), "the run was not interrupted");
    let versions: Vec<String> = report
        .interpreters
        .iter()
        .map(|one| one.key.minor())
        .collect();
    for release in [
        "2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15",
    ] {
        assert!(
            versions.iter().any(|one| one == release),
            "{release} was not run{HOW}"
        );
    }
}

#[test]
fn the_pages_are_those_of_the_report() {
    let bench = Bench::new();
    let folder = bench.path("reports");
    let mut again = modswap();
    again
        .args(["report", "reports/report.json", "--links", "..", "--pages"])
        .arg(&folder);
    ends_with(&mut again, 0);
    let (there, now) = (ours(&root().join("reports")), ours(&folder));
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&there), names(&now));
    for (name, text) in now {
        assert!(
            there[&name] == text,
            "reports/{name} is not what the program makes of reports/report.json now{HOW}"
        );
    }
}

#[test]
fn nothing_of_a_machine_is_in_them() {
    for (name, text) in ours(&root().join("reports")) {
        for (at, line) in text.lines().enumerate() {
            for word in ["/root/", "/home/", "/Users/"] {
                let found = line
                    .find(word)
                    .map(|at| line[at..].chars().take(80).collect::<String>());
                assert_eq!(found, None, "{name}:{}", at + 1);
            }
        }
    }
}

/// What one reads of a node.
fn text<'a>(node: &'a AstNode<'a>) -> String {
    let words = node
        .descendants()
        .map(|node| match &node.data.borrow().value {
            NodeValue::Text(text) => text.to_string(),
            NodeValue::Code(code) => code.literal.clone(),
            _ => String::new(),
        });
    words.collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let folder = root().join("reports");
    let pages = ours(&folder);
    let mut headings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut links = Vec::new();
    for (name, page) in pages
        .iter()
        .filter(|(name, _)| name.strip_suffix(".md").is_some())
    {
        let arena = Arena::new();
        for node in parse_document(&arena, page, &options).descendants() {
            match &node.data.borrow().value {
                NodeValue::Heading(_) => headings.entry(name.clone()).or_default().push(text(node)),
                NodeValue::Link(link) => links.push((name.clone(), link.url.clone())),
                _ => {}
            }
        }
    }
    assert!(links.len() > 500, "{}", links.len());
    for (page, url) in links.iter().filter(|(_, url)| !url.starts_with("http")) {
        let (file, anchor) = url.split_once('#').unwrap_or((url, ""));
        let file = if file.is_empty() { page } else { file };
        assert!(folder.join(file).exists(), "{page}: {url}");
        let is_there = || headings[file].iter().any(|heading| heading == anchor);
        assert!(anchor.is_empty() || is_there(), "{page}: {url}");
    }
}

#[test]
fn what_others_made_is_left_alone() {
    let bench = Bench::new();
    bench.scenario("swap/a", "title: A\nsteps:\n- eval: \"1\"\n");
    let (python, pages) = (common::bench::newest(), bench.path("pages"));
    let run = |code| {
        let mut run = bench.modswap(&["run", "--no-baseline", "--pages", "pages", "--python"]);
        ends_with(run.arg(&python.path), code)
    };
    run(0);
    for name in ["notes.md", "gone.md"] {
        fs::write(pages.join(name), "Mine.\n").expect("written");
    }
    let ours_before = fs::read_to_string(pages.join("swap.md")).expect("the page");
    assert!(
        ours_before.contains("../scenarios/swap/a.yaml"),
        "{ours_before}"
    );
    fs::write(pages.join("old.md"), &ours_before).expect("written");
    run(0);
    assert!(
        !pages.join("old.md").exists(),
        "the page of a subject that is gone"
    );
    assert_eq!(
        fs::read_to_string(pages.join("notes.md")).expect("there"),
        "Mine.\n"
    );
    fs::write(pages.join("README.md"), "Mine, too.\n").expect("written");
    let refused = run(2);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("README.md: not made by modswap"), "{said}");
    assert_eq!(
        fs::read_to_string(pages.join("README.md")).expect("there"),
        "Mine, too.\n"
    );
}
