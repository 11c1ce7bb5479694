"""All modules are deleted and imported again: do the new one and what was made with the old one work, and go together?

Takes expressions of `m`: one that must be true, an instance, its class, an exception; `-` for none.
"""
import pickle

from begin import MORE, TOP, ask, forget_all, import_first, import_it, in_words, say

use, make, kind, fault = MORE


def answer_of(function):
    try:
        return function()
    except BaseException as error:
        return in_words(error)


def look(expression, module):
    return eval(expression, {"m": module})


def try_look(expression):
    """None where the package, in this version, has no such thing."""
    try:
        return None if expression == "-" else look(expression, m)
    except BaseException:
        return None


def use_of(module):
    return answer_of(lambda: "ok" if look(use, module) else "wrong result")


checks = ["across/use new", "across/isinstance", "across/except", "across/pickle", "across/use old"]
ask(checks[0])
import_first()
m = import_it(TOP)
instance, exception = try_look(make), try_look(fault)
try:
    pickle.dumps(instance, 2)
    pickles = instance is not None
except BaseException:
    pickles = False
forget_all()
try:
    import_it()
    new = import_it(TOP)
except BaseException as error:
    say("not imported: " + in_words(error))
    new = None
else:
    say(use_of(new))
if new is not None:
    ask(checks[1])
    if instance is None:
        say("no class")
    else:
        say(answer_of(lambda: "yes" if isinstance(instance, look(kind, new)) else "no"))
    ask(checks[2])

    def catch():
        wanted = look(fault.split("(")[0], new)
        try:
            raise exception
        except wanted:
            return "caught"
        except BaseException:
            return "not caught"

    say("no exception" if exception is None else answer_of(catch))
    ask(checks[3])
    if not pickles:
        say("cannot be pickled")
    else:
        say(answer_of(lambda: pickle.dumps(instance, 2) and "ok"))
# The last one, since it may end in a crash.
ask(checks[4])
say(use_of(m))
