use super::parsed;
use crate::scenario::LoadErrors;

fn rendered(text: &str, colour: bool) -> String {
    let problems = parsed(text).unwrap_err();
    LoadErrors { problems }.render(80, colour)
}
const WRONG: &str = "title: t\nsteps:\n  - {note: \"é\", swpa: before}\n  - import: demo\n    expect:\n      - {python: 3.10, outcome: ok}\n";

#[test]
fn plain() {
    assert_eq!(rendered(WRONG, false), "");
}
