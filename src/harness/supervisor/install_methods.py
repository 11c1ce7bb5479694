"""How packages can be installed here: by uv, by pip, or by the pip that `ensurepip` would install."""

import os
import sys

from .start import PYTHON, fcntl, re, signal

# Settings that say where pip gets packages from. uv does not know them.
SOURCES = ("INDEX_URL", "EXTRA_INDEX_URL", "NO_INDEX", "FIND_LINKS", "CONSTRAINT", "PROXY")
SCM = "SETUPTOOLS_SCM_PRETEND_VERSION"
UV_MINIMUM = (3, 8)                     # the oldest Python that uv installs for
MAX_DESCRIPTORS = 256                   # that are looked at where the system does not list them


def list_methods(request, projects, folder, root):
    """How packages can be installed here, best first: what it is called, and its commands, each with variables."""
    only = [] if request["build"] else ["--only-binary", ":all:"]
    uv = sys.version_info >= UV_MINIMUM and find_on_path("uv")
    if uv and pip_has_sources() and not any([os.environ.get("UV_" + name) for name in SOURCES + ("INDEX", "DEFAULT_INDEX")]):
        uv = None                       # it would look elsewhere than it is told to
    if uv:
        commands, wheels = [], []
        for copy, project in projects:
            target = copy
            if os.path.isdir(copy):     # uv takes `--only-binary` for a word about the project as well
                target = os.path.join(root, "wheels", os.path.basename(copy))
                build = [uv, "build", "--wheel", "--no-progress", "--python", PYTHON, "--out-dir", target, copy]
                commands.append((build, make_version_variables([project], True)))
            wheels.append(target)
        # Links would lead into uv's own cache, which is not for scenarios to write to.
        install = [uv, "pip", "install", "--no-progress", "--python", PYTHON, "--target", folder, "--compile-bytecode",
                   "--link-mode", "copy"]
        commands.append((CommandWithWheels(install + only + request["requirements"], wheels), {}))
        yield "uv", commands
    # Options that are younger than the oldest pips (--progress-bar is of 10) are variables, which those pass over.
    arguments = ["install", "--target", folder] + only + request["requirements"] + [copy for copy, _ in projects]
    settings = make_version_variables([project for _, project in projects], not request["build"])
    yield "pip", [([PYTHON, "-m", "pip"] + arguments, settings)]
    extracted = extract_pip(os.path.join(root, "pip"))
    if extracted:
        settings = dict(settings, PYTHONPATH=extracted)     # what it starts to build something needs its setuptools
        yield "pip of ensurepip", [([PYTHON, os.path.join(extracted, "pip")] + arguments, settings)]


def make_version_variables(projects, alone):
    """Variables that tell build tools the versions of projects, which come without the history that these tools would ask.

    alone: nothing but these projects is built, which could take a version for its own.
    """
    found = {}
    if any([name.startswith(SCM) for name in os.environ]):
        return found                    # the caller has told them
    for project in projects:
        if project["name"] and project["version"]:
            found["%s_FOR_%s" % (SCM, project["name"].replace("-", "_").upper())] = project["version"]
    known = set([project["version"] for project in projects])
    if alone and len(known) == 1 and None not in known:
        found[SCM] = found["PBR_VERSION"] = known.pop()  # hatch-vcs does not know the name
    return found


class CommandWithWheels(list):
    """A command that ends in files whose names are known when it runs: the wheels in these folders."""

    def __init__(self, words, paths):
        list.__init__(self, words)
        self.paths = paths

    def __iter__(self):
        for word in list.__iter__(self):
            yield word
        for path in self.paths:
            if not os.path.isdir(path):
                yield path
                continue
            for name in sorted(os.listdir(path)):
                if name.endswith(".whl"):
                    yield os.path.join(path, name)


def extract_pip(folder):
    """Extracts the pip, and the setuptools, that `ensurepip` would install, and returns the folder; None where there is none.

    pip cannot run from its wheel: in there it does not find the certificates that it trusts.
    """
    import zipfile
    sources = []
    try:
        import ensurepip
        sources.append(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
    except ImportError:
        pass
    if sys.prefix == "/usr":            # Debian and Fedora keep them apart
        sources.append("/usr/share/python-wheels")
    for source in sources:
        names = sorted(os.listdir(source)) if os.path.isdir(source) else []
        newest = dict([(name.split("-")[0], name) for name in names if re.match(r"(pip|setuptools|wheel)-.*\.whl$", name)])
        if "pip" not in newest:
            continue
        try:
            for name in newest.values():
                with zipfile.ZipFile(os.path.join(source, name)) as wheel:
                    wheel.extractall(folder)
            return folder
        except Exception:               # it is damaged, or there is no zlib
            continue
    return None


def make_install_environment(temporary):
    """The caller's variables, without what would lead pip elsewhere. `PIP_INDEX_URL` and the like stay."""
    kept = dict([(name, os.environ[name]) for name in os.environ if not name.startswith("PYTHON")])
    for name in ("TARGET", "PREFIX", "ROOT", "REQUIREMENT", "QUIET", "UPGRADE", "DRY_RUN", "EDITABLE", "PYTHON", "PYTHON_VERSION",
                 "PLATFORM", "IMPLEMENTATION", "ABI", "IGNORE_REQUIRES_PYTHON"):
        kept.pop("PIP_" + name, None)
    kept["TMPDIR"] = temporary
    kept.update({"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                 "PIP_PROGRESS_BAR": "off", "PIP_RETRIES": "2", "NO_COLOR": "1"})
    return kept


def pip_has_sources():
    """Whether variables or configuration files tell pip where to look."""
    if any([os.environ.get("PIP_" + name) for name in SOURCES]):
        return True
    home = os.path.expanduser("~")
    files = [os.environ.get("PIP_CONFIG_FILE"), "/etc/pip.conf", "/etc/xdg/pip/pip.conf", os.path.join(sys.prefix, "pip.conf"),
             os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pip", "pip.conf"),
             os.path.join(home, ".pip", "pip.conf"), os.path.join(home, "Library/Application Support/pip/pip.conf")]
    names = "|".join([name.lower().replace("_", "[-_]") for name in SOURCES])
    for file in files:
        try:
            with open(file or os.devnull) as config:
                if re.search("(?mi)^\\s*(%s)\\s*[=:]" % names, config.read()):
                    return True
        except (IOError, OSError, UnicodeDecodeError):
            pass
    return False


def start_own_group():
    """Runs in the child, before its command does."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.version_info[0] > 2:
        return
    # 2.7's `close_fds` closes each descriptor that the system allows, and some systems allow a thousand million.
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        descriptors = range(MAX_DESCRIPTORS)
    for descriptor in descriptors:
        try:
            if descriptor > 2:
                fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        except (IOError, OSError):
            pass                        # not open


def find_on_path(name):
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if folder and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
