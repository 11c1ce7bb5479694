//! `modswap completions`, and the answers to what the scripts ask when a key is pressed.
//!
//! A script calls the program with `_MODSWAP_COMPLETE` set to the shell's name. Whatever goes wrong then is silence: a line that is
//! being typed is no place for a message.

mod bash;
mod candidates;
mod scenarios;
mod values;

use std::ffi::{OsStr, OsString};
use std::io::Write as _;

use clap::{CommandFactory as _, ValueEnum};
use clap_complete::engine;
use clap_complete::env::{EnvCompleter, Fish, Powershell, Zsh};

use super::arguments::{Cli, CompletionsArguments, Shell};
use super::{Exit, Failure, configuration, print_data};

/// The variable by which a script asks.
const VARIABLE: &str = "_MODSWAP_COMPLETE";
/// The command that the scripts call, and complete: never a path that was typed, behind which anybody's program may be.
const NAME: &str = "modswap";

/// Prints the script of a shell.
pub(super) fn run(arguments: CompletionsArguments) -> Result<Exit, Failure> {
    let Some(completer) = completer_of(arguments.shell) else {
        return print_data(bash::SCRIPT).map(|()| Exit::Success);
    };
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, NAME, NAME, NAME, &mut script)
        .map_err(|error| Failure::new(Exit::Fault, error))?;
    print_data(&String::from_utf8_lossy(&script)).map(|()| Exit::Success)
}

/// The adapter of the crate; none for bash, which has one of ours.
fn completer_of(shell: Shell) -> Option<&'static dyn EnvCompleter> {
    match shell {
        Shell::Bash => None,
        Shell::Zsh => Some(&Zsh),
        Shell::Fish => Some(&Fish),
        Shell::Powershell => Some(&Powershell),
    }
}

/// Answers a script, if one asks.
pub(super) fn answer() -> Option<Exit> {
    let name = super::variable(VARIABLE)?;
    let Ok(shell) = Shell::from_str(&name.to_string_lossy(), false) else {
        return Some(Exit::Usage);
    };
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let answer = complete(shell, words.collect()).unwrap_or_default();
    // Nobody may be there to read it.
    let _ = std::io::stdout().lock().write_all(&answer);
    Some(Exit::Success)
}

/// Completes the words of a command, the last of which is at the cursor.
fn complete(shell: Shell, words: Vec<OsString>) -> Option<Vec<u8>> {
    let folder = std::env::current_dir().ok();
    if let Some(completer) = completer_of(shell) {
        let mut command = completing_command(&words);
        let mut answer = Vec::new();
        let written = completer.write_complete(&mut command, words, folder.as_deref(), &mut answer);
        return written.ok().map(|()| answer);
    }
    let [line, at_cursor] = &words[..] else {
        return None;
    };
    let line = bash::Line::parse(line.to_str()?, at_cursor.to_str()?);
    let words: Vec<OsString> = line.words.iter().map(OsString::from).collect();
    let mut command = completing_command(&words);
    let last = words.len() - 1;
    let candidates = engine::complete(&mut command, words, last, folder.as_deref()).ok()?;
    Some(line.render(&candidates).into_bytes())
}

/// The command with what completes the values of its arguments.
fn completing_command(words: &[OsString]) -> clap::Command {
    let wants_options = words
        .last()
        .is_some_and(|word| word.as_encoded_bytes().starts_with(b"-"));
    // What is wrong with settings is for a command to say.
    if let Ok(settings) = configuration::load(true) {
        configuration::keep_scenarios(&settings);
    }
    let typed = words.iter().filter_map(|word| word.to_str());
    let typed: Vec<String> = typed.map(str::to_owned).collect();
    equip(Cli::command(), &typed, wants_options)
}

/// Gives each argument its completer. Options are shown when nothing else fits, unless they are asked for.
fn equip(command: clap::Command, typed: &[String], wants_options: bool) -> clap::Command {
    let command = command.mut_args(|argument| {
        let is_option = argument.get_long().is_some();
        let argument = match candidates::completer(&argument, typed) {
            Some(completer) => argument.add(completer),
            None => argument,
        };
        if is_option && !wants_options {
            argument.hide(true)
        } else {
            argument
        }
    });
    command.mut_subcommands(|command| equip(command, typed, wants_options))
}

/// A word that is being typed, if it is text.
fn as_text(word: &OsStr) -> &str {
    word.to_str().unwrap_or_default()
}
