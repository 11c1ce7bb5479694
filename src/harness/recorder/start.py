"""What the measured interpreter does first. It runs in a namespace of its own, compiled by the supervisor, and what is here when
a step runs must not show: no module imported that a bare interpreter does not have, nothing in `__main__`, no builtin needed."""

from ..shared.base import PYTHON_2, sys
from ..shared.descriptors import CODE

# Builtins become globals of this program, so that a scenario may empty the builtins.
globals().update([(key, value) for key, value in
                  (__builtins__ if type(__builtins__) is dict else vars(__builtins__)).items()
                  if key[0] != "_" or key == "__import__"])
posix, marshal = __import__("posix"), __import__("marshal")
if PYTHON_2:                            # not in the cache of a bare 2.7, which walks over the path even for a builtin
    for name in set(sys.modules) - bare["modules"]:     # as it was before BOOT_2 asked for the first of them
        del sys.modules[name]
    for entry in set(sys.path_importer_cache) - bare["importers"]:
        del sys.path_importer_cache[entry]
else:
    posix.close(CODE)                   # whence this was read
