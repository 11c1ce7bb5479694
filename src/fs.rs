//! Files: written whole or not at all, and read only where they are files and end.

mod write;

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

pub(crate) use write::{GrowingFile, Readers, Target, check_writable, replace_file};

use crate::text::bytes;

/// The kinds of files that may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sources {
    /// Files, and links to them: a pipe would be waited for, and a device may never end.
    Files,
    /// Pipes as well, because the user named it: `/dev/stdin`, `<(command)`.
    FilesAndPipes,
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// When it cannot be read, is something else than a file, or is larger; the message says which.
pub(crate) fn read_file(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    read_source(path, Sources::Files, max)
}

/// Reads a file of UTF-8 of at most `max` bytes.
///
/// # Errors
/// As [`read_file`] does, and when it is something else than text.
pub(crate) fn read_text_file(path: &Path, max: u64) -> io::Result<String> {
    decode(read_file(path, max)?)
}

/// Returns bytes as text.
///
/// # Errors
/// When they are not UTF-8.
pub(crate) fn decode(bytes: Vec<u8>) -> io::Result<String> {
    let text = String::from_utf8(bytes);
    text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// Reads at most `max` bytes from what a path names.
///
/// # Errors
/// When it cannot be read, is none of these sources, or has more; the message says which.
pub(crate) fn read_source(path: &Path, sources: Sources, max: u64) -> io::Result<Vec<u8>> {
    let file = open_source(path, sources)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    if size > max {
        return Err(too_large(max));
    }
    read_limited(file, max)
}

/// Reads to the end of something that must not have more than `max` bytes.
///
/// # Errors
/// When it cannot be read, or has more.
pub(crate) fn read_limited(source: impl Read, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A file may grow, and what the system makes up on demand has no size.
    source.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(too_large(max));
    }
    Ok(bytes)
}

/// Reads the first bytes of a file: as many as wanted, or as there are.
///
/// # Errors
/// When it cannot be read, or is something else than a file.
pub(crate) fn read_start(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open_file(path)?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file to read it.
///
/// # Errors
/// When it cannot be opened, or is something else than a file.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    open_source(path, Sources::Files)
}

fn open_source(path: &Path, sources: Sources) -> io::Result<File> {
    // Asked before, because opening alone makes some devices do something, and waits at a pipe.
    refuse_kind(fs::metadata(path)?.file_type(), sources)?;
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    if sources == Sources::Files {
        // It may have become a pipe since.
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    }
    let file = options.open(path)?;
    refuse_kind(file.metadata()?.file_type(), sources)?;
    Ok(file)
}

/// Refuses what is none of these sources.
fn refuse_kind(kind: FileType, sources: Sources) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    let what = match (kind.is_dir(), is_pipe(kind)) {
        (true, _) => "a folder",
        (_, true) if sources == Sources::FilesAndPipes => return Ok(()),
        (_, true) => "a pipe or socket",
        _ => "a device",
    };
    let expected = match sources {
        Sources::Files => "a file",
        Sources::FilesAndPipes => "a file or a pipe",
    };
    let error = if kind.is_dir() {
        io::ErrorKind::IsADirectory
    } else {
        io::ErrorKind::InvalidInput
    };
    Err(io::Error::new(
        error,
        format!("it is {what}; expected {expected}"),
    ))
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_fifo() || kind.is_socket()
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

fn too_large(max: u64) -> io::Error {
    let message = format!("it is larger than {}, the most that is read", bytes(max));
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_limit_is_read_and_a_larger_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_file(&path, 5).unwrap(), b"12345");
        let error = read_file(&path, 4).unwrap_err().to_string();
        assert_eq!(error, "it is larger than 4 bytes, the most that is read");
        assert!(read_limited(io::repeat(0), 1 << 20).is_err());
        assert_eq!(read_start(&path, 2).unwrap(), b"12");
        let error = read_file(folder.path(), 5).unwrap_err().to_string();
        assert_eq!(error, "it is a folder; expected a file");
    }

    #[cfg(unix)]
    #[test]
    fn only_files_and_links_to_them_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(pipe.unwrap().success());
        let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        for (name, target) in [
            ("link", at("file")),
            ("zero", "/dev/zero".into()),
            ("loop", at("loop")),
        ] {
            std::os::unix::fs::symlink(target, at(name)).unwrap();
        }
        assert_eq!(read_text_file(&at("link"), 9).unwrap(), "text");
        for (name, said) in [
            ("pipe", "it is a pipe or socket; expected a file"),
            ("socket", "it is a pipe or socket; expected a file"),
            ("zero", "it is a device; expected a file"),
        ] {
            for error in [
                read_file(&at(name), 9).unwrap_err(),
                open_file(&at(name)).unwrap_err(),
            ] {
                assert_eq!(error.to_string(), said);
            }
        }
        assert!(read_file(&at("loop"), 9).is_err());
        let said = read_source(&at("zero"), Sources::FilesAndPipes, 9).unwrap_err();
        assert_eq!(
            said.to_string(),
            "it is a device; expected a file or a pipe"
        );
        let writer = std::thread::spawn({
            let pipe = at("pipe");
            move || fs::write(pipe, "piped")
        });
        let piped = read_source(&at("pipe"), Sources::FilesAndPipes, 9).unwrap();
        assert_eq!(piped, b"piped");
        writer.join().unwrap().unwrap();
    }
}
