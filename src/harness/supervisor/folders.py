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
        """In the shortest way; where the case changed something, Supervisor.clean_up finds what is left."""
        try:
            for path in self.folders:   # what leads elsewhere now must not be followed
                if not stat.S_ISDIR(os.lstat(path).st_mode):
                    raise OSError(errno.ENOTDIR, path)
            for path in self.files:
                os.unlink(path)
            for path in reversed(self.folders):
                os.rmdir(path)
        except OSError:
            pass


def make_root(name):
    """A private folder. modswap chose its name, to be able to remove it should a scenario end this process."""
    parent = os.environ.get("TMPDIR") or "/tmp"
    if not os.path.isdir(parent):       # it came from outside of the chroot or container that this runs in
        parent = "/tmp"
    path = os.path.join(os.path.realpath(parent), name)
    os.mkdir(path, 0o700)
    return path


def remove(path):
    """Also whatever a scenario removed itself."""
    if os.path.lexists(path):
        remove_tree(posix, path)


def identify(path):
    """Tells a file or folder from whatever may take its place; None where there is nothing."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mode, found.st_uid
