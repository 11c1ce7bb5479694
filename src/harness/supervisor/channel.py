"""The channel to modswap. Requests come on standard input; frames leave by a private copy of standard output:

    modswap <kind> <case> <length>\\n<payload>

See protocol.rs for both."""

import marshal
import os

READ_SIZE = 1 << 20                     # bytes
MAX_MESSAGE = 1 << 20                   # bytes of a frame that is not the trace of a case; modswap takes no more


class ChannelClosed(Exception):
    """modswap is gone: on the far side of an ssh or a container that is the only word that reaches us."""


def format_frame(kind, case, payload):
    return ("modswap %s %d %d\n" % (kind, case, len(payload))).encode("ascii") + payload


class Channel(object):
    def __init__(self):
        self.requests, self.frames = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)                   # what anything here prints by mistake is talk, not a frame
        os.close(null)

    def send(self, kind, case, payload=b""):
        self.write(format_frame(kind, case, payload[:MAX_MESSAGE]))

    def write(self, data):
        while data:
            data = data[os.write(self.frames, data):]

    def receive(self):
        return marshal.loads(self.receive_bytes())

    def receive_bytes(self):
        return self.read_exactly(int(self.read_exactly(8), 16))

    def read_exactly(self, count):
        parts = []
        while count:
            part = os.read(self.requests, min(count, READ_SIZE))
            if not part:
                raise ChannelClosed()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
