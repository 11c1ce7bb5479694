//! Who is told what happens during a run.

use crate::plan::Plan;
use crate::record::{CaseReport, RunReport};

/// Hears of a run as it goes on, in the order in which things happen. Numbers are places in the plan's list of cases.
pub(crate) trait Listener {
    /// The Pythons are found, and this is going to run.
    fn planned(&mut self, _plan: &Plan) {}
    /// A case starts.
    fn started(&mut self, _plan: &Plan, _case: usize) {}
    /// What a case requires is being installed; in words.
    fn installing(&mut self, _plan: &Plan, _case: usize, _text: &str) {}
    /// A case is over and judged.
    fn finished(&mut self, _case: &CaseReport) {}
    /// Nothing runs any more; whatever is drawn goes.
    fn closed(&mut self) {}
    /// The report is whole.
    fn reported(&mut self, _report: &RunReport) {}
}
