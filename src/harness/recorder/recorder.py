def observer(main, watched, bound_names, aliases, snapshots, emit, system, places):
    """Record what each step did, from outside: `with step(1, "import: demo"): import demo`.

    main: the namespace in which the steps run.  watched: modules whose state is recorded after each step.
    bound_names: names of which only the binding is recorded.  aliases: names that give the labels of what they hold, where
    other things have the name of the module.
    snapshots: names that steps bind to copies of the cache.  emit(number, action, facts, details, inside) gets what
    was seen; details are the texts of an exception and of warnings, which change with the version more often than the
    behaviour does; `inside` is the step that was running when the body of a module came to one of its own.  system: the
    module `posix`.  places: what place_words() gives.  The lists are looked at when a step runs, and may be filled
    until then, and so may the places.

    Nothing here looks through getattr, an overridden method or an import: looking must trigger no hook.
    """
    sys = __import__("sys")
    attributes_of_sys = sys.__dict__
    original = sys.modules                  # what C code reads, whatever sys.modules is rebound to
    version_2 = sys.version_info[0] == 2
    # 2.7 empties the namespace of a module whose last reference goes. Any script that imports sys holds these.
    held_modules = [sys, original["__main__"], original["__builtin__" if version_2 else "builtins"]]
    absent, forget_exception = object(), getattr(sys, "exc_clear", None)
    most_warnings, most_of_text = 20, 1 << 20   # kept in a step; characters kept of a message or of a warning
    frame, current_exception, ours = sys._getframe, sys.exc_info, sys._getframe().f_globals
    builtins = held_modules[2].__dict__
    places.add_python(original)
    caches = [(original, "original")]
    labels = labeller(original, caches, places, snapshots)
    namespace_of, own_name, show, normal, encode, clean, died, texts, plain_types, quote, written, shown = labels

    borrowed = {}

    def borrow(name):
        """Import a module and take back what that leaves in the caches of modules and of finders."""
        if name in borrowed:
            return borrowed[name]
        before, finders = set(original), set(sys.path_importer_cache)
        module = borrowed[name] = __import__(name)
        for key in set(original) - before:
            held_modules.append(original.pop(key))
        for entry in set(sys.path_importer_cache) - finders:
            del sys.path_importer_cache[entry]
        return module

    thread = borrow("thread" if version_2 else "_thread")
    gc = borrow("gc")
    gc.disable()                            # or cycles would die whenever a counter overflows; `collect` steps say when

    # -- caches -------------------------------------------------------------------------------------------------

    def cache_name(cache):
        for known, name in caches:
            if known is cache:
                return name
        if cache is absent:
            return "missing"
        if type(cache) is not dict and type(cache) in plain_types:
            return normal(cache)
        unnamed = [name for _, name in caches if name.startswith("cache#")]
        caches.append((cache, "cache#%d" % (len(unnamed) + 2)))
        return caches[-1][1]

    def name_snapshots(namespace):
        for name in snapshots:
            found = namespace.get(name, absent)
            if type(found) is dict and not [1 for known, _ in caches if known is found]:
                taken = len([1 for _, other in caches if other.split("#")[0] == name])
                caches.append((found, name if not taken else "%s#%d" % (name, taken + 1)))

    def entries(cache):
        """The storage of a dict, past whatever a subclass or an odd key would do."""
        if not issubclass(type(cache), dict):
            return None
        return dict([(key, value) for key, value in list(dict.items(cache)) if type(key) in texts])

    # -- what happens inside a step -----------------------------------------------------------------------------

    # Other threads may add to these at any moment: what is reported is taken out of them, and the rest is the next step's.
    ran, warned, warning_texts, lookups, resolved = [], [], [], [], []

    def drain(events):
        taken = list(events)
        del events[:len(taken)]
        return taken

    def running_name(namespace):
        """The `__name__` in a namespace, whatever a subclass of dict or an odd key would do."""
        found = [value for key, value in list(dict.items(namespace)) if type(key) in texts and key == "__name__"]
        if not found or not issubclass(type(found[0]), texts):
            return "<unnamed>"
        return clean("".join(found[:1]))    # of a subclass its text

    class body_ran(complex):
        """A module body of ours calls this first. It finds it from a literal, so it needs no name, no builtin,
        no import, and leaves nothing in the module."""

        def __new__(cls):
            # Up to 3.11 subinterpreters share the type, from 3.12 on they do not; never is it our business.
            if frame(1).f_builtins is builtins:
                name = running_name(frame(1).f_globals)
                # Or one that imports itself without end. 2.7 warns where it compares texts of two types.
                if len([1 for known in ran if type(known) is type(name) and known == name]) < 20:
                    ran.append(name)
            return complex.__new__(cls)

    class body_step(complex):
        """A module body made of steps calls this around each, and finds it in the same way."""

        def __new__(cls, number, what, value=None, names=""):
            namespace = frame(1).f_globals
            if frame(1).f_builtins is not builtins:
                raise KeyError("a body made of steps runs in the interpreter of the steps")
            if what in ("exec", "eval"):
                step.inside(number, "begin", names, namespace)
                try:
                    code = compile(value, "<step %d>" % number, what, 0, True)
                    value = eval(code, namespace)
                except:
                    step.inside(number, "fail", None, namespace)
                    raise
                what = "end" if what == "exec" else "value"
            step.inside(number, what, value, namespace)
            return complex.__new__(cls)

    hearing = {}                            # by thread: the text of a warning whose category is asked for next

    def hear(text):
        """Asked before the category, where a filter has the pattern of the text: get_filter() in C."""
        hearing[thread.get_ident()] = text
        return True

    class Witness(type):
        def __subclasscheck__(cls, category):
            name, text = category.__name__, hearing.pop(thread.get_ident(), "")
            if name not in warned:
                warned.append(name)
            if len(warning_texts) < most_warnings:
                text = "%s: %s" % (name, shorten(clean(text)) if type(text) in texts else "<unprintable>")
                if text not in warning_texts:
                    warning_texts.append(text)
            return False                    # matches nothing: the filters behind it decide, as they would without it

    warnings = original["_warnings"]
    filters = warnings.filters
    # What a line has warned of once it does not warn of again, before any filter is asked; see already_warned() in C.
    forget_warned = getattr(warnings, "_filters_mutated", None)
    if hasattr(warnings, "_filters_mutated_lock_held"):     # 3.14
        def forget_warned():
            warnings._acquire_lock()
            try:
                warnings._filters_mutated_lock_held()
            finally:
                warnings._release_lock()
    elif forget_warned is None:                             # 2.7
        def forget_warned():
            for module in list(original.values()):
                registry = (namespace_of(module) or {}).get("__warningregistry__")
                if type(registry) is dict:
                    registry.clear()
    witness = Witness("Witness", (Warning,), {"match": staticmethod(hear)})
    witness = ("ignore", witness, witness, None, 0)
    bodies, most_of_bodies = {}, 50         # by thread: the steps of bodies that are running; reported in one step
    reporting = thread.allocate_lock()

    def report(*what):
        with reporting:
            emit(*what)

    def lend_to(namespace, names):
        """Bind helpers for a while; what is bound by such a name comes back. One that is asked for with ? gives way to it."""
        lent = []
        for asked in names.split():
            name = asked.rstrip("?")
            if name == asked or name not in namespace:
                lent.append((name, namespace.get(name, absent), name != asked))
                namespace[name] = step.helpers[name]
        return lent

    def take_back(namespace, lent):
        for name, before, gives_way in lent:
            if gives_way and namespace.get(name) is not step.helpers[name]:
                continue                    # the step bound or deleted it
            if before is absent:
                namespace.pop(name, None)
            else:
                namespace[name] = before

    class Step(object):
        """The steps' context manager; `step.value = ...` gives the value of an `eval` step. What `names` names is
        lent to it: bound while it runs."""

        def __init__(self):
            self.running, self.borrow, self.encode, self.original = None, borrow, encode, original
            self.main, self.frame, self.system, self.modules = main, frame, system, None
            self.lookups, self.resolved, self.texts, self.word, self.own_name = lookups, resolved, texts, word, own_name
            self.quote, self.written, self.shown = quote, written, shown
            self.helpers, self.recorded, self.writes, self.spied = {}, {}, 0, False

        def __call__(self, number, action, names=""):
            self.record()
            report(number, action, None, None, None)
            if not filters or filters[0] is not witness:
                filters[:] = [witness] + [known for known in filters if known is not witness]
            forget_warned()
            self.lent = lend_to(main, names)
            self.running, self.outcome, self.message, self.value = (number, action), "ok", None, absent
            self.recorded = {}
            return self

        def skip(self, number, action):
            """A step that is not for this Python."""
            self(number, action)
            self.outcome = "not run"

        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            if kind is not None:
                self.outcome, self.message = kind.__name__, guarded(message_of, error)
            take_back(main, self.lent)
            if self.value is not absent:
                self.value = guarded(normal, self.value)
            if version_2:
                forget_exception()          # or the traceback keeps frames, and with them modules, alive
            return True

        def record(self):
            """Report the step that ended. Not done in __exit__: the exception and its frames must be gone."""
            if self.running is None:
                return
            (number, action), self.running = self.running, None
            facts = [("outcome", self.outcome)]
            if self.value is not absent:
                facts.append(("value", self.value))
            facts.extend(drain(resolved))
            if ran:
                facts.append(("ran", drain(ran)))
            facts.extend(self.look(main))
            if died:
                facts.append(("died", sorted(drain(died))))
            if warned:
                facts.append(("warned", drain(warned)))
            if self.spied:
                facts.append(("lookups", drain(lookups)))
            report(number, action, facts, details(self.message, drain(warning_texts)), None)

        def inside(self, number, what, value, namespace):
            """A step in the body of a module: it begins, or ended in one way or another."""
            steps, outcome, message = bodies.setdefault(thread.get_ident(), []), "ok", None
            times = self.recorded.get(number, 0)
            silent = times >= most_of_bodies                # a module that imports itself without end
            outer = self.running[0] if self.running else None
            if what == "begin":
                steps.append((number, namespace, lend_to(namespace, value), len(ran)))
                return silent or report(number, "", None, None, outer)
            before = len(ran)
            while what != "skip" and steps:
                known, _, lent, before = steps.pop()
                take_back(namespace, lent)
                if known == number:
                    break
            self.recorded[number] = times + 1
            if silent:
                return None
            if what == "fail":
                kind, error = current_exception()[:2]
                outcome, message = kind.__name__, guarded(message_of, error)
            facts = [("outcome", "not run" if what == "skip" else outcome)]
            if what == "value":
                facts.append(("value", guarded(normal, value)))
            facts.extend(drain(resolved))
            if ran[before:]:
                facts.append(("ran", ran[before:]))
            report(number, "", facts + self.look(namespace), details(message), outer)

        def own_frame(self, namespace):
            """Whether code in this namespace is that of steps or ours, and not of the import system."""
            steps = bodies.get(thread.get_ident())
            return namespace is main or namespace is ours or bool(steps) and steps[-1][1] is namespace

        def perform(self, text):
            """The statements of a `run`, as text: only some Pythons can read them."""
            eval(compile(text, "<step %d>" % self.running[0], "exec", 0, True), main)

        def evaluate(self, text):
            return eval(compile(text, "<step %d>" % self.running[0], "eval", 0, True), main)

        def entry(self, name):
            """What a cache holds under a name, past whatever it would do when asked."""
            return (entries(attributes_of_sys.get("modules", absent)) or {}).get(name, absent)

        def looked(self, operation):
            if len(lookups) < 500:
                lookups.append(clean(operation))

        def look(self, namespace):
            name_snapshots(namespace)
            now = attributes_of_sys.get("modules", absent)
            cached, first = entries(now), entries(original)
            objects, facts = {}, []
            for name in watched:
                parent, _, last = name.rpartition(".")
                seen = absent if cached is None else cached.get(name, absent)
                in_cache = "unreadable" if cached is None and now is not absent else word(seen, name)
                in_original = word(first.get(name, absent), name)
                if parent:
                    holder = namespace_of(objects.get(parent, absent)) or {}
                    bound = holder.get(last, absent)
                    facts.append(("attribute(%s)" % name, word(bound, name)))
                else:
                    bound = namespace.get(name, absent)
                if not parent and name not in fixed:
                    facts.append((name, binding(bound, name)))
                facts.append(("cached(%s)" % name, in_cache))
                facts.append(("original(%s)" % name, in_original))
                objects[name] = seen if bound is absent or namespace_of(bound) is None else bound
            for name in bound_names:
                facts.append((name, binding(namespace.get(name, absent), name)))
            facts.append(("cache", cache_name(now)))
            return facts

    def details(message, warnings=()):
        found = [] if message is None else [("message", message)]
        return found + ([("warning_messages", list(warnings))] if warnings else [])

    def message_of(error):
        return shorten(clean(str(error)))

    def shorten(text):
        more = len(text) - most_of_text
        return text if more <= 0 else "%s[%d more characters]" % (text[:most_of_text], more)

    def binding(thing, name):
        base = name if name in aliases else own_name(thing) or name
        return "unbound" if thing is absent else word(thing, base)

    def word(thing, base):
        return "absent" if thing is absent else show(thing, base)

    def guarded(function, thing):
        """For what calls into objects of the scenario. A frame of its own: on 2.7 a frame that catches keeps what
        it caught."""
        try:
            return function(thing)
        except Exception:
            return "<unprintable>"

    fixed = ("outcome", "message", "ran", "value", "cache", "died", "warned", "warning_messages", "lookups", "end", "stdout",
             "stderr")
    step = Step()
    return step
