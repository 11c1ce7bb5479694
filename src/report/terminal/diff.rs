//! What changed between two sides: equal changes once, with who changed so, and per step what was and what is.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::style::Style;
use crate::compare::changes::{Changed, Changes, Group, Kind, OnlyIn, Untested};
use crate::python::version::InterpreterKey;
use crate::record::letter;
use crate::record::ranges::ranges;
use crate::text::{plural, visible, wrapped};
use crate::trace::difference::{BehaviourTrace, Difference};

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
    /// What can be taken in.
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
pub fn render(
    changes: &Changes<'_>,
    (was, now): (&str, &str),
    style: Style,
    limits: Limits,
) -> String {
    let mut out = format!("{} against {}\n", visible(was), visible(now));
    let mut before = None;
    for one in &changes.groups {
        // Of what is new there may be much, a line each.
        let is_list = matches!(one.kind, Kind::NewScenario | Kind::NewVersion);
        if !is_list || before != Some(one.kind) {
            out.push('\n');
        }
        before = Some(one.kind);
        out.push_str(&group(one, &changes.versions, style, limits));
    }
    out.push('\n');
    for (name, only) in [(was, &changes.was_only), (now, &changes.now_only)] {
        only_in(&mut out, name, only, limits);
    }
    for one in &changes.not_run {
        not_run(&mut out, if one.now { now } else { was }, one, limits);
    }
    out.push_str(&totals(changes));
    out
}

/// `2 changes in 3 cases; 12 cases are the same`
fn totals(changes: &Changes<'_>) -> String {
    let counted = changes.groups.iter();
    let counted = counted.filter(|one| one.kind != Kind::NewVersion);
    let cases: usize = counted.clone().map(|one| one.cases.len()).sum();
    let same = match changes.same {
        1 => "1 case is the same".to_owned(),
        same => format!("{same} cases are the same"),
    };
    match (counted.count(), changes.groups.len()) {
        (0, 0) if changes.same == 0 => "nothing to compare: they have no case in common\n".into(),
        (0, 0) => format!("nothing differs; {same}\n"),
        (0, _) => format!("nothing differs but that versions are new; {same}\n"),
        (found, _) => format!(
            "{} in {}; {same}\n",
            plural(found, "change"),
            plural(cases, "case")
        ),
    }
}

/// One change: what it is, who changed so, and what differs.
pub fn group(
    group: &Group<'_>,
    versions: &[&InterpreterKey],
    style: Style,
    limits: Limits,
) -> String {
    let mut out = format!("{}\n", style.strong(&visible(&head(group, versions))));
    let mut tell = |indent: usize, text: &str| {
        let width = usize::from(style.width).saturating_sub(indent).max(20);
        for line in wrapped(&visible(text), width).lines() {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    };
    for line in rows(group, versions, limits) {
        tell(2, &line);
    }
    if let Some((was, now)) = group.verdicts {
        tell(4, &format!("{} → {}", was.word(), now.word()));
    }
    if let Some(reason) = group.reason {
        tell(4, reason);
    }
    if let Some(refused) = group.refused.filter(|_| group.kind != Kind::Broken) {
        tell(4, &format!("cannot be accepted: {}", refused.word()));
    }
    match group.kind {
        Kind::Stale if !group.is_held => tell(4, "never seen before"),
        Kind::Stale if group.differences.is_empty() => tell(4, "behaves as before"),
        // An unstable case shows several behaviours, of which the first may be the same.
        Kind::Changed if group.differences.is_empty() && group.verdicts.is_none() => {
            tell(4, "other behaviours beside the first");
        }
        _ => {}
    }
    facts(&mut out, &group.differences, limits);
    out
}

fn head(group: &Group<'_>, versions: &[&InterpreterKey]) -> String {
    let rows = plural(group.rows().len(), "row");
    let on = ranges(&group.versions(), versions);
    let scenario = group.scenario.unwrap_or_default();
    let cases: Vec<_> = group.cases.iter().collect();
    match group.kind {
        Kind::Drift => format!("drift: {rows} on {on}"),
        Kind::Changed => format!("changed: {rows} on {on}"),
        Kind::Broken => {
            let verdict = group.refused.map_or("broken", |verdict| verdict.word());
            format!("{verdict}: {rows} on {on}")
        }
        Kind::NewBehaviour => {
            let like = neighbours(group).into_keys();
            let like: Vec<_> = like.map(ToString::to_string).collect();
            format!(
                "new behaviour: {rows} on {on}, unlike {}",
                like.join(" and ")
            )
        }
        Kind::Stale => {
            format!("stale: the text of {scenario} changed; {rows} on {on}")
        }
        Kind::NewScenario if is_itself(group) => {
            format!("new scenario: {scenario}: {}", behaviours(&cases, versions))
        }
        Kind::NewScenario => format!("new scenario: {scenario}, {rows}"),
        Kind::NewVersion => {
            let like = neighbours(group).into_iter();
            let like = like.map(|(key, rows)| format!("like {key} in {}", plural(rows, "row")));
            let version = group.version.map(ToString::to_string).unwrap_or_default();
            format!(
                "new version {version}: {}",
                like.collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// Whether its only row is the scenario, without variants.
fn is_itself(group: &Group<'_>) -> bool {
    group.rows() == group.scenario.map_or_else(Vec::new, |id| vec![id])
}

/// The versions that new ones are held against, and in how many cases.
fn neighbours<'a>(group: &Group<'a>) -> BTreeMap<&'a InterpreterKey, usize> {
    let mut found = BTreeMap::new();
    for key in group.cases.iter().filter_map(|one| one.neighbour) {
        *found.entry(key).or_default() += 1;
    }
    found
}

/// The rows of a change: those on equal versions in one line.
fn rows(group: &Group<'_>, versions: &[&InterpreterKey], limits: Limits) -> Vec<String> {
    // Of the ones nothing differs in any row, and of the others the head says it.
    if group.kind == Kind::NewVersion || (group.kind == Kind::NewScenario && is_itself(group)) {
        return Vec::new();
    }
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for row in group.rows() {
        let of_row = group.cases.iter().filter(|one| one.case == row);
        let of_row: Vec<_> = of_row.collect();
        let on = if group.kind == Kind::NewScenario {
            format!(": {}", behaviours(&of_row, versions))
        } else {
            let keys: Vec<_> = of_row.iter().map(|one| one.key).collect();
            format!(" on {}", ranges(&keys, versions))
        };
        match lines.iter_mut().find(|(known, _)| *known == on) {
            Some((_, rows)) => rows.push(row),
            None => lines.push((on, vec![row])),
        }
    }
    let cut: usize = lines
        .iter()
        .skip(limits.lines)
        .map(|(_, rows)| rows.len())
        .sum();
    let shown = lines.iter().take(limits.lines);
    let mut shown: Vec<String> = shown
        .map(|(on, rows)| format!("{}{on}", named(rows.iter().copied(), limits)))
        .collect();
    if cut > 0 {
        shown.push(format!("and {} more", plural(cut, "row")));
    }
    shown
}

/// What a new row shows where: `A on 2.7, B on 3.6–3.13`.
fn behaviours(cases: &[&Changed<'_>], versions: &[&InterpreterKey]) -> String {
    let mut found: Vec<(Option<BehaviourTrace<'_>>, Vec<&InterpreterKey>)> = Vec::new();
    for one in cases {
        match found.iter_mut().find(|(known, _)| *known == one.now) {
            Some((_, keys)) => keys.push(one.key),
            None => found.push((one.now, vec![one.key])),
        }
    }
    let words = found.iter().enumerate().map(|(at, (_, keys))| {
        let letter = letter::letter(at);
        format!("{letter} on {}", ranges(keys, versions))
    });
    words.collect::<Vec<_>>().join("; ")
}

/// The first ids, and how many more there are.
fn named<'a>(ids: impl ExactSizeIterator<Item = &'a str>, limits: Limits) -> String {
    let more = ids.len().saturating_sub(limits.ids);
    let shown: Vec<&str> = ids.take(limits.ids).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The facts that differ, below their steps.
fn facts(out: &mut String, differences: &[Difference], limits: Limits) {
    let mut step = String::new();
    for one in differences.iter().take(limits.facts) {
        if one.title() != step {
            step = one.title();
            let _ = writeln!(out, "    {}", visible(&step).replace('\n', " "));
        }
        let [was, now] = [&one.was, &one.now].map(|value| cut(&visible(value), limits.value));
        let _ = writeln!(out, "      {}: {was} → {now}", visible(&one.fact));
    }
    let more = differences.len().saturating_sub(limits.facts);
    if more > 0 {
        let _ = writeln!(out, "      and {}", plural(more, "more fact"));
    }
}

/// The beginning of a value, and how long it is.
fn cut(value: &str, limit: usize) -> String {
    let length = value.chars().count();
    if length <= limit {
        return value.replace('\n', " ");
    }
    let kept: String = value.chars().take(limit).collect();
    format!("{}… ({length} characters)", kept.replace('\n', " "))
}

fn only_in(out: &mut String, name: &str, only: &OnlyIn<'_>, limits: Limits) {
    let name = visible(name);
    if !only.versions.is_empty() {
        let keys = only.versions.iter().map(ToString::to_string);
        let keys = keys.collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "only in {name}: Python {keys}");
    }
    if !only.rows.is_empty() {
        let rows = plural(only.rows.len(), "row");
        let ids = named(only.rows.iter().copied(), limits);
        let _ = writeln!(out, "only in {name}: {rows}: {}", visible(&ids));
    }
}

fn not_run(out: &mut String, name: &str, one: &Untested<'_>, limits: Limits) {
    let cases = one.cases.iter().map(|(row, key)| format!("{row}@{key}"));
    let cases: Vec<String> = cases.collect();
    let _ = writeln!(
        out,
        "not run in {}: {}: {}: {}",
        visible(name),
        plural(cases.len(), "case"),
        visible(&named(cases.iter().map(String::as_str), limits)),
        visible(one.reason),
    );
}
