//! `collect: true` — unreachable objects are freed.

use super::{Operation, PythonCode, StepKind};
use crate::scenario::schema::words::{OrKey, True};

/// `gc.collect()` until it finds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collect;

pub(super) static KIND: StepKind = StepKind {
    helpers: &["collect"],
    ..StepKind::new::<OrKey<True>>(
        "collect",
        "`true`: `gc.collect()` until it finds nothing.",
        |value| {
            value.expect_true(KIND.word)?;
            Some(Collect.into())
        },
    )
};

impl Operation for Collect {
    fn python(&self, _: &dyn Fn(&str) -> String) -> PythonCode {
        PythonCode::new("collect()", KIND.helpers)
    }
}
