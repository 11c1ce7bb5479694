//! The page for browsers, in a real one.
#![cfg(unix)]
#![allow(unreachable_pub, reason = "modules of one test")]

#[path = "../integration/harness/mod.rs"]
mod harness;

mod browser;
mod extremes;
mod look;
mod reports;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use browser::{Look, Tab, with};
use harness::{assert_contains, expect_exit, modswap};

/// The page of the corpus. That it is what the program makes now is a test of its own (`tests/integration/pages.rs`).
fn corpus_page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/index.html")
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
            let head = text(&tab, "h1").await;
            assert_contains(&head, &format!("{} cases", ran.len()));
            assert_contains(&head, &format!("{} skipped", skipped.len()));
            let passed = text(&tab, "#verdicts [data-verdict=pass]").await;
            assert!(passed.ends_with("pass"), "{passed}");
            let resources = tab
                .eval("performance.getEntriesByType('resource').length")
                .await;
            assert_eq!(resources, 0, "nothing is loaded");
            assert_eq!(
                tab.eval("document.querySelectorAll('#releases .bars details').length > 5")
                    .await,
                true
            );
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
            let columns = tab.eval("[...document.querySelectorAll('.version')].filter((head) => head.offsetParent).map((head) => head.title)").await;
            assert!(
                !columns.to_string().contains("2.7.18") && columns.to_string().contains("3.15"),
                "{columns}"
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
                ("changed:3.98", "no row changed in 3.98"),
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
            // The script of a version is what the command prints.
            tab.act("document.querySelectorAll('.panel details').forEach((one) => { one.open = true; })").await;
            tab.act("const s = document.querySelector('.version-of-script'); s.selectedIndex = 0; s.dispatchEvent(new Event('change'));").await;
            let script = tab
                .eval("document.querySelector('.panel .script').textContent")
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
            assert_eq!(
                script.as_str(),
                Some(&*String::from_utf8_lossy(&printed.stdout))
            );
            tab.act("document.querySelector('tr.row.at .open').click()")
                .await;
            assert_eq!(text(&tab, ".panel").await, "", "it closes");
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
                tab.eval("document.querySelectorAll('td.at').length").await,
                1
            );
            tab.0.refresh().await.expect("a reload");
            assert_eq!(tab.eval(open).await, "swap/earlier-copy");
            // What comes into sight on the way is laid out within some frames.
            let mut top = f64::MAX;
            for _ in 0..100 {
                let found = tab
                    .eval("document.querySelector('tr.row.at').getBoundingClientRect().top")
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
            assert!(text(&tab, "#hint").await.contains("no row"));
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
        let row = tab.eval("document.querySelector('button.open[title=\"cache/order\"]').closest('tr').innerText").await;
        assert!(row.to_string().contains("3.8"), "{row}");
    });
}
