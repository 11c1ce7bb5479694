//! Where nodes of YAML stand in their text.

use super::Segment::{Item, Key, Value};
use super::*;
use proptest::prelude::*;

fn index(text: &str) -> SpanIndex {
    SpanIndex::read(text, &LineIndex::new(text))
}

fn found<'a>(text: &'a str, path: &[Segment]) -> &'a str {
    let span = index(text).find(path);
    &text[span.offset..span.offset + span.length]
}

#[test]
fn paths_lead_to_keys_values_and_items() {
    let text = "title: Ünï \"x\"  # why\nsteps:\n  - run: |\n      x = 1\n  - {swap: \"a b\", set: 3.10}\n  - eval:\nsteps: 2\n";
    assert_eq!(found(text, &[Key(0)]), "title");
    assert_eq!(found(text, &[Value(0)]), "Ünï \"x\"");
    assert_eq!(found(text, &[Value(1), Item(0), Key(0)]), "run");
    assert_eq!(found(text, &[Value(1), Item(0), Value(0)]), "|");
    assert_eq!(found(text, &[Value(1), Item(1), Value(0)]), "\"a b\"");
    assert_eq!(found(text, &[Value(1), Item(1), Value(1)]), "3.10");
    assert_eq!(found(text, &[Key(2)]), "steps");
    assert_eq!(index(text).find(&[Key(2)]).offset, text.len() - 9);
    // Further than the text goes: the last node there is.
    assert_eq!(found(text, &[Value(2), Item(3), Value(0)]), "2");
}

#[test]
fn tags_shift_nothing() {
    let text = "- !t [1]\n- {a: !t x, b: y}\n- last\n";
    assert_eq!(found(text, &[Item(0)]), "!t");
    assert_eq!(found(text, &[Item(1), Value(0)]), "!t");
    assert_eq!(found(text, &[Item(1), Value(1)]), "y");
    assert_eq!(found(text, &[Item(2)]), "last");
    assert_eq!(found("!t {a: b}", &[]), "!t");
}

#[test]
fn aliases_stand_where_their_anchors_do() {
    let text = "- &a x\n- *a\n- {*a : 1, b: *a}\n- &b y: [1, &c {z: 2}]\n- [*c , *b ]\n- !!str &d w\n- *d\n- last\n";
    let index = index(text);
    let rest = |path: &[Segment]| &text[index.find(path).offset..];
    assert!(rest(&[Item(1)]).starts_with("&a x"));
    assert!(rest(&[Item(2), Value(1)]).starts_with("&a x"));
    assert!(rest(&[Item(4), Item(0), Value(0)]).starts_with("2}"));
    assert!(rest(&[Item(4), Item(1)]).starts_with("&b y"));
    assert!(rest(&[Item(6)]).starts_with("!!str &d"));
    assert_eq!(rest(&[Item(7)]), "last\n");
}

/// Found by fuzzing: a key whose tag is in error was met again without end.
#[test]
fn a_key_in_error_ends() {
    let text = "t0tle :p~})eas&tepeps:\n? ${s:\n? $le :p]})eas&tepeps:*? ${py\n? ${via}s:{via}s0tle :p~})eas&tepeps:\n? ${s:\n? $le :p]})eas&tepeps:\n!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!? ${s:\n? ${via}s:{via}s:";
    let _ = index(text).find(&[Key(1)]);
}

/// Found by fuzzing: yaml_serde panics.
#[test]
fn a_tag_in_error_panics_nowhere() {
    let text = "title: A r above the top-level package is an ImportError from 3.9     from ..x import y\nsteps:\n  - import: pkg.a\n    expect: &beyond\n     !- {pkg: unbound, cached(pkg): pkg#1, cached(pkg.a): absenImportError, message: attempted relaWWve import beyond top-level package}\n  - import: pkg.b\n(    expect: *beyond\n";
    let _ = index(text).find(&[Key(1)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// As many items, and entries, as the document has.
    #[test]
    fn spans_have_the_shape_of_the_document(
        text in "([a-z]{1,2}|[-:?,\\[\\]{}!\"\n ]|: |- |\n  |!t |\\? |&a |\\*a ){0,24}"
    ) {
        fn same(node: &crate::yaml::node::Node, span: &NodeSpan) -> bool {
            use crate::yaml::node::Node;
            match (node, &span.below) {
                (Node::List(items), Below::Items(spans)) => {
                    items.len() == spans.len() && items.iter().zip(spans).all(|(node, span)| same(node, span))
                }
                (Node::Map(entries), Below::Entries(spans)) => {
                    entries.len() == spans.len()
                        && entries.iter().zip(spans).all(|((key, value), (key_span, value_span))| {
                            same(key, key_span) && same(value, value_span)
                        })
                }
                (Node::List(_) | Node::Map(_), _) => false,
                (_, below) => matches!(below, Below::Nothing),
            }
        }
        if let Ok(node) = crate::yaml::node::parse_document(&text) {
            prop_assert!(same(&node, &index(&text).root), "{text:?} {node:?}");
        }
    }
}
