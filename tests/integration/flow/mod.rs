//! The whole flow, as CI and the people behind it do it: a repository, a clone and a process for each part on each Python, one
//! merge with its summary; then a Python that behaves otherwise, review, accept, and clean again.
#![cfg(unix)]

mod repository;

use std::fs;

use crate::harness::{
    Python, assert_contains, expect_exit, newest_python, sample_pythons, stderr_of,
};
use repository::{Merged, Repository};

const PARTS: [&str; 3] = ["1/3", "2/3", "3/3"];

/// One case in five that a changed interpreter does otherwise.
const ASSERTS: &str = "title: Whether asserts run\nsteps:\n  - eval: 1 + 1\n    expect: {value: 2}\n  - eval: __debug__\n";

fn create_repository() -> Repository {
    let repository = Repository::new();
    for number in 0..9 {
        let name = format!("imports/number-{number}");
        repository.scenario(&name, crate::harness::PLAIN);
    }
    let matrix = "title: Spellings\nmodules: {demo: ''}\nmatrix:\n  via: [statement, import_module, __import__]\nsteps:\n  - import: demo\n    via: ${via}\n    expect: {ran: [demo]}\n";
    repository.scenario("imports/spellings", matrix);
    repository.scenario("flags/asserts", ASSERTS);
    repository.commit("Scenarios");
    repository
}

#[test]
fn from_the_first_run_to_an_accepted_change() {
    let pythons: Vec<String> = sample_pythons()
        .into_iter()
        .map(|python| python.path.display().to_string())
        .collect();
    let newest = newest_python();
    let repository = create_repository();

    // The first run of all: nothing is known, and nothing fails but under `--strict`.
    let first = repository.run_matrix(&pythons, &PARTS, 0);
    let merged = first.merge(&[], 0);
    assert!(!merged.out.contains("baseline:"), "{}", merged.out);
    first.merge(&["--strict"], 1);

    // Somebody looks at it, takes it, and commits it. CI may not.
    let clone = repository.clone("maintainer");
    let stored = merged.report.to_str().expect("UTF-8");
    let accept = ["accept", "--report", stored];
    let refused = expect_exit(clone.modswap(&accept).env("CI", "true"), 2);
    assert!(
        stderr_of(&refused).contains("`CI` is set"),
        "{}",
        stderr_of(&refused)
    );
    assert!(!clone.path("reports").exists());
    expect_exit(&mut clone.modswap(&accept), 0);
    clone.push("What was seen is accepted");

    // From now on it is remembered.
    let second = repository.run_matrix(&pythons, &PARTS, 0);
    let merged = second.merge(&["--strict"], 0);
    let cases = 13 * pythons.len();
    assert!(
        merged
            .out
            .contains(&format!("baseline: {cases} as accepted\n")),
        "{}",
        merged.out
    );
    assert!(
        merged.out.contains(&format!("{cases} pass")),
        "{}",
        merged.out
    );

    // A part that is lost is named, and fails.
    second.lose("2/3", pythons.len() - 1);
    let holed = second.merge(&[], 3);
    assert!(holed.err.contains("2/3"), "{}", holed.err);
    let minor = newest.key.rsplit_once('.').expect("three parts").0;
    assert!(holed.err.contains(minor), "{}", holed.err);
    second.merge(&["--allow-incomplete"], 0);

    // A Python behaves otherwise: the job of its part fails, the merge says what differs, on the step's line.
    let mut others = pythons.clone();
    let wrapper = repository.changed(&newest);
    *others.last_mut().expect("a Python") = wrapper;
    let third = repository.run_matrix(&others, &PARTS, 1);
    let drifted = third.merge(&[], 1);
    let reason = "was A before; differs in step 2: value: True → False";
    assert!(
        drifted.out.contains("drift flags/asserts on "),
        "{}",
        drifted.out
    );
    assert!(drifted.out.contains(reason), "{}", drifted.out);
    let annotation = "::error file=scenarios/flags/asserts.yaml,line=5,";
    let log = format!("{}{}", drifted.out, drifted.err);
    assert!(
        log.lines().any(|line| line.starts_with(annotation)),
        "{log}"
    );
    assert!(drifted.summary.contains("drift"), "{}", drifted.summary);
    assert!(
        drifted.summary.contains("flags/asserts"),
        "{}",
        drifted.summary
    );

    review_and_accept(&repository, &drifted, &newest);

    // And all is clean again.
    let fourth = repository.run_matrix(&others, &PARTS, 0);
    let clean = fourth.merge(&["--strict"], 0);
    assert!(
        clean
            .out
            .contains(&format!("baseline: {cases} as accepted\n")),
        "{}",
        clean.out
    );
    assert!(!clean.summary.contains("drift"), "{}", clean.summary);
    assert!(
        fs::read_dir(repository.path("tmp"))
            .expect("a folder")
            .next()
            .is_none()
    );
}

/// Somebody reviews what drifted, accepts it, and commits it.
fn review_and_accept(repository: &Repository, drifted: &Merged, newest: &Python) {
    // Without a terminal that is refused, and said how else.
    let clone = repository.clone("reviewer");
    let stored = drifted.report.to_str().expect("UTF-8");
    let review = ["review", "--report", stored];
    let refused = expect_exit(&mut clone.modswap(&review), 2);
    assert!(
        stderr_of(&refused).contains("modswap accept"),
        "{}",
        stderr_of(&refused)
    );
    clone.review(&review, "a");
    let changes = clone.git(&["diff", "--stat"]);
    assert_contains(&changes, "asserts.yaml");
    assert_contains(&changes, "1 file changed");
    let diff = clone.git(&["diff"]);
    assert_contains(&diff, &format!("\n-    - {}\n", newest.key));
    assert_contains(&diff, &format!("\n+    - {}\n", newest.key));
    assert_contains(&diff, "+  - behaviour: B\n");
    clone.push("The newest Python is known not to run asserts");
}
