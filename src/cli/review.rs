//! `modswap review`: what differs from the baseline, one decision after another.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::IsTerminal;

use super::arguments::{Common, ReviewArguments};
use super::prompt::{KeyPress, KeyPrompt, print_prompt};
use super::{Exit, Failure, accept, pager, state, stdout_style};
use crate::baseline;
use crate::compare::Comparison;
use crate::compare::changes::{ChangeGroup, Changes, find_changes_against_baseline};
use crate::record::CaseReport;
use crate::report::terminal::diff::{Limits, render_group};
use crate::report::terminal::review_detail::render_review_detail;
use crate::report::terminal::style::Style;
use crate::text::{and_more, plural, visible};

/// The prompt, with all answers.
const PROMPT: &str = "a accept · r reject · s skip · o open trace · q quit · ? help > ";
const HELP: &str = "\
  a  accept: keep it as the accepted behaviour; it is written at once
  r  reject: it is not as it should be; nothing is written, and the exit code is 1
  s  skip: decide another time
  o  open trace: all steps, what was beside what is; again: those of the next row
  q  quit: leave the rest as it is
";

/// The decision on a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Accepted,
    Rejected,
    Skipped,
    /// Left open, and all that come behind it.
    Quit,
    /// The same, by a signal.
    Interrupted,
}

pub(super) async fn run(arguments: &ReviewArguments, common: &Common) -> Result<Exit, Failure> {
    let stored = &arguments.stored;
    state::check_writable(stored.allow_ci)?;
    let terminals = [
        std::io::stdin().is_terminal(),
        std::io::stdout().is_terminal(),
        std::io::stderr().is_terminal(),
    ];
    if terminals.contains(&false) {
        let text = "this is no terminal, and a review asks for a key; without one:\n  \
            modswap diff                   what differs\n  \
            modswap accept ID              take what a scenario shows now\n  \
            modswap accept --new-versions  take versions that behave like their neighbours";
        return Err(Failure::usage(text));
    }
    state::refuse_builtin(&stored.baseline)?;
    let report = state::load_report(stored)?;
    state::refuse_older(&report)?;
    let ids = report.scenarios.iter().map(|scenario| scenario.id.as_str());
    let baseline = baseline::read(&stored.baseline, ids)?;
    let changes = find_changes_against_baseline(&baseline, &report);
    let offered = changes
        .groups
        .iter()
        .filter(|group| group.refused.is_none());
    let offered: Vec<&ChangeGroup<'_>> = offered.collect();
    let review = Review {
        arguments,
        comparison: &Comparison::new(&report),
        changes: &changes,
        style: stdout_style(common),
    };
    let mut keys = KeyPrompt::new();
    let mut decided = Vec::new();
    let mut last = None;
    for (at, group) in offered.iter().enumerate() {
        let reviewed = review.review_group((at, offered.len()), group, &mut keys);
        let decision = *last.insert(reviewed.await?);
        if matches!(decision, Decision::Quit | Decision::Interrupted) {
            break;
        }
        decided.push(decision);
    }
    // It goes to a terminal, which may be gone by now.
    let _ = pager::print_paged(&review.render_summary(&offered, &decided));
    Ok(if last == Some(Decision::Interrupted) {
        Exit::Interrupted
    } else if decided.contains(&Decision::Rejected) {
        Exit::Violation
    } else {
        Exit::Success
    })
}

struct Review<'a> {
    arguments: &'a ReviewArguments,
    comparison: &'a Comparison<'a>,
    changes: &'a Changes<'a>,
    style: Style,
}

impl Review<'_> {
    /// Shows a change and asks until it is decided.
    async fn review_group(
        &self,
        (at, all): (usize, usize),
        group: &ChangeGroup<'_>,
        keys: &mut KeyPrompt,
    ) -> Result<Decision, Failure> {
        let text = render_group(group, &self.changes.versions, self.style, Limits::USUAL);
        pager::print_paged(&format!("\n{} of {all}\n{text}", at + 1))?;
        let rows = group.rows();
        let mut traces = rows.iter().enumerate().cycle();
        loop {
            let pressed = keys.ask_key(PROMPT).await;
            print_prompt(&format!("{}\n", describe_key(pressed)));
            match pressed {
                KeyPress::Key('a') => {
                    self.accept_group(group)?;
                    return Ok(Decision::Accepted);
                }
                KeyPress::Key('r') => return Ok(Decision::Rejected),
                KeyPress::Key('s') => return Ok(Decision::Skipped),
                KeyPress::Key('o') => {
                    if let Some((at, row)) = traces.next() {
                        let place = match rows.len() {
                            0 | 1 => String::new(),
                            all => format!("row {} of {all}: ", at + 1),
                        };
                        let trace = render_review_detail(self.comparison, group, row, self.style);
                        pager::print_paged(&format!("\n{place}{trace}\n"))?;
                    }
                }
                KeyPress::Key('?') => print_prompt(HELP),
                KeyPress::Key('q') | KeyPress::Closed => return Ok(Decision::Quit),
                KeyPress::Interrupted => return Ok(Decision::Interrupted),
                KeyPress::Key(_) | KeyPress::Other => {}
            }
        }
    }

    /// Writes what a change shows, at once: whatever comes later leaves it accepted.
    fn accept_group(&self, group: &ChangeGroup<'_>) -> Result<(), Failure> {
        let folder = &self.arguments.stored.baseline;
        let wanted = |case: &CaseReport| group.has(&case.case, &case.interpreter);
        let accepted = accept::accept_cases(folder, self.comparison.report, &wanted)?;
        pager::print_paged(&accept::render_accepted(self.comparison.report, &accepted))
    }

    /// Renders the counts of decisions, the rejected changes with the command that shows each, and those that were not offered.
    fn render_summary(&self, offered: &[&ChangeGroup<'_>], decided: &[Decision]) -> String {
        let mut out = String::from("\n");
        let count = |wanted: Decision| {
            decided
                .iter()
                .filter(|decision| **decision == wanted)
                .count()
        };
        let open = offered.len() - decided.len();
        let parts = [
            (count(Decision::Accepted), "accepted"),
            (count(Decision::Rejected), "rejected"),
            (count(Decision::Skipped), "skipped"),
            (open, "not looked at"),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if parts.is_empty() {
            out.push_str("nothing to review\n");
        } else {
            let _ = writeln!(
                out,
                "{}: {}",
                plural(offered.len(), "change"),
                parts.join(", ")
            );
        }
        let pairs = offered.iter().zip(decided);
        for (group, _) in pairs.filter(|(_, decision)| **decision == Decision::Rejected) {
            let rows = group.rows();
            let Some(row) = rows.first() else { continue };
            let name = self.comparison.name_of(row);
            let more = and_more(rows.len(), 1, "row");
            let more = more.map_or_else(String::new, |more| format!(" {more}"));
            let _ = writeln!(out, "rejected: modswap show {name}{more}");
        }
        out.push_str(&self.render_refused());
        out
    }

    /// Counts the cases that cannot be accepted, by verdicts.
    fn render_refused(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut first = None;
        for group in &self.changes.groups {
            if let Some(verdict) = group.refused {
                *counts.entry(verdict.word()).or_default() += group.cases.len();
                first = first.or(group.cases.first());
            }
        }
        let Some(first) = first else {
            return String::new();
        };
        let words = counts.iter().map(|(word, count)| format!("{count} {word}"));
        format!(
            "cannot be accepted: {}: {}; modswap show {}\n",
            plural(counts.values().sum(), "case"),
            words.collect::<Vec<_>>().join(", "),
            self.comparison.name_of(first.case)
        )
    }
}

/// The meaning of a key, which is printed behind the prompt.
fn describe_key(pressed: KeyPress) -> String {
    let word = match pressed {
        KeyPress::Key('a') => "accept",
        KeyPress::Key('r') => "reject",
        KeyPress::Key('s') => "skip",
        KeyPress::Key('o') => "open trace",
        KeyPress::Key('q') => "quit",
        KeyPress::Key('?') => "help",
        KeyPress::Key(key) if !key.is_control() => {
            return format!("`{}` is no answer; ? is help", visible(&key.to_string()));
        }
        KeyPress::Key(_) | KeyPress::Other => "that is no answer; ? is help",
        KeyPress::Closed => "end of input",
        KeyPress::Interrupted => "interrupted",
    };
    word.to_owned()
}
