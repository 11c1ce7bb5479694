//! Wrong arguments, in one form: what is wrong, and the word that was probably meant.

use std::error::Error as _;
use std::num::ParseIntError;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::arguments::Cli;
use super::{Exit, warn_user};
use crate::text::{did_you_mean, short};
use crate::yaml::diagnostics::printable;
use crate::yaml::suggest::one_of;

/// The most characters of a value that are shown.
const MAX_VALUE: usize = 200;

/// Says what is wrong with the arguments, or prints the help that they ask for, and ends.
pub(super) fn refuse_arguments(error: &clap::Error) -> ! {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        error.exit();
    }
    warn_user(&describe(error, &see_help()));
    std::process::exit(i32::from(Exit::Usage as u8));
}

/// The way out where no word is near: the help of the command that was typed.
fn see_help() -> String {
    let cli = Cli::command();
    let mut words = std::env::args_os().skip(1);
    let typed = words.find_map(|word| Some(cli.find_subcommand(word)?.get_name()));
    match typed {
        Some(command) => format!("see `modswap {command} --help`"),
        None => "see `modswap --help`".to_owned(),
    }
}

/// Says what is wrong, as a sentence with its way out.
pub(super) fn describe(error: &clap::Error, see_help: &str) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let near = |kind| Some(format!("did you mean `{}`?", text(kind)?));
    let cli = Cli::command();
    let commands = || cli.get_subcommands().map(clap::Command::get_name);
    // `--format <FORMAT>` is an option, and `<PATH|ID>...` an argument.
    let name = |kind| {
        let whole = text(kind)?;
        let option = whole.split(' ').next().unwrap_or_default();
        let name = if option.starts_with('-') {
            option
        } else {
            &whole
        };
        Some(name.trim_matches(['<', '>', '.', '[', ']']).to_owned())
    };
    let argument = name(ContextKind::InvalidArg).unwrap_or_default();
    // It may be anything.
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let value = printable(&short(&value, MAX_VALUE));
    let (what, way_out) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            let is_scenario = word.contains('/') || std::path::Path::new(&word).exists();
            let run = is_scenario.then(|| format!("to run scenarios: `modswap run {word}`"));
            (
                format!("no command `{word}`"),
                run.or_else(|| did_you_mean(&word, commands())),
            )
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            let hint = match error.get(ContextKind::Suggested) {
                Some(ContextValue::StyledStrs(hints)) => hints.first().map(ToString::to_string),
                _ => None,
            };
            // That it could be a value after `--` helps nobody.
            let hint = hint.filter(|hint| !hint.starts_with("to pass "));
            (
                format!("no option `{argument}`"),
                near(ContextKind::SuggestedArg).or(hint),
            )
        }
        ErrorKind::UnknownArgument => (format!("`{argument}` is one word too many"), None),
        ErrorKind::InvalidValue => {
            let known = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(known)) => &known[..],
                _ => &[],
            };
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let expected = (!known.is_empty()).then(|| format!("expected {}", one_of(&known)));
            if value.is_empty() {
                (format!("`{argument}` needs a value"), expected)
            } else {
                let near = did_you_mean(&value, known.iter().copied());
                (
                    format!("`{argument} {value}`: no such value"),
                    near.or(expected),
                )
            }
        }
        ErrorKind::ValueValidation => {
            let reason = match error.source() {
                // "invalid digit found in string"
                Some(source) if source.is::<ParseIntError>() => "expected a number".to_owned(),
                source => source.map_or_else(String::new, ToString::to_string),
            };
            return format!("`{argument} {value}`: {reason}");
        }
        ErrorKind::TooManyValues => (format!("`{argument}` takes no value"), None),
        ErrorKind::MissingRequiredArgument => (format!("`{argument}` is missing"), None),
        ErrorKind::ArgumentConflict => match name(ContextKind::PriorArg) {
            Some(other) if other == argument => (format!("`{argument}` is there twice"), None),
            Some(other) => (
                format!("`{argument}` and `{other}` exclude each other"),
                None,
            ),
            None => (format!("`{argument}` excludes another option"), None),
        },
        _ => {
            let whole = error.render().to_string();
            let first = whole.split("\n\n").next().unwrap_or_default();
            let first = first.trim_start_matches("error: ").trim_end();
            (first.to_owned(), None)
        }
    };
    format!("{what}; {}", way_out.unwrap_or_else(|| see_help.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn each_wrong_word_is_named_with_the_one_that_was_meant() {
        let see = "see `modswap --help`";
        for (words, expected) in [
            ("rnu", "no command `rnu`; did you mean `run`?"),
            (
                "swap/none",
                "no command `swap/none`; to run scenarios: `modswap run swap/none`",
            ),
            (
                "frobnicate",
                "no command `frobnicate`; see `modswap --help`",
            ),
            (
                "run --ofline",
                "no option `--ofline`; did you mean `--offline`?",
            ),
            ("run --xyzzy", "no option `--xyzzy`; see `modswap --help`"),
            ("check -x", "no option `-x`; see `modswap --help`"),
            (
                "show a --scenarios b",
                "no option `--scenarios`; name the folder before the id, as for `modswap run`",
            ),
            ("new a b", "`b` is one word too many; see `modswap --help`"),
            (
                "run --format jsn",
                "`--format jsn`: no such value; did you mean `json`?",
            ),
            (
                "check --format yes",
                "`--format yes`: no such value; expected `table` or `json`",
            ),
            (
                "run --color",
                "`--color` needs a value; expected `auto`, `always` or `never`",
            ),
            (
                "run --python",
                "`--python` needs a value; see `modswap --help`",
            ),
            (
                "run --timeout soon",
                "`--timeout soon`: `soon` is not a duration; expected a whole number and a unit: `500ms`, `10s` or `1m`",
            ),
            ("run --jobs 0", "`--jobs 0`: 0 is not in 1..=1024"),
            (
                "run --set package",
                "`--set package`: expected NAME=VALUE, such as package=numpy",
            ),
            (
                "run --set a=\u{1b}[31m\nb",
                "`--set a=\u{fffd}[31m\u{fffd}b`: a value is a part of the id of its variant, so it is one word without blanks",
            ),
            ("show", "`PATH|ID` is missing; see `modswap --help`"),
            (
                "run --packages --offline",
                "`--packages` and `--offline` exclude each other; see `modswap --help`",
            ),
            (
                "run --jobs 1 --jobs 2",
                "`--jobs` is there twice; see `modswap --help`",
            ),
            (
                "run --quiet=yes",
                "`--quiet` takes no value; see `modswap --help`",
            ),
        ] {
            let words = std::iter::once("modswap").chain(words.split(' '));
            let error = Cli::try_parse_from(words).unwrap_err();
            assert_eq!(describe(&error, see), expected, "{error}");
        }
    }
}
