//! The summary of a step, as GitHub reads Markdown.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use modswap::compare::Comparison;
use modswap::record::RunReport;
use modswap::report::context::{RenderContext, ReportOrigin};
use modswap::report::markdown;
use modswap::text::visible;
use serde_json::json;

use super::reports::{HOSTILE, because, case, hostile, report, standing};

/// What GitHub adds to Markdown, as far as it may take text for something else.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.math_code = true;
    options.extension.math_dollars = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options
}

/// The page of a report, if it has so many bytes.
fn render(report: &RunReport, strict: bool, faults: &[String], limit: usize) -> Option<String> {
    let context = RenderContext {
        strict,
        faults,
        origin: ReportOrigin::Run { baseline: None },
        ..RenderContext::STORED
    };
    markdown::render_page(&Comparison::new(report), &context, limit)
}

fn page(report: &RunReport, limit: usize) -> String {
    let page = render(report, false, &[], limit).expect("room");
    assert!(page.len() <= limit, "{} of {limit}", page.len());
    page
}

/// What one reads, without what one does not see.
fn text<'a>(node: &'a AstNode<'a>) -> String {
    let all = node.descendants();
    let words = all.map(|node| match &node.data.borrow().value {
        NodeValue::Text(text) => text.replace('\u{200b}', ""),
        NodeValue::Code(code) => code.literal.replace('\u{200b}', ""),
        _ => String::new(),
    });
    words.collect()
}

/// As the page shows text in one line.
fn shown(text: &str) -> String {
    visible(text).replace('\n', " ").replace('\u{200b}', "")
}

#[test]
fn hostile_text_is_text() {
    let page = page(&hostile(), 1_000_000);
    let arena = Arena::new();
    let root = parse_document(&arena, &page, &options());
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::HtmlBlock(html) => own_tags(&html.literal),
            NodeValue::HtmlInline(html) => own_tags(html),
            NodeValue::Document
            | NodeValue::Heading(_)
            | NodeValue::Paragraph
            | NodeValue::Text(_)
            | NodeValue::Code(_)
            | NodeValue::CodeBlock(_)
            | NodeValue::Strong
            | NodeValue::Table(_)
            | NodeValue::TableRow(_)
            | NodeValue::TableCell => {}
            other => panic!("{other:?} out of {:?}", text(node)),
        }
    }
    let bad = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!page.contains(bad));

    let paragraphs = root.children().map(text);
    let findings: Vec<String> = paragraphs.filter(|text| text.starts_with('“')).collect();
    let expected: Vec<String> = HOSTILE
        .iter()
        .map(|text| format!("“{}” in {}", shown(text), shown(text)))
        .collect();
    // Sorted by id there.
    for text in &expected {
        // A blank at the end of a paragraph is not shown.
        let found = findings
            .iter()
            .filter(|one| one.trim_end() == text.trim_end());
        assert_eq!(found.count(), 2, "{text:?} in {findings:#?}");
    }
}

/// Nothing but the tags of the page itself.
fn own_tags(html: &str) {
    let tags = ["details", "summary", "code", "b", "sub"];
    let mut rest = html.replace("<br>", "");
    for tag in tags
        .iter()
        .flat_map(|tag| [format!("<{tag}>"), format!("</{tag}>")])
    {
        rest = rest.replace(&tag, "");
    }
    assert!(
        !rest.contains(['<', '>', '`', '*', '@']) || rest.contains("@\u{200b}"),
        "{html}"
    );
}

/// The cells of every table, by lines.
fn tables<'a>(root: &'a AstNode<'a>) -> Vec<Vec<Vec<String>>> {
    let is_table = |node: &&AstNode<'a>| matches!(node.data.borrow().value, NodeValue::Table(_));
    let tables = root.descendants().filter(is_table);
    let cells = |row: &'a AstNode<'a>| row.children().map(text).collect();
    tables
        .map(|table| table.children().map(cells).collect())
        .collect()
}

#[test]
fn a_table_has_a_cell_for_each_column_whatever_is_in_them() {
    let page = page(&hostile(), 1_000_000);
    let arena = Arena::new();
    let root = parse_document(&arena, &page, &options());
    let tables = tables(root);
    let facts = tables
        .iter()
        .find(|table| table[0][0] == "step")
        .expect("facts");
    let named = |row: &&Vec<String>| {
        let mut all = HOSTILE.iter().enumerate();
        all.any(|(at, text)| row[1] == shown(&format!("{text}{at}")))
    };
    // As many facts as the page shows of one failure.
    assert_eq!(facts[1..].iter().filter(named).count(), 20, "{facts:#?}");
    for row in &facts[1..] {
        assert_eq!(row.len(), 4);
        assert!(!row[3].is_empty(), "{row:?}");
    }
    let rows = tables
        .iter()
        .find(|table| table[0][0] == "finding")
        .expect("rows");
    assert_eq!(rows[0], ["finding", "what it does", "changed in"]);
    assert_eq!(rows.len(), HOSTILE.len() + 1);
    for (row, hostile) in rows[1..].iter().zip(HOSTILE) {
        // The title whole, and the id below it.
        assert_eq!(row[0], shown(&format!("{hostile}{hostile}[k={hostile}]")));
        let does = &row[1];
        assert!(does.starts_with("verdict: fail3.11 "), "{does}");
        assert!(does.contains(", not as expected3.12, 3.13 "), "{does}");
        assert_eq!(row[2], "≤3.12");
    }
}

#[test]
fn a_page_says_what_failed_first_and_then_what_differs() {
    let versions = ["3.11.2", "3.11.7", "3.12.1", "3.13.0", "3.14.0"];
    let row = |id: &str, traces: [&str; 5]| -> Vec<serde_json::Value> {
        let each = versions.iter().zip(traces);
        each.map(|(version, trace)| case(id, version, trace, "pass"))
            .collect()
    };
    let mut cases = row("a/same", ["a"; 5]);
    cases.extend(row("b/changes", ["a", "a", "b", "b", "b"]));
    let mut drift = row("c/drift[via=c_api]", ["a", "a", "b", "b", "b"]);
    let was = json!({"status": "drift", "was": {"trace": "a", "end": "exit 0"}});
    for case in &mut drift[2..4] {
        case["verdict"] = "drift".into();
        *case = because(
            case.clone(),
            "was A before; differs in step 2: demo: demo#1 → demo#2",
            2,
        );
        *case = standing(case.clone(), &was);
    }
    let new = json!({"status": "new-version", "neighbour": "3.13.0"});
    drift[4] = standing(drift[4].clone(), &new);
    cases.extend(drift);
    let mut unstable = case("d/unstable", "3.14.0", "b", "unstable");
    unstable["also"] = json!([{"trace": "a", "end": "exit 1"}]);
    unstable["stderr"] = "Traceback\n".into();
    cases.push(unstable);
    let report = report(&versions, &cases);
    insta::assert_snapshot!(page(&report, 1_000_000));
}

#[test]
fn the_verdict_is_that_of_the_run() {
    let first = |report: &RunReport, strict, faults: &[String]| {
        let page = render(report, strict, faults, 1_000_000).expect("room");
        page.lines().next().expect("a line").to_owned()
    };
    let one = |case| report(&["3.13.0"], &[case]);
    let pass = one(case("a", "3.13.0", "a", "pass"));
    assert_eq!(first(&pass, true, &[]), "## modswap: passed: 1 case");
    assert_eq!(
        first(&pass, false, &["part 2/5 is missing".to_owned()]),
        "## modswap: failed"
    );
    let stale = json!({"status": "stale"});
    let stale = one(standing(case("a", "3.13.0", "a", "pass"), &stale));
    assert_eq!(first(&stale, false, &[]), "## modswap: passed: 1 case");
    assert_eq!(
        first(&stale, true, &[]),
        "## modswap: failed: 1 not accepted of 1 case"
    );
    let versions = ["3.12.1", "3.13.0", "3.14.0"];
    let each = |verdicts: [&str; 3]| {
        let cases = versions.iter().zip(verdicts);
        let cases = cases.map(|(version, verdict)| case("a", version, "a", verdict));
        report(&versions, &cases.collect::<Vec<_>>())
    };
    // What was skipped did not pass, and what is known to be wrong is said.
    assert_eq!(
        first(&each(["pass", "skipped", "pass"]), false, &[]),
        "## modswap: passed: 2 cases, 1 skipped"
    );
    assert_eq!(
        first(&each(["pass", "skipped", "xfail"]), false, &[]),
        "## modswap: passed: 2 cases (1 known violation), 1 skipped"
    );
    assert_eq!(
        first(&each(["fail", "skipped", "pass"]), false, &[]),
        "## modswap: failed: 1 fail of 2 cases, 1 skipped"
    );
    let skipped = one(case("a", "3.13.0", "a", "skipped"));
    assert_eq!(first(&skipped, false, &[]), "## modswap: nothing ran");
    let failed = one(case("a", "3.13.0", "a", "error"));
    assert_eq!(
        first(&failed, false, &[]),
        "## modswap: failed: 1 error of 1 case"
    );
    let mut interrupted = failed;
    interrupted.interrupted = true;
    assert_eq!(first(&interrupted, false, &[]), "## modswap: interrupted");
}

#[test]
fn what_does_not_fit_is_left_out_as_a_whole_and_said_to_be() {
    // 10000 cases, each failing for a long reason of its own.
    let versions: Vec<String> = (0..10).map(|minor| format!("3.{}.1", minor + 5)).collect();
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    let template = report(&versions, &[case("a", "3.13.1", "b", "fail")]);
    let mut report = template.clone();
    report.cases.clear();
    for row in 0..1_000 {
        for interpreter in &template.interpreters {
            let mut case = template.cases[0].clone();
            case.case = format!("many/{row:04}").into();
            case.interpreter = interpreter.key.clone().into();
            case.reasons = vec![format!(
                "{row} {} {}",
                interpreter.key,
                "äöü€🐍 ".repeat(60)
            )];
            report.cases.push(case);
        }
    }
    let full = page(&report, 1_000_000);
    assert!(full.len() < 1 << 20);
    for limit in [100_000, 20_000, 5_000, 2_000, 700] {
        let page = page(&report, limit);
        let arena = Arena::new();
        let root = parse_document(&arena, &page, &options());
        let last = root.last_child().map(text).expect("a paragraph");
        assert!(
            last.starts_with("This page has a limit, and leaves out: "),
            "{last}"
        );
        assert!(
            last.contains("10000 failures") || last.contains(" failures, "),
            "{last}"
        );
        let rest = page.contains("\n### Totals\n");
        assert_eq!(rest, limit >= 2_000, "the rest has its place, too");
        let tags = |tag| page.matches(tag).count();
        assert_eq!(tags("<details>"), tags("</details>"), "{limit}");
        let open = |node: &&AstNode<'_>| {
            let value = &node.data.borrow().value;
            matches!(value, NodeValue::CodeBlock(block) if !block.closed)
        };
        assert_eq!(root.descendants().filter(open).count(), 0, "{limit}");
    }
    assert!(full.contains("#### fail: `many/0000` on 3.5"));
    assert!(full.contains("10000 fail of 10000 cases"));
    assert_eq!(render(&report, false, &[], 500), None);
}

#[test]
fn lines_of_a_megabyte_are_cut() {
    let long = "x🐍".repeat(300_000);
    let mut failed = because(case(&long, "3.13.0", "b", "fail"), &long, 1);
    failed["scenario"] = "a".into();
    failed["stdout"] = long.as_str().into();
    let drift = json!({"status": "drift", "was": {"trace": "a", "end": long}});
    let mut report = report(&["3.13.0"], &[standing(failed, &drift)]);
    report.scenarios[0].title.clone_from(&long);
    report.scenarios[0].file = long;
    let page = page(&report, 1_000_000);
    assert!(page.len() < 20_000, "{}", page.len());
}
