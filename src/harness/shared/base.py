"""What the supervisor, the recorder and the plain scripts begin with."""

# Not a statement: `-X lazy_imports=all` would make it lazy (PEP 810).
sys = __import__("sys")
PYTHON_2 = sys.version_info[0] == 2
TEXT_TYPES = (str, unicode) if PYTHON_2 else (str,)


class Harness(object):
    """The base of the harness' classes, so that `object.__subclasses__()` shows this one and no other."""

    __slots__ = ()


def to_bytes(text, errors="surrogateescape"):
    return text if isinstance(text, bytes) else text.encode("utf-8", errors)


def to_text(data):
    """Bytes as a text of type `str`, without a loss."""
    return data if str is bytes else data.decode("utf-8", "surrogateescape")
