//! A statement as a step: a structured one where it is one, else raw Python.

use std::collections::BTreeSet;

use serde_yaml::{Mapping, Value};
use tree_sitter::Node;

use super::given::Given;
use super::grammar::{Source, children, is_dotted_name};
use super::names::{CACHE, COPIES, Names};

/// Features of `__future__` that change what a later statement means, each with texts without which a statement is not affected.
/// Every step is compiled by itself, so that each that is affected needs the import.
const FUTURES: [(&str, &[&str]); 5] = [
    ("annotations", &[":"]),
    ("division", &["/"]),
    ("generator_stop", &["yield", " for "]),
    ("print_function", &["print"]),
    ("unicode_literals", &["'", "\""]),
];

/// Calls whose value is no news: how much was found, which is another number everywhere, and all names of a module, the builtins among
/// them.
const WITHOUT_VALUE: [&str; 5] = [
    "gc.collect",
    "run_module",
    "run_path",
    "runpy.run_module",
    "runpy.run_path",
];

/// Statements that have statements in them, beside definitions.
const COMPOUND: [&str; 6] = [
    "for_statement",
    "if_statement",
    "match_statement",
    "try_statement",
    "while_statement",
    "with_statement",
];

/// Builtins that compile a text with the features of the code that calls them.
const COMPILERS: [&str; 3] = ["compile", "eval", "exec"];

/// Words that begin a statement on Python 2 and an expression on 3.
const STATEMENTS_OF_2: [&str; 2] = ["exec", "print"];

/// Converts the statements of a script one after the other: earlier ones decide what the next one is.
pub(super) struct Converter<'a> {
    names: &'a Names,
    snapshots: BTreeSet<String>,
    futures: Vec<&'static str>,
}

impl<'a> Converter<'a> {
    pub(super) fn new(names: &'a Names) -> Self {
        Self {
            names,
            snapshots: BTreeSet::new(),
            futures: Vec::new(),
        }
    }

    /// Returns a statement as a step.
    pub(super) fn convert(&mut self, text: &str) -> Mapping {
        let source = Source::parse(text);
        let statement = source.only_statement();
        if let Some(statement) = statement.filter(|node| node.kind() == "future_import_statement") {
            let names = children(statement)
                .into_iter()
                .map(|name| source.text_of(name));
            let names: Vec<_> = names.collect();
            let known = FUTURES.iter().map(|(name, _)| *name);
            let step = self.raw(text);
            self.futures
                .extend(known.filter(|name| names.contains(name)));
            return step;
        }
        let step = statement.and_then(|statement| match statement.kind() {
            "import_statement" => self.convert_import(&source, statement),
            "import_from_statement" => self.convert_import_from(&source, statement),
            "delete_statement" => convert_delete(&source, statement),
            "expression_statement" => self.convert_expression(&source, statement),
            _ => None,
        });
        step.unwrap_or_else(|| self.raw(text))
    }

    /// Returns a statement as raw Python.
    pub(super) fn raw(&self, text: &str) -> Mapping {
        let futures: Vec<&str> = self.futures_of(text).collect();
        if futures.is_empty() {
            return step("run", escape(text));
        }
        // On the same line where it can: messages of Python tell the line.
        let end = if is_simple(text) { "; " } else { "\n" };
        let text = format!("from __future__ import {}{end}{text}", futures.join(", "));
        step("run", escape(&text))
    }

    fn futures_of(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let is_inherited = !self.futures.is_empty() && compiles(text);
        let affects = move |name: &&str| {
            if is_inherited {
                return true;
            }
            if *name == "annotations" && !has_annotations(text) {
                return false;
            }
            let marks = FUTURES.iter().find(|(known, _)| known == name);
            marks.is_some_and(|(_, marks)| marks.iter().any(|mark| text.contains(mark)))
        };
        self.futures.iter().copied().filter(affects)
    }

    /// The step if its Python means the same without the imports from `__future__` that the script has.
    fn unless_affected(&self, python: &str, step: Mapping) -> Option<Mapping> {
        self.futures_of(python).next().is_none().then_some(step)
    }

    fn convert_import(&self, source: &Source<'_>, node: Node<'_>) -> Option<Mapping> {
        let [name] = children(node)[..] else {
            return None;
        };
        let module = source
            .text_of_field(name, "name")
            .unwrap_or(source.text_of(name));
        if !self.names.is_watched(module, true) {
            return None;
        }
        let mut import = step("import", module);
        add(&mut import, "as", source.text_of_field(name, "alias"));
        Some(import)
    }

    fn convert_import_from(&self, source: &Source<'_>, node: Node<'_>) -> Option<Mapping> {
        let module = source.text_of_field(node, "module_name")?;
        let mut cursor = node.walk();
        let names: Vec<_> = node.children_by_field_name("name", &mut cursor).collect();
        let [name] = names[..] else {
            return None;
        };
        let is_plain = is_dotted_name(module) && children(node).len() == 2;
        if !is_plain || !self.names.is_watched(module, false) {
            return None;
        }
        let taken = source
            .text_of_field(name, "name")
            .unwrap_or(source.text_of(name));
        let mut import = step("import", taken);
        add(&mut import, "from", Some(module));
        add(&mut import, "as", source.text_of_field(name, "alias"));
        Some(import)
    }

    fn convert_expression(&mut self, source: &Source<'_>, node: Node<'_>) -> Option<Mapping> {
        let parts = children(node);
        let whole = source.text_of(node);
        let first = whole
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next();
        let is_statement = STATEMENTS_OF_2.contains(&first.unwrap_or_default());
        let [expression] = parts[..] else {
            // `a, b` has its parts right below.
            let is_tuple = !parts.is_empty() && !is_statement;
            return is_tuple.then(|| self.eval(whole))?;
        };
        if whole != source.text_of(expression) {
            // `a,` is a tuple, too.
            return (!is_statement).then(|| self.eval(whole))?;
        }
        let is_print = expression.kind() == "call"
            && source.text_of_field(expression, "function") == Some("print");
        if is_statement && !is_print {
            return None;
        }
        match expression.kind() {
            "assignment" => self.convert_assignment(source, expression),
            "augmented_assignment" | "await" | "yield" => None,
            "call" => {
                let function = source.text_of_field(expression, "function")?;
                let arguments = expression.child_by_field_name("arguments")?;
                match function {
                    _ if WITHOUT_VALUE.contains(&function) => None,
                    "print" if self.names.prints_elsewhere => None,
                    "print" => self.convert_print(source, arguments),
                    _ => self
                        .eval(identified(source, expression).unwrap_or(source.text_of(expression))),
                }
            }
            _ => self.eval(whole),
        }
    }

    fn eval(&self, python: &str) -> Option<Mapping> {
        self.unless_affected(python, step("eval", escape(python)))
    }

    /// `print(a)`: the value of the expression; `print(a, b)`: the text that Python 3 prints.
    fn convert_print(&self, source: &Source<'_>, arguments: Node<'_>) -> Option<Mapping> {
        if arguments.kind() != "argument_list" {
            return None;
        }
        let mut separator = " ".to_owned();
        let mut printed = Vec::new();
        for argument in children(arguments) {
            match argument.kind() {
                "keyword_argument" => {
                    // On Python 2 they are for the function alone.
                    if !self.futures.contains(&"print_function") {
                        return None;
                    }
                    let value = argument.child_by_field_name("value")?;
                    match source.text_of_field(argument, "name")? {
                        "end" => {}
                        "sep" => separator = plain_text(source.text_of(value))?.replace('%', "%%"),
                        _ => return None,
                    }
                }
                "list_splat" | "dictionary_splat" => return None,
                _ => printed.push(argument),
            }
        }
        match printed[..] {
            [] => None,
            [one]
                if self.names.asks_for.contains(&Given::Texts)
                    && identified(source, one).is_none() =>
            {
                self.eval(&format!("_shown({})", source.text_of(one)))
            }
            [one] if one.kind() == "named_expression" => {
                self.eval(&format!("({})", source.text_of(one)))
            }
            [one] => self.eval(&in_brackets(
                identified(source, one).unwrap_or(source.text_of(one)),
            )),
            ref several => {
                let format = vec!["%s"; several.len()].join(&separator);
                let values = several.iter().map(|argument| match argument.kind() {
                    "lambda" | "named_expression" => format!("({})", source.text_of(*argument)),
                    _ => source.text_of(*argument).to_owned(),
                });
                let values: Vec<String> = values.collect();
                self.eval(&format!("\"{format}\" % ({})", values.join(", ")))
            }
        }
    }

    fn convert_assignment(&mut self, source: &Source<'_>, node: Node<'_>) -> Option<Mapping> {
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        if node.child_by_field_name("type").is_some() || right.kind() == "assignment" {
            return None;
        }
        let (target, value) = (source.text_of(left), source.text_of(right));
        if left.kind() == "identifier" {
            if COPIES.contains(&value) {
                self.snapshots.insert(target.to_owned());
                return Some(step("snapshot", target));
            }
            self.snapshots.remove(target);
            return None;
        }
        if target == CACHE {
            let to = match value {
                name if self.snapshots.contains(name) => Value::from(name),
                "{}" => mapping([("to", Value::from("empty"))]),
                _ if is_dotted_name(value) && !value.contains('.') => return None,
                _ => mapping([("to", Value::from(escape(value)))]),
            };
            return self.unless_affected(value, step("swap", to));
        }
        let key = cached_key(source, left)?;
        let to = match value {
            "None" => Value::Null,
            "module" => return None,
            _ => Value::from(escape(value)),
        };
        let set = mapping([("cached", Value::from(key)), ("to", to)]);
        self.unless_affected(value, step("set", set))
    }
}

fn convert_delete(source: &Source<'_>, node: Node<'_>) -> Option<Mapping> {
    let [target] = children(node)[..] else {
        return None;
    };
    let text = source.text_of(target);
    match target.kind() {
        "identifier" => Some(step("delete", text)),
        "attribute" if text == CACHE => {
            Some(step("swap", mapping([("to", Value::from("missing"))])))
        }
        "attribute" if is_dotted_name(text) => {
            Some(step("delete", mapping([("attribute", Value::from(text))])))
        }
        "subscript" => {
            let key = cached_key(source, target)?;
            Some(step("delete", mapping([("cached", Value::from(key))])))
        }
        _ => None,
    }
}

/// The key in `sys.modules["key"]`.
fn cached_key<'a>(source: &Source<'a>, node: Node<'_>) -> Option<&'a str> {
    let is_entry = node.kind() == "subscript" && source.text_of_field(node, "value") == Some(CACHE);
    let key = node.child_by_field_name("subscript").filter(|_| is_entry)?;
    source.literal_name(key)
}

/// The object that `id(object)` is of: its label says which one it is, where the number is another one in each process.
fn identified<'a>(source: &Source<'a>, node: Node<'_>) -> Option<&'a str> {
    let is_id = node.kind() == "call" && source.text_of_field(node, "function") == Some("id");
    let arguments = node.child_by_field_name("arguments").filter(|_| is_id)?;
    match children(arguments)[..] {
        [object] => Some(source.text_of(object)),
        _ => None,
    }
}

/// The expression in brackets, if it has lines that only those around it hold together.
fn in_brackets(python: &str) -> String {
    if python.contains('\n') {
        format!("({python})")
    } else {
        python.to_owned()
    }
}

/// The text of a literal in which every character stands for itself.
fn plain_text(literal: &str) -> Option<&str> {
    let quote = literal.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let text = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    (!text.contains(['"', '\'', '\\', '\n'])).then_some(text)
}

/// A step of one action.
fn step(action: &str, value: impl Into<Value>) -> Mapping {
    let mut step = Mapping::new();
    step.insert(action.into(), value.into());
    step
}

fn add(step: &mut Mapping, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        step.insert(key.into(), value.into());
    }
}

fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (Value::from(key), value));
    Value::Mapping(entries.collect())
}

/// True if a statement may stand behind another one on its line.
fn is_simple(text: &str) -> bool {
    let source = Source::parse(text);
    source.only_statement().map_or_else(
        || !text.contains(['\n', ':']),
        |statement| {
            let kind = statement.kind();
            !kind.ends_with("_definition") && !COMPOUND.contains(&kind)
        },
    )
}

/// True if Python may compile a text for a statement: it inherits the imports from `__future__`.
fn compiles(text: &str) -> bool {
    let source = Source::parse(text);
    let mut nodes = source.nodes().into_iter();
    nodes.any(|node| {
        let is_name = node.kind() == "identifier" && COMPILERS.contains(&source.text_of(node));
        node.kind() == "exec_statement" || is_name
    })
}

fn has_annotations(text: &str) -> bool {
    let source = Source::parse(text);
    source.nodes().iter().any(|node| node.kind() == "type")
}

/// Keeps `${name}` from being a choice of a matrix.
pub(super) fn escape(text: &str) -> String {
    text.replace("${", "$${")
}
