"""The import in a child that multiprocessing has spawned."""
import multiprocessing
import os
import sys


def work(here, use):
    from begin import TOP, import_it, in_words

    try:
        import_it()
        answer = "ok" if eval(use, {"m": import_it(TOP)}) else "wrong result"
    except BaseException as error:
        answer = in_words(error)
    here.send(answer)


if __name__ == "__main__":
    from begin import HERE, MORE, ask, say

    ask("elsewhere/spawn")
    if not hasattr(multiprocessing, "get_context"):
        say("not there")
        sys.exit()
    sys.path.insert(0, HERE)  # for the child, which gets this path and the arguments
    context = multiprocessing.get_context("spawn")
    there, here = context.Pipe()
    child = context.Process(target=work, args=(here, MORE[0]))
    child.start()
    here.close()
    try:
        answer = there.recv()
    except EOFError:
        answer = "no answer"
    child.join()
    say(answer if child.exitcode == 0 else "%s, exit %s" % (answer, child.exitcode))
    os._exit(0)
