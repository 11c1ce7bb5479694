//! The digest of a scenario: equal digests do the same.
//!
//! Every step counts in the longest form in which a file could write it, so that neither a shorthand nor a name in this
//! program changes it. Title, prose, notes and expectations do not count; what they have recorded does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::model::{Conditions, Module, ModuleBody, Requires, Step, Variant};
use crate::python::specifier::VersionSpec;
use crate::trace::detail::Detail;

/// Computes the digest of what the variants of a scenario do.
pub(super) fn digest_scenario(variants: &[Variant]) -> String {
    let forms: Vec<_> = variants.iter().map(variant_form).collect();
    crate::digest::digest(&forms)
}

/// Computes the digest of what a scenario with parameters does, whatever their values are: of its variants with placeholders, and of
/// the texts in which parameters stand, sorted.
pub(super) fn digest_template(
    variants: &[Variant],
    parameters: &[String],
    texts: &[String],
) -> String {
    let forms: Vec<_> = variants.iter().map(variant_form).collect();
    crate::digest::digest(&json!({"parameters": parameters, "texts": texts, "variants": forms}))
}

fn variant_form(variant: &Variant) -> Value {
    let timeout = variant.timeout.map(|timeout| timeout.as_millis());
    json!({
        // The keys of the matrix and their values, in its order.
        "choices": variant.choices.0,
        "compare": compare_form(variant),
        "entry": variant.entry.as_ref().map(step_form),
        "interpreter": interpreter_form(&variant.interpreter),
        "modules": variant.modules.iter().map(module_form).collect::<Vec<_>>(),
        "requires": requires_form(&variant.requires),
        "steps": variant.steps.iter().map(step_form).collect::<Vec<_>>(),
        "timeout_ms": timeout.map(|timeout| u64::try_from(timeout).unwrap_or(u64::MAX)),
        "watch": variant.watch,
    })
}

/// The recorded texts that are part of the behaviour; those of steps by number.
fn compare_form(variant: &Variant) -> Value {
    let names =
        |details: Vec<Detail>| -> Vec<_> { details.into_iter().map(Detail::fact).collect() };
    let steps = variant.numbered().into_iter().map(|numbered| {
        let details = variant.compared_of_step(numbered.step);
        (numbered.number, names(details))
    });
    let steps: BTreeMap<_, _> = steps.filter(|(_, names)| !names.is_empty()).collect();
    json!({"output": names(variant.compared_output()), "steps": steps})
}

fn interpreter_form(conditions: &Conditions) -> Value {
    let env: BTreeMap<_, _> = conditions.env.iter().cloned().collect();
    json!({
        "env": env,
        "flags": conditions.flags,
        "isolation": conditions.isolation,
        "site": conditions.site,
    })
}

fn requires_form(requires: &Requires) -> Value {
    let text = |spec: &Option<VersionSpec>| spec.as_ref().map(ToString::to_string);
    let packages = requires.packages.iter().map(ToString::to_string);
    json!({
        "build": text(&requires.build),
        "modules": requires.modules,
        "os": requires.os,
        "packages": packages.collect::<Vec<_>>(),
        "python": text(&requires.python),
    })
}

fn module_form(module: &Module) -> Value {
    let mut form = body_form(module);
    // Only where it is so, or every digest would be another one.
    if module.is_package {
        form["is_package"] = true.into();
    }
    form
}

fn body_form(module: &Module) -> Value {
    let name = &module.name;
    match &module.body {
        ModuleBody::Text(text) => json!({"name": name, "text": text}),
        ModuleBody::Namespace => json!({"name": name, "namespace": true}),
        ModuleBody::Steps(steps) => {
            json!({"name": name, "steps": steps.iter().map(step_form).collect::<Vec<_>>()})
        }
    }
}

fn step_form(step: &Step) -> Value {
    let when = step.when.as_ref().map(ToString::to_string);
    json!({"do": step.action.operation().canonical_form(), "when": when})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::model::ScenarioId;

    const TEXT: &str = r#"
title: Every kind of step
about: Words do not count.
matrix: {via: [c_api]}
interpreter: {flags: [-O], env: {B: "2", A: "1"}, site: true, isolation: spawn, entry: -m app}
requires: {python: ">=3.6", modules: [zlib], os: [linux], build: not debug, packages: ["six>=1"]}
timeout: 2s
watch: [json]
compare: [stdout]
modules:
  app: x = 1
  ns/: null
  demo: {steps: [{import: json}]}
steps:
  - snapshot: before
  - {import: demo, via: "${via}", note: A remark., when: ">=3", expect: {outcome: ValueError, message: x}}
  - {import: loads, from: json, as: load}
  - swap: before
  - swap: {to: spy}
  - restore: before
  - delete: demo
  - delete: {cached: demo.**, in: original}
  - delete: {new_since: before}
  - import: json
  - delete: {attribute: json.loads}
  - set: {cached: demo, to: null}
  - import: demo
  - reload: demo
  - eval: 1 + 1
  - run: {"<3": a = 1, ">=3": a = 2}
  - resolve: json.loads
  - write: {file: new.py, text: x = 2, mtime: 5}
  - remove: new.py
  - invalidate_caches: true
  - collect: true
"#;

    #[test]
    fn every_kind_of_step_has_a_form_of_its_own() {
        let scenario = crate::scenario::parse("s.yaml", ScenarioId("s".into()), TEXT).unwrap();
        let form = variant_form(&scenario.variants[0]);
        let step = |form: Value| json!({"do": form, "when": null});
        let import =
            |module: &str| json!({"import": module, "from": null, "as": null, "via": "statement"});
        assert_eq!(
            form,
            json!({
                "choices": [["via", "c_api"]],
                "compare": {"output": ["stdout"], "steps": {"2": ["message"]}},
                "entry": step(json!({"entry": "app"})),
                "interpreter": {"env": {"A": "1", "B": "2"}, "flags": ["-O"], "isolation": "spawn", "site": true},
                "modules": [
                    {"name": "app", "text": "x = 1"},
                    {"name": "ns", "namespace": true},
                    {"name": "demo", "steps": [step(import("json"))]},
                ],
                "requires": {
                    "build": "not debug", "modules": ["zlib"], "os": ["linux"], "packages": ["six>=1"], "python": ">=3.6",
                },
                "steps": [
                    step(json!({"snapshot": "before"})),
                    {"do": {"import": "demo", "from": null, "as": null, "via": "c_api"}, "when": ">=3"},
                    step(json!({"import": "loads", "from": "json", "as": "load", "via": "statement"})),
                    step(json!({"swap": {"snapshot": "before"}})),
                    step(json!({"swap": "spy"})),
                    step(json!({"restore": "before"})),
                    step(json!({"delete": {"binding": "demo"}})),
                    step(json!({"delete": {"cached": "demo", "tree": true, "in_original": true}})),
                    step(json!({"delete": {"new_since": "before", "in_original": false}})),
                    step(import("json")),
                    step(json!({"delete": {"attribute": "json.loads"}})),
                    step(json!({"set": {"cached": "demo"}, "to": "none"})),
                    step(import("demo")),
                    step(json!({"reload": "demo"})),
                    step(json!({"eval": "1 + 1"})),
                    step(json!({"by_version": [["<3", {"run": "a = 1"}], [">=3", {"run": "a = 2"}]]})),
                    step(json!({"resolve": "json.loads"})),
                    step(json!({"write": "new.py", "text": "x = 2", "mtime": 5})),
                    step(json!({"remove": "new.py"})),
                    step(json!({"invalidate_caches": null})),
                    step(json!({"collect": null})),
                ],
                "timeout_ms": 2000,
                "watch": ["json"],
            })
        );
    }
}
