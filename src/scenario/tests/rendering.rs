use super::parsed;
use crate::scenario::LoadErrors;

const WRONG: &str = "title: t\nsteps:\n  - {note: \"é\", swpa: before}\n  - import: demo\n    expect:\n      - {python: 3.10, outcome: ok}\n";

fn rendered(text: &str, width: usize, colour: bool) -> String {
    let diagnostics = parsed(text).unwrap_err();
    LoadErrors { diagnostics }.render(width, colour)
}

#[test]
fn plain() {
    insta::assert_snapshot!(rendered(WRONG, 80, false), @r#"
    x unknown key `swpa` in a step
     ,-[s/x.yaml:3:17]
   3 |   - {note: "é", swpa: before}
     :                 ^^^^
     `----
    help: did you mean `swap`?

    x a version must be quoted: "3.10"
     ,-[s/x.yaml:6:18]
   6 |       - {python: 3.10, outcome: ok}
     :                  ^^^^
     `----
    help: YAML reads 3.10 as the number 3.1

  2 problems in 1 file
  "#);
}

#[test]
fn in_colour() {
    let text = rendered(WRONG, 80, true);
    assert!(
        text.contains("\u{1b}[") && text.contains("╭─[") && text.contains("s/x.yaml:3:17"),
        "{text}"
    );
}

#[test]
fn an_empty_file_and_a_place_past_the_end() {
    insta::assert_snapshot!(rendered("", 80, false), @"
    x the file is empty
     ,-[s/x.yaml:1:1]
     `----
    help: a scenario needs at least `title` and `steps`

  1 problem in 1 file
  ");
    assert!(rendered("title: [\n", 80, false).contains("s/x.yaml:2:1"));
}

#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_command() {
    for text in [
        "title: \u{1b}[2J\n",
        "title: t\nsteps:\n  - \"a\\e[2Jb\": 1\n",
        "\"\\u009b2J\": 1\n",
    ] {
        let shown = rendered(text, 80, false);
        assert!(
            !shown.contains(|c: char| c.is_control() && c != '\n'),
            "{shown:?}"
        );
    }
}
