//! Installations and environments of conda, mamba, miniforge and micromamba. Each environment with a Python is an
//! interpreter of its own: it is an installation, not a view of one.

use std::path::{Path, PathBuf};

use super::{Collector, Environment, PythonSource, System};

/// What installers call their folder, in the home folder, below the root or in `/opt`.
const NAMES: [&str; 14] = [
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "mambaforge3",
    "micromamba",
    "miniconda",
    "anaconda",
    "miniforge",
    "conda",
    "mamba",
    "miniconda2",
    "anaconda2",
    ".mambaforge",
];

/// The Python of every root, and those of its environments and of all that conda has taken note of.
pub(in crate::python) fn discover(environment: &Environment, collector: &mut Collector) {
    // An empty root of micromamba has environments and nothing else.
    collector.scan_versions(&roots(environment), PythonSource::Conda);
    for folder in folders_of_environments(environment, collector) {
        collector.scan_each_prefix(&folder, PythonSource::Conda);
    }
    // conda adds every environment it makes, wherever that is.
    let noted = environment.at_home(".conda/environments.txt");
    let text = noted.and_then(|path| collector.read_text(&path, PythonSource::Conda));
    for line in text.unwrap_or_default().lines().map(str::trim) {
        if !line.is_empty() {
            collector.scan_prefix(Path::new(line), PythonSource::Conda);
        }
    }
}

fn roots(environment: &Environment) -> Vec<PathBuf> {
    let mut roots =
        environment.folder_variables(&["CONDA_ROOT", "MAMBA_ROOT_PREFIX", "CONDA_PREFIX"]);
    // The active environment may be ROOT/envs/NAME.
    let active = environment.folder_variable("CONDA_PREFIX");
    let above = active.as_deref().and_then(Path::parent);
    let envs = above.filter(|folder| folder.file_name().is_some_and(|name| name == "envs"));
    roots.extend(envs.and_then(Path::parent).map(Path::to_path_buf));
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
fn folders_of_environments(environment: &Environment, collector: &mut Collector) -> Vec<PathBuf> {
    let lists = ["CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"];
    let set = lists.iter().filter_map(|name| environment.variable(name));
    let set = set.flat_map(std::env::split_paths);
    let mut folders: Vec<PathBuf> = set.map(|path| environment.absolute(&path)).collect();
    folders.extend(
        [".conda/envs", ".pixi/envs"]
            .iter()
            .filter_map(|path| environment.at_home(path)),
    );
    for file in configurations(environment) {
        let text = collector.read_text(&file, PythonSource::Conda);
        folders.extend(envs_dirs(&text.unwrap_or_default(), environment));
    }
    folders
}

/// The files that conda and mamba read their settings from, as far as they are the user's or a variable names them.
fn configurations(environment: &Environment) -> Vec<PathBuf> {
    let mut files = environment.folder_variables(&["CONDARC", "MAMBARC"]);
    let at_home = [
        ".condarc",
        ".conda/.condarc",
        ".config/conda/.condarc",
        ".mambarc",
    ];
    files.extend(at_home.iter().filter_map(|path| environment.at_home(path)));
    let configuration = environment.folder_variable("XDG_CONFIG_HOME");
    files.extend(configuration.map(|folder| folder.join("conda").join(".condarc")));
    files
}

/// `envs_dirs` of such a file, one or several; a text that cannot be understood says nothing.
fn envs_dirs(text: &str, environment: &Environment) -> Vec<PathBuf> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Folders {
        One(String),
        Several(Vec<String>),
    }
    #[derive(serde::Deserialize)]
    struct Condarc {
        envs_dirs: Folders,
    }
    let folders = match serde_yaml::from_str(text) {
        Ok(Condarc {
            envs_dirs: Folders::One(folder),
        }) => vec![folder],
        Ok(Condarc {
            envs_dirs: Folders::Several(folders),
        }) => folders,
        Err(_) => Vec::new(),
    };
    let folders = folders.iter().map(Path::new);
    folders.map(|path| environment.absolute(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::fake::paths_seen;
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
        let found = paths_seen(&machine, &environment, discover);
        let found: Vec<_> = found
            .iter()
            .map(|path| path.replace("home/../", ""))
            .collect();
        assert_eq!(found, paths);
    }

    #[test]
    fn variables_and_settings_name_environments() {
        let machine = Machine::new();
        let paths = [
            "root/envs/active/bin/python",
            "root/bin/python3.12",
            "root/envs/other/bin/python",
            "home/mambaforge3/bin/python",
            "home/miniconda2/bin/python2.7",
            "home/set/one/bin/python",
            "named/one/bin/python",
            "home/own/one/bin/python",
            "home/mambas/one/bin/python",
        ];
        for path in paths {
            machine.python(path, Answer::cpython("3.12.1"));
        }
        let named = format!("envs_dirs: {}\n", machine.text("named"));
        machine.file("conda.yaml", &named);
        machine.file("home/.config/conda/.condarc", "envs_dirs: ~/own\n");
        machine.file("home/.mambarc", "envs_dirs:\n  - ~/mambas\n");
        machine.file("home/.condarc", "channels: conda-forge\n");
        let mut environment = machine.environment();
        for (name, value) in [
            ("CONDA_PREFIX", machine.at("root/envs/active")),
            ("CONDARC", machine.at("conda.yaml")),
            ("CONDA_ENVS_PATH", "~/set".into()),
        ] {
            environment.variables.set(name, value);
        }
        assert_eq!(paths_seen(&machine, &environment, discover), paths);
    }

    #[test]
    #[cfg_attr(windows, ignore = "makes a named pipe in a folder")]
    fn settings_that_are_a_pipe_are_not_waited_for() {
        let machine = Machine::new();
        std::fs::create_dir(machine.at("home")).unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(machine.at("home/.condarc"))
            .status();
        assert!(made.unwrap().success());
        let seen = crate::python::fake::seen;
        assert!(seen(&machine.environment(), discover).rejected.is_empty());
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
        assert_eq!(paths_seen(&machine, &machine.windows(), discover), paths);
    }
}
