//! How far a run is, in a line: what runs, how much is done, how fast, and what is slow.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::text::plural;
use crate::text::visible;

/// How long a case may run before it is named.
const SLOW_AFTER: Duration = Duration::from_secs(2);
/// Slow cases that are named.
const MAX_SLOW_NAMED: usize = 3;
/// How long it must have gone on before a rate means something.
const MIN_RATE_TIME: Duration = Duration::from_millis(500);

/// The progress of a run. Times are those since it began.
#[derive(Debug, Default)]
pub(super) struct ProgressState {
    /// How many cases there are, once that is known.
    pub(super) total: Option<usize>,
    /// How many of them are over.
    pub(super) done: usize,
    failed: usize,
    /// The cases that run now, by their index in the plan.
    running: BTreeMap<usize, RunningCase>,
    /// The last thing that happened.
    last: String,
}

#[derive(Debug)]
struct RunningCase {
    name: String,
    since: Duration,
    /// Done for it before it runs: packages are installed.
    doing: Option<String>,
}

/// Said before it is known what runs.
const SEARCH: &str = "looking for Pythons";

impl ProgressState {
    /// A case starts.
    pub(super) fn start_case(&mut self, case: usize, interpreter: &str, id: &str, now: Duration) {
        let name = format!("{interpreter} {}", visible(id));
        self.last.clone_from(&name);
        let case_running = RunningCase {
            name,
            since: now,
            doing: None,
        };
        self.running.insert(case, case_running);
    }

    /// Something is done for a case that may take long.
    pub(super) fn say_what_it_does(&mut self, case: usize, text: &str) {
        if let Some(running) = self.running.get_mut(&case) {
            let text = visible(text);
            self.last = format!("{}: {text}", running.name);
            running.doing = Some(text);
        }
    }

    /// A case is over.
    pub(super) fn finish_case(&mut self, interpreter: &str, id: &str, is_bad: bool) {
        self.done += 1;
        self.failed += usize::from(is_bad);
        let name = format!("{interpreter} {}", visible(id));
        self.running.retain(|_, running| running.name != name);
    }

    /// For a terminal: `1200/3930 210/s 2! 3.13.0 swap/copy`, and what is slow by name.
    pub(super) fn render_line(&self, now: Duration) -> String {
        let Some(total) = self.total else {
            return SEARCH.to_owned();
        };
        let mut line = format!("{}/{total}", self.done);
        if let Some(rate) = self.render_rate(now) {
            let _ = write!(line, " {rate}/s");
        }
        if self.failed > 0 {
            let _ = write!(line, " {}!", self.failed);
        }
        let slow = self.render_slow(now);
        if slow.is_empty() {
            let _ = write!(line, " {}", self.last);
        } else {
            let _ = write!(line, " slow: {slow}");
        }
        line
    }

    /// For a log: `1200 of 3930 cases, 210/s, 2 failed`, and what is slow by name.
    pub(super) fn render_sentence(&self, now: Duration) -> String {
        let Some(total) = self.total else {
            return SEARCH.to_owned();
        };
        let mut line = format!("{} of {}", self.done, plural(total, "case"));
        if let Some(rate) = self.render_rate(now) {
            let _ = write!(line, ", {rate}/s");
        }
        if self.failed > 0 {
            let _ = write!(line, ", {} failed", self.failed);
        }
        let slow = self.render_slow(now);
        if !slow.is_empty() {
            let _ = write!(line, "; still running: {slow}");
        }
        line
    }

    fn render_rate(&self, now: Duration) -> Option<String> {
        if now < MIN_RATE_TIME || self.done == 0 {
            return None;
        }
        let done = u32::try_from(self.done).unwrap_or(u32::MAX);
        let rate = f64::from(done) / now.as_secs_f64();
        Some(if rate < 10.0 {
            format!("{rate:.1}")
        } else {
            format!("{rate:.0}")
        })
    }

    /// Names and ages, the slowest first.
    fn render_slow(&self, now: Duration) -> String {
        let age = |case: &RunningCase| now.saturating_sub(case.since);
        let running = self.running.values();
        let mut slow: Vec<_> = running
            .map(|case| (case, age(case)))
            .filter(|(_, age)| *age >= SLOW_AFTER)
            .collect();
        slow.sort_by_key(|(_, age)| std::cmp::Reverse(*age));
        let shown = slow.iter().take(MAX_SLOW_NAMED);
        let shown = shown.map(|(case, age)| {
            let doing = case.doing.as_deref();
            let doing = doing.map_or(String::new(), |doing| format!(" ({doing})"));
            format!("{} {} s{doing}", case.name, age.as_secs())
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        let at = Duration::from_secs;
        let mut state = ProgressState {
            total: Some(30),
            ..ProgressState::default()
        };
        state.start_case(0, "3.13.0", "swap/a", at(0));
        assert_eq!(state.render_line(at(0)), "0/30 3.13.0 swap/a");
        state.finish_case("3.13.0", "swap/a", false);
        state.start_case(1, "3.9.18", "swap/\x1b[31mb", at(1));
        state.start_case(2, "2.7.18", "swap/c", at(3));
        state.finish_case("2.7.18", "swap/c", true);
        assert_eq!(state.render_line(at(2)), "2/30 1.0/s 1! 2.7.18 swap/c");
        assert_eq!(
            state.render_line(at(4)),
            "2/30 0.5/s 1! slow: 3.9.18 swap/\u{fffd}[31mb 3 s"
        );
        assert_eq!(
            state.render_sentence(at(4)),
            "2 of 30 cases, 0.5/s, 1 failed; still running: 3.9.18 swap/\u{fffd}[31mb 3 s"
        );
        state.say_what_it_does(1, "six: installing with uv");
        let said = "3.9.18 swap/\u{fffd}[31mb";
        assert_eq!(
            state.render_line(at(2)),
            format!("2/30 1.0/s 1! {said}: six: installing with uv")
        );
        assert_eq!(
            state.render_sentence(at(4)),
            format!(
                "2 of 30 cases, 0.5/s, 1 failed; still running: {said} 3 s (six: installing with uv)"
            )
        );
        assert_eq!(state.done, 2);
        let nothing_known = ProgressState::default();
        assert_eq!(nothing_known.render_line(at(2)), "looking for Pythons");
    }
}
