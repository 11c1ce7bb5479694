//! Scenarios whose values come from outside.

use super::{good, in_one_line};
use crate::record::VariantId;
use crate::scenario::ParameterValue;
use crate::scenario::model::Scenario;

const TEXT: &str = r#"
title: t
parameters: [package, module]
matrix: {via: [statement, c_api]}
requires: {packages: ["${package}"]}
modules: {"${module}_plugin": "import ${module}"}
steps:
  - import: ${module}
    via: ${via}
    expect:
      - {"cached(${module})": "${module}#1"}
      - {matrix: {package: [six, 2]}, outcome: ok}
  - eval: ${module}.__name__
    expect: {value: "${module}"}
"#;

fn values(texts: &[&str]) -> Vec<ParameterValue> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn with(scenario: &Scenario, texts: &[&str]) -> Scenario {
    scenario.with_values(&values(texts)).unwrap()
}

fn ids(scenario: &Scenario) -> Vec<String> {
    let variants = scenario.variants.iter();
    variants.map(|variant| variant.id.to_string()).collect()
}

#[test]
fn values_from_outside_make_variants_as_those_of_a_matrix_do() {
    let template = good(TEXT);
    assert_eq!(template.parameters, ["package", "module"]);
    assert_eq!(template.unset, template.parameters);
    assert_eq!(ids(&template), ["x[via=statement]", "x[via=c_api]"]);
    let half = with(&template, &["module=six", "other=1"]);
    assert_eq!(half.unset, ["package"]);
    assert_eq!(ids(&half), ids(&template));
    // In the order of the file, whatever that of the values is.
    let set = with(&half, &["module=six", "package=six[a]>=1,<2"]);
    assert!(set.unset.is_empty());
    assert_eq!(
        ids(&set),
        [
            "x[package=six%5Ba%5D%3E=1%2C%3C2,module=six,via=statement]",
            "x[package=six%5Ba%5D%3E=1%2C%3C2,module=six,via=c_api]"
        ]
    );
    let variant = &set.variants[1];
    assert_eq!(variant.requires.packages[0].to_string(), "six[a]>=1,<2");
    assert_eq!(variant.modules[0].name, "six_plugin");
    assert_eq!(variant.steps[0].action.to_string(), "import: six via c_api");
    let facts = |scenario: &Scenario| -> Vec<String> {
        let expected = scenario.variants[0].steps[0].expect.iter();
        expected.map(|one| one.fact.0.to_string()).collect()
    };
    assert_eq!(facts(&set), ["cached(six)"]);
    // Text, whatever it looks like: a filter by number means the same.
    let numbered = with(&template, &["module=six", "package=2"]);
    assert_eq!(facts(&numbered), ["cached(six)", "outcome"]);
    let several = with(&template, &["package=a", "module=b", "package=c"]);
    assert_eq!(
        ids(&several),
        [
            "x[package=a,module=b,via=statement]",
            "x[package=a,module=b,via=c_api]",
            "x[package=c,module=b,via=statement]",
            "x[package=c,module=b,via=c_api]",
        ]
    );
}

#[test]
fn whether_anything_is_expected_does_not_depend_on_values() {
    let template = good(
        "title: t\nparameters: [x]\nsteps:\n  - eval: ${x}\n    expect: [{matrix: {x: 1}, value: 1}]\n",
    );
    for value in ["x=1", "x=2"] {
        assert!(with(&template, &[value]).variants[0].is_judged, "{value}");
    }
}

#[test]
fn the_digest_is_the_same_for_all_values() {
    let template = good(TEXT);
    let set = with(&template, &["package=a", "module=b"]);
    assert_eq!(set.digest, template.digest);
    assert_eq!(with(&set, &["package=c", "module=d"]).digest, set.digest);
    let other = |from: &str, to: &str| {
        assert!(TEXT.contains(from));
        good(&TEXT.replace(from, to)).digest != template.digest
    };
    // What cannot be read without a value counts, too.
    let versions = TEXT.replace("requires: {", "requires: {python: '${package}', ");
    let newer = versions.replace("'${package}'", "'>=${package}'");
    assert_ne!(good(&versions).digest, template.digest);
    assert_ne!(good(&versions).digest, good(&newer).digest);
    assert!(other("_plugin", "_addon"));
    assert!(other("[package, module]", "[module, package]"));
    assert!(!other("value: \"${module}\"", "value: \"x ${module}\""));
    assert!(!other("title: t", "title: u"));
}

#[test]
fn the_id_of_a_row_says_the_values() {
    let template = good(TEXT);
    let row = VariantId::from("x[package=six%5Ba%5D,module=six,via=c_api]");
    for scenario in [&template, &with(&template, &["package=a", "module=b"])] {
        let variant = scenario.variant_of_row(&row).unwrap();
        assert_eq!(variant.id, row);
        assert_eq!(variant.requires.packages[0].to_string(), "six[a]");
    }
    for other in [
        "x",
        "x[via=c_api]",
        "x[package=six,via=c_api]",
        "x[module=six,package=six,via=c_api]",
        "x[package=six,module=six,via=other]",
        "x[package=six,module=six]",
        "x[package=six,module=si%78,via=c_api]",
        "x[package=six,module=a-b,via=c_api]",
    ] {
        assert!(template.variant_of_row(&other.into()).is_none(), "{other}");
    }
    let plain = good("title: t\nsteps: [collect: true]\n");
    assert!(plain.variant_of_row(&"x".into()).is_some());
    assert!(plain.variant_of_row(&"x[a=1]".into()).is_none());
}

#[test]
fn a_value_that_does_not_fit_is_said_at_its_place() {
    let problems = |text: &str, given: &[&str]| -> Vec<String> {
        let errors = good(text).with_values(&values(given)).unwrap_err();
        errors.diagnostics.iter().map(in_one_line).collect()
    };
    assert_eq!(
        problems(TEXT, &["package=a==", "module=a-b"]),
        [
            "5:23 `a==` names no package | expected something like `numpy`, `numpy>=1.16,<3` or, for a project of one's own, `.`; \
             it is the value of the parameter `package`",
            "6:11 a module must have a dotted name, not `a-b_plugin` | expected `demo`, `pkg.sub`, `pkg.__init__` for a package with nothing below, or `pkg/` for a portion of a \
             namespace package; it is the value of the parameter `module`",
            "8:13 an import must be a dotted name, not `a-b` | expected identifiers joined by dots, such as `pkg.sub`; it is the \
             value of the parameter `module`",
            "11:10 nothing watches `a-b` | expected a dotted name; it is the value of the parameter `module`",
        ]
    );
    let many: Vec<String> = (0..300).map(|number| format!("module=m{number}")).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    many.push("package=a");
    assert_eq!(
        problems(TEXT, &many),
        ["3:13 the values make more than 256 variants | set fewer at once"]
    );
}

#[test]
fn values_are_one_word() {
    let parse = |text: &str| {
        text.parse::<ParameterValue>()
            .map_err(|error| error.to_string())
    };
    for text in ["a=b", "_1=x=y", "a=six[b]>=1", "a=\u{e9}", "a=\u{202e}"] {
        let value = parse(text).unwrap();
        assert_eq!(format!("{}={}", value.name, value.value), text);
    }
    let form = "expected NAME=VALUE, such as package=numpy";
    let blank = "a value is a part of the id of its variant, so it is one word without blanks";
    for (text, expected) in [
        ("", form),
        ("a", form),
        ("=b", form),
        ("a=", form),
        (
            "a-b=c",
            "`a-b` cannot be the name of a parameter; expected letters, digits and `_`, a letter or `_` first",
        ),
        ("a=b c", blank),
        ("a=\u{1b}[31m", blank),
        ("a=b\n", blank),
        ("a=\u{a0}", blank),
    ] {
        assert_eq!(parse(text).unwrap_err(), expected, "{text}");
    }
    assert!(parse(&format!("a={}", "x".repeat(200))).is_ok());
    assert_eq!(
        parse(&format!("a={}", "x".repeat(201))).unwrap_err(),
        "a value is a part of the id of its variant, so it has at most 200 bytes"
    );
}
