"""Runs cases in the measured interpreter. It reads requests from a descriptor; with "fork" it forks for each and reports how the
child ended, otherwise it becomes the one case itself."""

from ..shared.base import Harness, sys
from ..shared.descriptors import FRAMES, REQUESTS, STATUS
from ..shared.paths import PathPlaceholders
from .helpers import make_helper
from .packages import add_packages
from .recorder import Recorder
from .start import marshal, posix
from .text import encode_step

SECRET_SIZE = 32                        # bytes of what the end of a case is told with
EINTR = 4                               # Python retries by itself from 3.5 on (PEP 475)
# A scenario may take these away.
getpid, reopen, close, put = posix.getpid, posix.open, posix.close, posix.write


def write(descriptor, text):
    data = bytearray([ord(character) for character in text])
    while data:
        try:
            del data[:put(descriptor, data)]
        except OSError as error:
            if error.errno != EINTR:
                raise


def read(descriptor, count):
    """So many bytes; None at the end of the channel."""
    data = bytearray()
    while len(data) < count:
        part = posix.read(descriptor, count - len(data))
        if not part:
            return None
        data.extend(part)
    return bytes(data)


class StepWriter(Harness):
    """Sends the lines about steps: the end of a step together with the beginning of the next."""

    def __init__(self, frames):
        self.frames, self.pending = frames, []
        self.pid = self.path = None     # of the case's own process; where the pipe can be opened again

    def emit(self, number, action, facts, details, inside):
        in_body = action == ""
        if in_body and getpid() != self.pid:    # a child that goes on with its own code until that is over
            return
        self.pending.append(encode_step(number, inside, facts, details))
        if facts is None or in_body:    # in the body of a module anything may come next
            self.flush()

    def flush(self):
        text = "".join(self.pending)
        del self.pending[:]
        if getpid() != self.pid:        # a child that the scenario forked goes on with the steps, as it does in a script, and is not heard
            return
        try:
            write(self.frames, text)
        except OSError:                 # the scenario closed the descriptor
            again = reopen(self.path, posix.O_WRONLY)
            write(again, text)
            close(again)


def run_case(request, recorder, writer, paths):
    program = request["program"]
    writer.pid, writer.path = getpid(), request["frames"]
    recorder.state.watch(program["watched"], program["bound"], program["aliases"], program["snapshots"])
    paths.add_spelled(request["paths"])
    recorder.folder = request["modules"]
    posix.chdir(request["folder"])
    add_packages(request["packages"], posix)        # before, as with `site`, the path leads to modules of the case
    sys.path.insert(0, request["modules"])
    recorder.helpers = dict([(name, make_helper(recorder, name)) for name in program["helpers"]])
    for number, action, mode, code, helpers in program["steps"]:
        if code is None:
            recorder.skip(number, action)
            recorder.record()
            continue
        with recorder(number, action, helpers):
            # Not `exec`, which 2.7.0 to 2.7.8 refuse in a nested function (bpo-21591).
            value = eval(compile(code, "<step %d>" % number, mode, 0, True), recorder.main)
            if mode == "eval":
                recorder.value = value
        recorder.record()
    writer.pending.append('{"done":true}\n')
    writer.flush()
    raise SystemExit(0)


def serve():
    # Made before there is a case, so that forks share it.
    writer, paths = StepWriter(FRAMES), PathPlaceholders(posix)
    recorder = Recorder(sys.modules["__main__"].__dict__, writer.emit, posix, paths)
    posix.chdir("/")                    # or a case might have left modules where others look for hidden ones
    while True:
        head = read(REQUESTS, 8)
        if head is None:
            raise SystemExit(0)
        request = marshal.loads(read(REQUESTS, int(head, 16)))
        request["program"] = marshal.loads(request["program"])
        # What helpers need, before the path leads to modules of the case, which may have their names.
        for name in request["hidden"]:
            recorder.import_hidden(name)
        if not request["fork"]:
            run_case(request, recorder, writer, paths)
        child = posix.fork()
        if child == 0:
            posix.setpgid(0, 0)
            posix.close(REQUESTS)
            posix.close(STATUS)
            run_case(request, recorder, writer, paths)
        try:
            posix.setpgid(child, child)  # whoever comes first: a kill must find the group
        except OSError:
            pass
        secret = "".join(map(chr, bytearray(read(REQUESTS, SECRET_SIZE) or b"")))   # after the fork: not for the case
        write(STATUS, "\n%s pid %d\n" % (secret, child))   # a line of its own, whatever the case wrote there
        write(STATUS, "\n%s status %d\n" % (secret, posix.waitpid(child, 0)[1]))


serve()
