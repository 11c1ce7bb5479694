//! The interpreters of a report as an axis of releases: columns of one series fold into it.

use crate::compare::Comparison;
use crate::python::releases;
use crate::python::version::InterpreterKey;
use crate::record::RunReport;

/// An interpreter.
pub(super) struct Column<'a> {
    pub(super) key: &'a InterpreterKey,
    /// Its feature release with the suffix of its build: `3.14t`.
    pub(super) series: String,
    /// True if its feature release got no more fixes when the run began.
    pub(super) is_ended: bool,
    /// True if it stands for a release; false for a build or a labelled interpreter beside the plain one.
    pub(super) is_release: bool,
}

/// The columns, by version.
pub(super) fn build_axis<'a>(comparison: &Comparison<'a>) -> Vec<Column<'a>> {
    let is_plain = |key: &InterpreterKey| key.build_suffix().is_empty() && key.label.is_none();
    let has_plain = |key: &InterpreterKey| {
        let mut keys = comparison.versions.iter();
        keys.any(|other| is_plain(other) && other.version.feature() == key.version.feature())
    };
    let columns = comparison.versions.iter().map(|key| Column {
        key,
        series: key.series(),
        is_ended: is_ended(comparison.report, key),
        is_release: is_plain(key) || !has_plain(key),
    });
    columns.collect()
}

/// True if the feature release got no more fixes when the run began.
fn is_ended(report: &RunReport, key: &InterpreterKey) -> bool {
    let began = report.started.parse::<jiff::Timestamp>();
    began.is_ok_and(|time| {
        let day = time.to_zoned(jiff::tz::TimeZone::UTC).date();
        releases::has_ended(&key.version, day)
    })
}
