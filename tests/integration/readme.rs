//! README.md does what it says: its example files are written, each of its `$ modswap …` commands is run as it stands by a
//! shell, and the outputs it shows are the outputs of today wherever the interpreters are those they were made with.
//!
//! `MODSWAP_README=overwrite cargo test --test integration readme` puts today's outputs into it.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

use crate::harness::pythons;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
/// What stands before the list of interpreters that the shown outputs come from.
const MADE_WITH: &str = "Real output, from CPython ";

/// A line `$ modswap …`, and the lines below it up to the next command.
#[derive(Debug)]
struct Shown {
    command: String,
    /// The codes it may end with: 0, or those that a comment names (`# exit 0 or 3: …`).
    exits: Vec<i32>,
    output: String,
    /// Lines of the README that `output` consists of: the first, and the one behind the last.
    lines: (usize, usize),
}

/// Every command in the `console` blocks.
fn read_commands(readme: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    let (mut inside, mut current) = (false, false);
    for (at, line) in readme.lines().enumerate() {
        if line.starts_with("```") {
            (inside, current) = (line == "```console", false);
        } else if let Some(typed) = line.strip_prefix("$ ").filter(|_| inside) {
            current = typed.starts_with("modswap ");
            if current {
                let (command, comment) = typed.split_once(" # ").unwrap_or((typed, ""));
                commands.push(Shown {
                    command: command.trim().to_owned(),
                    exits: parse_exits(comment),
                    output: String::new(),
                    lines: (at + 1, at + 1),
                });
            }
        } else if let (true, Some(last)) = (inside && current, commands.last_mut()) {
            let _ = writeln!(last.output, "{line}");
            last.lines.1 = at + 1;
        }
    }
    commands
}

fn parse_exits(comment: &str) -> Vec<i32> {
    let Some(rest) = comment.trim().strip_prefix("exit ") else {
        return vec![0];
    };
    let list = rest.split_once(':').map_or(rest, |(list, _)| list);
    list.split(" or ")
        .map(|code| code.trim().parse().expect("an exit code"))
        .collect()
}

/// Every `yaml` block that begins with its path: `# mine/example.yaml`.
fn read_files(readme: &str) -> Vec<(&str, &str)> {
    let blocks = readme.split("```yaml\n").skip(1);
    blocks
        .filter_map(|text| text.split("```").next())
        .filter_map(|text| {
            let path = text.lines().next()?.strip_prefix("# ")?;
            (Path::new(path).extension()? == "yaml").then_some((path, text))
        })
        .collect()
}

/// Every `sh` block that is a script with its path: `# drift/optimised` in the second line.
fn read_scripts(readme: &str) -> Vec<(&str, &str)> {
    let blocks = readme.split("```sh\n").skip(1);
    blocks
        .filter_map(|text| text.split("```").next())
        .filter_map(|text| Some((text.lines().nth(1)?.strip_prefix("# ")?, text)))
        .collect()
}

/// Runs a command as it stands, in a folder where `scenarios` and the README's example files are.
fn run_shell(command: &str, folder: &Path) -> Output {
    let binaries = Path::new(env!("CARGO_BIN_EXE_modswap"))
        .parent()
        .expect("a folder");
    let mut path = binaries.as_os_str().to_owned();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path);
    for name in ["NO_COLOR", "COLUMNS", "MODSWAP_LOG"] {
        shell.env_remove(name);
    }
    crate::harness::isolate_environment(&mut shell);
    shell.output().expect("sh")
}

/// The text without what no two runs share: the time in the line of totals, and which releases are current on the day.
fn mask_volatile(text: &str) -> String {
    let mask = |line: &str| {
        if line.starts_with("not run here: ") {
            return "not run here: …".to_owned();
        }
        let counts = line.contains(" interpreter").then(|| line.rfind(" in "));
        let Some(Some(from)) = counts else {
            return line.trim_end().to_owned();
        };
        let rest = line[from..].split_once(" s").map_or("", |(_, rest)| rest);
        format!("{} in … s{rest}", &line[..from])
    };
    text.trim_end()
        .lines()
        .map(mask)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_readme_does_what_it_says() {
    let readme = std::fs::read_to_string(README).expect("README.md");
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    std::os::unix::fs::symlink(scenarios, folder.path().join("scenarios")).expect("a link");
    let examples = read_files(&readme);
    assert!(!examples.is_empty(), "no example file in README.md");
    for (path, text) in examples {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    for (path, text) in read_scripts(&readme) {
        crate::harness::write_script(&folder.path().join(path), text);
    }

    let here: BTreeSet<String> = pythons().iter().map(|python| python.key.clone()).collect();
    let made_with: Vec<&str> = readme
        .lines()
        .find_map(|line| line.strip_prefix(MADE_WITH))
        .expect("the list of interpreters")
        .trim_end_matches([':', '.'])
        .split(", ")
        .collect();
    let missing: Vec<&str> = made_with
        .iter()
        .copied()
        .filter(|key| !here.contains(*key))
        .collect();

    // Other Pythons than these may be news to the baseline, which is not what is tested here.
    if missing.is_empty() {
        let reports = concat!(env!("CARGO_MANIFEST_DIR"), "/reports");
        std::os::unix::fs::symlink(reports, folder.path().join("reports")).expect("a link");
    }

    let commands = read_commands(&readme);
    assert!(commands.len() > 5, "only {commands:?}");
    let (mut differences, mut replaced) = (String::new(), Vec::new());
    for shown in &commands {
        let mut command = shown.command.clone();
        let compared = !shown.output.trim().is_empty() && missing.is_empty();
        let chooses = ["run", "show", "explain"];
        if compared && chooses.contains(&command.split(' ').nth(1).unwrap_or_default()) {
            for key in &made_with {
                let _ = write!(command, " --python {key}");
            }
        } else if !shown.output.trim().is_empty() {
            println!(
                "not compared, only run: `{command}`; here is no CPython {}",
                missing.join(", ")
            );
        }
        let output = run_shell(&command, folder.path());
        let (stdout, stderr) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        let code = output.status.code();
        assert!(
            code.is_some_and(|code| shown.exits.contains(&code)),
            "`{command}` ended with {code:?}, not {:?}\n{stdout}{stderr}",
            shown.exits
        );
        if compared && mask_volatile(&stdout) != mask_volatile(&shown.output) {
            let _ = writeln!(differences, "$ {}\n{stdout}", shown.command);
            replaced.push((shown.lines, stdout.trim_end().to_owned()));
        }
    }
    if std::env::var_os("MODSWAP_README").is_some_and(|value| value == "overwrite") {
        let mut lines: Vec<&str> = readme.lines().collect();
        for ((from, to), text) in replaced.iter().rev() {
            lines.splice(from..to, text.lines());
        }
        std::fs::write(README, lines.join("\n") + "\n").expect("README.md");
        return;
    }
    assert!(
        differences.is_empty(),
        "README.md shows other outputs than these; MODSWAP_README=overwrite puts them there\n{differences}"
    );
}
