"""Does the import work? Run with no option, and with -W error, -O, -OO, -X dev, -X frozen_modules=off."""
from begin import MORE, ask, import_it, in_words, say

ask(MORE[0])
try:
    import_it()
except BaseException as error:
    say(in_words(error))
else:
    say("ok")
