use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::in_one_line;
use crate::scenario::{LoadErrors, load};

const GOOD: &str = "title: t\nsteps:\n  - import: demo\n";

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn ids(roots: &[PathBuf]) -> Vec<String> {
    let scenarios = load(roots).unwrap();
    scenarios
        .into_iter()
        .map(|scenario| scenario.id.0)
        .collect()
}

/// Problems with the temporary folder cut off.
fn wrong(root: &Path, roots: &[PathBuf]) -> Vec<String> {
    let LoadErrors { diagnostics } = load(roots).unwrap_err();
    let lines = diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.file, in_one_line(diagnostic)));
    let root = crate::text::path(root);
    lines.map(|text| text.replace(&root, "ROOT")).collect()
}

#[test]
fn ids_are_paths_below_the_folder() {
    let good = GOOD.as_bytes();
    let tree = folder(&[
        ("scenarios/swap/b.yaml", good),
        ("scenarios/swap/a.yml", good),
        ("scenarios/z.yaml", good),
        ("scenarios/swap-x/v1.2.yaml", good),
        ("scenarios/.hidden.yaml", b"nonsense"),
        ("scenarios/.git/x.yaml", b"nonsense"),
        ("scenarios/pythons.yaml", b"nonsense"),
        ("scenarios/README.md", b"nonsense"),
        ("other/x.yaml", good),
    ]);
    let at = |path: &str| tree.path().join(path);
    let all = ["swap-x/v1.2", "swap/a", "swap/b", "z"];
    assert_eq!(ids(&[at("scenarios")]), all);
    // A file given directly has the same id, and is not loaded twice.
    assert_eq!(ids(&[at("scenarios"), at("scenarios/swap/b.yaml")]), all);
    assert_eq!(
        ids(&[at("scenarios/swap/b.yaml"), at("other/x.yaml")]),
        ["swap/b", "x"]
    );
    let file = &load(&[at("scenarios")]).unwrap()[3].file;
    assert_eq!(*file, crate::text::path(&at("scenarios/z.yaml")));
}

#[test]
fn all_problems_of_all_files() {
    let tree = folder(&[
        ("s/a.yaml", b""),
        ("s/b.yaml", b"# only a comment\n"),
        (
            "s/c.yaml",
            b"title: t\nsteps:\n  - import: demo\nabout: caf\xe9\n",
        ),
        (
            "s/d.yaml",
            b"title: t\nsteps:\n  - improt: demo\n  - swap: before\n",
        ),
        ("s/e.yaml", GOOD.as_bytes()),
        ("s/e.yml", GOOD.as_bytes()),
        ("empty/readme.txt", b""),
    ]);
    let at = |path: &str| tree.path().join(path);
    assert_eq!(
        wrong(tree.path(), &[at("s"), at("empty"), at("nowhere")]),
        [
            "ROOT/s/a.yaml: 1:1 the file is empty | a scenario needs at least `title` and `steps`",
            "ROOT/s/b.yaml: 1:1 the file is empty | a scenario needs at least `title` and `steps`",
            "ROOT/s/c.yaml: 4:11 not UTF-8: the byte 0xe9 at offset 43 | save the file as UTF-8",
            "ROOT/s/d.yaml: 3:5 unknown key `improt` in a step | did you mean `import`?",
            "ROOT/s/d.yaml: 4:11 no earlier step takes a snapshot `before` | take one first: `snapshot: before`",
            "ROOT/s/e.yml: the id `e` is already that of ROOT/s/e.yaml | rename one of the files",
            "ROOT/empty: a folder without scenarios | expected files called `*.yaml` or `*.yml` in it or below",
            "ROOT/nowhere: there is no such file or folder | expected a folder of scenarios, or one scenario file",
        ]
    );
}

#[test]
fn a_file_that_is_no_scenario_at_all_is_one_line() {
    let tree = folder(&[
        (
            "a-compose.yaml",
            b"version: '3'\nservices:\n  web:\n    image: x\nvolumes: {}\nnetworks: {}\n",
        ),
        ("b-openapi.yaml", b"openapi: 3.0.0\ntags: []\npaths: {}\n"),
        (
            "c-k8s.yaml",
            b"kind: Service\nspec: {}\n---\nkind: Deployment\n",
        ),
        ("d-list.yaml", b"- hosts: all\n  tasks: []\n"),
        ("e-picture.yaml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("f-template.yaml", b"{% if x %}\n{{ y }}\n"),
        ("g-almost.yaml", b"titel: t\nstep: []\n"),
        ("h-broken.yaml", b"title: t\nsteps: [\n"),
        ("i-half.yaml", b"modules: {}\n"),
    ]);
    let wrong = wrong(tree.path(), &[tree.path().to_owned()]);
    assert_eq!(
        wrong[..6],
        [
            "ROOT/a-compose.yaml: no scenario: a map of `version`, `services`, `volumes` and 1 more",
            "ROOT/b-openapi.yaml: no scenario: a map of `openapi`, `tags`, `paths`",
            "ROOT/c-k8s.yaml: no scenario: not YAML: a second YAML document; one file is one scenario (line 4)",
            "ROOT/d-list.yaml: no scenario: a list",
            "ROOT/e-picture.yaml: a binary file, not YAML",
            "ROOT/f-template.yaml: no scenario: not YAML: found character that cannot start any token, while scanning for the next token (line 1)",
        ]
    );
    // What was to be one has its mistakes shown where they are.
    assert!(
        wrong[6..].iter().all(|one| !one.contains("no scenario")),
        "{wrong:#?}"
    );
    let shown = load(&[tree.path().to_owned()])
        .unwrap_err()
        .render(200, false);
    let lines: Vec<&str> = shown
        .lines()
        .filter(|line| line.contains("-compose"))
        .collect();
    assert_eq!(lines.len(), 1);
    let sum = shown.lines().last().unwrap();
    assert!(sum.ends_with(" problems in 9 files"), "{sum}");
}

#[cfg(unix)]
#[test]
fn files_that_nobody_could_name_are_refused() {
    let names = [
        "a[b=c].yaml",
        "a b.yaml",
        "-x.yaml",
        "a\nb.yaml",
        "*.yaml",
        "a\\b.yaml",
        "a.yaml.yaml",
        "c@3.13.yaml",
        "o'k/x.yaml",
    ];
    let tree = folder(&names.map(|name| (name, GOOD.as_bytes())));
    let mut ids: Vec<String> = wrong(tree.path(), &[tree.path().to_owned()]);
    ids.sort();
    let help = "rename the file or folder";
    let letters = "expected letters, digits, `-`, `_` and `.`, with `/` between folders";
    let said = |file: &str, id: &str, reason: &str| {
        format!("ROOT/{file}: `{id}` cannot be the id of a scenario | {help}: {reason}")
    };
    let mut expected = [
        said("a[b=c].yaml", "a[b=c]", letters),
        said("a b.yaml", "a b", letters),
        said(
            "-x.yaml",
            "-x",
            "what begins with `-` is taken for an option",
        ),
        said("a\u{fffd}b.yaml", "a\u{fffd}b", letters),
        said("*.yaml", "*", letters),
        said("a\\b.yaml", "a\\b", letters),
        said("a.yaml.yaml", "a.yaml", "leave out the extension"),
        said("c@3.13.yaml", "c@3.13", letters),
        said("o'k/x.yaml", "o'k/x", letters),
    ];
    expected.sort();
    assert_eq!(ids, expected);
}

const LARGE: &str = r#"
title: t
requires: {python: ">=3.4", modules: [numpy]}
timeout: 10s
matrix: {via: [statement, c_api], include: [{via: import_module, x: 3.10}], exclude: [{via: c_api}]}
modules: {demo: "value = 1", ns/: , pkg.sub: ''}
steps:
  - snapshot: before
  - {import: demo, via: "${via}", expect: [{python: "<3", raises: KeyError, ran: [demo]}]}
  - delete: {cached: pkg.**, in: original}
  - set: {cached: demo, to: null}
  - swap: {to: copy}
    expect: &a
      cached(demo): absent
  - {restore: before, expect: *a}
  - delete: demo
"#;

/// Loads the bytes as the only file and shows what is wrong with them; every place must lie in the text.
fn survives(bytes: &[u8]) {
    let tree = folder(&[("x.yaml", bytes)]);
    if let Err(errors) = load(&[tree.path().to_owned()]) {
        let shown = errors.render(60, false);
        for diagnostic in &errors.diagnostics {
            let Some(location) = &diagnostic.location else {
                let message = &diagnostic.message;
                let is_whole =
                    message.starts_with("no scenario: ") || message.starts_with("a binary ");
                assert!(is_whole, "{message}");
                continue;
            };
            assert!(
                location
                    .source
                    .get(location.span.0..location.span.0 + location.span.1)
                    .is_some()
            );
            assert!(shown.contains(&diagnostic.position()), "{shown}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        survives(&bytes);
    }

    #[test]
    fn any_text_of_yaml_characters(text in "([a-z]{1,3}|[-:?,\\[\\]{}#&*!|>'\"%@ \n\t~<é\u{1f40d}\u{2028}]|: |- |\n  ){0,60}") {
        survives(text.as_bytes());
    }

    #[test]
    fn a_scenario_with_a_piece_moved(from in 0..LARGE.len(), length in 0..40_usize, to in 0..LARGE.len()) {
        let mut text = LARGE.to_owned();
        let piece: String = text.drain(from..(from + length).min(LARGE.len())).collect();
        text.insert_str(to.min(text.len()), &piece);
        survives(text.as_bytes());
    }
}
