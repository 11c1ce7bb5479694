# Third part of the supervisor: distributions for the cases that require them, installed once for this interpreter into a
# folder of the cache and never into the interpreter itself. Everything happens on the machine where the interpreter is.

re, fcntl = Later("re"), Later("fcntl")
INSTALL_LIMIT = 600                     # seconds for one set of requirements
IN_USE = 600                            # seconds for which an older set of a project is kept: another run may use it


class Refused(Exception):
    """The packages cannot be had here, and why."""
    kind = "refused"


class Unreachable(Refused):
    """No index answers: asking again would only cost time."""
    kind = "unreachable"


class Unfit(Refused):
    """They are not for this Python, which is said in a sentence of its own."""
    kind = "unfit"


class Installer(object):
    """Sets of requirements, and the folders that hold them."""

    def __init__(self, channel, root):
        self.channel, self.root = channel, root
        self.whole = set()              # folders that were looked through
        self.lacking = set()            # what of the ways to install is not there
        self.cache = None               # where it installs, once it has

    def install(self, request):
        """The folder with what the request asks for."""
        try:
            import hashlib, subprocess, tarfile     # not everywhere: old virtual environments, minimal images
        except ImportError:
            raise Refused("this Python cannot install anything: %s" % sys.exc_info()[1])
        self.cache = cache_folder(request["cache"])
        cache = os.path.join(self.cache, "packages")
        name = "%d.%d.%d-" % sys.version_info[:3] + key(request)
        folder = os.path.join(cache, name)
        if not self.is_whole(folder, request):
            try:
                make_folders(cache)
                lock = open(folder + ".lock", "a")
            except (IOError, OSError):
                raise Refused("nowhere to install packages: %s" % sys.exc_info()[1])
            try:
                self.wait_for(lock, request)
                # Another modswap may have installed it meanwhile.
                if not self.is_whole(folder, request):
                    self.fill(folder, request)
            finally:
                lock.close()
        return folder

    def is_whole(self, folder, request):
        """Whether the folder is there, and all that was asked for by name is in it."""
        if not os.path.isdir(folder) or (folder not in self.whole and lost(folder, request)):
            return False
        self.whole.add(folder)
        try:
            os.utime(os.path.join(folder, "modswap.txt"), None)     # it is in use
        except OSError:                 # a cache that can only be read
            pass
        return True

    def wait_for(self, lock, request):
        said = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except (IOError, OSError):
                if sys.exc_info()[1].errno not in (errno.EAGAIN, errno.EACCES, errno.EINTR):
                    raise
            if not said:
                self.say(request, "waiting for another modswap that installs")
                said = True
            self.pause(0.1)

    def fill(self, folder, request):
        """Install beside the folder, then give it its name: what has the name is whole."""
        if request["offline"]:
            raise Refused("not in the cache, and offline")
        part = folder + ".part"
        projects = [(self.copy(request, project), project) for project in request["projects"]]
        trouble = None
        for name, commands in ways(request, projects, part, self.root):
            if name in self.lacking:
                continue
            remove(part)
            self.say(request, "installing with %s" % name)
            status, talk = 0, ""
            for command, settings in commands:
                status, talk = self.run(command, settings)
                if status != 0:
                    break
            if status == 0:
                if not os.path.isdir(part):     # no requirement is for this Python
                    os.mkdir(part)
                wrong = misbuilt(part, request) or misfit(part)
                if wrong:
                    remove(part)
                    raise Unfit(wrong)
                missing = lost(part, request)
                if not missing:
                    self.name(part, folder, request)
                    return
                talk = "%s says that it has installed %s, but it is not there; do its settings (root, dry-run) lead it " \
                       "elsewhere?" % (name, ", ".join(missing))
            remove(part)
            if re.search(NO_PIP, talk, re.M):
                self.lacking.add(name)
                continue
            trouble = talk
            if name != "uv":            # the last word is pip's, and one pip is enough
                break
        if trouble is None:
            raise Refused("this Python has no pip, no ensurepip to lend one, and there is no uv on PATH")
        raise refusal(trouble, request, folder + ".log")

    def name(self, part, folder, request):
        """Make it what others find, and let go of what the same projects were before."""
        about = description(request)
        with open(os.path.join(part, "modswap.txt"), "wb") as out:
            out.write(about)
        remove(folder)
        os.rename(part, folder)
        if not request["projects"]:
            return
        cache, own = os.path.split(folder)
        for name in os.listdir(cache):
            place = os.path.join(cache, name, "modswap.txt")
            try:
                with open(place, "rb") as said:
                    same = undated(said.read()) == undated(about)
                if same and name != own and time.time() - os.stat(place).st_mtime > IN_USE:
                    remove(os.path.join(cache, name))
            except (IOError, OSError):
                pass                    # another modswap was faster

    def copy(self, request, project):
        """The copy of a project, or of a wheel, that the runner sent."""
        digest, single = project["digest"], project["file"]
        copy = os.path.join(self.root, "project-%s" % digest)
        if not os.path.isdir(copy):
            import tarfile
            self.channel.send("want", request["case"], digest.encode("ascii"))
            archive = copy + ".tar"
            with open(archive, "wb") as out:
                out.write(self.channel.receive_bytes())
            with tarfile.open(archive) as packed:
                if hasattr(tarfile, "data_filter"):
                    packed.extractall(copy, filter="data")
                else:
                    packed.extractall(copy)
            os.remove(archive)
        return os.path.join(copy, single) if single else copy

    def run(self, command, settings):
        """Exit status, and what it said. Its time is limited, and it goes when the runner goes."""
        talk = os.path.join(self.root, "talk")
        import subprocess
        with open(talk, "wb") as out:
            try:
                process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                           env=dict(variables(self.folder("tmp")), **settings),
                                           cwd=self.folder("install"), preexec_fn=own_group,
                                           close_fds=sys.version_info[0] > 2)
            except (IOError, OSError):
                return 127, "%s: %s" % (command[0], sys.exc_info()[1])
        deadline = clock() + INSTALL_LIMIT
        try:
            while process.poll() is None:
                if clock() > deadline:
                    return 1, "timed out after %d s" % INSTALL_LIMIT
                self.pause(0.05)
        finally:
            end_group(process.pid)
            process.wait()
            with open(talk, "rb") as said:
                text = said.read().decode("utf-8", "replace")
            os.remove(talk)
            remove(self.folder("tmp"))  # old pips leave something there
        return process.returncode, text

    def folder(self, name):
        """Below our own, and empty at first: a Python may look for modules where it starts."""
        folder = os.path.join(self.root, name)
        if not os.path.isdir(folder):
            os.mkdir(folder)
        return folder

    def pause(self, seconds):
        if readable([self.channel.requests], seconds):
            raise Gone()

    def say(self, request, text):
        self.channel.send("installing", request["case"], text.encode("ascii"))


def key(request):
    """What a folder is for: this build of this Python, and these requirements."""
    import hashlib
    import sysconfig
    parts = [sys.version, PYTHON, sys.prefix, sysconfig.get_platform(), str(sysconfig.get_config_var("SOABI")),
             repr(request["build"])]
    parts += sorted(request["requirements"])
    parts += sorted([project["digest"] for project in request["projects"]])
    return hashlib.sha256(b"\n".join([in_bytes(part) for part in parts])).hexdigest()[:20]


def description(request):
    """What a set is, in lines: the version, the requirements, the projects with their digests."""
    lines = [sys.version.split()[0]] + request["requirements"]
    lines += ["project %s %s" % (project["digest"], project["place"]) for project in request["projects"]]
    return b"".join([in_bytes(line) + b"\n" for line in lines])


def undated(about):
    """A description without the digests: which projects, not which of their states."""
    return re.sub(br"(?m)^project \w+ ", b"project ", about)


def lost(folder, request):
    """Names that should be there and are not."""
    found = [name for name, _, _ in distributions([folder])]
    return [name for name in request["names"] if name not in found]


def misbuilt(folder, request):
    """What is said of a project that was built as something that it is not."""
    found = dict([(name, version) for name, version, _ in distributions([folder])])
    for project in request["projects"]:
        name, version = project["name"] or project["place"], project["version"]
        if "unknown" in found:          # so setuptools calls what it finds no name for
            return "%s was built as UNKNOWN %s: the setuptools of this build does not read its metadata (61 and newer read " \
                   "pyproject.toml)" % (name, found["unknown"])
        built = found.get(project["name"], "")
        if re.match(r"0(\.0)*$", built) and version and not re.match(r"0(\.0)*$", version):
            return "%s was built as version %s, but it is %s" % (name, built, version)
    return None


def misfit(folder):
    """What is said of a distribution that is not for this Python, for which pip looks from 9 on."""
    for entry in sorted(os.listdir(folder)):
        for name in ("METADATA", "PKG-INFO"):
            try:
                with open(os.path.join(folder, entry, name), "rb") as about:
                    head = about.read().decode("utf-8", "replace").split("\n\n")[0]
            except (IOError, OSError):
                continue
            required = re.search(r"(?mi)^Requires-Python:\s*(.+?)\s*$", head)
            if required and not fits(required.group(1), sys.version_info[:3]):
                return "%s requires Python %s" % (entry.split("-")[0], required.group(1))
    return None


def fits(required, version):
    """Whether a version is among those of a specifier (PEP 440), whose clauses this reads as far as they are about releases."""
    for clause in required.split(","):
        read = re.match(r"\s*(~=|[=!<>]=|[<>])\s*([\d.]*\d)(\.\*)?\s*$", clause)
        if read is None:
            continue
        operator, bound = read.group(1), tuple([int(part) for part in read.group(2).split(".")])
        count = len(bound) if read.group(3) else 3
        own, bound = version[:count], (bound + (0, 0, 0))[:count]
        series = len(read.group(2).split(".")) - 1
        if not {"==": own == bound, "!=": own != bound, "<": own < bound, ">": own > bound, "<=": own <= bound,
                ">=": own >= bound, "~=": own >= bound and own[:series] == bound[:series]}[operator]:
            return False
    return True


def cache_folder(wanted):
    """Where the runner says; where it cannot know, the user's cache folder of this machine."""
    if wanted is not None:
        return wanted
    named = os.environ.get("MODSWAP_CACHE_DIR", "")
    if os.path.isdir(named) and os.access(named, os.W_OK):  # it may come from outside of the chroot or container that this runs in
        return named
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "modswap")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "modswap")


def make_folders(path):
    try:
        os.makedirs(path)
    except OSError:
        if not os.path.isdir(path):
            raise


def distributions(folders, names=None):
    """Name, version and folder of each distribution in the folders, or of those that are asked for."""
    found = []
    for folder in folders:
        for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            match = re.match(r"([^-]+)-([^-]+)(-py\d.*)?\.(dist|egg)-info$", entry)
            name = re.sub(r"[-_.]+", "-", match.group(1)).lower() if match else None
            if name and (names is None or name in names) and name not in [known for known, _, _ in found]:
                found.append((name, match.group(2), folder))
    return found


def site_folders():
    import site
    if hasattr(site, "getsitepackages"):
        return site.getsitepackages()
    import sysconfig                    # virtualenv before 20 has a site of its own
    return [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
