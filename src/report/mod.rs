//! Views of a report, each a function of a [`Comparison`](crate::compare::Comparison) and a [`RenderContext`](context::RenderContext).
//!
//! No view uses another one: what several of them print is in `wording`, what those written in Markdown share in `markup`.

#[cfg(test)]
mod agreement_tests;
pub mod badge;
pub mod context;
pub mod format;
pub mod github;
pub mod html;
pub mod index;
pub mod json;
pub mod junit;
pub mod links;
pub mod markdown;
mod markup;
pub mod ndjson;
mod pages;
pub mod site;
pub mod terminal;
mod tone;
pub mod vet_json;
mod wording;
