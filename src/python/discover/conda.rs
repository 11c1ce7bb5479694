//! Installations and environments of conda, mamba, miniforge and micromamba. Each environment with a Python is an
//! interpreter of its own: it is an installation, not a view of one.

use std::path::{Path, PathBuf};

use super::candidate::Sightings;
use super::{Environment, Origin, System};

/// What installers call their folder, in the home folder, below the root or in `/opt`.
const NAMES: [&str; 9] = [
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "micromamba",
    "miniconda",
    "anaconda",
    "miniforge",
    "conda",
];

/// The Python of every root, and those of its environments and of all that conda has taken note of.
pub(super) fn look(environment: &Environment, sightings: &mut Sightings) {
    for root in roots(environment) {
        // An empty root of micromamba has environments and nothing else.
        sightings.look_below(&root, Origin::Conda);
        sightings.look_in_each(&root.join("envs"), Origin::Conda);
    }
    for folder in folders_of_environments(environment) {
        sightings.look_in_each(&folder, Origin::Conda);
    }
    // conda adds every environment it makes, wherever that is.
    let noted = environment.at_home(".conda/environments.txt");
    let text = noted.and_then(|path| std::fs::read_to_string(path).ok());
    for line in text.unwrap_or_default().lines().map(str::trim) {
        if !line.is_empty() {
            sightings.look_below(Path::new(line), Origin::Conda);
        }
    }
}

fn roots(environment: &Environment) -> Vec<PathBuf> {
    let mut roots =
        environment.folder_variables(&["CONDA_ROOT", "MAMBA_ROOT_PREFIX", "CONDA_PREFIX"]);
    // `CONDA_EXE` is ROOT/bin/conda, or ROOT\Scripts\conda.exe.
    let program = environment.folder_variable("CONDA_EXE");
    roots.extend(
        program
            .iter()
            .filter_map(|path| Some(path.parent()?.parent()?.to_path_buf())),
    );
    let mut parents: Vec<PathBuf> = environment.home.iter().cloned().collect();
    parents.extend(environment.at_home("opt"));
    match environment.system {
        System::Windows => {
            parents.extend(environment.folder_variables(&["LOCALAPPDATA", "ProgramData"]));
            parents.push(environment.root.clone());
        }
        _ => parents.extend(["", "opt", "usr/local"].map(|path| environment.at(path))),
    }
    roots.extend(
        parents
            .iter()
            .flat_map(|parent| NAMES.map(|name| parent.join(name))),
    );
    roots.extend(environment.at_home(".local/share/mamba"));
    for cask in ["miniconda", "miniforge", "mambaforge", "anaconda"] {
        for prefix in ["opt/homebrew", "usr/local"] {
            roots.push(environment.at(&format!("{prefix}/Caskroom/{cask}/base")));
        }
    }
    roots
}

/// Where environments are that belong to no root: of users who may not write into it, what the variables and `.condarc`
/// say, and pixi's global ones.
fn folders_of_environments(environment: &Environment) -> Vec<PathBuf> {
    let lists = ["CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"];
    let set = lists.iter().filter_map(|name| environment.variable(name));
    let mut folders: Vec<PathBuf> = set.flat_map(std::env::split_paths).collect();
    folders.extend(
        [".conda/envs", ".pixi/envs"]
            .iter()
            .filter_map(|path| environment.at_home(path)),
    );
    folders.extend(configured(environment));
    folders
}

/// `envs_dirs` of `~/.condarc`; a file that cannot be read says nothing.
fn configured(environment: &Environment) -> Vec<PathBuf> {
    #[derive(Default, serde::Deserialize)]
    struct Condarc {
        #[serde(default)]
        envs_dirs: Vec<String>,
    }
    let path = environment.at_home(".condarc");
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    let read = text.and_then(|text| serde_yaml::from_str::<Condarc>(&text).ok());
    let absolute = |path: String| match path.strip_prefix("~/") {
        Some(rest) => environment.at_home(rest),
        None => Some(environment.working_directory.join(path)),
    };
    let paths = read.unwrap_or_default().envs_dirs.into_iter();
    paths.filter_map(absolute).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::discover::tests::paths_seen;
    use crate::python::fake::{Answer, Machine};

    #[test]
    fn roots_and_environments() {
        let machine = Machine::new();
        let paths = [
            "mamba/envs/old/bin/python",
            "home/miniforge3/bin/python3.12",
            "home/miniforge3/envs/new/bin/python",
            "opt/conda/bin/python",
            "home/.conda/envs/mine/bin/python",
            "envs/configured/bin/python",
            "far/away/bin/python",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        machine.file(
            "home/.condarc",
            "envs_dirs: [~/../envs]\nchannels: [conda-forge]\n",
        );
        let noted = format!("{}\n{}\n\n", machine.text("gone"), machine.text("far/away"));
        machine.file("home/.conda/environments.txt", &noted);
        let mut environment = machine.environment();
        environment
            .variables
            .set("MAMBA_ROOT_PREFIX", machine.at("mamba"));
        let found = paths_seen(&machine, &environment, look);
        let found: Vec<_> = found
            .iter()
            .map(|path| path.replace("home/../", ""))
            .collect();
        assert_eq!(found, paths);
    }

    #[test]
    fn windows_has_no_bin() {
        let machine = Machine::new();
        let paths = [
            "local/miniconda3/python.exe",
            "local/miniconda3/envs/new/python.exe",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        assert_eq!(paths_seen(&machine, &machine.windows(), look), paths);
    }
}
