"""Records what each step did, from outside: `with step(1, "import: demo"): import demo`."""

from ..shared.base import Harness, PYTHON_2, sys
from .bodies import define_body_hooks
from .labels import Labeller
from .notation import Notation
from .state import ABSENT, StateReader, current_cache, entries_of
from .warning_watch import WarningWatch

GLOBALS = globals()
current_exception, forget_exception = sys.exc_info, getattr(sys, "exc_clear", None)     # a scenario may take them away
MAX_BODY_STEPS = 50                     # reports of one step of a body, in one step
MAX_LOOKUPS = 500


def drain(events):
    """What has happened so far. Other threads may add to it at any moment: the rest is the next step's."""
    taken = list(events)
    del events[:len(taken)]
    return taken


def guarded(function, thing):
    """For what calls into objects of the scenario. A frame of its own: on 2.7 a frame that catches keeps what it caught."""
    try:
        return function(thing)
    except Exception:
        return "<unprintable>"


def describe_texts(message, warnings=()):
    """Texts of an exception and of warnings, which change with the version more often than the behaviour does."""
    found = [] if message is None else [("message", message)]
    return found + ([("warning_messages", list(warnings))] if warnings else [])


class Recorder(Harness):
    """The steps' context manager; `step.value = ...` gives the value of an `eval` step.

    main: the namespace in which the steps run.  emit(number, action, facts, details, inside) gets what was seen; facts are
    None where a step begins, and `inside` is the step that was running when the body of a module came to one of its own.
    posix: the module.  paths: PathPlaceholders, to which more may be added until the first step.

    Nothing here looks through getattr, an overridden method or an import: looking must trigger no hook.
    """

    def __init__(self, main, emit, posix, paths):
        self.main, self.emit, self.posix = main, emit, posix
        self.original = sys.modules     # what C code reads, whatever sys.modules is rebound to
        builtins = self.original["__builtin__" if PYTHON_2 else "builtins"]
        # 2.7 empties the namespace of a module whose last reference goes. Any script that imports sys holds these.
        self.held_modules, self.hidden = [sys, self.original["__main__"], builtins], {}
        paths.add_python(self.original)
        caches = [(self.original, "original")]
        self.labeller = Labeller()
        self.notation = Notation(self.labeller, caches, paths)
        self.state = StateReader(self.original, caches, self.notation)
        thread = self.import_hidden("thread" if PYTHON_2 else "_thread")
        # Or cycles would die whenever a counter overflows; `collect` steps say when.
        self.import_hidden("gc").disable()
        self.get_thread, self.reporting = thread.get_ident, thread.allocate_lock()
        self.ran, self.lookups, self.resolved = [], [], []
        self.warnings = WarningWatch(self.original, self.get_thread, self.notation.redact)
        self.body_hooks = define_body_hooks(builtins.__dict__, self.ran, self.notation.redact, self.record_in_body)
        self.running = None             # number and action of the step that runs, or ended and is not reported
        self.outcome, self.message, self.value, self.injected = "ok", None, ABSENT, []
        self.bodies, self.reports = {}, {}  # steps that run, by thread; how often each was reported in this step
        self.helpers, self.folder, self.writes, self.spied = {}, None, 0, False

    def import_hidden(self, name):
        """Imports a module and takes back what that leaves in the caches of modules and of finders."""
        if name in self.hidden:
            return self.hidden[name]
        modules, finders = set(self.original), set(sys.path_importer_cache)
        module = self.hidden[name] = __import__(name)
        for key in set(self.original) - modules:
            self.held_modules.append(self.original.pop(key))
        for entry in set(sys.path_importer_cache) - finders:
            del sys.path_importer_cache[entry]
        return module

    # -- steps ---------------------------------------------------------------------------------------------------

    def __call__(self, number, action, names=""):
        """Begins a step. What `names` names is injected: bound while it runs."""
        self.record()
        self.report(number, action, None, None, None)
        self.warnings.stand_in_front()
        self.injected = self.inject(self.main, names)
        self.running, self.outcome, self.message, self.value = (number, action), "ok", None, ABSENT
        self.reports = {}
        return self

    def skip(self, number, action):
        """A step that is not for this Python."""
        self(number, action)
        self.outcome = "not run"

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.outcome, self.message = kind.__name__, guarded(self.describe_error, error)
        self.restore(self.main, self.injected)
        if self.value is not ABSENT:
            self.value = guarded(self.notation.normalize, self.value)
        if PYTHON_2:
            forget_exception()          # or the traceback keeps frames, and with them modules, alive
        return True

    def record(self):
        """Reports the step that ended. Not done in __exit__: the exception and its frames must be gone."""
        if self.running is None:
            return
        (number, action), self.running = self.running, None
        facts = [("outcome", self.outcome)]
        if self.value is not ABSENT:
            facts.append(("value", self.value))
        facts.extend(drain(self.resolved))
        if self.ran:
            facts.append(("ran", drain(self.ran)))
        facts.extend(self.state.read(self.main))
        if self.labeller.died:
            facts.append(("died", sorted(drain(self.labeller.died))))
        if self.warnings.categories:
            facts.append(("warned", drain(self.warnings.categories)))
        if self.spied:
            facts.append(("lookups", drain(self.lookups)))
        self.report(number, action, facts, describe_texts(self.message, drain(self.warnings.texts)), None)

    def record_in_body(self, number, event, value, namespace):
        """A step in the body of a module: it begins, or ended in one way or another."""
        steps, outcome, message = self.bodies.setdefault(self.get_thread(), []), "ok", None
        times = self.reports.get(number, 0)
        silent = times >= MAX_BODY_STEPS    # a module that imports itself without end
        outer = self.running[0] if self.running else None
        if event == "begin":
            steps.append((number, namespace, self.inject(namespace, value), len(self.ran)))
            return silent or self.report(number, "", None, None, outer)
        before = len(self.ran)
        while event != "skip" and steps:
            known, _, injected, before = steps.pop()
            self.restore(namespace, injected)
            if known == number:
                break
        self.reports[number] = times + 1
        if silent:
            return None
        if event == "fail":
            kind, error = current_exception()[:2]
            outcome, message = kind.__name__, guarded(self.describe_error, error)
        facts = [("outcome", "not run" if event == "skip" else outcome)]
        if event == "value":
            facts.append(("value", guarded(self.notation.normalize, value)))
        facts.extend(drain(self.resolved))
        if self.ran[before:]:
            facts.append(("ran", self.ran[before:]))
        self.report(number, "", facts + self.state.read(namespace), describe_texts(message), outer)

    def report(self, *what):
        with self.reporting:
            self.emit(*what)

    # -- names that steps use without having bound them ------------------------------------------------------------

    def inject(self, namespace, names):
        """Binds helpers for a while; `restore` undoes it. One that is asked for with ? gives way to what has its name."""
        injected = []
        for asked in names.split():
            name = asked.rstrip("?")
            if name == asked or name not in namespace:
                injected.append((name, namespace.get(name, ABSENT), name != asked))
                namespace[name] = self.helpers[name]
        return injected

    def restore(self, namespace, injected):
        for name, before, gives_way in injected:
            if gives_way and namespace.get(name) is not self.helpers[name]:
                continue                # the step bound or deleted it
            if before is ABSENT:
                namespace.pop(name, None)
            else:
                namespace[name] = before

    # -- what steps and helpers call -------------------------------------------------------------------------------

    def perform(self, text):
        """Runs the statements of a `run`, as text: only some Pythons can read them."""
        eval(compile(text, "<step %d>" % self.running[0], "exec", 0, True), self.main)

    def evaluate(self, text):
        return eval(compile(text, "<step %d>" % self.running[0], "eval", 0, True), self.main)

    def is_own_frame(self, namespace):
        """Whether code in this namespace is that of steps or ours, and not of the import system."""
        steps = self.bodies.get(self.get_thread())
        return namespace is self.main or namespace is GLOBALS or bool(steps) and steps[-1][1] is namespace

    def cached(self, name):
        """What the cache holds under a name, past whatever it would do when asked."""
        return (entries_of(current_cache()) or {}).get(name, ABSENT)

    def note_lookup(self, operation):
        if len(self.lookups) < MAX_LOOKUPS:
            self.lookups.append(self.notation.redact(operation))

    def describe_error(self, error):
        return self.notation.redact(str(error))
