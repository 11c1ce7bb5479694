//! A bar on a terminal, nothing anywhere else.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::listen::Listener;
use super::say;
use crate::plan::Plan;
use crate::report::model::CaseReport;

/// How often the bar is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// Shown on standard error while cases run.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Whether it was said that packages are installed, and how not to.
    announced: Cell<bool>,
}

impl Progress {
    pub(super) fn new(cases: usize) -> Self {
        let bar = ProgressBar::new(cases as u64);
        if std::io::stderr().is_terminal() {
            // An install says nothing for a while; the time goes on.
            bar.enable_steady_tick(TICK);
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}")
        {
            bar.set_style(style);
        }
        Self {
            bar,
            announced: Cell::new(false),
        }
    }
}

impl Listener for Progress {
    fn started(&mut self, plan: &Plan, case: usize) {
        let case = &plan.cases[case];
        self.bar.set_message(format!(
            "{} {}",
            plan.interpreters[case.interpreter].key, case.id
        ));
    }

    /// What takes long is said where there is no bar, too.
    fn installing(&mut self, plan: &Plan, case: usize, text: &str) {
        let text = format!(
            "{}: {text}",
            plan.interpreters[plan.cases[case].interpreter].key
        );
        if !self.announced.replace(true) {
            let once = "modswap: installing packages, once for each Python; --offline leaves out what needs them";
            self.bar.suspend(|| eprintln!("{once}"));
        }
        if self.bar.is_hidden() {
            say(&text);
        }
        self.bar.set_message(text);
    }

    fn finished(&mut self, _case: &CaseReport) {
        self.bar.inc(1);
    }

    fn closed(&mut self) {
        self.bar.finish_and_clear();
    }
}
