//! Running a plan: workers, and who does what when. The only place, beside the probe, that starts processes.

mod process;
mod scheduler;
mod worker;

pub use scheduler::{Event, Isolation, Options, Outcome, execute};
pub use worker::WorkerError;
