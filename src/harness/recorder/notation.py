"""The one notation for every value that is recorded; scenario/notation.rs reads it.

A text stands as it is where nothing else reads so, else in quotes. What is neither text nor number, list nor dict reads
`<...>` or `name(...)`. No two different values are written alike, and equal ones are on every version.
"""

from ..shared.base import Harness, PYTHON_2, TEXT_TYPES
from .labels import MODULE_TYPE, ROOT_TYPES, namespace_of
from .text import decode_text, encode_json, is_number, is_unseen, quote, render_value, split_characters, strip_python_2_marks

INTEGERS = (int, long) if PYTHON_2 else (int,)
CONTAINERS = (list, tuple, set, frozenset, dict)
PLAIN_TYPES = INTEGERS + TEXT_TYPES + (type(None), bool, float, complex, bytes) + CONTAINERS
LAZY_IMPORT = ROOT_TYPES.get("lazy_import")     # 3.15: what a name holds until its lazy import happens
# Texts that are in quotes, because facts have them for something else.
RESERVED = ("True", "False", "None", "nan", "inf", "-inf", "absent", "unbound", "unreadable", "missing", "lazy", "original")
MAX_DEPTH = 40                          # containers in each other that are looked into
MIN_ADDRESS = 6                         # hexadecimal digits of what may be an address
MIN_ID = 8                              # decimal digits of what may be an `id()`
MAX_TEXT = 1 << 20                      # characters that are kept of a text
LONGER_PATHS = 1 << 16                  # characters more that are looked at: paths become shorter
MAX_ITEMS = 20000                       # of the containers of one value, in all


def is_cut_off(thing, outer):
    """Whether a container is not looked into, because one is in it already, or nobody would see the end."""
    return len(outer) > MAX_DEPTH or bool([1 for known in outer if known is thing])


class Notation(Harness):
    """Writes values with nothing in them that differs between two runs, two machines, or two versions that mean the same.

    Nothing here looks through getattr, an overridden method or an import: looking must trigger no hook.
    """

    def __init__(self, labeller, caches, paths):
        self.labeller, self.caches, self.paths = labeller, caches, paths
        self.snapshots = ()             # names that caches may get
        self.items_left = MAX_ITEMS

    def redact(self, text):
        """The text without addresses and without the paths of files, cut where it is longer than anybody reads."""
        if type(text) not in TEXT_TYPES:    # a subclass may do anything when it is asked something
            text = "".join([text])
        is_cut = len(text) > MAX_TEXT
        text = self.paths.substitute(text[:MAX_TEXT + LONGER_PATHS] if is_cut else text)
        parts, end = [], 0
        start = text.find("0x") + 2
        while start >= 2:
            parts.append(text[end:start])
            end = start
            while end < len(text) and text[end] in "0123456789abcdefABCDEF":
                end += 1
            parts.append("..." if end - start >= MIN_ADDRESS else text[start:end])
            start = text.find("0x", end) + 2
        text = self.name_ids(text[:0].join(parts + [text[end:]]))
        # Not how much is cut off: that depends on how long the paths are.
        return text[:MAX_TEXT] + "[cut]" if is_cut else text

    def name_ids(self, text):
        """The text with labels for numbers that are the `id()` of what has one: such a number is another one in each process."""
        parts, end, start = [], 0, 0
        while start < len(text):
            stop = start
            while stop < len(text) and text[stop] in "0123456789":
                stop += 1
            label = self.labeller.addresses.get(int(text[start:stop])) if MIN_ID <= stop - start <= 20 else None
            if label is not None:
                parts += [text[end:start], label]
                end = stop
            start = stop + 1
        return text[:0].join(parts + [text[end:]]) if parts else text

    def class_name(self, kind):
        name, module = kind.__name__, getattr(kind, "__module__", None)
        if module in ("builtins", "__builtin__", "exceptions", None):
            return name
        return self.redact("%s.%s" % (module, name))

    def module_name(self, thing):
        """What a module calls itself; None for anything else."""
        name = (namespace_of(thing) or {}).get("__name__") if issubclass(type(thing), MODULE_TYPE) else None
        return self.redact(name) if type(name) in TEXT_TYPES else None

    def show(self, thing, base):
        """What a name holds: a label, or a value that has no identity worth following."""
        kind = type(thing)
        if kind in PLAIN_TYPES and not (kind in CONTAINERS and thing):
            return self.normalize(thing)
        if kind is LAZY_IMPORT:
            return "lazy"
        return self.labeller.label(thing, base)

    def is_repr(self, text):
        """Whether a text is of the form in which objects are written."""
        if text[:1] == "<" and text[-1:] == ">":
            return text not in self.paths.placeholders.values()
        head = text.partition("(")[0]
        return text[-1:] == ")" and head.replace("_", "a").replace(".", "a").isalnum()

    def quote_if_ambiguous(self, text, inside=False):
        """A text, in quotes where it might be taken for something else. inside: of a list or dict."""
        odd = (not text or text in RESERVED or text in self.snapshots or text[0] in "'\"[{( " or text[-1] == " "
               or text[:2] in ("b'", 'b"') or is_number(text) or self.is_repr(text)
               or inside and [mark for mark in ",:[]{}()" if mark in text]
               or [1 for character in split_characters(text) if is_unseen(character)])
        _, hash_mark, digits = text.rpartition("#")
        return quote(text) if odd or hash_mark and digits and not digits.strip("0123456789") else text

    def normalize(self, thing, outer=()):
        """A value as it is recorded: a bool, a number, a text, a list, or a tuple of pairs, which is a dict.

        outer: the containers that it is in.
        """
        kind = type(thing)
        if thing is None or kind is bool:
            return "None" if thing is None else thing
        if kind in INTEGERS:
            if thing in self.labeller.addresses:
                return self.labeller.addresses[thing]
            return thing if -2 ** 63 <= thing < 2 ** 63 else "%d" % thing
        if kind is float:
            return thing if thing - thing == 0 else repr(thing)
        if kind in TEXT_TYPES:
            text = decode_text(self.redact(thing))
            return self.redact("b" + repr(thing)) if text is None else self.quote_if_ambiguous(text, bool(outer))
        for known, name in self.caches:
            if known is thing:
                return name
        if issubclass(kind, MODULE_TYPE):
            return self.labeller.label(thing, self.module_name(thing) or "module")
        if kind is LAZY_IMPORT:
            return "lazy"
        if kind not in CONTAINERS:
            return self.spell(thing, outer)
        if is_cut_off(thing, outer):
            return "<...>"
        if not self.take_items(thing, outer):
            return "<%s of %d items>" % (kind.__name__, len(thing))
        outer += (thing,)
        if kind is dict:
            items = [(render_value(self.normalize(key, outer)), self.normalize(item, outer))
                     for key, item in list(thing.items())]
            return tuple(sorted(items, key=lambda pair: pair[0]))
        items = [self.normalize(item, outer) for item in thing]
        if kind is list:
            return items
        # A dict that has such a key has it in quotes.
        return (("()", items),) if kind is tuple else (("{}", sorted(items, key=encode_json)),)

    def take_items(self, thing, outer):
        """Whether a container may be looked into: of one value, only so many items are written in all."""
        if not outer:
            self.items_left = MAX_ITEMS
        self.items_left -= min(len(thing), MAX_ITEMS + 1)
        return self.items_left >= 0

    def spell(self, thing, outer=()):
        """The repr as Python writes it, but alike on all versions: texts in quotes, and no u, no L."""
        kind = type(thing)
        if kind in TEXT_TYPES and decode_text(thing) is not None:
            return quote(decode_text(self.redact(thing)))
        if kind in CONTAINERS and not is_cut_off(thing, outer) and not [1 for known, _ in self.caches if known is thing]:
            return self.spell_container(thing, outer + (thing,))
        if (thing is None or kind in (bool, float, LAZY_IMPORT) + INTEGERS + TEXT_TYPES + CONTAINERS
                or issubclass(kind, MODULE_TYPE)):
            return render_value(self.normalize(thing, outer))
        if kind is bytes:
            return self.redact(repr(thing))
        if issubclass(kind, BaseException):
            if is_cut_off(thing, outer):
                return "<...>"
            arguments = [self.spell(item, outer + (thing,)) for item in thing.args]
            return "%s(%s)" % (self.class_name(kind), ", ".join(arguments))
        if issubclass(kind, type) or PYTHON_2 and kind.__name__ == "classobj":
            return "<class %s>" % self.class_name(thing)
        # It has another repr from 3.12 on.
        if kind.__name__ == "OrderedDict" and issubclass(kind, dict) and not is_cut_off(thing, outer):
            return "%s(%s)" % (kind.__name__, self.spell(list(thing.items()), outer + (thing,)))
        text = repr(thing)
        text = self.redact(strip_python_2_marks(text if len(text) <= MAX_TEXT else self.redact(text)))
        text = text if decode_text(text) is None else decode_text(text)
        return text if self.is_repr(text) else "<%s>" % text

    def spell_container(self, thing, outer):
        kind = type(thing)
        if not self.take_items(thing, outer[:-1]):
            return "<%s of %d items>" % (kind.__name__, len(thing))
        if kind is dict:
            pairs = [(self.spell(key, outer), self.spell(item, outer)) for key, item in list(thing.items())]
            return "{%s}" % ", ".join(sorted(["%s: %s" % pair for pair in pairs]))
        items = [self.spell(item, outer) for item in thing]
        if kind in (list, tuple):
            return ("[%s]" if kind is list else "(%s,)" if len(items) == 1 else "(%s)") % ", ".join(items)
        return "{%s}" % ", ".join(sorted(items)) if items else "set()"
