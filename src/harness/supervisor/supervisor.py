"""The supervisor: hands programs to interpreters, watches and ends them, and reports.

Everything that a case leaves behind is ended before its end is reported, and everything at all when the channel closes.
"""

import errno
import os
import posix
import sys

from ..shared.base import to_bytes
from ..shared.files import write_file
from ..shared.kept_code import provide_code
from ..shared.paths import PathPlaceholders
from .case_run import CaseError, CaseRun
from .channel import Channel, ChannelClosed
from .distributions import find_distributions, list_site_folders
from .folders import CaseFolder, identify, make_root, remove
from .installer import Installer, Refused
from .interpreter import MeasuredInterpreter
from .processes import kill_strays, set_nonblocking
from .start import PYTHON, signal

MIN_OPEN_FILES = 256                    # of a process: the descriptors of cases have high numbers
WAYS_OUT = [(("EMFILE", "ENFILE"), "raise `ulimit -n`, or lower `--jobs`"), (("EAGAIN",), "raise `ulimit -u`, or lower `--jobs`"),
            (("ENOMEM",), "raise `ulimit -v`, or lower `--jobs`"), (("EFBIG",), "raise `ulimit -f`"),
            (("ENOSPC", "EDQUOT", "EROFS"), "TMPDIR and MODSWAP_CACHE_DIR name folders elsewhere")]
MAX_READS = 64                          # of 64 KiB, of the recorder's lines in one go: others wait as well


class Supervisor(object):
    def __init__(self, channel):
        self.channel = channel
        self.forkers = {}               # interpreters that fork, by the modules that they have hidden
        self.wake, wake_writer = os.pipe()
        for descriptor in (self.wake, wake_writer):
            set_nonblocking(descriptor)
        signal.set_wakeup_fd(wake_writer)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Or, before PEP 475 (3.5), the end of any child makes an error of whatever is being read, written or waited for.
        signal.siginterrupt(signal.SIGCHLD, False)
        self.root, self.written = None, 0   # how many code files there were

    def serve(self):
        hello = "%d.%d.%d" % sys.version_info[:3]
        self.channel.send("hello", 0, hello.encode("ascii"))
        try:
            self.set_up(self.channel.receive())
            while True:
                request = self.channel.receive()
                try:
                    self.answer(request)
                except ChannelClosed:
                    raise
                except Exception:       # whatever cases share may be broken now: this was the last one here
                    error = sys.exc_info()[1]
                    name = "" if isinstance(error, CaseError) else "the worker failed: %s: " % type(error).__name__
                    text = "%s%s%s" % (name, error, find_way_out(error))
                    self.channel.send("fault", request["case"], to_bytes(text, "replace"))
                    return
        finally:
            self.stop_forkers()
            kill_strays(())
            if self.root is not None:
                try:
                    remove(self.root)
                except (IOError, OSError):
                    sys.stderr.write("cannot remove the folder of a worker: %s\n" % sys.exc_info()[1])

    def answer(self, request):
        if "find" in request:
            self.send_found(request, find_distributions(list_site_folders(), request["find"]))
        elif "requirements" in request:
            self.install(request)
        else:
            self.run_case(request)

    def set_up(self, request):
        self.root = make_root(request["folder"])
        self.installer = Installer(self.channel, self.root)
        self.work, self.frames_file = os.path.join(self.root, "work"), os.path.join(self.root, "frames")
        os.mkdir(self.work, 0o700)
        os.mkfifo(self.frames_file, 0o600)
        # Open for writing too, or it would be at its end whenever nothing writes to it.
        self.frames = os.open(self.frames_file, os.O_RDWR | os.O_NONBLOCK)
        self.shared = dict([(path, identify(path)) for path in (self.root, self.frames_file)])
        self.code = provide_code(request["cache"], "case", lambda: (request["recorder"], "<string>"))
        self.paths = PathPlaceholders(posix)
        self.paths.add_user()
        self.paths.add_python(sys.modules)
        self.paths.add([(PYTHON, "<python>"), (self.root, "<run>"), (self.work, "<folder>")])

    def clean_up(self, folder):
        """Throws away what a case left in the folders. An error, charged to the case, where that fails or where it broke what
        cases share: nothing of that is mended here, the next case gets another worker."""
        for path, known in self.shared.items():
            if identify(path) != known:
                raise CaseError("the scenario removed, replaced or changed the %s that the cases of a worker share"
                                % ("folder" if path == self.root else "pipe"))
        kept = [self.frames_file, self.work] + [forker.code_file for forker in self.forkers.values()]
        folder.remove()
        try:
            for path in [os.path.join(self.root, name) for name in os.listdir(self.root)]:
                if path not in kept:
                    remove(path)
            # Not only emptied: that nothing can be made in it does not show.
            remove(self.work)
            os.mkdir(self.work, 0o700)
        except (IOError, OSError):
            raise CaseError("what the scenario left cannot be removed: %s" % self.paths.substitute(str(sys.exc_info()[1])))
        self.read_frames()              # of a case that was given up

    def write_code(self):
        """Writes what an interpreter runs, to a file of its own: an earlier case may have changed any other."""
        self.written += 1
        path = os.path.join(self.root, "code-%d" % self.written)
        write_file(posix, path, self.code)
        return path

    def read_frames(self):
        """The recorder's lines, as far as they are there."""
        parts = []
        try:
            while len(parts) < MAX_READS:
                parts.append(os.read(self.frames, 65536))
        except OSError:
            if sys.exc_info()[1].errno not in (errno.EAGAIN, errno.EINTR):
                raise
        return parts

    def install(self, request):
        try:
            folder = self.installer.install(request)
            self.send_found(request, find_distributions([folder]))
        except Refused:
            error = sys.exc_info()[1]
            self.channel.send(error.kind, request["case"], to_bytes(error.args[0]))

    def send_found(self, request, found):
        text = "\n".join(["%s %s %s" % distribution for distribution in found])
        self.channel.send("found", request["case"], to_bytes(text))

    def stop_forkers(self):
        while self.forkers:
            self.forkers.popitem()[1].close()

    def kill_strays(self, interpreter):
        """Ends whatever a case left behind: all that is neither its interpreter nor one that forks."""
        kill_strays([known.pid for known in [interpreter] + list(self.forkers.values())])

    def run_case(self, request):
        missing = [name for name in request["needs"] if not is_available(name)]
        if missing:
            text = "no module %s" % ", ".join(missing)
            self.channel.send("skip", request["case"], text.encode("ascii"))
            return
        folder = CaseFolder(self.root, request["case"], request["fixtures"])
        run = CaseRun(self, request, folder)
        run.run()
        self.clean_up(folder)
        run.report()

    def provide_interpreter(self, request):
        """A new one, or, for a fork, one that has hidden the same modules: how much of them was ever loaded must not depend on
        other cases."""
        if -1 < os.sysconf("SC_OPEN_MAX") < MIN_OPEN_FILES:
            raise CaseError("%d files may be open at once on the machine of this Python, and it needs %d: raise `ulimit -n`"
                            % (os.sysconf("SC_OPEN_MAX"), MIN_OPEN_FILES))
        forks, hidden = request["fork"], tuple(request["hidden"])
        known = self.forkers.get(hidden) if forks else None
        if known is not None:
            if known.poll() is None:
                return known
            self.forkers.pop(hidden).close()
        started = MeasuredInterpreter(self.write_code(), self.frames_file, self.work,
                                      request["flags"], request["env"])
        if forks:
            self.forkers[hidden] = started
        return started


def find_way_out(error):
    """What to do where an error is a limit of the system; as in limits.rs."""
    name = errno.errorcode.get(getattr(error, "errno", None))
    for names, way in WAYS_OUT:
        if name in names:
            return "; " + way
    return "; raise `ulimit -v`, or lower `--jobs`" if isinstance(error, MemoryError) else ""


def is_available(name):
    """Whether the interpreter can find a module; asked here, where looking leaves no trace."""
    if name in sys.modules or name in sys.builtin_module_names:
        return True
    try:
        if sys.version_info[0] > 2:
            import importlib.util
            return importlib.util.find_spec(name) is not None
        import imp
        path = None
        for part in name.split("."):
            found = imp.find_module(part, path)[1]
            path = [found]
        return True
    # Up to 3.6 a parent that is no package is an AttributeError (bpo-30436). It is imported, and may raise anything.
    except Exception:
        return False


if __name__ == "worker":
    try:
        Supervisor(Channel()).serve()
    except ChannelClosed:
        pass
