//! The part of a runner that reads a log, by the rules of `ActionCommand.cs` and `ProcessInvoker.cs` in actions/runner.

use std::collections::BTreeMap;

/// Everything that a runner obeys.
const COMMANDS: [&str; 16] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// A command that was obeyed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Obeyed {
    pub name: String,
    pub properties: BTreeMap<String, String>,
    pub text: String,
}

impl Obeyed {
    pub fn property(&self, name: &str) -> &str {
        self.properties.get(name).map_or("", String::as_str)
    }
}

/// The commands of a log, and beside them the lines that are shown.
pub fn read(log: &str) -> (Vec<Obeyed>, Vec<&str>) {
    let (mut obeyed, mut shown) = (Vec::new(), Vec::new());
    // `\r\n` gives an empty line more, which is no command either.
    for line in log.split(['\n', '\r']) {
        match colons(line).or_else(|| brackets(line)) {
            Some(command) => obeyed.push(command),
            None => shown.push(line),
        }
    }
    (obeyed, shown)
}

pub fn obeyed(log: &str) -> Vec<Obeyed> {
    read(log).0
}

/// `::error file=a,line=1::text`, behind blanks only.
fn colons(line: &str) -> Option<Obeyed> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, text) = rest.split_once("::")?;
    let data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
    let property = [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ];
    command(head, ',', &property, unescaped(text, &data))
}

/// `##[error file=a;line=1]text`, anywhere.
fn brackets(line: &str) -> Option<Obeyed> {
    let (_, rest) = line.split_once("##[")?;
    let (head, text) = rest.split_once(']')?;
    let escapes = [
        ("%3B", ";"),
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%5D", "]"),
        ("%25", "%"),
    ];
    command(head, ';', &escapes, unescaped(text, &escapes))
}

fn command(head: &str, separator: char, escapes: &[(&str, &str)], text: String) -> Option<Obeyed> {
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let name = name.to_lowercase();
    COMMANDS.contains(&name.as_str()).then_some(())?;
    let pairs = properties.trim().split(separator);
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(key, value)| (key.to_owned(), unescaped(value, escapes)));
    Some(Obeyed {
        name,
        properties: pairs.collect(),
        text,
    })
}

fn unescaped(text: &str, escapes: &[(&str, &str)]) -> String {
    let text = text.to_owned();
    escapes
        .iter()
        .fold(text, |text, (escape, meant)| text.replace(escape, meant))
}

#[test]
fn the_runner_obeys_what_is_documented() {
    let log = "plain ::error::x\n  ::error file=a%2Cb.js,line=10,title=A%3AB::one%0Atwo %250A\r\n\
        x ##[Warning line=2;file=a%3Bb]three%5D\n::unknown::x\n::group::T\n::error x";
    let (commands, shown) = read(log);
    let names: Vec<&str> = commands.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["error", "warning", "group"]);
    assert_eq!(commands[0].property("file"), "a,b.js");
    assert_eq!(commands[0].property("title"), "A:B");
    assert_eq!(commands[0].text, "one\ntwo %0A");
    assert_eq!(commands[1].property("file"), "a;b");
    assert_eq!(commands[1].text, "three]");
    assert_eq!(shown, ["plain ::error::x", "", "::unknown::x", "::error x"]);
}
