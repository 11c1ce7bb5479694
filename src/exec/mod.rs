//! Running a plan: workers, and who does what when. The only place, beside the probe, that starts processes.

mod compiled;
pub mod decode;
mod error;
mod packages;
mod process;
mod scheduler;
mod worker;

pub use error::{Said, WorkerError};
pub use packages::{Distribution, PackageOptions};
pub use scheduler::{Event, Isolation, Options, Outcome, execute};
