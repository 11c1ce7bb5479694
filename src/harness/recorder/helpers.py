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
    if name == "spy":
        return spying(step)
    if name == "resolve":
        return resolver(step)
    if name == "write_file":
        return writer(step)
    if name == "remove_file":
        return remover(step)
    if name == "invalidate_caches" and __import__("sys").version_info[0] == 2:
        return lambda: None
    if name == "reload":
        return reload if __import__("sys").version_info[0] == 2 else reloader(step)
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


def reloader(step):
    """importlib.reload: that of the program where it has importlib, else of one that is in no cache."""
    importlib = step.borrow("importlib")
    return lambda module: step.original.get("importlib", importlib).reload(module)


def drop(cache, under=None, lacking=()):
    """Delete a name with all below it, or every key that a snapshot lacks."""
    for key in list(cache):
        if (str(key) + ".").startswith(under + ".") if under else key not in lacking:
            del cache[key]


def spying(step):
    """A dict that takes down what is asked of it, but for what the steps ask themselves."""
    busy = []                               # a plain method of dict may call others of a subclass

    def noting(name):
        plain = getattr(dict, name)

        def method(self, *arguments, **more):
            if not busy and not step.own_frame(step.frame(1).f_globals):
                key = arguments[0] if arguments else None
                step.looked("%s %s" % (name, step.written(key, True)) if type(key) in step.texts else name)
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
        step.spied = True
        return Spy(cache)
    return spy


def resolver(step):
    """Every spelling of an import, in a namespace of its own; what each gives, or the exception it ends in."""
    import_module = step.borrow("importlib").import_module

    def resolve(name):
        namespace = step.frame(1).f_globals
        parent, _, last = name.rpartition(".")

        def run(text):
            own = dict(namespace)
            eval(compile(text + "\n", "<resolve>", "exec", 0, True), own)
            return own["found"]
        dunder = "found = __import__(%r, None, None, ['__name__'])" % name
        spellings = [("attribute", lambda: run("found = " + name)),
                     ("cached", lambda: step.entry(name)),
                     ("import_as", lambda: run("import %s as found" % name)),
                     ("from", lambda: run("from %s import %s as found" % (parent, last))),
                     ("import_module", lambda: import_module(name)),
                     ("__import__", lambda: run(dunder))]
        for spelling, function in spellings:
            if parent or spelling != "from":
                step.resolved.append(("resolve(%s)" % spelling, attempt(function)))

    def attempt(function):
        """A frame of its own: on 2.7 a frame that catches keeps what it caught."""
        try:
            found = function()
        except Exception as error:
            return type(error).__name__
        if type(found) in step.texts:       # quoted, or it would read as the type of an exception
            return step.quote(found)
        return step.word(found, step.own_name(found) or "object")
    return resolve


def writer(step):
    """Write a file below the modules. Times are set and never waited for: a second later with each file, or as told."""
    system = step.system

    def stat(path):
        try:
            return int(system.stat(path).st_mtime)
        except OSError:
            return None

    def write_file(name, text, mtime=None):
        step.writes += 1
        later, parts, folder, changed = 1000000000 + step.writes, name.split("/"), step.modules, []
        path = folder + "/" + name
        for part in parts[:-1]:
            if stat(folder + "/" + part) is None:
                changed.append((folder, stat(folder)))
                system.mkdir(folder + "/" + part)
                system.utime(folder + "/" + part, (1000000000, 1000000000))
            folder += "/" + part
        before = stat(path)
        if before is None:
            changed.append((folder, stat(folder)))
        descriptor = system.open(path, system.O_WRONLY | system.O_CREAT | system.O_TRUNC, 0o666)
        while text:
            text = text[system.write(descriptor, text):]
        system.close(descriptor)
        kept = mtime == "unchanged"
        if kept:
            mtime = 1000000000 if before is None else before
        system.utime(path, (later if mtime is None else mtime,) * 2)
        for folder, seconds in changed:
            system.utime(folder, (seconds if kept else later,) * 2)
    return write_file


def remover(step):
    """Remove a file or a folder below the modules; the folder it was in looks changed."""
    remove = remove_tree

    def remove_file(name):
        step.writes += 1
        path = step.modules + "/" + name
        remove(step.system, path)
        step.system.utime(path.rpartition("/")[0], (1000000000 + step.writes,) * 2)
    return remove_file


def remove_tree(system, path):
    def remove(path):
        if (system.lstat(path).st_mode & 0o170000) == 0o040000:
            for name in system.listdir(path):
                remove(path + "/" + name)
            system.rmdir(path)
        else:
            system.unlink(path)
    remove(path)
