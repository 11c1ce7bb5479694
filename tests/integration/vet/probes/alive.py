"""All modules are deleted and imported again: which old module objects are alive after a collection, though nothing of the
probe holds them? On 2.7, where modules take no weak references, the collector's list is looked through."""
import gc
import sys
import types
import weakref

from begin import Warned, ask, forget_all, import_first, import_it, is_own, own_modules, say


def live_modules():
    return [one for one in gc.get_objects() if type(one) is types.ModuleType and is_own(str(vars(one).get("__name__")))]


def import_again():
    """In a frame of its own, so that 2.7 forgets the error and its traceback."""
    with Warned():
        try:
            import_it()
        except BaseException:
            pass


ask("again/alive")
import_first()
refs = ids = None
if sys.version_info[0] == 2:
    ids = set(id(one) for one in own_modules().values())
else:
    refs = [(name, weakref.ref(one)) for name, one in own_modules().items()]
forget_all()
import_again()
for turn in range(3):
    gc.collect()
current = set(id(one) for one in sys.modules.values())
if refs is None:
    left = sorted(vars(one)["__name__"] for one in live_modules() if id(one) in ids and id(one) not in current)
else:
    left = sorted(name for name, ref in refs if ref() is not None and id(ref()) not in current)
say("leaks %d module%s" % (len(left), "s" * (len(left) != 1)) if left else "none")
ask("again/alive names")
say(" ".join(left[:6]) + (" and %d more" % (len(left) - 6) if len(left) > 6 else "") if left else "none")
