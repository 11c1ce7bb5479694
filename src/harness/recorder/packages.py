def add_packages(folders, system):
    """Put folders with packages at the end of sys.path, but before what `site` added, and do what `site.addsitedir` does with
    their `.pth` and, from 3.15 on, `.start` files (PEP 829); without `site`, which a bare interpreter does not have."""
    sys = __import__("sys")
    newer = sys.version_info >= (3, 15)
    of_site = [at for at, entry in enumerate(sys.path) if entry.endswith(("site-packages", "dist-packages"))]
    place = [(of_site + [len(sys.path)])[0]]

    def extend(entry):
        if entry not in sys.path:
            sys.path.insert(place[0], entry)
            place[0] += 1

    def lines(path):
        descriptor, parts = system.open(path, system.O_RDONLY), [b""]
        while len(parts) < 2 or parts[-1]:
            parts.append(system.read(descriptor, 65536))
        system.close(descriptor)
        data = b"".join(parts)
        if data[:3] == b"\xef\xbb\xbf" and sys.version_info >= (3, 13):
            data = data[3:]
        return (data if str is bytes else data.decode("utf-8", "surrogateescape")).splitlines()

    def whole(folder, path):
        kept = []
        for part in (path if path[0] == "/" else folder + "/" + path).split("/"):
            if part == "..":
                del kept[-1:]
            elif part not in ("", "."):
                kept.append(part)
        return "/" + "/".join(kept)

    def do(kind, line, sitedir):            # `*-nspkg.pth` files read `sitedir` from the frame that runs their lines
        if kind == "path":
            path = whole(sitedir, line)
            try:
                system.stat(path)
            except OSError:
                return
            extend(path)
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
        extend(folder)
        try:
            files = sorted([name for name in system.listdir(folder) if name[0] != "."])
        except OSError:
            continue
        starts = [name for name in files if newer and name.endswith(".start")]
        todo, failed = [], []
        for name in files:
            if not name.endswith(".pth") and name not in starts:
                continue
            for number, line in enumerate(lines(folder + "/" + name)):
                line = line.strip() if newer else line.rstrip()
                if not line or line[0] == "#":
                    continue
                if name in starts:
                    todo.append(("start", name, number, line))
                elif not line.startswith(("import ", "import\t")):
                    todo.append(("path", name, number, line))
                elif name[:-3] + "start" not in starts:
                    todo.append(("line", name, number, line))
        if newer:
            todo.sort(key=lambda one: ("path", "line", "start").index(one[0]))
        for kind, name, number, line in todo:
            if name in failed:
                continue
            try:
                do(kind, line, folder)
            except Exception:
                error = sys.exc_info()[1]
                sys.stderr.write("%s, line %d: %s: %s\n" % (name, number + 1, type(error).__name__, error))
                if not newer:               # the rest of the file is passed over
                    failed.append(name)
