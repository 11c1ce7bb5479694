//! The Python of the harness, as modules: the supervisor, which runs in the interpreter that a command starts; the recorder,
//! which runs in the measured one; and the beginning of plain scripts. Each travels as one text.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A module's path below this folder, and its text.
type Module = (&'static str, &'static str);

macro_rules! modules {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!(concat!($path, ".py")))),*] };
}

const SUPERVISOR_MODULES: &[Module] = modules![
    "supervisor/start",
    "shared/base",
    "shared/descriptors",
    "shared/files",
    "shared/paths",
    "shared/kept_code",
    "supervisor/channel",
    "supervisor/processes",
    "supervisor/folders",
    "supervisor/interpreter",
    "supervisor/distributions",
    "supervisor/installed_files",
    "supervisor/install_errors",
    "supervisor/install_methods",
    "supervisor/installer",
    "supervisor/case_run",
    "supervisor/supervisor",
];
const BOOT_MODULES: &[Module] = modules!["shared/kept_code", "supervisor/boot"];
const START_MODULES: &[Module] = modules!["shared/base", "shared/descriptors", "recorder/start"];
const RECORDER_MODULES: &[Module] = modules![
    "shared/base",
    "shared/files",
    "shared/paths",
    "recorder/labels",
    "recorder/text",
    "recorder/notation",
    "recorder/state",
    "recorder/warning_watch",
    "recorder/bodies",
    "recorder/recorder",
    "recorder/helpers",
    "recorder/packages",
];
const CASE_MODULES: &[Module] = modules!["recorder/case"];
const SCRIPT_MODULES: &[Module] = modules!["recorder/standalone"];

/// The supervisor, handed to the interpreter that the command starts.
pub static SUPERVISOR: LazyLock<String> = LazyLock::new(|| join_modules(&[SUPERVISOR_MODULES]));
/// The beginning of the text for `-c` of a worker that keeps the supervisor compiled; a call of `run_supervisor` with the folder is
/// its end.
pub static BOOT: LazyLock<String> = LazyLock::new(|| join_modules(&[BOOT_MODULES]));
/// The recorder with what runs the cases of a measured interpreter.
pub static RECORDER: LazyLock<String> =
    LazyLock::new(|| join_modules(&[START_MODULES, RECORDER_MODULES, CASE_MODULES]));
/// The recorder with what a plain script calls: `prepare`.
pub static SCRIPT: LazyLock<String> =
    LazyLock::new(|| join_modules(&[RECORDER_MODULES, SCRIPT_MODULES]));

/// Flags of the measured interpreter. Not `-I`, nor `-E`: they would make it ignore `PYTHONHASHSEED`, and with it
/// the fixed order of sets and, before 3.6, of dicts. The environment is cleared of every other `PYTHON*` instead.
pub const CASE_FLAGS: [&str; 3] = ["-s", "-S", "-B"];

/// Joins modules to one text in which each stands once, behind those that it imports: what they import from each other is left
/// out, and so is an import that stands further up.
fn join_modules(programs: &[&[Module]]) -> String {
    let mut seen = HashSet::new();
    let mut joined = String::new();
    for (path, text) in programs.iter().copied().flatten() {
        if !seen.insert(*path) {
            continue;
        }
        for line in text.lines() {
            let is_left_out =
                line.starts_with("from .") || line.starts_with("import ") && !seen.insert(line);
            if !is_left_out {
                joined.push_str(line);
                joined.push('\n');
            }
        }
        joined.push_str("\n\n");
    }
    joined.truncate(joined.trim_end().len() + 1);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, joined text and modules of a program.
    type JoinedProgram = (
        &'static str,
        &'static LazyLock<String>,
        &'static [&'static [Module]],
    );

    const PROGRAMS: [JoinedProgram; 4] = [
        ("boot", &BOOT, &[BOOT_MODULES]),
        ("supervisor", &SUPERVISOR, &[SUPERVISOR_MODULES]),
        (
            "recorder",
            &RECORDER,
            &[START_MODULES, RECORDER_MODULES, CASE_MODULES],
        ),
        ("script", &SCRIPT, &[RECORDER_MODULES, SCRIPT_MODULES]),
    ];

    #[test]
    fn modules_are_joined_without_what_they_import_from_each_other() {
        let base: Module = (
            "shared/base",
            "\"\"\"Base.\"\"\"\n\nimport sys\n\nONE = 1\n",
        );
        let user: Module = (
            "user",
            "import os\nimport sys\n\nfrom .shared.base import ONE\n\nprint(ONE)\n",
        );
        assert_eq!(
            join_modules(&[&[base], &[base, user]]),
            "\"\"\"Base.\"\"\"\n\nimport sys\n\nONE = 1\n\n\nimport os\n\n\nprint(ONE)\n"
        );
    }

    #[test]
    fn each_module_stands_behind_those_that_it_imports() {
        for (program, _, parts) in PROGRAMS {
            let mut above: Vec<&str> = Vec::new();
            for (path, text) in parts.iter().copied().flatten() {
                let folder = path.split_once('/').expect("a folder").0;
                for line in text.lines().filter(|line| line.starts_with("from .")) {
                    let (module, _) = line["from .".len()..].split_once(" import ").expect(line);
                    let module = match module.strip_prefix('.') {
                        Some(other) => other.replace('.', "/"),
                        None => format!("{folder}/{module}"),
                    };
                    assert!(above.contains(&&*module), "{program}: {path}: {line}");
                }
                above.push(path);
            }
        }
    }

    #[test]
    fn what_travels_is_ascii() {
        for (program, text, _) in PROGRAMS {
            assert!(text.is_ascii(), "{program}");
        }
    }

    /// Linters look for what runs in the folder `harness` of the build.
    #[test]
    fn the_joined_texts_are_written_for_linters() {
        let program = std::env::current_exe().unwrap();
        let folder = program.ancestors().nth(2).unwrap().join("harness");
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text, _) in PROGRAMS {
            std::fs::write(folder.join(name).with_extension("py"), text.as_bytes()).unwrap();
        }
    }
}
