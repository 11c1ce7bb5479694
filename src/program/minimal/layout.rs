//! The text of a reproducer.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::fixtures::list_files;
use super::conditions::{flags, is_mentioned, uses_sys};
use super::helpers::{HELPERS, Needs};
use super::{Row, Target};
use crate::scenario::model::{Scenario, Variant};
use crate::text::{shell_word, visible, wrapped};

pub(super) fn write(scenario: &Scenario, target: Target<'_>, row: Row<'_>) -> String {
    let Row { variant, steps, .. } = row;
    let mut writer = Writer {
        row,
        needs: Needs::default(),
        times: BTreeMap::new(),
        writes: 0,
        has_times: steps.iter().any(|step| {
            let timed = ["write_file", "remove_file"];
            step.helpers.iter().any(|helper| timed.contains(helper))
        }),
    };
    let mut files = list_files(&variant.modules);
    files.retain(|(path, _)| is_mentioned(path, variant));
    let fixtures = writer.write_fixtures(&files);
    let mut body = String::new();
    for step in steps.iter().filter(|step| step.body.is_none()) {
        body.push_str(&writer.write_step(step));
    }
    let mut needs = writer.needs;
    needs.read(&fixtures);
    needs.read(&body);
    for helper in steps.iter().flat_map(|step| &step.helpers) {
        match helper.trim_end_matches('?') {
            "collect" => _ = needs.imports.insert("gc"),
            "sys" => _ = needs.imports.insert("sys"),
            other => {
                if let Some((name, text)) = HELPERS.iter().find(|(name, _)| *name == other) {
                    needs.helpers.insert(name);
                    needs.read(text);
                }
            }
        }
    }
    for (name, text) in HELPERS {
        if needs.has(name) {
            needs.read(text);
        }
    }
    if steps.iter().any(|step| uses_sys(step)) {
        needs.imports.insert("sys");
    }
    let mut out = write_header(scenario, variant, target);
    out.push_str(&needs.write_imports());
    out.push_str(&fixtures);
    out.push_str(&needs.write());
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
    out.push_str(&body);
    // A title could say how the file is encoded.
    let mut head = out.lines().take(2);
    if out.is_ascii() && !head.any(|line| line.contains("coding")) {
        out
    } else {
        format!("# -*- coding: utf-8 -*-\n{out}")
    }
}

fn write_header(scenario: &Scenario, variant: &Variant, target: Target<'_>) -> String {
    let mut out = String::new();
    let mut write_comment = |text: &str| {
        let text = visible(text).replace('\n', " ");
        let _ = writeln!(out, "{}", format!("# {text}").trim_end());
    };
    for line in wrapped(&scenario.title, 108).lines() {
        write_comment(line);
    }
    let packages = &variant.requires.packages;
    let id = &variant.id;
    let mut words: Vec<String> = Vec::new();
    for (name, value) in &variant.interpreter.env {
        words.push(format!("{name}={}", shell_word(value)));
    }
    words.push(target.command.to_owned());
    words.extend(flags(variant).iter().map(|flag| shell_word(flag)));
    let command = format!("{} case.py", words.join(" "));
    if packages.is_empty() {
        write_comment(&format!("modswap {id}:  {command}"));
    } else {
        write_comment(&format!("modswap {id}"));
        let packages: Vec<_> = packages.iter().map(|one| shell_word(one.text())).collect();
        let python = target.command;
        write_comment(&format!("  {python} -m pip install {}", packages.join(" ")));
        write_comment(&format!("  {command}"));
    }
    out
}

/// Writes the parts of a reproducer, and takes down what they need.
pub(super) struct Writer<'a> {
    pub(super) row: Row<'a>,
    pub(super) needs: Needs,
    /// Times of files by path, where they matter.
    pub(super) times: BTreeMap<String, i64>,
    pub(super) writes: i64,
    pub(super) has_times: bool,
}
