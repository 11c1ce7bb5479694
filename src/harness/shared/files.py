"""Files below a private folder, by the module `posix` alone: where the recorder runs, `os` may not have been imported."""

from .base import to_bytes

FIXTURE_MTIME = 1000000000              # seconds since the epoch: when all fixture files were made, as far as anyone can see
FILE_TYPE, DIRECTORY = 0o170000, 0o040000   # S_IFMT and S_IFDIR


def is_directory(posix, path):
    return posix.lstat(path).st_mode & FILE_TYPE == DIRECTORY


def write_file(posix, path, data):
    descriptor = posix.open(path, posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC, 0o666)
    while data:
        data = data[posix.write(descriptor, data):]
    posix.close(descriptor)


def read_file(posix, path):
    descriptor, parts = posix.open(path, posix.O_RDONLY), [b""]
    while len(parts) < 2 or parts[-1]:
        parts.append(posix.read(descriptor, 65536))
    posix.close(descriptor)
    return b"".join(parts)


def set_mtime(posix, path, seconds):
    posix.utime(path, (seconds, seconds))


def write_fixtures(posix, root, fixtures):
    """Makes the folder `root` with the fixtures in it, all of one time. Returns its folders, outermost first, and its files.

    fixtures: pairs of a path below the root and its content as bytes, or None for a folder.
    """
    root = to_bytes(root)               # in bytes, whatever this process was told about its locale
    folders, files = [], []

    def make_folder(path):
        if path not in folders:
            if path != root:
                make_folder(path.rpartition(b"/")[0])
            posix.mkdir(path)
            folders.append(path)

    make_folder(root)
    for name, data in fixtures:
        path = root + b"/" + to_bytes(name)
        make_folder(path if data is None else path.rpartition(b"/")[0])
        if data is not None:
            files.append(path)
            write_file(posix, path, data)
    for path in files + folders:
        set_mtime(posix, path, FIXTURE_MTIME)
    return folders, files


def remove_tree(posix, path):
    """Removes a file, or a folder with all below it, also where a scenario made folders unreadable. Follows no link.

    Folders are moved up until they are empty: neither how deep they are nor how long their paths have become matters.
    """
    if not is_directory(posix, path):
        posix.unlink(path)
        return
    to_name = str if isinstance(path, str) else to_bytes
    slash = to_name("/")
    posix.chmod(path, 0o700)
    names, moved = posix.listdir(path), 0
    while names:
        taken = set(names)
        for name in names:
            child = path + slash + name
            if not is_directory(posix, child):
                posix.unlink(child)
                continue
            posix.chmod(child, 0o700)
            for inner in posix.listdir(child):
                inner = child + slash + inner
                if not is_directory(posix, inner):
                    posix.unlink(inner)
                    continue
                posix.chmod(inner, 0o700)   # or it cannot be moved
                moved += 1
                while to_name("%d" % moved) in taken:
                    moved += 1
                posix.rename(inner, path + slash + to_name("%d" % moved))
            posix.rmdir(child)
        names = posix.listdir(path)
    posix.rmdir(path)
