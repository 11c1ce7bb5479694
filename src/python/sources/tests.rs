use std::path::Path;

use super::*;
use crate::python::fake::{Answer, Machine};

/// Asserts what sources find. Each case is a line with the source, the system and variables that name folders; `+` is a Python
/// that is found, in this order, `-` one that is there and is not found, `@` a link.
fn assert_finds(cases: &str) {
    for case in cases.split("\n\n") {
        let machine = Machine::new();
        let mut lines = case.trim().lines();
        let mut words = lines.next().unwrap().split(' ');
        let name = words.next().unwrap();
        let mut sources = PLACES.iter().map(|(source, ..)| *source);
        let source = sources.find(|source| source.label() == name).unwrap();
        let mut environment = match words.next().unwrap() {
            "linux" => machine.environment(),
            "mac" => machine.mac(),
            _ => machine.windows(),
        };
        for (name, path) in words.filter_map(|word| word.split_once('=')) {
            environment.set(name, machine.at(path));
        }
        let mut expected = Vec::new();
        for line in lines {
            let (mark, path) = line.trim().split_once(' ').unwrap();
            if let Some((link, target)) = path.split_once(" -> ") {
                machine.link(link, Path::new(target));
                continue;
            }
            machine.pythons(&[path]);
            expected.extend((mark == "+").then_some(path));
        }
        assert_eq!(machine.find(&environment, source), expected, "{case}");
    }
}

#[test]
fn places_of_programs_that_install_pythons() {
    assert_finds(
        "pyenv linux
         + home/.pyenv/versions/envy/bin/python
         + home/.pyenv/versions/miniforge3/envs/new/bin/python
         + home/.pyenv/versions/3.9.18/bin/python
         + home/.pyenv/versions/3.10.13/bin/python
         - home/.pyenv/shims/python
         - elsewhere/versions/3.9.18/bin/python

         pyenv linux PYENV_ROOT=elsewhere
         + elsewhere/versions/3.9.18/bin/python
         + elsewhere/versions/3.10.13/bin/python
         + home/.pyenv/versions/3.9.18/bin/python

         pyenv windows
         + home/.pyenv/pyenv-win/versions/3.9.13/python.exe
         - p/versions/3.8.10/python.exe

         pyenv windows PYENV=p
         + p/versions/3.8.10/python.exe
         + home/.pyenv/pyenv-win/versions/3.9.13/python.exe

         uv linux
         + home/.local/share/uv/python/cpython-3.13.1+freethreaded-linux-x86_64-gnu/bin/python3.13t
         - home/Library/Application Support/uv/python/cpython-3.12.1-macos-aarch64-none/install/bin/python3

         uv mac
         + home/.local/share/uv/python/cpython-3.13.1-macos-aarch64-none/bin/python3.13
         + home/Library/Application Support/uv/python/cpython-3.12.1-macos-aarch64-none/install/bin/python3

         uv windows
         + roaming/uv/data/python/cpython-3.12.1-windows-x86_64-none/python.exe
         + roaming/uv/python/cpython-3.11.1-windows-x86_64-none/python.exe

         uv mac UV_PYTHON_INSTALL_DIR=store
         + store/cpython-3.8.1-macos-aarch64-none/bin/python3.8
         - home/.local/share/uv/python/cpython-3.13.1-macos-aarch64-none/bin/python3.13
         - home/Library/Application Support/uv/python/cpython-3.12.1-macos-aarch64-none/install/bin/python3

         asdf linux
         + home/.asdf/installs/python/3.12.1/bin/python3.12
         - data/installs/python/3.9.18/bin/python

         asdf linux ASDF_DATA_DIR=data
         + data/installs/python/3.9.18/bin/python
         + data/installs/python/miniconda3-4.7.12/envs/old/bin/python
         + home/.asdf/installs/python/3.12.1/bin/python3.12

         mise linux MISE_DATA_DIR=data
         + data/installs/python/3.9.18/bin/python
         + home/.local/share/mise/installs/python/3.12.1/bin/python3.12

         mise windows
         + local/mise/installs/python/3.12.1/python.exe
         - roaming/mise/installs/python/3.12.1/python.exe

         rye linux
         + home/.rye/py/cpython@3.11.1/install/bin/python3
         + home/.rye/py/cpython@3.12.1/bin/python3

         rye linux RYE_HOME=set
         + set/py/cpython@3.11.1/bin/python3
         - home/.rye/py/cpython@3.12.1/bin/python3

         hatch linux
         + home/.local/share/hatch/pythons/3.12/python/bin/python3
         - home/Library/Application Support/hatch/pythons/3.12/python/bin/python3

         hatch mac
         + home/Library/Application Support/hatch/pythons/3.12/python/bin/python3
         - home/.local/share/hatch/pythons/3.12/python/bin/python3",
    );
}

#[test]
fn places_of_systems_and_their_images() {
    assert_finds(
        "toolcache linux RUNNER_TOOL_CACHE=cache pythonLocation=chosen
         + chosen/bin/python
         + cache/Python/3.13.1/x64-freethreaded/bin/python3.13t
         + cache/Python/3.9.18/x64/bin/python3.9
         + opt/hostedtoolcache/Python/3.8.1/x64/bin/python
         - cache/PyPy/3.9/x64/bin/python
         - hostedtoolcache/windows/Python/3.7.9/x86/python.exe

         toolcache windows
         + hostedtoolcache/windows/Python/3.7.9/x86/python.exe

         homebrew mac
         + opt/homebrew/bin/python3
         + opt/homebrew/opt/python-freethreading/bin/python3.13t
         + opt/homebrew/opt/python@3.12/libexec/bin/python
         + opt/homebrew/Cellar/python@3.9/3.9.18/bin/python3.9
         + home/linuxbrew/.linuxbrew/bin/python3
         + usr/local/opt/python@3.11/bin/python3.11
         - usr/local/bin/python3
         - opt/homebrew/opt/other/bin/python3

         macports mac
         + opt/local/bin/python3.12
         + opt/local/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12

         nix linux
         + home/.nix-profile/bin/python3
         + run/current-system/sw/bin/python3
         - etc/profiles/per-user/me/bin/python3

         framework linux
         - Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13

         windows windows PROGRAMFILES=programs
         + local/Programs/Python/Python312/python.exe
         + local/Python/pythoncore-3.14t-64/python3.14t.exe
         + programs/Python39/python.exe
         + Python27/python.exe

         windows linux
         - Python27/python.exe

         system linux
         + usr/local/bin/python3
         + usr/bin/python3.11
         + opt/Python-3.12.1/bin/python3.12
         + opt/python3.7/bin/python3.7
         + opt/rh/rh-python38/root/usr/bin/python3.8
         + home/.local/bin/python3.13
         + home/.local/share/pypoetry/python/cpython@3.12.1/bin/python3
         + home/.local/share/pdm/python/cpython@3.9.18/bin/python3
         - srv/bin/python3

         system windows
         - usr/local/bin/python3
         - opt/Python-3.12.1/bin/python3.12",
    );
}

#[test]
#[cfg_attr(windows, ignore = "makes symbolic links")]
fn links_to_what_is_there_anyway_are_passed_over_and_others_followed() {
    assert_finds(
        "mise linux
         + home/.local/share/mise/installs/python/3.12.1/bin/python3.12
         @ home/.local/share/mise/installs/python/latest -> 3.12.1

         framework mac
         + Library/Frameworks/Python.framework/Versions/3.13/bin/python3.13
         + Library/Frameworks/PythonT.framework/Versions/3.13/bin/python3.13t
         + System/Library/Frameworks/Python.framework/Versions/2.7/bin/python2.7
         + home/Library/Frameworks/Python.framework/Versions/3.9/bin/python3
         @ Library/Frameworks/Python.framework/Versions/Current -> 3.13

         manylinux linux
         - opt/_internal/cpython-3.13.1-nogil/bin/python3.13t
         @ opt/python/cp313-cp313t -> ../_internal/cpython-3.13.1-nogil
         + opt/python/cp313-cp313t/bin/python3.13t
         + opt/_internal/cpython-3.6.15/bin/python3.6

         xcode mac
         - elsewhere/usr/bin/python3
         @ var/db/xcode_select_link -> ../../elsewhere
         + var/db/xcode_select_link/usr/bin/python3
         + Library/Developer/CommandLineTools/usr/bin/python3
         + Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9/bin/python3.9
         + Applications/Xcode-beta.app/Contents/Developer/usr/bin/python3
         - Applications/Xcode-notes/Contents/Developer/usr/bin/python3

         xcode linux
         - Library/Developer/CommandLineTools/usr/bin/python3",
    );
}

#[test]
fn a_profile_of_nix_has_the_name_of_its_user() {
    let machine = Machine::new();
    let path = "etc/profiles/per-user/me/bin/python3";
    machine.pythons(&[path]);
    let mut environment = machine.environment();
    environment.set("USER", "me");
    assert_eq!(machine.find(&environment, PythonSource::Nix), [path]);
}

#[test]
fn aliases_of_the_store_are_rejected_and_packages_are_not() {
    let machine = Machine::new();
    let apps = "local/Microsoft/WindowsApps";
    let package =
        format!("{apps}/PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0/python3.12.exe");
    let alias = format!("{apps}/python3.exe");
    for path in [&package, &alias] {
        machine.script(path, "touch ../started");
    }
    let mut windows = machine.windows();
    let reason = format!("{alias}: alias of the Microsoft Store, not started");
    assert_eq!(machine.find(&windows, PythonSource::Store), [package]);
    let rejected = machine.find_rejected(&windows, PythonSource::Store);
    assert_eq!(rejected, [reason.as_str()]);
    windows.set("PATH", machine.at(apps));
    let rejected = machine.find_rejected(&windows, PythonSource::Path);
    assert_eq!(rejected, [reason]);
    let linux = machine.environment();
    assert!(
        machine
            .find_rejected(&linux, PythonSource::Store)
            .is_empty()
    );
}

#[test]
fn the_stub_is_not_a_candidate_on_a_mac() {
    let machine = Machine::new();
    machine.script("usr/bin/python3", "touch ../started");
    machine.python("usr/bin/python2.7", Answer::cpython("2.7.16"));
    let mut mac = machine.mac();
    mac.set("PATH", machine.at("usr/bin"));
    let stub = "usr/bin/python3: Apple's stub for its developer tools, not started";
    for source in [PythonSource::Path, PythonSource::System] {
        assert_eq!(machine.find(&mac, source), ["usr/bin/python2.7"]);
        assert_eq!(machine.find_rejected(&mac, source), [stub]);
    }
    let linux = machine.environment();
    assert_eq!(machine.find(&linux, PythonSource::System).len(), 2);
}

#[test]
fn without_a_home_there_is_no_pyenv() {
    let environment = Environment {
        home: None,
        ..Machine::new().environment()
    };
    assert!(version_dirs(PythonSource::Pyenv, &environment).is_empty());
}
