//! Values read alike on every Python where they are equal, and never where they differ; and steps have `sys`.
#![cfg(unix)]

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::harness::{
    Scenarios, check_on_every_python, expect_json, fact_of, find_case, modswap, pythons,
};
use serde_json::Value;

/// Expressions and what an author expects of them: no two of them are the same value.
const VALUES: &str = r#"
title: it
modules:
  m: |
    class Old: pass
    class New(object):
        def __repr__(self): return "fast"
    class Items(list): pass
    again = [1]
    again.append(again)
steps:
  - import: m
  - {eval: "None", expect: {value: null}}
  - {eval: 'u"None"', expect: {value: "'None'"}}
  - {eval: "True", expect: {value: true}}
  - {eval: 'u"True"', expect: {value: "True"}}
  - {eval: "3", expect: {value: 3}}
  - {eval: "3.0", expect: {value: 3.0}}
  - {eval: '"3"', expect: {value: "3"}}
  - {eval: 2 ** 70, expect: {value: 1180591620717411303424}}
  - {eval: str(2 ** 70), expect: {value: "'1180591620717411303424'"}}
  - {eval: float("nan"), expect: {value: nan}}
  - {eval: '"nan"', expect: {value: "'nan'"}}
  - {eval: "3j", expect: {value: <3j>}}
  - {eval: 'u"fast"', expect: {value: fast}}
  - {eval: m.New(), expect: {value: <fast>}}
  - {eval: '""', expect: {value: ""}}
  - {eval: '" "', expect: {value: " "}}
  - {eval: '[1, u"a"]', expect: {value: [1, a]}}
  - {eval: '(1, "a")', expect: {value: {"()": [1, a]}}}
  - {eval: 'set([1, u"a"])', expect: {value: {"{}": [a, 1]}}}
  - {eval: '"[1, a]"', expect: {value: "[1, a]"}}
  - {eval: '["1, a"]', expect: {value: ["1, a"]}}
  - {eval: 'm.Items([1, u"a"])', expect: {value: "<[1, 'a']>"}}
  - {eval: '{u"a": 1}', expect: {value: {a: 1}}}
  - {eval: '{1: u"a"}', expect: {value: {1: a}}}
  - {eval: '{"1": "a"}', expect: {value: {"1": a}}}
  - {eval: '"{a: 1}"', expect: {value: "{a: 1}"}}
  - {eval: m.again, expect: {value: [1, <...>]}}
  - {eval: m, expect: {value: m#1}}
  - {eval: '"m#1"', expect: {value: "'m#1'"}}
  - {eval: sys.modules, expect: {value: original}}
  - {eval: '"original"', expect: {value: "'original'"}}
  - {eval: int, expect: {value: <class int>}}
  - {eval: m.Old, expect: {value: <class m.Old>}}
  - {eval: '"<class int>"', expect: {value: "'<class int>'"}}
  - {eval: 'KeyError(u"a", [u"b"], 2 ** 70)', expect: {value: "KeyError('a', ['b'], 1180591620717411303424)"}}
  - {eval: '__import__("collections").OrderedDict([(u"a", 1)])', expect: {value: "OrderedDict([('a', 1)])"}}
  - {eval: '__import__("collections").deque([u"a"])', expect: {value: "deque(['a'])"}}
  - {eval: 'b"\xff".decode("latin-1")', expect: {value: "\xff"}}
  - {eval: 'b"\xf0\x9f\x98\x80".decode("utf-8")', expect: {value: "\U0001F600"}}
  - {eval: 'u"a\nb"', expect: {value: "a\nb"}}
  - {eval: '"a b"', expect: {value: a b}}
  - {eval: '__import__("tempfile").mktemp()', expect: {value: <temp>/tmp...}}
  - {eval: '__import__("tempfile").gettempdir() + "/tmp/x"', expect: {value: <temp>/tmp/x}}
"#;

#[test]
fn values_read_alike_where_they_are_equal_and_nowhere_else() {
    let first: RefCell<Option<(String, Vec<String>)>> = RefCell::default();
    check_on_every_python(VALUES, |key, trace| {
        let values = trace.iter().filter_map(|step| step["facts"].get("value"));
        let values: Vec<String> = values.map(shown).collect();
        for (at, value) in values.iter().enumerate() {
            assert!(
                !values[..at].contains(value),
                "{key}: {value} is there twice"
            );
        }
        let mut first = first.borrow_mut();
        let (known, expected) = first.get_or_insert_with(|| (key.to_owned(), values.clone()));
        assert_eq!(values, *expected, "{key} and {known}");
    });
}

/// The value as every view prints it.
fn shown(value: &Value) -> String {
    modswap::trace::fact::FactValue::from(value.clone()).to_string()
}

#[test]
fn a_name_has_the_notation_of_a_value() {
    let text = r#"
title: it
watch: [a, b, c, d, e, f, g]
steps:
  - run: a, b, c, d, e, f, g = 3, "3", u"fast", None, "None", [], 2.5
    expect: {a: 3, b: "3", c: fast, d: null, e: "'None'", f: [], g: 2.5}
  - run: import sys; sys.modules.update(a=a, b=b, e=e)
    expect: {cached(a): 3, cached(b): "3", cached(c): absent, cached(e): "'None'"}
  - set: {cached: c, to: "'absent'"}
    expect: {cached(c): "'absent'"}
"#;
    check_on_every_python(text, |_, _| {});
}

#[test]
fn steps_have_sys_and_the_case_has_no_trace_of_it() {
    let text = r#"
title: it
modules: {plain: "try: found = sys\nexcept NameError: found = None\n", steps: {steps: [{eval: sys.path is not None, expect: {value: true}}]}}
steps:
  - eval: '"sys" in globals()'
    expect: {value: false}
  - eval: sys is __import__("sys")
    expect: {value: true}
  - run: |
      def later(): return sys.path is not None
      class Finder(object):
          def find_module(self, name, path=None): sys.asked = name
          def find_spec(self, name, path=None, target=None): sys.asked = name
      sys.meta_path.insert(0, Finder())
  - eval: later()
    expect: {value: true}
  - import: plain
  - eval: "[sys.asked, plain.found]"
    expect: {value: [plain, null]}
  - import: steps
    expect: {outcome: ok}
  - eval: '"sys" in vars(__import__("__main__"))'
    note: It is there while a step runs, but is not there afterwards.
  - import: sys
    expect: {sys: sys#1}
  - eval: later() and "sys" in globals()
    expect: {value: true}
  - run: del sys
  - eval: '"sys" in globals()'
    expect: {value: false}
  - run: sys = 5
    expect: {sys: 5}
  - eval: sys
    expect: {value: 5}
"#;
    check_on_every_python(text, |key, trace| {
        assert_eq!(*fact_of(trace, 2, "sys"), "unbound", "{key}");
        assert_eq!(*fact_of(trace, 4, "sys"), "unbound", "{key}");
    });
}

#[test]
fn conditions_say_what_they_wanted() {
    let text = r#"
title: it
steps:
  - eval: '"a\nlong text"'
    expect: {value: {contains: "long", matches: x}}
"#;
    let scenarios = Scenarios::new(&[("it.yaml", text)]);
    crate::harness::expect_exit(modswap().arg("check").arg(scenarios.path()), 2);
    let text = r#"
title: it
steps:
  - eval: '"a\nlong text"'
    expect:
      - {value: {contains: "long"}, outcome: {not: KeyError}, warned: {not: {contains: ImportWarning}}}
      - {value: {contains: short}}
      - {value: {matches: "^a\n(short|lonely)"}}
      - {value: {one_of: [1, "1"]}}
    xfail: {issue: gh-1}
  - eval: "[1, 2]"
    expect: {value: {contains: 3}, end: exit 4}
"#;
    let scenarios = Scenarios::new(&[("it.yaml", text)]);
    let report = expect_json(modswap().arg("run").arg(scenarios.path()), 1);
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for python in pythons() {
        let case = find_case(&report, "it", &python.key);
        assert_eq!(case["verdict"], "fail", "{}", python.key);
        let told = case["reasons"].as_array().expect("reasons");
        let told = told
            .iter()
            .map(|one| one.as_str().expect("a reason").to_owned());
        reasons.insert(python.key.clone(), told.collect());
    }
    let expected = [
        "step 2 (eval: [1, 2]): end: expected exit 4, got exit 0 after the last step",
        "step 1 (eval: \"a\\nlong text\"): value: expected text containing 'short', got 'a\\nlong text'; known: gh-1",
        "step 1 (eval: \"a\\nlong text\"): value: expected text matching '^a\\n(short|lonely)', got 'a\\nlong text'; known: gh-1",
        "step 1 (eval: \"a\\nlong text\"): value: expected 1 or '1', got 'a\\nlong text'; known: gh-1",
        "step 2 (eval: [1, 2]): value: expected a list containing 3, got [1, 2]",
    ];
    for (key, told) in reasons {
        assert_eq!(told, expected, "{key}");
    }
}
