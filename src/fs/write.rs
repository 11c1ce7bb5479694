//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use crate::interrupt::{Undo, hold_off, on_sudden_end};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 18;
/// How many links may lead to a file, as on Linux.
const MAX_LINKS: usize = 40;

/// The users who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Those who may read what was there before; else whom the user lets read new files.
    All,
    /// The user alone: it is a cache or a state of theirs.
    User,
}

/// Writes a file and the folders above it. It gets its name when it is whole and on the disk: whatever fails before leaves what was
/// there, and nobody ever reads half of it. Where the system can, it has no name until then, so that not even a kill leaves one.
///
/// # Errors
/// When a folder or the file cannot be written, or `write` fails.
pub(crate) fn replace_file(
    path: &Path,
    readers: Readers,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let old = match readers {
        Readers::All => fs::metadata(path).ok().map(|old| old.permissions()),
        Readers::User => None,
    };
    let mut file = create_unnamed(folder, readers)?;
    let mut buffered = BufWriter::with_capacity(BUFFER, &mut file);
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    keep_permissions(&file, old.as_ref())?;
    file.sync_all()?;
    let _uncut = hold_off();
    let named = tempfile::Builder::new()
        .prefix(".modswap-")
        .make_in(folder, |name| {
            if link(&file, name)? {
                return Ok(());
            }
            copy(&mut file, name, readers, old.as_ref())
        })?;
    named.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Creates a file without a name in a folder.
fn create_unnamed(folder: &Path, readers: Readers) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let created = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .mode(mode(readers))
            .custom_flags(libc::O_TMPFILE)
            .open(folder);
        match created.as_ref().map_err(io::Error::raw_os_error) {
            // Some file systems and old kernels know no such files.
            Err(Some(libc::EOPNOTSUPP | libc::EISDIR | libc::EINVAL)) => {}
            _ => return created,
        }
    }
    let _ = readers;
    // It loses its name at once.
    tempfile::tempfile_in(folder)
}

/// The permissions of a new file, of which the user's umask takes some away.
#[cfg(unix)]
fn mode(readers: Readers) -> u32 {
    match readers {
        Readers::All => 0o666,
        Readers::User => 0o600,
    }
}

/// Gives a file the permissions of the one that it replaces. On Windows they come from the folder.
fn keep_permissions(file: &File, old: Option<&fs::Permissions>) -> io::Result<()> {
    match old {
        Some(old) if cfg!(unix) => file.set_permissions(old.clone()),
        _ => Ok(()),
    }
}

/// Gives a file that has no name one. False where the system cannot.
#[cfg(target_os = "linux")]
fn link(file: &File, name: &Path) -> io::Result<bool> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    match linkat(CWD, open, CWD, name, AtFlags::SYMLINK_FOLLOW) {
        Err(error) if error == rustix::io::Errno::EXIST => Err(error.into()),
        linked => Ok(linked.is_ok()),
    }
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps)]
fn link(_: &File, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Copies a file to a new one.
fn copy(
    file: &mut File,
    name: &Path,
    readers: Readers,
    old: Option<&fs::Permissions>,
) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode(readers));
    #[cfg(not(unix))]
    let _ = readers;
    let mut copy = options.open(name)?;
    let copied = keep_permissions(&copy, old)
        .and_then(|()| file.rewind())
        .and_then(|()| io::copy(file, &mut copy))
        .and_then(|_| copy.sync_all());
    copied.inspect_err(|_| {
        let _ = fs::remove_file(name);
    })
}

/// The place where something is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file, or nothing yet; with the links that led there followed, because what replaces a link would not be where it leads.
    File(PathBuf),
    /// A pipe or a device, which is written as it is.
    Stream(PathBuf),
}

/// Finds what is at a path, without changing anything, and whether it can be written.
///
/// # Errors
/// When it cannot be: it is a folder, or in a folder where no file can be made.
pub(crate) fn check_writable(path: &Path) -> io::Result<Target> {
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(data) if !data.is_file() => return Ok(Target::Stream(path.to_owned())),
        _ => {}
    }
    let file = follow_links(path)?;
    // Folders above it are made when it is written.
    let mut folder = folder_of(&file);
    while matches!(fs::symlink_metadata(folder), Err(error) if error.kind() == io::ErrorKind::NotFound)
    {
        folder = folder_of(folder);
    }
    create_unnamed(folder, Readers::User)?;
    Ok(Target::File(file))
}

/// Follows links by which a file may be known, also where it is not there yet.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links lead to it"))
}

/// A file that grows for others to see: beside its name, with `.part` behind, until it is whole.
pub(crate) struct GrowingFile {
    path: PathBuf,
    part: PathBuf,
    file: File,
    _undo: Undo,
}

impl GrowingFile {
    /// Creates it, and the folders above it. One that was left by a process that was killed goes.
    ///
    /// # Errors
    /// When a folder or the file cannot be written.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder_of(path))?;
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = File::create_new(&part)?;
        let gone = part.clone();
        Ok(Self {
            path: path.to_owned(),
            file,
            part,
            _undo: on_sudden_end(move || {
                let _ = fs::remove_file(gone);
            }),
        })
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// When it cannot be written to the disk or renamed.
    pub(crate) fn finish(self) -> io::Result<()> {
        let old = fs::metadata(&self.path).ok().map(|old| old.permissions());
        keep_permissions(&self.file, old.as_ref())?;
        self.file.sync_all()?;
        fs::rename(&self.part, &self.path)
    }

    /// Takes it away: it cannot become whole.
    pub(crate) fn discard(self) {
        let _ = fs::remove_file(&self.part);
    }
}

impl Write for GrowingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_what_was_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/file");
        replace_file(&path, Readers::All, |file| file.write_all(b"old")).unwrap();
        let failed = replace_file(&path, Readers::All, |file| {
            file.write_all(b"half")?;
            let left = fs::read_dir(folder.path().join("below")).unwrap();
            // Without a name there is nothing for a kill to leave.
            assert!(left.count() == 1 || !cfg!(target_os = "linux"));
            Err(io::Error::other("no more"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let left = fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(left.count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn readers_are_those_of_before_those_of_new_files_or_the_user() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let [new, path] = ["new", "file"].map(|name| folder.path().join(name));
        File::create(&new).unwrap();
        for (readers, expected) in [(Readers::All, mode(&new)), (Readers::User, 0o600)] {
            let _ = fs::remove_file(&path);
            replace_file(&path, readers, |_| Ok(())).unwrap();
            assert_eq!(mode(&path), expected);
            // Where files without a name cannot be named, they are copied.
            let copied = folder.path().join("copy");
            let mut unnamed = tempfile::tempfile().unwrap();
            unnamed.write_all(b"text").unwrap();
            copy(&mut unnamed, &copied, readers, None).unwrap();
            assert_eq!(
                (mode(&copied), &*fs::read(&copied).unwrap()),
                (expected, &b"text"[..])
            );
            fs::remove_file(copied).unwrap();
        }
        replace_file(&path, Readers::All, |_| Ok(())).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_to_be_written_is_found_without_a_change() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "old").unwrap();
        symlink("file", at("link")).unwrap();
        symlink("not/there", at("dangling")).unwrap();
        symlink("/dev/null", at("null")).unwrap();
        symlink("loop", at("loop")).unwrap();
        for (name, found) in [
            ("file", Some(Target::File(at("file")))),
            ("link", Some(Target::File(at("file")))),
            ("dangling", Some(Target::File(at("not/there")))),
            ("new/below", Some(Target::File(at("new/below")))),
            ("null", Some(Target::Stream(at("null")))),
            ("loop", None),
            (".", None),
            ("file/below", None),
        ] {
            assert_eq!(check_writable(&at(name)).ok(), found, "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }
}
