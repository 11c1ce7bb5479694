def lay_out(modules):
    """Write the modules into a folder of their own, first on sys.path; work in an empty one."""
    system = __import__("posix")
    if sys.version_info[0] == 2:            # not in the cache of a bare 2.7
        del sys.modules["posix"]
    made = ["/tmp/case-%d" % system.getpid()]
    made += [made[0] + "/modules", made[0] + "/work"]

    def folder(path):
        if path not in made:
            folder(path.rpartition("/")[0])
            made.append(path)
            system.mkdir(path)

    for path in made[:3]:
        system.mkdir(path)
    for name, text in modules:
        path = made[1] + "/" + name
        folder(path if text is None else path.rpartition("/")[0])
        if text is not None:
            descriptor = system.open(path, system.O_WRONLY | system.O_CREAT)
            system.write(descriptor, text)
            system.close(descriptor)
    system.chdir(made[2])
    sys.path[:1] = [made[1], ""]
    files = [made[1] + "/" + name for name, text in modules if text is not None]

    def clean_up():
        step.record()
        for path in files:
            system.unlink(path)
        for path in reversed(made):
            system.rmdir(path)
    return system.write, [(made[1], "<modules>"), (made[2], "<folder>")], clean_up


def say(number, action, facts, message):
    """On standard output, whatever becomes of sys.stdout; with --json as one object per step."""
    if as_json:
        text = "" if facts is None else '{"step":%d,"facts":%s}' % (number, step.encode(tuple(facts)))
    elif facts is None:
        text = "\n%d  %s" % (number, action)
    else:
        shown = [(name, value) for name, value in facts if said.get(name) != value or name in ("outcome", "ran", "value", "died")]
        said.update(facts)
        words = [(name, "[%s]" % ", ".join(map(str, value)) if type(value) is list else value) for name, value in shown]
        text = "\n".join(["      %-22s %s" % pair for pair in words])
        text += "" if message is None else "\n      %-22s %s" % ("message", message)
    if text:
        write(1, bytes(bytearray([ord(character) if ord(character) < 128 else 63 for character in text + "\n"])))


said, as_json = {}, "--json" in sys.argv
