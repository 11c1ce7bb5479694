"""The first import in a callback at exit."""
import atexit

from begin import ask, import_it, in_words, say


def work():
    ask("elsewhere/at exit")
    try:
        import_it()
    except BaseException as error:
        say(in_words(error))
    else:
        say("ok")


atexit.register(work)
