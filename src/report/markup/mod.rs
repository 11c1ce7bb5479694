//! Writing Markdown: what its pages have in common.

pub(super) mod escape;
