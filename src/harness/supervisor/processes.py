"""Processes and their groups: waiting for what they write, ending them and whatever they left behind."""

import errno
import os
import select
import sys

from .start import signal


def wait_readable(descriptors, seconds):
    """Returns those that can be read, or are at their end, once one is or the time is up.

    Not asked of select.select: when a signal outlasts the timeout, it returns its lists as they were (bpo-35310: 3.5, 3.6.0 to
    3.6.7, 3.7.0, 3.7.1).
    """
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    try:
        return [descriptor for descriptor, _ in poll.poll(int(seconds * 1000 + 0.999))]
    except select.error:                # an OSError from 3.3 on
        if sys.exc_info()[1].args[0] != errno.EINTR:
            raise
        return []                       # before PEP 475 (3.5)


def set_nonblocking(descriptor):
    import fcntl
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_NONBLOCK)


def kill(pid, send=os.kill):
    try:
        send(pid, signal.SIGKILL)
    except OSError:
        pass                            # already over


def kill_group(leader):
    """Also right after the leader's own end: its group keeps the number from being given away."""
    kill(leader, os.killpg)


def is_child_of(pid, parent):
    """Whether a process is, or may have been, a child of another: where it is over or there is no /proc, nobody can tell.
    Never of those whose number means something else where processes are ended."""
    if pid <= 1 or pid in (os.getpid(), parent):
        return False
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1]) == parent
    except (IOError, OSError):
        return True


def read_children():
    """Our direct children, among them whatever a dead case left behind where we are a subreaper (Linux)."""
    try:
        listing = os.open("/proc/self/task/%d/children" % os.getpid(), os.O_RDONLY)
    except OSError:
        return []
    try:
        words = b""
        while True:
            part = os.read(listing, 65536)
            words += part
            if not part:
                return [int(word) for word in words.split()]
    finally:
        os.close(listing)


def kill_strays(known):
    """Ends all children but the known ones. Each round frees the children of those it ends, which become ours in turn."""
    while True:
        strays = [pid for pid in read_children() if pid not in known]
        for pid in strays:
            kill(pid)
            try:
                os.waitpid(pid, 0)
            except OSError:
                pass
        if not strays:
            return


def describe_status(status):
    """A wait status in words: `exit 0`, `signal SIGSEGV`."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = [name for name in sorted(dir(signal))
                 if name[:3] == "SIG" and name[3] != "_" and getattr(signal, name) == number]
        return "signal %s" % (names[0] if names else number)
    return "exit %d" % os.WEXITSTATUS(status)
