# The limit: one started Python that forks for each script and waits for it. The children end as a script ends.
# usage: bare.py LIST, a file with the path of a script in each line

import os
import sys


def run(path, main, leave=SystemExit):
    sys.argv[:] = [path]
    sys.path[0] = os.path.dirname(path)
    with open(path, "rb") as script:
        code = compile(script.read(), path, "exec")
    try:
        exec(code, main)
    finally:
        raise leave


with open(sys.argv[1]) as listing:
    paths = listing.read().split()
null = os.open(os.devnull, os.O_RDWR)
for descriptor in range(3):
    os.dup2(null, descriptor)
for path in paths:
    child = os.fork()
    if child == 0:
        run(path, sys.modules["__main__"].__dict__)
    os.waitpid(child, 0)
