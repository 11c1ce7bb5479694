def prepare(modules, borrows, *names):
    """Write the modules into a folder of their own, first on sys.path; work in an empty one; watch the steps."""
    sys, system = __import__("sys"), __import__("posix")
    if sys.version_info[0] == 2:            # not in the cache of a bare 2.7
        del sys.modules["posix"]
    write, as_json, said, made, owner = system.write, "--json" in sys.argv, {}, [], system.getpid()
    if as_json:
        sys.argv.remove("--json")

    def folder(path):
        if path not in made:
            system.mkdir(path)
            made.append(path)

    beside = sys.path[0] or "."
    if beside[0] != "/":
        beside = system.getcwd() + "/" + beside
    del sys.path[:1]
    home = "/tmp/case-%d" % owner
    while True:                             # one that died left its folder, and its number was given away again
        try:
            system.lstat(home)
            home += "x"
        except OSError:
            break
    places = [home, home + "/modules", home + "/work"]
    for path in places:
        folder(path)
    files = []
    for name, text in modules:
        parts = name.split("/")
        for depth in range(1, len(parts) + (text is None)):
            folder("/".join(places[1:2] + parts[:depth]))
        if text is not None:
            files.append(places[1] + "/" + name)
            descriptor = system.open(files[-1], system.O_WRONLY | system.O_CREAT, 0o666)
            write(descriptor, text)
            system.close(descriptor)
    for path in files + made[1:]:
        system.utime(path, (1000000000, 1000000000))
    system.chdir(places[2])

    def say(number, action, facts, details, inside):
        """On standard output, whatever becomes of sys.stdout; with --json as one object per step."""
        if system.getpid() != owner and action != "" and facts is None:
            system._exit(0)                 # a child that a step forked and that went on with the steps
        place = "%d" % number if inside is None else '%d,"inside":%d' % (number, inside)
        if as_json:
            told = "" if facts is None else ',"details":' + step.encode(tuple(details))
            text = "" if facts is None else '{"step":%s,"facts":%s%s}' % (place, step.encode(tuple(facts)), told)
        elif facts is None:
            text = "\n%d  %s" % (number, action or "in the body of a module, in step %s" % inside)
        else:
            always = ("outcome", "ran", "value", "died", "warned")
            shown = [(name, value) for name, value in facts if said.get(name) != value or name in always]
            said.update(facts)
            shown += details
            words = [(name, step.shown(value)) for name, value in shown]
            text = "\n".join(["      %-22s %s" % pair for pair in words])
        if text:
            write(1, bytes(bytearray([ord(character) if ord(character) < 128 else 63 for character in text + "\n"])))

    remove = remove_tree

    def clean_up():
        step.record()
        remove(system, home)

    words = place_words(system)
    words.add_user()
    step = observer(sys.modules["__main__"].__dict__, *(names + (say, system, words)))
    words.add([(home, "<run>"), (places[2], "<folder>"), (places[1], "<modules>"), (beside + "/packages", "<packages>")])
    step.modules = places[1]
    for name in borrows:                    # before the path leads to modules of the case, which may have their names
        step.borrow(name)
    sys.path[:0] = [places[1], ""]

    def packages():
        own = sys.path[:2]
        del sys.path[:2]
        add_packages([beside + "/packages"], system)
        sys.path[:0] = own

    step.clean_up, step.add_packages = clean_up, packages
    return step
