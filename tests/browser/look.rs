//! How the page looks, to those who see it and to those who do not.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::browser::{Look, report_missing, with};
use crate::harness::is_left_out;
use crate::{corpus_page, render_page, reports};

/// The library that looks for what keeps people out; too large to be kept here.
fn read_axe() -> Result<String, String> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/axe-core/axe.min.js");
    let path = std::env::var_os("MODSWAP_AXE").map_or(usual, PathBuf::from);
    fs::read_to_string(&path).map_err(|_| {
        "no axe-core; `.ci/browser` fetches it, MODSWAP_AXE may name an axe.min.js".to_owned()
    })
}

#[test]
fn axe_finds_nothing() {
    let axe = match read_axe() {
        Ok(axe) => axe,
        Err(why) => return report_missing("the accessibility check", &why),
    };
    let looks = [
        Look::default(),
        Look {
            dark: true,
            ..Look::default()
        },
        Look {
            size: (500, 900),
            ..Look::default()
        },
    ];
    let (_folder, failing) = render_page(&reports::hostile_report());
    for look in looks {
        for (page, fragment) in [
            (corpus_page(), "#swap/first-import[via=c_api]@2.7?q=swap/"),
            (failing.clone(), "#swap/b"),
        ] {
            let axe = axe.clone();
            with(
                "the accessibility check",
                &page,
                fragment,
                look,
                |tab| async move {
                    tab.act("document.querySelectorAll('details').forEach((one) => { one.open = true; }); document.querySelector('#keys').hidden = false;").await;
                    // The policy of the page lets no other script in; a command of the driver is not of the page.
                    tab.act(&axe).await;
                    let run = "const done = arguments[0]; axe.run().then((found) => done(found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => [node.html.slice(0, 200), node.failureSummary])])));";
                    let found = tab.0.execute_async(run, vec![]).await.expect("axe runs");
                    assert_eq!(found, json!([]), "{fragment} {:?}", look.size);
                },
            );
        }
    }
}

#[test]
fn its_pictures_are_there() {
    let overwrite = std::env::var_os("MODSWAP_PICTURES").is_some_and(|value| value == "overwrite");
    for (name, dark) in [("page-light.png", false), ("page-dark.png", true)] {
        let path = format!(".github/pictures/{name}");
        if is_left_out(&path) {
            continue;
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if overwrite {
            let look = Look {
                size: (1280, 960),
                dark,
                ..Look::default()
            };
            let (fragment, to) = (
                "#swap/first-import[via=c_api]@2.7?q=swap/first",
                path.clone(),
            );
            with(
                "the pictures of the page",
                &corpus_page(),
                fragment,
                look,
                |tab| async move {
                    tab.act("scrollTo(0, 0); document.activeElement.blur();")
                        .await;
                    fs::write(to, tab.0.screenshot().await.expect("a picture")).expect("written");
                },
            );
        }
        let bytes = fs::read(&path).expect("the picture");
        assert!(
            bytes.starts_with(b"\x89PNG") && bytes.len() < 300_000,
            "{name}: {} bytes",
            bytes.len()
        );
    }
}
