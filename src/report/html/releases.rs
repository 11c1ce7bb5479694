//! The bar of releases: how many findings changed in each.

use std::collections::BTreeMap;

use super::axis::Column;
use crate::compare::{ChangedIn, Comparison};

/// Units of the highest bar.
const MAX_HEIGHT: usize = 100;

/// A feature release.
pub(super) struct ReleaseBar {
    /// `3.9`
    pub(super) name: String,
    /// Rows that changed in it, or may have: those that `changed:3.9` finds.
    pub(super) count: usize,
    /// Its share of the highest bar.
    pub(super) height: usize,
    /// True if some interpreter of it ran.
    pub(super) was_run: bool,
}

impl ReleaseBar {
    /// The space above the bar.
    pub(super) fn top(&self) -> usize {
        MAX_HEIGHT - self.height
    }
}

/// The releases in which something changed, and those that were run but the first, oldest first.
pub(super) fn build_release_bars(
    comparison: &Comparison<'_>,
    axis: &[Column<'_>],
) -> Vec<ReleaseBar> {
    let spans: Vec<Vec<_>> = comparison
        .rows
        .iter()
        .map(|row| row.changed_in().iter().map(ChangedIn::span).collect())
        .collect();
    let mut releases: BTreeMap<(u64, u64), bool> = BTreeMap::new();
    for [_, last] in spans.iter().flatten() {
        releases.entry((last[0], last[1])).or_default();
    }
    let run = axis.iter().map(|column| &column.key.version);
    let run = run.map(|version| (version.major, version.minor));
    let oldest = run.clone().min();
    releases.extend(
        run.filter(|release| Some(*release) != oldest)
            .map(|release| (release, true)),
    );
    let bars = releases.into_iter().map(|((major, minor), was_run)| {
        let is_in = |[first, last]: &[[u64; 3]; 2]| {
            *first <= [major, minor, u64::MAX] && *last >= [major, minor, 0]
        };
        let changed = spans.iter().filter(|spans| spans.iter().any(is_in));
        ReleaseBar {
            name: format!("{major}.{minor}"),
            count: changed.count(),
            height: 0,
            was_run,
        }
    });
    let mut bars: Vec<ReleaseBar> = bars.collect();
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or_default();
    for bar in &mut bars {
        bar.height = (bar.count * MAX_HEIGHT).div_ceil(most.max(1));
    }
    bars
}
