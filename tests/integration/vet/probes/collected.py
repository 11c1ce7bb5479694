"""All modules are deleted, the collector runs, then they are imported again: does the new one work?"""
import gc

from begin import MORE, TOP, Warned, ask, forget_all, import_first, import_it, in_words, say

ask("again/collected")
import_first()
forget_all()
for turn in range(3):
    gc.collect()
with Warned():
    try:
        import_it()
        for turn in range(3):
            gc.collect()
        answer = "ok" if eval(MORE[0], {"m": import_it(TOP)}) else "wrong result"
    except BaseException as error:
        answer = in_words(error)
say(answer)
