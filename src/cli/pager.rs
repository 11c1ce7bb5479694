//! Text for people on standard output: in ASCII if that is wanted, through a pager if it is long.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use super::arguments::Common;
use super::{Failure, github, is_on, print_data, warn_user};
use crate::interrupt::InFront;
#[cfg(unix)]
use crate::interrupt::on_sudden_end;
use crate::text::ascii;

/// True if what is printed is to be ASCII only. Everything that prints asks, and some of it knows no options.
static ASCII: AtomicBool = AtomicBool::new(false);
/// True if long text may go through a pager.
static PAGED: AtomicBool = AtomicBool::new(false);

/// Stores the options, before anything is printed.
pub(super) fn configure(common: &Common) {
    ASCII.store(common.ascii, Ordering::Relaxed);
    PAGED.store(!common.no_pager, Ordering::Relaxed);
}

/// Prints everything at once from now on.
pub(super) fn leave_out() {
    PAGED.store(false, Ordering::Relaxed);
}

/// Converts text to ASCII where `--ascii` asks for it.
pub(super) fn to_plain(text: &str) -> Cow<'_, str> {
    if ASCII.load(Ordering::Relaxed) {
        ascii(text).into()
    } else {
        text.into()
    }
}

/// Prints text for people, through a pager where it is long.
///
/// # Errors
/// When it cannot be written; that a reader went away is none.
pub(super) fn print_paged(text: &str) -> Result<(), Failure> {
    let text = to_plain(text);
    let text = github::neutralize(&text);
    if let Some(pager) = choose_pager(&text) {
        match run_pager(&pager, &text) {
            Ok(()) => return Ok(()),
            Err(error) => warn_user(&format!("{}: cannot be started: {error}", pager[0])),
        }
    }
    print_data(&text)
}

/// Chooses a command that shows long text a screen at a time, if the text is to go through one: a person looks at it, it has more lines than the terminal, and nothing says otherwise.
fn choose_pager(text: &str) -> Option<Vec<String>> {
    let is_read = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let is_dumb = std::env::var_os("TERM").is_none_or(|value| value == "dumb");
    if !is_read || is_dumb || is_on("CI") || !PAGED.load(Ordering::Relaxed) {
        return None;
    }
    let (rows, columns) = console::Term::stdout().size();
    (count_lines(text, usize::from(columns)) >= usize::from(rows)).then_some(())?;
    // As git does it: a variable of our own, that of everybody, or what is most often there.
    let named = |name| std::env::var(name).ok();
    let wanted = named("MODSWAP_PAGER").or_else(|| named("PAGER"));
    let wanted = wanted.unwrap_or_else(|| "less".to_owned());
    let words = shlex::split(&wanted)?;
    (!words.is_empty() && words[0] != "cat").then_some(words)
}

/// Counts the lines of a terminal that the text takes.
fn count_lines(text: &str, columns: usize) -> usize {
    let long = |line: &str| {
        console::measure_text_width(line)
            .div_ceil(columns.max(1))
            .max(1)
    };
    text.lines().map(long).sum()
}

/// Shows the text in a pager, and waits until the user leaves. Leaving early is no error.
fn run_pager(words: &[String], text: &str) -> std::io::Result<()> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::piped());
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let mut pager: Child = command.spawn()?;
    // Ctrl-C in a pager stops its search or its reading; whether it ends is its own business, and we end with it.
    let _in_front = InFront::new();
    // Where somebody else ends us, it ends with us, and leaves the terminal as it was.
    #[cfg(unix)]
    let _undo = {
        let pid = rustix::process::Pid::from_child(&pager);
        on_sudden_end(move || {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        })
    };
    if let Some(mut input) = pager.stdin.take() {
        // It may be left before all is read.
        let _ = input.write_all(text.as_bytes());
    }
    pager.wait().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_terminal() {
        assert_eq!(count_lines("a\nb\n\nc", 80), 4);
        assert_eq!(count_lines(&"a".repeat(161), 80), 3);
        assert_eq!(count_lines("\x1b[1mab\x1b[0m", 2), 1);
        assert_eq!(count_lines("日本", 2), 2);
    }
}
