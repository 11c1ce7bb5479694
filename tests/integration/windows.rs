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
    cli: "runs cases, which needs fork and POSIX pipes, and sends signals",
    conditions: "runs cases, which needs fork and POSIX pipes",
    corpus: "runs cases, which needs fork and POSIX pipes",
    fake: "starts shell scripts as interpreters",
    far: "runs cases, which needs fork and POSIX pipes, behind a socket",
    fidelity: "runs cases, which needs fork and POSIX pipes",
    flow: "runs cases, which needs fork and POSIX pipes, in clones of a repository",
    identity: "runs cases, which needs fork and POSIX pipes",
    json: "runs cases, which needs fork and POSIX pipes",
    language: "runs cases, which needs fork and POSIX pipes",
    limits: "runs cases, which needs fork and POSIX pipes",
    merge: "runs cases, which needs fork and POSIX pipes, and measures memory as POSIX does",
    misbehaviour: "runs cases, which needs fork and POSIX pipes",
    outputs: "runs cases, which needs fork and POSIX pipes",
    packages: "runs cases, which needs fork and POSIX pipes",
    pages: "runs cases, which needs fork and POSIX pipes",
    pictures: "shows what a terminal of POSIX shows",
    pythons: "makes symbolic links to interpreters, and shell scripts",
    readme: "runs the commands of README.md in a shell",
    recorded: "runs cases, which needs fork and POSIX pipes",
    regression: "runs cases, which needs fork and POSIX pipes",
    repeat: "runs cases, which needs fork and POSIX pipes",
    review: "types keys into a pseudo-terminal",
    screen: "runs cases, which needs fork and POSIX pipes, and types into a pseudo-terminal",
    truth: "runs cases, which needs fork and POSIX pipes",
    values: "runs cases, which needs fork and POSIX pipes",
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

    use crate::harness::bench::{Bench, PLAIN, text};
    use crate::harness::{case, ends_with};

    const REASON: &str = "the workers need fork and POSIX pipes, which Windows does not have";
    const ANSWER: &str = r#"modswap-python: {"implementation": "cpython", "implementation_version": "3.13",
        "version": "3.13.0", "free_threaded": false, "debug": false, "executable": "", "environment": null,
        "base_executable": null, "base_prefix": "", "build": "3.13.0 (tags) [MSC v.1941 64 bit (AMD64)]",
        "platform": "win32-x86_64"}"#;

    /// A bench with one scenario, and a command that answers as a Python of Windows does.
    fn bench() -> (Bench, String) {
        let bench = Bench::new();
        bench.scenario("swap/a", PLAIN);
        let answer = bench.path("answer.txt");
        std::fs::write(&answer, ANSWER.replace("\n        ", " ") + "\n").expect("a file");
        let request = format!("cmd /c type '{}' & rem python3", answer.display());
        (bench, request)
    }

    fn ended(bench: &Bench, arguments: &[&str], code: i32) -> Output {
        ends_with(&mut bench.modswap(arguments), code)
    }

    #[test]
    fn a_run_says_why_nothing_runs() {
        let (bench, python) = bench();
        let output = ended(&bench, &["run", "--python", &python], 3);
        let shown = text(&output.stdout);
        assert!(shown.contains(REASON), "{shown}");
        let told = text(&output.stderr);
        assert!(told.contains("nothing could run"), "{told}");
        let arguments = ["run", "--python", &python, "--format", "json"];
        let report = ended(&bench, &arguments, 3).stdout;
        let report = serde_json::from_slice(&report).expect("JSON");
        let case = case(&report, "swap/a", "3.13.0");
        assert_eq!(case["verdict"], "skipped");
        assert_eq!(case["reasons"], serde_json::json!([REASON]));
        for command in ["show", "explain"] {
            let output = ended(&bench, &[command, "swap/a", "--python", &python], 3);
            assert!(text(&output.stdout).contains(REASON), "{command}");
        }
    }

    #[test]
    fn pythons_are_found_and_asked() {
        let (bench, python) = bench();
        let output = ended(&bench, &["pythons", "--python", &python], 0);
        let shown = text(&output.stdout);
        assert!(
            shown.contains("3.13.0") && shown.contains("MSC v.1941"),
            "{shown}"
        );
        bench.assert_clean();
        // Whether there is one depends on the machine.
        let code = bench.modswap(&["pythons"]).status().expect("starts").code();
        assert!(matches!(code, Some(0 | 3)), "{code:?}");
    }

    #[test]
    fn commands_that_hang_or_fail_are_refused() {
        let (bench, _) = bench();
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
            let told = text(&ended(&bench, &arguments, 3).stderr);
            assert!(told.contains(reason), "{told}");
            bench.assert_clean();
        }
    }

    #[test]
    fn scenarios_are_listed_checked_and_written_as_scripts() {
        let (bench, _) = bench();
        let listed = text(&ended(&bench, &["list"], 0).stdout);
        assert!(listed.contains("swap/a"), "{listed}");
        ended(&bench, &["check", r"scenarios\swap\a.yaml"], 0);
        let script = text(&ended(&bench, &["script", "swap/a"], 0).stdout);
        assert!(script.contains("import demo") && !script.contains('\r'));
    }

    #[test]
    fn paths_are_told_with_slashes_and_taken_with_either() {
        let (bench, _) = bench();
        bench.scenario("wrong", "title: t\nsteps:\n  - swop: a\n");
        for path in [r"scenarios\wrong.yaml", "scenarios/wrong.yaml"] {
            let told = text(&ended(&bench, &["check", path], 2).stderr);
            assert!(told.contains("scenarios/wrong.yaml:3:5"), "{told}");
        }
        let told = text(&ended(&bench, &["check", r"scenarios\none"], 2).stderr);
        assert!(told.contains("no such file or folder"), "{told}");
    }
}
