"""Distributions in folders, and whether they are what they should be."""

import os
import sys

from .start import re


def find_distributions(folders, names=None):
    """Name, version and folder of each distribution in the folders, or of those that are asked for."""
    found = []
    for folder in folders:
        for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            match = re.match(r"([^-]+)-([^-]+)(-py\d.*)?\.(dist|egg)-info$", entry)
            name = re.sub(r"[-_.]+", "-", match.group(1)).lower() if match else None
            if name and (names is None or name in names) and name not in [known for known, _, _ in found]:
                found.append((name, match.group(2), folder))
    return found


def find_missing(folder, request):
    """Names that should be there and are not."""
    found = [name for name, _, _ in find_distributions([folder])]
    return [name for name in request["names"] if name not in found]


def find_misbuilt(folder, request):
    """What is said of a project that was built as something that it is not; None where all are right."""
    found = dict([(name, version) for name, version, _ in find_distributions([folder])])
    for project in request["projects"]:
        name, version = project["name"] or project["path"], project["version"]
        if "unknown" in found:          # so setuptools calls what it finds no name for
            return "%s was built as UNKNOWN %s: the setuptools of this build does not read its metadata (61 and newer read " \
                   "pyproject.toml)" % (name, found["unknown"])
        built = found.get(project["name"], "")
        if re.match(r"0(\.0)*$", built) and version and not re.match(r"0(\.0)*$", version):
            return "%s was built as version %s, but it is %s" % (name, built, version)
    return None


def find_misfit(folder):
    """What is said of a distribution that is not for this Python, for which pip looks from 9 on; None where all are."""
    for entry in sorted(os.listdir(folder)):
        for name in ("METADATA", "PKG-INFO"):
            try:
                with open(os.path.join(folder, entry, name), "rb") as about:
                    head = about.read().decode("utf-8", "replace").split("\n\n")[0]
            except (IOError, OSError):
                continue
            required = re.search(r"(?mi)^Requires-Python:\s*(.+?)\s*$", head)
            if required and not matches_specifier(required.group(1), sys.version_info[:3]):
                return "%s requires Python %s" % (entry.split("-")[0], required.group(1))
    return None


def matches_specifier(specifier, version):
    """Whether a version is among those of a specifier (PEP 440), whose clauses this reads as far as they are about releases."""
    for clause in specifier.split(","):
        match = re.match(r"\s*(~=|[=!<>]=|[<>])\s*([\d.]*\d)(\.\*)?\s*$", clause)
        if match is None:
            continue
        operator, bound = match.group(1), tuple([int(part) for part in match.group(2).split(".")])
        count = len(bound) if match.group(3) else 3
        release, bound = version[:count], (bound + (0, 0, 0))[:count]
        series = len(match.group(2).split(".")) - 1
        if not {"==": release == bound, "!=": release != bound, "<": release < bound, ">": release > bound,
                "<=": release <= bound, ">=": release >= bound,
                "~=": release >= bound and release[:series] == bound[:series]}[operator]:
            return False
    return True


def list_site_folders():
    import site
    if hasattr(site, "getsitepackages"):
        return site.getsitepackages()
    import sysconfig                    # virtualenv before 20 has a site of its own
    return [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
