//! Variables of the environment that are defaults of options: `MODSWAP_JOBS` is `--jobs`.

use clap::{Arg, ArgAction, CommandFactory as _};

use super::{Origin, Setting};
use crate::cli::arguments::Cli;
use crate::cli::{Failure, is_on, usage, variable};
use crate::text::shell_word;

/// Options of `run` that have none: they are about one moment.
const NONE: [&str; 3] = ["help", "version", "watch"];

/// The variable of an option: `MODSWAP_PROBE_TIMEOUT` of `probe-timeout`.
pub(super) fn name_of(option: &str) -> String {
    format!("MODSWAP_{}", option.to_uppercase().replace('-', "_"))
}

/// The options that have a variable: those of `modswap run`, of all commands among them.
pub(super) fn options(run: &clap::Command) -> impl Iterator<Item = &Arg> {
    let options = run.get_arguments().filter(|option| !option.is_hide_set());
    options.filter(|option| option.get_long().is_some_and(|long| !NONE.contains(&long)))
}

/// Reads all that are set. An empty one is not.
///
/// # Errors
/// When a value is none of the option's.
pub(super) fn read(run: &clap::Command) -> Result<Vec<Setting>, Failure> {
    let mut settings = Vec::new();
    for option in options(run) {
        let long = option.get_long().unwrap_or_default();
        let name = name_of(long);
        if let Some(values) = read_one(&name, option.get_action())? {
            check(long, &name, option, &values)?;
            settings.push(Setting {
                option: long.to_owned(),
                values,
                origin: Origin::Variable(name),
            });
        }
    }
    let name = name_of("scenarios");
    if let Some(values) = read_one(&name, &ArgAction::Append)? {
        settings.push(Setting {
            option: "scenarios".to_owned(),
            values,
            origin: Origin::Variable(name),
        });
    }
    Ok(settings)
}

/// Reads the words of a variable: one, or several where the option may be repeated, with blanks between them and quotes as in a shell.
fn read_one(name: &str, action: &ArgAction) -> Result<Option<Vec<String>>, Failure> {
    let Some(value) = variable(name) else {
        return Ok(None);
    };
    let Some(text) = value.to_str() else {
        return Err(Failure::usage(format!("`{name}` is not UTF-8")));
    };
    let words = match action {
        ArgAction::SetTrue => vec![is_on(name).to_string()],
        ArgAction::Count => vec![
            text.parse::<u8>()
                .unwrap_or_else(|_| is_on(name).into())
                .to_string(),
        ],
        ArgAction::Append => shlex::split(text)
            .ok_or_else(|| Failure::usage(format!("`{name}={text}`: a quote is not closed")))?,
        _ => vec![text.to_owned()],
    };
    Ok((!words.is_empty()).then_some(words))
}

/// Checks the words by what the option says of them.
fn check(long: &str, name: &str, option: &Arg, values: &[String]) -> Result<(), Failure> {
    if !option.get_action().takes_values() {
        return Ok(());
    }
    for value in values {
        let words = ["modswap", "run", &format!("--{long}={value}")].map(str::to_owned);
        if let Err(error) = Cli::command().try_get_matches_from(words) {
            let said = usage::describe(&error, "see `modswap run --help`");
            let option = format!("`--{long} {value}`");
            let variable = format!("`{name}={}`", shell_word(value));
            return Err(Failure::usage(said.replacen(&option, &variable, 1)));
        }
    }
    Ok(())
}
