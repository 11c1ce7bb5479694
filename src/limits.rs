//! Limits of the system: how much may be open at once, and what to do where one is reached.

use std::fmt;
use std::io;

/// How many files a process must be able to have open for a worker to run in it: those of cases have high numbers.
pub(crate) const MIN_OPEN_FILES: u64 = 256;
/// The same for this program alone.
pub(crate) const MIN_OWN_FILES: u64 = 32;
/// Files that are open beside those of children, and those of a child, with some to spare.
const OWN_FILES: u64 = 64;
const FILES_PER_CHILD: u64 = 8;
/// Threads beside one for each processor: those of tokio, and for what blocks.
const MORE_THREADS: usize = 8;
const MIN_STACK: usize = 1 << 16;

/// How many files this process may have open (`ulimit -n`).
#[cfg(unix)]
pub(crate) fn max_open_files() -> u64 {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
pub(crate) fn max_open_files() -> u64 {
    u64::MAX
}

/// How many children with pipes this process can have at once, at least one.
pub(crate) fn max_children() -> usize {
    let children = max_open_files().saturating_sub(OWN_FILES) / FILES_PER_CHILD;
    usize::try_from(children.max(1)).unwrap_or(usize::MAX)
}

/// Checks that as many threads can be started as this program has: what starts them panics where it cannot.
///
/// # Errors
/// When the system starts no more.
pub(crate) fn check_threads() -> io::Result<()> {
    let count = std::thread::available_parallelism().map_or(1, usize::from) + MORE_THREADS;
    let (end, wait) = std::sync::mpsc::channel::<()>();
    let wait = &std::sync::Mutex::new(wait);
    std::thread::scope(|scope| {
        let started = (0..count).try_for_each(|_| {
            let builder = std::thread::Builder::new().stack_size(MIN_STACK);
            let until_all_are_there = move || {
                let wait = wait.lock();
                drop(wait.map(|wait| wait.recv()));
            };
            builder.spawn_scoped(scope, until_all_are_there).map(|_| ())
        });
        drop(end);
        started
    })
}

/// An error of the system in its own words, and the way out where it is a limit.
pub(crate) struct Explained<'a>(pub(crate) &'a io::Error);

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        find_way_out(self.0).map_or(Ok(()), |way| write!(f, "; {way}"))
    }
}

/// Returns the way out where an error is a limit.
#[cfg(unix)]
fn find_way_out(error: &io::Error) -> Option<&'static str> {
    Some(match error.raw_os_error()? {
        libc::EMFILE | libc::ENFILE => "raise `ulimit -n`, or lower `--jobs`",
        libc::EAGAIN => "raise `ulimit -u`, or lower `--jobs`",
        libc::ENOMEM => "raise `ulimit -v`, or lower `--jobs`",
        libc::EFBIG => "raise `ulimit -f`",
        libc::ENOSPC | libc::EDQUOT | libc::EROFS => {
            "TMPDIR and MODSWAP_CACHE_DIR name folders elsewhere"
        }
        _ => return None,
    })
}

#[cfg(not(unix))]
fn find_way_out(_: &io::Error) -> Option<&'static str> {
    None
}

/// Makes a file that may not grow any further (`ulimit -f`) an error of who writes it, not the end of the process. What we start is
/// not told: a handler, other than an ignored signal, is not inherited.
#[cfg(unix)]
#[allow(unsafe_code)]
pub(crate) fn outlive_full_files() {
    extern "C" fn do_nothing(_: libc::c_int) {}
    let handler: extern "C" fn(libc::c_int) = do_nothing;
    // SAFETY: the handler touches nothing.
    unsafe {
        libc::signal(libc::SIGXFSZ, handler as libc::sighandler_t);
    }
}

#[cfg(not(unix))]
pub(crate) fn outlive_full_files() {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_named_with_the_way_out() {
        let said = |number| Explained(&io::Error::from_raw_os_error(number)).to_string();
        assert_eq!(
            said(libc::EMFILE),
            "Too many open files (os error 24); raise `ulimit -n`, or lower `--jobs`"
        );
        assert_eq!(said(libc::ENOENT), "No such file or directory (os error 2)");
    }
}
