"""The module is used, all modules are deleted and imported again: does the new one work, with what the use has left behind?"""
from begin import MORE, TOP, Warned, ask, forget_all, import_first, import_it, in_words, say

ask("across/used before")
import_first()
m = import_it(TOP)
try:
    used = "ok" if eval(MORE[0]) else "wrong result"
except BaseException as error:
    used = in_words(error)
if used != "ok":
    say("not used: " + used)
else:
    forget_all()
    with Warned():
        try:
            import_it()
            answer = "ok" if eval(MORE[0], {"m": import_it(TOP)}) else "wrong result"
        except BaseException as error:
            answer = in_words(error)
    say(answer)
