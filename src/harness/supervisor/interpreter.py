# First part of the supervisor (worker.py is the second): interpreters that are measured, the processes and the files of
# their cases, and how to be rid of them. Nothing measured descends from this file but by exec, so it may import what it
# likes.

import sys

sys.path[:] = [entry for entry in sys.path if entry]    # nothing from the working directory, whatever it is
sys.dont_write_bytecode = True          # but of this very module, where it is one; see `boot` in protocol.rs

import errno
import marshal
import os
import posix
import select
import stat
import time

try:
    import _signal as signal            # the other one loads `enum` first, which takes longer than all the rest
except ImportError:
    import signal


class Later(object):
    """A module that takes its time to load, and that most workers never need."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, attribute):
        return getattr(__import__(self.name), attribute)


REQUESTS, STATUS, FRAMES, CODE = 250, 251, 252, 253     # descriptors of the interpreter below; high: few scripts hit them
FLAGS = ["-s", "-S", "-B"]
START = 1000000000                          # when all fixture files were made, as far as anyone can see
# Empty where the command hid from Python how it was called (`env -i python3`).
PYTHON = sys.executable or os.path.realpath("/proc/self/exe")
# What it runs was compiled here, once. 2.7 cannot import `posix` without walking over sys.path, which shows; case.py undoes it.
BOOT = "eval(__import__('marshal').loads(__import__('posix').read(%d, %d)), {})"
BOOT_2 = ("(lambda before, marshal: eval(marshal.loads(open(%r, 'rb').read()), {'before': before}))("
          "(lambda sys: {'modules': set(sys.modules), 'importers': set(sys.path_importer_cache)})(__import__('sys')),"
          " __import__('marshal'))")


class Pristine(object):
    """One interpreter that is measured, and the pipes to it."""

    def __init__(self, code_file, frames, folder, flags, variables=()):
        inner, outer = {}, {}
        for name in ("requests", "status", "out", "err"):
            reader, writer = os.pipe()
            keep, give = (writer, reader) if name == "requests" else (reader, writer)
            inner[name], outer[name] = give, keep
        self.pipes = outer
        inner["frames"], inner["code"] = os.open(frames, os.O_WRONLY), os.open(code_file, os.O_RDONLY)
        environment = dict([(key, os.environ[key]) for key in os.environ if not key.startswith("PYTHON")
                            and key not in ("PWD", "OLDPWD")])     # nobody is there any longer
        environment["PYTHONHASHSEED"], environment["LC_ALL"] = "0", "C.UTF-8"
        environment.update(variables)
        is_2 = sys.version_info[0] == 2
        boot = BOOT_2 % code_file if is_2 else BOOT % (CODE, os.fstat(inner["code"]).st_size)
        arguments = [PYTHON] + flags + ["-c", boot]
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setpgid(0, 0)
                os.chdir(folder)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                targets = ((inner["out"], 1), (inner["err"], 2), (inner["requests"], REQUESTS),
                           (inner["status"], STATUS), (inner["frames"], FRAMES), (inner["code"], CODE))
                for source, target in targets[:len(targets) - is_2]:
                    os.dup2(source, target)
                os.closerange(3, REQUESTS)
                os.execve(PYTHON, arguments, environment)
            except BaseException:
                os.write(2, in_bytes("cannot start %s: %s\n" % (PYTHON, sys.exc_info()[1])))
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


def readable(descriptors, seconds):
    """Those that can be read, or are at their end, once one is or the time is up. Not asked of select.select: when a signal
    outlasts the timeout, it returns its lists as they were (bpo-35310: 3.5, 3.6.0 to 3.6.7, 3.7.0, 3.7.1)."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    try:
        return [descriptor for descriptor, _ in poll.poll(int(seconds * 1000 + 0.999))]
    except select.error:                # an OSError from 3.3 on
        if sys.exc_info()[1].args[0] != errno.EINTR:
            raise
        return []                       # before PEP 475 (3.5)


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
    """The modules of one case, written before its first step and removed after its last process."""

    def __init__(self, root, number, modules):
        self.modules = os.path.join(root, "case-%d" % number)
        self.folders, self.files = [self.modules], []
        os.mkdir(self.modules)
        top = in_bytes(self.modules)
        for name, text in modules:      # in bytes, whatever this process was told about its locale
            path = os.path.join(top, in_bytes(name))
            self.make_folder(path if text is None else os.path.dirname(path), top)
            if text is not None:
                self.files.append(path)
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
                while text:
                    text = text[os.write(descriptor, text):]
                os.close(descriptor)
        for path in self.files + self.folders:
            os.utime(path, (START, START))

    def make_folder(self, path, top):
        if path != top and path not in self.folders:
            self.make_folder(os.path.dirname(path), top)
            os.mkdir(path)
            self.folders.append(path)

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
            remove(self.modules)


def empty(path):
    """Make it an empty folder, whatever a case made of it."""
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
    """Also what a scenario made unreadable, and whatever it removed itself."""
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        for name in os.listdir(path):
            remove(os.path.join(path, name))
        os.rmdir(path)
    elif os.path.lexists(path):
        os.remove(path)
