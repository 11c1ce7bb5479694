use super::problems;

#[test]
fn everything_wrong_is_said_with_its_place() {
    let cases = include_str!("bad.txt").split("=== ").skip(1);
    let mut right = true;
    for case in cases {
        let (_, case) = case.split_once('\n').unwrap();
        let (text, expected) = case.split_once(">>>\n").unwrap();
        let expected: Vec<_> = expected.trim_end().lines().collect();
        let found = problems(text);
        if found != expected {
            eprintln!("{text}>>>\n{}\n", found.join("\n"));
        }
        right &= found == expected;
    }
    assert!(right, "what is said now stands above");
}

#[test]
fn characters_that_yaml_excludes() {
    let expected = ["1:10 not YAML: the character U+0007 may not stand in YAML"];
    assert_eq!(problems("title: \"a\u{7}b\"\n"), expected);
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    assert_eq!(
        problems("\u{feff}titel: t\nsteps: [collect: true]\n")[1],
        "1:1 unknown key `titel` in a scenario | did you mean `title`?"
    );
}
