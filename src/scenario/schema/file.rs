//! The file: everything but steps.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::conditions::{Interpreter, Requires, Xfail};
use super::words::{Dotted, Duration, Nothing, Scalar, Text};
use crate::scenario::steps::schema::Step;
use crate::trace::detail::Detail;

/// A scenario of modswap: a sequence of imports, swaps and deletes, and what CPython does with it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Scenario {
    /// The finding in one line, not the procedure.
    title: Text,
    /// Prose for reports: why it is so.
    about: Option<Text>,
    /// Sources: bug numbers, commits, documentation, functions of CPython.
    refs: Option<Vec<Text>>,
    /// Words for `--tag`.
    tags: Option<Vec<Text>>,
    /// The first version that behaves differently, and why. Keys are quoted versions in ascending order
    /// (`"3.6.3"`), the first that behave otherwise than those before.
    changes: Option<Changes>,
    /// Names whose values come from outside, by `--set package=numpy`: `[package]`. `${package}` stands for the value as that of a
    /// key of the matrix does.
    #[schemars(length(min = 1))]
    parameters: Option<Vec<Parameter>>,
    /// Variants, as in GitHub Actions: a list of values for each key, `include`, `exclude`. `${key}` stands for the value
    /// anywhere below `modules`, `steps`, `watch`, `requires`, `interpreter`, `timeout` and `xfail`.
    matrix: Option<Matrix>,
    /// What must be there for a case to run; where it is not, the case is skipped with the reason.
    requires: Option<Requires>,
    /// How the interpreter is started.
    interpreter: Option<Interpreter>,
    /// Limit for one case: `500ms`, `10s` or `1m`.
    timeout: Option<Duration>,
    /// Files in a private folder that is first on `sys.path`.
    modules: Option<Modules>,
    /// More modules whose state is recorded after every step. Fixture modules and those that the steps import, delete or set
    /// are watched anyway.
    watch: Option<Vec<Dotted>>,
    /// Texts that count as part of the behaviour: messages of exceptions and of warnings, and what the case
    /// wrote. They are recorded and shown anyway; what an expectation names is compared without this.
    compare: Option<Vec<Detail>>,
    /// Known violations of expectations of this scenario, each with the issue that reports it.
    xfail: Option<Xfail>,
    /// What happens, in order. After every step the facts are recorded.
    #[schemars(length(min = 1))]
    steps: Vec<Step>,
}

/// Version: one sentence on what changed there and why, with the bug, the commit or the function.
#[derive(JsonSchema)]
#[schemars(extend("minProperties" = 1, "propertyNames" = {
    "pattern": r"^\d+\.\d+(?:\.\d+(?:(?:a|b|rc)\d+)?)?$",
    "patternErrorMessage": "expected a version such as \"3.6\" or \"3.6.3\"",
}))]
struct Changes(BTreeMap<String, Text>);

/// The name of a parameter.
#[derive(JsonSchema)]
#[schemars(extend("patternErrorMessage" = "expected letters, digits and `_`, a letter or `_` first"))]
struct Parameter(#[schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))] String);

/// Variants by the rules of GitHub Actions.
#[derive(JsonSchema)]
#[schemars(extend("minProperties" = 1, "propertyNames" = {
    "pattern": r"^[A-Za-z_][A-Za-z0-9_.-]*$",
    "patternErrorMessage": "expected letters, digits, `_`, `-` and `.`, a letter or `_` first",
}))]
struct Matrix {
    /// Combinations added: to the listed ones that they do not contradict, else as ones of their own.
    include: Option<Vec<Combination>>,
    /// Combinations left out.
    exclude: Option<Vec<Combination>>,
    #[schemars(flatten)]
    keys: BTreeMap<String, Values>,
}

/// The values of a key, one variant each.
#[derive(JsonSchema)]
struct Values(#[schemars(length(min = 1))] Vec<Scalar>);

/// Keys of the matrix with a value each.
#[derive(JsonSchema)]
#[schemars(extend("minProperties" = 1))]
struct Combination(BTreeMap<String, Scalar>);

/// Dotted name: body. `pkg.sub` makes `pkg` a package, and so does `pkg.__init__`, its own code; `pkg/` is a folder without `__init__.py`.
#[derive(JsonSchema)]
#[schemars(extend("propertyNames" = {
    "pattern": super::words::module_name(),
    "patternErrorMessage":
        "expected `demo`, `pkg.sub`, `pkg.__init__`, or `pkg/` for a portion of a namespace package",
}))]
struct Modules {
    #[schemars(flatten)]
    portions: BTreeMap<Portion, Nothing>,
    #[schemars(flatten)]
    files: BTreeMap<String, Body>,
}

/// A name with a slash.
#[derive(JsonSchema)]
struct Portion(#[schemars(regex(pattern = "/$"))] String);

/// Python source, or steps that run inside the import.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Body {
    /// Python source; `""` for an empty module.
    Text(String),
    /// The same steps as at the top, run inside the import with the names of this module.
    Steps(BodySteps),
}

/// A body made of steps.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BodySteps {
    /// What happens when the body runs, in order.
    #[schemars(length(min = 1))]
    steps: Vec<Step>,
}
