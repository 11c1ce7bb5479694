# Fourth part of the supervisor: how packages are installed here, by which pip or uv, and what their talk means.

# Words in the talk of pip, and of uv, when no index answers.
NO_NETWORK = ("NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "Network is unreachable",
              "name resolution", "Name or service not known", "nodename nor servname", "Connection refused",
              "SSLError", "dns error", "client error (Connect)")
# What pip and uv add that is no reason.
CHATTER = (r"WARNING:|DEPRECATION:|\[notice\]|NOTICE:|You should consider upgrading|You are using pip version|"
           r"hint:|note:|Using CPython|Looking in |Check the logs|[^A-Za-z0-9]*>|-+$")
NO_PIP = "No module named '?pip'?$|can't find '__main__' module"
# Settings that say where pip gets packages from. uv does not know them.
SOURCES = ("INDEX_URL", "EXTRA_INDEX_URL", "NO_INDEX", "FIND_LINKS", "CONSTRAINT", "PROXY")
# Where the talk of pip ends what a build said: from 21.3 on, and before. And how pip and uv say that one failed, which is
# no reason.
END_OF_BUILD = r"\[end of output\]|\s*-{30,}$"
NO_REASON = ("Command |subprocess-exited|The build backend returned|"
             ".*(did not run successfully|exit(ed with)? (status|code)|error code|Failed to build)")
SCM = "SETUPTOOLS_SCM_PRETEND_VERSION"


def refusal(talk, request, log):
    """Why packages cannot be had, in words, from what pip or uv said; all of it goes to a file where a line may not do."""
    flat = " ".join(talk.split())       # uv breaks its lines
    unfit = not_for_this_python(flat)
    if unfit:
        return Unfit(unfit)
    answered = re.search(r"from versions: (?!none\)|\))", flat)
    if "SSL module is not available" in flat or "ssl module in Python is not available" in flat:
        return Unreachable("this Python has no ssl module, without which no index can be asked by https")
    if not answered and any([word in talk for word in NO_NETWORK]):
        hosts = re.findall(r"host='([^']+)'", talk) or re.findall(r"https?://([^/\s`'\"]+)", talk)
        reason = "no index answers" + "".join([": cannot reach %s" % host for host in hosts[-1:]])
        if "CERTIFICATE_VERIFY_FAILED" in talk:
            reason += ", whose certificate is not trusted"
        by_address = [one for one in request["requirements"] if "@" in one]
        return Refused(reason) if by_address else Unreachable(reason)
    reason = nothing_fits(flat, request)
    if reason:
        return Refused(reason)
    reason = last_line(talk)
    try:
        with open(log, "wb") as out:
            out.write(talk.encode("utf-8"))
        reason += " (all that was said: %s)" % log
    except (IOError, OSError):
        pass
    return Refused(reason)


def not_for_this_python(talk):
    """What requires another Python, if that is what pip or uv says."""
    found = re.search(r"([\w.-]+) requires Python '([^']+)' but the running Python", talk) \
        or re.search(r"Package '([^']+)' requires a different Python: \S+ not in '([^']+)'", talk) \
        or re.search(r"and ([\w.-]+?)(?:==\S+)? depends on Python([\d.,<>=!~*]*[\d*])", talk)
    if found:
        return "%s requires Python %s" % found.groups()
    wheel = re.search(r"(\S+\.whl) is not a supported wheel on this platform", talk) \
        or re.search(r"incompatible with the current platform: (\S+\.whl)", talk)
    if wheel:
        return "%s is not for this Python and machine" % os.path.basename(wheel.group(1))
    # Of what an index has pip takes only versions for this Python, and says since 21 which it left out.
    ignored = re.search(r"Ignored the following versions that require a different python version: .*?(\S+) Requires-Python "
                        r"([^;]*?)(?: ERROR:| WARNING:|$)", talk)
    name = re.search(r"satisfies the requirement ([\w.-]+).*?\(from versions: (?:none)?\)", talk)
    if ignored and name:
        return "%s %s requires Python %s, and no version is for this one" % ((name.group(1),) + ignored.groups())
    return None


def nothing_fits(talk, request):
    """That no version fits, if that is what pip or uv says."""
    found = re.search(r"satisfies the requirement (.+?) \(from versions: ?(?:none)?([^)]*)\)", talk)
    if found:
        wanted, versions = found.group(1), found.group(2).split(", ")
        subject = "" if wanted in request["requirements"] else "%s: " % wanted
        if versions[0]:
            ends = versions[0] if len(versions) == 1 else "%s to %s" % (versions[0], versions[-1])
            return "%sof the versions for this Python (%s) none fits" % (subject, ends)
        if request["build"]:
            return subject + "nothing of this name is there for this Python"
        return subject + "no wheel of this name is there for this Python (--build allows building one)"
    conflict = re.search(r"Cannot install (.+?) because these package versions have conflicting dependencies", talk)
    if conflict:
        return "%s need versions that exclude each other" % conflict.group(1)
    unsolved = re.search(r"Because (.+?)(?: and you require .+?)?, we can conclude", talk)
    if unsolved:
        return unsolved.group(1)
    if re.search("no such option: --only-binary", talk):
        return "this Python's pip is older than 7 and cannot be kept to wheels (--build lets it build)"
    return None


def ways(request, projects, folder, root):
    """How packages can be installed here, best first: what it is called, and its commands, each with variables."""
    only = [] if request["build"] else ["--only-binary", ":all:"]
    uv = sys.version_info >= (3, 8) and found_on_path("uv")
    if uv and pip_has_sources() and not any([os.environ.get("UV_" + name) for name in SOURCES + ("INDEX", "DEFAULT_INDEX")]):
        uv = None                       # it would look elsewhere than it is told to
    if uv:
        commands, places = [], []
        for copy, project in projects:
            place = copy
            if os.path.isdir(copy):     # uv takes `--only-binary` for a word about the project as well
                place = os.path.join(root, "wheels", os.path.basename(copy))
                build = [uv, "build", "--wheel", "--no-progress", "--python", PYTHON, "--out-dir", place, copy]
                commands.append((build, versions([project], True)))
            places.append(place)
        # Links would lead into uv's own cache, which is not for scenarios to write to.
        install = [uv, "pip", "install", "--no-progress", "--python", PYTHON, "--target", folder, "--compile-bytecode",
                   "--link-mode", "copy"]
        commands.append((Late(install + only + request["requirements"], places), {}))
        yield "uv", commands
    # Options that are younger than the oldest pips (--progress-bar is of 10) are variables, which those pass over.
    arguments = ["install", "--target", folder] + only + request["requirements"] + [copy for copy, _ in projects]
    settings = versions([project for _, project in projects], not request["build"])
    yield "pip", [([PYTHON, "-m", "pip"] + arguments, settings)]
    lent = lent_pip(os.path.join(root, "lent"))
    if lent:
        settings = dict(settings, PYTHONPATH=lent)      # what it starts to build something needs its setuptools
        yield "pip of ensurepip", [([PYTHON, os.path.join(lent, "pip")] + arguments, settings)]


def versions(projects, alone):
    """Variables that tell build tools the versions of projects, which come without the history that these tools would ask;
    `alone`: where nothing but these projects is built, which could take a version for its own."""
    found = {}
    if any([name.startswith(SCM) for name in os.environ]):
        return found                    # the caller has told them
    for project in projects:
        if project["name"] and project["version"]:
            found["%s_FOR_%s" % (SCM, project["name"].replace("-", "_").upper())] = project["version"]
    told = set([project["version"] for project in projects])
    if alone and len(told) == 1 and None not in told:
        found[SCM] = found["PBR_VERSION"] = told.pop()  # hatch-vcs does not know the name
    return found


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


def lent_pip(folder):
    """A folder with the pip, and the setuptools, that `ensurepip` would install, or nothing. pip cannot run from its wheel:
    in there it does not find the certificates that it trusts."""
    import zipfile
    places = []
    try:
        import ensurepip
        places.append(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
    except ImportError:
        pass
    if sys.prefix == "/usr":            # Debian and Fedora keep them apart
        places.append("/usr/share/python-wheels")
    for place in places:
        names = sorted(os.listdir(place)) if os.path.isdir(place) else []
        newest = dict([(name.split("-")[0], name) for name in names if re.match(r"(pip|setuptools|wheel)-.*\.whl$", name)])
        if "pip" not in newest:
            continue
        try:
            for name in newest.values():
                with zipfile.ZipFile(os.path.join(place, name)) as wheel:
                    wheel.extractall(folder)
            return folder
        except Exception:               # it is damaged, or there is no zlib
            continue
    return None


def variables(temporary):
    """The caller's, without what would lead pip elsewhere. `PIP_INDEX_URL` and the like stay."""
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
    """What it says in the end, without remarks on itself; of a build that failed, what the build said."""
    lines = talk.splitlines()
    ends = [at for at, line in enumerate(lines) if re.search(END_OF_BUILD, line)]
    if ends:
        lines = lines[:ends[-1]]
    lines = [line.strip() for line in lines]
    lines = [re.sub("^(ERROR|error|cause): ", "", line) for line in lines if line and not re.match(CHATTER, line)]
    if not lines:
        return "it said nothing"
    while lines and re.match(NO_REASON, lines[-1]):
        lines.pop()
    if not lines:
        return "its build failed"
    return lines[-1] if len(lines[-1]) < 200 else lines[-1][:200] + "..."
