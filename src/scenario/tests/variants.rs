use super::good;
use crate::scenario::model::Scenario;

/// The choices of all variants.
fn ids(scenario: &Scenario) -> Vec<String> {
    let variants = scenario.variants.iter();
    variants
        .map(|variant| variant.choices.to_string())
        .collect()
}

#[test]
fn expectations_by_python_and_variant() {
    let scenario = good(
        r#"
title: t
matrix: {via: [statement, c_api], n: [1, 2]}
steps:
  - import: demo
    via: ${via}
    expect:
      - {python: "<3", raises: KeyError}
      - {python: ">=3,free-threaded", outcome: ok, demo: "${n}"}
      - {python: "<3", message: "n is ${n}, $${n} and ${"}
      - {matrix: {via: c_api, n: [1, 2]}, cache: original}
"#,
    );
    assert_eq!(
        ids(&scenario),
        [
            "[via=statement,n=1]",
            "[via=statement,n=2]",
            "[via=c_api,n=1]",
            "[via=c_api,n=2]"
        ]
    );
    let facts = |variant: usize| -> Vec<String> {
        let step = &scenario.variants[variant].steps[0];
        let told = step.expect.iter().map(|e| {
            let python = e
                .python
                .as_ref()
                .map_or_else(String::new, ToString::to_string);
            format!("{python} {}={:?}", e.fact, e.value.values())
        });
        told.collect()
    };
    assert_eq!(
        facts(1),
        [
            "<3 outcome=[Text(\"KeyError\")]",
            ">=3,free-threaded outcome=[Text(\"ok\")]",
            ">=3,free-threaded demo=[Int(2)]",
            "<3 message=[Text(\"n is 2, ${n} and ${\")]",
        ]
    );
    assert_eq!(facts(2).last().unwrap(), " cache=[Text(\"original\")]");
}

#[test]
fn ids_of_variants_can_be_typed() {
    let scenario = good(
        "title: t\nmatrix: {do: ['sys.modules = {}', 'lazy from', a/b, 1.5]}\nsteps: [run: '# ${do}']\n",
    );
    assert_eq!(
        ids(&scenario),
        [
            "[do=sys.modules_=_%7B%7D]",
            "[do=lazy_from]",
            "[do=a/b]",
            "[do=1.5]"
        ]
    );
    // What runs, and what a report says of it, is the value itself.
    assert_eq!(scenario.variants[0].choices.0[0].1, "sys.modules = {}");
}

#[test]
fn matrix_as_in_github_actions() {
    let ids = |matrix: &str, uses: &str| -> Vec<String> {
        ids(&good(&format!(
            "title: t\nmatrix: {{{matrix}}}\nsteps: [eval: \"{uses}\"]\n"
        )))
    };
    // Adds to what it does not contradict, replaces what an earlier `include` added, else stands alone; the example
    // of GitHub's manual, but that there every key must have a value where it is used.
    assert_eq!(
        ids(
            "fruit: [apple, pear], animal: [cat, dog], include: [{color: green}, {color: pink, animal: cat},
             {fruit: banana, animal: cat, color: red}]",
            "${fruit} ${animal} ${color}"
        ),
        [
            "[fruit=apple,animal=cat,color=pink]",
            "[fruit=apple,animal=dog,color=green]",
            "[fruit=pear,animal=cat,color=pink]",
            "[fruit=pear,animal=dog,color=green]",
            "[fruit=banana,animal=cat,color=red]",
        ]
    );
    assert_eq!(
        ids("a: [1, 2], b: [x, y], exclude: [{a: 1, b: y}]", "${a}${b}"),
        ["[a=1,b=x]", "[a=2,b=x]", "[a=2,b=y]"]
    );
    assert_eq!(
        ids("include: [{a: true}, {a: null}]", "(${a})"),
        ["[a=True]", "[a=None]"]
    );
}

#[test]
fn the_digest_is_of_what_happens() {
    let digest = |text: &str| good(text).digest;
    let one = digest("title: one\nsteps:\n  - import: demo\n");
    // The SHA-256 of this text, written by hand: [{"choices":[],"compare":{"output":[],"steps":{}},"entry":null,
    // "interpreter":{"env":{},"flags":[],"isolation":null,"site":false},"modules":[],"requires":{"build":null,"modules":[],
    // "os":[],"packages":[],"python":null},"steps":[{"do":{"as":null,"from":null,"import":"demo","via":"statement"},
    // "when":null}],"timeout_ms":null,"watch":[]}]
    assert_eq!(one, "v2:baaebb9750410c2f");
    assert_eq!(
        one,
        digest(
            "title: two\nabout: x\ntags: [a]\nrefs: [b]\nsteps:\n  - {import: demo, note: n, expect: {demo: '1'}}\n"
        )
    );
    assert_ne!(
        one,
        digest("title: one\nsteps:\n  - {import: demo, as: x}\n")
    );
    assert_ne!(
        one,
        digest("title: one\ntimeout: 1s\nsteps:\n  - import: demo\n")
    );
    assert_ne!(
        one,
        digest("title: one\nmodules: {demo: ''}\nsteps:\n  - import: demo\n")
    );
}
