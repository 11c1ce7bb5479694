"""The recorder, compiled: once for all interpreters of a worker, and kept for the next run where there is a cache."""

import marshal
import os
import sys

def provide_code(text, cache):
    """Returns the code of the recorder as `marshal` has it. What is kept is used only where it is whole."""
    if cache is None:
        return compile_recorder(text)
    # Whatever has the same `sys.version` reads the same code.
    version = "".join([character if character.isalnum() else "-" for character in sys.version])
    path = os.path.join(cache, "case-%s.code" % version)
    code = read_code(path)
    if code is None:
        code = compile_recorder(text)
        keep_code(path, code)
    return code


def compile_recorder(text):
    return marshal.dumps(compile(text, "<string>", "exec", 0, True))


def make_header(code):
    return ("modswap code %s %d\n" % (make_digest(code), len(code))).encode("ascii")


def make_digest(data):
    for name in ("_sha2", "_sha256", "hashlib"):    # the first there is: hashlib takes longer to load than all the rest
        try:
            return __import__(name).sha256(data).hexdigest()
        except ImportError:
            pass
    return "%08x" % (__import__("binascii").crc32(data) & 0xffffffff)


def read_code(path):
    """None where nothing is kept, or not what was."""
    try:
        with open(path, "rb") as kept:
            data = kept.read()
    except (IOError, OSError):
        return None
    end = data.find(b"\n") + 1
    return data[end:] if end and data[:end] == make_header(data[end:]) else None


def keep_code(path, code):
    """Whole or not at all: another run may read it."""
    new = "%s.%d" % (path, os.getpid())
    try:
        with open(new, "wb") as out:
            out.write(make_header(code) + code)
        os.rename(new, path)
    except (IOError, OSError):          # a cache that can only be read, or is full
        try:
            os.remove(new)
        except OSError:
            pass
