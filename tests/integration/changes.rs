//! `modswap changes`: what the record says of two versions, without running anything.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{
    Workspace, assert_contains, expect_exit, expect_json, modswap, sample_pythons, stderr_of,
    stdout_of,
};

fn changes(words: &[&str]) -> String {
    let mut command = modswap();
    command.arg("changes").args(words).env("COLUMNS", "80");
    stdout_of(&expect_exit(&mut command, 0))
}

/// The ids of the findings.
fn ids(words: &[&str]) -> BTreeSet<String> {
    let mut command = modswap();
    let found: Value = expect_json(command.arg("changes").args(words), 0);
    let findings = found["findings"].as_array().expect("a list").iter();
    let ids = findings.map(|finding| finding["id"].as_str().expect("a text").to_owned());
    ids.collect()
}

/// The releases are those of the sources that the scenarios name: `imp` went in 3.12 (gh-98040), `reload` asks for no type since 3.10
/// (bpo-19468), the message of `super()` is new in 3.13 (gh-113212).
#[test]
fn a_move_from_one_version_to_another_is_one_question() {
    let told = changes(&["3.9..3.13", "reload"]);
    for part in [
        "imp.load_source runs a second file in the module that the first one made\n  removed/load-source\n  was     ok\n  now     ModuleNotFoundError\n  3.12    gh-98040",
        "reload/not-a-module\n  was     TypeError\n  now     ok\n  3.10    bpo-19468",
        "\n  3.13    gh-113212",
        "\n  https://bugs.python.org/issue19468\n",
    ] {
        assert_contains(&told, part);
    }
    for line in told.lines() {
        let is_source = line.trim_start().contains("://") || line.contains("CPython");
        assert!(is_source || line.chars().count() <= 80, "{line}");
    }
    let ids = ids(&["3.9..3.13", "reload"]);
    assert!(
        ids.contains("removed/load-source"),
        "a tag selects: {ids:?}"
    );
    assert!(!ids.contains("removed/modules"), "{ids:?}");
}

#[test]
fn a_release_is_compared_with_the_one_before() {
    assert_eq!(ids(&["3.14"]), ids(&["3.13..3.14"]));
    let told = changes(&["3.15"]);
    assert_contains(&told, "\nonly on 3.15\n");
    assert_contains(&told, "lazy/annotations");
    assert!(ids(&["3.14", "delete/new-keys-json"]).is_empty());
    let nothing = changes(&["3.14", "delete/new-keys-json"]);
    assert_eq!(
        nothing,
        "nothing changes from 3.13 to 3.14 in 1 row that both ran\n"
    );
}

#[test]
fn every_form_has_every_finding() {
    let all = ids(&["3.9..3.13"]);
    assert!(all.len() > 30, "{}", all.len());
    for format in ["table", "markdown", "html"] {
        let text = changes(&["3.9..3.13", "--format", format]);
        for id in &all {
            assert!(text.contains(id.as_str()), "{format} lacks {id}");
        }
    }
    let page = changes(&["3.9..3.13", "--format", "html"]);
    assert!(page.contains("<meta name=\"description\"") && !page.contains("<script"));
}

#[test]
fn foreign_text_is_text_in_every_form() {
    let pythons = sample_pythons();
    let [first, .., last] = &pythons[..] else {
        println!("not covered: two versions, only one Python on this machine");
        return;
    };
    let hostile = "title: \"<script>alert(1)</script> \\e[31m | `x`\"\nsteps:\n\
                   - eval: \"'<b>' + '|' * __import__('sys').version_info[1]\"\n";
    let workspace = Workspace::with(&[("swap/hostile", hostile)]);
    let run = ["run", "--python", first.path(), "--python", last.path()];
    expect_exit(&mut workspace.modswap(&run), 0);
    expect_exit(&mut workspace.modswap(&["accept"]), 0);
    let range = format!("{}..{}", first.key, last.key);
    for format in ["table", "markdown", "html", "json"] {
        let mut command = workspace.modswap(&["changes", &range, "--format", format]);
        let text = stdout_of(&expect_exit(&mut command, 0));
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
        let is_markup = matches!(format, "markdown" | "html");
        assert!(!is_markup || !text.contains("<script"), "{format}: {text}");
        assert!(text.contains("alert(1)"), "{format}: {text}");
    }
}

#[test]
fn without_a_record_there_is_nothing_to_tell() {
    let workspace = Workspace::with(&[("swap/a", "title: a\nsteps:\n- import: json\n")]);
    let output = expect_exit(&mut workspace.modswap(&["changes", "3.14"]), 3);
    assert_contains(&stderr_of(&output), "`modswap run`, then `modswap accept`");
    for (words, part) in [
        ("3.13..3.9", "goes backwards; write 3.9..3.13"),
        ("3.99", "nothing is recorded of 3.99; there are 2.7, "),
        ("new", "is no version and no range"),
    ] {
        let output = expect_exit(modswap().args(["changes", words]), 2);
        assert_contains(&stderr_of(&output), part);
    }
}
