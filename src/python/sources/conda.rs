//! Installations and environments of conda, mamba, miniforge and micromamba. Each environment with a Python is an
//! interpreter of its own: it is an installation, not a view of one.

use std::path::{Path, PathBuf};

use super::{BIN, CONDA, Collector, Environment};

/// The names that installers give their folder, and Homebrew its casks.
pub(in crate::python) const NAMES: [&str; 14] = [
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

/// The settings of conda and mamba, as far as they are the user's or a variable names them.
const CONFIGURATIONS: [&str; 7] = [
    "$CONDARC",
    "$MAMBARC",
    "~/.condarc",
    "~/.conda/.condarc",
    "~/.config/conda/.condarc",
    "~/.mambarc",
    "$XDG_CONFIG_HOME/conda/.condarc",
];

/// Collects the Pythons of roots and environments that variables and files name.
pub(super) fn discover(environment: &Environment, collector: &mut Collector) {
    // The active environment may be ROOT/envs/NAME.
    let active = environment.folder_variable("CONDA_PREFIX");
    let envs = active.as_deref().and_then(Path::parent);
    let envs = envs.filter(|dir| dir.file_name().is_some_and(|name| name == "envs"));
    // `CONDA_EXE` is ROOT/bin/conda, or ROOT\Scripts\conda.exe.
    let program = environment.folder_variable("CONDA_EXE");
    let scripts = program.as_deref().and_then(Path::parent);
    for root in [envs, scripts]
        .into_iter()
        .flatten()
        .filter_map(Path::parent)
    {
        collector.scan(root, "", CONDA);
    }
    for dir in list_environment_dirs(environment, collector) {
        collector.scan(&dir, "*", BIN);
    }
    // conda adds every environment it makes, wherever that is.
    let list = environment.at_home(".conda/environments.txt");
    let text = list.and_then(|path| collector.read_text(&path));
    for line in text.unwrap_or_default().lines().map(str::trim) {
        if !line.is_empty() {
            collector.scan(Path::new(line), "", BIN);
        }
    }
}

/// Returns where environments are that belong to no root, as variables and settings say.
fn list_environment_dirs(environment: &Environment, collector: &mut Collector) -> Vec<PathBuf> {
    let variables = ["CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"].iter();
    let mut dirs: Vec<PathBuf> = variables
        .filter_map(|name| environment.variable(name))
        .flat_map(std::env::split_paths)
        .collect();
    for place in CONFIGURATIONS {
        if let Some((root, path)) = environment.locate(place) {
            let file: PathBuf = root.iter().chain(Path::new(path)).collect();
            let text = collector.read_text(&file);
            dirs.extend(parse_envs_dirs(&text.unwrap_or_default()));
        }
    }
    dirs.iter().map(|dir| environment.absolute(dir)).collect()
}

/// Parses `envs_dirs` of such a file, one or several; a text that cannot be understood names none.
fn parse_envs_dirs(text: &str) -> Vec<PathBuf> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum EnvsDirs {
        One(PathBuf),
        Several(Vec<PathBuf>),
    }
    #[derive(serde::Deserialize)]
    struct Condarc {
        envs_dirs: EnvsDirs,
    }
    match serde_yaml::from_str(text).map(|condarc: Condarc| condarc.envs_dirs) {
        Ok(EnvsDirs::One(dir)) => vec![dir],
        Ok(EnvsDirs::Several(dirs)) => dirs,
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::python::fake::Machine;
    use crate::python::source::PythonSource::Conda;

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
        machine.pythons(&paths);
        let condarc = "envs_dirs: [~/../envs]\nchannels: [conda-forge]\n";
        machine.file("home/.condarc", condarc);
        let list = format!("{}\n{}\n\n", machine.text("gone"), machine.text("far/away"));
        machine.file("home/.conda/environments.txt", &list);
        let mut environment = machine.environment();
        let root = machine.at("mamba");
        environment.set("MAMBA_ROOT_PREFIX", root);
        let found = machine.find(&environment, Conda);
        assert_eq!(found.join(" ").replace("home/../", ""), paths.join(" "));
    }

    #[test]
    fn variables_and_settings_name_environments() {
        let machine = Machine::new();
        let paths = [
            "root/envs/active/bin/python",
            "home/mambaforge3/bin/python",
            "home/miniconda2/bin/python2.7",
            "root/bin/python3.12",
            "root/envs/other/bin/python",
            "home/set/one/bin/python",
            "named/one/bin/python",
            "home/own/one/bin/python",
            "home/mambas/one/bin/python",
        ];
        machine.pythons(&paths);
        let named = format!("envs_dirs: {}\n", machine.text("named"));
        for (file, text) in [
            ("conda.yaml", &*named),
            ("home/.config/conda/.condarc", "envs_dirs: ~/own\n"),
            ("home/.mambarc", "envs_dirs:\n  - ~/mambas\n"),
            ("home/.condarc", "channels: conda-forge\n"),
        ] {
            machine.file(file, text);
        }
        let mut environment = machine.environment();
        for (name, value) in [
            ("CONDA_PREFIX", machine.at("root/envs/active")),
            ("CONDARC", machine.at("conda.yaml")),
            ("CONDA_ENVS_PATH", "~/set".into()),
        ] {
            environment.set(name, value);
        }
        assert_eq!(machine.find(&environment, Conda), paths);
    }

    #[test]
    #[cfg_attr(windows, ignore = "makes a named pipe in a folder")]
    fn settings_that_are_a_pipe_are_not_waited_for() {
        let machine = Machine::new();
        machine.pipe("home/.condarc");
        assert!(
            machine
                .find_rejected(&machine.environment(), Conda)
                .is_empty()
        );
    }

    #[test]
    fn windows_has_no_bin() {
        let machine = Machine::new();
        let paths = [
            "local/miniconda3/python.exe",
            "local/miniconda3/envs/new/python.exe",
        ];
        machine.pythons(&paths);
        assert_eq!(machine.find(&machine.windows(), Conda), paths);
    }
}
