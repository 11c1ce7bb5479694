//! The command line: what can be typed, and one short file per command that wires the rooms together.

mod accept;
mod arguments;
mod bisect;
mod cache;
mod changes;
mod check;
mod completions;
mod config;
mod configuration;
mod corpus;
mod diff;
mod events;
mod exit;
mod export;
mod github;
#[cfg(test)]
mod junit_tests;
mod left_out;
mod list;
mod man;
mod merge;
mod new;
mod outputs;
mod pager;
mod pages_folder;
mod progress;
mod progress_state;
mod prompt;
mod prune;
mod pythons;
mod report;
mod results;
mod review;
mod run;
mod run_scenarios;
mod script;
mod show;
mod state;
mod try_script;
mod usage;
mod vet;
mod watch;

pub use arguments::{Cli, Command};
pub use configuration::option_variables;
pub use exit::{Exit, Failure};

use std::ffi::OsString;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::folders::Distrust;
use crate::interrupt::listen_to_signals;
use crate::limits::{
    Explained, MIN_OPEN_FILES, MIN_OWN_FILES, check_threads, max_open_files, outlive_full_files,
};
use crate::python::environment::Environment;
use crate::report::terminal::explain::render_explanation;
use crate::report::terminal::show::render_scenario;
use crate::report::terminal::style::{DEFAULT_LINES, Style};
use crate::scenario;
use crate::text::{visible, visible_json};
use arguments::{Common, When};

/// How long what still runs at the end may take to be dropped.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

/// Runs the command that was typed.
pub fn main() -> Exit {
    if let Some(exit) = completions::answer() {
        return exit;
    }
    // First of all: whoever asks to stop is heard at any time.
    listen_to_signals();
    let cli = match configuration::parse_arguments() {
        Ok(cli) => cli,
        Err(failure) => return report_failure(&failure),
    };
    pager::configure(&cli.common);
    QUIET.store(cli.common.quiet, Ordering::Relaxed);
    start_tracing(cli.common.verbose);
    let command = cli.command.unwrap_or_default();
    outlive_full_files();
    if let Err(failure) = check_limits(&command) {
        return report_failure(&failure);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return report_failure(&Failure::new(
                Exit::Fault,
                format!("cannot start: {}", Explained(&error)),
            ));
        }
    };
    if command.starts_pythons()
        && let Some(distrust) = Environment::current().distrust
    {
        warn_of_distrust("cache", &distrust, "MODSWAP_CACHE_DIR");
    }
    let result = runtime.block_on(async {
        match command {
            Command::Run(arguments) => run::run(arguments, &cli.common).await,
            Command::Show(arguments) => show::run(arguments, &cli.common, render_scenario).await,
            Command::Explain(arguments) => {
                show::run(arguments, &cli.common, render_explanation).await
            }
            Command::Try(arguments) => try_script::run(arguments, &cli.common).await,
            Command::Vet(arguments) => vet::run(arguments, &cli.common).await,
            Command::Changes(arguments) => changes::run(&arguments, &cli.common),
            Command::Diff(arguments) => diff::run(&arguments, &cli.common),
            Command::Review(arguments) => review::run(&arguments, &cli.common).await,
            Command::Accept(arguments) => accept::run(&arguments),
            Command::Prune(arguments) => prune::run(&arguments),
            Command::Bisect(arguments) => bisect::run(arguments, &cli.common).await,
            Command::Merge(arguments) => merge::run(&arguments, &cli.common),
            Command::Report(arguments) => report::run(&arguments, &cli.common),
            Command::Script(arguments) => script::run(&arguments),
            Command::List(arguments) => list::run(&arguments, &cli.common),
            Command::Check(arguments) => check::run(&arguments),
            Command::New(arguments) => new::run(&arguments),
            Command::Export(arguments) => export::run(&arguments),
            Command::Schema => {
                print_data(&format!("{:#}\n", scenario::schema())).map(|()| Exit::Success)
            }
            Command::Cache(arguments) => cache::run(arguments.command),
            Command::Config(arguments) => config::run(arguments),
            Command::Completions(arguments) => completions::run(arguments),
            Command::Man(arguments) => man::run(&arguments),
            Command::Pythons(arguments) => pythons::run(&arguments, &cli.common).await,
        }
    });
    // What still runs is dropped, and with it the processes that it started. Anything blocked (a read from a pipe, say) must
    // not keep us.
    runtime.shutdown_timeout(SHUTDOWN_LIMIT);
    result.unwrap_or_else(|failure| report_failure(&failure))
}

fn report_failure(failure: &Failure) -> Exit {
    warn_user(failure.text.trim_end());
    failure.exit
}

/// True if nothing but results, warnings and errors is wanted.
static QUIET: AtomicBool = AtomicBool::new(false);

fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Says what is good to know, unless `--quiet` asks for less.
fn tell_user(text: &str) {
    if !is_quiet() {
        warn_user(text);
    }
}

/// Talk for standard error, which may quote anything. Nobody may be there to read it.
fn warn_user(text: &str) {
    let text = visible(text);
    let _ = writeln!(github::StderrWriter, "modswap: {}", pager::to_plain(&text));
}

/// Checks what must be there before anything is done: what cannot be opened would look as if it were not there.
fn check_limits(command: &Command) -> Result<(), Failure> {
    let (who, needed) = if command.starts_pythons() {
        ("Pythons need", MIN_OPEN_FILES)
    } else {
        ("this needs", MIN_OWN_FILES)
    };
    let refused = |text| Err(Failure::new(Exit::Fault, text));
    let open = max_open_files();
    if open < needed {
        return refused(format!(
            "{open} files may be open at once, and {who} {needed}: raise `ulimit -n`"
        ));
    }
    check_threads().or_else(|error| refused(format!("cannot start: {}", Explained(&error))))
}

/// Says why a folder of the user's is not used, and what to do about it.
fn warn_of_distrust(what: &str, distrust: &Distrust, variable: &str) {
    warn_user(&format!(
        "no {what} is used: {distrust}; give it to yourself alone, or let {variable} name another folder{}",
        if distrust.is_sudo() {
            " (`sudo -H` sets root's own)"
        } else {
            ""
        }
    ));
}

/// Data for standard output. A reader that went away (`| head`) is no error; a full disk is.
fn print_data(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Fault,
            format!("cannot write the results: {error}"),
        )),
        _ => Ok(()),
    }
}

/// JSON for standard output, which may be a terminal.
fn print_json(json: &str) -> Result<(), Failure> {
    print_data(&visible_json(json))
}

/// The value of a variable of the environment that is set to something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// True if a variable is set to what means yes: to something, and not to a word for no.
fn is_on(name: &str) -> bool {
    let no = ["0", "n", "no", "f", "false", "off"];
    variable(name).is_some_and(|value| !no.iter().any(|word| value.eq_ignore_ascii_case(word)))
}

/// The style that standard output can show.
fn stdout_style(common: &Common) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let is_dumb = variable("TERM").is_some_and(|value| value == "dumb");
    let forced = is_on("CLICOLOR_FORCE");
    let colour = match common.color {
        When::Always => true,
        When::Never => false,
        When::Auto => (terminal && !is_dumb || forced) && variable("NO_COLOR").is_none(),
    };
    Style {
        width: stdout_width(),
        colour,
        links: !common.ascii && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        all: false,
        hints: !is_quiet(),
        lines: stdout_lines(),
    }
}

/// The columns of standard output: those of the terminal, else of `COLUMNS`.
fn stdout_width() -> u16 {
    let measured = std::io::stdout()
        .is_terminal()
        .then(|| comfy_table::Table::new().width())
        .flatten();
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    measured.or(columns).unwrap_or(80).max(40)
}

/// The lines of the terminal that standard output is, or of a usual one.
fn stdout_lines() -> u16 {
    let size = console::Term::stdout().size_checked();
    size.map_or(DEFAULT_LINES, |(lines, _)| lines)
}

fn start_tracing(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "modswap=info",
        2 => "modswap=debug",
        _ => "trace",
    };
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("MODSWAP_LOG").unwrap_or_else(|_| level.into());
    let colour = std::io::stderr().is_terminal();
    let layer = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| github::StderrWriter)
        .with_ansi(colour);
    // Fails only where a subscriber is there already, as in tests within one process.
    let _ = layer.try_init();
}
