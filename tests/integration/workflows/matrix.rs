//! `matrix.yml`: which Pythons it runs, and the script that runs them.

use serde_yaml::Value;

use super::{read_workflow, steps_with};

/// Those in containers; what actions/setup-python has; the next prerelease.
fn expected_versions() -> (Vec<String>, Vec<String>, &'static str) {
    let old = ["2.7", "3.5", "3.6", "3.7", "3.8", "3.9"].map(str::to_owned);
    let new = (10..=15).map(|minor| format!("3.{minor}"));
    let free = (13..=15).map(|minor| format!("3.{minor}t"));
    (old.into(), new.chain(free).collect(), "3.16-dev")
}

/// The words behind `.ci/matrix KIND` in a job.
fn find_arguments(job: &Value, kind: &str) -> Vec<String> {
    let steps = steps_with(job, "run");
    let scripts = steps.iter().filter_map(|step| step["run"].as_str());
    let call = format!(".ci/matrix {kind} ");
    let line = scripts
        .flat_map(str::lines)
        .find_map(|line| line.strip_prefix(&call))
        .expect("a call");
    line.split(' ').map(str::to_owned).collect()
}

#[test]
fn every_python_takes_part_and_the_merge_requires_all_but_the_prerelease() {
    let (old, new, next) = expected_versions();
    let workflow = read_workflow("matrix.yml");
    let jobs = &workflow["jobs"];
    let job_count = jobs.as_mapping().expect("jobs").len();
    assert_eq!(job_count, 4, "a job costs more than what it runs");

    let current = &jobs["current"];
    let set_up: Vec<_> = steps_with(current, "uses")
        .into_iter()
        .filter_map(|step| Some((step, step["with"]["python-version"].as_str()?)))
        .collect();
    let [(released, versions), (prerelease, version)] = &set_up[..] else {
        panic!("{set_up:#?}");
    };
    assert_eq!(versions.lines().collect::<Vec<_>>(), new);
    assert!(released["continue-on-error"].is_null());
    assert_eq!(*version, next);
    assert_eq!(prerelease["continue-on-error"], true);
    let mut all = new.clone();
    all.push(next.to_owned());
    assert_eq!(find_arguments(current, "current"), all);

    let containers = &jobs["containers"];
    let images = steps_with(containers, "env");
    let images = images
        .iter()
        .find_map(|step| step["env"]["IMAGES"].as_str());
    let images: Vec<&str> = images.expect("images").split(' ').collect();
    assert_eq!(images.len(), old.len());
    for (image, version) in images.iter().zip(&old) {
        assert!(image.starts_with(&format!("python:{version}.")), "{image}");
    }
    assert_eq!(
        find_arguments(containers, "containers"),
        ["\"${images[@]}\""]
    );

    let merge = steps_with(&jobs["merge"], "env");
    let required = merge
        .iter()
        .find_map(|step| step["env"]["REQUIRED"].as_str());
    let released: Vec<String> = old.into_iter().chain(new).collect();
    assert_eq!(required, Some(released.join(",").as_str()));
}

#[cfg(unix)]
mod script {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use crate::harness::{expect_exit, stdout_of, write_script};

    /// The arguments that `.ci/matrix` gives modswap, and its output.
    fn run_matrix(folder: &Path, arguments: &[&str]) -> (Vec<String>, String) {
        let modswap = folder.join("modswap");
        write_script(&modswap, "#!/bin/sh\nprintf '%s\\0' \"$@\" >\"$TOLD\"\n");
        let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/matrix"));
        command
            .args(arguments)
            .env("MODSWAP", modswap)
            .env("TOLD", folder.join("told"))
            .env("RUNNER_TOOL_CACHE", folder);
        let output = expect_exit(&mut command, 0);
        let told = fs::read_to_string(folder.join("told")).expect("arguments");
        let told = told.split_terminator('\0').map(str::to_owned);
        (told.collect(), stdout_of(&output))
    }

    /// The values of an option.
    fn values_of<'a>(arguments: &'a [String], option: &str) -> Vec<&'a str> {
        let pairs = arguments.windows(2);
        let pairs = pairs.filter(|pair| pair[0] == option);
        pairs.map(|pair| pair[1].as_str()).collect()
    }

    #[test]
    fn the_newest_of_each_series_in_the_tool_cache_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join("Python").join(name).join("bin/python");
        for name in [
            "3.1.4/x64",
            "3.13.9/x64",
            "3.13.10/x64",
            "3.13.11/x64-freethreaded",
            "3.14.2/x64",
            "3.16.0-alpha.2/x64",
            "3.16.0-alpha.10/x64",
        ] {
            let python = at(name);
            fs::create_dir_all(python.parent().expect("a folder")).expect("a folder");
            write_script(&python, "#!/bin/sh\n");
        }
        let wanted = ["current", "3.13", "3.14", "3.13t", "3.16-dev"];
        let (arguments, said) = run_matrix(folder.path(), &wanted);
        let expected = [
            "3.13.10/x64",
            "3.14.2/x64",
            "3.13.11/x64-freethreaded",
            "3.16.0-alpha.10/x64",
        ];
        let expected = expected.map(|name| at(name).display().to_string());
        assert_eq!(values_of(&arguments, "--python"), expected);
        assert_eq!(values_of(&arguments, "--require"), ["3.13,3.14,3.13t"]);
        assert!(!said.contains("::warning"), "{said}");

        fs::remove_dir_all(folder.path().join("Python/3.16.0-alpha.2")).expect("removed");
        fs::remove_dir_all(folder.path().join("Python/3.16.0-alpha.10")).expect("removed");
        let (arguments, said) = run_matrix(folder.path(), &wanted);
        assert_eq!(values_of(&arguments, "--python"), expected[..3]);
        assert!(said.contains("::warning title=not run::There is no 3.16-dev yet."));
    }

    #[test]
    fn an_image_is_a_python_behind_docker() {
        let folder = tempfile::tempdir().expect("a folder");
        let images = ["python:2.7.18-slim@sha256:6c1f", "python:3.9.25-slim"];
        let (arguments, _) = run_matrix(folder.path(), &["containers", images[0], images[1]]);
        let commands = values_of(&arguments, "--python");
        assert_eq!(commands.len(), 2);
        for (command, image) in commands.iter().zip(images) {
            assert!(command.starts_with("docker run -i --rm "), "{command}");
            assert!(command.ends_with(&format!(" {image} python")), "{command}");
        }
        assert_eq!(values_of(&arguments, "--require"), ["2.7,3.9"]);
    }
}
