use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::*;

use super::tests::{accepted, held, trace};
use super::*;
use crate::record::BaselineStatus;
use crate::trace::fact::{FactName, FactValue};
use crate::trace::{digest_trace, digest_v1};

fn facts() -> impl Strategy<Value = FactValue> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(FactValue::Bool),
        any::<i64>().prop_map(FactValue::Int),
        any::<f64>()
            .prop_filter("finite", |value| value.is_finite())
            .prop_map(FactValue::Float),
        ".*".prop_map(FactValue::text),
        "[ -~\\n\\t\u{0}-\u{1f}\u{7f}-\u{a0}\u{feff}\u{2028}]{0,12}".prop_map(FactValue::text),
        prop::sample::select(vec![
            "null",
            "~",
            "yes",
            "1",
            "1.0",
            "0x1f",
            "1e3",
            "",
            " a",
            "- a",
            "a: b",
            "#a",
            "!a",
            "&a",
            "*a",
            "...",
            "---",
            "2001-01-01",
            "'",
            "\"",
            ".inf",
            "=",
            "<<"
        ])
        .prop_map(FactValue::text),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(FactValue::List),
            prop::collection::btree_map(".{0,8}", inner, 0..4)
                .prop_map(|map| FactValue::Map(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// What is written is what is read, whatever a trace holds.
    #[test]
    fn a_file_holds_what_was_accepted(
        values in prop::collection::vec((".{1,8}", facts()), 0..6),
        action in ".*",
    ) {
        let mut steps = trace("x");
        steps[0].action = action.into();
        let mut names = BTreeSet::new();
        let values = values.into_iter().filter(|(name, _)| names.insert(name.clone()));
        steps[0].facts = values.map(|(name, value)| (FactName(name.into()), value)).collect();
        let mut baseline = accepted(&[("3.13.0", "x")]);
        let file = baseline.scenarios.get_mut("s").unwrap();
        file.variants[0].behaviours[0].digest = digest_trace(&steps, "exit 0");
        file.variants[0].behaviours[0].trace = steps;
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), file).unwrap();
        let again = read(folder.path(), ["s"]).unwrap();
        prop_assert_eq!(&again.scenarios["s"], &*file);
        prop_assert!(!write(folder.path(), file).unwrap());
    }
}

#[test]
fn another_version_is_one_more_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = |baseline: &Baseline| {
        write(folder.path(), &baseline.scenarios["s"]).unwrap();
        fs::read_to_string(folder.path().join("s.yaml")).unwrap()
    };
    let old = text(&accepted(&[("3.13.0", "a"), ("3.6.15", "b")]));
    let new = text(&accepted(&[
        ("3.13.0", "a"),
        ("3.6.15", "b"),
        ("3.14.0t", "a"),
    ]));
    let new: Vec<&str> = new.lines().collect();
    let added: Vec<_> = new
        .iter()
        .filter(|line| !old.lines().any(|known| known == **line))
        .collect();
    assert_eq!(added, [&"    - 3.14.0t"]);
    assert_eq!(new.len(), old.lines().count() + 1);
}

#[test]
fn damage_has_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = accepted(&[("3.13.0", "a"), ("3.6.15", "b")]);
    write(folder.path(), &baseline.scenarios["s"]).unwrap();
    let path = folder.path().join("s.yaml");
    let good = fs::read_to_string(&path).unwrap();
    let message = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}\n{good}");
        fs::write(&path, good.replacen(from, to, 1)).unwrap();
        let error = read(folder.path(), ["s"]).unwrap_err().to_string();
        let error = error.replace(&crate::text::path(folder.path()), "");
        error.lines().next().unwrap().to_owned()
    };
    let told = [
        message("value: a", "value: z"),
        message("    - 3.13.0\n", "    - 3.thirteen\n"),
        message("    - 3.6.15\n", "    - 3.13.0\n"),
        message("behaviour: B", "behaviour: A"),
        message("behaviour: B", "behaviour: b2"),
        message("exit 0", "exit early"),
        message("case: s\n", "case: t\n"),
        message("scenario: s\n", "scenario: t\n"),
        message("behaviours:", "behavior:"),
        message("schema_version: 1", "schema_version: 2"),
        message("      action: 'eval: it'\n", "     action: 'eval: it'\n"),
        message("      facts:", "<<<<<<< HEAD\n      facts:"),
        message("    - 3.6.15\n", ""),
        message(&good, ""),
        message("    end: exit 0\n", ""),
    ];
    insta::assert_snapshot!(told.join("\n"));
    fs::write(&path, b"schema_version: 1\nscenario: \xff").unwrap();
    let error = read(folder.path(), ["s"]).unwrap_err().to_string();
    assert!(
        error.contains("s.yaml:2:11: the baseline is damaged: not UTF-8"),
        "{error}"
    );
}

#[test]
fn ids_do_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["../s", "/s", "a/../../s", "", "a\\b", "./s"] {
        assert!(
            matches!(read(folder.path(), [id]), Err(BaselineError::Id(_))),
            "{id}"
        );
    }
}

#[test]
fn what_is_removed_leaves_no_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = accepted(&[("3.13.0", "a")]).scenarios.remove("s").unwrap();
    for id in ["a/b/c", "a/d"] {
        file.scenario = id.into();
        file.variants[0].case = id.into();
        write(folder.path(), &file).unwrap();
    }
    assert_eq!(ids(folder.path()).unwrap(), ["a/b/c", "a/d"]);
    remove(folder.path(), "a/b/c").unwrap();
    assert!(!folder.path().join("a/b").exists());
    assert_eq!(ids(folder.path()).unwrap(), ["a/d"]);
}

#[test]
fn a_file_of_the_older_form_is_read_and_said_to_be_old() {
    let folder = tempfile::tempdir().unwrap();
    let mut baseline = accepted(&[("3.13.0", "a")]);
    let file = baseline.scenarios.get_mut("s").unwrap();
    write(folder.path(), file).unwrap();
    let path = folder.path().join("s.yaml");
    let new = fs::read_to_string(&path).unwrap();
    let behaviour = &file.variants[0].behaviours[0];
    let old = new
        .replace(&behaviour.digest, &digest_v1(&behaviour.trace))
        .replace("digest: v2:text", "digest: 0123456789abcdef");
    fs::write(&path, old).unwrap();
    let read = read(folder.path(), ["s"]).unwrap();
    assert_eq!(
        read.scenarios["s"].variants[0].behaviours[0].digest,
        behaviour.digest
    );
    let held = held(&read, "v2:0123456789abcdef", "3.13.0", "a");
    assert_eq!(held.matched.status, BaselineStatus::OlderForm);
    assert_eq!(
        held.reason.as_deref(),
        Some(
            "it was accepted by an older modswap, whose digests had another form; accept it anew; it behaves as before"
        )
    );
}
