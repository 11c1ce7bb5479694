//! Text that would do something, were it read as anything but text, through every output of every command: commands and formats come
//! from the program itself, so that a new one is tested or fails.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Output;

use clap::CommandFactory as _;
use comrak::{Options, markdown_to_html};
use modswap::report::format::Format;

use crate::github::reports::{HOSTILE, case, hostile, report};
use crate::github::runner::obeyed;
use crate::harness::{Workspace, newest_python, read_files_below, stderr_of, stdout_of};
use crate::packages::index::write_wheel;

/// The words that each command is given. `PYTHON` is the newest one.
const LINES: &[&str] = &[
    "run --python PYTHON",
    "run --python PYTHON hostile --with \u{1b}[31mx",
    "run --python \u{1b}[31m\u{202e}",
    "run --python PYTHON set --set name=\u{202e}x;<b>|`[x] --set name=::error::x",
    "run --set name=\u{1b}[31m",
    "run --set \u{1b}[31m=x",
    "show --python PYTHON set --set name=\u{202e}<b>|`]]>",
    "show --python PYTHON set --set other=\u{202e}",
    "show --python PYTHON hostile",
    "explain --python PYTHON hostile",
    "try --python PYTHON \u{1b}[31m.py",
    "try --python PYTHON -c \"\u{1b}[31m\u{202e}\";import\u{a0}\u{202e}",
    "vet --python PYTHON ./loud-1.0-py2.py3-none-any.whl",
    "vet --python PYTHON \u{1b}[31m",
    "diff stored.json",
    "diff stored.json other.json --full",
    "diff \u{1b}[31m",
    "review",
    "accept --report stored.json",
    "accept --report \u{1b}[31m.json",
    "prune --dry-run",
    "bisect hostile --report stored.json",
    "bisect \u{1b}[31m --report stored.json",
    "merge stored.json",
    "merge stored.json stored.json --strict",
    "report stored.json",
    "report stored.json --strict",
    "report damaged.json",
    "script hostile",
    "list",
    "list --tag \u{1b}[31m",
    "changes 3.9..3.13",
    "changes 3.9..3.13 hostile",
    "changes \u{1b}[31m",
    "cache dir",
    "cache size",
    "cache clean",
    "cache \u{1b}[31m",
    "check",
    "check wrong",
    "new \u{1b}[31m",
    "export exported swap/exit",
    "export exported \u{1b}[31m",
    "export \u{1b}[31m swap/exit",
    "schema",
    "config",
    "completions bash",
    "completions \u{1b}[31m",
    "man stored.json",
    "pythons --python PYTHON",
    "pythons --pythons lists/pythons.yaml --python PYTHON",
    "pythons --python \u{1b}[31m",
];

/// Formats of a report that are tables and pages for people, or data.
fn check(format: &str, text: &str, what: &str) {
    match format {
        "table" => check_terminal(text, what),
        "json" => {
            check_data(text, what);
            if !text.is_empty() {
                serde_json::from_str::<serde_json::Value>(text)
                    .unwrap_or_else(|error| panic!("{what}: {error}"));
            }
        }
        "ndjson" => {
            check_data(text, what);
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line)
                    .unwrap_or_else(|error| panic!("{what}: {error}: {line}"));
            }
        }
        "junit" => {
            check_data(text, what);
            if !text.is_empty() {
                let options = roxmltree::ParsingOptions {
                    nodes_limit: 100_000,
                    ..Default::default()
                };
                let parsed = roxmltree::Document::parse_with_options(text, options);
                let parsed = parsed.unwrap_or_else(|error| panic!("{what}: {error}"));
                let own = [
                    "testsuites",
                    "testsuite",
                    "testcase",
                    "failure",
                    "error",
                    "skipped",
                    "system-out",
                    "system-err",
                    "properties",
                    "property",
                ];
                for node in parsed.descendants().filter(roxmltree::Node::is_element) {
                    assert!(
                        own.contains(&node.tag_name().name()),
                        "{what}: <{}>",
                        node.tag_name().name()
                    );
                }
            }
        }
        "markdown" => {
            check_data(text, what);
            let mut options = Options::default();
            options.extension.autolink = true;
            options.extension.table = true;
            options.extension.strikethrough = true;
            options.render.r#unsafe = true;
            check_html(&markdown_to_html(text, &options), what);
        }
        "html" | "badge" => check_html(text, what),
        other => panic!("`{other}` is new: what may be in it?"),
    }
}

/// Nothing that steers a terminal, but our own colours; nothing that reorders what is read.
fn check_terminal(text: &str, what: &str) {
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    check_data(&colours.replace_all(text, ""), what);
}

fn check_data(text: &str, what: &str) {
    let is_bad = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if let Some(at) = text.find(is_bad) {
        let around: String = text[..at]
            .chars()
            .rev()
            .take(40)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .chain(text[at..].chars().take(40))
            .collect();
        panic!("{what}: a control character in {around:?}");
    }
}

/// No element and no address that is not ours.
fn check_html(text: &str, what: &str) {
    let scripts = regex::Regex::new("(?s)<script[^>]*>.*?</script>").expect("a pattern");
    // What is in a script is its own; it ends where the first end is.
    let rest = scripts.replace_all(text, "");
    for bad in [
        "<script",
        "<img",
        "onerror=alert(1)>",
        "href=\"javascript:",
        "href='javascript:",
        "</script",
        "<![CDATA[",
    ] {
        assert!(!rest.to_lowercase().contains(bad), "{what}: {bad}");
    }
    for script in scripts.find_iter(text) {
        assert!(
            !script.as_str().contains("alert(1)</"),
            "{what}: {}",
            script.as_str()
        );
    }
}

/// Scenarios and reports in which all that may be foreign is hostile.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let loud = r"\e]0;title\a\e[2J\u202e\u009b31m\r::error::x <script>alert(1)</script> [a](javascript:alert(1)) ]]> | `x`";
    let out = r"::error::out\n##[error]x\r\x1b]0;t\x07\x00\u202e<script>alert(1)</script>]]>";
    let long = "w".repeat(3000);
    let text = format!(
        "title: \"Loud {loud}\"\ntags: [a]\nrefs: [\"{loud}\", 'https://example.org/{long}']\nchanges: {{'3.12': \"{loud}\"}}\n\
         modules:\n  demo: |\n    raise ValueError(u'{out}')\nsteps:\n  - import: demo\n    expect: {{outcome: ok}}\n  \
         - eval: 'u\"{out}{long}\"'\n    expect: {{value: \"{loud}\"}}\n  - run: |\n      import os\n      \
         os.write(1, b'{out}\\xe2\\x80\\xae\\xc2\\x9b')\n      os.write(2, b'{out}\\xe2\\x80\\xae')\n      \
         raise ValueError(u'{out}')\n    expect: {{outcome: ok}}\n"
    );
    workspace.scenario("hostile", &text);
    let plain =
        format!("title: \"{loud}\"\nsteps:\n  - eval: '1'\n    expect: {{value: \"{loud}\"}}\n");
    workspace.scenario("plain", &plain);
    let set = "title: t\nparameters: [name]\nsteps: [eval: \"u'${name}'\"]\n";
    workspace.scenario("set", set);
    workspace.write("wrong/a.yaml", &format!("title: \"{loud}\"\n\"k {loud}\": \"{loud}\"\nsteps:\n  - \"{loud}\": 1\n  - import: \"{loud}\"\n"));
    workspace.write("lists/pythons.yaml", &format!("pythons:\n- {{command: \"{loud} python3\", label: own}}\n- {{command: \"./{loud}/python3\"}}\n"));
    let raises = format!("{{'loud.py': 'raise ValueError(u\"{out}\")'}}");
    write_wheel(&workspace.path("."), "loud", "1.0", "", &raises);
    let report = serde_json::to_string(&hostile()).expect("JSON");
    workspace
        .write("stored.json", &report)
        .write("other.json", &report.replace("drift", "same"));
    workspace.write(
        "damaged.json",
        &format!(
            "{{\"schema_version\": \"{}\"",
            HOSTILE[10].replace('\0', "")
        ),
    );
    workspace
}

fn run(workspace: &Workspace, words: &[String], variables: &[(&str, &str)]) -> Output {
    let mut command = workspace.modswap(&[]);
    command.args(words).envs(variables.iter().copied());
    // Not the user's own.
    match &*words[0] {
        "cache" => _ = command.env("MODSWAP_CACHE_DIR", workspace.path("cache \u{1b}[31m")),
        "vet" => {
            fs::create_dir_all(workspace.path("packages")).expect("a folder");
            command.env("MODSWAP_CACHE_DIR", workspace.path("packages"));
        }
        _ => {}
    }
    let output = command.output().expect("it starts");
    assert!(
        output.status.code().is_some(),
        "{words:?}: {:?}",
        output.status
    );
    output
}

#[test]
fn no_command_passes_on_what_it_was_given() {
    let workspace = workspace();
    let python = newest_python();
    // All of it is there to be shown.
    let report = workspace.report(std::slice::from_ref(&python), &[]);
    let case = crate::harness::find_case(&report, "hostile", &python.key);
    assert!(
        case["verdict"] == "fail"
            && case["stdout"]
                .as_str()
                .is_some_and(|text| text.contains('\u{1b}')),
        "{case}"
    );
    for command in modswap::cli::Cli::command().get_subcommands() {
        let name = command.get_name();
        let mut arguments = command.get_arguments();
        let format = arguments.find(|argument| argument.get_id() == "format");
        let formats: Vec<String> = format.map_or_else(
            || vec![String::new()],
            |format| {
                format
                    .get_possible_values()
                    .iter()
                    .map(|value| value.get_name().to_owned())
                    .collect()
            },
        );
        let lines = LINES
            .iter()
            .filter(|line| line.split(' ').next() == Some(name));
        assert!(
            lines.clone().next().is_some(),
            "`{name}` is new: LINES needs one"
        );
        for line in lines {
            for format in &formats {
                let words = line
                    .split(' ')
                    .map(|word| word.replace("PYTHON", python.path()));
                let mut words: Vec<String> = words.collect();
                if !format.is_empty() {
                    words.extend(["--format".to_owned(), format.clone()]);
                }
                let what = format!("{words:?}");
                let is_data = !["", "table"].contains(&format.as_str());
                let kind = if is_data { format } else { "table" };
                let variables: &[(&str, &str)] = if is_data {
                    &[]
                } else {
                    &[("CLICOLOR_FORCE", "1")]
                };
                // A run for each format is enough: how data is written, `no_file_does_either` sees, too.
                if !(is_data && name == "run") {
                    let output = run(&workspace, &words, variables);
                    check(kind, &stdout_of(&output), &what);
                    check_terminal(&stderr_of(&output), &format!("what is said of {what}"));
                }
                // A runner of GitHub reads both.
                let output = run(&workspace, &words, &[("GITHUB_ACTIONS", "true")]);
                check(kind, &stdout_of(&output), &format!("on GitHub: {what}"));
                for text in [stdout_of(&output), stderr_of(&output)] {
                    for one in obeyed(&text) {
                        let is_own = ["group", "endgroup", "error", "warning", "notice"]
                            .contains(&one.name.as_str());
                        assert!(is_own, "{what}: {one:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_file_does_either() {
    let workspace = workspace();
    let mut words: Vec<String> = ["report", "stored.json", "--pages", "pages"]
        .map(str::to_owned)
        .to_vec();
    for format in Format::ALL {
        words.extend([
            "--output".to_owned(),
            format!("out/file.{}", format.extensions()[0]),
        ]);
    }
    let output = run(&workspace, &words, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr_of(&output));
    let harmless = report(&["3.13.0"], &[case("swap/a", "3.13.0", "a", "pass")]);
    let harmless = serde_json::to_string(&harmless).expect("JSON");
    workspace.write("harmless.json", &harmless);
    workspace.run_to(0, &["report", "harmless.json", "--pages", "harmless"]);
    let style = fs::read_to_string(workspace.path("harmless/style.css")).expect("the style");
    let files = ["out", "pages"].map(|folder| {
        let files = read_files_below(&workspace.path(folder));
        let files = files.into_iter();
        files.map(move |(name, text)| (format!("{folder}/{name}"), text))
    });
    let files: Vec<(String, String)> = files.into_iter().flatten().collect();
    for (name, text) in &files {
        let format = Format::from_path(Path::new(name));
        match (format, &**name) {
            // Data for programs: what is in it is for them to show.
            (Some(Format::Json), _) => assert!(
                serde_json::from_str::<serde_json::Value>(text).is_ok(),
                "{name}"
            ),
            (Some(Format::Ndjson), _) => assert!(
                text.lines()
                    .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
                "{name}"
            ),
            (Some(format), _) => check(format.word(), text, name),
            // Nothing foreign is in the style, so it is the same for every report.
            (None, "pages/style.css") => {
                check_data(text, name);
                assert_eq!(*text, style, "{name}");
            }
            (None, _) => panic!("{name} is of a new kind: what may be in it?"),
        }
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let findings = names
        .iter()
        .filter(|name| name.starts_with("pages/findings/"));
    // What follows a bracket are choices to whoever reads an id.
    let ids = HOSTILE.iter().filter(|id| !id.contains('['));
    assert_eq!(findings.count(), ids.count(), "{names:?}");
    for name in [
        "out/file.json",
        "pages/README.md",
        "pages/findings/a__subject_/_b_onclick__alert_1___its_name.html",
        "pages/releases/3.12.html",
        "pages/style.css",
    ] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
}
