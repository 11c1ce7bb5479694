"""Compiled code that is kept in a folder of the cache, and used only where it is what was kept, of this source and by this Python."""

import marshal
import os
import sys

MAX_CODE = 1 << 24                      # bytes


def provide_code(folder, kind, get_text):
    """Returns the code of a kind as `marshal` has it; without a folder nothing is kept.

    folder: its name stands for the source of all that is kept in it.
    get_text: is called where nothing is kept, or not what was; returns the source and the name of its file.
    """
    path = locate_code(folder, kind) if folder else None
    code = read_code(path) if path else None
    if code is None:
        text, name = get_text()
        code = marshal.dumps(compile(text, name, "exec", 0, True))
        if path:
            keep_code(path, code)
    return code


def locate_code(folder, kind):
    # Whatever has the same `sys.version` reads the same code.
    version = "".join([character if character.isalnum() else "-" for character in sys.version])
    return os.path.join(folder, "%s-%s.code" % (kind, version))


def make_header(path, code):
    source = "%s\n%s\n" % (os.path.basename(os.path.dirname(path)), sys.version)
    return ("modswap code %s %d\n" % (make_digest(source.encode("utf-8") + code), len(code))).encode("ascii")


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
        if not os.path.isfile(path):    # a pipe would be waited for
            return None
        with open(path, "rb") as kept:
            data = kept.read(MAX_CODE)
    except (IOError, OSError):
        return None
    end = data.find(b"\n") + 1
    return data[end:] if end and data[:end] == make_header(path, data[end:]) else None


def keep_code(path, code):
    """Whole or not at all: another run may read it. Nobody removes what is locked."""
    new = "%s.new-%s" % (path, "".join(["%02x" % byte for byte in bytearray(os.urandom(8))]))
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (IOError, OSError):          # a cache that can only be read
        return
    try:
        try:
            try:
                __import__("fcntl").flock(descriptor, 6)    # LOCK_EX | LOCK_NB
            except (ImportError, IOError, OSError):
                pass
            data = make_header(path, code) + code
            while data:
                data = data[os.write(descriptor, data):]
            os.rename(new, path)
        finally:
            os.close(descriptor)
    except (IOError, OSError):          # a cache that is full
        try:
            os.remove(new)
        except OSError:
            pass
