"""Plain scripts: what a worker does for a case, done by the script itself."""

from ..shared.base import Harness, PYTHON_2, sys
from ..shared.files import remove_tree, write_fixtures
from ..shared.paths import PathPlaceholders
from .helpers import make_helper
from .packages import add_packages
from .recorder import Recorder
from .text import encode_step, render_value

# Facts that are shown after each step that has them, and not only when they change.
EVENTS = ("outcome", "ran", "value", "died", "warned")


class StepPrinter(Harness):
    """Writes what the steps did on standard output, whatever becomes of sys.stdout; with --json as one object per step."""

    def __init__(self, posix):
        self.posix, self.owner, self.shown = posix, posix.getpid(), {}
        self.as_json = "--json" in sys.argv
        if self.as_json:
            sys.argv.remove("--json")
        self.write = posix.write

    def emit(self, number, action, facts, details, inside):
        if self.posix.getpid() != self.owner and action != "" and facts is None:
            self.posix._exit(0)         # a child that a step forked and that went on with the steps
        if self.as_json:
            text = "" if facts is None else encode_step(number, inside, facts, details)
        elif facts is None:
            text = "\n%d  %s\n" % (number, action or "in the body of a module, in step %s" % inside)
        else:
            text = "".join(["      %-22s %s\n" % (name, render_value(value)) for name, value in self.news(facts) + details])
        # In ASCII, a question mark for all else.
        self.write(1, bytes(bytearray([ord(character) if ord(character) < 128 else 63 for character in text])))

    def news(self, facts):
        news = [(name, value) for name, value in facts if self.shown.get(name) != value or name in EVENTS]
        self.shown.update(facts)
        return news


def make_home(posix):
    """A folder of our own. A script that died left its folder, and its number may be given away again."""
    home = "/tmp/case-%d" % posix.getpid()
    while True:
        try:
            posix.lstat(home)
        except OSError:
            posix.mkdir(home)
            return home
        home += "x"


def prepare(fixtures, hidden, helpers, modules, names, aliases, snapshots, with_packages):
    """Returns what watches the steps. The fixtures are in a folder of their own, first on sys.path, and the working directory is
    an empty one.

    hidden: modules that helpers need.  helpers: names that steps use without having bound them.  The next four say what is
    watched; see StateReader.watch.  with_packages: whether the folder `packages` beside the script is on the path.
    """
    posix = __import__("posix")
    if PYTHON_2:                        # not in the cache of a bare 2.7
        del sys.modules["posix"]
    printer = StepPrinter(posix)
    beside = sys.path.pop(0) or "."
    if beside[0] != "/":
        beside = posix.getcwd() + "/" + beside
    home = make_home(posix)
    folder, work, packages = home + "/modules", home + "/work", beside + "/packages"
    write_fixtures(posix, folder, fixtures)
    posix.mkdir(work)
    posix.chdir(work)
    paths = PathPlaceholders(posix)
    paths.add_user()
    step = Recorder(sys.modules["__main__"].__dict__, printer.emit, posix, paths)
    paths.add([(home, "<run>"), (work, "<folder>"), (folder, "<modules>"), (packages, "<packages>")])
    step.state.watch(modules, names, aliases, snapshots)
    step.folder = folder
    for name in hidden:                 # before the path leads to modules of the case, which may have their names
        step.import_hidden(name)
    if with_packages:
        add_packages([packages], posix)
    step.helpers = dict([(name, make_helper(step, name)) for name in helpers])
    sys.path[:0] = [folder, ""]

    def clean_up():
        step.record()
        remove_tree(posix, home)

    step.clean_up = clean_up
    return step
