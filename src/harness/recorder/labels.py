"""Labels for objects, `demo#1`: which one is which, without an `id()` that could come again."""

from ..shared.base import Harness, sys

MODULE_TYPE = type(sys)
ROOT_TYPES = dict([(kind.__name__, kind) for kind in object.__subclasses__()])
address_of = id                         # a scenario may take it away
WEAK_REFERENCE = sys.modules["_weakref"].ref if "_weakref" in sys.modules else ROOT_TYPES["weakref"]


class Tag(Harness):
    """The mark on an object. It must not keep the object alive, and must be told from a copy of itself."""

    __slots__ = ("label", "owner", "namespace", "__weakref__")

    def __repr__(self):
        return self.label


def namespace_of(thing):
    """The `__dict__` of an object without asking it; None where it has none, or another type of it."""
    try:
        found = object.__getattribute__(thing, "__dict__")
    except Exception:
        return None
    return found if type(found) is dict else None


class Labeller(Harness):
    """Gives each object one label: by a tag on whatever takes attributes, by a strong reference and `is` for the rest."""

    def __init__(self):
        self.counts, self.held, self.alive, self.died = {}, [], [], []
        self.addresses = {}             # of labelled objects, for values that are their `id()`; the last one there counts

    def label(self, thing, base):
        """Returns the label of the object; at its first sight it is the next one of this base."""
        text = self.addresses[address_of(thing)] = self.find_label(thing, base)
        return text

    def find_label(self, thing, base):
        namespace = namespace_of(thing)
        if namespace is None:
            for known, text in self.held:
                if known is thing:
                    return text
        else:
            tag = namespace.get("__label__")
            if type(tag) is Tag and (tag.owner() is thing if tag.owner else tag.namespace is namespace):
                return tag.label
            for reference, text in self.alive:  # the tag was wiped with the namespace, or is a copy of another one's
                if reference() is thing:
                    return text
        self.counts[base] = self.counts.get(base, 0) + 1
        text = "%s#%d" % (base, self.counts[base])
        if namespace is None:
            self.held.append((thing, text))
        else:
            namespace["__label__"] = self.make_tag(thing, namespace, text)
        return text

    def make_tag(self, thing, namespace, text):
        tag, died = Tag(), self.died
        tag.label, tag.owner, tag.namespace = text, None, None

        def note_death(_reference):
            died.append(text)
        try:
            tag.owner = WEAK_REFERENCE(thing, note_death)
            self.alive.append((tag.owner, text))
        except TypeError:
            # A module of 2.7 takes no weak reference, but frees what is in its namespace, and so the tag, as it dies.
            # An emptied namespace looks the same. Holding it to tell them apart would keep a module in a cycle alive.
            tag.namespace = namespace
            self.alive.append((WEAK_REFERENCE(tag, note_death), text))
        return tag
