//! The manners of the binary.
#![cfg(unix)]

mod ends;
mod look;
mod words;

use std::process::Output;

use crate::harness::Workspace;

/// A run on the newest Python, and the code it must end with.
fn run_newest(workspace: &Workspace, more: &[&str], code: i32) -> Output {
    workspace.run_newest(code, more)
}
