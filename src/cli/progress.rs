//! A line on a terminal; elsewhere a line now and then.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::progress_state::ProgressState;
use super::{pager, warn_user};
use crate::plan::Plan;
use crate::record::CaseReport;
use crate::runner::observer::RunObserver;

/// How often the line is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(200);
/// How often a log gets a line. Runs that are over sooner get none.
const LOG_INTERVAL: Duration = Duration::from_secs(15);

/// Shown on standard error while cases run.
pub(super) struct Progress {
    bar: ProgressBar,
    state: Arc<Mutex<ProgressState>>,
    began: Instant,
    /// Time since the beginning at which a log got its last line.
    last_line: Duration,
    /// True if the user was told that packages are installed, and how to prevent it.
    announced: bool,
}

impl Progress {
    pub(super) fn new(may_draw: bool) -> Self {
        let bar = ProgressBar::new(0);
        let state = Arc::new(Mutex::new(ProgressState::default()));
        let began = Instant::now();
        let drawn = Arc::clone(&state);
        // Asked for at each tick: ages go on while nothing happens.
        let line = move |_: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
            let state = drawn.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = out.write_str(&pager::to_plain(&state.render_line(began.elapsed())));
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:16} {line:.!} {wide_msg}") {
            bar.set_style(style.with_key("line", line).progress_chars("=> "));
        }
        if may_draw && std::io::stderr().is_terminal() {
            bar.enable_steady_tick(TICK);
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self {
            bar,
            state,
            began,
            last_line: Duration::ZERO,
            announced: false,
        }
    }

    fn update(&self, change: impl FnOnce(&mut ProgressState, Duration)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state, self.began.elapsed());
    }

    /// Writes a line now and then where none is drawn.
    fn log_progress(&mut self) {
        let now = self.began.elapsed();
        if !self.bar.is_hidden() || now < self.last_line + LOG_INTERVAL {
            return;
        }
        self.last_line = now;
        self.update(|state, now| warn_user(&state.render_sentence(now)));
    }
}

impl RunObserver for Progress {
    fn warned(&mut self, warning: &str) {
        self.bar.suspend(|| warn_user(warning));
    }

    fn planned(&mut self, plan: &Plan) {
        self.bar.set_length(plan.cases.len() as u64);
        self.update(|state, _| state.total = plan.cases.len());
    }

    fn started(&mut self, plan: &Plan, case: usize) {
        let at = &plan.cases[case];
        let key = plan.interpreters[at.interpreter].key.to_string();
        self.update(|state, now| state.start_case(case, &key, &at.variant_id, now));
        self.log_progress();
    }

    /// Says what takes long, also where no line is drawn.
    fn installing(&mut self, plan: &Plan, case: usize, text: &str) {
        let key = &plan.interpreters[plan.cases[case].interpreter].key;
        let text = format!("{key}: {text}");
        if !self.announced {
            self.announced = true;
            let once =
                "installing packages, once for each Python; --offline leaves out what needs them";
            self.bar.suspend(|| warn_user(once));
        }
        if self.bar.is_hidden() {
            warn_user(&text);
        }
        self.update(|state, _| state.set_message(&text));
    }

    fn finished(&mut self, case: &CaseReport) {
        let is_bad = case.verdict.fails();
        let key = case.interpreter.to_string();
        self.update(|state, _| {
            state.finish_case(&key, &case.case, is_bad);
            self.bar.set_position(state.done as u64);
        });
        self.log_progress();
    }

    fn closed(&mut self) {
        self.bar.finish_and_clear();
    }
}
