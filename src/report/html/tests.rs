use super::*;
use crate::record::fake;
use crate::record::{RunReport, Verdict};
use crate::report::links::Links;

const HOSTILE: &str = "</script><script>window.pwned=1</script>\"'&<img src=x onerror=pwn()>\u{202e}\u{2028}\0\u{1b}[31m{{ x }}";

fn page_of(report: &RunReport) -> String {
    let context = RenderContext {
        faults: &[HOSTILE.to_owned()],
        links: &Links::below("https://example.org/blob/main"),
        ..RenderContext::STORED
    };
    render_page(&Comparison::new(report), &context)
}

#[test]
fn foreign_text_makes_no_tags() {
    let mut report = fake::report(&[
        ("swap/a", "2.7.18", Verdict::Fail, "a"),
        ("swap/a", "3.13.0", Verdict::Crashed, "b"),
        ("swap/b[x=</script><b>]", "3.13.0", Verdict::Pass, "b"),
    ]);
    report.tool = HOSTILE.into();
    report.platform = HOSTILE.into();
    report.started = HOSTILE.into();
    report.interpreters[0].build = HOSTILE.into();
    for scenario in &mut report.scenarios {
        scenario.title = HOSTILE.into();
        scenario.about = Some(HOSTILE.into());
        scenario.file = HOSTILE.into();
        scenario.text = Some(HOSTILE.into());
        scenario.refs = vec![format!("javascript:{HOSTILE}")];
    }
    for case in &mut report.cases {
        case.reasons = vec![HOSTILE.into()];
        case.stderr = HOSTILE.into();
    }
    let html = page_of(&report);
    let plain = page_of(&fake::report(&[("swap/a", "2.7.18", Verdict::Pass, "a")]));
    for tag in ["<img", "<b>]"] {
        assert!(!html.contains(tag), "{tag}");
    }
    let blocks = |html: &str| html.matches("type=\"application/json\"").count();
    // One script more than the blocks of data: our own.
    assert_eq!(html.matches("<script").count(), blocks(&html) + 1);
    assert_eq!(html.matches("</script>").count(), blocks(&html) + 1);
    assert!(blocks(&html) > blocks(&plain));
    let forbidden = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2028}');
    let found = html.find(forbidden).map(|at| &html[at..at + 60]);
    assert_eq!(found, None);
}

#[test]
fn data_between_tags_is_the_same_data() {
    let text = format!("\u{2029}{HOSTILE}");
    let json = escape_for_script(&serde_json::to_string(&text).unwrap());
    assert!(
        !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
}

#[test]
fn the_page_itself_is_small() {
    let html = page_of(&fake::report(&[("swap/a", "2.7.18", Verdict::Pass, "a")]));
    assert!(html.len() < 50_000, "{} bytes", html.len());
}
