//! `--github`: what a runner of GitHub Actions makes of the log, and GitHub of the summary. A small runner and a parser of
//! GitHub's Markdown stand in for them.
#![allow(unreachable_pub, reason = "the parts of a test are no library")]

mod log;
mod page;
pub mod reports;
#[cfg(unix)]
mod run;
pub mod runner;

/// What `run.rs` tests.
#[cfg(windows)]
#[test]
#[ignore = "runs cases, which needs fork and POSIX pipes"]
fn the_real_binary() {}
