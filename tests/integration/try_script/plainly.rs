//! A script does under `modswap try` what it does without.

use super::{assert_lines, names, squeeze};
use crate::harness::{Workspace, sample_pythons, stdout_of};

#[test]
fn a_print_has_the_value_that_python_prints() {
    let prints = [
        "print('one')",
        "print(1)",
        "print(1 if x else\n      2)",
        "print('a'\n      'b')",
        "print('a', 1, None, [2])",
        "print('%', 1, sep='%')",
        "print('a', (lambda: 2)(), u'\\xe9' == x)",
    ];
    // `print` of an object with a text of its own runs its code, and writes that.
    let own = [
        "print(Own())",
        "print(x)",
        "print('a'\n      'b')",
        "print(json is None, 'json' in sys.modules)",
    ];
    assert_prints("x = 5", &prints);
    assert_prints(
        "import sys\nx = 5\njson = None\nclass Own(object):\n    def __str__(self):\n        import json\n        return 'own'",
        &own,
    );
}

/// Compares the values of statements with what Python prints.
fn assert_prints(first: &str, prints: &[&str]) {
    let script = format!(
        "from __future__ import print_function\n{first}\n{}\n",
        prints.join("\n")
    );
    let workspace = Workspace::new();
    workspace.write("script.py", &script);
    for python in sample_pythons() {
        let output = python
            .bare()
            .arg(workspace.path("script.py"))
            .output()
            .expect("it starts");
        let printed = stdout_of(&output);
        let tried = workspace.stdout(0, &["try", "script.py", "--python", python.path()]);
        let values = squeeze(&tried);
        let values = values.iter().filter_map(|line| line.strip_prefix("value "));
        assert_eq!(
            values.collect::<Vec<_>>(),
            printed.lines().collect::<Vec<_>>(),
            "{}",
            python.key
        );
    }
}

#[test]
fn the_id_of_a_module_is_its_label() {
    let workspace = Workspace::new();
    let script = "\
import colorsys
address = id(colorsys)
print('id', id(colorsys))
'%d' % address
'{0} and {0}'.format(address)
[address, 12345678901]
";
    let pythons = sample_pythons();
    let output = workspace.run_to(0, &[&["try", "-c", script][..], &names(&pythons)].concat());
    assert_lines(
        &stdout_of(&output),
        &[
            "value 'id colorsys#1'",
            "value 'colorsys#1'",
            "value 'colorsys#1 and colorsys#1'",
            "value [colorsys#1, 12345678901]",
            "the same on every interpreter that was run",
        ],
    );
}

/// A script that imports itself, has a name and a path, compiles under its imports from `__future__`, and whose child goes on.
const PLAIN: &str = "\
from __future__ import division
import os
import sys
def out(*words): os.write(1, (' '.join(map(str, words)) + '\\n').encode())
import plain
out(__name__, os.path.basename(sys.argv[0]), os.path.basename(__file__))
exec('out(7 / 2)')
pid = os.fork() if __name__ == '__main__' else -1
if pid == 0:
    out('child')
if pid == 0:
    os._exit(3)
if pid > 0:
    out('status', os.waitpid(pid, 0)[1] >> 8)
";

#[test]
fn a_script_writes_what_it_writes_without_modswap() {
    let workspace = Workspace::new();
    workspace.write("plain.py", PLAIN);
    for python in sample_pythons() {
        let command = std::process::Command::new(python.path())
            .args(["-B", "plain.py"])
            .current_dir(workspace.path(""))
            .output();
        let plainly = stdout_of(&command.expect("a Python"));
        assert_eq!(plainly.lines().count(), 6, "{plainly}");
        let text = workspace.stdout(0, &["try", "plain.py", "--python", python.path()]);
        let written = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("| "));
        assert_eq!(
            written.collect::<Vec<_>>(),
            plainly.lines().collect::<Vec<_>>()
        );
    }
}
