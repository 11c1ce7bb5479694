"""Placeholders for paths, so that nothing that is recorded depends on where files lie: `<library>/os.py`."""

from .base import Harness, PYTHON_2, sys

MAX_LINKS = 40                          # followed in one path, as Linux does
RANDOM_NAME = "<temp>/tmp"              # and what `tempfile` puts behind it: so many characters on 2.7, and from 3.4 on
RANDOM_LENGTHS = (6, 8)


def is_name_character(character):
    return character.isalnum() or character in "_-"


def hide_random_names(text):
    """The text with dots for what `tempfile` made up."""
    parts = text.split(RANDOM_NAME)
    for index, part in enumerate(parts[1:]):
        length = 0
        while length < len(part) and (part[length].isalnum() or part[length] == "_"):
            length += 1
        if length in RANDOM_LENGTHS:
            parts[index + 1] = "..." + part[length:]
    return RANDOM_NAME.join(parts)


def resolve_links(posix, path):
    """The path without links, by `readlink` alone: `os.path` may not have been imported."""
    done, rest, followed = "", path.split("/"), 0
    while rest:
        part = rest.pop(0)
        if part == "..":
            done = done.rpartition("/")[0]
        elif part not in ("", "."):
            try:
                target = posix.readlink(done + "/" + part)
            except (OSError, ValueError):
                target = None
            followed += target is not None
            if target is None or followed > MAX_LINKS:
                done += "/" + part
                continue
            if target[:1] == "/":
                done = ""
            rest[:0] = target.split("/")
    return done


def spell_path(posix, path):
    """An absolute path as it was given and as it is without links, each also as the repr of a text or of bytes has it."""
    if PYTHON_2 and type(path) is not str:
        path = path.encode("utf-8")
    if path[:1] != "/":
        return []
    spellings = []
    for text in (path.rstrip("/"), resolve_links(posix, path)):
        if PYTHON_2:
            spellings += [text, repr(text)[1:-1], repr(unicode(text, "utf-8", "replace"))[2:-1]]
        else:
            data = text.encode(sys.getfilesystemencoding(), "surrogateescape")
            spellings += [text, data.decode("utf-8", "surrogateescape"), repr(text)[1:-1], ascii(text)[1:-1],
                          repr(data)[2:-1]]
    return spellings


class PathPlaceholders(Harness):
    """Paths and their placeholders. Where several fit, the longest counts; of one path said twice, the later placeholder."""

    def __init__(self, posix):
        self.posix, self.placeholders, self.longest_first, self.in_unicode = posix, {}, [], []

    def add(self, pairs):
        """Adds pairs of a path, which may be empty or lead over links, and its placeholder."""
        self.add_spelled([(spelling, word) for path, word in pairs if path for spelling in spell_path(self.posix, path)])

    def add_spelled(self, pairs):
        self.placeholders.update([pair for pair in pairs if len(pair[0]) > 1])
        self.longest_first = sorted(self.placeholders.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        if PYTHON_2:
            self.in_unicode = [(unicode(path, "utf-8", "replace"), word) for path, word in self.longest_first]

    def with_spelled(self, pairs):
        other = PathPlaceholders(self.posix)
        other.placeholders.update(self.placeholders)
        other.add_spelled(pairs)
        return other

    def substitute(self, text):
        """Returns the text with placeholders for the paths in it."""
        if "/" not in text:
            return text
        for path, word in self.longest_first if type(text) is str else self.in_unicode:
            start = text.find(path)
            if start < 0:
                continue
            parts, copied = [], 0
            while start >= 0:
                end = start + len(path)
                if self.is_whole_path(text, start, end, path):
                    parts += [text[copied:start], word]
                    copied = end
                start = text.find(path, end)
            text = "".join(parts + [text[copied:]])
        return hide_random_names(text) if RANDOM_NAME in text else text

    def is_whole_path(self, text, start, end, path):
        """Whether what was found is a path of its own or the beginning of one: `/usr` is neither in `/usr2` nor in `a/usr`."""
        after = text[end:end + 2]
        if after and (is_name_character(after[0]) or after[0] == "." and is_name_character(after[1:] or " ")):
            return False
        before = text[max(0, start - 2):start]
        return (path.count("/") > 1 or not before or before[:1] == "\\"         # `\n`, in a repr
                or not (is_name_character(before[-1]) or before[-1] in ".>"))

    def add_python(self, modules):
        """Adds the paths of the interpreter that this runs in, as far as it knows them itself. modules: its module cache."""
        of_sys = sys.__dict__.get
        found = [(entry, "<site>") for entry in sys.path
                 if type(entry) is str and entry.endswith(("/site-packages", "/dist-packages"))]
        prefixes = [of_sys(name) for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "real_prefix")]
        program = of_sys("executable")
        environment = program.rpartition("/bin/")[0] if program else ""
        try:
            self.posix.lstat(environment + "/pyvenv.cfg")   # `prefix` may be that of another one without `site`
            prefixes.append(environment)
        except OSError:
            pass
        found += [(prefix, "<prefix>") for prefix in prefixes]
        # A free-threaded build has another folder than `lib/python3.14`, a distribution may have `lib64`.
        encodings = getattr(modules.get("encodings"), "__file__", None)
        library = encodings.rpartition("/")[0].rpartition("/")[0] if encodings else of_sys("_stdlib_dir")
        library = library or "%s/lib/python%d.%d" % ((sys.prefix,) + sys.version_info[:2])
        found += [(entry, "<library>/lib-dynload") for entry in sys.path
                  if type(entry) is str and entry.endswith("/lib-dynload")]
        found += [(library, "<library>"), (program, "<python>"), (of_sys("_base_executable"), "<python>")]
        self.add(found)

    def add_user(self):
        """Adds the user's folders."""
        def variable(name):
            found = self.posix.environ.get(name if PYTHON_2 else name.encode("ascii"), "")
            return found if PYTHON_2 or not found else found.decode("utf-8", "surrogateescape")
        self.add([("/tmp", "<temp>"), (variable("TMPDIR"), "<temp>"), (variable("HOME"), "<home>")])
