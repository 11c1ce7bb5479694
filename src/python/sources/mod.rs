//! The places where Pythons are looked for: a row of [`SOURCES`] for each source, and a file for those that no row can
//! describe.

mod conda;
mod homebrew;
mod path;
pub(super) mod registry;

use std::path::PathBuf;

use super::collector::Collector;
use super::environment::{
    Environment,
    System::{self, Linux, Macos, Other, Windows},
};
use super::shim;
use super::source::PythonSource;

/// The systems that have a place.
type Systems = &'static [System];

const ANY: Systems = &[Linux, Macos, Windows, Other];
const UNIX: Systems = &[Linux, Macos, Other];
const LINUX: Systems = &[Linux, Other];
const MAC: Systems = &[Macos];
const WINDOWS: Systems = &[Windows];

/// Where executables are, below what a place means; patterns of [`Collector::expand`].
type Folders = &'static [&'static str];

/// In the folder itself.
const HERE: Folders = &[""];
/// An installation.
pub(super) const BIN: Folders = &["bin"];
/// An installation that may be a conda, which has environments.
pub(super) const CONDA: Folders = &["bin", "envs/*/bin"];
/// An installation, perhaps in the layout of python-build-standalone, which uv had before 0.2 and rye in its early days.
const INSTALL: Folders = &["bin", "install/bin"];
/// A folder of frameworks: python.org's installer fills `Python.framework`, and since 3.13 `PythonT.framework` with the
/// free-threaded build. `Current` among their versions is a link to another.
const FRAMEWORKS: Folders = &[
    "Python.framework/Versions/*/bin",
    "PythonT.framework/Versions/*/bin",
];
/// Developer tools of Apple.
const TOOLS: Folders = &[
    "usr/bin",
    "Library/Frameworks/Python3.framework/Versions/*/bin",
];

/// A place: a root, and from there a pattern of [`Collector::expand`]. The root is the folder that a variable names (`$NAME`),
/// that of the user's data (`$data`), the home folder (`~`) or the system's. Of several places with ` | ` between them it is
/// the first whose root there is.
type Place = (Systems, &'static str, Folders);

/// How a source finds Pythons.
pub(super) enum Find {
    /// In places, in this order.
    In(&'static [Place]),
    /// By handing everything that it finds to the collector.
    With(fn(&Environment, &mut Collector)),
}

/// The sources, in the order they are looked through. Which one names an interpreter that several know of is the order of
/// [`PythonSource`]; this one decides whose list of a folder comes first.
pub(super) const SOURCES: [(PythonSource, Find); 19] = [
    // The root in use is the first; but a variable may be set for one program and `PATH` for another. pyenv-win has variables
    // of its own. The entry of pyenv-virtualenv among the versions is a link to an environment.
    (
        PythonSource::Pyenv,
        Find::In(&[
            (ANY, "$PYENV_ROOT/versions/#", CONDA),
            (ANY, "$PYENV/versions/#", CONDA),
            (ANY, "$PYENV_HOME/versions/#", CONDA),
            (UNIX, "~/.pyenv/versions/#", CONDA),
            (WINDOWS, "~/.pyenv/pyenv-win/versions/#", CONDA),
        ]),
    ),
    // <https://docs.astral.sh/uv/reference/storage/>. Its data on macOS were in the system's folder before they were in that of
    // XDG, and installed Pythons stayed there. Links such as `cpython-3.12-linux-x86_64-gnu` lead to folders that are there
    // anyway.
    (
        PythonSource::Uv,
        Find::In(&[
            (
                WINDOWS,
                "$UV_PYTHON_INSTALL_DIR/* | $data/uv/data/python/*",
                INSTALL,
            ),
            (ANY, "$UV_PYTHON_INSTALL_DIR/* | $data/uv/python/*", INSTALL),
            (
                MAC,
                "$UV_PYTHON_INSTALL_DIR/* | ~/Library/Application Support/uv/python/*",
                INSTALL,
            ),
        ]),
    ),
    // Once rtx. `3.12` and `latest` are links to others.
    (
        PythonSource::Mise,
        Find::In(&[
            (ANY, "$MISE_DATA_DIR/installs/python/*", CONDA),
            (ANY, "$RTX_DATA_DIR/installs/python/*", CONDA),
            (UNIX, "$data/mise/installs/python/*", CONDA),
            (UNIX, "$data/rtx/installs/python/*", CONDA),
            (WINDOWS, "$LOCALAPPDATA/mise/installs/python/*", CONDA),
            (WINDOWS, "$LOCALAPPDATA/rtx/installs/python/*", CONDA),
        ]),
    ),
    // `ASDF_DIR` is its program, and held its data before 0.9.
    (
        PythonSource::Asdf,
        Find::In(&[
            (ANY, "$ASDF_DATA_DIR/installs/python/*", CONDA),
            (ANY, "$ASDF_DIR/installs/python/*", CONDA),
            (ANY, "~/.asdf/installs/python/*", CONDA),
        ]),
    ),
    // It is no longer made, but its Pythons are still there.
    (
        PythonSource::Rye,
        Find::In(&[(ANY, "$RYE_HOME/py/* | ~/.rye/py/*", INSTALL)]),
    ),
    (
        PythonSource::Hatch,
        Find::In(&[
            (ANY, "$HATCH_DATA_DIR/pythons/*/python", BIN),
            (LINUX, "$data/hatch/pythons/*/python", BIN),
            (
                MAC,
                "~/Library/Application Support/hatch/pythons/*/python",
                BIN,
            ),
            (WINDOWS, "$LOCALAPPDATA/hatch/pythons/*/python", BIN),
        ]),
    ),
    (PythonSource::Conda, Find::With(conda::discover)),
    // The first four are the Python that `actions/setup-python` chose, said to programs and to CMake; then what the runners of
    // GitHub Actions and of Azure Pipelines say, and where GitHub's images have it: `Python/3.12.1/x64/bin`,
    // `…/x64-freethreaded/bin`. (PyPy and GraalPy lie beside them in folders of their own.)
    (
        PythonSource::Toolcache,
        Find::In(&[
            (ANY, "$pythonLocation", BIN),
            (ANY, "$Python_ROOT_DIR", BIN),
            (ANY, "$Python3_ROOT_DIR", BIN),
            (ANY, "$Python2_ROOT_DIR", BIN),
            (ANY, "$RUNNER_TOOL_CACHE/Python/*/*", BIN),
            (ANY, "$AGENT_TOOLSDIRECTORY/Python/*/*", BIN),
            (LINUX, "/opt/hostedtoolcache/Python/*/*", BIN),
            (MAC, "/Users/runner/hostedtoolcache/Python/*/*", BIN),
            (WINDOWS, "/hostedtoolcache/windows/Python/*/*", BIN),
        ]),
    ),
    // The images that wheels for Linux are built in: `/opt/python/cp313-cp313t/bin`. These folders are links into the other one,
    // where old images had more.
    (
        PythonSource::Manylinux,
        Find::In(&[(ANY, "/opt/python/*", BIN), (ANY, "/opt/_internal/*", BIN)]),
    ),
    (PythonSource::Homebrew, Find::With(homebrew::discover)),
    // The frameworks have those, too, that `port select` links to no name.
    (
        PythonSource::Macports,
        Find::In(&[
            (MAC, "/opt/local", BIN),
            (MAC, "/opt/local/Library/Frameworks", FRAMEWORKS),
        ]),
    ),
    // Profiles of the user and of the machine. What is in the store and in no profile is not installed, and may go at any time.
    (
        PythonSource::Nix,
        Find::In(&[
            (UNIX, "~/.nix-profile", BIN),
            (UNIX, "~/.local/state/nix/profile", BIN),
            (UNIX, "/run/current-system/sw", BIN),
            (UNIX, "/nix/var/nix/profiles/default", BIN),
            (UNIX, "/etc/profiles/per-user/$USER", BIN),
        ]),
    ),
    // For all users, Apple's own 2.7 (up to macOS 12.2), and for one user.
    (
        PythonSource::Framework,
        Find::In(&[
            (MAC, "/Library/Frameworks", FRAMEWORKS),
            (MAC, "/System/Library/Frameworks", FRAMEWORKS),
            (MAC, "~/Library/Frameworks", FRAMEWORKS),
        ]),
    ),
    // The Command Line Tools and Xcode. The link is what `xcode-select --switch` chose; betas lie beside it: `Xcode-beta.app`,
    // `Xcode_16.2.app`.
    (
        PythonSource::Xcode,
        Find::In(&[
            (MAC, "$DEVELOPER_DIR", TOOLS),
            (MAC, "/var/db/xcode_select_link", TOOLS),
            (MAC, "/Library/Developer/CommandLineTools", TOOLS),
            (MAC, "/Applications/xcode*.app/Contents/Developer", TOOLS),
        ]),
    ),
    (PythonSource::Registry, Find::With(registry::discover)),
    // `python.exe` and `python3.exe` in the folder itself are aliases, which are rejected; those in the folder of an installed
    // package (`PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0`) are its own.
    (
        PythonSource::Store,
        Find::In(&[
            (WINDOWS, "$LOCALAPPDATA/Microsoft/WindowsApps", HERE),
            (
                WINDOWS,
                "$LOCALAPPDATA/Microsoft/WindowsApps/pythonsoftwarefoundation.python.*",
                HERE,
            ),
        ]),
    ),
    // What python.org's installers install, also without an entry in the registry (`%LOCALAPPDATA%\Programs\Python\Python312`,
    // `%ProgramFiles%\Python312`, `C:\Python27`), and the Python install manager that succeeds them
    // (`%LOCALAPPDATA%\Python\pythoncore-3.14-64`). On 64-bit Windows `ProgramFiles` is the folder of the program that asks,
    // `ProgramW6432` that of 64-bit ones.
    (
        PythonSource::Windows,
        Find::In(&[
            (WINDOWS, "$LOCALAPPDATA/Programs/Python/python*", HERE),
            (WINDOWS, "$LOCALAPPDATA/Python/python*", HERE),
            (WINDOWS, "$ProgramFiles/python*", HERE),
            (WINDOWS, "$ProgramW6432/python*", HERE),
            (WINDOWS, "$ProgramFiles(x86)/python*", HERE),
            (WINDOWS, "/python*", HERE),
        ]),
    ),
    (PythonSource::Path, Find::With(path::discover)),
    // The usual folders, whether or not they are on `PATH`.
    (
        PythonSource::System,
        Find::In(&[
            // Debian's and deadsnakes' names, and `altinstall`s of source builds.
            (UNIX, "/usr/local/bin", HERE),
            (UNIX, "/usr/bin", HERE),
            (UNIX, "/bin", HERE),
            (UNIX, "/usr/sbin", HERE),
            (UNIX, "/sbin", HERE),
            (UNIX, "/snap/bin", HERE),
            // Installations of their own, as source builds get with `--prefix`: `/opt/python3.12`, `/usr/local/python3.9`.
            (UNIX, "/opt/python*", BIN),
            (UNIX, "/usr/local/python*", BIN),
            (UNIX, "/usr/lib/python*", BIN),
            // Software collections of Red Hat: `/opt/rh/rh-python38`.
            (UNIX, "/opt/rh/*/root/usr/bin", HERE),
            // What `make install` and `uv python install` of a user link.
            (UNIX, "~/.local/bin", HERE),
            (UNIX, "~/bin", HERE),
            // What programs downloaded that have no source of their own, in the layout of rye.
            (UNIX, "$data/pypoetry/python/*", BIN),
            (UNIX, "$data/pdm/python/*", BIN),
            (UNIX, "$data/pipx/py/*", BIN),
        ]),
    ),
];

/// Hands everything that a source finds to the collector.
pub(super) fn search(find: &Find, environment: &Environment, collector: &mut Collector) {
    match find {
        Find::In(places) => {
            for (root, pattern, folders) in locate(places, environment) {
                collector.scan(&root, pattern, folders);
            }
        }
        Find::With(discover) => discover(environment, collector),
    }
}

/// Returns the folders in which a version manager keeps its versions. The first is the one in use.
pub(super) fn version_dirs(source: PythonSource, environment: &Environment) -> Vec<PathBuf> {
    let dirs = SOURCES.iter().filter_map(|(known, find)| match find {
        Find::In(places) if *known == source => Some(locate(places, environment)),
        _ => None,
    });
    dirs.flatten()
        .map(|(root, pattern, _)| root.join(pattern.trim_end_matches(['/', '*', '#'])))
        .collect()
}

/// Iterates over the places of this system whose root there is: the root, the pattern and where executables are.
fn locate<'a>(
    places: &'static [Place],
    environment: &'a Environment,
) -> impl Iterator<Item = (PathBuf, &'static str, Folders)> + 'a {
    let here = places.iter();
    here.filter(|(systems, ..)| systems.contains(&environment.system))
        .filter_map(|(_, place, folders)| {
            let (root, pattern) = place.split(" | ").find_map(|place| {
                let (root, pattern) = place.split_once('/').unwrap_or((place, ""));
                Some((environment.root_folder(root)?, pattern))
            })?;
            Some((root, pattern, *folders))
        })
}

#[cfg(test)]
mod tests;
