//! `import: demo` — an import in one of its spellings.

use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::by_version::{PerVersion, parse_by_version};
use super::{Action, Description, Operation, PythonCode, StepKey, StepKind, StepValue};
use crate::literal::text_literal;
use crate::scenario::identifiers::{
    parse_dotted_name, parse_identifier, refuse_keyword, refuse_reserved,
};
use crate::scenario::schema::words::{Dotted, Name, OrKey};
use crate::scenario::scope::Scope;
use crate::yaml::cursor::Cursor;
use crate::yaml::node::Node;
use crate::yaml::suggest::{quoted, suggest};

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Dotted name; with `from`, the name taken from it.
    pub module: String,
    /// `from FROM import MODULE`
    pub from: Option<String>,
    /// `as ALIAS`
    pub alias: Option<String>,
    /// The spelling.
    pub via: Via,
}

/// The spelling of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Via {
    /// The `import` statement, as without `via`.
    #[default]
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

pub(super) static KIND: StepKind = StepKind {
    modifiers: &[
        StepKey::new::<Dotted>("from", "`from FROM import …`, with `import`."),
        StepKey::new::<Name>("as", "`import … as NAME`, with `import`."),
        StepKey::new::<OrKey<Via>>("via", "The spelling of the import, with `import`."),
    ],
    add_rules,
    helpers: &["import_module", "c_import"],
    ..StepKind::new::<ImportValue>(
        "import",
        "`import a.b`. With `as: x`, `import a.b as x`; with `from: a`, `from a import b`; with `via`, another spelling. With `as` \
         also a name per version: `{\"<3\": cPickle, \">=3\": pickle}`, the first that fits.",
        parse,
    )
};

impl Via {
    /// The words of scenario files and of digests.
    const WORDS: [(&str, Self); 5] = [
        ("statement", Self::Statement),
        ("import_module", Self::ImportModule),
        ("__import__", Self::DunderImport),
        ("c_api", Self::CApi),
        ("lazy", Self::Lazy),
    ];

    fn as_str(self) -> &'static str {
        let mut words = Self::WORDS.into_iter();
        let found = words.find_map(|(word, via)| (via == self).then_some(word));
        found.expect("each has one")
    }

    fn parse(cursor: &Cursor<'_>) -> Option<Self> {
        let word = cursor.text("`via`")?;
        let via = Self::WORDS.iter().find(|(known, _)| *known == word);
        if via.is_none() {
            let message = format!("unknown spelling of an import {}", quoted(word));
            cursor.report(message, suggest(word, &Self::WORDS.map(|(word, _)| word)));
        }
        via.map(|(_, via)| *via)
    }
}

fn parse(value: &mut StepValue<'_, '_>) -> Option<Action> {
    let (cursor, entries) = (value.cursor, value.entries);
    let alias = entries.value("as");
    let name = alias.map(parse_alias);
    let via = match entries.value("via") {
        Some(written) => Via::parse(written),
        None => Some(Via::Statement),
    };
    if let Node::Map(_) = cursor.node {
        return parse_per_version(value, name.flatten().as_ref(), via);
    }
    let module = match entries.get("from") {
        None => parse_module(cursor, "an import"),
        Some(_) => parse_identifier(cursor, "a name imported `from` a module"),
    };
    let from = entries
        .value("from")
        .map(|from| parse_module(from, "`from`"));
    if let (Some(written), Some(_), Some(Via::ImportModule | Via::DunderImport | Via::CApi)) =
        (entries.value("via"), &from, via)
    {
        let message = "`from` goes only with `via: statement` and `via: lazy`";
        let help = "leave out `via`, or import the whole module";
        written.report(message, help);
        return None;
    }
    let module = module?;
    if alias.is_none() {
        let bound = module.split('.').next().unwrap_or_default();
        refuse_reserved(bound, cursor, "bind another name with `as:`")?;
    }
    let import = Import {
        module,
        // An `Option` inside means that it is right; outside, that it is there.
        from: from.map_or(Some(None), |from| from.map(Some))?,
        alias: name.map_or(Some(None), |name| name.map(Some))?,
        via: via?,
    };
    Some(import.into())
}

/// `import: {"<3": cPickle, ">=3": pickle}`. It needs `as`: facts have the same names on all versions.
fn parse_per_version(
    value: &StepValue<'_, '_>,
    alias: Option<&String>,
    via: Option<Via>,
) -> Option<Action> {
    let (cursor, entries) = (value.cursor, value.entries);
    let imports = parse_by_version(cursor, "import", &|cursor| {
        let import = Import {
            module: parse_module(cursor, "an import")?,
            from: None,
            alias: alias.cloned(),
            via: via.unwrap_or_default(),
        };
        Some(import.into())
    });
    if let Some(from) = entries.get("from") {
        let message = "`from` does not go with an `import` by version";
        let help = "import the whole module, or write the statements: `run: {\"<3\": from …, \">=3\": from …}`";
        from.key.report(message, help);
    }
    let imports = imports?;
    if entries.get("as").is_none() {
        let newest = imports.alternatives().last()?.operation().modules().pop()?;
        let name = newest.rsplit('.').next().unwrap_or("x");
        let message = "an `import` by version needs `as`";
        let help = format!("it binds one name on all versions, such as `as: {name}`");
        cursor.report(message, help);
    }
    let is_right = alias.is_some() && via.is_some() && entries.get("from").is_none();
    is_right.then_some(imports)
}

/// Parses the name of a module that can be imported. `what` names it in messages.
fn parse_module(cursor: &Cursor<'_>, what: &str) -> Option<String> {
    refuse_keyword(parse_dotted_name(cursor, what)?, cursor)
}

/// Parses the name behind `as`.
fn parse_alias(cursor: &Cursor<'_>) -> Option<String> {
    let name = parse_identifier(cursor, "`as`")?;
    refuse_reserved(&name, cursor, "choose another name")?;
    Some(name)
}

impl Operation for Import {
    fn describe(&self) -> Description {
        let from = self.from.iter().map(|from| format!(" from {from}"));
        let alias = self.alias.iter().map(|alias| format!(" as {alias}"));
        let via = (self.via != Via::Statement).then(|| format!(" via {}", self.via.as_str()));
        let after: String = from.chain(alias).chain(via).collect();
        Description::new(KIND.word, &self.module).followed_by(after)
    }

    fn canonical_form(&self) -> Value {
        json!({"import": self.module, "from": self.from, "as": self.alias, "via": self.via.as_str()})
    }

    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        let module = &self.module;
        let alias = self.alias.as_deref();
        let as_clause = alias.map_or_else(String::new, |alias| format!(" as {alias}"));
        if let Some(from) = &self.from {
            let lazy = if self.via == Via::Lazy { "lazy " } else { "" };
            return PythonCode::new(format!("{lazy}from {from} import {module}{as_clause}"), &[]);
        }
        // Functions that return the module named bind it: under the alias, or under its own name when that is one word. A dotted
        // name without an alias is imported and not bound, because no name of that spelling can be.
        let bound = alias.or_else(|| (!module.contains('.')).then_some(module));
        let target = bound.map_or_else(String::new, |name| format!("{name} = "));
        let literal = text_literal(module);
        match self.via {
            Via::Statement => PythonCode::new(format!("import {module}{as_clause}"), &[]),
            Via::Lazy => PythonCode::new(format!("lazy import {module}{as_clause}"), &[]),
            Via::ImportModule => {
                let text = format!("{target}import_module({literal})");
                PythonCode::new(text, &["import_module"])
            }
            Via::CApi => PythonCode::new(format!("{target}c_import({literal})"), &["c_import"]),
            Via::DunderImport => {
                let top = module.split('.').next().unwrap_or(module);
                let text = match alias {
                    // Without a fromlist `__import__` returns the top of the dotted name.
                    Some(alias) if top != module => {
                        format!("{alias} = __import__({literal}, None, None, [\"*\"])")
                    }
                    Some(alias) => format!("{alias} = __import__({literal})"),
                    None => format!("{top} = __import__({literal})"),
                };
                PythonCode::new(text, &[])
            }
        }
    }

    fn modules(&self) -> Vec<String> {
        match &self.from {
            // What is taken from a package may be a module.
            Some(from) => vec![format!("{from}.{}", self.module)],
            None => vec![self.module.clone()],
        }
    }

    fn bound_name(&self) -> Option<&str> {
        let taken = self.from.is_some().then_some(&self.module);
        self.alias.as_ref().or(taken).map(String::as_str)
    }

    fn is_binding(&self, name: &str) -> bool {
        let bound = self.bound_name().or_else(|| self.module.split('.').next());
        bound == Some(name)
    }

    fn check_names(&self, scope: &mut Scope<'_>) {
        let is_call = matches!(self.via, Via::ImportModule | Via::CApi);
        if is_call && self.alias.is_none() && self.module.contains('.') {
            // Returns what no name of that spelling can hold, so nothing is bound.
            return;
        }
        let top = self.module.split('.').next().unwrap_or_default();
        scope.bind(self.bound_name().unwrap_or(top), false);
    }
}

/// What is imported.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Import")]
#[allow(dead_code, reason = "the schema is its only use")]
enum ImportValue {
    Name(Dotted),
    PerVersion(PerVersion<Dotted>),
}

/// `from` stands only in spellings that know it, and never beside an import by version, which needs `as`.
fn add_rules(schema: &mut Schema) {
    let calls = json!({"enum": ["import_module", "__import__", "c_api"]});
    let from = json!({"from": {"properties": {"via": {"not": calls}}}});
    schema.insert("dependentSchemas".to_owned(), from);
    let by_version =
        json!({"required": ["import"], "properties": {"import": {"not": {"type": "string"}}}});
    schema.insert("if".to_owned(), by_version);
    let then = json!({"required": ["as"], "not": {"required": ["from"]}});
    schema.insert("then".to_owned(), then);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_its_python() {
        for (module, alias, via, expected) in [
            ("a.b", None, Via::Statement, "import a.b"),
            ("a.b", Some("x"), Via::Statement, "import a.b as x"),
            ("a", None, Via::ImportModule, "a = import_module(\"a\")"),
            ("a.b", None, Via::ImportModule, "import_module(\"a.b\")"),
            ("a.b", Some("x"), Via::CApi, "x = c_import(\"a.b\")"),
            ("a.b", None, Via::DunderImport, "a = __import__(\"a.b\")"),
            (
                "a.b",
                Some("x"),
                Via::DunderImport,
                "x = __import__(\"a.b\", None, None, [\"*\"])",
            ),
        ] {
            let import = Import {
                module: module.to_owned(),
                from: None,
                alias: alias.map(str::to_owned),
                via,
            };
            assert_eq!(import.python(&str::to_owned).text, expected);
        }
    }
}
