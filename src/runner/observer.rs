//! Observers of a run.

use crate::plan::Plan;
use crate::record::{CaseReport, RunReport};

/// Hears of a run as it goes on, in the order in which things happen. Cases are named by their index in [`Plan::cases`].
pub trait RunObserver {
    /// Something is worth a word to the user, and ends nothing.
    fn warned(&mut self, _warning: &str) {}
    /// The Pythons are found, and this is going to run.
    fn planned(&mut self, _plan: &Plan) {}
    /// A case starts.
    fn started(&mut self, _plan: &Plan, _case: usize) {}
    /// Packages that a case requires are being installed; the text names them.
    fn installing(&mut self, _plan: &Plan, _case: usize, _text: &str) {}
    /// A case will be skipped, because packages that it requires are not installed yet, and may not be.
    fn left_out(&mut self, _plan: &Plan, _case: usize) {}
    /// A case is over and judged.
    fn finished(&mut self, _case: &CaseReport) {}
    /// Nothing runs any more; whatever is drawn goes.
    fn closed(&mut self) {}
    /// The report is complete.
    fn reported(&mut self, _report: &RunReport) {}
}

/// Passes a warning to every observer.
pub(super) fn warn(observers: &mut [Box<dyn RunObserver>], warning: &str) {
    for observer in observers {
        observer.warned(warning);
    }
}
