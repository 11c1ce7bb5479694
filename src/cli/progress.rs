//! A line on a terminal; elsewhere a line now and then.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::pace::Pace;
use super::{say, screen};
use crate::plan::Plan;
use crate::record::CaseReport;
use crate::runner::observer::Listener;

/// How often the line is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(200);
/// How often a log gets a line. Runs that are over sooner get none.
const NOW_AND_THEN: Duration = Duration::from_secs(15);

/// Shown on standard error while cases run.
pub(super) struct Progress {
    bar: ProgressBar,
    pace: Arc<Mutex<Pace>>,
    began: Instant,
    /// When a log got its last line.
    told: Duration,
    /// Whether it was said that packages are installed, and how not to.
    announced: bool,
}

impl Progress {
    pub(super) fn new(cases: usize) -> Self {
        let bar = ProgressBar::new(cases as u64);
        let pace = Arc::new(Mutex::new(Pace::new(cases)));
        let began = Instant::now();
        let drawn = Arc::clone(&pace);
        // Asked for at each tick: ages go on while nothing happens.
        let line = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let pace = drawn.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = out.write_str(&screen::plain(&pace.line(began.elapsed())));
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:16} {line:.!} {wide_msg}") {
            bar.set_style(style.with_key("line", line).progress_chars("=> "));
        }
        if std::io::stderr().is_terminal() {
            bar.enable_steady_tick(TICK);
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self {
            bar,
            pace,
            began,
            told: Duration::ZERO,
            announced: false,
        }
    }

    fn pace(&self, change: impl FnOnce(&mut Pace, Duration)) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut pace, self.began.elapsed());
    }

    /// Where there is no line that is drawn again and again.
    fn tell(&mut self) {
        let now = self.began.elapsed();
        if !self.bar.is_hidden() || now < self.told + NOW_AND_THEN {
            return;
        }
        self.told = now;
        self.pace(|pace, now| say(&pace.sentence(now)));
    }
}

impl Listener for Progress {
    fn started(&mut self, plan: &Plan, case: usize) {
        let at = &plan.cases[case];
        let key = plan.interpreters[at.interpreter].key.to_string();
        self.pace(|pace, now| pace.started(case, &key, &at.variant_id, now));
        self.tell();
    }

    /// What takes long is said where there is no line, too.
    fn installing(&mut self, plan: &Plan, case: usize, text: &str) {
        let key = &plan.interpreters[plan.cases[case].interpreter].key;
        let text = format!("{key}: {text}");
        if !self.announced {
            self.announced = true;
            let once =
                "installing packages, once for each Python; --offline leaves out what needs them";
            self.bar.suspend(|| say(once));
        }
        if self.bar.is_hidden() {
            say(&text);
        }
        self.pace(|pace, _| pace.says(&text));
    }

    fn finished(&mut self, case: &CaseReport) {
        let is_bad = case.verdict.fails();
        let key = case.interpreter.to_string();
        self.pace(|pace, _| {
            pace.finished(&key, &case.case, is_bad);
            self.bar.set_position(pace.done() as u64);
        });
        self.tell();
    }

    fn closed(&mut self) {
        self.bar.finish_and_clear();
    }
}
