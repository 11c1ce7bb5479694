//! Installing Pythons, which uv does: `uv python install`. What it installs, discovery finds.

use std::process::Stdio;

use super::environment::Environment;
use super::request::PythonRequest;
use crate::process::{self, Heir};
use crate::text::joined;

/// Why Pythons were not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// uv is not on `PATH`.
    #[error(
        "not here: {versions}; `uv`, which would install it, is not on PATH: <https://docs.astral.sh/uv/getting-started/installation/>, then \
         `uv python install {versions}`"
    )]
    NoUv {
        /// The versions, separated by spaces.
        versions: String,
    },
    /// uv does not start, or fails; it has said why.
    #[error("`uv python install {versions}` {reason}")]
    Failed {
        /// The versions, separated by spaces.
        versions: String,
        /// The error of the system, or how it ended.
        reason: String,
    },
}

/// Has uv install versions. What it says goes to standard error.
///
/// # Errors
/// When there is no uv, or it fails.
pub async fn install(
    requests: &[&PythonRequest],
    environment: &Environment,
) -> Result<(), InstallError> {
    let versions = joined(requests, " ");
    let path = environment.variable("PATH");
    let found = which::which_in("uv", path, &environment.working_directory);
    let Ok(uv) = found else {
        return Err(InstallError::NoUv { versions });
    };
    let failed = |reason: String| InstallError::Failed {
        versions: versions.clone(),
        reason,
    };
    let words = [
        uv.to_string_lossy().into_owned(),
        "python".to_owned(),
        "install".to_owned(),
    ];
    let words = words
        .into_iter()
        .chain(requests.iter().map(ToString::to_string));
    let words: Vec<String> = words.collect();
    let folder = &environment.working_directory;
    let started = process::command(&words, folder, Stdio::null()).and_then(|mut command| {
        command.stdout(Stdio::null()).stderr(Stdio::inherit());
        process::start(command, Heir::Us)
    });
    let mut group = started.map_err(|error| failed(format!("does not start: {error}")))?;
    match group.wait_for_leader().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("failed: {status}"))),
        Err(error) => Err(failed(format!("failed: {error}"))),
    }
}
