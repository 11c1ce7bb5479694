//! Single keys from the terminal, which is left as it was found, whatever ends the waiting.

use std::io::Write;
use std::pin::Pin;

use console::{Key, Term};
use tokio::sync::oneshot;

use crate::interrupt::shutdown_requested;
#[cfg(unix)]
use crate::interrupt::{Undo, on_sudden_end};

/// An answer of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyPress {
    /// A character.
    Key(char),
    /// A key without a character.
    Other,
    /// Nothing will come any more: Ctrl-D, or the terminal is gone.
    Closed,
    /// Ctrl-C, or a signal that asks to stop.
    Interrupted,
}

/// Asks for single keys.
pub(super) struct KeyPrompt {
    terminal: Term,
    /// One for all the waiting: a signal that comes between two keys would be lost.
    stop: Pin<Box<dyn Future<Output = ()>>>,
    /// Restores the modes of the terminal where nothing is dropped.
    #[cfg(unix)]
    _undo: Undo,
    #[cfg(unix)]
    modes: Option<rustix::termios::Termios>,
}

impl KeyPrompt {
    /// Remembers the modes of the terminal.
    pub(super) fn new() -> Self {
        #[cfg(unix)]
        let modes = rustix::termios::tcgetattr(std::io::stdin()).ok();
        Self {
            terminal: Term::stderr(),
            stop: Box::pin(shutdown_requested()),
            #[cfg(unix)]
            _undo: on_sudden_end({
                let modes = modes.clone();
                move || restore(modes.as_ref())
            }),
            #[cfg(unix)]
            modes,
        }
    }

    /// Prints a prompt, and waits for a key.
    pub(super) async fn ask_key(&mut self, prompt: &str) -> KeyPress {
        print_prompt(prompt);
        let (send, received) = oneshot::channel();
        let terminal = self.terminal.clone();
        // Not one of the runtime's threads: those are waited for at the end, and this one may read for ever.
        std::thread::spawn(move || send.send(terminal.read_key_raw()));
        tokio::select! {
            biased;
            () = &mut self.stop => KeyPress::Interrupted,
            read = received => match read {
                Ok(Ok(Key::CtrlC)) => KeyPress::Interrupted,
                // Ctrl-D, which is what ends input where keys are not read one by one.
                Ok(Ok(Key::Char('\u{4}')) | Err(_)) | Err(_) => KeyPress::Closed,
                Ok(Ok(Key::Char(key))) => KeyPress::Key(key),
                Ok(Ok(_)) => KeyPress::Other,
            },
        }
    }
}

impl Drop for KeyPrompt {
    /// After a signal the thread that reads has changed how the terminal is, and does not come to changing it back.
    fn drop(&mut self) {
        #[cfg(unix)]
        restore(self.modes.as_ref());
    }
}

/// Gives the terminal its modes back.
#[cfg(unix)]
fn restore(modes: Option<&rustix::termios::Termios>) {
    if let Some(modes) = modes {
        let now = rustix::termios::OptionalActions::Now;
        let _ = rustix::termios::tcsetattr(std::io::stdin(), now, modes);
    }
}

/// Prints on the terminal, which may be gone.
pub(super) fn print_prompt(text: &str) {
    let mut terminal = std::io::stderr();
    let _ = terminal
        .write_all(text.as_bytes())
        .and_then(|()| terminal.flush());
}
