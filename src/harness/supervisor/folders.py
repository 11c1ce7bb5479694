"""The private folder of a worker, and those of its cases."""

import errno
import os
import posix
import stat

from ..shared.files import remove_tree, write_fixtures


class CaseFolder(object):
    """The modules of one case, written before its first step and removed after its last process."""

    def __init__(self, root, number, fixtures):
        self.path = os.path.join(root, "case-%d" % number)
        self.folders, self.files = write_fixtures(posix, self.path, fixtures)

    def remove(self):
        """In the shortest way, or, where the case changed something, in the safest."""
        try:
            for path in self.folders:   # what leads elsewhere now must not be followed
                if not stat.S_ISDIR(os.lstat(path).st_mode):
                    raise OSError(errno.ENOTDIR, path)
            for path in self.files:
                os.unlink(path)
            for path in reversed(self.folders):
                os.rmdir(path)
        except OSError:
            remove(self.path)


def make_root(name):
    """A private folder. modswap chose its name, to be able to remove it should a scenario end this process."""
    parent = os.environ.get("TMPDIR") or "/tmp"
    if not os.path.isdir(parent):       # it came from outside of the chroot or container that this runs in
        parent = "/tmp"
    path = os.path.join(os.path.realpath(parent), name)
    os.mkdir(path, 0o700)
    return path


def make_empty(path):
    """Makes it an empty folder, whatever a case made of it."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            if mode & 0o777 != 0o700:
                os.chmod(path, 0o700)
            if not os.listdir(path):
                return
    except OSError:
        pass                            # it is not there
    remove(path)
    os.mkdir(path, 0o700)


def remove(path):
    """Also whatever a scenario removed itself."""
    if os.path.lexists(path):
        remove_tree(posix, path)


def is_fifo(path):
    try:
        return stat.S_ISFIFO(os.lstat(path).st_mode)
    except OSError:
        return False
