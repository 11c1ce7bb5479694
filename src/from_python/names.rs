//! Names of modules in a script: what it imports, what it asks the cache for, and which names may hold a module.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::given::Given;
use super::grammar::{Source, children, is_dotted_name};
use super::stdlib::{is_stdlib, is_tool};

/// Functions whose first argument is the name of a module.
const TAKE_NAMES: [&str; 10] = [
    "__import__",
    "import_module",
    "find_spec",
    "find_loader",
    "find_module",
    "load_module",
    "run_module",
    "ModuleType",
    "new_module",
    "resolve_name",
];

/// Methods of a cache whose first argument is a key.
const TAKE_KEYS: [&str; 6] = [
    "get",
    "pop",
    "setdefault",
    "__getitem__",
    "__delitem__",
    "__contains__",
];

/// Expressions that may give a module; what else is assigned has no identity worth a line after each step.
const MAY_GIVE_MODULES: [&str; 3] = ["identifier", "attribute", "subscript"];

/// The modules that a script speaks of.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The tops of the modules that the script brings along.
    fixtures: BTreeSet<String>,
    /// Imported modules in the order of their first import, and whether a missing one is an error.
    imports: BTreeMap<String, Import>,
    order: Vec<String>,
    /// Of each module at the top, how often it is imported by `import a`.
    whole: BTreeMap<String, usize>,
    /// Keys and names that the text mentions in quotes.
    mentioned: BTreeSet<String>,
    /// The tops of modules that the script works with: those that it brings along, mentions, deletes or reloads.
    subjects: BTreeSet<String>,
    /// Names at the top of the script that may hold a module, in their order.
    assigned: Vec<String>,
    /// Names that hold a copy of the cache.
    pub(super) copies: BTreeSet<String>,
    /// True if `print` is not the usual one, or where it prints to is not.
    pub(super) prints_elsewhere: bool,
    /// Things that Python gives a program, and that this one asks for.
    pub(super) asks_for: BTreeSet<Given>,
}

/// How a module is imported.
#[derive(Debug, Default)]
struct Import {
    /// True if a statement `import a` does it.
    is_whole: bool,
    /// True if one stands where a missing module is no surprise: in a `try`.
    is_optional: bool,
}

impl Names {
    /// None yet, of a script that brings these modules along.
    pub(super) fn new<'a>(fixtures: impl Iterator<Item = &'a str>) -> Self {
        let fixtures: BTreeSet<String> = fixtures.map(|name| top_of(name).to_owned()).collect();
        Self {
            subjects: fixtures.clone(),
            fixtures,
            ..Self::default()
        }
    }

    /// Adds what a statement says.
    pub(super) fn add(&mut self, source: &Source<'_>) {
        self.prints_elsewhere |= source.text.contains("stdout");
        for node in source.nodes() {
            match node.kind() {
                "import_statement" => {
                    for name in children(node) {
                        let module = source.text_of_field(name, "name");
                        self.import(node, module.unwrap_or(source.text_of(name)), true);
                        self.bind(source, name.child_by_field_name("alias"));
                    }
                }
                "import_from_statement" => self.add_import_from(source, node),
                "identifier" if source.text_of(node) == "argv" => {
                    self.asks_for.insert(Given::Arguments);
                }
                "identifier" if source.text_of(node) == "__file__" => {
                    let above = node.parent().filter(|above| above.kind() == "attribute");
                    let owner = above.and_then(|above| source.text_of_field(above, "object"));
                    if owner.is_none_or(|owner| owner.contains("__main__")) {
                        self.asks_for.insert(Given::Path);
                    }
                }
                "call" => self.add_call(source, node),
                "subscript" if is_own_file(source, node) => {
                    self.asks_for.insert(Given::Path);
                }
                "subscript" if self.is_cache(source, node.child_by_field_name("value")) => {
                    self.mention(source, node.child_by_field_name("subscript"));
                }
                "comparison_operator" => {
                    let operands = children(node);
                    if let [key, cache] = operands[..]
                        && self.is_cache(source, Some(cache))
                    {
                        self.mention(source, Some(key));
                    }
                }
                "assignment" => self.add_assignment(source, node),
                "delete_statement" => {
                    let targets = children(node).into_iter();
                    let names = targets.filter(|target| target.kind() == "identifier");
                    self.subjects
                        .extend(names.map(|name| source.text_of(name).to_owned()));
                }
                "function_definition" | "class_definition" => {
                    let name = source.text_of_field(node, "name");
                    self.prints_elsewhere |= name == Some("print");
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, node: Node<'_>, module: &str, is_whole: bool) {
        if !is_dotted_name(module) {
            return;
        }
        if !self.imports.contains_key(module) {
            self.order.push(module.to_owned());
        }
        if is_whole {
            *self.whole.entry(top_of(module).to_owned()).or_default() += 1;
        }
        let import = self.imports.entry(module.to_owned()).or_default();
        import.is_whole |= is_whole;
        import.is_optional |= is_inside(node, &["try_statement"]);
    }

    fn add_import_from(&mut self, source: &Source<'_>, node: Node<'_>) {
        let Some(module) = source.text_of_field(node, "module_name") else {
            return;
        };
        self.import(node, module, false);
        let mut cursor = node.walk();
        let names: Vec<_> = node.children_by_field_name("name", &mut cursor).collect();
        for name in names {
            let bound = name.child_by_field_name("alias").unwrap_or(name);
            self.prints_elsewhere |= source.text_of(bound) == "print";
            if !is_stdlib(module) {
                self.bind(source, Some(bound));
            }
        }
    }

    fn add_call(&mut self, source: &Source<'_>, node: Node<'_>) {
        let function = source.text_of_field(node, "function").unwrap_or_default();
        if matches!(function, "exit" | "quit") {
            self.asks_for.insert(Given::Exit);
        }
        let arguments = node.child_by_field_name("arguments").map(children);
        let Some(first) = arguments.and_then(|arguments| arguments.first().copied()) else {
            return;
        };
        let (owner, name) = function.rsplit_once('.').unwrap_or(("", function));
        if name == "reload" {
            let top = top_of(source.text_of(first));
            self.subjects.insert(top.to_owned());
        }
        // Which object that is, the number does not say.
        if function == "id" && is_dotted_name(source.text_of(first)) {
            match first.kind() {
                "attribute" => {
                    self.mentioned.insert(source.text_of(first).to_owned());
                }
                "identifier" => self.bind(source, Some(first)),
                _ => {}
            }
        }
        let is_key = TAKE_KEYS.contains(&name) && self.is_cache_name(owner);
        if is_key || TAKE_NAMES.contains(&name) {
            self.mention(source, Some(first));
        }
    }

    fn add_assignment(&mut self, source: &Source<'_>, node: Node<'_>) {
        let parts = ["left", "right"].map(|field| node.child_by_field_name(field));
        let [Some(left), Some(mut right)] = parts else {
            return;
        };
        // In `a = b = c` the value of the first is the second assignment.
        while right.kind() == "assignment"
            && let Some(value) = right.child_by_field_name("right")
        {
            right = value;
        }
        let name = source.text_of(left);
        self.prints_elsewhere |= name.rsplit('.').next() == Some("print");
        let value = source.text_of(right);
        match left.kind() {
            "identifier" if value == CACHE || COPIES.contains(&value) => {
                self.copies.insert(name.to_owned());
            }
            "identifier" if may_give_module(source, right) => self.bind(source, Some(left)),
            "pattern_list" | "tuple_pattern" => {
                let names = children(left).into_iter();
                let values = children(right).into_iter();
                for (name, value) in names.zip(values) {
                    if name.kind() == "identifier" && may_give_module(source, value) {
                        self.bind(source, Some(name));
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes down a name at the top of the script that may hold a module.
    fn bind(&mut self, source: &Source<'_>, name: Option<Node<'_>>) {
        let Some(name) = name.filter(|name| {
            !is_inside(
                *name,
                &["function_definition", "class_definition", "lambda"],
            )
        }) else {
            return;
        };
        let name = source.text_of(name).to_owned();
        if is_dotted_name(&name) {
            self.assigned.push(name);
        }
    }

    fn mention(&mut self, source: &Source<'_>, literal: Option<Node<'_>>) {
        let name = literal.and_then(|literal| source.literal_name(literal));
        if let Some(name) = name {
            self.subjects.insert(top_of(name).to_owned());
            self.mentioned.insert(name.to_owned());
        }
    }

    fn is_cache(&self, source: &Source<'_>, node: Option<Node<'_>>) -> bool {
        node.is_some_and(|node| self.is_cache_name(source.text_of(node)))
    }

    fn is_cache_name(&self, text: &str) -> bool {
        text == CACHE || self.copies.contains(text)
    }

    /// True if the state of a module is recorded after each step: what the script works with, and not what it works by, unless there
    /// is nothing else. `is_whole`: it stands in `import a`, not in `from a import b`.
    pub(super) fn is_watched(&self, module: &str, is_whole: bool) -> bool {
        self.is_subject(module, is_whole) || is_whole && !self.has_subject()
    }

    fn is_subject(&self, module: &str, is_whole: bool) -> bool {
        let top = top_of(module);
        !is_stdlib(top)
            || self.subjects.contains(top)
            || self.whole.get(top).is_some_and(|times| *times > 1)
            || is_whole && !is_tool(top)
    }

    fn has_subject(&self) -> bool {
        let mut imports = self.imports.iter();
        !self.subjects.is_empty()
            || imports.any(|(module, import)| self.is_subject(module, import.is_whole))
    }

    /// The names to watch, in the order in which the script has them.
    pub(super) fn watched(&self) -> Vec<String> {
        let imported = self.order.iter();
        let imported = imported.filter(|module| {
            let is_whole = self.imports[*module].is_whole;
            self.is_watched(module, is_whole)
        });
        let assigned = self.assigned.iter();
        let assigned = assigned.filter(|name| !self.copies.contains(*name) && *name != "_");
        let mut known = BTreeSet::new();
        let all = imported.chain(&self.mentioned).chain(assigned);
        all.filter(|name| known.insert(*name)).cloned().collect()
    }

    /// The top of each module that is imported, in the order of the names.
    pub(super) fn imported(&self) -> Vec<String> {
        let tops = self.order.iter().map(|module| top_of(module));
        let tops: BTreeSet<&str> = tops.collect();
        tops.into_iter().map(str::to_owned).collect()
    }

    /// The top of each module that the script needs and that is neither Python's nor among the fixtures.
    pub(super) fn foreign(&self) -> Vec<String> {
        let needed = self.order.iter();
        let needed = needed.filter(|module| !self.imports[*module].is_optional);
        let mut known = BTreeSet::new();
        let tops = needed.map(|module| top_of(module));
        let tops = tops.filter(|top| !is_stdlib(top) && !self.fixtures.contains(*top));
        tops.filter(|top| known.insert(*top))
            .map(str::to_owned)
            .collect()
    }
}

/// The cache of modules, as scripts write it.
pub(super) const CACHE: &str = "sys.modules";

/// The expressions for a copy of it.
pub(super) const COPIES: [&str; 2] = ["sys.modules.copy()", "dict(sys.modules)"];

/// True for `globals()["__file__"]`.
fn is_own_file(source: &Source<'_>, node: Node<'_>) -> bool {
    let key = node.child_by_field_name("subscript");
    key.and_then(|key| source.literal_name(key)) == Some("__file__")
}

/// True for an expression that may give a module.
fn may_give_module(source: &Source<'_>, node: Node<'_>) -> bool {
    if MAY_GIVE_MODULES.contains(&node.kind()) {
        return true;
    }
    let function = source.text_of_field(node, "function").unwrap_or_default();
    let (owner, name) = function.rsplit_once('.').unwrap_or(("", function));
    let gives = TAKE_NAMES.contains(&name)
        || ["reload", "module_from_spec", "load_source", "load_module"].contains(&name)
        || owner == CACHE && TAKE_KEYS.contains(&name);
    node.kind() == "call" && gives
}

/// True if a text imports a module of that name, or has the name in quotes.
pub(super) fn mentions_module(text: &str, name: &str) -> bool {
    if !text.contains(name) {
        return false;
    }
    let source = Source::parse(text);
    let mut nodes = source.nodes().into_iter();
    nodes.any(|node| {
        let is_imported = node.kind() == "dotted_name"
            && is_inside(node, &["import_statement", "import_from_statement"]);
        let found = if is_imported {
            Some(source.text_of(node))
        } else {
            source.literal_name(node)
        };
        found.is_some_and(|found| top_of(found) == name)
    })
}

fn top_of(module: &str) -> &str {
    module.split(['.', '/']).next().unwrap_or(module)
}

fn is_inside(node: Node<'_>, kinds: &[&str]) -> bool {
    let mut above = node.parent();
    while let Some(node) = above {
        if kinds.contains(&node.kind()) {
            return true;
        }
        above = node.parent();
    }
    false
}
