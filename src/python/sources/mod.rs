//! The places where Pythons are looked for: rows of [`PLACES`] for each source, and a file for those that no row can describe.

pub(super) mod conda;
mod homebrew;
mod path;
pub(super) mod registry;

use std::path::PathBuf;

use super::collector::Collector;
use super::environment::{Environment, System};
use super::shim;
use super::source::PythonSource;

/// The systems that have a place.
type Systems = &'static [System];

const ANY: Systems = &[System::Linux, System::Macos, System::Windows, System::Other];
const UNIX: Systems = &[System::Linux, System::Macos, System::Other];
const LINUX: Systems = &[System::Linux, System::Other];
const MAC: Systems = &[System::Macos];
const WINDOWS: Systems = &[System::Windows];

/// The folders of executables below everything that a place means; patterns of [`Collector::expand`].
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

/// The way in which the Pythons of a place are found.
pub(super) enum Find {
    /// They are in folders below everything that the place means.
    In(Folders),
    /// A function hands everything that it finds to the collector.
    With(fn(&Environment, &mut Collector)),
}
use Find::{In, With};

/// A row of [`PLACES`].
type Place = (PythonSource, Systems, &'static str, Find);

/// Makes the table of places.
macro_rules! places {
    ($($source:ident $systems:ident $place:literal $find:expr;)*) => {
        &[$((PythonSource::$source, $systems, $place, $find)),*]
    };
}

/// The places of all sources, in the order in which they are looked at. Which source names an interpreter that several know of
/// is the order of [`PythonSource`]; this one decides whose list of a folder comes first.
///
/// A place is a root, and from there a pattern of [`Collector::expand`]. The root is the folder that a variable names (`$NAME`),
/// that of the user's data (`$data`), the home folder (`~`) or the system's. Of several places with ` | ` between them it is
/// the first whose root there is.
pub(super) const PLACES: &[Place] = places! {
    // The root in use is the first; but a variable may be set for one program and `PATH` for another. pyenv-win has variables
    // of its own. The entry of pyenv-virtualenv among the versions is a link to an environment.
    Pyenv ANY "$PYENV_ROOT/versions/#" In(CONDA);
    Pyenv ANY "$PYENV/versions/#" In(CONDA);
    Pyenv ANY "$PYENV_HOME/versions/#" In(CONDA);
    Pyenv UNIX "~/.pyenv/versions/#" In(CONDA);
    Pyenv WINDOWS "~/.pyenv/pyenv-win/versions/#" In(CONDA);
    // <https://docs.astral.sh/uv/reference/storage/>. Its data on macOS were in the system's folder before they were in that of
    // XDG, and installed Pythons stayed there. Links such as `cpython-3.12-linux-x86_64-gnu` lead to folders that are there
    // anyway.
    Uv WINDOWS "$UV_PYTHON_INSTALL_DIR/* | $data/uv/data/python/*" In(INSTALL);
    Uv ANY "$UV_PYTHON_INSTALL_DIR/* | $data/uv/python/*" In(INSTALL);
    Uv MAC "$UV_PYTHON_INSTALL_DIR/* | ~/Library/Application Support/uv/python/*" In(INSTALL);
    // Once rtx. `3.12` and `latest` are links to others.
    Mise ANY "$MISE_DATA_DIR/installs/python/*" In(CONDA);
    Mise ANY "$RTX_DATA_DIR/installs/python/*" In(CONDA);
    Mise UNIX "$data/mise/installs/python/*" In(CONDA);
    Mise UNIX "$data/rtx/installs/python/*" In(CONDA);
    Mise WINDOWS "$LOCALAPPDATA/mise/installs/python/*" In(CONDA);
    Mise WINDOWS "$LOCALAPPDATA/rtx/installs/python/*" In(CONDA);
    // `ASDF_DIR` is its program, and held its data before 0.9.
    Asdf ANY "$ASDF_DATA_DIR/installs/python/*" In(CONDA);
    Asdf ANY "$ASDF_DIR/installs/python/*" In(CONDA);
    Asdf ANY "~/.asdf/installs/python/*" In(CONDA);
    // It is no longer made, but its Pythons are still there.
    Rye ANY "$RYE_HOME/py/* | ~/.rye/py/*" In(INSTALL);
    Hatch ANY "$HATCH_DATA_DIR/pythons/*/python" In(BIN);
    Hatch LINUX "$data/hatch/pythons/*/python" In(BIN);
    Hatch MAC "~/Library/Application Support/hatch/pythons/*/python" In(BIN);
    Hatch WINDOWS "$LOCALAPPDATA/hatch/pythons/*/python" In(BIN);
    // Each environment with a Python is an interpreter of its own: it is an installation, not a view of one. An empty root of
    // micromamba has environments and nothing else. `~/.conda/envs` is of users who may not write into a root, and what pixi has
    // for all to use is of the same kind.
    Conda ANY "$CONDA_ROOT" In(CONDA);
    Conda ANY "$MAMBA_ROOT_PREFIX" In(CONDA);
    Conda ANY "$CONDA_PREFIX" In(CONDA);
    Conda ANY "~/{conda}" In(CONDA);
    Conda ANY "~/opt/{conda}" In(CONDA);
    Conda WINDOWS "$LOCALAPPDATA/{conda}" In(CONDA);
    Conda WINDOWS "$ProgramData/{conda}" In(CONDA);
    Conda ANY "/{conda}" In(CONDA);
    Conda UNIX "/opt/{conda}" In(CONDA);
    Conda UNIX "/usr/local/{conda}" In(CONDA);
    Conda ANY "~/.local/share/mamba" In(CONDA);
    Conda ANY "/opt/homebrew/Caskroom/{conda}/base" In(CONDA);
    Conda ANY "/usr/local/Caskroom/{conda}/base" In(CONDA);
    Conda ANY "~/.conda/envs/*" In(BIN);
    Conda ANY "~/.pixi/envs/*" In(BIN);
    Conda ANY "" With(conda::discover);
    // The first four are the Python that `actions/setup-python` chose, said to programs and to CMake; then what the runners of
    // GitHub Actions and of Azure Pipelines say, and where GitHub's images have it: `Python/3.12.1/x64/bin`,
    // `…/x64-freethreaded/bin`. (PyPy and GraalPy lie beside them in folders of their own.)
    Toolcache ANY "$pythonLocation" In(BIN);
    Toolcache ANY "$Python_ROOT_DIR" In(BIN);
    Toolcache ANY "$Python3_ROOT_DIR" In(BIN);
    Toolcache ANY "$Python2_ROOT_DIR" In(BIN);
    Toolcache ANY "$RUNNER_TOOL_CACHE/Python/*/*" In(BIN);
    Toolcache ANY "$AGENT_TOOLSDIRECTORY/Python/*/*" In(BIN);
    Toolcache LINUX "/opt/hostedtoolcache/Python/*/*" In(BIN);
    Toolcache MAC "/Users/runner/hostedtoolcache/Python/*/*" In(BIN);
    Toolcache WINDOWS "/hostedtoolcache/windows/Python/*/*" In(BIN);
    // The images that wheels for Linux are built in: `/opt/python/cp313-cp313t/bin`. These folders are links into the other one,
    // where old images had more.
    Manylinux ANY "/opt/python/*" In(BIN);
    Manylinux ANY "/opt/_internal/*" In(BIN);
    Homebrew ANY "" With(homebrew::discover);
    // The frameworks have those, too, that `port select` links to no name.
    Macports MAC "/opt/local" In(BIN);
    Macports MAC "/opt/local/Library/Frameworks" In(FRAMEWORKS);
    // Profiles of the user and of the machine. What is in the store and in no profile is not installed, and may go at any time.
    Nix UNIX "~/.nix-profile" In(BIN);
    Nix UNIX "~/.local/state/nix/profile" In(BIN);
    Nix UNIX "/run/current-system/sw" In(BIN);
    Nix UNIX "/nix/var/nix/profiles/default" In(BIN);
    Nix UNIX "/etc/profiles/per-user/$USER" In(BIN);
    // For all users, Apple's own 2.7 (up to macOS 12.2), and for one user.
    Framework MAC "/Library/Frameworks" In(FRAMEWORKS);
    Framework MAC "/System/Library/Frameworks" In(FRAMEWORKS);
    Framework MAC "~/Library/Frameworks" In(FRAMEWORKS);
    // The Command Line Tools and Xcode. The link is what `xcode-select --switch` chose; betas lie beside it: `Xcode-beta.app`,
    // `Xcode_16.2.app`.
    Xcode MAC "$DEVELOPER_DIR" In(TOOLS);
    Xcode MAC "/var/db/xcode_select_link" In(TOOLS);
    Xcode MAC "/Library/Developer/CommandLineTools" In(TOOLS);
    Xcode MAC "/Applications/xcode*.app/Contents/Developer" In(TOOLS);
    Registry ANY "" With(registry::discover);
    // `python.exe` and `python3.exe` in the folder itself are aliases, which are rejected; those in the folder of an installed
    // package (`PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0`) are its own.
    Store WINDOWS "$LOCALAPPDATA/Microsoft/WindowsApps" In(HERE);
    Store WINDOWS "$LOCALAPPDATA/Microsoft/WindowsApps/pythonsoftwarefoundation.python.*" In(HERE);
    // What python.org's installers install, also without an entry in the registry (`%LOCALAPPDATA%\Programs\Python\Python312`,
    // `%ProgramFiles%\Python312`, `C:\Python27`), and the Python install manager that succeeds them
    // (`%LOCALAPPDATA%\Python\pythoncore-3.14-64`). On 64-bit Windows `ProgramFiles` is the folder of the program that asks,
    // `ProgramW6432` that of 64-bit ones.
    Windows WINDOWS "$LOCALAPPDATA/Programs/Python/python*" In(HERE);
    Windows WINDOWS "$LOCALAPPDATA/Python/python*" In(HERE);
    Windows WINDOWS "$ProgramFiles/python*" In(HERE);
    Windows WINDOWS "$ProgramW6432/python*" In(HERE);
    Windows WINDOWS "$ProgramFiles(x86)/python*" In(HERE);
    Windows WINDOWS "/python*" In(HERE);
    Path ANY "" With(path::discover);
    // The usual folders, whether or not they are on `PATH`: Debian's and deadsnakes' names, and `altinstall`s of source builds.
    System UNIX "/usr/local/bin" In(HERE);
    System UNIX "/usr/bin" In(HERE);
    System UNIX "/bin" In(HERE);
    System UNIX "/usr/sbin" In(HERE);
    System UNIX "/sbin" In(HERE);
    System UNIX "/snap/bin" In(HERE);
    // Installations of their own, as source builds get with `--prefix`: `/opt/python3.12`, `/usr/local/python3.9`.
    System UNIX "/opt/python*" In(BIN);
    System UNIX "/usr/local/python*" In(BIN);
    System UNIX "/usr/lib/python*" In(BIN);
    // Software collections of Red Hat: `/opt/rh/rh-python38`.
    System UNIX "/opt/rh/*/root/usr/bin" In(HERE);
    // What `make install` and `uv python install` of a user link.
    System UNIX "~/.local/bin" In(HERE);
    System UNIX "~/bin" In(HERE);
    // What programs downloaded that have no source of their own, in the layout of rye.
    System UNIX "$data/pypoetry/python/*" In(BIN);
    System UNIX "$data/pdm/python/*" In(BIN);
    System UNIX "$data/pipx/py/*" In(BIN);
};

/// Hands everything that is in a place to the collector.
pub(super) fn search(place: &Place, environment: &Environment, collector: &mut Collector) {
    let (source, _, _, find) = place;
    let Some((root, pattern)) = locate(place, environment) else {
        return;
    };
    collector.source = *source;
    match find {
        In(folders) => collector.scan(&root, pattern, folders),
        With(discover) => discover(environment, collector),
    }
}

/// Returns the folders in which a version manager keeps its versions. The first is the one in use.
pub(super) fn version_dirs(manager: PythonSource, environment: &Environment) -> Vec<PathBuf> {
    let places = PLACES.iter().filter(|(source, ..)| *source == manager);
    places
        .filter_map(|place| locate(place, environment))
        .map(|(root, pattern)| root.join(pattern.trim_end_matches(['/', '*', '#'])))
        .collect()
}

/// Returns the root and the pattern of a place; none if it is one of another system, or there is no root.
fn locate(
    (_, systems, place, _): &Place,
    environment: &Environment,
) -> Option<(PathBuf, &'static str)> {
    let mut places = place.split(" | ");
    places.find_map(|place| {
        let place = environment.locate(place)?;
        Some(place).filter(|_| systems.contains(&environment.system))
    })
}

#[cfg(test)]
mod tests;
