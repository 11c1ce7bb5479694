//! Limits of scenarios: counted before the work, and named with the place.

use std::fmt::Write;

use super::{good, problems};
use crate::yaml::diagnostics::LoadErrors;

const STEP: &str = "steps: [{run: 'x = 1'}]\n";

/// So many pieces, each made of its number.
fn many(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        let _ = write!(text, "{}", piece(index));
        text
    })
}

#[test]
fn too_much_of_anything_is_one_problem_with_its_place() {
    let cases = [
        (
            format!("title: t\nsteps: {}", "[".repeat(40_000)),
            "2:264 more than 256 brackets are open here",
        ),
        (
            format!("title: t\nsteps: {}", "{a: ".repeat(40_000)),
            "2:1032 more than 256 brackets are open here",
        ),
        (
            format!("title: t\nsteps: {}1{}", "[".repeat(70), "]".repeat(70)),
            "2:71 more than 64 lists and maps in each other",
        ),
        (
            format!("title: t\nsteps:\n{}", "  - run: x = 1\n".repeat(2_001)),
            "more than 2000 entries in one list or map",
        ),
        (
            many(2_001, |index| format!("k{index}: 1\n")),
            "more than 2000 entries in one list or map",
        ),
        (
            // Each alias stands for all before it.
            many(40, |index| {
                let item = index
                    .checked_sub(1)
                    .map_or("x".to_owned(), |i| format!("*a{i}"));
                format!("k{index}: &a{index} [{item}, {item}, {item}]\n")
            }),
            "more than 50000 values in a file",
        ),
        (
            format!(
                "title: t\nabout: &a {}\nrefs: [{}]\n{STEP}",
                "x".repeat(100_000),
                ["*a"; 100].join(", ")
            ),
            "more than 8388608 bytes of text in a file, aliases counted as what they stand for",
        ),
        (
            format!("title: t\nsteps: [{{import: {}b}}]\n", "a.".repeat(20_000)),
            "a name has at most 255 bytes",
        ),
        (
            format!(
                "title: t\nsteps:\n- eval: '1'\n  expect:\n{}",
                many(257, |index| format!("  - {{value: {index}}}\n"))
            ),
            "more than 256 expectations of a step | make them several steps, or several files",
        ),
        (
            format!(
                "title: t\nmatrix: {{a: [{}], b: ['{}']}}\nsteps:\n- run: '{}'\n",
                many(200, |index| format!("{index}, ")),
                "y".repeat(10_000),
                "${a}${b}".repeat(100)
            ),
            "200 variants with more than 16 MiB of text",
        ),
        (
            format!(
                "title: t\nmatrix: {{a: [{}]}}\nsteps:\n{}",
                many(256, |index| format!("{index}, ")),
                "- run: x = ${a}\n".repeat(1_000)
            ),
            "256 variants with more than 500000 values",
        ),
        (
            format!(
                "title: t\nmatrix: {{include: [{{{}}}]}}\nsteps: [{{run: 'x = ${{a1}}'}}]\n",
                many(33, |index| format!("a{index}: 1, "))
            ),
            "the matrix has more than 32 keys",
        ),
        (
            format!(
                "title: t\nmatrix: {{a: [{}]}}\nsteps: [{{run: 'x = ${{a}}'}}]\n",
                many(2_000, |index| format!("{index}, "))
            ),
            "the matrix makes more than 256 variants",
        ),
    ];
    for (text, said) in cases {
        let start: String = text.chars().take(60).collect();
        let found = problems(&text);
        assert!(found.len() <= 3, "{start}: {found:?}");
        assert!(
            found.iter().any(|problem| problem.contains(said)),
            "{start}: {found:?}"
        );
    }
}

#[test]
fn what_is_just_allowed_is_read() {
    let modules = many(2_000, |index| format!("  m{index}: ''\n"));
    good(&format!("title: t\nmodules:\n{modules}{STEP}"));
    let values = many(256, |index| format!("{index}, "));
    good(&format!(
        "title: t\nmatrix: {{a: [{values}]}}\nsteps: [{{run: 'x = ${{a}}'}}]\n"
    ));
    let text = format!("title: t\nabout: '{}'\n{STEP}", "[".repeat(254));
    good(&text);
}

#[test]
fn of_many_problems_the_first_twenty_are_said_and_how_many_there_are() {
    let text = format!("title: t\nsteps:\n{}", "  - imprt: x\n".repeat(1_000));
    let found = problems(&text);
    assert_eq!(found.len(), 21);
    assert!(
        found[19].starts_with("22:5 unknown key `imprt`"),
        "{}",
        found[19]
    );
    assert_eq!(found[20], "and 980 more problems");
    let diagnostics = super::parsed(&text).unwrap_err();
    let of_five = (0..5).flat_map(|_| diagnostics.clone());
    let many = (0..3).flat_map(|_| of_five.clone()).collect();
    let said = LoadErrors { diagnostics: many }.to_string();
    // Four files of 1000 are shown with their ends, and 16 problems of the fifth.
    assert!(
        said.contains("and 10984 more problems in 1 file\n\n15000 problems in 1 file\n"),
        "{said}"
    );
    assert!(said.lines().count() < 1_000);
}

#[test]
fn of_a_long_line_only_the_place_is_shown() {
    let long = "x".repeat(1_000_000);
    let text = format!("{{title: t, about: '{long}', stepz: '{long}'}}\n");
    let diagnostics = super::parsed(&text).unwrap_err();
    let said = LoadErrors { diagnostics }.to_string();
    assert!(said.len() < 3_000, "{}", said.len());
    assert!(said.contains("[s/x.yaml:1:1000023]"), "{said}");
    assert!(said.contains("', stepz: 'xxx"), "{said}");
    // A wrong key that long is quoted, not repeated.
    let said = problems(&format!("{long}: 1\n"));
    assert!(said.iter().all(|line| line.len() < 1_000), "{said:?}");
}
