//! The places where Pythons are looked for, one file each.

pub(super) mod asdf;
pub(super) mod conda;
pub(super) mod framework;
pub(super) mod hatch;
pub(super) mod homebrew;
pub(super) mod macports;
pub(super) mod manylinux;
pub(super) mod mise;
pub(super) mod nix;
pub(super) mod path;
pub(super) mod pyenv;
pub(super) mod registry;
pub(super) mod rye;
pub(super) mod store;
pub(super) mod system;
pub(super) mod toolcache;
pub(super) mod uv;
pub(super) mod windows;
pub(super) mod xcode;

use super::collector::{Collector, is_python_path};
use super::environment::{Environment, System};
use super::shim;
use super::source::PythonSource;

/// The sources, in the order they are looked through. Which one names an interpreter that several know of is the order of
/// [`PythonSource`]; this one decides whose list of a folder comes first.
pub(super) const SOURCES: [fn(&Environment, &mut Collector); 19] = [
    pyenv::discover,
    uv::discover,
    mise::discover,
    asdf::discover,
    rye::discover,
    hatch::discover,
    conda::discover,
    toolcache::discover,
    manylinux::discover,
    homebrew::discover,
    macports::discover,
    nix::discover,
    framework::discover,
    xcode::discover,
    registry::discover,
    store::discover,
    windows::discover,
    path::discover,
    system::discover,
];
