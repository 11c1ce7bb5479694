"""After os.fork, in the child: import what the parent has imported and use it (`before`), or import it there only (`child`)."""
import os

from begin import MORE, TOP, ask, import_first, import_it, in_words, say

when, use = MORE
ask("elsewhere/fork " + when)
if when == "before":
    import_first()
there, here = os.pipe()
child = os.fork()
if child == 0:
    try:
        import_it()
        answer = "ok" if eval(use, {"m": import_it(TOP)}) else "wrong result"
    except BaseException as error:
        answer = in_words(error)
    os.write(here, answer.encode("utf-8", "replace"))
    os._exit(0)
os.close(here)
answer = os.read(there, 10000).decode("utf-8")
status = os.waitpid(child, 0)[1]
say(answer if status == 0 else "signal %d" % (status & 127) if status & 127 else "exit %d" % (status >> 8))
