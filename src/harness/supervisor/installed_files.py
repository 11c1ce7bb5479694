"""The files of an installed set, by their sizes: whether it is still as it was published."""

import os

from ..shared.kept_code import make_digest

LIST = "modswap-files.txt"


def list_files(folder):
    """A line for each file: its size, and its path below the folder. Compiled files may come and go."""
    root, lines = folder if str is bytes else os.fsencode(folder), []
    for place, _, names in os.walk(root):
        for name in names:
            path = os.path.join(place, name)
            if not name.endswith(b".pyc"):
                lines.append(("%d " % os.lstat(path).st_size).encode("ascii") + path[len(root) + 1:])
    return b"\n".join(sorted(lines))


def write_list(folder):
    """Under its name when it is whole; to be read by who may, and done without by others."""
    lines, path = list_files(folder), os.path.join(folder, LIST)
    try:
        with open(path + ".new", "wb") as out:
            out.write(make_digest(lines).encode("ascii") + b"\n" + lines)
        os.rename(path + ".new", path)
    except (IOError, OSError):
        pass


def has_all_files(folder):
    """False where a file is missing, or has another size. A set without a list is an older one, and gets it."""
    path = os.path.join(folder, LIST)
    if not os.path.lexists(path):
        write_list(folder)
        return True
    try:
        with open(path, "rb") as kept:
            digest, _, lines = kept.read().partition(b"\n")
        if digest != make_digest(lines).encode("ascii"):
            return False
        root = folder if str is bytes else os.fsencode(folder)
        for line in lines.split(b"\n"):
            size, _, name = line.partition(b" ")
            if os.lstat(os.path.join(root, name)).st_size != int(size):
                return False
    except (IOError, OSError):
        return False
    return True
