"""The import statement and its use as a module has them, for 3.15's -X lazy_imports=all."""
import sys

from begin import MODULE, MORE, TOP, ask, in_words, is_own, say

ask("import/-X lazy_imports=all")
scope = {"__name__": "user"}
try:
    exec("import " + MODULE, scope)
    waits = not any(is_own(name) for name in sys.modules)
    exec("m = %s\nright = bool(%s)" % (TOP, MORE[0]), scope)
except BaseException as error:
    say(in_words(error))
else:
    say(("ok" if scope["right"] else "wrong result") + ("" if waits else ", not lazy"))
