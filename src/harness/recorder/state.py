"""What is looked at after each step: the module cache, what names are bound to, attributes of modules."""

from ..shared.base import Harness, TEXT_TYPES, sys
from .labels import namespace_of
from .notation import PLAIN_TYPES

ABSENT = object()
ATTRIBUTES_OF_SYS = sys.__dict__
# Facts of every step or case: no module's state is recorded under such a name.
RESERVED_FACTS = ("outcome", "message", "ran", "value", "cache", "died", "warned", "warning_messages", "lookups", "end",
                  "stdout", "stderr")


def entries_of(cache):
    """The storage of a dict, past whatever a subclass or an odd key would do; None of anything else."""
    if not issubclass(type(cache), dict):
        return None
    return dict([(key, value) for key, value in list(dict.items(cache)) if type(key) in TEXT_TYPES])


def current_cache():
    return ATTRIBUTES_OF_SYS.get("modules", ABSENT)


class StateReader(Harness):
    """Reads the facts about the state that a step leaves."""

    def __init__(self, original, caches, notation):
        self.original, self.caches, self.notation = original, caches, notation
        self.modules, self.names, self.aliases = (), (), ()

    def watch(self, modules, names, aliases, snapshots):
        """Says what is looked at.

        modules: dotted names whose state is recorded.  names: those of which only the binding is.  aliases: names that
        give the labels of what they hold, where other things have the name of the module.  snapshots: names that steps
        bind to copies of the cache.
        """
        self.modules, self.names, self.aliases, self.notation.snapshots = modules, names, aliases, snapshots

    def name_cache(self, cache):
        for known, name in self.caches:
            if known is cache:
                return name
        if cache is ABSENT:
            return "missing"
        if type(cache) is not dict and type(cache) in PLAIN_TYPES:
            return self.notation.normalize(cache)
        unnamed = [name for _, name in self.caches if name.startswith("cache#")]
        self.caches.append((cache, "cache#%d" % (len(unnamed) + 2)))
        return self.caches[-1][1]

    def name_snapshots(self, namespace):
        for name in self.notation.snapshots:
            found = namespace.get(name, ABSENT)
            if type(found) is dict and not [1 for known, _ in self.caches if known is found]:
                taken = len([1 for _, other in self.caches if other.split("#")[0] == name])
                self.caches.append((found, name if not taken else "%s#%d" % (name, taken + 1)))

    def read(self, namespace):
        """The facts about the state, as seen from a namespace."""
        self.name_snapshots(namespace)
        cache = current_cache()
        cached, first = entries_of(cache), entries_of(self.original)
        objects, facts = {}, []
        for name in self.modules:
            parent, _, last = name.rpartition(".")
            seen = ABSENT if cached is None else cached.get(name, ABSENT)
            in_cache = "unreadable" if cached is None and cache is not ABSENT else self.describe(seen, name)
            in_original = self.describe(first.get(name, ABSENT), name)
            if parent:
                holder = namespace_of(objects.get(parent, ABSENT)) or {}
                bound = holder.get(last, ABSENT)
                facts.append(("attribute(%s)" % name, self.describe(bound, name)))
            else:
                bound = namespace.get(name, ABSENT)
            if not parent and name not in RESERVED_FACTS:
                facts.append((name, self.describe_binding(bound, name)))
            facts.append(("cached(%s)" % name, in_cache))
            facts.append(("original(%s)" % name, in_original))
            objects[name] = seen if bound is ABSENT or namespace_of(bound) is None else bound
        for name in self.names:
            facts.append((name, self.describe_binding(namespace.get(name, ABSENT), name)))
        facts.append(("cache", self.name_cache(cache)))
        return facts

    def describe_binding(self, thing, name):
        base = name if name in self.aliases else self.notation.module_name(thing) or name
        return "unbound" if thing is ABSENT else self.describe(thing, base)

    def describe(self, thing, base):
        return "absent" if thing is ABSENT else self.notation.show(thing, base)
