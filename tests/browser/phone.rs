//! Whole findings, at any width, on paper and without colour.

use serde_json::{Value, json};

use crate::browser::{Look, with};
use crate::corpus_page;

/// Titles, captions and ids of which a part is cut off.
const CUT_OFF: &str = "[...document.querySelectorAll('.title, .caption, .range, .id')].filter((one) => one.offsetParent && !one.closest('.again .title') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow !== 'visible').length";
/// Elements that stand out of the window to the right.
const OUTSIDE: &str = "[...document.querySelectorAll('.row *, header *, #controls *')].filter((one) => one.offsetParent && !one.closest('.scroll, .code') && getComputedStyle(one).position !== 'absolute' && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120)).slice(0, 3)";

#[test]
fn findings_are_whole_at_any_width() {
    for width in [320, 390, 768, 1280, 1920] {
        let look = Look {
            size: (width, 900),
            ..Look::default()
        };
        with(
            "widths",
            &corpus_page(),
            "#swap/first-import[via=c_api]",
            look,
            |tab| async move {
                // Everything is laid out, in sight or not.
                tab.act("const rule = document.createElement('i'); for (const chunk of document.querySelectorAll('.chunk')) chunk.style.contentVisibility = 'visible';").await;
                assert_eq!(tab.eval(CUT_OFF).await, 0, "{width}");
                assert_eq!(tab.eval(OUTSIDE).await, json!([]), "{width}");
                let sideways = tab
                    .eval("document.documentElement.scrollWidth - innerWidth")
                    .await;
                assert_eq!(sideways, 0, "{width}: no scrolling sideways");
            },
        );
    }
}

#[test]
fn a_finger_hits_what_it_aims_at() {
    let look = Look {
        size: (390, 844),
        ..Look::default()
    };
    with(
        "a phone",
        &corpus_page(),
        "#cache/order",
        look,
        |tab| async move {
            let small = tab.eval("[...document.querySelectorAll('button, select, input[type=search], summary, .check, .row .block')].filter((one) => { const box = one.getBoundingClientRect(); return one.offsetParent && box.width > 0 && (box.height < 43.5 || box.width < 43.5); }).map((one) => one.outerHTML.slice(0, 100))").await;
            assert_eq!(small, json!([]), "targets below 44 pixels");
        },
    );
}

#[test]
fn colour_is_never_alone() {
    with(
        "blocks",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let mute = tab.eval("[...document.querySelectorAll('.row .block')].filter((block) => !block.querySelector('b').textContent || !block.querySelector('.range').textContent || !block.querySelector('.caption').textContent).length").await;
            assert_eq!(mute, 0, "each block has a sign, releases and a caption");
            // An outcome has a shape of its own, too.
            let shapes = tab.eval("['ok', 'raised', 'ended'].map((name) => { const style = getComputedStyle(document.querySelector(`.legend .${name} b`)); return style.borderRadius + style.borderStyle; })").await;
            let shapes: Vec<String> = serde_json::from_value(shapes).expect("texts");
            assert!(
                shapes[0] != shapes[1] && shapes[1] != shapes[2],
                "{shapes:?}"
            );
            // Neighbours are never the same but for their letter.
            let alike = tab.eval("[...document.querySelectorAll('.row .block + .block')].filter((block) => block.className === block.previousSibling.className && !block.matches('.skipped, .broken')).filter((block) => block.querySelector('b').textContent !== block.previousSibling.querySelector('b').textContent).length").await;
            assert_eq!(alike, 0);
        },
    );
}

#[test]
fn on_paper_everything_is_there() {
    with(
        "print",
        &corpus_page(),
        "",
        Look::default(),
        |tab| async move {
            let count = tab.rows().await.len();
            tab.click("#fold-all").await;
            tab.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}))
                .await;
            assert_eq!(tab.rows().await.len(), count, "nothing is folded");
            let controls = tab
                .eval("document.querySelector('#controls').offsetParent")
                .await;
            assert_eq!(controls, Value::Null);
        },
    );
}
