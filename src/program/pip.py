# Fourth part of the supervisor: how packages are installed here, by which pip or uv, and what their talk means.

# Words in the talk of pip, and of uv, when no index answers.
NO_NETWORK = ("NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "Network is unreachable",
              "name resolution", "Name or service not known", "nodename nor servname", "Connection refused",
              "SSLError", "dns error", "client error (Connect)")
# What pip and uv add that is no reason.
CHATTER = (r"WARNING:|DEPRECATION:|\[notice\]|NOTICE:|You should consider upgrading|You are using pip version|"
           r"hint:|note:|Using CPython|Looking in |Check the logs|[^A-Za-z0-9]*>")
NO_PIP = "No module named '?pip'?$|can't find '__main__' module"
# Settings that say where pip gets packages from. uv does not know them.
SOURCES = ("INDEX_URL", "EXTRA_INDEX_URL", "NO_INDEX", "FIND_LINKS", "CONSTRAINT", "PROXY")


def refusal(talk, request, log):
    """Why packages cannot be had, from what pip or uv said; all of it goes to a file where one line may not do."""
    answered = re.search(r"from versions: (?!none\)|\))", talk)
    if not answered and any([word in talk for word in NO_NETWORK]):
        hosts = re.findall(r"host='([^']+)'", talk) or re.findall(r"https?://([^/\s`'\"]+)", talk)
        reason = "no index answers: cannot reach %s" % (hosts[-1] if hosts else "it")
        if "CERTIFICATE_VERIFY_FAILED" in talk:
            reason += ", whose certificate is not trusted"
        by_address = [one for one in request["requirements"] if "@" in one]
        return Refused(reason) if by_address else Unreachable(reason)
    reason = last_line(talk)
    if "No matching distribution" in reason:
        if not answered and not request["build"]:
            reason += " (only wheels are looked at, unless --build is given)"
        return Refused(reason)
    try:
        with open(log, "wb") as out:
            out.write(talk.encode("utf-8"))
        reason += " (all that was said: %s)" % log
    except (IOError, OSError):
        pass
    return Refused(reason)


def ways(request, projects, folder, wheels):
    """How packages can be installed here, best first: what it is called, and its commands."""
    only = [] if request["build"] else ["--only-binary", ":all:"]
    uv = sys.version_info >= (3, 8) and found_on_path("uv")
    if uv and pip_has_sources() and not any([os.environ.get("UV_" + name) for name in SOURCES + ("INDEX", "DEFAULT_INDEX")]):
        uv = None                       # it would look elsewhere than it is told to
    if uv:
        commands, places = [], []
        for project in projects:
            place = project
            if os.path.isdir(project):  # uv takes `--only-binary` for a word about the project as well
                place = os.path.join(wheels, os.path.basename(project))
                commands.append([uv, "build", "--wheel", "--no-progress", "--python", PYTHON, "--out-dir", place, project])
            places.append(place)
        # Links would lead into uv's own cache, which is not for scenarios to write to.
        install = [uv, "pip", "install", "--no-progress", "--python", PYTHON, "--target", folder, "--compile-bytecode",
                   "--link-mode", "copy"]
        commands.append(Late(install + only + request["requirements"], places))
        yield "uv", commands
    arguments = ["install", "--target", folder, "--progress-bar", "off", "--retries", "2"] + only
    arguments += request["requirements"] + projects
    yield "pip", [[PYTHON, "-m", "pip"] + arguments]
    for wheel in lent_wheels():
        yield "pip of ensurepip", [[PYTHON, os.path.join(wheel, "pip")] + arguments]


class Late(list):
    """A command that ends in files whose names are known when it runs: the wheels in these folders."""

    def __init__(self, words, places):
        list.__init__(self, words)
        self.places = places

    def __iter__(self):
        for word in list.__iter__(self):
            yield word
        for place in self.places:
            if not os.path.isdir(place):
                yield place
                continue
            for name in sorted(os.listdir(place)):
                if name.endswith(".whl"):
                    yield os.path.join(place, name)


def lent_wheels():
    """The wheels from which `ensurepip` would install pip: it can run from there, and nothing is installed."""
    folders = []
    try:
        import ensurepip
        folders.append(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
    except ImportError:
        pass
    if sys.prefix == "/usr":            # Debian and Fedora keep them apart
        folders.append("/usr/share/python-wheels")
    for folder in folders:
        names = [name for name in (os.listdir(folder) if os.path.isdir(folder) else ()) if re.match(r"pip-.*\.whl$", name)]
        for name in sorted(names)[-1:]:
            yield os.path.join(folder, name)


def variables(temporary):
    """The caller's, without what would lead pip elsewhere. `PIP_INDEX_URL` and the like stay."""
    kept = dict([(name, os.environ[name]) for name in os.environ if not name.startswith("PYTHON")])
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "PIP_QUIET", "PIP_UPGRADE", "PIP_DRY_RUN",
                 "PIP_EDITABLE"):
        kept.pop(name, None)
    kept["TMPDIR"] = temporary
    kept.update({"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                 "NO_COLOR": "1"})
    # Projects come without their history, from which some would take their version.
    kept.setdefault("SETUPTOOLS_SCM_PRETEND_VERSION", "0")
    return kept


def pip_has_sources():
    """Whether variables or configuration files tell pip where to look."""
    if any([os.environ.get("PIP_" + name) for name in SOURCES]):
        return True
    home = os.path.expanduser("~")
    places = [os.environ.get("PIP_CONFIG_FILE"), "/etc/pip.conf", "/etc/xdg/pip/pip.conf", os.path.join(sys.prefix, "pip.conf"),
              os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pip", "pip.conf"),
              os.path.join(home, ".pip", "pip.conf"), os.path.join(home, "Library/Application Support/pip/pip.conf")]
    names = "|".join([name.lower().replace("_", "[-_]") for name in SOURCES])
    for place in places:
        try:
            with open(place or os.devnull) as config:
                if re.search("(?mi)^\\s*(%s)\\s*[=:]" % names, config.read()):
                    return True
        except (IOError, OSError, UnicodeDecodeError):
            pass
    return False


def own_group():
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.version_info[0] > 2:
        return
    # 2.7's `close_fds` closes each descriptor that the system allows, and some systems allow a thousand million.
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        descriptors = range(256)
    for descriptor in descriptors:
        try:
            if descriptor > 2:
                fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        except (IOError, OSError):
            pass                        # not open


def found_on_path(name):
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if folder and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def last_line(talk):
    """What it says in the end, without remarks on itself."""
    lines = [line.strip() for line in talk.splitlines()]
    ends = [at for at, line in enumerate(lines) if "[end of output]" in line]
    if ends:                            # of the program that pip ran to build something
        lines = lines[:ends[-1]]
    lines = [line for line in lines if line and not re.match(CHATTER, line)]
    if not lines:
        return "it said nothing"
    line = re.sub("^(ERROR|error): ", "", lines[-1])
    return line if len(line) < 200 else "... " + line[-200:]
