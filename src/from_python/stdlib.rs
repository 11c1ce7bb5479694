//! Which modules are Python's own, on any version.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The public modules of CPython's library from 2.7 to 3.16, on every system: `sys.stdlib_module_names` of 3.10 to 3.16, and the files
/// of the library of those before. A test compares it with the Pythons that are here.
static NAMES: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("stdlib.txt").split_whitespace().collect());

/// Modules that scripts about imports use and are seldom about.
const TOOLS: [&str; 40] = [
    "__builtin__",
    "__future__",
    "_thread",
    "argparse",
    "atexit",
    "builtins",
    "collections",
    "contextlib",
    "functools",
    "gc",
    "imp",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "pkgutil",
    "platform",
    "pprint",
    "random",
    "re",
    "runpy",
    "shutil",
    "signal",
    "subprocess",
    "sys",
    "sysconfig",
    "tempfile",
    "textwrap",
    "thread",
    "threading",
    "time",
    "traceback",
    "types",
    "unittest",
    "warnings",
    "weakref",
];

/// True if a module is CPython's own on some version. Names that begin with an underscore are taken for such.
pub(super) fn is_stdlib(module: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    top.starts_with('_') || NAMES.contains(top)
}

/// True if a module is one that scripts use to look at others.
pub(super) fn is_tool(top: &str) -> bool {
    TOOLS.contains(&top)
}

/// Distributions whose modules have another name.
const DISTRIBUTIONS: [(&str, &str); 27] = [
    ("Crypto", "pycryptodome"),
    ("MySQLdb", "mysqlclient"),
    ("OpenSSL", "pyOpenSSL"),
    ("PIL", "pillow"),
    ("attr", "attrs"),
    ("bs4", "beautifulsoup4"),
    ("cv2", "opencv-python-headless"),
    ("dateutil", "python-dateutil"),
    ("docx", "python-docx"),
    ("dotenv", "python-dotenv"),
    ("git", "GitPython"),
    ("google", "protobuf"),
    ("jwt", "PyJWT"),
    ("markdown_it", "markdown-it-py"),
    ("mpl_toolkits", "matplotlib"),
    ("nacl", "PyNaCl"),
    ("pkg_resources", "setuptools"),
    ("pylab", "matplotlib"),
    ("ruamel", "ruamel.yaml"),
    ("serial", "pyserial"),
    ("skimage", "scikit-image"),
    ("sklearn", "scikit-learn"),
    ("win32api", "pywin32"),
    ("wx", "wxPython"),
    ("yaml", "PyYAML"),
    ("zmq", "pyzmq"),
    ("zope", "zope.interface"),
];

/// The distribution that a module most likely comes from.
pub fn distribution_of(top: &str) -> &str {
    let known = DISTRIBUTIONS.iter().find(|(module, _)| *module == top);
    known.map_or(top, |(_, distribution)| distribution)
}
