"""Packages for the cases that require them: installed once for this interpreter into a folder of the cache, and never into the
interpreter itself. Everything happens on the machine where the interpreter is."""

import errno
import os
import sys
import time

from ..shared.base import to_bytes
from .channel import ChannelClosed
from .distributions import find_misbuilt, find_misfit, find_missing
from .folders import remove
from .installed_files import has_all_files, write_list
from .install_errors import NO_PIP, Absent, Refused, Unfit, explain_failure
from .install_methods import list_methods, make_install_environment, start_own_group
from .processes import kill_group, wait_readable
from .start import PYTHON, clock, fcntl, re

INSTALL_LIMIT = 600                     # seconds for one command
IN_USE = 600                            # seconds for which an older set of a project is kept: another run may use it
MAX_TALK, MAX_HEARD = 1 << 26, 1 << 20  # bytes that a command may say, and of its last words that are read
LOCK_INTERVAL, INSTALL_INTERVAL = 0.1, 0.05     # seconds between two looks
COMMAND_NOT_FOUND = 127                 # exit status, as of a shell


class Installer(object):
    """Sets of requirements, and the folders that hold them."""

    def __init__(self, channel, root):
        self.channel, self.root = channel, root
        self.verified = set()           # folders that were looked through
        self.unavailable = set()        # names of methods that are not there
        self.cache = None               # the cache folder, once anything was asked for

    def install(self, request):
        """Returns the folder with what the request asks for, installed where it is not there; raises Refused."""
        try:
            for name in ("hashlib", "subprocess", "tarfile"):   # not everywhere: old virtual environments, minimal images
                __import__(name)
        except ImportError:
            raise Refused("this Python cannot install anything: %s" % sys.exc_info()[1])
        self.cache = find_cache_folder(request["cache"])
        cache = os.path.join(self.cache, "packages")
        for place in (self.cache, cache):
            distrust = find_distrust(place)
            if distrust:
                raise Refused("nowhere to install packages: %s; MODSWAP_CACHE_DIR names another folder" % distrust)
        name = "%d.%d.%d-" % sys.version_info[:3] + make_key(request)
        folder = os.path.join(cache, name)
        if not self.is_complete(folder, request):
            try:
                make_dirs(cache)
                lock = open(folder + ".lock", "a")
            except (IOError, OSError):
                raise Refused("nowhere to install packages: %s" % sys.exc_info()[1])
            try:
                self.take_lock(lock, request)
                # Another modswap may have installed it meanwhile.
                if not self.is_complete(folder, request):
                    self.fill_folder(folder, request)
            finally:
                lock.close()
        return folder

    def is_complete(self, folder, request):
        """Whether the folder is there with all that was installed, and all that was asked for by name is in it."""
        if os.path.islink(folder) or not os.path.isdir(folder):
            return False
        if folder not in self.verified and (find_missing(folder, request) or not has_all_files(folder)):
            return False
        self.verified.add(folder)
        try:
            os.utime(os.path.join(folder, "modswap.txt"), None)     # it is in use
        except OSError:                 # a cache that can only be read
            pass
        return True

    def take_lock(self, lock, request):
        is_announced = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except (IOError, OSError):
                if sys.exc_info()[1].errno not in (errno.EAGAIN, errno.EACCES, errno.EINTR):
                    raise
            if not is_announced:
                self.notify(request, "waiting for another modswap that installs")
                is_announced = True
            self.wait(LOCK_INTERVAL)

    def fill_folder(self, folder, request):
        """Installs beside the folder, then gives it its name: what has the name is whole."""
        if request["offline"]:
            raise Absent("what the cache has is damaged" if os.path.lexists(folder) else "not in the cache")
        part = folder + ".part"
        projects = [(self.fetch_copy(request, project), project) for project in request["projects"]]
        last_error = None
        for name, commands in list_methods(request, projects, part, self.root):
            if name in self.unavailable:
                continue
            remove(part)
            self.notify(request, "installing with %s" % name)
            status, talk = 0, ""
            for command, settings in commands:
                status, talk = self.run_command(command, settings)
                if status != 0:
                    break
            if status == 0:
                if not os.path.isdir(part):     # no requirement is for this Python
                    os.mkdir(part)
                wrong = find_misbuilt(part, request) or find_misfit(part)
                if wrong:
                    remove(part)
                    raise Unfit(wrong)
                missing = find_missing(part, request)
                if not missing:
                    self.publish(part, folder, request)
                    return
                talk = "%s says that it has installed %s, but it is not there; do its settings (root, dry-run) lead it " \
                       "elsewhere?" % (name, ", ".join(missing))
            remove(part)
            if re.search(NO_PIP, talk, re.M):
                self.unavailable.add(name)
                continue
            last_error = talk
            if name != "uv":            # the last word is pip's, and one pip is enough
                break
        if last_error is None:
            raise Refused("this Python has no pip, no ensurepip to lend one, and there is no uv on PATH")
        raise explain_failure(last_error, request, folder + ".log")

    def publish(self, part, folder, request):
        """Makes it what others find, and removes what the same projects were before."""
        about = describe_set(request)
        with open(os.path.join(part, "modswap.txt"), "wb") as out:
            out.write(about)
        write_list(part)
        remove(folder)
        os.rename(part, folder)
        if not request["projects"]:
            return
        cache, published = os.path.split(folder)
        for name in os.listdir(cache):
            description = os.path.join(cache, name, "modswap.txt")
            try:
                with open(description, "rb") as file:
                    same = without_digests(file.read()) == without_digests(about)
                if same and name != published and time.time() - os.stat(description).st_mtime > IN_USE:
                    remove(os.path.join(cache, name))
            except (IOError, OSError):
                pass                    # another modswap was faster

    def fetch_copy(self, request, project):
        """The path of our copy of a project, or of a wheel, which modswap sends once."""
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

    def run_command(self, command, settings):
        """Returns its exit status and what it said. Its time is limited, and it goes when modswap goes."""
        talk = os.path.join(self.root, "talk")
        import subprocess
        with open(talk, "wb") as out:
            try:
                process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                           env=dict(make_install_environment(self.provide_folder("tmp")), **settings),
                                           cwd=self.provide_folder("install"), preexec_fn=start_own_group,
                                           close_fds=sys.version_info[0] > 2)
            except (IOError, OSError):
                return COMMAND_NOT_FOUND, "%s: %s" % (command[0], sys.exc_info()[1])
        deadline = clock() + INSTALL_LIMIT
        try:
            while process.poll() is None:
                if clock() > deadline:
                    return 1, "timed out after %d s" % INSTALL_LIMIT
                if os.path.getsize(talk) > MAX_TALK:
                    return 1, "it said more than %d MiB" % (MAX_TALK >> 20)
                self.wait(INSTALL_INTERVAL)
        finally:
            kill_group(process.pid)
            process.wait()
            with open(talk, "rb") as file:
                file.seek(max(0, os.path.getsize(talk) - MAX_HEARD))
                text = file.read(MAX_HEARD).decode("utf-8", "replace")
            os.remove(talk)
            remove(self.provide_folder("tmp"))  # old pips leave something there
        return process.returncode, text

    def provide_folder(self, name):
        """A folder below our own, empty at first: a Python may look for modules where it starts."""
        folder = os.path.join(self.root, name)
        if not os.path.isdir(folder):
            os.mkdir(folder)
        return folder

    def wait(self, seconds):
        if wait_readable([self.channel.requests], seconds):
            raise ChannelClosed()

    def notify(self, request, text):
        self.channel.send("installing", request["case"], text.encode("ascii"))


def make_key(request):
    """A digest of what a folder is for: this build of this Python, and these requirements."""
    import hashlib
    import sysconfig
    parts = [sys.version, PYTHON, sys.prefix, sysconfig.get_platform(), str(sysconfig.get_config_var("SOABI")),
             repr(request["build"])]
    parts += sorted(request["requirements"])
    parts += sorted([project["digest"] for project in request["projects"]])
    return hashlib.sha256(b"\n".join([to_bytes(part) for part in parts])).hexdigest()[:20]


def describe_set(request):
    """What a set is, in lines: the version, the requirements, the projects with their digests."""
    lines = [sys.version.split()[0]] + request["requirements"]
    lines += ["project %s %s" % (project["digest"], project["path"]) for project in request["projects"]]
    return b"".join([to_bytes(line) + b"\n" for line in lines])


def without_digests(about):
    """A description without the digests: which projects, not which of their states."""
    return re.sub(br"(?m)^project \w+ ", b"project ", about)


def find_cache_folder(wanted):
    """Where modswap says; where it cannot know, the user's cache folder of this machine."""
    if wanted is not None:
        return wanted
    named = os.environ.get("MODSWAP_CACHE_DIR", "")
    if os.path.isdir(named) and os.access(named, os.W_OK):  # it may come from outside of the chroot or container that this runs in
        return named
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "modswap")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "modswap")


def find_distrust(folder):
    """Why what is in a folder may be another user's, or would be in their way; None where it is not. As in folders.rs."""
    place, user = folder, os.geteuid()
    while not os.path.exists(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    try:
        found = os.stat(place)
    except OSError:
        return None
    if found.st_uid not in (0, user) and (place == folder or user == 0):
        return "%s belongs to another user" % place
    return "%s can be written by every user" % place if place == folder and found.st_mode & 0o002 else None


def make_dirs(path):
    """For the user alone."""
    mask = os.umask(0o077)
    try:
        os.makedirs(path)
    except OSError:
        if not os.path.isdir(path):
            raise
    finally:
        os.umask(mask)
