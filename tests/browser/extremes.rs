//! Pages of reports that are hostile, or large.

use serde_json::Value;

use super::browser::{Look, with};
use super::harness::assert_contains;
use super::reports::{hostile_report, large_report};
use super::{render_page, text};

#[test]
fn hostile_text_is_text() {
    let (_folder, page) = render_page(&hostile_report());
    with(
        "hostile text",
        &page,
        "",
        Look::default(),
        |tab| async move {
            assert_eq!(tab.rows().await.len(), 2);
            tab.act("document.querySelectorAll('.open')[1].click()")
                .await;
            tab.act("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                .await;
            let panel = text(&tab, ".panel").await;
            assert_contains(&panel, "<script>window.pwned=1</script>");
            assert_eq!(tab.eval("window.pwned ?? null").await, Value::Null);
            assert_eq!(
                tab.eval("document.querySelectorAll('img, iframe, a[href^=javascript]').length")
                    .await,
                0
            );
            tab.search("status:crash").await;
            assert_eq!(tab.rows().await.len(), 1);
        },
    );
}

#[test]
fn a_thousand_scenarios_on_twenty_interpreters_work() {
    let (_folder, page) = render_page(&large_report(1000, 20));
    with(
        "a large page",
        &page,
        "",
        Look::default(),
        |tab| async move {
            assert_eq!(tab.rows().await.len(), 1000);
            tab.search("subject-3/").await;
            assert_eq!(tab.rows().await.len(), 100);
            tab.act("document.querySelector('.row:not([hidden]) .open').click()")
                .await;
            assert!(text(&tab, ".panel").await.contains("eval"));
        },
    );
}
