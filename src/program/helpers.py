def helper(step, name):
    """What the steps' Python may call by a bare name without having bound it. Nothing of it shows in the cache."""
    if name == "sys":
        return __import__("sys")
    if name == "original":
        return step.original
    if name == "drop":
        return drop
    if name == "collect":
        return collector(step)
    if name == "c_import":
        return c_importer(step)
    if name == "reload" and __import__("sys").version_info[0] == 2:
        return reload
    return getattr(step.borrow("importlib"), name)


def collector(step):
    gc = step.borrow("gc")

    def collect():
        while gc.collect():
            pass
    return collect


def c_importer(step):
    """PyImport_ImportModule. By `_ctypes` alone: `ctypes` would import half of the standard library first."""
    ctypes = step.borrow("_ctypes")

    class Object(ctypes._SimpleCData):
        _type_ = "O"

    class Text(ctypes._SimpleCData):
        _type_ = "z"

    class Function(ctypes.CFuncPtr):
        _flags_ = ctypes.FUNCFLAG_CDECL | ctypes.FUNCFLAG_PYTHONAPI
        _restype_ = Object

    function = Function(ctypes.dlsym(ctypes.dlopen(None, 0), "PyImport_ImportModule"))
    function.argtypes = (Text,)
    return lambda name: function(bytes(bytearray([ord(character) for character in name])))


def drop(cache, under=None, lacking=()):
    """Delete a name with all below it, or every key that a snapshot lacks."""
    for key in list(cache):
        if (str(key) + ".").startswith(under + ".") if under else key not in lacking:
            del cache[key]
