"""Folders with packages on `sys.path`, without the module `site`, which a bare interpreter does not have."""

from ..shared.base import sys, to_text
from ..shared.files import read_file

HAS_START_FILES = sys.version_info >= (3, 15)       # PEP 829
SKIPS_BYTE_ORDER_MARK = sys.version_info >= (3, 13)
ORDER = ("path", "line", "start")       # in which 3.15 does what the files of a folder ask for


def add_packages(folders, posix):
    """Puts folders at the end of sys.path, but before what `site` added, and does what `site.addsitedir` does with their
    `.pth` and, from 3.15 on, `.start` files."""
    of_site = [index for index, entry in enumerate(sys.path) if entry.endswith(("site-packages", "dist-packages"))]
    position = [(of_site + [len(sys.path)])[0]]

    def extend_path(entry):
        if entry not in sys.path:
            sys.path.insert(position[0], entry)
            position[0] += 1

    def perform(kind, line, sitedir):       # `*-nspkg.pth` files read `sitedir` from the frame that runs their lines
        if kind == "path":
            path = join_path(sitedir, line)
            try:
                posix.stat(path)
            except OSError:
                return
            extend_path(path)
        elif kind == "line":
            eval(compile(line, "<string>", "exec", 0, True), {})
        else:
            module, _, names = line.partition(":")
            __import__(module)
            target = sys.modules[module]
            for name in names.split("."):
                target = getattr(target, name)
            target()

    for folder in folders:
        extend_path(folder)
        failed = []
        for kind, name, number, line in read_path_files(folder, posix):
            if name in failed:
                continue
            try:
                perform(kind, line, folder)
            except Exception:
                error = sys.exc_info()[1]
                sys.stderr.write("%s, line %d: %s: %s\n" % (name, number, type(error).__name__, error))
                if not HAS_START_FILES:     # the rest of the file is skipped
                    failed.append(name)


def read_path_files(folder, posix):
    """What the `.pth` and `.start` files of a folder ask for, in order: kind, name of the file, number and text of the line."""
    try:
        files = sorted([name for name in posix.listdir(folder) if name[0] != "."])
    except OSError:
        return []
    starts = [name for name in files if HAS_START_FILES and name.endswith(".start")]
    found = []
    for name in files:
        if not name.endswith(".pth") and name not in starts:
            continue
        data = read_file(posix, folder + "/" + name)
        if data[:3] == b"\xef\xbb\xbf" and SKIPS_BYTE_ORDER_MARK:
            data = data[3:]
        for number, line in enumerate(to_text(data).splitlines(), 1):
            line = line.strip() if HAS_START_FILES else line.rstrip()
            if not line or line[0] == "#":
                continue
            if name in starts:
                found.append(("start", name, number, line))
            elif not line.startswith(("import ", "import\t")):
                found.append(("path", name, number, line))
            elif name[:-3] + "start" not in starts:
                found.append(("line", name, number, line))
    if HAS_START_FILES:
        found.sort(key=lambda item: ORDER.index(item[0]))
    return found


def join_path(folder, path):
    """An absolute path without `.`, `..` and empty parts."""
    kept = []
    for part in (path if path[0] == "/" else folder + "/" + path).split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return "/" + "/".join(kept)
