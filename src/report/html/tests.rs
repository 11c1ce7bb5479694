use super::data::escape_for_script;
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
    let blocks = |html: &str| {
        let kinds = ["type=\"application/json\"", "type=\"text/html\""];
        kinds
            .map(|kind| html.matches(kind).count())
            .iter()
            .sum::<usize>()
    };
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

/// The blocks of the only row, as sign, range, caption and classes.
fn blocks_of(report: &RunReport) -> Vec<String> {
    let comparison = Comparison::new(report);
    let axis = axis::build_axis(&comparison);
    let blocks = build_blocks(&comparison, &comparison.rows[0], &axis);
    let blocks = blocks.iter();
    let described = blocks.map(|block| {
        let Block {
            mark,
            range,
            caption,
            class,
            ..
        } = block;
        format!("{mark} | {range} | {caption} | {class}")
    });
    described.collect()
}

/// A report of one row, by version, verdict and outcome of its one step.
fn report_of(cases: &[(&str, Verdict, &str)]) -> RunReport {
    let described: Vec<_> = cases
        .iter()
        .map(|(key, verdict, outcome)| ("swap/a", *key, *verdict, *outcome))
        .collect();
    let mut report = fake::report(&described);
    for (_, _, outcome) in cases {
        let facts = serde_json::json!({"outcome": outcome});
        let steps = serde_json::json!([{"step": 1, "action": "import: demo", "facts": facts}]);
        let steps: Vec<crate::trace::StepRecord> = serde_json::from_value(steps).unwrap();
        report.traces.insert((*outcome).into(), steps.into());
    }
    report
}

#[test]
fn a_block_is_a_run_of_releases_that_behave_alike() {
    use Verdict::{Fail, Pass, Skipped};
    let report = report_of(&[
        ("2.7.18", Pass, "KeyError"),
        ("3.8.18", Pass, "ok"),
        ("3.9.18", Pass, "ok"),
        ("3.11.2", Pass, "ok"),
        ("3.11.7", Fail, "KeyError"),
        ("3.14.0", Skipped, ""),
    ]);
    assert_eq!(
        blocks_of(&report),
        [
            "A | 2.7 | KeyError | raised p0 g1 e",
            "B | 3.8, 3.9, 3.11.2 | ok | ok p0 g3",
            "A! | 3.11.7 | KeyError | raised p0 g1 violated",
            "- | 3.14 | skipped | skipped g1",
        ]
    );
}

#[test]
fn builds_fold_into_their_release_unless_they_differ() {
    use Verdict::{Pass, Skipped};
    let like = report_of(&[
        ("3.13.0", Pass, "ok"),
        ("3.14.0t", Pass, "KeyError"),
        ("3.14.1", Pass, "KeyError"),
        ("3.14.1d", Skipped, ""),
    ]);
    assert_eq!(
        blocks_of(&like),
        [
            "A | 3.13 | ok | ok p0 g1",
            "B | 3.14 | KeyError | raised p0 g1"
        ]
    );
    let unlike = report_of(&[
        ("3.13.0", Pass, "ok"),
        ("3.14.0", Pass, "ok"),
        ("3.14.0t", Pass, "KeyError"),
    ]);
    assert_eq!(
        blocks_of(&unlike),
        [
            "A | 3.13, 3.14 | ok | ok p0 g2",
            "B | 3.14t | KeyError | raised p0 g1 beside"
        ]
    );
    // Where no plain build ran, another one stands for the release.
    let alone = report_of(&[("3.13.0", Pass, "ok"), ("3.14.0t", Pass, "ok")]);
    assert_eq!(
        blocks_of(&alone),
        ["A | 3.13, 3.14t | the same everywhere | same p0 g2"]
    );
}

#[test]
fn a_release_counts_the_rows_that_changed_in_it() {
    let cases = [
        ("s/a", "3.7.16", Verdict::Pass, "a"),
        ("s/a", "3.8.18", Verdict::Pass, "b"),
        ("s/a", "3.11.2", Verdict::Pass, "c"),
        ("s/b", "3.7.16", Verdict::Pass, "a"),
        ("s/b", "3.8.18", Verdict::Pass, "b"),
        ("s/b", "3.11.2", Verdict::Pass, "b"),
    ];
    let report = fake::report(&cases);
    let comparison = Comparison::new(&report);
    let bars = releases::build_release_bars(&comparison, &axis::build_axis(&comparison));
    let bars = bars
        .iter()
        .map(|bar| (&*bar.name, bar.count, bar.height, bar.was_run));
    // The change before 3.11 may be of 3.8, 3.9 or 3.10 as well: `changed:3.8` finds it, too.
    assert_eq!(
        bars.collect::<Vec<_>>(),
        [("3.8", 2, 100, true), ("3.11", 1, 50, true)]
    );
}

#[test]
fn the_headline_is_the_answer() {
    let report = report_of(&[
        ("2.7.18", Verdict::Pass, "KeyError"),
        ("3.14.0", Verdict::Pass, "ok"),
    ]);
    let html = page_of(&report);
    assert!(
        html.contains("<h1>1 of 1 finding changes between Python 2.7 and 3.14</h1>"),
        "{html}"
    );
    let one = report_of(&[("3.14.0", Verdict::Pass, "ok")]);
    assert!(page_of(&one).contains("<h1>1 finding on Python 3.14</h1>"));
}

/// The cells that are marked in the steps of the only row: the behaviours that they are of, and what is in them.
fn violated_cells(report: &RunReport) -> Vec<String> {
    let comparison = Comparison::new(report);
    let axis = axis::build_axis(&comparison);
    let view = steps::StepsView::new(&comparison, &comparison.rows[0], &axis);
    let html = askama::Template::render(&view).expect("a table");
    let cells = html.split("<td").skip(1);
    let cells = cells.filter_map(|cell| cell.split_once(" class=\"violated\">"));
    let marked = cells.map(|(head, rest)| {
        let value = rest.split('<').next().unwrap_or_default();
        format!("{}: {}", head.trim(), value.trim())
    });
    marked.collect()
}

#[test]
fn a_fact_is_marked_in_the_behaviour_that_violates_it() {
    use Verdict::{Fail, Pass};
    let mut report = report_of(&[("3.12.1", Pass, "ok"), ("3.13.0", Fail, "KeyError")]);
    assert_eq!(violated_cells(&report), [""; 0]);
    let outcome = "step 1 (import: demo): outcome: expected ok, got KeyError";
    report.cases[1].reasons = vec![outcome.into()];
    assert_eq!(violated_cells(&report), ["data-head=\"B\": KeyError"]);
    // Of another step, of another action: not this one.
    for other in [
        outcome.replace("step 1", "step 2"),
        outcome.replace("demo)", "x)"),
    ] {
        report.cases[1].reasons = vec![other];
        assert_eq!(violated_cells(&report), [""; 0]);
    }
    // The same value in two behaviours, and one of them is as expected.
    for trace in report.traces.values_mut() {
        let mut steps = trace.to_vec();
        let name = crate::trace::fact::FactName("value".into());
        let value = crate::trace::fact::FactValue::text("same");
        steps[0].facts.push((name, value));
        *trace = steps.into();
    }
    let value = "step 1 (import: demo): value: expected other, got same";
    report.cases[1].reasons = vec![value.into()];
    assert_eq!(violated_cells(&report), ["data-head=\"B\": same"]);
}
