"""What does the import load that is not its own or the standard library's, and what does it leave in the process?"""
import atexit
import locale
import os
import signal  # noqa: F401  (loaded before the look at the handlers)
import sys
import threading
import warnings

from begin import FOLDER, ask, import_it, in_words, is_own, say

try:
    import builtins
except ImportError:
    import __builtin__ as builtins

STDLIB = os.path.dirname(os.path.abspath(os.__file__))


def is_stdlib(name):
    top = name.split(".")[0]
    module = sys.modules.get(top)
    if top in getattr(sys, "stdlib_module_names", ()) or top in sys.builtin_module_names:
        return True
    file = getattr(module, "__file__", None) or ""
    return file.startswith(STDLIB) and "site-packages" not in file and not file.startswith(FOLDER)


def caught_signals():
    with open("/proc/self/status") as file:
        masks = [int(line.split()[1], 16) for line in file if line.startswith(("SigIgn", "SigCgt"))]
    # Those from 32 on are the C library's own, for threads.
    return dict(("signal %d" % (bit + 1), [mask >> bit & 1 for mask in masks]) for bit in range(31))


def descriptors():
    found = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            found[number] = os.readlink("/proc/self/fd/" + number)
        except OSError:
            pass
    return found


def look():
    return {
        "modules": set(sys.modules),
        "sys.path": [path for path in sys.path],
        "sys.meta_path": list(sys.meta_path),
        "sys.path_hooks": list(sys.path_hooks),
        "warning filters": list(warnings.filters),
        "signal handlers": caught_signals(),
        "threads": len(os.listdir("/proc/self/task")),
        "Python threads": threading.active_count(),
        "environment": dict(os.environ),
        "locale": locale.setlocale(locale.LC_ALL),
        "builtins": dict((name, id(value)) for name, value in vars(builtins).items() if name != "_"),
        "descriptors": descriptors(),
        "hooks": [getattr(sys, name, None) for name in ("excepthook", "displayhook", "unraisablehook")]
        + [sys.gettrace(), sys.getprofile()],
    }


def name_of(thing):
    return getattr(thing, "__name__", None) or type(thing).__name__


def added(before, after):
    names = [name_of(thing) for thing in after if not any(thing is one for one in before)]
    return " ".join(names) or "none"


def changed(before, after):
    names = [name for name in sorted(set(before) | set(after)) if before.get(name) != after.get(name)]
    return " ".join(names) or "none"


registered = []
register = atexit.register


def watched_register(function, *args, **kwargs):
    registered.append(sys._getframe(1).f_globals.get("__name__", "?"))
    return register(function, *args, **kwargs)


atexit.register = watched_register
ask("import/loads")
before = look()
try:
    import_it()
except BaseException as error:
    say(in_words(error))
    os._exit(0)
after = look()
atexit.register = register

new = after["modules"] - before["modules"]
foreign = set(name.split(".")[0] for name in new if not is_own(name) and not is_stdlib(name))
own_tops = set(name.split(".")[0] for name in new if is_own(name))
say(" ".join(sorted(foreign - own_tops)) or "none")
for what in ("sys.meta_path", "sys.path_hooks"):
    ask("import/" + what)
    say(added(before[what], after[what]))
ask("import/sys.path")
say(" ".join(path.replace(FOLDER, "<folder>") for path in after["sys.path"] if path not in before["sys.path"]) or "none")
ask("import/warning filters")
filters = [one for one in after["warning filters"] if one not in before["warning filters"]]
gone = [one for one in before["warning filters"] if one not in after["warning filters"]]
say(" ".join(["adds %d" % len(filters)] * bool(filters) + ["removes %d" % len(gone)] * bool(gone)) or "none")
for what in ("signal handlers", "environment", "builtins"):
    ask("import/" + what)
    say(changed(before[what], after[what]))
ask("import/threads")
if after["Python threads"] > before["Python threads"]:
    say("starts Python threads")
else:
    say("starts native threads" if after["threads"] > before["threads"] else "none")
ask("import/atexit")
say(" ".join(sorted(set(name for name in registered if not is_stdlib(name)))) or "none")
ask("import/locale")
say("none" if before["locale"] == after["locale"] else after["locale"])
ask("import/descriptors")
opened = [after["descriptors"][one] for one in after["descriptors"] if one not in before["descriptors"]]
say(" ".join(sorted(name.split(":")[0].replace(FOLDER, "<folder>") for name in opened if "/fd" not in name)) or "none")
ask("import/hooks")
say("none" if before["hooks"] == after["hooks"] else "changes hooks")
if "free-threading" in sys.version:
    ask("import/GIL")
    say("GIL on" if sys._is_gil_enabled() else "GIL stays off")
