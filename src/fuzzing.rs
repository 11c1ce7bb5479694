//! The readers of bytes that others wrote, for `fuzz/` and for the mutations of `cargo test`: whatever the bytes are, each comes back,
//! and takes no more time and memory than their length allows.

use std::path::Path;

use crate::baseline;
use crate::compare::Comparison;
use crate::exec::read_answer;
use crate::from_python::{Script, convert};
use crate::program::build_program;
use crate::program::script::render;
use crate::python::pythons_yaml::parse_list;
use crate::record::read;
use crate::report::context::RenderContext;
use crate::report::html::render_page;
use crate::report::terminal::render_report;
use crate::report::terminal::style::Style;
use crate::runner::merge::Merger;
use crate::scenario::model::ScenarioId;
use crate::yaml::file::decode_text;

/// A reader, by the name of its target in `fuzz/`.
pub type Reader = (&'static str, fn(&[u8]));

/// All of them.
pub const READERS: [Reader; 6] = [
    ("scenario", read_scenario),
    ("report", read_report),
    ("baseline", read_baseline),
    ("pythons", read_pythons),
    ("frames", read_worker_frames),
    ("script", read_script),
];

/// A scenario: what is wrong is shown, and what is right becomes scripts.
pub fn read_scenario(bytes: &[u8]) {
    let Ok(text) = decode_text("x.yaml", bytes.to_vec()) else {
        return;
    };
    match crate::scenario::parse("x.yaml", ScenarioId("x".to_owned()), &text) {
        Err(errors) => assert!(!errors.render(80, false).is_empty()),
        Ok(scenario) => {
            let values = scenario.parameters.iter();
            let values = values.filter_map(|name| format!("{name}=json").parse().ok());
            let set = scenario.with_values(&values.collect::<Vec<_>>());
            if let Err(errors) = &set {
                assert!(!errors.render(80, false).is_empty());
            }
            let scenario = set.unwrap_or(scenario);
            for variant in scenario.variants.iter().take(2) {
                for version in ["2.7", "3.13"] {
                    let script = render(&scenario, variant, version);
                    let is_odd = |c: char| c.is_control() && c != '\n';
                    assert!(!script.contains(is_odd), "{script:?}");
                }
            }
        }
    }
}

/// A report: what can be read is compared, shown and merged with itself.
pub fn read_report(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(report) = read::parse(Path::new("report.json"), text) else {
        return;
    };
    let comparison = Comparison::new(&report);
    let context = RenderContext::STORED;
    let _ = render_report(&comparison, &context, Style::PLAIN);
    let _ = render_page(&comparison, &context);
    let mut merger = Merger::default();
    if merger.add(report.clone()).is_ok() && merger.add(report).is_ok() {
        let _ = merger.finish();
    }
}

/// The file of a scenario in a baseline.
pub fn read_baseline(bytes: &[u8]) {
    if let Err(error) = baseline::parse(Path::new("x.yaml"), "x", bytes.to_vec()) {
        assert!(!error.to_string().is_empty());
    }
}

/// A list of Pythons.
pub fn read_pythons(bytes: &[u8]) {
    let Ok(text) = decode_text("pythons.yaml", bytes.to_vec()) else {
        return;
    };
    let _ = parse_list("pythons.yaml", Path::new(""), &text);
}

/// A scenario of which [`read_worker_frames`] reads what a worker says.
pub const FRAMES_OF: &str = "title: t\nmodules: {demo: 'x = 1', body: {steps: [{import: demo}]}}\ncompare: [message, stdout]\n\
     steps: [{import: demo}, {import: body}, {eval: demo.x, expect: {value: 1}}]\n";

/// Frames of a worker, and the lines of the recorder in them.
pub fn read_worker_frames(bytes: &[u8]) {
    let id = ScenarioId("x".to_owned());
    let scenario = crate::scenario::parse("x.yaml", id, FRAMES_OF).expect("a scenario");
    let key = "3.13.0".parse().expect("a key");
    let program = build_program(&scenario.variants[0], &key);
    let _ = read_answer(&program, bytes);
}

/// A plain script: a scenario is made of it, with a step for each statement.
pub fn read_script(bytes: &[u8]) {
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        return;
    };
    let script = Script {
        name: "x.py".to_owned(),
        text,
        ..Script::default()
    };
    if let Ok(conversion) = convert(&script, &ScenarioId("x".to_owned()), "x.py") {
        let steps = &conversion.scenario.variants[0].steps;
        assert_eq!(steps.len(), conversion.statements.len());
    }
}
