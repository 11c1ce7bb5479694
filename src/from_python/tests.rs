use super::*;

fn convert_text(text: &str) -> Conversion {
    let script = Script {
        name: "question.py".to_owned(),
        text: text.to_owned(),
        ..Script::default()
    };
    convert(&script, &ScenarioId("question".to_owned()), "question.py").expect("a scenario")
}

/// The part of the scenario behind `title`.
fn body(text: &str) -> String {
    let text = convert_text(text).scenario.text.to_string();
    text.split_once('\n').expect("a title").1.to_owned()
}

#[test]
fn the_question_of_the_project_becomes_structured_steps() {
    let script = "import sys
mod_copy = sys.modules.copy()
print('numpy' in mod_copy, 'numpy' in sys.modules)
import numpy
print(id(numpy))
sys.modules = mod_copy
del numpy
print('numpy' in sys.modules)
for m in list(sys.modules):
    if m not in mod_copy:
        del sys.modules[m]
import numpy
";
    let expected = "steps:
  - run: import sys
  - snapshot: mod_copy
  - eval: '\"%s %s\" % (''numpy'' in mod_copy, ''numpy'' in sys.modules)'
  - import: numpy
  - eval: numpy
  - swap: mod_copy
  - delete: numpy
  - eval: '''numpy'' in sys.modules'
  - run: |-
      for m in list(sys.modules):
          if m not in mod_copy:
              del sys.modules[m]
  - import: numpy
";
    assert_eq!(body(script), expected);
    assert_eq!(convert_text(script).foreign, ["numpy"]);
}

/// A statement, and the step that it becomes, in YAML.
fn step_of(script: &str) -> String {
    let body = body(script);
    let steps = body.split_once("steps:\n").expect("steps").1;
    let last = steps.rsplit("\n  - ").next().expect("a step");
    let last = last.trim_start_matches("  - ").trim_end();
    last.replace("\n    ", "\n")
}

#[test]
fn a_statement_is_a_structured_step_where_it_is_one() {
    for (script, expected) in [
        ("import json", "import: json"),
        ("import json as j", "import: json\nas: j"),
        ("import xml.dom", "import: xml.dom"),
        ("import demo, other", "run: import demo, other"),
        ("from demo import x", "import: x\nfrom: demo"),
        ("from demo import (x as y)", "import: x\nfrom: demo\nas: y"),
        ("from demo import x, y", "run: from demo import x, y"),
        ("from demo import *", "run: from demo import *"),
        ("from . import x", "run: from . import x"),
        ("lazy import json", "run: lazy import json"),
        // What scripts look with is not looked at, unless it is what they are about.
        (
            "import demo, time\nimport importlib",
            "run: import importlib",
        ),
        ("import importlib", "import: importlib"),
        ("import sys; del sys; import sys", "import: sys"),
        ("import os\nos.path", "eval: os.path"),
        ("saved = dict(sys.modules)", "snapshot: saved"),
        (
            "saved = sys.modules.copy()\nsys.modules = saved",
            "swap: saved",
        ),
        ("sys.modules = {}", "swap:\n  to: empty"),
        ("sys.modules = dict(a=1)", "swap:\n  to: dict(a=1)"),
        ("empty = 1\nsys.modules = empty", "run: sys.modules = empty"),
        ("del sys.modules", "swap:\n  to: missing"),
        (
            "sys.modules['demo'] = None",
            "set:\n  cached: demo\n  to: null",
        ),
        (
            "x = 1\nsys.modules['demo'] = x",
            "set:\n  cached: demo\n  to: x",
        ),
        ("sys.modules[name] = None", "run: sys.modules[name] = None"),
        ("del sys.modules['demo.sub']", "delete:\n  cached: demo.sub"),
        (
            "import demo.sub; del demo.sub",
            "delete:\n  attribute: demo.sub",
        ),
        ("x = 1; del x", "delete: x"),
        ("del x, y", "run: del x, y"),
        // Nothing has bound it: the language refuses that step, Python raises NameError.
        ("del nothing", "run: del nothing"),
        ("reload(demo)", "eval: reload(demo)"),
        ("a, b", "eval: a, b"),
        ("(a,\n b)", "eval: |-\n  (a,\n   b)"),
        ("print(a)", "eval: a"),
        ("print(id(a))", "eval: a"),
        ("print(x := 5)", "eval: (x := 5)"),
        // What it does is done.
        ("class A:\n    __str__ = f\nprint(a)", "eval: _shown(a)"),
        ("LazyLoader; print(id(a))", "eval: a"),
        ("id(a.b)", "eval: a.b"),
        ("print(a, b)", "eval: '\"%s %s\" % (a, b)'"),
        ("print('id', id(a))", "eval: '\"%s %s\" % (''id'', id(a))'"),
        ("print('a'\n      'b')", "eval: |-\n  ('a'\n        'b')"),
        // For the function alone.
        ("print(a, end='')", "run: print(a, end='')"),
        ("print(*a)", "run: print(*a)"),
        ("print(x for x in a)", "run: print(x for x in a)"),
        ("print(a, file=f)", "run: print(a, file=f)"),
        ("print()", "run: print()"),
        ("sys.stdout = f; print(a)", "run: print(a)"),
        ("def print(x): pass\nprint(a)", "run: print(a)"),
        // On Python 2 these are statements.
        ("print a", "run: print a"),
        ("print (a), b", "run: print (a), b"),
        ("exec('x = 1')", "run: exec('x = 1')"),
        ("gc.collect()", "run: gc.collect()"),
        ("runpy.run_path('a.py')", "run: runpy.run_path('a.py')"),
        ("x = 1", "run: x = 1"),
        ("x = 1; \\\n  y = 2", "run: |-\n  x = 1; \\\n    y = 2"),
        ("'x'; '${x}'", "eval: '''$${x}'''"),
        ("f(),", "eval: f(),"),
        // The value of `__doc__`.
        ("\"doc\"", "run: '\"doc\"'"),
    ] {
        assert_eq!(step_of(script), expected, "{script}");
    }
}

#[test]
fn imports_from_future_are_kept_up_where_they_matter() {
    for (script, expected) in [
        (
            "from __future__ import division\nx = 1 / 2",
            "run: from __future__ import division; x = 1 / 2",
        ),
        ("from __future__ import division\na", "eval: a"),
        // What Python compiles for a statement inherits them.
        (
            "from __future__ import division\nexec('x = 1')",
            "run: from __future__ import division; exec('x = 1')",
        ),
        (
            "from __future__ import division\nexec code in scope",
            "run: from __future__ import division; exec code in scope",
        ),
        (
            "from __future__ import division\nre.match(a)",
            "eval: re.match(a)",
        ),
        (
            "from __future__ import annotations\ndef f(): pass",
            "run: 'def f(): pass'",
        ),
        (
            "from __future__ import annotations\nx:int = 1",
            "run: from __future__ import annotations; x:int = 1",
        ),
        (
            "from __future__ import annotations, division\ndef f(a:int): a / 2",
            "run: |-\n  from __future__ import annotations, division\n  def f(a:int): a / 2",
        ),
        (
            "from __future__ import division\nx = 1 +/ 2",
            "run: from __future__ import division; x = 1 +/ 2",
        ),
    ] {
        assert_eq!(step_of(script), expected, "{script}");
    }
}

/// With the function of Python 3 on 2, too.
#[test]
fn a_separator_counts_where_every_character_is_itself() {
    let step_of = |call: &str| step_of(&format!("from __future__ import print_function\n{call}"));
    for (call, expected) in [
        (
            "print(a, 'x', sep='', end='')",
            "eval: '\"%s%s\" % (a, ''x'')'",
        ),
        ("print(a, b, sep='%')", "eval: '\"%s%%%s\" % (a, b)'"),
    ] {
        assert_eq!(step_of(call), expected, "{call}");
    }
    for separator in [
        "'\"'", "\"'\"", "s", "None", "'\\n'", "r'-'", "' ' * 3", "u'-'",
    ] {
        let call = format!("print(a, b, sep={separator})");
        assert!(step_of(&call).starts_with("run: "), "{call}");
    }
}

#[test]
fn names_that_may_hold_modules_are_watched() {
    for (script, expected) in [
        ("import sys, os\nx = sys.path", &["os", "sys", "x"][..]),
        ("import sys, demo\nx = sys.path", &["demo", "x"]),
        (
            "import json\nold = json\nsaved = sys.modules.copy()",
            &["json", "old"],
        ),
        ("'numpy' in sys.modules", &["numpy"]),
        ("sys.modules.pop('a.b', None)", &["a", "a.b"]),
        ("saved = sys.modules.copy(); saved.get('demo')", &["demo"]),
        ("x = 'numpy' in ['numpy']", &[]),
        ("m = importlib.import_module('demo')", &["demo", "m"]),
        (
            "try:\n    import cPickle as p\nexcept ImportError:\n    import pickle as p",
            &["cPickle", "p", "pickle"],
        ),
        ("def f():\n    import json\n    x = json", &["json"]),
        ("x = [1]; y = set(sys.modules)", &[]),
        // What the script asks which object it is.
        ("x = [1]; id(x)", &["x"]),
        ("import demo\nid(demo.Kind)", &["demo", "demo.Kind"]),
        ("a = b = sys.modules['demo']", &["a", "b", "demo"]),
        ("import demo; c, d = demo, 1", &["c", "demo"]),
    ] {
        let conversion = convert_text(script);
        let names = conversion.scenario.variants[0].recorded_names();
        let names: std::collections::BTreeSet<_> = names.iter().map(String::as_str).collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), expected, "{script}");
    }
}

/// As Python does it: the script is `__main__`, and a module beside it.
#[test]
fn a_script_that_imports_itself_is_a_module_too() {
    let modules_of = |name: &str, text: &str, module: &str| {
        let mut script = Script {
            name: name.to_owned(),
            text: text.to_owned(),
            modules: vec![("other".to_owned(), module.to_owned())],
            ..Script::default()
        };
        script.add_itself();
        let names = script.modules.into_iter().map(|(name, _)| name);
        names.skip(1).collect::<Vec<_>>()
    };
    assert_eq!(modules_of("a.py", ">>> import a", ""), ["a"]);
    assert_eq!(modules_of("a.py", "import other", "from a import x"), ["a"]);
    assert_eq!(modules_of("a.py", "__import__('a')", ""), ["a"]);
    assert_eq!(modules_of("a.py", "import a.b", ""), ["a"]);
    for (name, text) in [
        ("a.py", "import b as a"),
        ("script", "import script"),
        ("a-b.py", "import a"),
        ("other.py", "import other"),
    ] {
        assert!(modules_of(name, text, "").is_empty(), "{name}: {text}");
    }
}

/// A program has these, and a case has not.
#[test]
fn a_script_has_its_path_and_a_way_out() {
    for (script, expected) in [
        ("__file__", true),
        ("json.__file__", false),
        ("sys.modules['__main__'].__file__", true),
        ("globals()['__file__']", true),
        ("getattr(json, '__file__')", false),
    ] {
        let text = convert_text(script).scenario.text;
        assert_eq!(text.contains("  - run: __file__ = "), expected, "{script}");
    }
    for (script, expected) in [("if x:\n    exit(1)", true), ("sys.exit()", false)] {
        let text = convert_text(script).scenario.text;
        assert_eq!(
            text.contains("  - run: __builtins__.exit = "),
            expected,
            "{script}"
        );
    }
}

#[test]
fn arguments_of_a_script_are_its_name() {
    let text = convert_text("import sys\nsys.argv[0]").scenario.text;
    let expected = "steps:\n  - run: __import__(\"sys\").argv[:] = [\"question.py\"]\n";
    assert!(text.contains(expected), "{text}");
}
