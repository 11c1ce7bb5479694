"""Lists the package's modules by its files: every .py and extension below its folders, but __main__ and tests."""
import os

from begin import FOLDER, OWN, write

try:
    from importlib.machinery import EXTENSION_SUFFIXES as SUFFIXES
except ImportError:
    import imp

    SUFFIXES = [suffix for suffix, mode, kind in imp.get_suffixes() if kind == imp.C_EXTENSION]


def name_of(file):
    for suffix in [".py"] + sorted(SUFFIXES, key=len, reverse=True):
        if file.endswith(suffix):
            return file[: -len(suffix)]
    return None


def is_test(name):
    return name in ("tests", "test", "conftest", "__main__") or name.startswith("test_")


def walk(folder, prefix):
    found = []
    for entry in sorted(os.listdir(folder)):
        path = os.path.join(folder, entry)
        name = entry if os.path.isdir(path) else name_of(entry)
        if not name or is_test(name) or "." in name or "-" in name:
            continue
        if os.path.isdir(path):
            if os.path.exists(os.path.join(path, "__init__.py")):
                found += [prefix + name] + walk(path, prefix + name + ".")
        elif name != "__init__":
            found.append(prefix + name)
    return found


names = []
for own in OWN:
    folder = os.path.join(FOLDER, *own.split("."))
    if os.path.isdir(folder):
        names += [own] + walk(folder, own + ".")
    elif own in [name_of(file) for file in os.listdir(FOLDER)]:
        names.append(own)
for name in sorted(set(names)):
    write(name + "\n")
