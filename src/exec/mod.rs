//! Running a plan: workers, and who does what when. The only place, beside the probe, that starts processes.

mod answer;
mod channel;
mod compiled;
pub mod decode;
mod error;
mod marshal;
mod packages;
mod protocol;
mod scheduler;
mod worker;

pub(crate) use answer::read_answer;
pub use error::{StderrTail, WorkerError};
pub use packages::{Distribution, Installs, PackageOptions};
pub use scheduler::{Event, Isolation, Options, Outcome, execute};
