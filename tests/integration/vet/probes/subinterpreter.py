"""An import in a subinterpreter: `legacy` shares the GIL and checks nothing, `own` has its own GIL.

`first`: nothing was imported before. `after`: the main interpreter has imported it. `twice`: two subinterpreters, one after
the other, each ended before the next. Up to 3.6 `_testcapi` has the only way to make one.
"""
import os
import sys

from begin import FOLDER, HERE, MODULE, MORE, OWN, ask, import_first, say

kind, when = MORE
CODE = """if True:
    import sys
    sys.argv = %r
    sys.path[:] = %r
    import os
    try:
        import begin
        begin.import_it()
    except BaseException as error:
        answer = begin.in_words(error)
    else:
        answer = "ok"
    os.write(%d, answer.encode("utf-8", "replace"))
"""


def new_runner():
    """A function that runs text in a new interpreter and ends that; None where this Python cannot."""
    try:
        import _interpreters as interpreters
        create = {"legacy": lambda: interpreters.create("legacy"), "own": lambda: interpreters.create("isolated")}[kind]
    except ImportError:
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            interpreters = None
        if kind == "own" and sys.version_info < (3, 12):
            return None
        if interpreters is None or sys.version_info < (3, 8):
            try:
                import _testcapi
            except ImportError:
                return None
            return getattr(_testcapi, "run_in_subinterp", None)  # 2.7 has none
        if sys.version_info < (3, 9):
            create = interpreters.create
        else:
            create = {"legacy": lambda: interpreters.create(isolated=False), "own": lambda: interpreters.create(isolated=True)}[kind]

    def run(text):
        there = create()
        interpreters.run_string(there, text)
        interpreters.destroy(there)

    return run


ask("elsewhere/subinterpreter %s %s" % (kind, when))
run = new_runner()
if run is None:
    say("not there")
    sys.exit()
if when == "after":
    import_first()
answers = []
for turn in range(2 if when == "twice" else 1):
    there, here = os.pipe()
    argv = [sys.argv[0], FOLDER, ",".join(OWN), MODULE]
    before = [path for path in sys.path if path != FOLDER]
    run(CODE % (argv, before + [HERE], here))
    os.close(here)
    answers.append(os.read(there, 10000).decode("utf-8") or "no answer")
    os.close(there)
say(answers[0] if len(set(answers)) == 1 else ", then ".join(answers))
