//! Requests to stop: Ctrl-C, `kill`, a terminal that closes. They are heard from the start of the process to its end.
//!
//! The first is a request to whoever listens ([`shutdown_requested`]). Where nobody does, or not soon, and at the second one, the
//! process ends at once, after what [`on_sudden_end`] was given. What was ignored when the process started stays ignored, as
//! `nohup` and shells that start something in the background expect.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

/// The exit code of a process that was asked to stop.
pub(crate) const EXIT_CODE: u8 = 130;
/// How long a listener may take to hear. One that does not waits for something else, which may never come: a reader, say.
const HEARING_LIMIT: Duration = Duration::from_secs(5);

/// How many pairs of descriptors must be free.
#[cfg(unix)]
const SPARE_PAIRS: usize = 6;

/// The state that decides what a request does.
struct State {
    requested: watch::Sender<bool>,
    was_heard: bool,
    listeners: usize,
    /// How many programs have the terminal for themselves.
    in_front: usize,
    undo: BTreeMap<u64, Box<dyn FnOnce() + Send>>,
    next: u64,
}

static STATE: LazyLock<Mutex<State>> = LazyLock::new(|| {
    Mutex::new(State {
        requested: watch::Sender::new(false),
        was_heard: false,
        listeners: 0,
        in_front: 0,
        undo: BTreeMap::new(),
        next: 0,
    })
});

/// Held while something must not be cut in two, not even by a sudden end.
static UNCUT: Mutex<()> = Mutex::new(());

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hears requests from now on. Further calls do nothing.
pub(crate) fn listen_to_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (ready, is_ready) = mpsc::channel();
        let builder = thread::Builder::new().name("signals".to_owned());
        // Without a thread, requests end the process as they end any other.
        if builder.spawn(move || follow_signals(&ready)).is_ok() {
            let _ = is_ready.recv();
        }
    });
}

/// A thread of its own, because all others may be waiting for something.
fn follow_signals(ready: &mpsc::Sender<()>) {
    // Where hardly a file can be opened the libraries below panic, and whoever checks the limits says so.
    #[cfg(unix)]
    if (0..SPARE_PAIRS)
        .map(|_| std::os::unix::net::UnixStream::pair())
        .collect::<Result<Vec<_>, _>>()
        .is_err()
    {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    let Ok(runtime) = runtime else { return };
    #[cfg(unix)]
    runtime.block_on(async {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        // Before anything is registered, which changes the answer. A handler is set all the same: what we start does not begin
        // with an ignored signal, which cases could see.
        let ignored = kinds.map(is_ignored);
        let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = kinds.map(signal) else {
            return;
        };
        let _ = ready.send(());
        loop {
            let at = tokio::select! {
                _ = interrupt.recv() => 0,
                _ = terminate.recv() => 1,
                _ = hangup.recv() => 2,
            };
            if !ignored[at] {
                handle(at == 0);
            }
        }
    });
    #[cfg(not(unix))]
    runtime.block_on(async {
        let _ = ready.send(());
        while tokio::signal::ctrl_c().await.is_ok() {
            handle(true);
        }
    });
}

/// True if whoever started us wants a signal ignored.
#[cfg(unix)]
#[allow(unsafe_code)]
fn is_ignored(kind: tokio::signal::unix::SignalKind) -> bool {
    // SAFETY: all zeros is a valid `sigaction`, and without a new action sigaction(2) only writes the old one.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let asked = libc::sigaction(kind.as_raw_value(), std::ptr::null(), &raw mut action);
        asked == 0 && action.sa_sigaction == libc::SIG_IGN
    }
}

/// Handles a request. Ctrl-C is left to a program that has the terminal for itself.
fn handle(is_ctrl_c: bool) {
    let mut state = state();
    if is_ctrl_c && state.in_front > 0 {
        return;
    }
    let is_first = !state.requested.send_replace(true);
    if !is_first || state.listeners == 0 {
        drop(state);
        end_suddenly();
    }
    state.was_heard = false;
    drop(state);
    // Where no thread can be started, the second request is left.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(HEARING_LIMIT);
        if !self::state().was_heard {
            end_suddenly();
        }
    });
}

/// Ends the process now. Workers go when their channels close.
fn end_suddenly() -> ! {
    let undo = std::mem::take(&mut state().undo);
    for action in undo.into_values().rev() {
        action();
    }
    let _uncut = hold_off();
    std::process::exit(EXIT_CODE.into())
}

/// Holds off a sudden end while the value lives: for moments, not for what may wait.
pub(crate) fn hold_off() -> MutexGuard<'static, ()> {
    UNCUT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Completes when somebody asks us to stop. Whoever holds it listens, from now on, and awaits it soon or is over soon: a request that is
/// not heard within seconds ends the process.
pub(crate) fn shutdown_requested() -> impl Future<Output = ()> + use<> {
    listen_to_signals();
    let listener = Listener::new();
    async move {
        let mut requested = listener.0.clone();
        // The sender is never dropped.
        let _ = requested.wait_for(|requested| *requested).await;
        state().was_heard = true;
    }
}

/// One who listens, while it lives.
struct Listener(watch::Receiver<bool>);

impl Listener {
    fn new() -> Self {
        let mut state = state();
        state.listeners += 1;
        Self(state.requested.subscribe())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        state().listeners -= 1;
    }
}

/// Leaves Ctrl-C to a program that has the terminal for itself, while the value lives.
pub(crate) struct InFront(());

impl InFront {
    pub(crate) fn new() -> Self {
        state().in_front += 1;
        Self(())
    }
}

impl Drop for InFront {
    fn drop(&mut self) {
        state().in_front -= 1;
    }
}

/// An action of a sudden end, unless this is dropped before.
#[derive(Debug)]
pub(crate) struct Undo(u64);

/// Has something done when the process ends suddenly, where nothing is dropped. It must not wait.
pub(crate) fn on_sudden_end(action: impl FnOnce() + Send + 'static) -> Undo {
    let mut state = state();
    let id = state.next;
    state.next += 1;
    state.undo.insert(id, Box::new(action));
    Undo(id)
}

impl Drop for Undo {
    fn drop(&mut self) {
        state().undo.remove(&self.0);
    }
}
