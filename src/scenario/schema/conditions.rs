//! What must be there, how the interpreter is started, and what is known to be violated.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::expect::Expect;
use super::words::{Builds, Dotted, Entry, OneOrMore, OrKey, Package, Spec, Text};
use crate::scenario::model::Isolation;

/// What must be there for a case to run.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Requires {
    /// Versions and builds, quoted: `">=3.4"`.
    python: Option<Spec>,
    /// Modules that the interpreter must be able to find: `[_decimal]`.
    modules: Option<Vec<Dotted>>,
    /// Packages that the case must be able to import, installed where they are not there yet: `["numpy>=1.16"]`, `[.]`.
    packages: Option<Vec<Package>>,
    /// The build it must be; parts joined by commas must all hold.
    build: Option<Build>,
    /// The operating system, or a list of those that will do.
    os: Option<OneOrMore<OrKey<Os>>>,
}

/// A word, or several.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Build {
    Word(BuildWord),
    Words(Builds),
}

/// Kinds of builds.
#[derive(JsonSchema)]
enum BuildWord {
    /// Without the GIL (PEP 703).
    #[schemars(rename = "free-threaded")]
    FreeThreaded,
    /// With the GIL.
    #[schemars(rename = "not free-threaded")]
    NotFreeThreaded,
    /// Configured with `--with-pydebug`.
    #[schemars(rename = "debug")]
    Debug,
    /// A release build.
    #[schemars(rename = "not debug")]
    NotDebug,
}

/// Operating systems.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Os {
    Linux,
    Macos,
    Windows,
}

/// How the interpreter is started. Anything but `isolation` and `expect` gives the case an interpreter of its own.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("dependentRequired" = {"expect": ["entry"]}))]
pub(crate) struct Interpreter {
    /// More flags, behind the usual `-s -S -B`: `["-X", "frozen_modules=off"]`.
    flags: Option<Vec<Text>>,
    /// Variables of its environment; their values are text: `{PYTHONOPTIMIZE: "1"}`.
    env: Option<BTreeMap<String, String>>,
    /// Import the `site` module, which cases otherwise do without.
    site: Option<OrKey<bool>>,
    /// A fork of a started interpreter, or an interpreter of its own.
    isolation: Option<OrKey<Isolation>>,
    /// A module that runs as `__main__` before the first step: `-m pkg.foo`. The steps go on in its namespace.
    entry: Option<Entry>,
    /// What must be seen after the entry.
    expect: Option<Expect>,
}

/// A violation that is known. It turns red when it is fixed.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Xfail {
    /// Where it is violated, quoted: `"3.5"`; everywhere without this.
    python: Option<Spec>,
    /// The issue that says so.
    issue: Text,
}
