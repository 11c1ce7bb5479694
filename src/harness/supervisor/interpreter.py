"""Interpreters that are measured: each a process of its own, with pipes to it."""

import os
import sys

from ..shared.base import to_bytes
from ..shared.descriptors import CODE, FRAMES, REQUESTS, STATUS
from .folders import remove
from .processes import kill, kill_group
from .start import PYTHON, signal

# What it runs was compiled here, once. 2.7 cannot import `posix` without walking over sys.path, which shows; start.py of the
# recorder undoes it, given what was there before.
BOOT = "eval(__import__('marshal').loads(__import__('posix').read(%d, %d)), {})"
BOOT_2 = ("(lambda bare, marshal: eval(marshal.loads(open(%r, 'rb').read()), {'bare': bare}))("
          "(lambda sys: {'modules': set(sys.modules), 'importers': set(sys.path_importer_cache)})(__import__('sys')),"
          " __import__('marshal'))")
NOT_STARTED = 127                       # exit status, as of a shell


class MeasuredInterpreter(object):
    """An interpreter that runs the recorder, either for one case or to fork for many.

    code_file: what it runs, of its own.  pipes: our ends of those to it, by name.  ended: the wait status, once it is over.
    """

    def __init__(self, code_file, frames, folder, flags, variables=()):
        self.code_file = code_file
        inner, outer = {}, {}
        for name in ("requests", "status", "out", "err"):
            reader, writer = os.pipe()
            inner[name], outer[name] = (reader, writer) if name == "requests" else (writer, reader)
        self.pipes, self.ended = outer, None
        inner["frames"], inner["code"] = os.open(frames, os.O_WRONLY), os.open(code_file, os.O_RDONLY)
        is_2 = sys.version_info[0] == 2
        boot = BOOT_2 % code_file if is_2 else BOOT % (CODE, os.fstat(inner["code"]).st_size)
        targets = [("out", 1), ("err", 2), ("requests", REQUESTS), ("status", STATUS), ("frames", FRAMES)]
        if not is_2:
            targets.append(("code", CODE))
        arguments, environment = [PYTHON] + flags + ["-c", boot], make_environment(variables)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setpgid(0, 0)
                os.chdir(folder)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for name, target in targets:
                    os.dup2(inner[name], target)
                os.closerange(3, REQUESTS)
                os.execve(PYTHON, arguments, environment)
            except BaseException:
                os.write(2, to_bytes("cannot start %s: %s\n" % (PYTHON, sys.exc_info()[1])))
            os._exit(NOT_STARTED)
        for descriptor in inner.values():
            os.close(descriptor)

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
            kill_group(self.pid)
            kill(self.pid)
            self.ended = os.waitpid(self.pid, 0)[1]

    def close(self):
        self.kill()
        try:
            remove(self.code_file)
        except (IOError, OSError):
            pass                        # Supervisor.clean_up says so
        for descriptor in self.pipes.values():
            os.close(descriptor)


def make_environment(variables):
    environment = dict([(key, os.environ[key]) for key in os.environ if not key.startswith("PYTHON")
                        and key not in ("PWD", "OLDPWD")])     # nobody is there any longer
    environment["PYTHONHASHSEED"], environment["LC_ALL"] = "0", "C.UTF-8"
    environment.update(variables)
    return environment
