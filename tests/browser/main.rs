//! The page for browsers, in a real one.
#![cfg(unix)]
#![allow(unreachable_pub, reason = "modules of one test")]

#[path = "../integration/harness/mod.rs"]
mod harness;

mod browser;
mod compare;
mod extremes;
mod finding;
mod look;
mod phone;
mod reports;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};

use browser::{Look, Tab, with};
use harness::{assert_contains, expect_exit, modswap};

/// The page of the corpus, made once of the report in the repository.
fn corpus_page() -> PathBuf {
    static PAGE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    PAGE.get_or_init(|| render_page(&report())).1.clone()
}

fn report() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/report.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the report")).expect("JSON")
}

fn count_rows(report: &Value) -> usize {
    let ids = report["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .map(|case| case["case"].as_str());
    ids.collect::<std::collections::BTreeSet<_>>().len()
}

/// The page of a report, in a folder that lives as long as it is held.
fn render_page(report: &Value) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (json, page) = (folder.path().join("r.json"), folder.path().join("r.html"));
    fs::write(&json, report.to_string()).expect("written");
    let mut command = modswap();
    command.arg("report").arg(&json).arg("--output").arg(&page);
    expect_exit(&mut command, 0);
    (folder, page)
}

async fn text(tab: &Tab, selector: &str) -> String {
    let text = tab
        .eval(&format!(
            "document.querySelector({selector:?})?.innerText ?? ''"
        ))
        .await;
    text.as_str().expect("text").to_owned()
}

#[test]
fn it_opens_with_all_rows_and_asks_for_nothing() {
    let report = report();
    with(
        "the page opens",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            assert_eq!(tab.rows().await.len(), count_rows(&report));
            let cases = report["cases"].as_array().expect("cases").iter();
            let skipped = |case: &&Value| case["verdict"] == "skipped";
            let (skipped, ran): (Vec<&Value>, Vec<&Value>) = cases.partition(skipped);
            // The headline is the answer; how the run ended is a badge, which does not count what was skipped as passed.
            let head = text(&tab, "h1").await;
            assert_contains(
                &head,
                &format!("of {} findings change", count_rows(&report)),
            );
            let badge = text(&tab, ".brand .badge").await;
            assert_contains(&badge, &format!("passed: {} cases", ran.len()));
            assert_contains(&badge, &format!("{} skipped", skipped.len()));
            let passed = text(&tab, "#verdicts [data-verdict=pass]").await;
            assert!(passed.ends_with("pass"), "{passed}");
            let legend = tab
                .eval("document.querySelector('.legend').getBoundingClientRect().bottom < innerHeight / 2")
                .await;
            assert_eq!(legend, true, "the legend is in view");
            let resources = tab
                .eval("performance.getEntriesByType('resource').length")
                .await;
            assert_eq!(resources, 0, "nothing is loaded");
        },
    );
}

#[test]
fn filters_show_what_they_say() {
    with(
        "filters",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let all = tab.rows().await;
            tab.click("#differences").await;
            let differing = tab.rows().await;
            assert!(differing.len() < all.len() && !differing.is_empty());
            tab.click("#ended").await;
            let current = tab.rows().await;
            assert!(current.len() < differing.len(), "2.7 is where most differ");
            let ranges = tab.eval("[...document.querySelectorAll('.range')].filter((range) => range.offsetParent).map((range) => range.textContent)").await;
            let ranges: Vec<String> = serde_json::from_value(ranges).expect("texts");
            assert!(
                !ranges.iter().any(|range| range == "2.7")
                    && ranges.iter().any(|range| range.contains("3.15")),
                "{ranges:?}"
            );
            tab.click("#ended").await;
            tab.click("#differences").await;
            assert_eq!(tab.rows().await, all);
            tab.click("#verdicts [data-verdict=skipped]").await;
            let skipped = tab.rows().await;
            assert!(skipped.iter().any(|id| id.starts_with("lazy/")) && skipped.len() < all.len());
            let hash = tab.eval("location.hash").await;
            assert_eq!(hash, "#?verdict=skipped");
            tab.0.refresh().await.expect("a reload");
            assert_eq!(tab.rows().await, skipped, "a reload shows the same");
        },
    );
}

#[test]
fn search_knows_its_keys() {
    with(
        "search",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            for (query, there, not_there) in [
                ("earlier-copy", "swap/earlier-copy", "cache/order"),
                ("unload a module", "swap/earlier-copy", "cache/order"),
                (
                    "changed:3.9 extension",
                    "extension/json",
                    "extension/datetime",
                ),
                // A release that was not run, of which notes tell.
                (
                    "changed:3.3 api/",
                    "api/dunder-import",
                    "api/override-import[via=statement]",
                ),
                (
                    "changed:3.6.3 swap/",
                    "swap/first-import[via=c_api]",
                    "swap/exit",
                ),
                ("only:2.7 cache/", "cache/iteration", "cache/order"),
                // Prose, a note, a source, a bug by its name, a tag, an exception.
                ("question", "swap/earlier-copy", "cache/order"),
                ("reverse order", "cache/order", "swap/earlier-copy"),
                ("_load_unlocked", "cache/order", "swap/earlier-copy"),
                ("bpo-33331", "cache/order", "swap/earlier-copy"),
                (
                    "keyerror swap/",
                    "swap/first-import[via=c_api]",
                    "cache/order",
                ),
                ("status:skip", "lazy/", "swap/earlier-copy"),
                (
                    "\"swap/first\"",
                    "swap/first-import[via=c_api]",
                    "swap/earlier-copy",
                ),
            ] {
                tab.search(query).await;
                let rows = tab.rows().await;
                assert!(
                    rows.iter().any(|id| id.starts_with(there)),
                    "{query}: {rows:?}"
                );
                assert!(!rows.iter().any(|id| id == not_there), "{query}: {rows:?}");
                assert_eq!(text(&tab, "#hint").await, "", "{query}");
            }
            for (query, hint) in [
                ("chnged:3.9", "did you mean changed:"),
                ("changed:3.98", "no finding changed in 3.98"),
                ("changed:3.9..3.98", "3.98 was not run"),
                ("changed:3.9..", "expects two versions"),
                ("changed:3.15d", "changed: expects a release"),
                ("only:3.98", "3.98 was not run"),
                ("status:exploded", "is no verdict"),
            ] {
                tab.search(query).await;
                let said = text(&tab, "#hint").await;
                assert!(said.contains(hint), "{query}: {said}");
            }
            tab.search("status:crash").await;
            assert!(tab.rows().await.is_empty(), "nothing crashed");
            assert!(text(&tab, "#shown").await.starts_with("0 of "));
        },
    );
}

#[test]
fn keys_do_what_the_mouse_does() {
    with(
        "keys",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let rows = tab.rows().await;
            let at = "document.activeElement.title";
            tab.press("j").await;
            tab.press("j").await;
            assert_eq!(tab.eval(at).await, json!(rows[1]));
            tab.press("k").await;
            assert_eq!(tab.eval(at).await, json!(rows[0]));
            tab.press("\u{e007}").await; // Enter
            assert_eq!(
                tab.eval("document.activeElement.getAttribute('aria-expanded')")
                    .await,
                "true"
            );
            tab.press("l").await;
            assert_eq!(
                tab.eval("location.hash").await,
                json!(format!("#{}@2.7.18", rows[0]))
            );
            tab.press("\u{e00c}").await; // Escape
            assert_eq!(text(&tab, ".panel").await, "");
            tab.click("#differences").await;
            tab.press("/").await;
            assert_eq!(tab.eval("document.activeElement.id").await, "search");
            tab.press("jk").await;
            assert_eq!(
                tab.eval("document.activeElement.value").await,
                "jk",
                "keys are text there"
            );
            tab.act("document.querySelector('.skip').click()").await;
            assert_eq!(
                tab.eval("document.querySelector('#search').value").await,
                "jk",
                "the way to the table keeps filters"
            );
        },
    );
}

#[test]
fn links_lead_to_rows_and_versions() {
    with(
        "deep links",
        &corpus_page(),
        "#swap/earlier-copy@3.9",
        Look::default(),
        |tab| async move {
            let open = "document.querySelector('[aria-expanded=true].open')?.title ?? ''";
            assert_eq!(tab.eval(open).await, "swap/earlier-copy");
            assert_eq!(
                tab.eval("document.querySelectorAll('.block.at').length")
                    .await,
                1
            );
            tab.0.refresh().await.expect("a reload");
            assert_eq!(tab.eval(open).await, "swap/earlier-copy");
            // What comes into sight on the way is laid out within some frames.
            let mut top = f64::MAX;
            for _ in 0..100 {
                let found = tab
                    .eval("document.querySelector('.row.at').getBoundingClientRect().top")
                    .await;
                top = found.as_f64().expect("a number");
                if (0.0..500.0).contains(&top) {
                    break;
                }
            }
            assert!((0.0..500.0).contains(&top), "it is in sight: {top}");
            tab.goto(&corpus_page(), "#swap/earlier-copy@3.4").await;
            assert!(
                text(&tab, ".panel .missing")
                    .await
                    .contains("3.4 was not run")
            );
            tab.goto(&corpus_page(), "#swap/first-import%5Bvia=c_api%5D@2.7")
                .await;
            assert_eq!(tab.eval(open).await, "swap/first-import[via=c_api]");
            tab.0.back().await.expect("back");
            assert_eq!(tab.eval(open).await, "swap/earlier-copy");
            tab.goto(&corpus_page(), "#cache/order?q=nothing-has-this")
                .await;
            assert_eq!(
                tab.eval(open).await,
                "cache/order",
                "filters do not hide what was asked for"
            );
            assert!(text(&tab, "#hint").await.contains("taken off"));
            tab.goto(&corpus_page(), "#no/such-row").await;
            assert!(text(&tab, "#hint").await.contains("no finding"));
        },
    );
}

#[test]
fn sections_fold() {
    with(
        "sections",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let all = tab.rows().await;
            tab.act("document.querySelector('.fold').click()").await;
            let rest = tab.rows().await;
            assert!(rest.len() < all.len() && !rest.iter().any(|id| id.starts_with("api/")));
            tab.click("#fold-all").await;
            assert!(tab.rows().await.is_empty());
            assert_eq!(text(&tab, "#fold-all").await, "Unfold all");
            tab.click("#fold-all").await;
            assert_eq!(tab.rows().await, all);
        },
    );
}

#[test]
fn without_scripts_it_is_a_plain_table() {
    let look = Look {
        scripts: false,
        ..Look::default()
    };
    let count = count_rows(&report());
    with("scripts off", &corpus_page(), "", look, |tab| async move {
        // Commands of the driver run where those of the page may not.
        assert_eq!(
            tab.eval("document.documentElement.classList.contains('js')")
                .await,
            false
        );
        assert_eq!(tab.rows().await.len(), count);
        assert_eq!(
            tab.eval("document.querySelector('#controls').offsetParent")
                .await,
            Value::Null
        );
        let row = tab.eval("document.querySelector('button.open[title=\"cache/order\"]').closest('.row').innerText").await;
        assert!(row.to_string().contains("3.8"), "{row}");
    });
}
