"""Deletes, reloads, swaps or restores after the import, and imports again: which module objects are fresh, which the same?

`all`: every module of the package is deleted. `top`: only the first name. `children`: all but that; then every module that had
been loaded is imported by name, in the order of the first time. `reload`: the module that was imported. `swap`: sys.modules is replaced
by a copy from before the first import. `restore`: it is emptied and filled with that copy.
"""
import sys

from begin import MODULE, MORE, TOP, LoadOrder, Warned, ask, compare_objects, forget, forget_all, import_first, import_it, in_words
from begin import own_modules, say

try:
    from importlib import reload
except ImportError:
    pass  # a builtin on 2.7; importlib has it from 3.4 on

how = MORE[0]
saved = dict(sys.modules)
ask("again/" + how)
with LoadOrder() as order:
    first = import_first()
old = own_modules()
again = [MODULE]
if how == "all":
    forget_all()
elif how == "top":
    forget([TOP])
elif how == "children":
    top = old[TOP]
    again = [name for name in order.names if name in old and name != TOP]
    again = sorted(set(again), key=again.index)
    forget_all()
    sys.modules[TOP] = top
elif how == "swap":
    sys.modules = dict(saved)
elif how == "restore":
    sys.modules.clear()
    sys.modules.update(saved)
with Warned() as warned:
    try:
        if how == "reload":
            second = reload(first)
        else:
            second = first
            for name in again:
                second = import_it(name)
    except BaseException as error:
        answer = in_words(error)
    else:
        if how == "swap":
            # Who has been imported, not what either dict holds.
            answer = "same object" if second is first else "fresh"
        elif how == "children" and not again:
            answer = "no children"
        else:
            answer = compare_objects(old, own_modules())
            if TOP in old and TOP not in sys.modules:
                answer += ", top not imported"
        if how != "swap" and second is None:
            answer += ", not bound in its parent"
say(answer + warned.in_words())
