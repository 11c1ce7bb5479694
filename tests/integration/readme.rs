//! README.md and the pages in docs/ do what they say: their example files are written, each of their `$ modswap …` commands is run
//! as it stands by a shell, and the outputs they show are the outputs of today wherever the interpreters are those they were made
//! with. The tables of the language are the texts of its schema, and links lead somewhere.
//!
//! `MODSWAP_README=overwrite cargo test --test integration readme` puts today's outputs and tables into them.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

use regex::Regex;
use serde_json::Value;

use crate::harness::{expect_exit, is_left_out, modswap, pythons, stdout_of};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What is about one subject stands in docs/.
const MAX_README_BYTES: usize = 8192;
/// What stands in README.md before the list of interpreters that all shown outputs come from.
const MADE_WITH: &str = "Real output, from CPython ";
/// What stands around a table of the schema: the first is followed by the pointer to a part of it.
const TABLE_START: &str = "<!-- schema: #";
const TABLE_END: &str = "<!-- end -->";

/// A line `$ modswap …`, and the lines below it up to the next command.
#[derive(Debug)]
struct Shown {
    command: String,
    /// The codes it may end with: 0, or those that a comment names (`# exit 0 or 3: …`).
    exits: Vec<i32>,
    output: String,
    /// Lines of the page that `output` consists of: the first, and the one behind the last.
    lines: (usize, usize),
}

fn read_page(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).expect(path)
}

/// README.md and the pages in docs/, as paths from the root.
fn list_pages() -> Vec<String> {
    let entries = std::fs::read_dir(Path::new(ROOT).join("docs")).expect("docs");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut pages: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| format!("docs/{}", path.file_name().expect("a name").display()))
        .collect();
    pages.sort();
    pages.insert(0, "README.md".to_owned());
    pages
}

/// Keys of the interpreters that all shown outputs come from.
pub(super) fn shown_interpreters() -> Vec<String> {
    let readme = read_page("README.md");
    let list = readme
        .lines()
        .find_map(|line| line.strip_prefix(MADE_WITH))
        .expect("the list of interpreters");
    let keys = list.trim_end_matches([':', '.']).split(", ");
    keys.map(str::to_owned).collect()
}

/// Those of them that are not here: then outputs are not compared, which is printed.
pub(super) fn missing_interpreters() -> Vec<String> {
    let here: BTreeSet<&str> = pythons().iter().map(|python| python.key.as_str()).collect();
    let mut shown = shown_interpreters();
    shown.retain(|key| !here.contains(key.as_str()));
    shown
}

/// Every command in the `console` blocks.
fn read_commands(page: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    let (mut inside, mut current) = (false, false);
    for (index, line) in page.lines().enumerate() {
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
                    lines: (index + 1, index + 1),
                });
            }
        } else if let (true, Some(last)) = (inside && current, commands.last_mut()) {
            let _ = writeln!(last.output, "{line}");
            last.lines.1 = index + 1;
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

/// Every block of YAML or Python that begins with its path: `# mine/example.yaml`.
fn read_files(page: &str) -> Vec<(&str, &str)> {
    let of_language = |language: &str, ending: &str| {
        let mark = format!("```{language}\n");
        let blocks = page.split(&mark).skip(1);
        let texts = blocks.filter_map(|text| text.split("```").next());
        let files = texts.filter_map(|text| {
            let path = text.lines().next()?.strip_prefix("# ")?;
            (Path::new(path).extension()? == ending).then_some((path, text))
        });
        files.collect::<Vec<_>>()
    };
    [of_language("yaml", "yaml"), of_language("python", "py")].concat()
}

/// Every `sh` block that is a script with its path: `# drift/optimised` in the second line.
fn read_scripts(page: &str) -> Vec<(&str, &str)> {
    let blocks = page.split("```sh\n").skip(1);
    blocks
        .filter_map(|text| text.split("```").next())
        .filter_map(|text| Some((text.lines().nth(1)?.strip_prefix("# ")?, text)))
        .collect()
}

/// Runs a command as it stands, in a folder where `scenarios` and the page's example files are.
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

/// Runs the commands of a page in a folder of its own, each of which must end as the page says, and returns the page with the
/// outputs of today, unless an interpreter that they come from is missing.
fn renew_outputs(page: &str, missing: &[String]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let link = |name: &str| {
        let target = Path::new(ROOT).join(name);
        std::os::unix::fs::symlink(target, folder.path().join(name)).expect("a link");
    };
    link("scenarios");
    // Other Pythons than the shown ones may be news to the baseline, which is not what is tested here.
    if missing.is_empty() {
        link("reports");
    }
    for (path, text) in read_files(page) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    for (path, text) in read_scripts(page) {
        crate::harness::write_script(&folder.path().join(path), text);
    }

    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let mut renewed = Vec::new();
    for shown in read_commands(page) {
        let mut command = shown.command.clone();
        let has_output = !shown.output.trim().is_empty();
        let chooses = ["run", "show", "explain", "try"];
        if has_output && !missing.is_empty() {
            let missing = missing.join(", ");
            println!("not compared, only run: `{command}`; here is no CPython {missing}");
        } else if has_output && chooses.contains(&command.split(' ').nth(1).unwrap_or_default()) {
            for key in shown_interpreters() {
                let _ = write!(command, " --python {key}");
            }
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
        let is_compared = has_output && missing.is_empty();
        if is_compared && mask_volatile(&stdout) != mask_volatile(&shown.output) {
            let output: Vec<String> = stdout.trim_end().lines().map(str::to_owned).collect();
            renewed.push((shown.lines, output));
        }
    }
    // From the last on, so that the numbers of those before stay.
    for ((first, end), output) in renewed.into_iter().rev() {
        lines.splice(first..end, output);
    }
    lines.join("\n") + "\n"
}

/// Puts the texts of the schema into the tables that a page has of it.
fn renew_tables(page: &str, schema: &Value) -> String {
    let mut renewed = String::new();
    let mut rest = page;
    while let Some((before, table)) = rest.split_once(TABLE_START) {
        let (pointer, table) = table.split_once(" -->").expect("the end of the mark");
        let (_, after) = table.split_once(TABLE_END).expect("the end of the table");
        let part = schema.pointer(pointer);
        let part = part.unwrap_or_else(|| panic!("the schema has no `{pointer}`"));
        let table = schema_table(part);
        let _ = write!(
            renewed,
            "{before}{TABLE_START}{pointer} -->\n\n{table}\n{TABLE_END}"
        );
        rest = after;
    }
    renewed + rest
}

/// A line for each key or word that a part of the schema explains.
fn schema_table(part: &Value) -> String {
    let mut table = String::from("| | |\n| --- | --- |\n");
    let mut add_line = |word: &str, explained: &Value| {
        if let Some(text) = explained["description"].as_str() {
            let text = text.replace('\n', " ").replace('|', "\\|");
            let _ = writeln!(table, "| `{word}` | {text} |");
        }
    };
    for (key, value) in part["properties"].as_object().into_iter().flatten() {
        add_line(key, value);
    }
    let patterns = part["patternProperties"].as_object();
    for (pattern, value) in patterns.into_iter().flatten() {
        // `^cached\(` is about `cached(…)`.
        let fact = pattern.trim_start_matches('^').replace(r"\(", "(…)");
        add_line(&fact, value);
    }
    for word in part["oneOf"].as_array().into_iter().flatten() {
        if let Some(name) = word["const"].as_str() {
            add_line(name, word);
        }
    }
    table
}

#[test]
fn pages_do_what_they_say() {
    let schema = stdout_of(&expect_exit(modswap().arg("schema"), 0));
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let missing = missing_interpreters();
    let is_overwritten = std::env::var_os("MODSWAP_README").is_some_and(|it| it == "overwrite");
    let mut differences = String::new();
    let (mut command_count, mut table_count) = (0, 0);
    for path in list_pages() {
        let page = read_page(&path);
        command_count += read_commands(&page).len();
        table_count += page.matches(TABLE_START).count();
        let renewed = renew_outputs(&renew_tables(&page, &schema), &missing);
        if renewed == page {
            continue;
        }
        if is_overwritten {
            std::fs::write(Path::new(ROOT).join(&path), renewed).expect("a page");
            continue;
        }
        let known: BTreeSet<&str> = page.lines().collect();
        let _ = writeln!(differences, "{path} lacks");
        for line in renewed.lines().filter(|line| !known.contains(line)) {
            let _ = writeln!(differences, "  {line}");
        }
    }
    assert!(command_count > 20, "only {command_count} commands");
    assert!(table_count > 5, "only {table_count} tables of the schema");
    assert!(
        differences.is_empty(),
        "MODSWAP_README=overwrite puts today's outputs and tables there\n{differences}"
    );
}

#[test]
fn the_readme_is_short() {
    let readme = read_page("README.md");
    assert!(
        readme.len() <= MAX_README_BYTES,
        "{} bytes: what is about one subject belongs into docs/",
        readme.len()
    );
}

/// Where the links and pictures of a page lead.
fn link_targets(page: &str) -> Vec<String> {
    let pattern = Regex::new(r#"\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)""#).expect("a pattern");
    let mut targets = Vec::new();
    let mut is_code = false;
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        if is_code {
            continue;
        }
        for found in pattern.captures_iter(line) {
            let target = found.get(1).or_else(|| found.get(2)).expect("a target");
            targets.push(target.as_str().to_owned());
        }
    }
    targets
}

/// What GitHub calls the heading in an address.
fn heading_anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().chars();
    text.filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ if character.is_alphanumeric() => Some(character.to_ascii_lowercase()),
        _ => None,
    })
    .collect()
}

/// The file that the link of a page leads to, from the root.
fn target_path(page: &str, target: &str) -> String {
    let file = target.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// Whether the link of a page leads to a file that is there, and to a heading of it.
fn leads_somewhere(page: &str, target: &str) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let page = Path::new(ROOT).join(page);
    let file = match file {
        "" => page,
        file => page.parent().expect("a folder").join(file),
    };
    if anchor.is_empty() {
        return file.exists();
    }
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|heading| heading_anchor(heading) == anchor)
}

#[test]
fn links_lead_somewhere() {
    let mut pages = list_pages();
    let others = [
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "SECURITY.md",
        "benches/README.md",
    ];
    pages.extend(others.map(str::to_owned));
    let mut wrong = Vec::new();
    let mut linked = BTreeSet::new();
    for page in &pages {
        for target in link_targets(&read_page(page)) {
            if target.contains("://") {
                continue;
            }
            if !leads_somewhere(page, &target) && !is_left_out(&target_path(page, &target)) {
                wrong.push(format!("{page}: {target}"));
            }
            let name = target.split('#').next().unwrap_or_default();
            linked.extend(name.rsplit('/').next().map(str::to_owned));
        }
    }
    assert!(wrong.is_empty(), "links to nowhere: {wrong:#?}");
    for page in list_pages() {
        let name = page.rsplit('/').next().unwrap_or_default();
        assert!(linked.contains(name), "no page has a link to {page}");
    }
}
