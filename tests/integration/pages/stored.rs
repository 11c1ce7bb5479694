//! `reports/` as it is stored: up to date, of no machine, and nobody else's.

use std::collections::BTreeMap;
use std::fs;

use modswap::record::read;
use modswap::scenario;

use super::{read_our_pages, repository};
use crate::harness::{Workspace, assert_contains, expect_exit, is_left_out, modswap};

const HOW: &str =
    "\nsee CONTRIBUTING.md on how `modswap run … --pages reports` brings reports/ up to date";

#[test]
fn the_report_is_of_the_corpus_as_it_is() {
    let report = read::report(&repository().join("reports/report.json")).expect("the report");
    let corpus = scenario::load(&[repository().join("scenarios")]).expect("the corpus");
    let ran: BTreeMap<_, _> = report
        .scenarios
        .iter()
        .map(|one| (one.id.clone(), (one.digest.clone(), one.text.clone())))
        .collect();
    let are: BTreeMap<_, _> = corpus
        .iter()
        .filter(|one| one.parameters.is_empty())
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
        .map(|one| one.key.series())
        .collect();
    for release in [
        "2.7", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15",
    ] {
        assert!(
            versions.iter().any(|one| one == release),
            "{release} was not run{HOW}"
        );
    }
    let mut builds = report.interpreters.iter();
    assert!(
        builds.any(|one| one.key.free_threaded),
        "no free-threaded build was run{HOW}"
    );
}

#[test]
fn the_pages_are_those_of_the_report() {
    if is_left_out("reports/index.html") {
        return;
    }
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut again = modswap();
    again
        .args(["report", "reports/report.json", "--links", "..", "--pages"])
        .arg(&folder);
    expect_exit(&mut again, 0);
    let (there, now) = (
        read_our_pages(&repository().join("reports")),
        read_our_pages(&folder),
    );
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
    for (name, text) in read_our_pages(&repository().join("reports")) {
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

#[test]
fn what_others_made_is_left_alone() {
    let workspace = Workspace::new();
    workspace.scenario("swap/a", "title: A\nsteps:\n- eval: \"1\"\n");
    let (python, pages) = (crate::harness::newest_python(), workspace.path("pages"));
    let run = |code| {
        let mut run = workspace.modswap(&["run", "--no-baseline", "--pages", "pages", "--python"]);
        expect_exit(run.arg(&python.path), code)
    };
    run(0);
    for name in ["notes.md", "gone.md"] {
        fs::write(pages.join(name), "Mine.\n").expect("written");
    }
    let ours_before = fs::read_to_string(pages.join("swap.md")).expect("the page");
    assert_contains(&ours_before, "../scenarios/swap/a.yaml");
    fs::write(pages.join("old.md"), &ours_before).expect("written");
    let finding = fs::read_to_string(pages.join("findings/swap/a.html")).expect("the page");
    fs::create_dir(pages.join("findings/gone")).expect("made");
    fs::write(pages.join("findings/gone/b.html"), &finding).expect("written");
    fs::write(pages.join("findings/mine.html"), "Mine.\n").expect("written");
    run(0);
    assert!(
        !pages.join("findings/gone").exists(),
        "the pages of scenarios that are gone"
    );
    assert!(pages.join("findings/swap/a.html").exists());
    assert_eq!(
        fs::read_to_string(pages.join("findings/mine.html")).expect("there"),
        "Mine.\n"
    );
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
    assert_contains(&said, "README.md: not made by modswap");
    assert_eq!(
        fs::read_to_string(pages.join("README.md")).expect("there"),
        "Mine, too.\n"
    );
}
