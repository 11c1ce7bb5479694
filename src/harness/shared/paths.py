def place_words(system):
    """Words for the places of files, so that nothing that is recorded depends on where they lie.

    system: the module `posix`. Runs in the supervisor, in the interpreter that is measured, and in plain scripts.
    """
    sys = __import__("sys")
    version_2 = sys.version_info[0] == 2

    def is_name(character):
        return character.isalnum() or character in "_-"

    def real(path):
        """The path without links, by `readlink` alone: `os.path` may not have been imported."""
        done, rest, followed = "", path.split("/"), 0
        while rest:
            part = rest.pop(0)
            if part == "..":
                done = done.rpartition("/")[0]
            elif part not in ("", "."):
                try:
                    target = system.readlink(done + "/" + part)
                except (OSError, ValueError):
                    target = None
                followed += target is not None
                if target is None or followed > 40:
                    done += "/" + part
                    continue
                if target[:1] == "/":
                    done = ""
                rest[:0] = target.split("/")
        return done

    def spellings(path):
        """A path as it was given and as it is without links, each also as the repr of a text or of bytes has it."""
        if version_2 and type(path) is not str:
            path = path.encode("utf-8")
        if path[:1] != "/":
            return []
        found = []
        for text in (path.rstrip("/"), real(path)):
            if version_2:
                found += [text, repr(text)[1:-1], repr(unicode(text, "utf-8", "replace"))[2:-1]]
            else:
                data = text.encode(sys.getfilesystemencoding(), "surrogateescape")
                found += [text, data.decode("utf-8", "surrogateescape"), repr(text)[1:-1], ascii(text)[1:-1],
                          repr(data)[2:-1]]
        return found

    class Places(object):
        """Paths and their words. Where several fit, the longest counts; of one path said twice, the later word."""

        def __init__(self):
            self.words, self.ordered, self.in_unicode = {}, [], []

        def add(self, pairs):
            """Pairs of a path, which may be empty or lead over links, and its word."""
            self.add_spelled([(spelling, word) for path, word in pairs if path for spelling in spellings(path)])

        def add_spelled(self, pairs):
            self.words.update([pair for pair in pairs if len(pair[0]) > 1])
            self.ordered = sorted(self.words.items(), key=lambda pair: (-len(pair[0]), pair[0]))
            if version_2:
                self.in_unicode = [(unicode(path, "utf-8", "replace"), word) for path, word in self.ordered]

        def with_spelled(self, pairs):
            other = Places()
            other.words.update(self.words)
            other.add_spelled(pairs)
            return other

        def name(self, text):
            """The text with words for the places."""
            if "/" not in text:
                return text
            for path, word in self.ordered if type(text) is str else self.in_unicode:
                at = text.find(path)
                if at < 0:
                    continue
                parts, begin = [], 0
                while at >= 0:
                    end = at + len(path)
                    if self.is_whole(text, at, end, path):
                        parts += [text[begin:at], word]
                        begin = end
                    at = text.find(path, end)
                text = "".join(parts + [text[begin:]])
            return text

        def is_whole(self, text, at, end, path):
            """Whether what was found is a path of its own or the beginning of one: `/usr` is neither in `/usr2` nor in `a/usr`."""
            after = text[end:end + 2]
            if after and (is_name(after[0]) or after[0] == "." and is_name(after[1:] or " ")):
                return False
            before = text[max(0, at - 2):at]
            return (path.count("/") > 1 or not before or before[:1] == "\\"         # `\n`, in a repr
                    or not (is_name(before[-1]) or before[-1] in ".>"))

        def add_python(self, modules):
            """The places of the interpreter that this runs in, as far as it knows them itself. modules: its cache."""
            of_sys = sys.__dict__.get
            found = [(entry, "<site>") for entry in sys.path
                     if type(entry) is str and entry.endswith(("/site-packages", "/dist-packages"))]
            prefixes = [of_sys(name) for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "real_prefix")]
            program = of_sys("executable")
            environment = program.rpartition("/bin/")[0] if program else ""
            try:
                system.lstat(environment + "/pyvenv.cfg")       # `prefix` may be that of another one without `site`
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
            """The user's folders."""
            def variable(name):
                found = system.environ.get(name if version_2 else name.encode("ascii"), "")
                return found if version_2 or not found else found.decode("utf-8", "surrogateescape")
            self.add([("/tmp", "<temp>"), (variable("TMPDIR"), "<temp>"), (variable("HOME"), "<home>")])

    return Places()
