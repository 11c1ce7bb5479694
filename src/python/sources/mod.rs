//! The places where Pythons are looked for, one file each.

pub(super) mod asdf;
mod conda;
mod framework;
mod hatch;
mod homebrew;
mod macports;
mod manylinux;
pub(super) mod mise;
mod nix;
mod path;
pub(super) mod pyenv;
pub(super) mod registry;
pub(super) mod rye;
pub(super) mod store;
mod system;
mod toolcache;
mod uv;
mod windows;
pub(super) mod xcode;

use super::collector::{Collector, is_python_path};
use super::environment::{Environment, System};
use super::shim;
use super::source::PythonSource;

/// Hands everything that a source finds to the collector.
type Discover = fn(&Environment, &mut Collector);

/// The sources, in the order they are looked through. Which one names an interpreter that several know of is the order of
/// [`PythonSource`]; this one decides whose list of a folder comes first.
pub(super) const SOURCES: [(PythonSource, Discover); 19] = [
    (PythonSource::Pyenv, pyenv::discover),
    (PythonSource::Uv, uv::discover),
    (PythonSource::Mise, mise::discover),
    (PythonSource::Asdf, asdf::discover),
    (PythonSource::Rye, rye::discover),
    (PythonSource::Hatch, hatch::discover),
    (PythonSource::Conda, conda::discover),
    (PythonSource::Toolcache, toolcache::discover),
    (PythonSource::Manylinux, manylinux::discover),
    (PythonSource::Homebrew, homebrew::discover),
    (PythonSource::Macports, macports::discover),
    (PythonSource::Nix, nix::discover),
    (PythonSource::Framework, framework::discover),
    (PythonSource::Xcode, xcode::discover),
    (PythonSource::Registry, registry::discover),
    (PythonSource::Store, store::discover),
    (PythonSource::Windows, windows::discover),
    (PythonSource::Path, path::discover),
    (PythonSource::System, system::discover),
];
