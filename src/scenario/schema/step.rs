//! Steps: an action each, and what may stand beside it.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::conditions::Known;
use super::expect::Expect;
use super::words::{
    self, Attribute, Dotted, File, Key, Name, OrKey, Scalar, Seconds, Spec, Text, Tree, True,
};
use crate::scenario::steps::ACTIONS;

/// One action, and what may stand beside it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = one_action)]
pub(super) struct Step {
    /// `import a.b`. With `as: x`, `import a.b as x`; with `from: a`, `from a import b`; with `via`, another spelling. With `as`
    /// also a name per version: `{"<3": cPickle, ">=3": pickle}`, the first that fits.
    import: Option<Import>,
    /// Every spelling of an import of `a.b.c` at once, binding nothing. The facts are `resolve(attribute)`,
    /// `resolve(cached)`, `resolve(import_as)`, `resolve(from)`, `resolve(import_module)` and `resolve(__import__)`.
    resolve: Option<Dotted>,
    /// `before = sys.modules.copy()`, under this name.
    snapshot: Option<Name>,
    /// `sys.modules = before` for a snapshot's name; or `{to: copy}`, `empty`, `subclass`, `spy`, `original`, `missing`, or
    /// a Python expression.
    swap: Option<Swap>,
    /// In place: `sys.modules.clear(); sys.modules.update(before)`, with a snapshot's name.
    restore: Option<Name>,
    /// `del demo` for a name; or one of `{cached: demo}`, `{cached: pkg.**}`, `{new_since: before}` and
    /// `{attribute: pkg.sub}`. A binding, and what is cached, may be a name per version: `{"<3": …, ">=3": …}`, the first that fits.
    delete: Option<Delete>,
    /// `sys.modules["demo"] = …`
    set: Option<Set>,
    /// `reload(demo)`, wherever that Python has it.
    reload: Option<Dotted>,
    /// A Python expression, whose value becomes the fact `value`.
    eval: Option<Text>,
    /// Python statements, as they are; or such a text per version: `{"<3": …, ">=3": …}`, the first that fits.
    run: Option<Run>,
    /// Creates or replaces a file among the fixture modules.
    write: Option<Write>,
    /// Removes a file or a folder from the fixture modules.
    remove: Option<File>,
    /// `true`: `importlib.invalidate_caches()`, where that exists.
    invalidate_caches: Option<OrKey<True>>,
    /// `true`: `gc.collect()` until it finds nothing.
    collect: Option<OrKey<True>>,
    /// `from FROM import …`, with `import`.
    from: Option<Dotted>,
    /// `import … as NAME`, with `import`.
    r#as: Option<Name>,
    /// The spelling of the import, with `import`.
    via: Option<OrKey<Via>>,
    /// Only on these Pythons, quoted: `">=3.4"`. Elsewhere the step is not run.
    when: Option<Spec>,
    /// Facts that must hold after the step.
    expect: Option<Expect>,
    /// What this step expects is violated somewhere, and known to be.
    known: Option<Known>,
    /// A remark for readers.
    note: Option<Text>,
}

/// What needs something else beside it.
const NEEDS: [(&str, &str); 4] = [
    ("from", "import"),
    ("as", "import"),
    ("via", "import"),
    ("known", "expect"),
];

/// Exactly one action; what needs something beside it has it; `from` stands only in spellings that know it, and never beside an
/// import by version, which needs `as`.
fn one_action(schema: &mut Schema) {
    let actions = ACTIONS.iter().map(|action| json!({"required": [action]}));
    schema.insert("oneOf".to_owned(), actions.collect());
    let needs = NEEDS.map(|(word, needed)| (word.to_owned(), json!([needed])));
    schema.insert("dependentRequired".to_owned(), Value::from_iter(needs));
    let calls = json!({"enum": ["import_module", "__import__", "c_api"]});
    let from = json!({"from": {"properties": {"via": {"not": calls}}}});
    schema.insert("dependentSchemas".to_owned(), from);
    let by_version =
        json!({"required": ["import"], "properties": {"import": {"not": {"type": "string"}}}});
    schema.insert("if".to_owned(), by_version);
    let then = json!({"required": ["as"], "not": {"required": ["from"]}});
    schema.insert("then".to_owned(), then);
}

/// What is imported.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Import {
    Name(Dotted),
    PerVersion(PerVersion<Dotted>),
}

/// The spelling of an import.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Via {
    /// The `import` statement, as without `via`.
    Statement,
    /// `importlib.import_module`
    ImportModule,
    /// The builtin `__import__`
    #[schemars(rename = "__import__")]
    DunderImport,
    /// `PyImport_ImportModule`
    CApi,
    /// The `lazy import` statement of 3.15 (PEP 810).
    Lazy,
}

/// What `sys.modules` is rebound to.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Swap {
    Snapshot(Name),
    To(SwapTo),
}

/// Anything but a snapshot.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SwapTo {
    /// What `sys.modules` becomes.
    to: SwapValue,
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
enum SwapValue {
    Word(SwapWord),
    /// A Python expression, evaluated in the namespace of the steps.
    Expression(Scalar),
}

/// What has a word of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum SwapWord {
    /// `sys.modules.copy()`
    Copy,
    /// `{}`
    Empty,
    /// A new object of a subclass of `dict`, with the same entries.
    Subclass,
    /// The same, which records every operation on it as the fact `lookups`.
    Spy,
    /// The dict that it was at the start.
    Original,
    /// `del sys.modules`
    Missing,
}

/// What is deleted.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Delete {
    Binding(Name),
    PerVersion(PerVersion<Name>),
    Other(DeleteOther),
}

/// Anything but a binding; one of `cached`, `new_since` and `attribute`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend(
    "oneOf" = [{"required": ["cached"]}, {"required": ["new_since"]}, {"required": ["attribute"]}],
    "dependentSchemas" = {"attribute": {"not": {"required": ["in"]}}},
))]
struct DeleteOther {
    /// `del sys.modules["demo"]`; `pkg.**` is `pkg` with everything below it.
    cached: Option<Cached>,
    /// Every key of `sys.modules` that this snapshot lacks.
    new_since: Option<Name>,
    /// `del pkg.sub`
    attribute: Option<Attribute>,
    /// `original`: in the dict of the start, not in what `sys.modules` is now.
    r#in: Option<OrKey<In>>,
}

/// A key of the cache, or with `.**` also what is below it.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Cached {
    Name(Tree),
    PerVersion(PerVersion<Tree>),
}

/// The other cache.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum In {
    /// The dict that `sys.modules` was at the start.
    Original,
}

/// An entry of `sys.modules`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Set {
    /// The key: a module's full name.
    cached: Dotted,
    /// The value: `null` (Python's `None`, which blocks the import), `module`, or a Python expression.
    to: SetValue,
}

#[derive(JsonSchema)]
#[schemars(untagged, inline)]
enum SetValue {
    Word(SetWord),
    /// A Python expression, evaluated in the namespace of the steps.
    Expression(Scalar),
}

/// What has a word of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum SetWord {
    /// A new, empty module object of that name.
    Module,
}

/// Raw Python.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Run {
    Text(Text),
    PerVersion(PerVersion<Text>),
}

/// Specifier: what it is about there. The first that fits counts; where none does, the step is not run.
#[derive(JsonSchema)]
#[schemars(extend("minProperties" = 1, "propertyNames" = {
    "pattern": format!("^{}$", words::spec()),
    "patternErrorMessage": "expected something like \"<3\" or \">=3.6,<3.12\"",
}))]
struct PerVersion<T>(BTreeMap<String, T>);

/// A file among the fixture modules.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Write {
    /// Its path: `demo.py`, `pkg/sub.py`. Folders are made.
    file: File,
    /// Its content. Python source reports that it runs, as fixture modules do.
    text: String,
    /// Its modification time afterwards, in whole seconds since the epoch, or `unchanged`. Without it the file and its folder
    /// look changed.
    mtime: Option<Mtime>,
}

/// The modification time of a file; times are set, never waited for.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Mtime {
    Seconds(Seconds),
    Word(MtimeWord),
    Key(Key),
}

/// What has a word of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum MtimeWord {
    /// What the file and its folder had before.
    Unchanged,
}
