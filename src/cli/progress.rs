//! A line on a terminal; elsewhere a line now and then.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval_at};

use super::progress_state::ProgressState;
use super::{is_quiet, pager, warn_user};
use crate::plan::Plan;
use crate::record::{CaseReport, VariantId};
use crate::runner::observer::RunObserver;
use crate::vet::PARAMETERS;

/// How often the line is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(200);
/// How often a log gets a line. Runs that are over sooner get none.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Shown on standard error while cases run.
pub(super) struct Progress {
    bar: ProgressBar,
    /// How cases are called.
    name: fn(&VariantId) -> String,
    state: SharedState,
    /// Writes lines where none is drawn.
    log: Option<JoinHandle<()>>,
}

/// The state, which is drawn also while nothing happens, and when the run began.
#[derive(Clone)]
struct SharedState {
    state: Arc<Mutex<ProgressState>>,
    began: Instant,
}

impl SharedState {
    fn new() -> Self {
        Self {
            state: Arc::default(),
            began: Instant::now(),
        }
    }

    fn lock(&self) -> (MutexGuard<'_, ProgressState>, Duration) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state, self.began.elapsed())
    }
}

impl Progress {
    pub(super) fn new(may_draw: bool, name: fn(&VariantId) -> String) -> Self {
        // One of none would be a full bar.
        let bar = ProgressBar::new(1);
        let state = SharedState::new();
        let drawn = state.clone();
        // Asked for at each tick: ages go on while nothing happens.
        let line = move |_: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
            let (state, now) = drawn.lock();
            let _ = out.write_str(&pager::to_plain(&state.render_line(now)));
        };
        if let Ok(style) = ProgressStyle::with_template("{bar:16} {line:.!} {wide_msg}") {
            bar.set_style(style.with_key("line", line).progress_chars("=> "));
        }
        let mut log = None;
        if is_quiet() || !may_draw || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            log = (!is_quiet()).then(|| tokio::spawn(log_progress(state.clone(), warn_user)));
        } else {
            bar.enable_steady_tick(TICK);
        }
        Self {
            bar,
            name,
            state,
            log,
        }
    }

    fn update(&self, change: impl FnOnce(&mut ProgressState, Duration)) {
        let (mut state, now) = self.state.lock();
        change(&mut state, now);
    }
}

/// Writes how far it is, at the end of each interval.
async fn log_progress(state: SharedState, write: impl Fn(&str)) {
    let mut ends = interval_at(state.began + LOG_INTERVAL, LOG_INTERVAL);
    loop {
        ends.tick().await;
        let sentence = {
            let (state, now) = state.lock();
            state.render_sentence(now)
        };
        write(&sentence);
    }
}

/// The name of a case of `modswap vet`: its check and its choice, without what is the same for all.
pub(super) fn name_check(id: &VariantId) -> String {
    let check = id.scenario().rsplit('/').next().unwrap_or_default();
    let check = check.replace('-', " ");
    let mut own = id.pairs().filter(|(key, _)| !PARAMETERS.contains(key));
    match own.next() {
        Some((_, choice)) if choice.starts_with('-') => format!("{check}, {choice}"),
        Some((_, choice)) => format!("{check}, {}", choice.replace('_', " ")),
        None => check,
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.closed();
    }
}

impl RunObserver for Progress {
    fn warned(&mut self, warning: &str) {
        self.bar.suspend(|| warn_user(warning));
    }

    fn planned(&mut self, plan: &Plan) {
        self.bar.set_length(plan.cases.len() as u64);
        self.update(|state, _| state.total = Some(plan.cases.len()));
    }

    fn started(&mut self, plan: &Plan, case: usize) {
        let at = &plan.cases[case];
        let key = plan.interpreters[at.interpreter].key.to_string();
        let name = (self.name)(&at.variant_id);
        self.update(|state, now| state.start_case(case, &key, &name, now));
    }

    fn installing(&mut self, _plan: &Plan, case: usize, text: &str) {
        self.update(|state, _| state.say_what_it_does(case, text));
    }

    fn finished(&mut self, case: &CaseReport) {
        let is_bad = case.verdict.fails();
        let key = case.interpreter.to_string();
        let name = (self.name)(&case.case);
        self.update(|state, _| {
            state.finish_case(&key, &name, is_bad);
            self.bar.set_position(state.done as u64);
        });
    }

    fn closed(&mut self) {
        if let Some(log) = self.log.take() {
            log.abort();
        }
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Time stands still but for `sleep`.
    #[tokio::test(start_paused = true)]
    async fn a_log_gets_a_line_every_ten_seconds_and_a_short_run_none() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&lines);
        let state = SharedState::new();
        state.lock().0.total = Some(3);
        state.lock().0.start_case(0, "3.13.0", "a", Duration::ZERO);
        let log = log_progress(state, move |line| {
            written.lock().unwrap().push(line.to_owned());
        });
        let log = tokio::spawn(log);
        for (seconds, expected) in [(9, 0), (2, 1), (8, 1), (2, 2), (30, 5)] {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            let lines = lines.lock().unwrap();
            assert_eq!(lines.len(), expected, "{lines:?}");
        }
        log.abort();
        assert_eq!(
            lines.lock().unwrap()[0],
            "0 of 3 cases; still running: 3.13.0 a 10 s"
        );
    }
}
