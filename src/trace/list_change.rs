//! The change of a list: the items that came and those that went.

use std::fmt;

use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices};

use super::fact::FactValue;
use crate::text::width;

/// The most items of two lists together that are aligned; the effort may grow with their product.
const MAX_ALIGNED_ITEMS: usize = 4_000;

/// An item that only one of two lists has at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListChange {
    /// True if the newer list has it.
    pub came: bool,
    /// The item, in the notation of values.
    pub item: String,
}

impl fmt::Display for ListChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.came { '+' } else { '−' };
        write!(f, "{sign} {}", self.item)
    }
}

/// The most characters of a list that is shown whole beside the one that it was.
const MAX_WHOLE_LIST: usize = 40;

/// Describes the items that came and went, where a list is too long to be compared at a glance and shares items with the one before.
pub fn describe_list_change(was: &FactValue, now: &FactValue) -> Option<Vec<String>> {
    let is_short = |value: &FactValue| width(&value.to_string()) <= MAX_WHOLE_LIST;
    if is_short(was) && is_short(now) {
        return None;
    }
    let changes = find_list_changes(was, now)?;
    let changes = changes.iter().map(ToString::to_string);
    Some(changes.collect())
}

/// The items that went and came, in the order of the lists. Nothing where the values are no two lists, where the lists have no
/// item in common, or where they are too long to be aligned.
pub fn find_list_changes(was: &FactValue, now: &FactValue) -> Option<Vec<ListChange>> {
    let (FactValue::List(was), FactValue::List(now)) = (was, now) else {
        return None;
    };
    if was.len() + now.len() > MAX_ALIGNED_ITEMS {
        return None;
    }
    let [was, now] = [was, now].map(|items| {
        let texts = items.iter().map(ToString::to_string);
        texts.collect::<Vec<String>>()
    });
    let operations = capture_diff_slices(Algorithm::Myers, &was, &now);
    let is_equal = |operation: &DiffOp| matches!(operation, DiffOp::Equal { .. });
    if !operations.iter().any(is_equal) {
        return None;
    }
    let changes = operations
        .iter()
        .flat_map(|operation| operation.iter_changes(&was, &now));
    let changes = changes.filter_map(|change| {
        let came = match change.tag() {
            ChangeTag::Equal => return None,
            ChangeTag::Insert => true,
            ChangeTag::Delete => false,
        };
        let item = change.value();
        Some(ListChange { came, item })
    });
    Some(changes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(was: &[&str], now: &[&str]) -> Option<String> {
        let [was, now] = [was, now].map(|items| {
            let items = items.iter().map(|item| FactValue::text(*item));
            FactValue::List(items.collect())
        });
        let changes = find_list_changes(&was, &now)?;
        Some(crate::text::joined(changes, ", "))
    }

    #[test]
    fn items_come_and_go() {
        let was = ["get pkg", "set pkg", "get pkg.early"];
        let now = ["get pkg", "set pkg", "get pkg.early", "pop pkg.late"];
        assert_eq!(describe(&was, &now).unwrap(), "+ pop pkg.late");
        assert_eq!(describe(&now, &was).unwrap(), "− pop pkg.late");
        let moved = ["set pkg", "get pkg", "get pkg.early"];
        assert_eq!(describe(&was, &moved).unwrap(), "+ set pkg, − set pkg");
        assert_eq!(describe(&was, &was).unwrap(), "");
    }

    #[test]
    fn lists_that_share_nothing_are_no_change_of_one_another() {
        assert_eq!(describe(&["a"], &["b"]), None);
        assert_eq!(describe(&[], &["b"]), None);
        let text = FactValue::text("a");
        assert_eq!(find_list_changes(&text, &FactValue::List(vec![])), None);
        let long = FactValue::List(vec![text; MAX_ALIGNED_ITEMS]);
        assert_eq!(find_list_changes(&long, &long), None);
    }
}
