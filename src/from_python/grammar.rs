//! Python's grammar, that of 2 and of 3, by tree-sitter.

use tree_sitter::{Node, Parser, Tree};

/// A text with its syntax tree.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    tree: Tree,
}

impl<'a> Source<'a> {
    /// Parses a text. What no version can read has a tree, too.
    pub(super) fn parse(text: &'a str) -> Self {
        let mut parser = Parser::new();
        let language = tree_sitter_python::LANGUAGE.into();
        parser
            .set_language(&language)
            .expect("both are of one version");
        let tree = parser.parse(text, None);
        let tree = tree.expect("there is a language, and no limit");
        Self { text, tree }
    }

    /// True if the grammar cannot read some of it.
    pub(super) fn has_error(&self) -> bool {
        self.tree.root_node().has_error()
    }

    /// The statements, without comments.
    pub(super) fn statements(&self) -> Vec<Node<'_>> {
        children(self.tree.root_node())
    }

    /// The statement, if there is one and the grammar can read it.
    pub(super) fn only_statement(&self) -> Option<Node<'_>> {
        match self.statements()[..] {
            [statement] if !self.has_error() => Some(statement),
            _ => None,
        }
    }

    /// Every node, those above before those below. Not by recursion: a text may nest as deep as it is long.
    pub(super) fn nodes(&self) -> Vec<Node<'_>> {
        let mut cursor = self.tree.walk();
        let mut nodes = vec![cursor.node()];
        loop {
            if cursor.goto_first_child() || cursor.goto_next_sibling() {
                nodes.push(cursor.node());
                continue;
            }
            loop {
                if !cursor.goto_parent() {
                    return nodes;
                }
                if cursor.goto_next_sibling() {
                    nodes.push(cursor.node());
                    break;
                }
            }
        }
    }

    /// The text of a node.
    pub(super) fn text_of(&self, node: Node<'_>) -> &'a str {
        &self.text[node.byte_range()]
    }

    /// The text of a part of a node.
    pub(super) fn text_of_field(&self, node: Node<'_>, field: &str) -> Option<&'a str> {
        Some(self.text_of(node.child_by_field_name(field)?))
    }

    /// The dotted name that a literal consists of: `numpy.linalg` of `'numpy.linalg'`.
    pub(super) fn literal_name(&self, node: Node<'_>) -> Option<&'a str> {
        let text = self.text_of(node);
        let text = text.strip_prefix(['u', 'b']).unwrap_or(text);
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let name = text.strip_prefix(quote)?.strip_suffix(quote)?;
        (node.kind() == "string" && is_dotted_name(name)).then_some(name)
    }
}

/// Nodes that may stand between any two parts of a text.
const BETWEEN: [&str; 2] = ["comment", "line_continuation"];

/// The parts of a node that are no punctuation and no comments.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let children = node.named_children(&mut cursor);
    children
        .filter(|child| !BETWEEN.contains(&child.kind()))
        .collect()
}

/// True if a text is one expression, in Python 3 or 2.
pub fn is_expression(text: &str) -> bool {
    let source = Source::parse(text);
    let Some(statement) = source.only_statement().filter(|_| !source.has_error()) else {
        return false;
    };
    let parts = children(statement);
    let is_binding = |node: &Node<'_>| {
        matches!(
            node.kind(),
            "assignment" | "augmented_assignment" | "named_expression"
        )
    };
    statement.kind() == "expression_statement" && parts.len() == 1 && !parts.iter().any(is_binding)
}

/// True if a text is a name, or several joined by dots.
pub fn is_dotted_name(text: &str) -> bool {
    let is_name = |name: &str| {
        let mut characters = name.chars();
        let first = characters.next();
        first.is_some_and(|c| c.is_alphabetic() || c == '_')
            && characters.all(|c| c.is_alphanumeric() || c == '_')
    };
    text.split('.').all(is_name)
}
