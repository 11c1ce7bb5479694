"""Which kind is each extension of the package? Its bytes name what it needs of Python and what made it.

PyModuleDef_Init is multi-phase initialisation, PyModule_Create2 without it single-phase, Py_InitModule4 that of Python 2. Takes
the folder only; needs no import, and Python 3.
"""
import os
import sys


def kind_of(path):
    with open(path, "rb") as file:
        text = file.read()
    for word, maker in ((b"pybind11", "pybind11"), (b"nanobind", "nanobind"), (b"pyo3", "PyO3"), (b"rustc version", "Rust"), (b"__pyx_", "Cython"),
                        (b"_cffi_backend.", "cffi"), (b"_cffi_", "cffi")):
        if word in text:
            break
    else:
        maker = "C"
    if os.path.basename(path).startswith("_cffi_backend"):
        maker = "C"
    # What cffi generates calls _cffi_backend, which makes the module: PyModule_Create2 is in there.
    phase = "single-phase" if maker == "cffi" else "other"
    for symbol, name in ((b"PyModExport_", "export"), (b"PyModuleDef_Init\0", "multi-phase"), (b"PyModule_Create2", "single-phase"),
                         (b"Py_InitModule4", "single-phase"), (b"PyModule_FromDefAndSpec", "multi-phase")):
        if symbol in text:
            phase = name
            break
    return maker, phase


folder = sys.argv[1]
for here, folders, files in sorted(os.walk(folder)):
    folders.sort()
    for file in sorted(files):
        if (file.endswith(".so") or ".so." in file) and ".libs" not in here and not file.startswith("lib"):
            path = os.path.join(here, file)
            print("%s\t%s\t%s" % ((os.path.relpath(path, folder),) + kind_of(path)))
