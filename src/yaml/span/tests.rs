//! Where nodes of YAML stand in their text.

use super::Segment::{Item, Key, Value};
use super::*;
use crate::yaml::node::{Node, parse_document};
use proptest::prelude::*;

fn index(text: &str) -> SpanIndex {
    SpanIndex::read(text)
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
    assert_eq!(found(text, &[Item(0)]), "!t [1]");
    assert_eq!(found(text, &[Item(1), Value(0)]), "!t x");
    assert_eq!(found(text, &[Item(1), Value(1)]), "y");
    assert_eq!(found(text, &[Item(2)]), "last");
    assert_eq!(found("!t {a: b}", &[]), "!t {a: b}");
    assert_eq!(found("!t\na: b", &[]), "!t");
    // One that YAML knows is not what a complaint is about.
    assert_eq!(found("!!str &a 3.10", &[]), "3.10");
}

#[test]
fn aliases_stand_where_their_anchors_do() {
    let text = "- &a x\n- *a\n- {*a : 1, b: *a}\n- &b y: [1, &c {z: 2}]\n- [*c , *b ]\n- !!str &d w\n- *d\n- last\n";
    let index = index(text);
    let rest = |path: &[Segment]| &text[index.find(path).offset..];
    assert!(rest(&[Item(1)]).starts_with("x\n"));
    assert!(rest(&[Item(2), Value(1)]).starts_with("x\n"));
    assert!(rest(&[Item(4), Item(0), Value(0)]).starts_with("2}"));
    assert!(rest(&[Item(4), Item(1)]).starts_with("y: ["));
    assert!(rest(&[Item(6)]).starts_with("w\n"));
    assert_eq!(rest(&[Item(7)]), "last\n");
}

#[test]
fn lists_maps_and_blocks_stand_where_they_begin() {
    let text = "a: # b-c\n- x\n- - y\nb:\n  - - z\nc: &a >- # > |\n  t\nd: # |\n  |\n   t\ne: &b\n  k: [v,\n  w]\n";
    let index = index(text);
    let rest = |path: &[Segment]| &text[index.find(path).offset..];
    assert!(rest(&[Value(0)]).starts_with("- x"));
    assert!(rest(&[Value(0), Item(1)]).starts_with("- y"));
    assert!(rest(&[Value(1)]).starts_with("- - z"));
    assert!(rest(&[Value(1), Item(0)]).starts_with("- z"));
    assert!(rest(&[Value(3)]).starts_with("|\n   t"));
    assert_eq!(found(text, &[Value(4)]), "k");
    // What is in brackets is underlined to the end of its first line.
    assert_eq!(found(text, &[Value(4), Value(0)]), "[v,");
}

/// A text that `serde_yaml` takes and the parser of places does not: there may be more to say about it.
#[test]
fn where_the_parsers_disagree_the_last_node_is_the_place() {
    let text = "a: b\nc: {d: [e, 'f'# g\n], h: i}\n";
    assert!(parse_document(text).is_ok());
    assert_eq!(found(text, &[Value(0)]), "b");
    assert_eq!(found(text, &[Value(1), Value(0), Item(0)]), "e");
    assert_eq!(found(text, &[Value(1), Value(0), Item(2)]), "[e");
    assert_eq!(found(text, &[Value(1), Value(1)]), "{d");
    assert_eq!(found("!!!", &[Item(0)]), "!!!");
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
        text in "([a-z]{1,2}|[-:,\\[\\]{}!\"\n ]|: |- |\n  |!t |\\? |&a |\\*a ){0,24}"
    ) {
        fn same(node: &Node, index: &SpanIndex, number: usize) -> bool {
            let same = |(node, number): (&Node, &usize)| same(node, index, *number);
            match (node, &index.nodes[number].below) {
                (Node::List(items), Below::Items(below)) => {
                    items.len() == below.len() && items.iter().zip(below).all(same)
                }
                (Node::Map(entries), Below::Entries(below)) => {
                    let nodes = entries.iter().flat_map(|(key, value)| [key, value]);
                    2 * entries.len() == below.len() && nodes.zip(below).all(same)
                }
                (Node::List(_) | Node::Map(_), _) => false,
                (Node::Tagged, _) => true,
                (_, below) => matches!(below, Below::Nothing),
            }
        }
        if let Ok(node) = parse_document(&text) && Parser::new_from_str(&text).all(|event| event.is_ok()) {
            prop_assert!(same(&node, &index(&text), 0), "{text:?} {node:?}");
        }
    }
}
