//! `invalidate_caches: true` — finders forget what folders held.

use super::{Operation, PythonCode, StepKind};
use crate::scenario::schema::words::{OrKey, True};

/// `importlib.invalidate_caches()`, where that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidateCaches;

pub(super) static KIND: StepKind = StepKind {
    helpers: &["invalidate_caches"],
    ..StepKind::new::<OrKey<True>>(
        "invalidate_caches",
        "`true`: `importlib.invalidate_caches()`, where that exists.",
        |value| {
            value.expect_true(KIND.word)?;
            Some(InvalidateCaches.into())
        },
    )
};

impl Operation for InvalidateCaches {
    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new("invalidate_caches()", KIND.helpers)
    }
}
