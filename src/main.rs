//! Run, exit code.

fn main() -> std::process::ExitCode {
    modswap::cli::main().into()
}
