# Runs in the interpreter that is measured, in a namespace of its own, behind recorder.py, compiled by the supervisor. It is
# handed three descriptors and reads programs from the first: with "fork" it forks for each and reports how the child
# ended, otherwise it becomes the one case itself. What is here when a step runs must not show: no module imported that a bare
# interpreter does not have, nothing in __main__, no builtin needed once the steps have run.

sys = __import__("sys")
posix, marshal = __import__("posix"), __import__("marshal")
if sys.version_info[0] == 2:            # not in the cache of a bare 2.7, which walks over the path even for a builtin
    for name in set(sys.modules) - before["modules"]:       # before pristine.py asked for the first of them
        del sys.modules[name]
    for entry in set(sys.path_importer_cache) - before["importers"]:
        del sys.path_importer_cache[entry]
else:
    posix.close(253)                    # whence this was read
# A scenario may take these away.
getpid, leave, reopen, close, put = posix.getpid, posix._exit, posix.open, posix.close, posix.write


def write(descriptor, text):
    data = bytearray([ord(character) for character in text])
    while data:
        try:
            del data[:put(descriptor, data)]
        except OSError as error:
            if error.errno != 4:        # EINTR, which Python retries by itself from 3.5 on (PEP 475)
                raise


def read(descriptor, count):
    data = bytearray()
    while len(data) < count:
        part = posix.read(descriptor, count - len(data))
        if not part:
            return None
        data.extend(part)
    return bytes(data)


def case(frames):
    """What runs one case, made before there is one, so that forks share it: a function of the request. And what borrows the
    modules that helpers need, before the path leads to modules of the case, which may have their names."""
    main, pending, own = sys.modules["__main__"].__dict__, [], {}
    watched, bound, aliases, snapshots, places = [], [], [], [], place_words(posix)

    def send(text):
        if getpid() != own["pid"]:      # a child that the scenario forked and that went on with our code
            leave(0)
        try:
            write(frames, text)
        except OSError:                 # the scenario closed the descriptor
            again = reopen(own["frames"], posix.O_WRONLY)
            write(again, text)
            close(again)

    def emit(number, action, facts, details, inside):
        if action == "" and getpid() != own["pid"]:     # the child goes on with its own code until that is over
            return
        place = "%d" % number if inside is None else "%d,\"inside\":%d" % (number, inside)
        if facts is None:               # one write for the end of a step and the beginning of the next
            send("%s{\"begin\":%s}\n" % ("".join(pending), place))
            del pending[:]
            return
        tail = ",\"details\":" + step.encode(tuple(details)) if details else ""
        pending.append("{\"step\":%s,\"facts\":%s%s}\n" % (place, step.encode(tuple(facts)), tail))
        if action == "":                # in the body of a module, where anything may come next
            send("".join(pending))
            del pending[:]

    step = observer(main, watched, bound, aliases, snapshots, emit, posix, places)

    def run(request):
        program = request["program"]
        own["pid"], own["frames"] = getpid(), request["frames"]
        watched.extend(program["watched"])
        bound.extend(program["bound"])
        aliases.extend(program["aliases"])
        snapshots.extend(program["snapshots"])
        places.add_spelled(request["places"])
        step.modules = request["modules"]
        posix.chdir(request["folder"])
        add_packages(request["packages"], posix)        # before, as with `site`, the path leads to modules of the case
        sys.path.insert(0, request["modules"])
        step.helpers = dict([(name, helper(step, name)) for name in program["helpers"]])
        for number, action, mode, code, needs in program["steps"]:
            if code is None:
                step.skip(number, action)
                step.record()
                continue
            with step(number, action, needs):
                # Not `exec`, which 2.7.0 to 2.7.8 refuse in a nested function (bpo-21591).
                value = eval(compile(code, "<step %d>" % number, mode, 0, True), main)
                if mode == "eval":
                    step.value = value
            step.record()
        send("".join(pending) + "{\"done\":true}\n")
        raise SystemExit(0)
    return run, step.borrow


def serve(requests, status, frames):
    run, borrow = case(frames)
    while True:
        head = read(requests, 8)
        if head is None:
            raise SystemExit(0)
        request = marshal.loads(read(requests, int(head, 16)))
        request["program"] = marshal.loads(request["program"])
        for name in request["borrows"]:
            borrow(name)
        if not request["fork"]:
            run(request)
        child = posix.fork()
        if child == 0:
            posix.setpgid(0, 0)
            posix.close(requests)
            posix.close(status)
            run(request)
        try:
            posix.setpgid(child, child)  # whoever comes first: a kill must find the group
        except OSError:
            pass
        write(status, "pid %d\n" % child)
        write(status, "status %d\n" % posix.waitpid(child, 0)[1])
