//! Changes between two sides: equal ones once, with the rows and versions that changed so, and per step what was and what is.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::style::Style;
use crate::compare::changes::{ChangeGroup, ChangeKind, ChangedCase, Changes, OnlyIn, Untested};
use crate::compare::group_by_key;
use crate::python::version::InterpreterKey;
use crate::record::letter;
use crate::record::ranges::ranges;
use crate::text::{and_more, first_few, joined, plural, visible, wrapped};
use crate::trace::difference::Difference;

/// How much is shown of a change before the rest is only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Ids in one line.
    pub ids: usize,
    /// Lines of ids.
    pub lines: usize,
    /// Facts that differ.
    pub facts: usize,
    /// Characters of a value.
    pub value: usize,
}

impl Limits {
    /// As much as can be taken in.
    pub const USUAL: Self = Self {
        ids: 6,
        lines: 8,
        facts: 12,
        value: 160,
    };
    /// Everything.
    pub const NONE: Self = Self {
        ids: usize::MAX,
        lines: usize::MAX,
        facts: usize::MAX,
        value: usize::MAX,
    };
}

/// All changes, what was not compared, and the totals. The names are those of the two sides, as in `only in …`.
pub fn render_changes(
    changes: &Changes<'_>,
    (was, now): (&str, &str),
    style: Style,
    limits: Limits,
) -> String {
    let mut out = format!("{} against {}\n", visible(was), visible(now));
    let mut last_kind = None;
    for group in &changes.groups {
        // Of what is new there may be much, a line each.
        let is_list = matches!(group.kind, ChangeKind::NewScenario | ChangeKind::NewVersion);
        if !is_list || last_kind != Some(group.kind) {
            out.push('\n');
        }
        last_kind = Some(group.kind);
        out.push_str(&render_group(group, &changes.versions, style, limits));
    }
    out.push('\n');
    for (name, only) in [(was, &changes.was_only), (now, &changes.now_only)] {
        render_only_in(&mut out, name, only, limits);
    }
    for untested in &changes.not_run {
        let name = if untested.now { now } else { was };
        render_untested(&mut out, name, untested, limits);
    }
    out.push_str(&render_totals(changes));
    out
}

/// `2 changes in 3 cases; 12 cases are the same`
fn render_totals(changes: &Changes<'_>) -> String {
    let groups = changes.groups.iter();
    let groups = groups.filter(|group| group.kind != ChangeKind::NewVersion);
    let cases: usize = groups.clone().map(|group| group.cases.len()).sum();
    let same = match changes.same {
        1 => "1 case is the same".to_owned(),
        same => format!("{same} cases are the same"),
    };
    match (groups.count(), changes.groups.len()) {
        (0, 0) if changes.same == 0 => "nothing to compare: they have no case in common\n".into(),
        (0, 0) => format!("nothing differs; {same}\n"),
        (0, _) => format!("nothing differs but that versions are new; {same}\n"),
        (found, _) => {
            let (changes, cases) = (plural(found, "change"), plural(cases, "case"));
            format!("{changes} in {cases}; {same}\n")
        }
    }
}

/// One change: what it is, who changed so, and what differs.
pub fn render_group(
    group: &ChangeGroup<'_>,
    versions: &[&InterpreterKey],
    style: Style,
    limits: Limits,
) -> String {
    let heading = visible(&describe_group(group, versions));
    let mut out = format!("{}\n", style.strong(&heading));
    let mut add_text = |indent: usize, text: &str| {
        let width = usize::from(style.width).saturating_sub(indent).max(20);
        for line in wrapped(&visible(text), width).lines() {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    };
    for line in describe_rows(group, versions, limits) {
        add_text(2, &line);
    }
    if let Some((was, now)) = group.verdicts {
        add_text(4, &format!("{} → {}", was.word(), now.word()));
    }
    if let Some(reason) = group.reason {
        add_text(4, reason);
    }
    if let Some(refused) = group.refused.filter(|_| group.kind != ChangeKind::Broken) {
        add_text(4, &format!("cannot be accepted: {}", refused.word()));
    }
    match group.kind {
        ChangeKind::Stale if !group.is_held => add_text(4, "never seen before"),
        ChangeKind::Stale if group.differences.is_empty() => add_text(4, "behaves as before"),
        // An unstable case shows several behaviours, of which the first may be the same.
        ChangeKind::ChangedCase if group.differences.is_empty() && group.verdicts.is_none() => {
            add_text(4, "other behaviours beside the first");
        }
        _ => {}
    }
    render_facts(&mut out, &group.differences, limits);
    out
}

/// The heading of a group: what kind of change it is, and who changed so.
fn describe_group(group: &ChangeGroup<'_>, versions: &[&InterpreterKey]) -> String {
    let rows = plural(group.rows().len(), "row");
    let on = ranges(&group.versions(), versions);
    let scenario = group.scenario.unwrap_or_default();
    match group.kind {
        ChangeKind::Drift => format!("drift: {rows} on {on}"),
        ChangeKind::ChangedCase => format!("changed: {rows} on {on}"),
        ChangeKind::Broken => {
            let verdict = group.refused.map_or("broken", |verdict| verdict.word());
            format!("{verdict}: {rows} on {on}")
        }
        ChangeKind::NewBehaviour => {
            let like = joined(count_neighbours(group).into_keys(), " and ");
            format!("new behaviour: {rows} on {on}, unlike {like}")
        }
        ChangeKind::Stale => format!(
            "stale: {scenario} does something else now, or its digest has an older form; {rows} on {on}"
        ),
        ChangeKind::NewScenario if is_itself(group) => {
            let behaviours = describe_behaviours(group.cases.iter(), versions);
            format!("new scenario: {scenario}: {behaviours}")
        }
        ChangeKind::NewScenario => format!("new scenario: {scenario}, {rows}"),
        ChangeKind::NewVersion => {
            let like = count_neighbours(group).into_iter();
            let like = like.map(|(key, rows)| format!("like {key} in {}", plural(rows, "row")));
            let version = group.version.map(ToString::to_string).unwrap_or_default();
            format!("new version {version}: {}", joined(like, ", "))
        }
    }
}

/// True if the only row of a group is its scenario, without variants.
fn is_itself(group: &ChangeGroup<'_>) -> bool {
    group.rows() == group.scenario.map_or_else(Vec::new, |id| vec![id])
}

/// The versions that new ones are held against, and in how many cases.
fn count_neighbours<'a>(group: &ChangeGroup<'a>) -> BTreeMap<&'a InterpreterKey, usize> {
    let mut found = BTreeMap::new();
    for key in group.cases.iter().filter_map(|case| case.neighbour) {
        *found.entry(key).or_default() += 1;
    }
    found
}

/// The rows of a change: those on equal versions in one line.
fn describe_rows(
    group: &ChangeGroup<'_>,
    versions: &[&InterpreterKey],
    limits: Limits,
) -> Vec<String> {
    // Of the ones nothing differs in any row, and of the others the head says it.
    if group.kind == ChangeKind::NewVersion
        || (group.kind == ChangeKind::NewScenario && is_itself(group))
    {
        return Vec::new();
    }
    let rows = group_by_key(group.cases.iter().map(|case| (case.case, case)));
    let lines = group_by_key(rows.into_iter().map(|(row, cases)| {
        let on = if group.kind == ChangeKind::NewScenario {
            let behaviours = describe_behaviours(cases.into_iter(), versions);
            format!(": {behaviours}")
        } else {
            let keys: Vec<_> = cases.iter().map(|case| case.key).collect();
            format!(" on {}", ranges(&keys, versions))
        };
        (on, row.as_str())
    }));
    let left = lines.iter().skip(limits.lines);
    let left: usize = left.map(|(_, rows)| rows.len()).sum();
    let shown = lines.iter().take(limits.lines);
    let mut shown: Vec<String> = shown
        .map(|(on, rows)| format!("{}{on}", first_few(rows, limits.ids)))
        .collect();
    shown.extend(and_more(left, 0, "row"));
    shown
}

/// The behaviours of a new row, and where it shows them: `A on 2.7, B on 3.6–3.13`.
fn describe_behaviours<'a>(
    cases: impl Iterator<Item = &'a ChangedCase<'a>>,
    versions: &[&InterpreterKey],
) -> String {
    let found = group_by_key(cases.map(|case| (case.now, case.key))).into_iter();
    let words = found.enumerate().map(|(index, (_, keys))| {
        let letter = letter::letter(index);
        format!("{letter} on {}", ranges(&keys, versions))
    });
    joined(words, "; ")
}

/// The facts that differ, below their steps.
fn render_facts(out: &mut String, differences: &[Difference], limits: Limits) {
    let mut last_title = String::new();
    for difference in differences.iter().take(limits.facts) {
        let title = difference.title();
        if title != last_title {
            let _ = writeln!(out, "    {}", visible(&title).replace('\n', " "));
            last_title = title;
        }
        let values = [&difference.was, &difference.now];
        let [was, now] = values.map(|value| cut_value(&visible(value), limits.value));
        let _ = writeln!(out, "      {}: {was} → {now}", visible(&difference.fact));
    }
    if let Some(more) = and_more(differences.len(), limits.facts, "fact") {
        let _ = writeln!(out, "      {more}");
    }
}

/// The beginning of a value, and how long it is.
fn cut_value(value: &str, limit: usize) -> String {
    let length = value.chars().count();
    if length <= limit {
        return value.replace('\n', " ");
    }
    let kept: String = value.chars().take(limit).collect();
    format!("{}… ({length} characters)", kept.replace('\n', " "))
}

/// Versions and rows that only one side has.
fn render_only_in(out: &mut String, name: &str, only: &OnlyIn<'_>, limits: Limits) {
    let name = visible(name);
    if !only.versions.is_empty() {
        let keys = joined(&only.versions, ", ");
        let _ = writeln!(out, "only in {name}: Python {keys}");
    }
    if !only.rows.is_empty() {
        let rows = plural(only.rows.len(), "row");
        let ids: Vec<&str> = only.rows.iter().map(|row| row.as_str()).collect();
        let ids = first_few(&ids, limits.ids);
        let _ = writeln!(out, "only in {name}: {rows}: {}", visible(&ids));
    }
}

/// Cases that one side did not run, and why.
fn render_untested(out: &mut String, name: &str, untested: &Untested<'_>, limits: Limits) {
    let cases = untested.cases.iter();
    let cases: Vec<String> = cases.map(|(row, key)| format!("{row}@{key}")).collect();
    let _ = writeln!(
        out,
        "not run in {}: {}: {}: {}",
        visible(name),
        plural(cases.len(), "case"),
        visible(&first_few(&cases, limits.ids)),
        visible(untested.reason),
    );
}
