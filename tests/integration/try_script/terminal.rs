//! On a terminal it asks whether a package that is missing is to be installed.

use rexpect::session::spawn_command;

use crate::harness::{Workspace, newest_python};

#[test]
fn a_missing_package_is_installed_when_the_user_says_so() {
    let workspace = Workspace::new();
    let python = newest_python();
    let script = "import no_such_package_of_modswap";
    let arguments = ["try", "--no-pager", "-c", script, "--python", python.path()];
    let command = workspace.modswap(&arguments);
    let mut session = spawn_command(command, Some(60_000)).expect("a terminal");
    session
        .exp_string("install no_such_package_of_modswap for these cases? [y/N]")
        .expect("it asks");
    session.send("n").expect("it reads");
    session.flush().expect("it reads");
    session
        .exp_string("add `--with no_such_package_of_modswap`")
        .expect("it goes on without");
    session.exp_eof().expect("it ends");
}
