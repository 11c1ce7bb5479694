//! The index of a folder of scenarios, in Markdown: what GitHub shows to whoever opens the folder.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::scenario::model::{Action, Import, Scenario, Step, Via};
use crate::text::{is_steering, joined, plural};

/// Renders a table per subject, which is the first part of an id: each scenario with its finding and the versions at which it
/// changes, as the scenarios themselves tell.
pub fn render_index(scenarios: &[Scenario]) -> String {
    let mut subjects: BTreeMap<&str, Vec<&Scenario>> = BTreeMap::new();
    for scenario in scenarios {
        let subject = scenario.id.0.split_once('/').map_or("", |(first, _)| first);
        subjects.entry(subject).or_default().push(scenario);
    }
    let variants = scenarios.iter().map(|scenario| scenario.variants.len());
    let mut out = format!(
        "# Scenarios\n\n{} in {}, {} with their variants. This page is made by `modswap list --format markdown`.\n\n\
         *Changes* are the first versions that behave otherwise than those before them; `modswap explain ID` says what \
         changed there, and why. A number behind × is that of variants.\n\n",
        plural(scenarios.len(), "scenario"),
        plural(subjects.len(), "subject"),
        variants.sum::<usize>()
    );
    let links = subjects.iter().filter(|(subject, _)| !subject.is_empty());
    let links = links.map(|(subject, all)| format!("[{subject}](#{subject}) {}", all.len()));
    let _ = writeln!(out, "{}", joined(links, " · "));
    for (subject, all) in subjects {
        if !subject.is_empty() {
            let _ = write!(out, "\n## {}\n", escape_cell(subject));
        }
        out.push_str("\n| scenario | finding | changes |\n| --- | --- | --- |\n");
        for scenario in all {
            let id = &scenario.id.0;
            let name = id.strip_prefix(subject).unwrap_or(id);
            let count = match scenario.variants.len() {
                1 => String::new(),
                several => format!(" ×{several}"),
            };
            let parameters = scenario.parameters.iter();
            let parameters = joined(parameters.map(|name| format!(" `--set {name}=…`")), "");
            let _ = writeln!(
                out,
                "| [{}]({id}.yaml){count}{parameters} | {} | {} |",
                escape_cell(name.trim_start_matches('/')),
                escape_cell(&scenario.title),
                describe_changes(scenario)
            );
        }
    }
    out
}

fn describe_changes(scenario: &Scenario) -> String {
    let versions = scenario.changes.iter().map(|change| change.since.clone());
    let is_lazy = |step: &Step| {
        let is_lazy = matches!(step.action, Action::Import(Import { via: Via::Lazy, .. }));
        is_lazy && step.when.is_none()
    };
    let mut needed = scenario.variants.iter().map(|variant| {
        let mut steps = variant.numbered().into_iter();
        let needs_lazy = || {
            steps
                .any(|numbered| is_lazy(numbered.step))
                .then(|| ">=3.15".to_owned())
        };
        let asked = variant.requires.python.as_ref();
        asked.map(ToString::to_string).or_else(needs_lazy)
    });
    // What every variant needs, the scenario needs.
    let first = needed.next().flatten();
    let common = first.filter(|first| needed.all(|other| other.as_ref() == Some(first)));
    let common = common.map(|spec| format!("(only {})", escape_cell(&spec)));
    joined(versions.chain(common), " ")
}

/// Text from a file, as the cell of a table: data, not Markdown or HTML.
fn escape_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' => out.extend(['\\', character]),
            _ if is_steering(character) => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape_cell;

    #[test]
    fn foreign_text_is_data() {
        assert_eq!(
            escape_cell("a|b <script> `x` __y__"),
            "a\\|b &lt;script&gt; \\`x\\` \\_\\_y\\_\\_"
        );
        assert_eq!(escape_cell("[x](y)\n# z"), "\\[x\\](y) # z");
    }
}
