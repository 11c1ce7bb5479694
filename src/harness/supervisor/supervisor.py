# The supervisor of one worker, behind pristine.py: hands programs to interpreters, watches and ends them, and reports.
# Standard input brings requests, a private copy of standard output takes frames away:
#
#     modswap <kind> <case> <length>\n<payload>
#
# Everything that a case leaves behind is ended before its end is reported, and everything at all when standard input
# closes: on the far side of an ssh or a container that is the only word that reaches us.

OUTPUT_LIMIT = 64 * 1024                # bytes kept of each of a case's standard streams
STEPS_LIMIT = 1 << 26                   # bytes of what the steps say, or what a scenario says in their place
FRAME_LIMIT = 1 << 24                   # bytes of a frame; the runner takes no more than four times as many
PATIENCE = 0.05                         # seconds in which few cases fill a pipe; one that does waits for what is left of them
MUCH = 16 * 1024                        # bytes in that time, of a case that will
timer = getattr(time, "monotonic", time.time)
# For limits of time, which must hold when somebody sets the clock; that of 2.7 counts hundredths.
clock = getattr(time, "monotonic", None) or (lambda: os.times()[4])


class Gone(Exception):
    """The runner closed the channel."""


def frame(kind, case, payload):
    return ("modswap %s %d %d\n" % (kind, case, len(payload))).encode("ascii") + payload


class Channel(object):
    """The way to the runner and back."""

    def __init__(self):
        self.requests, self.frames = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)                   # what anything here prints by mistake is talk, not a frame
        os.close(null)

    def send(self, kind, case, payload=b""):
        self.write(frame(kind, case, payload))

    def write(self, data):
        while data:
            data = data[os.write(self.frames, data):]

    def receive(self):
        return marshal.loads(self.receive_bytes())

    def receive_bytes(self):
        return self._exactly(int(self._exactly(8), 16))

    def _exactly(self, count):
        parts = []
        while count:
            part = os.read(self.requests, min(count, 1 << 20))
            if not part:
                raise Gone()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class Supervisor(object):
    def __init__(self, channel):
        self.channel, self.forkers = channel, {}     # by what they have borrowed
        self.wake, wake_writer = os.pipe()
        for descriptor in (self.wake, wake_writer):
            set_nonblocking(descriptor)
        signal.set_wakeup_fd(wake_writer)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Or, before PEP 475 (3.5), the end of any child makes an error of whatever is being read, written or waited for.
        signal.siginterrupt(signal.SIGCHLD, False)
        self.root = self.frames = None

    def serve(self):
        hello = "%d.%d.%d" % sys.version_info[:3]
        self.channel.send("hello", 0, hello.encode("ascii"))
        try:
            self.set_up(self.channel.receive())
            while True:
                request = self.channel.receive()
                try:
                    if "find" in request:
                        self.send_found(request, distributions(site_folders(), request["find"]))
                        continue
                    if "requirements" in request:
                        self.install(request)
                        continue
                    self.case(request)
                except Gone:
                    raise
                except Exception:
                    self.stop_forkers()
                    error = sys.exc_info()[1]
                    text = "%s: %s" % (type(error).__name__, error)
                    self.channel.send("fault", request["case"], in_bytes(text, "replace"))
        finally:
            self.stop_forkers()
            end_strays(())
            if self.root is not None:
                remove(self.root)

    def set_up(self, request):
        self.root = make_root(request["folder"])
        self.installer = Installer(self.channel, self.root)
        self.work, self.frames_file = os.path.join(self.root, "work"), os.path.join(self.root, "frames")
        self.sources, self.code_file = request["sources"], os.path.join(self.root, "code")
        self.places = place_words(posix)
        self.places.add_user()
        self.places.add_python(sys.modules)
        self.places.add([(PYTHON, "<python>"), (self.root, "<run>"), (self.work, "<folder>")])
        if request["cache"] is not None:
            # Whatever has the same `sys.version` reads the same code.
            version = "".join([character if character.isalnum() else "-" for character in sys.version])
            self.code_file = os.path.join(request["cache"], "case-%s.code" % version)

    def furnish(self):
        """The files that cases share, before each: one may have removed them all."""
        if not os.path.isdir(self.root):
            os.mkdir(self.root, 0o700)
        empty(self.work)
        if not os.path.isfile(self.code_file):
            self.write_code()
        if self.frames is None or not is_fifo(self.frames_file):
            self.stop_forkers()          # it has the old one
            if self.frames is not None:
                os.close(self.frames)
            remove(self.frames_file)
            os.mkfifo(self.frames_file)
            # Open for writing too, or it would be at its end whenever nothing writes to it.
            self.frames = os.open(self.frames_file, os.O_RDWR | os.O_NONBLOCK)
        self.read_frames()              # of a case that was given up

    def write_code(self):
        """The code that every interpreter here runs, compiled once; kept for the next run where there is a cache."""
        code = marshal.dumps(compile(self.sources, "<string>", "exec", 0, True))
        own = os.path.join(self.root, "code")
        for path in (self.code_file, own):
            new = "%s.%d" % (path, os.getpid())
            try:
                with open(new, "wb") as out:
                    out.write(code)
                if path == own:
                    remove(path)        # whatever a case made of it
                os.rename(new, path)    # whole or not at all, and never missing: another run may read it
            except (IOError, OSError):
                continue                # a cache that can only be read
            self.code_file = path
            return

    def read_frames(self):
        """What is there, but for a flood: others wait as well."""
        parts = []
        try:
            while len(parts) < 64:
                parts.append(os.read(self.frames, 65536))
        except OSError:
            if sys.exc_info()[1].errno not in (errno.EAGAIN, errno.EINTR):
                raise
        return parts

    def install(self, request):
        try:
            folder = self.installer.install(request)
            self.send_found(request, distributions([folder]))
        except Refused:
            error = sys.exc_info()[1]
            self.channel.send(error.kind, request["case"], in_bytes(error.args[0]))

    def send_found(self, request, found):
        text = "\n".join(["%s %s %s" % one for one in found])
        self.channel.send("found", request["case"], in_bytes(text))

    def stop_forkers(self):
        while self.forkers:
            self.forkers.popitem()[1].close()

    def end_strays(self, interpreter):
        """Whatever a case left behind: all that is neither its interpreter nor one that forks."""
        end_strays([one.pid for one in [interpreter] + list(self.forkers.values())])

    def case(self, request):
        missing = [name for name in request["needs"] if not available(name)]
        if missing:
            text = "no module %s" % ", ".join(missing)
            self.channel.send("skip", request["case"], text.encode("ascii"))
            return
        self.furnish()
        folder = Folder(self.root, request["case"], request["modules"])
        try:
            Case(self, request, folder).run()
        finally:
            folder.remove()

    def interpreter(self, request):
        """A new one, or, for a fork, one that has borrowed the same modules: how much of them was ever loaded must not depend
        on other cases."""
        fork, launch, borrows = request["fork"], request["launch"], tuple(request["borrows"])
        known = self.forkers.get(borrows) if fork else None
        if known is not None:
            if known.poll() is None:
                return known
            self.forkers.pop(borrows).close()
        flags = [flag for flag in FLAGS if flag != "-S" or not launch["site"]] + launch["flags"]
        started = Pristine(self.code_file, self.frames_file, self.work, flags, launch["env"])
        if fork:
            self.forkers[borrows] = started
        return started


class Case(object):
    """One run of one program, from the request to the report of its end."""

    def __init__(self, supervisor, request, folder):
        self.supervisor, self.channel, self.request, self.folder = supervisor, supervisor.channel, request, folder
        self.fork, self.steps, self.size = request["fork"], [], 0
        own = folder.modules[len(supervisor.root):]
        known = supervisor.places
        self.places = known.with_spelled([(root + own, "<modules>") for root, word in known.ordered if word == "<run>"])
        if request["packages"]:
            self.places.add([(supervisor.installer.cache, "<cache>")] + [(one, "<packages>") for one in request["packages"]])
        self.kept = {"out": b"", "err": b""}
        self.rest = {"out": b"", "err": b""}    # a line that has not ended
        self.lost = {"out": 0, "err": 0}
        self.status = b""
        self.leader = self.result = None

    def run(self):
        self.interpreter = self.supervisor.interpreter(self.request)
        self.pipes = self.interpreter.pipes
        self.closed = set()
        started = timer()
        try:
            self.send_program()
            self.watch(clock() + self.request["timeout"])
            self.supervisor.end_strays(self.interpreter)
            self.drain()
        except BaseException:
            if self.leader is not None:
                end_group(self.leader)
            self.supervisor.end_strays(self.interpreter)
            raise
        finally:
            if not self.fork or self.interpreter.poll() is not None:
                self.interpreter.close()
                if self.fork:
                    self.supervisor.forkers.pop(tuple(self.request["borrows"]), None)
        self.report(timer() - started)

    def send_program(self):
        supervisor, modules = self.supervisor, self.folder.modules
        data = marshal.dumps({
            "fork": self.fork, "folder": supervisor.work, "modules": modules, "frames": supervisor.frames_file,
            "places": self.places.ordered,
            "packages": self.request["packages"], "borrows": self.request["borrows"],
            "program": self.request["program"]})
        data = ("%08x" % len(data)).encode("ascii") + data
        while data:
            try:
                data = data[os.write(self.pipes["requests"], data):]
            except OSError:
                if sys.exc_info()[1].errno != errno.EPIPE:
                    raise
                return                  # it died at once: watch() finds out how

    def watch(self, deadline):
        patience = PATIENCE
        while self.result is None:
            left = deadline - clock()
            if left <= 0:
                self.result = "timeout"
                self.end()
                return
            # What the steps say waits in its pipe until it is wanted, or might fill it: nobody is woken for each of them.
            self.pass_on(self.ready(min(left, patience)))
            patience = PATIENCE if self.take_steps() < MUCH else 0.002
            if not self.fork:
                if self.interpreter.poll() is not None:
                    self.result = describe(self.interpreter.ended)
            elif self.result is None and self.interpreter.poll() is not None:
                if self.leader is not None:
                    end_group(self.leader)  # or its output might never end
                self.drain()            # a status may have come just before
                if self.result is None and self.leader is None:
                    said = (self.kept["err"] + self.rest["err"]).decode("utf-8", "replace").strip().splitlines()[-1:]
                    raise RuntimeError("the interpreter does not start, or not with these flags and variables (%s)%s"
                                       % (describe(self.interpreter.ended), "".join([": " + line for line in said])))
                if self.result is None:
                    raise RuntimeError("the scenario ended the interpreter that forks for it (%s)"
                                       % describe(self.interpreter.ended))
        self.end()

    def end(self):
        """Whatever the case started and left in its process group."""
        leader = self.leader if self.fork else self.interpreter.pid
        if self.fork and leader is None:
            self.interpreter.kill()     # it never got as far as the fork
            return
        end_group(leader)
        if self.fork and self.result == "timeout":
            end(leader)
            patience = clock() + 5
            while b"status" not in self.status and self.interpreter.poll() is None:
                if clock() > patience:      # stopped by the scenario, say
                    raise RuntimeError("the interpreter that forks for the scenario no longer answers")
                self.pass_on(self.ready(1))

    def ready(self, seconds):
        watched = [self.pipes[name] for name in ("status", "out", "err")]
        watched += [self.supervisor.wake, self.channel.requests]
        return readable([one for one in watched if one not in self.closed], seconds)

    def drain(self):
        self.take_steps()
        while True:
            ready = [descriptor for descriptor in self.ready(0)
                     if descriptor not in (self.supervisor.wake, self.channel.requests)]
            if not ready or not self.pass_on(ready):
                return

    def pass_on(self, ready):
        moved = 0
        for descriptor in ready:
            if descriptor == self.channel.requests:
                raise Gone()            # one request at a time: anything but the end of the channel would wait
            if descriptor == self.supervisor.wake:
                os.read(descriptor, 4096)
                continue
            data = os.read(descriptor, 65536)
            moved += len(data)
            if not data:
                self.closed.add(descriptor)
            if descriptor == self.pipes["status"]:
                self.take_status(data)
            else:
                self.keep("out" if descriptor == self.pipes["out"] else "err", data)
        return moved

    def take_status(self, data):
        self.status += data
        for line in self.status.decode("ascii").splitlines():
            word, number = line.split()
            if word == "pid":
                self.leader = int(number)
            elif self.result is None:
                self.result = describe(int(number))

    def take_steps(self):
        parts = self.supervisor.read_frames()
        if self.size < STEPS_LIMIT:
            self.steps.extend(parts)
        read = sum([len(part) for part in parts])
        self.size += read
        return read

    def keep(self, stream, data, end=False):
        """Line by line, because what is cut off, and how much, must not depend on how long the names of folders are."""
        data = self.rest[stream] + data
        whole = data.rfind(b"\n") + 1
        if end or len(data) - whole > OUTPUT_LIMIT:
            whole = len(data)
        self.rest[stream] = data[whole:]
        data = in_bytes(self.places.name(in_text(data[:whole])))
        room = OUTPUT_LIMIT - len(self.kept[stream])
        self.kept[stream] += data[:room]
        self.lost[stream] += max(0, len(data) - room)

    def report(self, seconds):
        """All at once: nothing of a case is of use before its end."""
        number, frames = self.request["case"], []
        steps = b"".join(self.steps)
        whole = steps.rfind(b"\n") + 1  # the last line may be cut, where the process ended
        for start in range(0, whole, FRAME_LIMIT):
            frames.append(frame("steps", number, steps[start:min(start + FRAME_LIMIT, whole)]))
        for stream in ("out", "err"):
            self.keep(stream, b"", True)
            if self.kept[stream]:
                tail = "\n[%d more bytes]" % self.lost[stream] if self.lost[stream] else ""
                frames.append(frame(stream, number, self.kept[stream] + tail.encode("ascii")))
        frames.append(frame("end", number, ("%d %s" % (seconds * 1e6, self.result)).encode("ascii")))
        self.channel.write(b"".join(frames))


def in_text(data):
    return data if str is bytes else data.decode("utf-8", "surrogateescape")


def in_bytes(text, errors="surrogateescape"):
    return text if isinstance(text, bytes) else text.encode("utf-8", errors)


def is_fifo(path):
    try:
        return stat.S_ISFIFO(os.lstat(path).st_mode)
    except OSError:
        return False


def describe(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = [name for name in sorted(dir(signal)) if name[:3] == "SIG" and name[3] != "_" and getattr(signal, name) == number]
        return "signal %s" % (names[0] if names else number)
    return "exit %d" % os.WEXITSTATUS(status)


def available(name):
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


def set_nonblocking(descriptor):
    import fcntl
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_NONBLOCK)


def make_root(name):
    """A private folder. The runner chose its name, to be able to remove it should a scenario end this process."""
    parent = os.environ.get("TMPDIR") or "/tmp"
    if not os.path.isdir(parent):       # it came from outside of the chroot or container that this runs in
        parent = "/tmp"
    path = os.path.join(os.path.realpath(parent), name)
    os.mkdir(path, 0o700)
    return path


def main():
    channel = Channel()
    try:
        Supervisor(channel).serve()
    except Gone:
        pass


if __name__ == "worker":                # else whoever imported it calls it
    main()
