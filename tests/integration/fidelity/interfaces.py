# What the harness takes from Python, where some release that it supports has it wrong: run by interfaces.rs on every Python.
# Each part ends in an exception unless the harness gets along with it. The argument is a folder with the harness' sources.
import sys
import os

folder = sys.argv[1]


def namespace(name):
    with open(os.path.join(folder, name)) as source:
        text = source.read()
    found = {"__name__": "harness"}
    eval(compile(text, name, "exec", 0, True), found)
    return found


supervisor = namespace("supervisor.py")


class Channel(object):
    def __init__(self):
        self.requests, self.writer = os.pipe()


class Folder(object):
    path = "/nowhere/case-1"


class LyingSelect(object):
    """select.select as of 3.5, 3.6.0 to 3.6.7, 3.7.0 and 3.7.1, when a signal outlasts the timeout (bpo-35310)."""

    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        return getattr(self.module, name)

    def select(self, readers, writers, others, seconds=None):
        return readers, writers, others


def a_quiet_channel_is_not_taken_for_a_closed_one():
    channel = Channel()
    owner = supervisor["Supervisor"](channel)
    quiet = dict([(name, os.pipe()) for name in ("status", "out", "err")])
    owner.root, owner.paths = "/nowhere", supervisor["PathPlaceholders"](os)
    case = supervisor["CaseRun"](owner, {"fork": True, "packages": []}, Folder())
    case.pipes, case.closed = dict([(name, quiet[name][0]) for name in quiet]), set()
    honest, supervisor["select"] = supervisor["select"], LyingSelect(supervisor["select"])
    try:
        assert case.wait(0) == [], case.wait(0)
        assert case.wait(0.0001) == []
        os.write(quiet["out"][1], b"x")
        assert case.wait(0) == [case.pipes["out"]]
        os.close(quiet["err"][1])
        assert set(case.wait(5)) == set([case.pipes["out"], case.pipes["err"]])
        installer = supervisor["Installer"](channel, None)
        installer.wait(0)               # or it raises ChannelClosed
    finally:
        supervisor["select"] = honest
    os.close(channel.writer)
    assert channel.requests in case.wait(5)


def the_end_of_a_child_interrupts_nothing():
    """Before PEP 475 (3.5) a signal with a handler makes an error of what is being read."""
    supervisor["Supervisor"](Channel())     # it has the handler
    reader, writer = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        import time
        for _ in range(50):
            os.kill(parent, supervisor["signal"].SIGCHLD)
            time.sleep(0.001)
        os.write(writer, b"x")
        os._exit(0)
    assert os.read(reader, 1) == b"x"
    assert os.waitpid(child, 0) == (child, 0)


def a_parent_that_is_no_package_has_no_modules():
    """importlib.util.find_spec raises an AttributeError up to 3.6 (bpo-30436)."""
    assert not supervisor["is_available"]("errno.nothing")
    assert not supervisor["is_available"]("os.path.nothing.more")
    assert supervisor["is_available"]("errno") and supervisor["is_available"]("json.decoder")


def what_installs_packages_inherits_nothing():
    if not os.path.isdir("/proc/self/fd"):
        return
    root = os.path.realpath(os.getcwd())
    installer = supervisor["Installer"](Channel(), root)
    code = "import os; print(sorted(os.listdir('/proc/self/fd')))"
    status, said = installer.run_command([sys.executable, "-S", "-c", code], {})
    assert (status, said.strip()) == (0, "['0', '1', '2', '3']"), said     # 3 is the folder that it lists


def a_null_without_an_exception_is_told():
    """As PyImport_ImportModule returns it before 3.5.4 and 3.6.2 (bpo-30626); here, PyErr_Occurred does. And what is returned is not
    kept alive, nor given away too often."""
    try:
        import _ctypes
    except ImportError:
        return

    class Step(object):
        symbol = "PyImport_ImportModule"

        def import_hidden(self, name):
            return self

        def __getattr__(self, name):
            return getattr(_ctypes, name)

        def dlsym(self, handle, name):
            return _ctypes.dlsym(handle, self.symbol)
    recorder = namespace("recorder.py")
    step = Step()
    c_import = recorder["make_c_import"](step)
    import colorsys
    before = sys.getrefcount(colorsys)
    for _ in range(3):
        assert c_import("colorsys") is colorsys
    assert sys.getrefcount(colorsys) == before
    try:
        c_import("no.such.module")
    except ImportError:
        pass
    else:
        raise AssertionError("an exception that is set comes out")
    step.symbol = "PyErr_Occurred"
    try:
        recorder["make_c_import"](step)("colorsys")
    except SystemError:
        assert str(sys.exc_info()[1]) == "NULL without an exception"
    else:
        raise AssertionError("NULL is no object")


a_quiet_channel_is_not_taken_for_a_closed_one()
the_end_of_a_child_interrupts_nothing()
a_parent_that_is_no_package_has_no_modules()
what_installs_packages_inherits_nothing()
a_null_without_an_exception_is_told()
print("all is well")
