//! Who is who: labels follow objects, never addresses, and following them keeps nothing alive.
#![cfg(unix)]

use crate::harness::{check_on_every_python, fact_of};
use serde_json::{Value, json as value};

/// Asserts facts of a scenario with the module `demo`: a name, the position of a step, and the values in it and those after it.
fn assert_facts(steps: &str, facts: &[(&str, usize, Value)]) {
    check_with_demo(steps, |key, trace| {
        for (name, first, values) in facts {
            for (step, value) in (*first..).zip(values.as_array().expect("values")) {
                assert_eq!(fact_of(trace, step, name), value, "{key}: {name} of {step}");
            }
        }
    });
}

/// Runs these steps with a module `demo` on every Python.
fn check_with_demo(steps: &str, check: impl Fn(&str, &[Value])) {
    let head = "title: it\nmodules: {demo: \"value = 1\\n\"}\nsteps:";
    check_on_every_python(&format!("{head}{steps}"), check);
}

/// Asserts that the module died in the fourth or the fifth step.
fn assert_dies(key: &str, trace: &[Value]) {
    let died: Vec<&Value> = (4..=5).map(|step| fact_of(trace, step, "died")).collect();
    assert!(died.contains(&&value!(["demo#1"])), "{key}: {died:?}");
}

#[test]
fn a_watched_module_can_die() {
    let text = r"
  - import: demo
  - run: |
      import weakref
      try:
          watch = weakref.ref(demo)
      except TypeError:
          watch = lambda: None    # modules of 2.7 take no weak references
      del weakref
  - delete: {cached: demo}
  - delete: demo
  - collect: true
  - eval: watch() is None
";
    check_with_demo(text, |key, trace| {
        assert_eq!(*fact_of(trace, 6, "value"), true, "{key}");
        assert_dies(key, trace);
    });
}

#[test]
fn a_label_belongs_to_an_object_not_to_its_namespace() {
    let text = r#"
  - import: demo
  - run: |
      import sys
      copied = type(sys)("demo")
      copied.__dict__.update(demo.__dict__)
      del sys
  - set: {cached: demo, to: copied}
  - import: demo
  - reload: demo
"#;
    let facts = [
        ("demo", 2, value!(["demo#1"])),
        // A copied mark is not taken for the original, and a reload keeps the object.
        ("cached(demo)", 3, value!(["demo#2"])),
        ("demo", 4, value!(["demo#2", "demo#2"])),
    ];
    assert_facts(text, &facts);
}

#[test]
fn a_wiped_namespace_is_neither_a_death_nor_another_object() {
    let text = r"
  - import: demo
  - run: demo.__dict__.clear()
  - delete: {cached: demo}
  - delete: demo
  - collect: true
";
    check_with_demo(text, |key, trace| {
        if key.starts_with("2.") {
            return; // says so in README: there an emptied namespace cannot be told from a death
        }
        assert_eq!(*fact_of(trace, 2, "demo"), "demo#1", "{key}");
        assert_eq!(*fact_of(trace, 2, "died"), Value::Null, "{key}");
        assert_dies(key, trace);
    });
}

#[test]
fn objects_without_a_namespace_are_held_and_compared() {
    let text = r"
  - run: |
      class Slotted(object):
          __slots__ = ()
      first, second = Slotted(), Slotted()
  - set: {cached: demo, to: first}
  - set: {cached: demo, to: second}
  - set: {cached: demo, to: first}
  - set: {cached: demo, to: 42}
  - set: {cached: demo, to: null}
";
    let labels = value!(["demo#1", "demo#2", "demo#1", 42, "None"]);
    assert_facts(text, &[("cached(demo)", 2, labels)]);
}

#[test]
fn caches_are_followed_too() {
    let text = r#"
  - snapshot: before
  - swap: {to: copy}
  - swap: before
  - swap: {to: empty}
  - swap: {to: original}
  - eval: __import__("sys").modules
  - run: |
      import sys
      sys.modules = None
  - run: del sys.modules
"#;
    let caches = value!([
        "original", "cache#2", "before", "cache#3", "original", "original", "None", "missing"
    ]);
    let facts = [
        ("cache", 1, caches),
        ("value", 6, value!(["original"])),
        ("cached(demo)", 7, value!(["unreadable"])),
    ];
    assert_facts(text, &facts);
}

#[test]
fn looking_triggers_nothing() {
    let text = r#"
  - run: |
      import sys
      asked = []
      class Nosy(type(sys)):
          def __getattribute__(self, name):
              asked.append(name)
              return super(Nosy, self).__getattribute__(name)
          def __setattr__(self, name, value):
              asked.append(name)
          def __repr__(self):
              asked.append("repr")
              return "nosy"
      class Cache(dict):
          def __getitem__(self, key):
              asked.append(key)
              return dict.__getitem__(self, key)
          get = __contains__ = keys = __iter__ = __getitem__
      sys.modules["demo"] = Nosy("demo")
      sys.modules = Cache(sys.modules)
      del asked[:]
  - eval: list(asked)
  - eval: list(asked)
"#;
    let cached = ("cached(demo)", 1, value!(["demo#1"]));
    assert_facts(text, &[cached, ("value", 3, value!([[]]))]);
}

#[test]
fn warnings_are_seen_whatever_the_filters_say() {
    let text = r#"
title: it
modules: {demo: "import warnings\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('odd', ImportWarning)\n"}
steps:
  - run: import warnings
  - import: demo
  - collect: true
"#;
    check_on_every_python(text, |key, trace| {
        assert_eq!(
            *fact_of(trace, 2, "warned"),
            value!(["DeprecationWarning", "ImportWarning"]),
            "{key}"
        );
        assert_eq!(*fact_of(trace, 3, "warned"), Value::Null, "{key}");
    });
}

/// A body is known by the name it runs under, however it came to run, and not by its file.
#[test]
fn what_ran_is_known_by_its_own_name() {
    let text = r#"
title: it
modules:
  sub: "value = 1\n"
  src: ""
  src.mypkg: ""
  src.mypkg.dummy: ""
  src.mypkg.use: "from mypkg.dummy import __name__ as name\n"
  inner: {steps: [{eval: __name__}]}
steps:
  - write: {file: lib/foo.py, text: "value = 1\n"}
  - run: |
      import runpy, sys
      sys.path[1:1] = [sys.path[0] + "/lib", sys.path[0] + "/src"]
      source = open(sys.path[0] + "/sub.py").read()
  - import: foo
    expect: {outcome: ok, ran: [foo]}
  - import: src.mypkg.dummy
    expect: {outcome: ok}
  - run: from mypkg.use import name
    expect: {outcome: ok, ran: [mypkg, mypkg.use, mypkg.dummy]}
  - run: |
      sub = type(sys)("p.sub")
      exec(source, sub.__dict__)
    expect: {outcome: ok, ran: [p.sub]}
  - run: runpy.run_path(sys.path[0] + "/sub.py")
    expect: {outcome: ok, ran: [<run_path>]}
  - run: runpy.run_path(sys.path[0] + "/sub.py", run_name="__main__")
    expect: {outcome: ok, ran: [__main__]}
  - run: runpy.run_module("inner", run_name="other")
    expect: {outcome: ok, ran: [other]}
  - run: 'exec(source, {"__name__": sys.path[0] + "/sub.py"})'
    expect: {outcome: ok, ran: [<modules>/sub.py]}
"#;
    check_on_every_python(text, |key, trace| {
        let ran = fact_of(trace, 4, "ran");
        assert_eq!(
            *ran,
            value!(["src", "src.mypkg", "src.mypkg.dummy"]),
            "{key}"
        );
        let inner = trace.iter().find(|record| record["inside"] == 9);
        assert_eq!(
            inner.expect("a step in a body")["facts"]["value"],
            "other",
            "{key}"
        );
    });
}

#[test]
fn a_body_without_a_name_to_speak_of_runs_unnamed_and_nothing_is_asked() {
    let text = r#"
title: it
modules: {sub: "value = 1\n"}
steps:
  - run: |
      import sys
      source = open(sys.path[0] + "/sub.py").read()
      class Refused(Exception): pass
      def refuse(self, *arguments):
          raise Refused()
      odd = dict([(name, refuse) for name in ("__eq__", "__ne__", "__str__", "__repr__", "encode", "find", "replace")])
      Name = type("Name", (str,), dict(odd, __hash__=lambda self: str.__hash__(self)))
      class Thing(object): pass
      for name in odd:
          setattr(Thing, name, refuse)
      class Namespace(dict):
          get = __contains__ = __iter__ = keys = items = refuse
  - run: exec(source, {})
    expect: {outcome: ok, ran: [<unnamed>]}
  - run: 'exec(source, {"__name__": None})'
    expect: {outcome: ok, ran: [<unnamed>]}
  - run: 'exec(source, {"__name__": Thing()})'
    expect: {outcome: ok, ran: [<unnamed>]}
  - run: 'exec(source, {"__name__": Name("mine")})'
    expect: {outcome: ok, ran: [mine]}
  - run: 'exec(source, {Name("x"): 1, "__name__": "sub"})'
    expect: {outcome: ok, ran: [sub]}
  - run: exec(source, Namespace(__name__="sub"))
    expect: {outcome: ok, ran: [sub]}
  - run: |
      for number in range(30):
          exec(source, {"__name__": "often"})
      exec(source, {"__name__": "once"})
    expect: {outcome: ok}
"#;
    check_on_every_python(text, |key, trace| {
        let ran = fact_of(trace, 8, "ran").as_array().expect("a list");
        assert_eq!(ran.len(), 21, "{key}");
        assert_eq!(ran[20], "once", "{key}");
    });
}

#[test]
fn a_process_that_runs_the_main_module_again_runs_it_unrecorded() {
    let text = r#"
title: it
modules:
  again: |
    def name(queue):
        queue.put(__name__)
    def go():
        import multiprocessing
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        process = context.Process(target=name, args=(queue,))
        process.start()
        found = queue.get(timeout=20)
        process.join()
        return found
interpreter:
  entry: -m again
  expect: {outcome: ok, ran: [__main__]}
steps:
  - eval: go()
    when: ">=3.4"
    expect: {value: __mp_main__, ran: []}
"#;
    check_on_every_python(text, |_, _| {});
}
