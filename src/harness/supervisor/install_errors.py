"""Why packages cannot be had, in a sentence, from what pip or uv said."""

import os

from .start import re

MAX_LINE = 200                          # characters of a reason
# Words in the talk of pip, and of uv, when no index answers.
NO_NETWORK = ("NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "Network is unreachable",
              "name resolution", "Name or service not known", "nodename nor servname", "Connection refused",
              "SSLError", "dns error", "client error (Connect)")
# What pip and uv add that is no reason.
CHATTER = (r"WARNING:|DEPRECATION:|\[notice\]|NOTICE:|You should consider upgrading|You are using pip version|"
           r"hint:|note:|Using CPython|Looking in |Check the logs|[^A-Za-z0-9]*>|-+$")
NO_PIP = "No module named '?pip'?$|can't find '__main__' module"
# Where the talk of pip ends what a build said: from 21.3 on, and before. And how pip and uv say that one failed, which is
# no reason.
END_OF_BUILD = r"\[end of output\]|\s*-{30,}$"
NO_REASON = ("Command |subprocess-exited|The build backend returned|"
             ".*(did not run successfully|exit(ed with)? (status|code)|error code|Failed to build)")
COMPILER_ERROR = r"\b(error|Error): "


class Refused(Exception):
    """The packages cannot be had here, and why. `kind` is that of the frame that says so."""

    kind = "refused"


class Absent(Refused):
    """They are not installed yet, and nothing may be; how the cache has them."""

    kind = "absent"


class Unreachable(Refused):
    """No index answers: asking again would only cost time."""

    kind = "unreachable"


class Unfit(Refused):
    """They are not for this Python, which is said in a sentence of its own."""

    kind = "unfit"


def explain_failure(talk, request, log):
    """Why packages cannot be had, in words, from what pip or uv said; all of it goes to a file where a line may not do."""
    flat = " ".join(talk.split())       # uv breaks its lines
    unfit = find_unfit(flat)
    if unfit:
        return Unfit(unfit)
    answered = re.search(r"from versions: (?!none\)|\))", flat)
    if "SSL module is not available" in flat or "ssl module in Python is not available" in flat:
        return Unreachable("this Python has no ssl module, without which no index can be asked by https")
    if not answered and any([word in talk for word in NO_NETWORK]):
        hosts = re.findall(r"host='([^']+)'", talk) or re.findall(r"https?://([^/\s`'\"]+)", talk)
        reason = "no index answers" + "".join([": cannot reach %s" % host for host in hosts[-1:]])
        if "CERTIFICATE_VERIFY_FAILED" in talk:
            reason += ", whose certificate is not trusted"
        by_address = [text for text in request["requirements"] if "@" in text]
        return Refused(reason) if by_address else Unreachable(reason)
    reason = find_unsatisfiable(flat, request)
    if reason:
        return Refused(reason)
    reason = find_last_line(talk)
    try:
        with open(log, "wb") as out:
            out.write(talk.encode("utf-8"))
        reason += " (all that was said: %s)" % log
    except (IOError, OSError):
        pass
    return Refused(reason)


def find_unfit(talk):
    """What requires another Python, if that is what pip or uv says."""
    found = re.search(r"([\w.-]+) requires Python '([^']+)' but the running Python", talk) \
        or re.search(r"Package '([^']+)' requires a different Python: \S+ not in '([^']+)'", talk) \
        or re.search(r"and ([\w.-]+?)(?:==\S+)? depends on Python([\d.,<>=!~*]*[\d*])", talk)
    if found:
        return "%s requires Python %s" % found.groups()
    wheel = re.search(r"(\S+\.whl) is not a supported wheel on this platform", talk) \
        or re.search(r"incompatible with the current platform: (\S+\.whl)", talk)
    if wheel:
        return "%s is not for this Python and machine" % os.path.basename(wheel.group(1))
    # Of what an index has pip takes only versions for this Python, and says since 21 which it left out.
    ignored = re.search(r"Ignored the following versions that require a different python version: .*?(\S+) Requires-Python "
                        r"([^;]*?)(?: ERROR:| WARNING:|$)", talk)
    name = re.search(r"satisfies the requirement ([\w.-]+).*?\(from versions: (?:none)?\)", talk)
    if ignored and name:
        return "%s %s requires Python %s, and no version is for this one" % ((name.group(1),) + ignored.groups())
    return None


def find_unsatisfiable(talk, request):
    """That no version fits, if that is what pip or uv says."""
    found = re.search(r"satisfies the requirement (.+?) \(from versions: ?(?:none)?([^)]*)\)", talk)
    if found:
        wanted, versions = found.group(1), found.group(2).split(", ")
        subject = "" if wanted in request["requirements"] else "%s: " % wanted
        if versions[0]:
            ends = versions[0] if len(versions) == 1 else "%s to %s" % (versions[0], versions[-1])
            return "%sof the versions for this Python (%s) none fits" % (subject, ends)
        if request["build"]:
            return subject + "nothing of this name is there for this Python"
        return subject + "no wheel of this name is there for this Python (--build allows building one)"
    conflict = re.search(r"Cannot install (.+?) because these package versions have conflicting dependencies", talk)
    if conflict:
        return "%s need versions that exclude each other" % conflict.group(1)
    unsolved = re.search(r"Because (.+?)(?: and you require .+?)?, we can conclude", talk)
    if unsolved:
        return unsolved.group(1)
    if re.search("no such option: --only-binary", talk):
        return "this Python's pip is older than 7 and cannot be kept to wheels (--build lets it build)"
    return None


def find_last_line(talk):
    """What it says in the end, without remarks on itself; of a build that failed, what the build said."""
    lines = talk.splitlines()
    ends = [index for index, line in enumerate(lines) if re.search(END_OF_BUILD, line)]
    if ends:
        lines = lines[:ends[-1]]
    lines = [line.strip() for line in lines]
    lines = [re.sub("^(ERROR|error|cause): ", "", line) for line in lines if line and not re.match(CHATTER, line)]
    if not lines:
        return "it said nothing"
    while lines and re.match(NO_REASON, lines[-1]):
        lines.pop()
    if not lines:
        return "its build failed"
    # A compiler that points at a place says the error above it.
    said = [line for line in lines if re.search(COMPILER_ERROR, line)]
    line = said[-1] if said and not re.search("[A-Za-z]", lines[-1]) else lines[-1]
    return line if len(line) < MAX_LINE else line[:MAX_LINE] + "..."
