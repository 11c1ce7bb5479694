//! Parse, run, exit code.

use clap::Parser;
use modswap::cli::{self, Cli};

fn main() -> std::process::ExitCode {
    cli::main(Cli::parse()).into()
}
