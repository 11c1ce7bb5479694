//! The view model: a report, compared, counted and grouped once, for every view to show.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use super::caption::build_captions;
use super::failures::{Failure, find_failures};
use super::outcome::{Outcome, find_outcomes};
use super::row::{Cell, Row, RowKind, build_rows};
use super::step_columns::{build_columns, describe_origin};
use super::step_table::StepTable;
use super::unjudged::{UnjudgedScenario, find_unjudged};
use super::untested::{UntestedReleases, find_untested};
use super::{BaselineSummary, group_by_key, name_on_command_line};
use crate::baseline::refusal;
use crate::python::version::InterpreterKey;
use crate::record::id::unescape_value;
use crate::record::ranges::ranges;
use crate::record::{BaselineStatus, CaseReport, RunReport, ScenarioReport, VariantId, Verdict};
use crate::text::shell_word;
use crate::trace::difference::BehaviourTrace;

/// The option that shows whether what a case shows is chance.
const REPEAT: &str = " --repeat 10";

/// A report, compared, counted and grouped: what views show.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The report that is compared.
    pub report: &'a RunReport,
    /// The columns, by version: those that ran, and those of which only the baseline tells.
    pub versions: Vec<&'a InterpreterKey>,
    /// The columns that ran, by version.
    pub here: Vec<&'a InterpreterKey>,
    /// The rows, in the order of the report.
    pub rows: Vec<Row<'a>>,
    /// How many cases have a verdict, for those that occur, in the order in which they are counted for people.
    pub counts: Vec<(Verdict, usize)>,
    /// The cases that fail the run, those that failed alike together.
    pub failures: Vec<Failure<'a>>,
    /// Why cases were skipped, in sentences in the order in which they first appear, and how many cases.
    pub skips: Vec<(&'a str, usize)>,
    /// Feature releases that were not run.
    pub untested: Option<UntestedReleases<'a>>,
    /// How the run stands to the baseline.
    pub baseline: BaselineSummary<'a>,
    scenarios: HashMap<&'a str, &'a ScenarioReport>,
}

impl<'a> Comparison<'a> {
    /// Compares the cases of a report. Traces are looked at only when a table or a caption is asked for.
    pub fn new(report: &'a RunReport) -> Self {
        let scenarios = report.scenarios.iter();
        Self {
            report,
            versions: report.keys().collect(),
            here: report.keys_here().collect(),
            rows: build_rows(report),
            counts: count_verdicts(report),
            failures: find_failures(report),
            skips: count_skips(report),
            untested: find_untested(report),
            baseline: BaselineSummary::new(report),
            scenarios: scenarios
                .map(|scenario| (scenario.id.as_str(), scenario))
                .collect(),
        }
    }

    /// How many cases have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let mut counts = self.counts.iter();
        let found = counts.find(|(known, _)| *known == verdict);
        found.map_or(0, |(_, count)| *count)
    }

    /// The scenario of an id.
    pub fn scenario(&self, id: &str) -> Option<&'a ScenarioReport> {
        self.scenarios.get(id).copied()
    }

    /// The rows of a scenario.
    pub fn rows_of(&self, scenario: &str) -> Vec<&Row<'a>> {
        let rows = self.rows.iter();
        rows.filter(|row| row.id.scenario() == scenario).collect()
    }

    /// True if nothing ran: all behaviours are recorded.
    pub fn is_record(&self) -> bool {
        self.here.is_empty() && !self.versions.is_empty()
    }

    /// Says which of some versions ran here, where not all did: `recorded`, `3.11 here`. Nothing in a record in which nothing ran.
    pub fn describe_origin(&self, versions: &[&InterpreterKey]) -> Option<String> {
        describe_origin(versions, &self.here, &self.versions)
    }

    /// Versions as ranges over all columns: `2.7, 3.6–3.13`.
    pub fn ranges(&self, versions: &[&InterpreterKey]) -> String {
        ranges(versions, &self.versions)
    }

    /// The behaviours of a row side by side, step by step; nothing where no case ran.
    pub fn step_table(&self, row: &Row<'a>) -> Option<StepTable<'a>> {
        let columns = build_columns(self.report, row, &self.versions);
        let none = BTreeMap::new();
        let scenario = self.scenario(row.id.scenario());
        let notes = scenario.map_or(&none, |scenario| &scenario.notes);
        (!columns.is_empty()).then(|| StepTable::new(notes, columns))
    }

    /// The captions of a row's behaviours: each in the words of the first fact in which it differs from the others. Nothing for a
    /// behaviour that is alone, or whose trace is not kept.
    pub fn captions(&self, row: &Row<'a>) -> Vec<Option<String>> {
        build_captions(&self.traces_of(row))
    }

    /// How each behaviour of a row ended the step in which they begin to differ.
    pub fn outcomes(&self, row: &Row<'a>) -> Vec<Outcome> {
        find_outcomes(&self.traces_of(row))
    }

    fn traces_of(&self, row: &Row<'a>) -> Vec<Option<BehaviourTrace<'a>>> {
        let behaviours = row.behaviours.iter();
        let traces = behaviours.map(|behaviour| self.report.behaviour_of(behaviour.cases[0]));
        traces.collect()
    }

    /// The captions of what two cells of a row show, each in the words of the first fact in which it differs from the other.
    pub fn change_captions(&self, row: &Row<'a>, before: Cell<'a>, after: Cell<'a>) -> [String; 2] {
        let cells = [before, after];
        let traces = cells.map(|cell| self.report.behaviour_of(cell.case));
        let mut captions = build_captions(&traces).into_iter();
        cells.map(|cell| {
            let caption = captions.next().flatten();
            caption.unwrap_or_else(|| format!("behaviour {}", row.letter_of(cell)))
        })
    }

    /// Cases that have a status and can be accepted, by scenario.
    pub fn acceptable_by_scenario(&self, status: BaselineStatus) -> Vec<Vec<&'a CaseReport>> {
        let mut groups: BTreeMap<&str, Vec<&CaseReport>> = BTreeMap::new();
        let is_wanted =
            |case: &&CaseReport| case.baseline_status() == Some(status) && refusal(case).is_none();
        for case in self.report.cases.iter().filter(is_wanted) {
            groups.entry(&case.scenario).or_default().push(case);
        }
        groups.into_values().collect()
    }

    /// Scenarios that expect nothing, and what their steps ended in.
    pub fn unjudged_scenarios(&self) -> Vec<UnjudgedScenario<'a>> {
        find_unjudged(self.report)
    }

    /// True if a case that may start threads failed, as far as one run can tell: this may be chance.
    pub fn failed_in_threads(&self, case: &CaseReport) -> bool {
        let scenario = self.scenario(&case.scenario);
        let may_start_threads = scenario.is_some_and(|scenario| scenario.threads);
        may_start_threads && case.verdict.is_violation() && case.also.is_empty()
    }

    /// True if the next run of a case may show something else.
    fn may_vary(&self, case: &CaseReport) -> bool {
        !case.also.is_empty() || self.failed_in_threads(case)
    }

    /// The words by which commands find a row, or a scenario with the values that its parameters have here.
    pub fn name_of(&self, row: &VariantId) -> String {
        let scenario = self.scenario(row.scenario());
        let mut name = name_on_command_line(scenario.map(|scenario| &*scenario.file), row);
        let parameters = scenario.map_or(&[][..], |scenario| &scenario.parameters);
        let is_scenario = row.choices().is_empty();
        if parameters.is_empty() || (!is_scenario && name.contains(row.as_str())) {
            return name;
        }
        let rows = self.rows.iter().map(|row| row.id);
        let is_meant =
            |id: &&VariantId| *id == row || is_scenario && id.scenario() == row.scenario();
        let pairs: Vec<_> = rows.filter(is_meant).flat_map(VariantId::pairs).collect();
        for parameter in parameters {
            let pairs = pairs.iter().filter(|(key, _)| key == parameter);
            let values = pairs.filter_map(|(_, value)| unescape_value(value));
            let mut known = BTreeSet::new();
            for value in values.filter(|value| known.insert(value.clone())) {
                let _ = write!(name, " --set {parameter}={}", shell_word(&value));
            }
        }
        name
    }

    /// The command that shows a case, with repeats where what it shows may be chance.
    pub fn show_command(&self, case: &CaseReport) -> String {
        let repeat = if self.may_vary(case) { REPEAT } else { "" };
        format!("modswap show {}{repeat}", self.name_of(&case.case))
    }

    /// The command that shows the row most worth a look: the first that fails, or the one with the most behaviours.
    pub fn next_show_command(&self) -> Option<String> {
        let mut rows = self.rows.iter();
        let failing = rows.find(|row| row.kind() == RowKind::Failing);
        let differing = || {
            let rows = self.rows.iter().filter(|row| row.behaviours.len() > 1);
            rows.max_by_key(|row| row.behaviours.len())
        };
        let mut cases = failing.or_else(differing)?.cases();
        let varying = cases.clone().find(|case| self.may_vary(case));
        Some(self.show_command(varying.or_else(|| cases.next())?))
    }
}

/// How many cases have a verdict, in the order in which verdicts are counted for people.
fn count_verdicts(report: &RunReport) -> Vec<(Verdict, usize)> {
    let count = |verdict| {
        let cases = report.cases.iter();
        cases.filter(|case| case.verdict == verdict).count()
    };
    // What is recorded was not judged.
    let judged = Verdict::ALL
        .into_iter()
        .filter(|verdict| *verdict != Verdict::Recorded);
    let counts = judged.map(|verdict| (verdict, count(verdict)));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// The reasons of skipped cases, each once, and how many cases were skipped for it.
fn count_skips(report: &RunReport) -> Vec<(&str, usize)> {
    let cases = report.cases.iter();
    let skipped = cases.filter(|case| case.verdict == Verdict::Skipped);
    let reasons = skipped.map(|case| {
        let reason = case.reasons.first();
        (reason.map_or("no reason given", String::as_str), case)
    });
    let groups = group_by_key(reasons).into_iter();
    groups
        .map(|(reason, cases)| (reason, cases.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fake;

    #[test]
    fn a_failure_among_threads_is_shown_with_repeats() {
        for (verdict, threads, is_repeated) in [
            (Verdict::Fail, true, true),
            (Verdict::Drift, true, true),
            (Verdict::Fail, false, false),
            (Verdict::Pass, true, false),
        ] {
            let mut report = fake::report(&[("swap/a", "3.14.0", verdict, "a")]);
            report.scenarios[0].threads = threads;
            let comparison = Comparison::new(&report);
            assert_eq!(comparison.failed_in_threads(&report.cases[0]), is_repeated);
            let command = comparison.show_command(&report.cases[0]);
            assert_eq!(command.ends_with("swap/a --repeat 10"), is_repeated);
        }
    }

    #[test]
    fn names_on_the_command_line_have_the_values_of_parameters() {
        let mut report = fake::report(&[
            ("vet/a[p=six%3E=1,q=y,via=x]", "3.14.0", Verdict::Pass, "a"),
            ("vet/a[p=attrs,q=y,via=x]", "3.14.0", Verdict::Pass, "a"),
            ("vet/b[p=z]", "3.14.0", Verdict::Pass, "a"),
        ]);
        let name = |report: &RunReport, row: &str| Comparison::new(report).name_of(&row.into());
        assert_eq!(name(&report, "vet/a"), "vet/a");
        report.scenarios[0].parameters = vec!["p".to_owned(), "q".to_owned()];
        assert_eq!(
            name(&report, "vet/a"),
            "vet/a --set p='six>=1' --set p=attrs --set q=y"
        );
        assert_eq!(name(&report, "vet/b"), "vet/b");
        let row = "vet/a[p=attrs,q=y,via=x]";
        assert_eq!(name(&report, row), format!("'{row}'"));
        report.scenarios[0].file = "other.yaml".to_owned();
        assert_eq!(name(&report, row), "other.yaml --set p=attrs --set q=y");
    }

    #[test]
    fn captions_name_what_differs() {
        let mut report = fake::report(&[
            ("swap/a", "3.12.1", Verdict::Pass, "a"),
            ("swap/a", "3.13.0", Verdict::Pass, "b"),
            ("swap/a", "3.14.0", Verdict::Pass, "c"),
            ("swap/b", "3.14.0", Verdict::Pass, "a"),
        ]);
        for (digest, outcome, binding) in [
            ("a", "ok", "demo#1"),
            ("b", "KeyError", "demo#1"),
            ("c", "ok", "demo#2"),
        ] {
            let facts = serde_json::json!({"outcome": outcome, "demo": binding});
            let steps = serde_json::json!([{"step": 1, "action": "import: demo", "facts": facts}]);
            let steps: Vec<crate::trace::StepRecord> = serde_json::from_value(steps).unwrap();
            report.traces.insert(digest.into(), steps.into());
        }
        let comparison = Comparison::new(&report);
        let captions = |row: usize| comparison.captions(&comparison.rows[row]);
        let told = ["ok, demo#1", "KeyError", "ok, demo#2, fresh"];
        assert_eq!(captions(0), told.map(|text| Some(text.to_owned())));
        assert_eq!(captions(1), [None]);
        // Of two, only what tells these apart.
        let row = &comparison.rows[0];
        let [first, _, last] = row.cells[..3] else {
            panic!("three versions")
        };
        let pair = comparison.change_captions(row, first.unwrap(), last.unwrap());
        assert_eq!(pair, ["demo#1", "demo#2, fresh"]);
    }
}
