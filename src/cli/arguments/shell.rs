//! Commands about the shell: completions and manual pages.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `modswap completions`
#[derive(Args, Clone, Copy, Debug)]
#[command(after_help = COMPLETIONS_HELP)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(in crate::cli) shell: Shell,
}

const COMPLETIONS_HELP: &str = "\
Where it belongs:
  bash        ~/.bashrc:  source <(modswap completions bash)
  zsh         ~/.zshrc, after compinit:  source <(modswap completions zsh)
  fish        modswap completions fish > ~/.config/fish/completions/modswap.fish
  powershell  $PROFILE:  modswap completions powershell | Out-String | Invoke-Expression";

/// A shell that completes words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

/// `modswap man`
#[derive(Args, Clone, Debug)]
pub struct ManArguments {
    /// The folder; it need not be there
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
}
