"""One run of one program, from the request to the report of its end."""

import errno
import marshal
import os
import sys

from ..shared.base import to_bytes, to_text
from .channel import ChannelClosed, format_frame
from .processes import describe_status, is_child_of, kill, kill_group, wait_readable
from .start import clock, timer

MAX_OUTPUT = 64 * 1024                  # bytes kept of each of a case's standard streams
MAX_STEPS = 1 << 26                     # bytes of what the steps say, or what a scenario says in their place
MAX_FRAME = 1 << 24                     # bytes of a frame of it; modswap takes no more of either
POLL_INTERVAL = 0.05                    # seconds in which few cases fill a pipe; one that does waits for what is left of them
FLOOD_THRESHOLD = 16 * 1024             # bytes in that time, of a case that will
FLOOD_INTERVAL = 0.002                  # seconds
MAX_STATUS = 128                        # bytes of a line about a case's process
ANSWER_LIMIT = 5                        # seconds for an interpreter that forks to tell the end of a child that was killed


class CaseError(Exception):
    """A case has no end that could be told, or broke what cases share. The text says so as a sentence of its own."""


class CaseRun(object):
    """One case, from its request to the report of its end: `run`, then `report`.

    secret: what the end of a forked case is told with. The interpreter that forks reads it after the fork, so the case does
    not have it and cannot write an end, its own or that of another.
    """

    def __init__(self, supervisor, request, folder):
        self.supervisor, self.channel, self.request, self.folder = supervisor, supervisor.channel, request, folder
        self.forks, self.steps, self.size = request["fork"], [], 0
        below_root = folder.path[len(supervisor.root):]
        known = supervisor.paths
        self.paths = known.with_spelled([(root + below_root, "<modules>")
                                         for root, word in known.longest_first if word == "<run>"])
        if request["packages"]:
            self.paths.add([(supervisor.installer.cache, "<cache>")]
                           + [(path, "<packages>") for path in request["packages"]])
        self.kept = {"out": b"", "err": b""}
        self.rest = {"out": b"", "err": b""}    # a line that has not ended
        self.lost = {"out": 0, "err": 0}        # bytes that were not kept
        self.status, self.secret = b"", make_secret()
        self.leader = self.result = None        # the process of a fork; how it ended
        self.is_reaped, self.seconds = False, None

    def run(self):
        self.interpreter = self.supervisor.provide_interpreter(self.request)
        self.pipes = self.interpreter.pipes
        self.closed = set()
        started = timer()
        try:
            self.send_program()
            self.watch(clock() + self.request["timeout"])
            self.supervisor.kill_strays(self.interpreter)
            self.drain()
        except BaseException:
            if self.leader is not None:
                kill_group(self.leader)
            self.supervisor.kill_strays(self.interpreter)
            raise
        finally:
            if not self.forks or self.interpreter.poll() is not None:
                self.interpreter.close()
                if self.forks:
                    self.supervisor.forkers.pop(tuple(self.request["hidden"]), None)
        self.seconds = timer() - started

    def send_program(self):
        supervisor, request = self.supervisor, self.request
        data = marshal.dumps({
            "fork": self.forks, "folder": supervisor.work, "modules": self.folder.path, "frames": supervisor.frames_file,
            "paths": self.paths.longest_first, "packages": request["packages"], "hidden": request["hidden"],
            "program": request["program"]})
        data = ("%08x" % len(data)).encode("ascii") + data
        if self.forks:
            data += self.secret.encode("ascii")
        while data:
            try:
                data = data[os.write(self.pipes["requests"], data):]
            except OSError:
                if sys.exc_info()[1].errno != errno.EPIPE:
                    raise
                return                  # it died at once: watch() finds out how

    def watch(self, deadline):
        """Passes on what is written until the case is over or its time is up, and ends its process group."""
        interval = POLL_INTERVAL
        while self.result is None:
            left = deadline - clock()
            if left <= 0:
                self.result = "timeout"
                self.end()
                return
            # What the steps say waits in its pipe until it is wanted, or might fill it: nobody is woken for each of them.
            self.pass_on(self.wait(min(left, interval)))
            interval = POLL_INTERVAL if self.take_steps() < FLOOD_THRESHOLD else FLOOD_INTERVAL
            if not self.forks:
                if self.interpreter.poll() is not None:
                    self.result = describe_status(self.interpreter.ended)
            elif self.result is None and self.interpreter.poll() is not None:
                self.examine_dead_forker()
        self.end()

    def examine_dead_forker(self):
        """Raises an error unless the case itself had just ended."""
        if self.leader is not None:
            kill_group(self.leader)     # or its output might never end
        self.drain()                    # a status may have come just before
        if self.result is not None:
            return
        end = describe_status(self.interpreter.ended)
        if self.leader is not None:
            raise CaseError("the scenario ended the interpreter that forks for it (%s)" % end)
        lines = (self.kept["err"] + self.rest["err"]).decode("utf-8", "replace").strip().splitlines()
        raise CaseError("the interpreter does not start, or not with these flags and variables (%s)%s"
                        % (end, "".join([": " + line for line in lines[-1:]])))

    def end(self):
        """Ends whatever the case started and left in its process group."""
        leader = self.leader if self.forks else self.interpreter.pid
        if self.forks and leader is None:
            self.interpreter.kill()     # it never got as far as the fork
            return
        kill_group(leader)
        if self.forks and self.result == "timeout":
            kill(leader)
            deadline = clock() + ANSWER_LIMIT
            while not self.is_reaped and self.interpreter.poll() is None:
                if clock() > deadline:      # stopped by the scenario, say
                    raise CaseError("the interpreter that forks for the scenario no longer answers")
                self.pass_on(self.wait(1))

    def wait(self, seconds):
        """Returns the descriptors that can be read, of those of the case and of the worker."""
        watched = [self.pipes[name] for name in ("status", "out", "err")]
        watched += [self.supervisor.wake, self.channel.requests]
        return wait_readable([descriptor for descriptor in watched if descriptor not in self.closed], seconds)

    def drain(self):
        """Passes on what is left in the pipes."""
        self.take_steps()
        while True:
            ready = [descriptor for descriptor in self.wait(0)
                     if descriptor not in (self.supervisor.wake, self.channel.requests)]
            if not ready or not self.pass_on(ready):
                return

    def pass_on(self, ready):
        """Reads from these descriptors; returns how many bytes it got from the case."""
        count = 0
        for descriptor in ready:
            if descriptor == self.channel.requests:
                raise ChannelClosed()   # one request at a time: anything but the end of the channel would wait
            if descriptor == self.supervisor.wake:
                os.read(descriptor, 4096)
                continue
            data = os.read(descriptor, 65536)
            count += len(data)
            if not data:
                self.closed.add(descriptor)
            if descriptor == self.pipes["status"]:
                self.take_status(data)
            else:
                self.keep("out" if descriptor == self.pipes["out"] else "err", data)
        return count

    def take_status(self, data):
        """Reads what an interpreter that forks says: `SECRET pid 5`, and in the end `SECRET status 0`. Any other line is by the
        case, which can reach the pipe."""
        lines = (self.status + data).split(b"\n")
        self.status = lines.pop()[-MAX_STATUS:]
        for words in [line.split() for line in lines]:
            if len(words) != 3 or words[0] != self.secret.encode("ascii") or not words[2].isdigit():
                continue
            number = int(words[2])
            if words[1] == b"pid" and is_child_of(number, self.interpreter.pid):
                self.leader = number
            elif words[1] == b"status":
                self.is_reaped = True
                self.result = self.result or describe_status(number)

    def take_steps(self):
        """Takes in the recorder's lines so far; returns how many bytes they are."""
        parts = self.supervisor.read_frames()
        if self.size < MAX_STEPS:
            self.steps.extend(parts)
        count = sum([len(part) for part in parts])
        self.size += count
        return count

    def keep(self, stream, data, end=False):
        """Keeps output line by line: what is cut off, and how much, must not depend on how long the names of folders are."""
        data = self.rest[stream] + data
        whole = data.rfind(b"\n") + 1
        if end or len(data) - whole > MAX_OUTPUT:
            whole = len(data)
        self.rest[stream] = data[whole:]
        data = to_bytes(self.paths.substitute(to_text(data[:whole])))
        left = MAX_OUTPUT - len(self.kept[stream])
        self.kept[stream] += data[:left]
        self.lost[stream] += max(0, len(data) - left)

    def report(self):
        """Sends all at once: nothing of a case is of use before its end."""
        number, frames = self.request["case"], []
        steps = b"".join(self.steps)[:MAX_STEPS]
        whole = steps.rfind(b"\n") + 1  # the last line may be cut, where the process ended
        for start in range(0, whole, MAX_FRAME):
            frames.append(format_frame("steps", number, steps[start:min(start + MAX_FRAME, whole)]))
        for stream in ("out", "err"):
            self.keep(stream, b"", True)
            if self.kept[stream]:
                tail = "\n[%d more bytes]" % self.lost[stream] if self.lost[stream] else ""
                frames.append(format_frame(stream, number, self.kept[stream] + tail.encode("ascii")))
        frames.append(format_frame("end", number, ("%d %s" % (self.seconds * 1e6, self.result)).encode("ascii")))
        self.channel.write(b"".join(frames))


def make_secret():
    return "".join(["%02x" % byte for byte in bytearray(os.urandom(16))])
