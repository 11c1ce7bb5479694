"""What the steps' Python may call by a bare name without having bound it. Nothing of it shows in the cache."""

from ..shared.base import PYTHON_2, TEXT_TYPES, sys
from ..shared.files import FIXTURE_MTIME, remove_tree, set_mtime, write_file
from .bodies import get_frame
from .text import quote


def make_collect(recorder):
    gc = recorder.import_hidden("gc")

    def collect():
        while gc.collect():
            pass
    return collect


def make_c_import(recorder):
    """PyImport_ImportModule. By `_ctypes` alone: `ctypes` would import half of the standard library first."""
    ctypes = recorder.import_hidden("_ctypes")

    class Object(ctypes._SimpleCData):
        _type_ = "O"

    class Result(Object):
        """Itself a pointer, because its base is not _SimpleCData. An Object would be the object that it points to, and that
        crashes where it points to none."""

    class Text(ctypes._SimpleCData):
        _type_ = "z"

    class Function(ctypes.CFuncPtr):
        _flags_ = ctypes.FUNCFLAG_CDECL | ctypes.FUNCFLAG_PYTHONAPI
        _restype_ = Result

    function = Function(ctypes.dlsym(ctypes.dlopen(None, 0), "PyImport_ImportModule"))
    function.argtypes = (Text,)

    def c_import(name):
        result = function(bytes(bytearray([ord(character) for character in name])))
        if not result:                      # before 3.5.4 and 3.6.2 (bpo-30626); every caller in C makes a SystemError of it
            raise SystemError("NULL without an exception")
        return ctypes.Py_DECREF(result.value)   # the reference that the function gave away is not ours to keep
    return c_import


def make_reload(recorder):
    """importlib.reload: that of the program where it has importlib, else of one that is in no cache."""
    if PYTHON_2:
        return reload
    importlib = recorder.import_hidden("importlib")
    return lambda module: recorder.original.get("importlib", importlib).reload(module)


def drop(cache, under=None, lacking=()):
    """Delete a name with all below it, or every key that a snapshot lacks."""
    for key in list(cache):
        if (str(key) + ".").startswith(under + ".") if under else key not in lacking:
            del cache[key]


def make_spy(recorder):
    """A dict that notes what is asked of it, but for what the steps ask themselves."""
    busy = []                               # a plain method of dict may call others of a subclass

    def noting(name):
        plain = getattr(dict, name)

        def method(self, *arguments, **more):
            if not busy and not recorder.is_own_frame(get_frame(1).f_globals):
                key = arguments[0] if arguments else None
                is_text = type(key) in TEXT_TYPES
                recorder.note_lookup("%s %s" % (name, recorder.notation.quote_if_ambiguous(key, True)) if is_text else name)
            busy.append(name)
            try:
                return plain(self, *arguments, **more)
            finally:
                busy.pop()
        return method
    names = ("__contains__ __getitem__ __setitem__ __delitem__ get pop popitem setdefault update clear copy has_key "
             "keys values items iterkeys itervalues iteritems __iter__ __len__")
    Spy = type(str("Spy"), (dict,), dict([(name, noting(name)) for name in names.split() if hasattr(dict, name)]))

    def spy(cache):
        recorder.spied = True
        return Spy(cache)
    return spy


def make_resolve(recorder):
    """Every spelling of an import, in a namespace of its own; what each gives, or the exception it ends in."""
    import_module, notation = recorder.import_hidden("importlib").import_module, recorder.notation

    def resolve(name):
        namespace = get_frame(1).f_globals
        parent, _, last = name.rpartition(".")

        def run(text):
            copy = dict(namespace)
            eval(compile(text + "\n", "<resolve>", "exec", 0, True), copy)
            return copy["found"]
        dunder = "found = __import__(%r, None, None, ['__name__'])" % name
        spellings = [("attribute", lambda: run("found = " + name)),
                     ("cached", lambda: recorder.cached(name)),
                     ("import_as", lambda: run("import %s as found" % name)),
                     ("from", lambda: run("from %s import %s as found" % (parent, last))),
                     ("import_module", lambda: import_module(name)),
                     ("__import__", lambda: run(dunder))]
        for spelling, function in spellings:
            if parent or spelling != "from":
                recorder.resolved.append(("resolve(%s)" % spelling, attempt(function)))

    def attempt(function):
        """A frame of its own: on 2.7 a frame that catches keeps what it caught."""
        try:
            found = function()
        except Exception as error:
            return type(error).__name__
        if type(found) in TEXT_TYPES:       # quoted, or it would read as the type of an exception
            return quote(found)
        return recorder.state.describe(found, notation.module_name(found) or "object")
    return resolve


def next_mtime(recorder):
    """The time of the file that a step writes: set and never waited for, a second later with each."""
    recorder.writes += 1
    return FIXTURE_MTIME + recorder.writes


def mtime_of(posix, path):
    """Seconds since the epoch; None where there is no file."""
    try:
        return int(posix.stat(path).st_mtime)
    except OSError:
        return None


def make_write_file(recorder):
    """Write a file below the modules, a second later than the one before, or with the time that is given."""
    posix = recorder.posix

    def write_file_below(name, data, mtime=None):
        later, parts, folder, changed = next_mtime(recorder), name.split("/"), recorder.folder, []
        path = folder + "/" + name
        for part in parts[:-1]:
            if mtime_of(posix, folder + "/" + part) is None:
                changed.append((folder, mtime_of(posix, folder)))
                posix.mkdir(folder + "/" + part)
                set_mtime(posix, folder + "/" + part, FIXTURE_MTIME)
            folder += "/" + part
        before = mtime_of(posix, path)
        if before is None:
            changed.append((folder, mtime_of(posix, folder)))
        write_file(posix, path, data)
        kept = mtime == "unchanged"
        if kept:
            mtime = FIXTURE_MTIME if before is None else before
        set_mtime(posix, path, later if mtime is None else mtime)
        for folder, seconds in changed:
            set_mtime(posix, folder, seconds if kept else later)
    return write_file_below


def make_remove_file(recorder):
    """Remove a file or a folder below the modules; the folder it was in looks changed."""
    posix = recorder.posix

    def remove_file(name):
        later, path = next_mtime(recorder), recorder.folder + "/" + name
        remove_tree(posix, path)
        set_mtime(posix, path.rpartition("/")[0], later)
    return remove_file


# What makes each, given the recorder; the others are importlib's.
MAKERS = {
    "sys": lambda recorder: sys,
    "original": lambda recorder: recorder.original,
    "drop": lambda recorder: drop,
    "collect": make_collect,
    "c_import": make_c_import,
    "spy": make_spy,
    "resolve": make_resolve,
    "write_file": make_write_file,
    "remove_file": make_remove_file,
    "reload": make_reload,
}


def make_helper(recorder, name):
    if name == "invalidate_caches" and PYTHON_2:
        return lambda: None
    if name in MAKERS:
        return MAKERS[name](recorder)
    return getattr(recorder.import_hidden("importlib"), name)
