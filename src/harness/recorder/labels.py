def labeller(original, caches, places, snapshots):
    """Words for objects: a label for what has an identity worth following, else a value with nothing in it that differs
    between two runs, two machines, or two versions that mean the same.

    original: the cache of the start.  caches: pairs of a cache and its name.  places: what place_words() gives.
    snapshots: names that caches may get.
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
        text = places.name(text)
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
        """What a name holds: a label, or a value that has no identity worth following."""
        kind = type(thing)
        if kind in plain_types or kind in containers and not thing:
            return normal(thing)
        if kind is lazy_type:
            return "lazy"
        return label(thing, base)

    # -- values: one notation for every fact; scenario/notation.rs reads it ----------------------------------------
    # A text stands as it is where nothing else reads so, else in quotes. What is neither text nor number, list nor dict
    # reads `<...>` or `name(...)`. No two different values are written alike, and equal ones are on every version.

    containers = (list, tuple, set, frozenset, dict)
    words = ("True", "False", "None", "nan", "inf", "-inf", "absent", "unbound", "unreadable", "missing", "lazy", "original")
    # Code points that cannot be seen, that look like a blank, or by which tables say "not there" and "the same".
    unseen = [(0, 31), (127, 160), (173, 173), (183, 183), (0x200B, 0x200F), (0x2014, 0x2014), (0x2028, 0x202F),
              (0x2060, 0x206F), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF)]
    seen = set(map(chr, range(32, 127)))

    narrow = sys.maxunicode < 0x10000       # some 2.7: a character beyond the first plane is a pair of surrogates

    def characters(text):
        if not narrow:
            return text
        found = []
        for character in text:
            last = ord(found[-1]) if found and len(found[-1]) == 1 else 0
            if 0xD800 <= last < 0xDC00 <= ord(character) < 0xE000:
                found[-1] += character
            else:
                found.append(character)
        return found

    def is_unseen(character):
        if character in seen or len(character) > 1:
            return False
        return bool([first for first, last in unseen if first <= ord(character) <= last])

    def is_number(text):
        return text[:1] in "+-.0123456789" and not text.strip("+-.0123456789eE_") and bool(text.strip("+-.eE_"))

    def is_repr(text):
        """Whether a text is of the form in which objects are written."""
        if text[:1] == "<" and text[-1:] == ">":
            return text not in places.words.values()
        head = text.partition("(")[0]
        return text[-1:] == ")" and head.replace("_", "a").replace(".", "a").isalnum()

    def quote(text):
        """In quotes and with escapes as Python has them; what cannot be seen is escaped, too."""
        mark = '"' if "'" in text and '"' not in text else "'"
        known = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", mark: "\\" + mark}
        parts = []
        for character in characters(text):
            if character not in known and is_unseen(character):
                known[character] = ("\\x%02x" if ord(character) < 256 else "\\u%04x") % ord(character)
            parts.append(known.get(character, character))
        return mark + "".join(parts) + mark

    def written(text, inside=False):
        """A text, in quotes where it might be taken for something else; inside: of a list or dict."""
        odd = (not text or text in words or text in snapshots or text[0] in "'\"[{( " or text[-1] == " "
               or text[:2] in ("b'", 'b"') or is_number(text) or is_repr(text)
               or inside and [mark for mark in ",:[]{}()" if mark in text]
               or [1 for character in characters(text) if is_unseen(character)])
        _, hash_mark, digits = text.rpartition("#")
        return quote(text) if odd or hash_mark and digits and not digits.strip("0123456789") else text

    def decoded(thing):
        """A text of either kind that 2.7 has; None for bytes that are none."""
        if version_2 and type(thing) is str:
            try:
                return unicode(thing, "utf-8")  # not its method, which asks `encodings`
            except UnicodeDecodeError:
                return None
        return thing

    def cut_off(thing, outer):
        """Whether a container is not looked into, because one is in it already, or nobody would see the end."""
        return len(outer) > 40 or bool([1 for known in outer if known is thing])

    def normal(thing, outer=()):
        """A value as it is recorded: a bool, a number, a text, a list, or a tuple of pairs, which is a dict.
        outer: the containers that it is in."""
        kind = type(thing)
        if thing is None or kind is bool:
            return "None" if thing is None else thing
        if kind in integers:
            return thing if -2 ** 63 <= thing < 2 ** 63 else "%d" % thing
        if kind is float:
            return thing if thing - thing == 0 else repr(thing)
        if kind in texts:
            text = decoded(clean(thing))
            return "b" + clean(repr(thing)) if text is None else written(text, bool(outer))
        for known, name in caches:
            if known is thing:
                return name
        if issubclass(kind, module_type):
            return label(thing, own_name(thing) or "module")
        if kind is lazy_type:
            return "lazy"
        if kind not in containers:
            return spell(thing, outer)
        if cut_off(thing, outer):
            return "<...>"
        outer += (thing,)
        if kind is dict:
            items = [(shown(normal(key, outer)), normal(item, outer)) for key, item in list(thing.items())]
            return tuple(sorted(items, key=lambda pair: pair[0]))
        items = [normal(item, outer) for item in thing]
        if kind is list:
            return items
        # A dict that has such a key has it in quotes.
        return (("()", items),) if kind is tuple else (("{}", sorted(items, key=encode)),)

    def spell(thing, outer=()):
        """As Python writes it, but alike on all versions: texts in quotes, and no u, no L."""
        kind = type(thing)
        if kind in texts and decoded(thing) is not None:
            return quote(decoded(clean(thing)))
        if kind in containers and not cut_off(thing, outer) and not [1 for known, _ in caches if known is thing]:
            outer += (thing,)
            if kind is dict:
                pairs = [(spell(key, outer), spell(item, outer)) for key, item in list(thing.items())]
                return "{%s}" % ", ".join(sorted(["%s: %s" % pair for pair in pairs]))
            items = [spell(item, outer) for item in thing]
            if kind in (list, tuple):
                return ("[%s]" if kind is list else "(%s,)" if len(items) == 1 else "(%s)") % ", ".join(items)
            return "{%s}" % ", ".join(sorted(items)) if items else "set()"
        if thing is None or kind in (bool, float, lazy_type) + integers + texts + containers or issubclass(kind, module_type):
            return shown(normal(thing, outer))
        if kind is bytes:
            return clean(repr(thing))
        if issubclass(kind, BaseException):
            if cut_off(thing, outer):
                return "<...>"
            return "%s(%s)" % (class_name(kind), ", ".join([spell(item, outer + (thing,)) for item in thing.args]))
        if issubclass(kind, type) or version_2 and kind.__name__ == "classobj":
            return "<class %s>" % class_name(thing)
        if kind.__name__ == "OrderedDict" and issubclass(kind, dict) and not cut_off(thing, outer):  # another repr from 3.12 on
            return "%s(%s)" % (kind.__name__, spell(list(thing.items()), outer + (thing,)))
        text = clean(neutral(repr(thing)))
        text = text if decoded(text) is None else decoded(text)
        return text if is_repr(text) else "<%s>" % text

    def neutral(text):
        """A repr without the marks that only 2.7 puts at texts and integers."""
        parts, mark, at = [], None, 0
        while version_2 and at < len(text):
            one, before = text[at], text[at - 1:at]
            if mark:
                if one == "\\":
                    one = text[at:at + 2]
                elif one == mark:
                    mark = None
            elif one in "'\"":
                mark = one
            elif one == "u" and text[at + 1:at + 2] in ("'", '"') and not before.isalnum() or one == "L" and before.isdigit():
                at += 1
                continue
            parts.append(one)
            at += len(one)
        return "".join(parts) if parts and not mark else text

    def shown(value):
        """What `normal` gave, in one line; trace/fact.rs does the same."""
        if value is True or value is False or type(value) is float:
            return repr(value)
        if type(value) is list:
            return "[%s]" % ", ".join(map(shown, value))
        if type(value) is not tuple:
            return value if type(value) in texts else "%d" % value
        if len(value) == 1 and type(value[0][1]) is list:
            mark, items = value[0]
            if mark == "()":
                return ("(%s,)" if len(items) == 1 else "(%s)") % ", ".join(map(shown, items))
            if mark == "{}":
                return "{%s}" % ", ".join(map(shown, items)) if items else "set()"
        return "{%s}" % ", ".join(["%s: %s" % (key, shown(item)) for key, item in value])

    as_they_are = dict([(character, character) for character in map(chr, range(32, 127)) if character not in '"\\'])

    def encode(value):
        """JSON, in ASCII but for the bytes of a Python 2 string, without a module that would show in the cache."""
        if value is True or value is False:
            return "true" if value else "false"
        if type(value) in texts:
            return '"%s"' % "".join([as_they_are.get(one) or encode_character(one) for one in characters(value)])
        if type(value) is list:
            return "[%s]" % ",".join([encode(item) for item in value])
        if type(value) is tuple:            # pairs in order: an object
            return "{%s}" % ",".join(["%s:%s" % (encode(key), encode(item)) for key, item in value])
        return repr(value).rstrip("L")

    def encode_character(character):
        if len(character) > 1:
            return "\\u%04x\\u%04x" % tuple(map(ord, character))
        code = ord(character)
        if code < 127 and character in '"\\':
            return "\\" + str(character)
        if 0xD800 <= code < 0xE000:         # a lone surrogate is no JSON
            return "\\\\u%04x" % code
        if code > 0xFFFF:
            return "\\u%04x\\u%04x" % (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
        return character if type(character) is str and version_2 and code > 126 else "\\u%04x" % code

    return namespace_of, own_name, show, normal, encode, clean, died, texts, plain_types + containers, quote, written, shown
