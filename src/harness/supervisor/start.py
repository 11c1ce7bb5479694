"""What the interpreter that a command starts does first. It supervises others, which are measured: each is a new process with a
program of its own, so this one may import what it likes."""

import sys

sys.path[:] = [entry for entry in sys.path if entry]    # nothing from the working directory, whatever it is
sys.dont_write_bytecode = True

import os
import time

try:
    signal = __import__("_signal")      # the other one loads `enum` first, which takes longer than all the rest
except ImportError:
    signal = __import__("signal")

# Empty where the command hid from Python how it was called (`env -i python3`).
PYTHON = sys.executable or os.path.realpath("/proc/self/exe")
# For limits of time, which must hold when somebody sets the clock; that of 2.7 counts hundredths of a second.
clock = getattr(time, "monotonic", None) or (lambda: os.times()[4])
# For how long a case took, in microseconds.
timer = getattr(time, "monotonic", time.time)


class LazyModule(object):
    """A module that takes its time to load, and that most workers never need."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, attribute):
        return getattr(__import__(self.name), attribute)


re, fcntl = LazyModule("re"), LazyModule("fcntl")
