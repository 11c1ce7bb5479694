"""Does it do something after the import? An expression of `m` that must be true; then the process ends."""
from begin import MORE, TOP, ask, import_it, in_words, say

ask(MORE[0])
try:
    import_it()
    say("ok" if eval(MORE[1], {"m": import_it(TOP)}) else "wrong result")
except BaseException as error:
    say(in_words(error))
