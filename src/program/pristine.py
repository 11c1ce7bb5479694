# First part of the supervisor (worker.py is the second): interpreters that are measured, the processes and the files of
# their cases, and how to be rid of them. Nothing measured descends from this file but by exec, so it may import what it
# likes.

import sys

sys.path[:] = [entry for entry in sys.path if entry]    # nothing from the working directory, whatever it is

import errno
import os
import select
import signal
import time

REQUESTS, STATUS, FRAMES = 250, 251, 252    # descriptors of the interpreter below; high, so that few scripts hit them
FLAGS = ["-s", "-S", "-B"]
START = 1000000000                          # when all fixture files were made, as far as anyone can see
# Empty where the command hid from Python how it was called (`env -i python3`).
PYTHON = sys.executable or os.path.realpath("/proc/self/exe")
# In one go from the pipe, which holds it all; 2.7 cannot import `posix` without walking over sys.path, which shows.
BOOT = "exec(__import__('posix').read(%d, %d), {})" if sys.version_info[0] > 2 else "exec(open(%r, 'rb').read(), {})"


class Pristine(object):
    """One interpreter that is measured, and the pipes to it."""

    def __init__(self, sources, source_file, folder, flags, variables=()):
        inner, outer = {}, {}
        for name in ("requests", "status", "frames", "out", "err"):
            reader, writer = os.pipe()
            keep, give = (writer, reader) if name == "requests" else (reader, writer)
            inner[name], outer[name] = give, keep
        self.pipes = outer
        environment = dict([(key, os.environ[key]) for key in os.environ if not key.startswith("PYTHON")])
        environment["PYTHONHASHSEED"], environment["LC_ALL"] = "0", "C.UTF-8"
        environment.update(variables)
        if sys.version_info[0] > 2:
            os.write(outer["requests"], sources)
        boot = BOOT % ((REQUESTS, len(sources)) if sys.version_info[0] > 2 else source_file)
        arguments = [PYTHON] + flags + ["-c", boot]
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setpgid(0, 0)
                os.chdir(folder)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                targets = ((inner["out"], 1), (inner["err"], 2), (inner["requests"], REQUESTS),
                           (inner["status"], STATUS), (inner["frames"], FRAMES))
                for source, target in targets:
                    os.dup2(source, target)
                os.closerange(3, REQUESTS)
                os.execve(PYTHON, arguments, environment)
            except BaseException:
                os.write(2, ("cannot start %s: %s\n" % (PYTHON, sys.exc_info()[1])).encode("utf-8"))
            os._exit(127)
        for descriptor in inner.values():
            os.close(descriptor)
        self.ended = None               # wait status, once it is over

    def poll(self):
        if self.ended is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except OSError:
                pid, status = self.pid, 0
            if pid:
                self.ended = status
        return self.ended

    def kill(self):
        if self.poll() is None:
            end_group(self.pid)
            end(self.pid)
            self.ended = os.waitpid(self.pid, 0)[1]

    def close(self):
        self.kill()
        for descriptor in self.pipes.values():
            os.close(descriptor)


def end(pid, kill=os.kill):
    try:
        kill(pid, signal.SIGKILL)
    except OSError:
        pass                            # already over


def end_group(leader):
    """Also right after the leader's own end: its group keeps the number from being given away."""
    end(leader, os.killpg)


def children():
    """Our direct children, among them whatever a dead case left behind where we are a subreaper (Linux)."""
    try:
        with open("/proc/self/task/%d/children" % os.getpid()) as listing:
            return [int(word) for word in listing.read().split()]
    except (IOError, OSError):
        return []


def end_strays(known):
    """Each round frees the children of those it ends, which become ours in turn."""
    while True:
        strays = [pid for pid in children() if pid not in known]
        for pid in strays:
            end(pid)
            try:
                os.waitpid(pid, 0)
            except OSError:
                pass
        if not strays:
            return


class Folder(object):
    """The files of one case, written before its first step and removed after its last process. The working directory
    is always the same, because the forking interpreter, started in it, has seen it as an entry of sys.path."""

    def __init__(self, root, work, number, modules):
        self.path = os.path.join(root, "case-%d" % number)
        self.modules, self.frames, self.work = os.path.join(self.path, "m"), os.path.join(self.path, "f"), work
        for folder in (self.path, self.modules):
            os.mkdir(folder)
        os.mkfifo(self.frames)
        for name, text in modules:      # in bytes, whatever this process was told about its locale
            path = os.path.join(self.modules.encode("utf-8"), name.encode("utf-8"))
            folder = path if text is None else os.path.dirname(path)
            if not os.path.isdir(folder):
                os.makedirs(folder)
            if text is not None:
                with open(path, "wb") as module:
                    module.write(text)
        for folder, folders, names in os.walk(self.modules.encode("utf-8")):
            for name in folders + names + [b"."]:
                os.utime(os.path.join(folder, name), (START, START))


def empty(path):
    """Make it an empty folder, whatever a case made of it."""
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        if not os.listdir(path):
            return
    remove(path)
    os.mkdir(path)


def remove(path):
    """Also what a scenario made unreadable, and whatever it removed itself."""
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        for name in os.listdir(path):
            remove(os.path.join(path, name))
        os.rmdir(path)
    elif os.path.lexists(path):
        os.remove(path)
