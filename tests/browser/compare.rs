//! Releases that filter, two versions that are compared, and the order of findings.

use serde_json::json;

use crate::browser::{Look, Tab, with};
use crate::{corpus_page, text};

/// Chooses an option of a drop-down.
async fn choose(tab: &Tab, id: &str, value: &str) {
    tab.act(&format!(
        "const select = document.querySelector({id:?}); select.value = {value:?}; select.dispatchEvent(new Event('change'));"
    ))
    .await;
}

#[test]
fn a_release_shows_as_many_findings_as_it_counts() {
    with(
        "releases",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let all = tab.rows().await;
            let releases = tab.eval("[...document.querySelectorAll('#releases button')].map((one) => [one.dataset.release, parseInt(one.querySelector('.count').textContent)])").await;
            let releases: Vec<(String, usize)> = serde_json::from_value(releases).expect("pairs");
            assert!(releases.len() > 12, "{releases:?}");
            for (release, count) in releases {
                let button = format!("#releases [data-release=\"{release}\"]");
                tab.click(&button).await;
                assert_eq!(tab.rows().await.len(), count, "{release}");
                let hash = tab.eval("location.hash").await;
                assert_eq!(hash, json!(format!("#?q=changed:{release}")));
                let pressed = tab
                    .eval("document.querySelectorAll('#releases [aria-pressed=true]').length")
                    .await;
                assert_eq!(pressed, 1);
            }
            tab.click("#releases [aria-pressed=true]").await;
            assert_eq!(tab.rows().await, all, "pressed again, it filters no more");
        },
    );
}

#[test]
fn two_versions_are_compared() {
    let blocks = "[...document.querySelectorAll('.row')].filter((row) => row.offsetParent).map((row) => [...row.querySelectorAll('.block')].filter((block) => block.offsetParent).length)";
    with(
        "two versions",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            choose(&tab, "#from", "3.9").await;
            choose(&tab, "#to", "3.13").await;
            assert_eq!(tab.eval("location.hash").await, "#?q=changed:3.9..3.13");
            assert_eq!(
                text(&tab, "#compared").await,
                "was: Python 3.9 → now: Python 3.13"
            );
            let compared = tab.rows().await;
            assert!(
                compared.len() > 20 && compared.len() < 120,
                "{}",
                compared.len()
            );
            assert!(compared.iter().any(|id| id == "circular/attribute"));
            assert!(
                !compared.iter().any(|id| id == "cache/order"),
                "it changed before"
            );
            let counts: Vec<usize> =
                serde_json::from_value(tab.eval(blocks).await).expect("numbers");
            assert!(counts.iter().all(|count| *count == 2), "{counts:?}");
            tab.0.refresh().await.expect("a reload");
            assert_eq!(tab.rows().await, compared, "a reload shows the same");
            assert_eq!(
                tab.eval("document.querySelector('#to').value").await,
                "3.13"
            );
            // Backwards the same differ; the older version comes second.
            tab.search("changed:3.13..3.9").await;
            assert_eq!(tab.rows().await, compared);
            // With another word, it is a filter as any.
            tab.search("changed:3.9..3.13 circular/").await;
            let circular = tab.rows().await;
            assert!(!circular.is_empty() && circular.iter().all(|id| id.starts_with("circular/")));
            choose(&tab, "#from", "").await;
            assert_eq!(tab.eval("location.hash").await, "#?q=circular/");
            let counts: Vec<usize> =
                serde_json::from_value(tab.eval(blocks).await).expect("numbers");
            assert!(
                counts.iter().any(|count| *count > 2),
                "all blocks are back: {counts:?}"
            );
        },
    );
}

#[test]
fn findings_are_sorted_by_their_changes() {
    with(
        "order",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let all = tab.rows().await;
            choose(&tab, "#sort", "newest").await;
            let newest = tab.rows().await;
            let changed = tab
                .eval("document.querySelector('.row .changed').textContent")
                .await;
            assert!(
                changed.as_str().expect("text").contains("3.15"),
                "{changed}"
            );
            assert!(newest != all && newest.len() == all.len());
            assert_eq!(tab.eval("location.hash").await, "#?sort=newest");
            choose(&tab, "#sort", "most").await;
            let counts = tab.eval("[...document.querySelectorAll('.row')].map((row) => (row.querySelector('.changed')?.textContent ?? '').split(', ').filter(Boolean).length)").await;
            let counts: Vec<usize> = serde_json::from_value(counts).expect("numbers");
            assert!(
                counts.is_sorted_by(|a, b| a >= b) && counts[0] > 3,
                "{counts:?}"
            );
            // A title stands above each first variant, wherever it stands now.
            let untitled = "[...document.querySelectorAll('.row')].filter((row, at, all) => row.classList.contains('again') && all[at - 1].querySelector('.title').textContent !== row.querySelector('.title').textContent).length";
            assert_eq!(tab.eval(untitled).await, 0);
            tab.goto(&corpus_page(), "#cache/order?sort=most").await;
            let open = "document.querySelector('[aria-expanded=true].open')?.title ?? ''";
            assert_eq!(
                tab.eval(open).await,
                "cache/order",
                "a row opens in any order"
            );
            choose(&tab, "#sort", "").await;
            assert_eq!(tab.rows().await, all);
        },
    );
}
