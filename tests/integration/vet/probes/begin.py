"""What every probe begins with: where the package is, which modules are its own, how an answer is said.

A probe is called with the folder that the package was installed into, the names of the package's own modules (each stands for
itself and all below it) with commas between them, the module to import, and what else the probe takes.
"""
import os
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.abspath(sys.argv[1])
OWN = sys.argv[2].split(",")
TOP = OWN[0]
MODULE = sys.argv[3]
MORE = sys.argv[4:]


def add_folder(sitedir):
    """Puts the folder at the end of sys.path and runs its .pth files, as site does; the lines read `sitedir` from this frame."""
    sys.path.append(sitedir)
    for name in sorted(os.listdir(sitedir)):
        if not name.endswith(".pth"):
            continue
        with open(os.path.join(sitedir, name)) as file:
            lines = file.read().splitlines()
        for line in lines:
            if line.startswith(("import ", "import\t")):
                exec(line)
            elif line.strip() and not line.startswith("#"):
                sys.path.append(os.path.join(sitedir, line.strip()))


def is_own(name):
    return any(name == own or name.startswith(own + ".") for own in OWN)


def own_modules():
    """The package's modules in the cache, by name. 2.7 also has names there with None; and what is another package's module
    under a second name (requests.packages.urllib3) is not the package's own."""
    found = {}
    for name, module in list(sys.modules.items()):
        if is_own(name) and module is not None and is_own(str(getattr(module, "__name__", name))):
            found[name] = module
    return found


def forget(names):
    for name in names:
        sys.modules.pop(name, None)


def forget_all():
    forget([name for name in list(sys.modules) if is_own(name)])


def import_it(name=MODULE):
    """The module by an import statement, without a look into sys.modules; None where its parent has no attribute for it."""
    scope = {}
    exec("import " + name, scope)
    found = scope[name.split(".")[0]]
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return found


def import_first(name=MODULE):
    """The import that comes before what a probe asks; without it there is nothing to ask."""
    try:
        return import_it(name)
    except BaseException as error:
        say("not imported: " + in_words(error))
        os._exit(0)


def in_words(error):
    """The error that was the cause, its type and the first line of its message."""
    while getattr(error, "__cause__", None) is not None:
        error = error.__cause__
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = (lines or [""])[0].replace(FOLDER, "<folder>").replace(os.path.dirname(os.__file__), "<stdlib>")
    words = [word if "0x" not in word else "0x..." for word in line.split()]
    text = type(error).__name__ + ": " + " ".join(words)
    return text.rstrip(": ")[:200]


def write(text):
    if not isinstance(text, bytes):
        text = text.encode("utf-8", "replace")
    os.write(1, text)


def ask(check):
    """Announces a check, so that a crash has a place."""
    write("?\t" + check + "\n")


def say(answer):
    """The answer to what was asked last."""
    write("=\t" + answer + "\n")


class LoadOrder(object):
    """The names that imports look for while it is entered, in order: a finder that finds nothing."""

    def __enter__(self):
        self.names = []
        sys.meta_path.insert(0, self)
        return self

    def __exit__(self, *error):
        sys.meta_path.remove(self)

    def find_spec(self, name, path=None, target=None):
        self.names.append(name)

    find_module = find_spec


class Warned(object):
    """Categories of the warnings that are shown while it is entered, with the filters as they are."""

    def __enter__(self):
        self.seen = []
        self.before = warnings.showwarning
        warnings.showwarning = lambda message, category, *rest, **more: self.seen.append(category.__name__)
        return self

    def __exit__(self, *error):
        warnings.showwarning = self.before

    def in_words(self):
        return "".join(", with " + name for name in sorted(set(self.seen)))


def compare_objects(old, new):
    """Which of the modules that were there are the same objects now."""
    both = [name for name in sorted(old) if name in new]
    same = [name for name in both if new[name] is old[name]]
    if not both:
        return "nothing"
    if len(same) == len(both):
        return "same object"
    if not same:
        return "fresh"
    if TOP in both and TOP not in same and len(same) == len(both) - 1:
        return "fresh top, same children"
    if same == [TOP]:
        return "same top, fresh children"
    some = ("the same: " + " ".join(same), "fresh: " + " ".join(name for name in both if name not in same))
    if len(same) * 2 < len(both):
        return "fresh, but " + shorten(some[0])
    return "same object, but " + shorten(some[1])


def shorten(text):
    words = text.split(" ")
    return text if len(words) <= 12 else " ".join(words[:10]) + " and %d more" % (len(words) - 10)


sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]
add_folder(FOLDER)
