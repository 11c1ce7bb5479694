"""Runs the probes, each in a fresh interpreter, and writes what they answer as a table. README.md says how it is called."""
import argparse
import collections
import os
import re
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ["check", "package", "package version", "python", "answer"]
VERSION = """import sys
print("%d.%d.%d" % sys.version_info[:3] + {"final": "", "candidate": "rc%d" % sys.version_info[4]}.get(sys.version_info[3], sys.version_info[3])
+ ("t" if "free-threading" in sys.version else ""))"""
GROUPS = ["import", "again", "across", "elsewhere", "order", "kind"]


def plan(group, package, version):
    """(probe, flags of the interpreter, more arguments, seconds) of each call; `version` is a tuple."""
    use, make, kind, fault = (package[name] for name in ("use", "instance", "class", "exception"))
    if group == "import":
        yield "import_it.py", [], ["import"], 20
        yield "use_it.py", [], ["import/use", use], 20
        for flags in (["-W", "error"], ["-O"], ["-OO"], ["-X", "dev"], ["-X", "frozen_modules=off"]):
            if version >= {"dev": (3, 7), "frozen_modules=off": (3, 11)}.get(flags[-1], (2, 7)):
                yield "import_it.py", flags, ["import/" + " ".join(flags)], 20
        if version >= (3, 15):
            yield "lazy_import.py", ["-X", "lazy_imports=all"], [use], 20
        yield "leaves.py", [], [], 20
        yield "warns.py", [], [], 20
    elif group == "again":
        for how in ("all", "top", "children", "reload", "swap", "restore"):
            yield "again.py", [], [how], 20
        yield "collected.py", [], [use], 20
        yield "alive.py", [], [], 20
        yield "ten_times.py", [], [], 60
        if version >= (3, 5):
            yield "ten_times.py", [], ["emptied"], 60
    elif group == "across":
        yield "across.py", [], [use, make, kind, fault], 20
        yield "used.py", [], [use], 20
    elif group == "elsewhere":
        for number in ("one", "two"):
            yield "threads.py", [], [number], 20
        for kind in ("legacy", "own"):
            for when in ("first", "after", "twice"):
                if kind == "legacy" or version >= (3, 12):
                    yield "subinterpreter.py", [], [kind, when], 20
        for when in ("before", "child"):
            yield "fork.py", [], [when, use], 20
        if version >= (3, 4):
            yield "spawn.py", [], [use], 20
        yield "at_exit.py", [], [], 20


def call(python, flags, probe, arguments, seconds):
    """Output, exit code (None after `seconds`)."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        environment["HOME"] = folder
        command = [python, "-s", "-S", "-B"] + flags + [os.path.join(HERE, probe)] + arguments
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   cwd=folder, env=environment, start_new_session=True)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        output.seek(0)
        return output.read().decode("utf-8", "replace"), code


def end_of(code):
    if code is None:
        return "hangs"
    if code < 0:
        return signal.Signals(-code).name
    return "exit %d" % code


def turn_in_words(turn):
    return " at the %s time" % {"1": "1st", "2": "2nd", "3": "3rd"}.get(turn, turn + "th") if turn else ""


def answers_of(output, code):
    """(check, answer) of a probe's output, and how the process ended where it was not well."""
    asked = None
    answers = collections.OrderedDict()
    turn = ""
    for line in output.splitlines():
        found = re.search("([?=])\t(.*)$", line)
        if not found:
            continue
        if found.group(1) == "?":
            asked, _, turn = found.group(2).partition("@")
            answers[asked] = None
        elif asked:
            at = turn_in_words(turn) if ":" in found.group(2) else ""
            answers[asked] = found.group(2).strip() + at
    if asked and answers[asked] is None:
        if code == 0:
            answers[asked] = "ends"
        else:
            answers[asked] = end_of(code) + turn_in_words(turn)
    elif asked and code != 0:
        answers[asked] += ", then " + end_of(code) + " at exit"
    elif not asked:
        raise SystemExit("the probe itself fails, " + end_of(code) + ": " + output)
    return answers


def submodules(python, folder, package):
    output, code = call(python, [], "submodules.py", [folder, package["own modules"], package["import"]], 20)
    return output.split() if code == 0 else []


def cause_of(answer, folder, package):
    """`needs NAME` where a module is missing that is neither the package's own nor in its folder."""
    found = re.match("(?:ModuleNotFoundError|ImportError): No module named '?([\\w.]+)'?$", answer)
    if not found:
        return answer
    name = found.group(1)
    own = any(name == one or name.startswith(one + ".") for one in package["own modules"].split(","))
    return answer if own else "needs " + name.split(".")[0]


def probe_order(python, folder, package, times):
    """Every submodule first, alone; those that fail are asked again."""
    failed, needs = 0, 0
    names = submodules(python, folder, package)
    for name in names:
        seen = []
        for turn in range(times):
            output, code = call(python, [], "import_it.py", [folder, package["own modules"], name, "order/" + name], 20)
            seen.append(cause_of(list(answers_of(output, code).values())[0], folder, package))
            if seen[0] == "ok":
                break
        if seen[0] != "ok":
            needs += seen[0].startswith("needs ")
            failed += not seen[0].startswith("needs ")
            yield "order/" + name, seen[0] if len(set(seen)) == 1 else "not stable: " + " | ".join(sorted(set(seen)))
    words = ["%d fail alone" % failed] * bool(failed) + ["%d need what is not installed" % needs] * bool(needs)
    yield "order", (", ".join(words) or "ok") + " (of %d)" % len(names)


def probe_kind(folder, package):
    """What else was installed with the package is not its own: only below its own names."""
    tops = [own.replace(".", os.sep) for own in package["own modules"].split(",")]
    lines = subprocess.check_output([sys.executable, os.path.join(HERE, "kinds.py"), folder]).decode().splitlines()
    lines = [line for line in lines if any(line.startswith((top + os.sep, top + ".")) for top in tops)]
    kinds = collections.Counter(" ".join(line.split("\t")[1:]) for line in lines)
    yield "kind", ", ".join("%d %s" % (number, kind) for kind, number in sorted(kinds.items())) or "pure"


def probe(python, version, folder, package, groups, times, probes):
    arguments = [folder, package["own modules"], package["import"]]
    for group in groups:
        if probes and group in ("order", "kind"):
            continue
        if group == "order":
            for row in probe_order(python, folder, package, times):
                yield row
            continue
        if group == "kind":
            for row in probe_kind(folder, package):
                yield row
            continue
        for name, flags, more, seconds in plan(group, package, version):
            if probes and name not in probes:
                continue
            seen = collections.OrderedDict()
            for turn in range(times):
                for check, answer in answers_of(*call(python, flags, name, arguments + more, seconds)).items():
                    seen.setdefault(check, []).append(answer)
            for check, answers in seen.items():
                differ = sorted(set(answers))
                yield check, differ[0] if len(differ) == 1 else "not stable: " + " | ".join(differ)


def version_of(folder, package):
    """Of the package's own .dist-info."""
    wanted = re.sub("[-_.]+", "_", package).lower()
    for name in os.listdir(folder):
        if name.endswith(".dist-info"):
            found, _, version = name[: -len(".dist-info")].rpartition("-")
            if re.sub("[-_.]+", "_", found).lower() == wanted:
                return version
    return None


def read_table(path):
    if not os.path.exists(path):
        return collections.OrderedDict()
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file][1:]
    return collections.OrderedDict(((line[1], line[3], line[0]), line) for line in lines)


def key_of(line):
    numbers = [int(number) for number in re.findall("[0-9]+", line[3])]
    return line[1].lower(), numbers, line[3], GROUPS.index(group_of(line[0])), line[0]


def group_of(check):
    group = check.split("/")[0]
    return {"ten times": "again"}.get(group, group)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", required=True, help="the interpreter's command; may be repeated")
    parser.add_argument("--folders", required=True, help="FOLDERS/VERSION/PACKAGE is where a package is installed")
    parser.add_argument("--package", action="append", help="only this one of packages.tsv; may be repeated")
    parser.add_argument("--group", action="append", choices=GROUPS, help="only these checks; may be repeated")
    parser.add_argument("--probe", action="append", help="only this script; may be repeated")
    parser.add_argument("--times", type=int, default=2, help="each probe so often (2); answers that differ are marked")
    parser.add_argument("--table", required=True, help="the table to write into; other lines in it are kept")
    chosen = parser.parse_args()
    with open(os.path.join(HERE, "packages.tsv"), encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    packages = [dict(zip(lines[0], line)) for line in lines[1:]]
    table = read_table(chosen.table)
    for python in chosen.python:
        label = subprocess.check_output([python, "-S", "-c", VERSION]).decode().strip()
        version = tuple(int(number) for number in re.findall("[0-9]+", label)[:2])
        for package in packages:
            name = package["package"]
            folder = os.path.join(chosen.folders, label, name)
            if chosen.package and name not in chosen.package or not os.path.isdir(folder):
                continue
            groups = chosen.group or GROUPS
            for key in [key for key in table if key[:2] == (name, label) and group_of(key[2]) in groups]:
                if chosen.probe:
                    break  # the lines that are answered anew are overwritten
                del table[key]
            for check, answer in probe(python, version, folder, package, groups, chosen.times, chosen.probe):
                table[name, label, check] = [check, name, version_of(folder, name), label, answer]
                print("\t".join(table[name, label, check]), flush=True)
            with open(chosen.table, "w", encoding="utf-8") as file:
                for line in [COLUMNS] + sorted(table.values(), key=key_of):
                    file.write("\t".join(line) + "\n")


main()
