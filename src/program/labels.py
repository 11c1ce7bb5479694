def labeller(original, caches, name_places):
    """Words for objects: a label for what has an identity worth following, else a value with nothing in it that differs
    between two runs or two machines.

    original: the cache of the start.  caches: pairs of a cache and its name.
    name_places: a function that puts words for the places of files into a text.
    Nothing here looks through getattr, an overridden method or an import: looking must trigger no hook.
    """
    sys = __import__("sys")
    version_2 = sys.version_info[0] == 2
    integers, texts = ((int, long), (str, unicode)) if version_2 else ((int,), (str,))
    plain_types = integers + texts + (type(None), bool, float, complex, bytes)
    module_type = type(sys)
    kinds = dict([(kind.__name__, kind) for kind in object.__subclasses__()])
    weak = original["_weakref"].ref if "_weakref" in original else kinds["weakref"]
    lazy_type = kinds.get("lazy_import")    # 3.15: what a name holds until its lazy import happens

    # -- identity: a tag on whatever takes attributes, a strong reference and `is` for the rest ------------------

    counts, held, alive, died = {}, [], [], []

    class Tag(object):
        """The mark on an object. It must not keep the object alive, and must be told from a copy of itself."""

        __slots__ = ("label", "owner", "namespace", "__weakref__")

        def __repr__(self):
            return self.label

    def namespace_of(thing):
        try:
            found = object.__getattribute__(thing, "__dict__")
        except Exception:
            return None
        return found if type(found) is dict else None

    def label(thing, base):
        namespace = namespace_of(thing)
        if namespace is None:
            for known, text in held:
                if known is thing:
                    return text
        else:
            tag = namespace.get("__label__")
            if type(tag) is Tag and (tag.owner() is thing if tag.owner else tag.namespace is namespace):
                return tag.label
            for reference, text in alive:   # the tag was wiped with the namespace, or is a copy of another one's
                if reference() is thing:
                    return text
        counts[base] = counts.get(base, 0) + 1
        text = "%s#%d" % (base, counts[base])
        if namespace is None:
            held.append((thing, text))
            return text
        tag = Tag()
        tag.label, tag.owner, tag.namespace = text, None, None

        def gone(_reference):
            died.append(text)
        try:
            tag.owner = weak(thing, gone)
            alive.append((tag.owner, text))
        except TypeError:
            # A module of 2.7 takes no weak reference, but frees what is in its namespace, and so the tag, as it dies.
            # An emptied namespace looks the same. Holding it to tell them apart would keep a module in a cycle alive.
            tag.namespace = namespace
            alive.append((weak(tag, gone), text))
        namespace["__label__"] = tag
        return text

    # -- values -------------------------------------------------------------------------------------------------

    def clean(text):
        """Without addresses and without the places of files."""
        if type(text) not in texts:         # a subclass may do anything when it is asked something
            text = "".join([text])
        text = name_places(text)
        head, rest = text[:0], text
        while "0x" in rest:
            at = rest.index("0x") + 2
            end = at
            while end < len(rest) and rest[end] in "0123456789abcdefABCDEF":
                end += 1
            head, rest = head + rest[:at] + ("..." if end - at > 5 else rest[at:end]), rest[end:]
        return head + rest

    def class_name(kind):
        name, place = kind.__name__, getattr(kind, "__module__", None)
        return name if place in ("builtins", "__builtin__", "exceptions", None) else clean("%s.%s" % (place, name))

    def own_name(thing):
        name = (namespace_of(thing) or {}).get("__name__") if issubclass(type(thing), module_type) else None
        return clean(name) if type(name) in texts else None

    def show(thing, base):
        """One word for an object: a label, or the repr of a value that has no identity worth following."""
        kind = type(thing)
        if kind in plain_types:
            return clean(repr(thing))
        if kind is lazy_type:
            return "lazy"
        if kind in (list, tuple, dict, set, frozenset) and not thing:
            return repr(thing)
        return label(thing, base)

    def normal(thing, depth=0):
        """The value of an `eval`, with nothing in it that differs between two runs or two machines."""
        kind = type(thing)
        if thing is None or kind is bool:
            return "None" if thing is None else thing
        if kind in integers:
            return thing if -2 ** 53 < thing < 2 ** 53 else repr(thing).rstrip("L")
        if kind is float:
            return thing if thing - thing == 0 else repr(thing)
        if kind in texts:
            return clean(thing) if thing != "None" else repr(thing)
        for known, name in caches:
            if known is thing:
                return name
        if issubclass(kind, module_type):
            return label(thing, own_name(thing) or "module")
        if kind is lazy_type:
            return "lazy"
        if depth < 8:
            if kind in (list, tuple):
                return [normal(item, depth + 1) for item in thing]
            if kind in (set, frozenset):
                return sorted([normal(item, depth + 1) for item in thing], key=encode)
            if kind is dict:
                items = [(key if type(key) is str else repr(key), normal(thing[key], depth + 1)) for key in thing]
                return tuple(sorted([(clean(key), item) for key, item in items], key=lambda pair: pair[0]))
        if issubclass(kind, BaseException):
            return "%s(%s)" % (class_name(kind), ", ".join([clean(repr(item)) for item in thing.args]))
        if issubclass(kind, type):
            return "<class %s>" % class_name(thing)
        return clean(repr(thing))

    as_they_are = dict([(character, character) for character in map(chr, range(32, 127)) if character not in '"\\'])

    def encode(value):
        """JSON, in ASCII but for the bytes of a Python 2 string, without a module that would show in the cache."""
        if value is True or value is False:
            return "true" if value else "false"
        if type(value) in texts:
            return '"%s"' % "".join([as_they_are.get(character) or encode_character(character) for character in value])
        if type(value) is list:
            return "[%s]" % ",".join([encode(item) for item in value])
        if type(value) is tuple:            # pairs in order: an object
            return "{%s}" % ",".join(["%s:%s" % (encode(key), encode(item)) for key, item in value])
        return repr(value).rstrip("L")

    def encode_character(character):
        code = ord(character)
        if code < 127 and character in '"\\':
            return "\\" + str(character)
        if 0xD800 <= code < 0xE000:         # a lone surrogate is no JSON
            return "\\\\u%04x" % code
        if code > 0xFFFF:
            return "\\u%04x\\u%04x" % (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
        return character if type(character) is str and version_2 and code > 126 else "\\u%04x" % code

    return namespace_of, own_name, show, normal, encode, clean, died, texts, plain_types
