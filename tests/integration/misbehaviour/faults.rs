//! State that the cases of a worker share, and each way to spoil it: whatever a scenario does to it, the plain one behind it on the
//! same worker is right, nothing is left, and nothing outside is touched.

use std::fmt::Write;
use std::fs;

use crate::harness::{Python, Workspace, find_case, sample_pythons};

/// The names that faults use: the folders, the pipe and the files of the worker, and a place outside of them.
const NAMES: &str = "
import os, sys
work, modules = os.getcwd(), sys.path[0]
root = os.path.dirname(work)
frames = root + '/frames'
temp = os.path.dirname(root)
elsewhere = os.path.join(os.path.dirname(temp), 'elsewhere')
def code_files(): return [root + '/' + name for name in os.listdir(root) if name[:4] == 'code']
def aside(path): os.rename(path, elsewhere + '/aside-%d' % len(os.listdir(elsewhere)))
def clear(path): [clear(path + '/' + name) if os.path.isdir(path + '/' + name) else os.remove(path + '/' + name)
                  for name in os.listdir(path)] and None; os.rmdir(path)
def make_file(path, data=b'junk'):
    with open(path, 'wb') as out: out.write(data)
def to_parent(descriptor, data):
    try: pipe = os.open('/proc/%d/fd/%d' % (os.getppid(), descriptor), os.O_WRONLY | os.O_NONBLOCK)
    except (IOError, OSError): return
    try: os.write(pipe, data)
    except (IOError, OSError): pass
";

/// Ends of the scenario that spoils: it did what it may, or it is charged with what it broke.
enum Charge {
    /// The scenario may: what it spoiled is its own, or made anew for each case.
    Passes,
    /// The error is its own.
    Errs,
    /// Either, by what the machine and the user allow.
    Any,
}
use Charge::{Any, Errs, Passes};

/// Name, code, and what becomes of it.
const FAULTS: &[(&str, &str, Charge)] = &[
    // The folder that each case starts in.
    ("work-removed", "os.rmdir(work)", Passes),
    ("work-file", "os.rmdir(work); make_file(work)", Passes),
    (
        "work-link",
        "os.rmdir(work); os.symlink(elsewhere, work)",
        Passes,
    ),
    (
        "work-loop",
        "os.rmdir(work); os.symlink(work, work)",
        Passes,
    ),
    ("work-fifo", "os.rmdir(work); os.mkfifo(work)", Passes),
    (
        "work-other",
        "os.rename(work, root + '/x'); os.mkdir(work); make_file('y')",
        Passes,
    ),
    (
        "work-closed",
        "os.mkdir('d'); os.chmod('d', 0); os.chmod(work, 0)",
        Passes,
    ),
    (
        "work-links",
        "os.symlink('.', 'self'); os.symlink(elsewhere, 'out')",
        Passes,
    ),
    (
        "work-many",
        "[make_file('%d' % number) for number in range(300)]",
        Passes,
    ),
    (
        "work-deep",
        "for _ in range(1200): os.mkdir('deep'); os.chdir('deep')",
        Passes,
    ),
    (
        "work-long",
        "for _ in range(60): os.mkdir('d' * 250); os.chdir('d' * 250)",
        Passes,
    ),
    (
        "work-numbers",
        "for name in '123': os.makedirs('%s/%s/%s' % (name, name, name))",
        Passes,
    ),
    (
        "work-modules",
        "for name in ('os', 'marshal', 'posix', 'gc', '_thread', 'encodings'): make_file(name + '.py', b'1/0')",
        Passes,
    ),
    (
        "work-immutable",
        "make_file('x'); os.system('chattr +i x')",
        Any,
    ),
    ("work-immutable-itself", "os.system('chattr +i .')", Any),
    // The folder of the case's own modules.
    ("modules-removed", "clear(modules)", Passes),
    ("modules-file", "clear(modules); make_file(modules)", Passes),
    (
        "modules-link",
        "clear(modules); os.symlink(elsewhere, modules)",
        Passes,
    ),
    (
        "modules-inner-link",
        "clear(modules + '/own'); os.symlink(elsewhere, modules + '/own')",
        Passes,
    ),
    (
        "modules-deep",
        "os.chdir(modules)\nfor _ in range(1200): os.mkdir('deep'); os.chdir('deep')",
        Passes,
    ),
    (
        "modules-of-others",
        "[make_file(root + '/case-%d' % number) for number in range(300) if not os.path.exists(root + '/case-%d' % number)]",
        Passes,
    ),
    // The pipe of the steps.
    ("frames-removed", "os.remove(frames)", Errs),
    ("frames-file", "os.remove(frames); make_file(frames)", Errs),
    ("frames-fifo", "os.remove(frames); os.mkfifo(frames)", Errs),
    (
        "frames-link",
        "os.remove(frames); os.symlink(elsewhere + '/precious', frames)",
        Errs,
    ),
    ("frames-mode", "os.chmod(frames, 0)", Errs),
    ("frames-junk", "os.write(252, b'junk\\n')", Errs),
    ("frames-half", "os.write(252, b'{\"step\":')", Errs),
    ("frames-closed", "os.close(252)", Passes),
    (
        "frames-read",
        "try: os.read(os.open(frames, os.O_RDONLY | os.O_NONBLOCK), 10000000)\nexcept (IOError, OSError): pass",
        Any,
    ),
    // What interpreters run.
    (
        "code-removed",
        "for path in code_files(): os.remove(path)",
        Passes,
    ),
    (
        "code-empty",
        "for path in code_files(): make_file(path, b'')",
        Passes,
    ),
    (
        "code-junk",
        "for path in code_files(): make_file(path, b'\\0' * 100000)",
        Passes,
    ),
    (
        "code-folder",
        "for path in code_files(): os.remove(path); os.mkdir(path)",
        Passes,
    ),
    (
        "code-next",
        "[make_file(root + '/code-%d' % number, b'') for number in range(300)]",
        Passes,
    ),
    // The pipes between the interpreter that forks and the worker.
    (
        "status-end",
        "to_parent(251, b'status 0\\nstatus 9\\n')",
        Passes,
    ),
    ("status-half", "to_parent(251, b'status')", Passes),
    (
        "status-kill",
        "to_parent(251, b'pid 1\\npid %d\\n' % os.getpgid(0))",
        Passes,
    ),
    (
        "status-spawn",
        "try: os.write(251, b'pid 1\\nstatus 9\\n')\nexcept OSError: pass",
        Passes,
    ),
    (
        "status-forged",
        "to_parent(251, b'0' * 32 + b' status 9\\n')",
        Passes,
    ),
    (
        "status-flood",
        "for _ in range(1000): to_parent(251, b'x' * 4096)",
        Passes,
    ),
    // The worker's folder.
    (
        "root-emptied",
        "os.remove(frames); clear(modules); os.rmdir(work)",
        Errs,
    ),
    (
        "root-removed",
        "os.remove(frames); clear(modules); [os.remove(path) for path in code_files()]; os.rmdir(work); os.rmdir(root)",
        Errs,
    ),
    ("root-moved", "aside(root)", Errs),
    ("root-file", "aside(root); make_file(root)", Errs),
    (
        "root-link",
        "aside(root); os.symlink(elsewhere, root)",
        Errs,
    ),
    ("root-other", "aside(root); os.mkdir(root, 0o700)", Errs),
    ("root-mode", "os.chmod(root, 0o777)", Errs),
    ("root-closed", "os.chmod(root, 0)", Errs),
    (
        "root-fuller",
        "for name in ('pip', 'tmp', 'talk', 'install'): os.symlink(elsewhere, root + '/' + name)",
        Passes,
    ),
    // The folder of all temporary files.
    (
        "temp-emptied",
        "[aside(temp + '/' + name) for name in os.listdir(temp)]",
        Errs,
    ),
    (
        "temp-planted",
        "[make_file(temp + '/' + name + '/os.py', b'1/0') for name in os.listdir(temp)]",
        Passes,
    ),
];

/// Is right where nothing of an earlier case is left: neither a file, nor a module, nor a folder that cannot be written.
const PLAIN: &str = "title: Plain\nmodules:\n  own: ''\n  own.sub: ''\nsteps:\n  - import: own\n    expect: {ran: [own]}\n  \
    - run: |\n      import os\n      open('mine', 'w').close()\n    expect: {outcome: ok}\n  \
    - eval: os.listdir('.')\n    expect: {value: [mine]}\n";

fn spoil(isolation: &str) {
    let workspace = Workspace::new();
    let precious = workspace.path("elsewhere/precious");
    workspace.write("elsewhere/precious", "kept");
    workspace.write("elsewhere/work/inner", "kept");
    for (number, (name, code, _)) in FAULTS.iter().enumerate() {
        let mut text = format!(
            "title: {name}\ntimeout: 30s\nmodules:\n  own: ''\n  own.sub: ''\nsteps:\n  - run: |\n"
        );
        for line in NAMES.trim().lines().chain(code.lines()) {
            writeln!(text, "      {line}").expect("memory");
        }
        text.push_str("    expect: {outcome: ok}\n");
        workspace.scenario(&format!("s/{number:02}-{name}"), &text);
        workspace.scenario(&format!("s/{number:02}-{name}-then"), PLAIN);
    }
    let mut pythons = sample_pythons();
    if isolation == "spawn" {
        pythons.dedup_by(|python, kept| !python.is_2() && !kept.is_2()); // the same supervisor of 2 and of 3
    }
    for python in &pythons {
        let report = workspace.report(
            std::slice::from_ref(python),
            &["--jobs", "1", "--isolation", isolation],
        );
        check(&report, python);
        assert_eq!(fs::read_to_string(&precious).expect("kept"), "kept");
        let inner = workspace.path("elsewhere/work/inner");
        assert_eq!(fs::read_to_string(inner).expect("kept"), "kept");
    }
}

fn check(report: &serde_json::Value, python: &Python) {
    let mut wrong = Vec::new();
    for (number, (name, _, charge)) in FAULTS.iter().enumerate() {
        let id = format!("s/{number:02}-{name}");
        let wanted: &[&str] = match charge {
            Passes => &["pass"],
            Errs => &["error"],
            Any => &["pass", "error"],
        };
        for (id, wanted) in [(id.clone(), wanted), (format!("{id}-then"), &["pass"])] {
            let case = find_case(report, &id, &python.key);
            let verdict = case["verdict"].as_str().expect("a word");
            if !wanted.contains(&verdict) {
                wrong.push(format!("{id}: {verdict}: {}", case["reasons"]));
            }
        }
    }
    assert!(wrong.is_empty(), "on {}: {wrong:#?}", python.key);
}

#[test]
fn nothing_that_a_forked_case_spoils_is_another_ones() {
    spoil("fork");
}

#[test]
fn nothing_that_a_spawned_case_spoils_is_another_ones() {
    spoil("spawn");
}
