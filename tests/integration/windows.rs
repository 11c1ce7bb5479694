//! Windows, where modswap finds Pythons and looks after scenarios, and runs nothing: what works there, and by name what
//! is not tested there. (Unit tests that cannot run there are marked so themselves.)

use std::collections::BTreeSet;
use std::path::Path;

/// The files of tests that are empty on Windows. `cargo test` shows each there as an ignored test, with the reason.
macro_rules! left_out {
    ($($file:ident: $reason:literal,)*) => {
        const LEFT_OUT: &[&str] = &[$(stringify!($file)),*];

        #[cfg(windows)]
        mod not_on_windows {
            $(
                #[test]
                #[ignore = $reason]
                fn $file() {
                    panic!($reason);
                }
            )*
        }
    };
}

left_out! {
    action: "runs the steps of the action in bash",
    browser: "ends a group of processes as POSIX does",
    bisect: "runs cases, which needs fork and POSIX pipes",
    bodies: "runs cases, which needs fork and POSIX pipes",
    cache: "runs cases, which needs fork and POSIX pipes, and spoils files as POSIX can",
    cli: "runs cases, which needs fork and POSIX pipes, and sends signals",
    completions: "starts shells of POSIX",
    conditions: "runs cases, which needs fork and POSIX pipes",
    configuration: "runs cases, which needs fork and POSIX pipes",
    corpus: "runs cases, which needs fork and POSIX pipes",
    disks: "mounts disks, and closes streams in a shell",
    fake: "starts shell scripts as interpreters",
    far: "runs cases, which needs fork and POSIX pipes, behind a socket",
    fidelity: "runs cases, which needs fork and POSIX pipes",
    flow: "runs cases, which needs fork and POSIX pipes, in clones of a repository",
    get: "starts a shell script as uv",
    hostile: "runs cases, which needs fork and POSIX pipes",
    identity: "runs cases, which needs fork and POSIX pipes",
    json: "runs cases, which needs fork and POSIX pipes",
    kills: "runs cases, which needs fork and POSIX pipes, and sends signals",
    language: "runs cases, which needs fork and POSIX pipes",
    limits: "runs cases, which needs fork and POSIX pipes",
    merge: "runs cases, which needs fork and POSIX pipes, and measures memory as POSIX does",
    misbehaviour: "runs cases, which needs fork and POSIX pipes",
    outputs: "runs cases, which needs fork and POSIX pipes",
    packages: "runs cases, which needs fork and POSIX pipes",
    pages: "runs cases, which needs fork and POSIX pipes",
    parameters: "runs cases, which needs fork and POSIX pipes",
    pictures: "shows what a terminal of POSIX shows",
    pytest: "runs cases, which needs fork and POSIX pipes",
    pythons: "makes symbolic links to interpreters, and shell scripts",
    reading: "makes symbolic links and pipes",
    readme: "runs the commands of README.md and docs/ in a shell",
    recorded: "runs cases, which needs fork and POSIX pipes",
    release: "runs scripts of .ci, which are for machines of CI that have a shell of POSIX",
    regression: "runs cases, which needs fork and POSIX pipes",
    repeat: "runs cases, which needs fork and POSIX pipes",
    report_schema: "runs cases, which needs fork and POSIX pipes",
    resources: "limits processes as POSIX does",
    vet: "runs cases, which needs fork and POSIX pipes",
    watch: "runs cases, which needs fork and POSIX pipes, and sends signals",
    review: "types keys into a pseudo-terminal",
    screen: "runs cases, which needs fork and POSIX pipes, and types into a pseudo-terminal",
    site: "runs a script of bash",
    signals: "sends signals, which POSIX has",
    truth: "runs cases, which needs fork and POSIX pipes",
    try_script: "starts Pythons on a terminal, and compares with scripts of POSIX",
    untrusted: "makes links, pipes and shell scripts",
    values: "runs cases, which needs fork and POSIX pipes",
    variables: "runs cases, which needs fork and POSIX pipes",
}

#[test]
fn what_is_left_out_on_windows_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let entries = std::fs::read_dir(folder.join("integration")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let left_out = paths.chain([folder.join("browser")]).filter_map(|path| {
        let mains = ["mod.rs", "main.rs"].map(|name| path.join(name));
        let file = mains.iter().find(|file| file.is_file()).unwrap_or(&path);
        let text = std::fs::read_to_string(file).ok()?;
        let name = path.file_stem()?.to_str()?.to_owned();
        text.lines()
            .any(|line| line == "#![cfg(unix)]")
            .then_some(name)
    });
    let left_out: BTreeSet<String> = left_out.collect();
    let named: BTreeSet<String> = LEFT_OUT.iter().map(ToString::to_string).collect();
    assert_eq!(left_out, named, "`left_out!` names every such file");
}

#[cfg(windows)]
mod on_windows {
    use std::process::Output;

    use crate::harness::{
        PLAIN, Workspace, assert_contains, expect_exit, find_case, stderr_of, stdout_of,
    };

    const REASON: &str = "the workers need fork and POSIX pipes, which Windows does not have";
    const ANSWER: &str = r#"modswap-python: {"implementation": "cpython", "implementation_version": "3.13",
        "version": "3.13.0", "free_threaded": false, "debug": false, "executable": "", "environment": null,
        "base_executable": null, "base_prefix": "", "build": "3.13.0 (tags) [MSC v.1941 64 bit (AMD64)]",
        "platform": "win32-x86_64"}"#;

    /// A workspace with one scenario, and a command that answers as a Python of Windows does.
    fn workspace() -> (Workspace, String) {
        let workspace = Workspace::new();
        workspace.scenario("swap/a", PLAIN);
        let answer = workspace.path("answer.txt");
        std::fs::write(&answer, ANSWER.replace("\n        ", " ") + "\n").expect("a file");
        let request = format!("cmd /c type '{}' & rem python3", answer.display());
        (workspace, request)
    }

    fn ended(workspace: &Workspace, arguments: &[&str], code: i32) -> Output {
        expect_exit(&mut workspace.modswap(arguments), code)
    }

    #[test]
    fn a_run_says_why_nothing_runs() {
        let (workspace, python) = workspace();
        let output = ended(&workspace, &["run", "--python", &python], 3);
        let shown = stdout_of(&output);
        assert!(shown.contains(REASON), "{shown}");
        let told = stderr_of(&output);
        assert_contains(&told, "nothing could run");
        let arguments = ["run", "--python", &python, "--format", "json"];
        let report = ended(&workspace, &arguments, 3).stdout;
        let report = serde_json::from_slice(&report).expect("JSON");
        let case = find_case(&report, "swap/a", "3.13.0");
        assert_eq!(case["verdict"], "skipped");
        assert_eq!(case["reasons"], serde_json::json!([REASON]));
        for command in ["show", "explain"] {
            let output = ended(&workspace, &[command, "swap/a", "--python", &python], 3);
            assert!(stdout_of(&output).contains(REASON), "{command}");
        }
    }

    #[test]
    fn pythons_are_found_and_asked() {
        let (workspace, python) = workspace();
        let output = ended(&workspace, &["pythons", "--python", &python], 0);
        let shown = stdout_of(&output);
        assert_contains(&shown, "3.13.0");
        assert_contains(&shown, "MSC v.1941");
        workspace.assert_clean();
        // Whether there is one depends on the machine.
        let code = workspace
            .modswap(&["pythons"])
            .status()
            .expect("starts")
            .code();
        assert!(matches!(code, Some(0 | 3)), "{code:?}");
    }

    #[test]
    fn commands_that_hang_or_fail_are_refused() {
        let (workspace, _) = workspace();
        for (limit, command, reason) in [
            (
                "500ms",
                "cmd /c ping -n 3600 127.0.0.1 & rem python3",
                "timed out after 0.5 s",
            ),
            (
                "60s",
                "cmd /c echo no such container >&2 & exit 125 & rem python3",
                "exited with 125: no such container",
            ),
        ] {
            let arguments = ["pythons", "--probe-timeout", limit, "--python", command];
            let told = stderr_of(&ended(&workspace, &arguments, 3));
            assert_contains(&told, reason);
            workspace.assert_clean();
        }
    }

    #[test]
    fn scenarios_are_listed_checked_and_written_as_scripts() {
        let (workspace, _) = workspace();
        let listed = stdout_of(&ended(&workspace, &["list"], 0));
        assert_contains(&listed, "swap/a");
        ended(&workspace, &["check", r"scenarios\swap\a.yaml"], 0);
        let script = stdout_of(&ended(&workspace, &["script", "swap/a"], 0));
        assert!(script.contains("import demo") && !script.contains('\r'));
    }

    #[test]
    fn paths_are_told_with_slashes_and_taken_with_either() {
        let (workspace, _) = workspace();
        workspace.scenario("wrong", "title: t\nsteps:\n  - swop: a\n");
        for path in [r"scenarios\wrong.yaml", "scenarios/wrong.yaml"] {
            let told = stderr_of(&ended(&workspace, &["check", path], 2));
            assert_contains(&told, "scenarios/wrong.yaml:3:5");
        }
        let told = stderr_of(&ended(&workspace, &["check", r"scenarios\none"], 2));
        assert!(told.contains("no such file or folder"), "{told}");
    }
}
