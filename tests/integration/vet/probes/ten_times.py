"""Ten times: all modules are deleted and imported again. How many more module objects and types are alive after each time?
With `emptied`, the caches of typing are emptied before each look, as CPython's own hunt for leaks does (test.libregrtest.refleak)."""
import gc
import sys
import types

from begin import MORE, Warned, ask, forget_all, import_first, import_it, in_words, say

CLASS = getattr(types, "ClassType", type)
CHECK = "ten times/emptied" if MORE else "ten times"


def count():
    if MORE:
        for empty in sys.modules["typing"]._cleanups if "typing" in sys.modules else []:
            empty()
    for turn in range(3):
        gc.collect()
    modules = kinds = 0
    for one in gc.get_objects():
        if issubclass(type(one), types.ModuleType):
            modules += 1
        elif issubclass(type(one), (type, CLASS)):
            kinds += 1
    return modules, kinds


def plural(number, word):
    return "%d %s%s" % (number, word, "s" * (number != 1))


ask(CHECK)
import_first()
counts = []
failed = None
for turn in range(10):
    # The check's name has the turn, so that a crash has one.
    ask("%s@%d" % (CHECK, turn + 1))
    forget_all()
    with Warned():
        try:
            import_it()
        except BaseException as error:
            failed = in_words(error)
            break
    counts.append(count())
if failed is not None:
    say(failed)
else:
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(counts[2:], counts[3:])]
    total = (counts[-1][0] - counts[2][0], counts[-1][1] - counts[2][1])
    if not any(step != (0, 0) for step in steps):
        say("steady")
    elif len(set(steps)) == 1:
        parts = [plural(number, word) for number, word in zip(steps[0], ("module", "type")) if number]
        say(" and ".join(parts) + " more each time")
    elif max(total) > 7:
        say("more each time, not evenly")
    else:
        say("steady, not evenly")
