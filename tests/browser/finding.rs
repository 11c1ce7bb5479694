//! A finding that is open: what it says, and what one takes away.

use std::fs;
use std::path::Path;

use crate::browser::{Look, with};
use crate::harness::{expect_exit, modswap};
use crate::reports::violated_report;
use crate::{corpus_page, render_page, text};

#[test]
fn a_row_opens_in_place() {
    with(
        "a row opens",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            tab.search("swap/first-import").await;
            tab.act("document.querySelector('button.open[title=\"swap/first-import[via=c_api]\"]').click()").await;
            let panel = text(&tab, ".panel").await;
            for part in [
                "A: 2.7",
                "import: demo via c_api",
                "KeyError",
                "bpo-2377",
                "scenarios/swap/first-import.yaml",
            ] {
                assert!(panel.contains(part), "{part}: {panel}");
            }
            let differs = tab.eval("[...document.querySelectorAll('.panel .differs th')].map((head) => head.firstChild.textContent)").await;
            assert!(differs.to_string().contains("cached(demo)"), "{differs}");
            // Was, now, and why, with the way to the bug.
            let change = text(&tab, ".panel .changes li").await;
            assert!(
                change.contains("2.7 → 3.5") && change.contains("bpo-2377"),
                "{change}"
            );
            let bugs = tab
                .eval("[...document.querySelectorAll('.changes a')].map((link) => link.href)")
                .await;
            assert!(
                bugs.to_string()
                    .contains("https://bugs.python.org/issue2377"),
                "{bugs}"
            );
            let source = tab
                .eval("document.querySelector('.panel .yaml').textContent")
                .await;
            let file = fs::read_to_string(
                Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/swap/first-import.yaml"),
            );
            assert_eq!(source.as_str(), Some(file.expect("the file").as_str()));
            assert_eq!(
                tab.eval("document.querySelectorAll('.panel .yaml .y-key').length > 5")
                    .await,
                true
            );
            tab.act(
                "document.querySelector('tr.step')?.closest('.row').querySelector('.open').click()",
            )
            .await;
            assert_eq!(text(&tab, ".panel").await, "", "it closes");
        },
    );
}

#[test]
fn a_finding_can_be_taken_away() {
    with(
        "taking away",
        &corpus_page(),
        "#swap/first-import[via=c_api]",
        Look::default(),
        |tab| async move {
            // The script of a version is what the command prints.
            tab.act("document.querySelector('details.script').open = true;")
                .await;
            tab.act("const s = document.querySelector('details.script select'); s.selectedIndex = 0; s.dispatchEvent(new Event('change'));").await;
            let script = tab
                .eval("document.querySelector('details.script .code').textContent")
                .await;
            let printed = expect_exit(
                modswap().args([
                    "script",
                    "swap/first-import[via=c_api]",
                    "--python",
                    "2.7.18",
                ]),
                0,
            );
            // One text serves all versions; the command names the one that was asked for.
            let printed = String::from_utf8_lossy(&printed.stdout);
            let printed = printed.replace("python2.7 case.py", "python case.py");
            assert_eq!(script.as_str(), Some(&*printed));
            let markdown = tab
                .eval("document.querySelector('.markdown').textContent")
                .await;
            let markdown = markdown.as_str().expect("text");
            for part in [
                "**Where a first import after a swap",
                "`swap/first-import[via=c_api]`",
                "- 2.7: `",
                "3.3: bpo&#45;2377",
                "- https",
            ] {
                let plain = markdown.replace("&#45;", "-");
                assert!(
                    plain.contains(&part.replace("&#45;", "-")),
                    "{part}: {markdown}"
                );
            }
            // A page of a file may not write to the clipboard everywhere; then the text is there and selected.
            tab.click("[data-copy=markdown]").await;
            let mut said = String::new();
            for _ in 0..100 {
                said = text(&tab, "[data-copy=markdown]").await;
                if said != "Copy as Markdown" {
                    break;
                }
            }
            let selected = tab.eval("getSelection().toString()").await;
            assert!(
                said == "Copied"
                    || said == "Selected"
                        && selected.as_str().expect("text").contains("first import"),
                "{said}: {selected}"
            );
        },
    );
}

#[test]
fn a_value_that_is_not_as_expected_says_so() {
    let (_folder, page) = render_page(&violated_report());
    with(
        "a violated fact",
        &page,
        "#swap/a",
        Look::default(),
        |tab| async move {
            // The mark is of the style, so that it is no part of the value.
            let marks = tab
                .eval(
                    "[...document.querySelectorAll('.panel .steps td')].map((cell) => \
                     [cell.textContent.trim(), getComputedStyle(cell, '::after').content])",
                )
                .await;
            let marks: Vec<(String, String)> = serde_json::from_value(marks).expect("pairs");
            let is_marked = |mark: &str| mark.contains("✗ not as expected");
            let marked = marks.iter().filter(|(_, mark)| is_marked(mark));
            let marked: Vec<&str> = marked.map(|(value, _)| value.as_str()).collect();
            assert_eq!(marked, ["2"], "{marks:?}");
        },
    );
}
