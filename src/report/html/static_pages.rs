//! A page of its own for each finding and each release: plain HTML for search engines, previews of links and readers without scripts.
//! Beside a stylesheet in their folder they need nothing.

use std::collections::{HashMap, HashSet};

use askama::Template;

use super::axis::{Column, build_axis};
use super::blocks::{Block, build_blocks};
use super::finding::{About, RowView, Source};
use super::references::{Part, link_references};
use super::scripts::render_row_scripts;
use crate::compare::Comparison;
use crate::compare::changed_findings::{ChangedFinding, find_feature_changes};
use crate::record::ScenarioReport;
use crate::report::context::RenderContext;
use crate::report::links::{Links, encode_path};
use crate::text::{joined, plural, short, visible};

/// Lines of a script that a page of one finding has; `modswap script` prints the longer ones.
const MAX_SCRIPT_LINES: usize = 80;
/// Characters of a description, as much as a preview of a link shows.
const MAX_DESCRIPTION: usize = 300;

/// A page of its own.
pub(in crate::report) struct StaticPage {
    /// Its name, with `/` between the folders that it is in.
    pub(in crate::report) name: String,
    /// Its text.
    pub(in crate::report) text: String,
    /// The release that it is about, and its address from the page of all findings.
    pub(in crate::report) release: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "static.html", config = "src/report/html/askama.toml")]
struct Frame {
    title: String,
    description: String,
    style: String,
    nav: Vec<(String, String)>,
    body: String,
}

#[derive(Template)]
#[template(path = "static_finding.html", config = "src/report/html/askama.toml")]
struct FindingBody {
    id: String,
    about: String,
    rows: Vec<RowPart>,
    source: String,
    command: String,
}

struct RowPart {
    name: String,
    blocks: Vec<Block>,
    view: String,
    /// A script that needs no modswap, for the newest Python; empty where there is no short one.
    script: String,
}

#[derive(Template)]
#[template(path = "static_release.html", config = "src/report/html/askama.toml")]
struct ReleaseBody {
    lead: String,
    findings: Vec<ReleaseFinding>,
}

struct ReleaseFinding {
    title: String,
    id: String,
    address: String,
    ways: Vec<Way>,
    notes: Vec<Vec<Part>>,
}

/// Rows that change alike.
struct Way {
    /// The variants, and the release where it is not the one of the page.
    place: String,
    captions: [String; 2],
}

/// The style of these pages.
pub(in crate::report) fn style_sheet() -> String {
    let style = concat!(
        include_str!("css/tokens.css"),
        include_str!("css/blocks.css"),
        include_str!("css/finding.css"),
        include_str!("css/static.css"),
    );
    format!("/* Made by modswap; what is changed here is lost. */\n{style}")
}

/// Renders the pages. `browser` is the page of all findings, `style` the file of [`style_sheet`].
pub(in crate::report) fn render_static_pages(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    [browser, style]: [&str; 2],
) -> Vec<StaticPage> {
    let axis = build_axis(comparison);
    let features = find_feature_changes(comparison);
    let releases = features.keys().rev();
    let releases = releases.map(|(major, minor)| format!("{major}.{minor}"));
    let site = Site {
        comparison,
        context,
        axis,
        names: name_pages(comparison),
        releases: releases.collect(),
        files: [browser.to_owned(), style.to_owned()],
    };
    let scenarios = &comparison.report.scenarios;
    let findings = scenarios
        .iter()
        .filter_map(|scenario| site.render_finding(scenario));
    let mut pages: Vec<StaticPage> = findings.collect();
    let changes = features.values().rev().zip(&site.releases);
    pages.extend(changes.map(|(changes, release)| site.render_release(release, changes)));
    pages
}

/// The names of the pages of findings, by scenario. What is no plain name becomes one, and no two are the same where case does not
/// count.
fn name_pages<'a>(comparison: &Comparison<'a>) -> HashMap<&'a str, String> {
    let mut taken = HashSet::new();
    let scenarios = comparison.report.scenarios.iter();
    let names = scenarios.map(|scenario| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let plain = |c: char| if is_plain(c) { c } else { '_' };
        let parts = scenario.id.split('/').map(|part| {
            let part: String = part.chars().map(plain).collect();
            let part = part.trim_matches('.').to_owned();
            if part.is_empty() {
                "_".to_owned()
            } else {
                part
            }
        });
        let stem = format!("findings/{}", joined(parts, "/"));
        let mut name = format!("{stem}.html");
        let mut count = 1;
        while !taken.insert(name.to_lowercase()) {
            count += 1;
            name = format!("{stem}-{count}.html");
        }
        (&*scenario.id, name)
    });
    names.collect()
}

/// The context that all pages share.
struct Site<'a> {
    comparison: &'a Comparison<'a>,
    context: &'a RenderContext<'a>,
    axis: Vec<Column<'a>>,
    names: HashMap<&'a str, String>,
    /// Newest first.
    releases: Vec<String>,
    /// The page of all findings, and the style.
    files: [String; 2],
}

impl Site<'_> {
    /// A page at its place, with relative addresses. `part` is what it is about on the page of all findings.
    fn frame(
        &self,
        name: &str,
        title: &str,
        description: &str,
        part: &str,
        body: String,
    ) -> String {
        let root = "../".repeat(name.matches('/').count());
        let [browser, style] = &self.files;
        let releases = self.releases.iter();
        let releases = releases.map(|release| {
            let address = format!("{root}releases/{release}.html");
            (release.clone(), address)
        });
        let all = ("All findings".to_owned(), format!("{root}{browser}{part}"));
        Frame {
            title: visible(title),
            description: visible(&short(description, MAX_DESCRIPTION)),
            style: format!("{root}{style}"),
            nav: std::iter::once(all).chain(releases).collect(),
            body,
        }
        .render()
        .unwrap_or_default()
    }

    fn render_finding(&self, scenario: &ScenarioReport) -> Option<StaticPage> {
        let comparison = self.comparison;
        let name = self.names.get(&*scenario.id)?.clone();
        let rows = comparison.rows_of(&scenario.id);
        let first = rows.first()?;
        let blocks = build_blocks(comparison, first, &self.axis);
        let does = blocks
            .iter()
            .map(|block| format!("{}: {}", block.range, block.caption));
        let description = format!("Python {}", joined(does, " · "));
        let render = (self.context.read_scripts)(scenario);
        let parts = rows.iter().map(|row| {
            let mut view = RowView::new(comparison, row, scenario, &self.axis);
            view.markdown.clear();
            let choices = row.id.bare_choices();
            RowPart {
                name: visible(choices.unwrap_or("By version")),
                blocks: build_blocks(comparison, row, &self.axis),
                view: render_part(&view),
                script: render.as_ref().map_or_else(String::new, |render| {
                    let scripts = render_row_scripts(render, comparison.report, row);
                    let newest = scripts.into_iter().next().map(|(text, _)| visible(&text));
                    let short = newest.filter(|text| text.lines().count() <= MAX_SCRIPT_LINES);
                    short.unwrap_or_default()
                }),
            }
        });
        // The row is open there.
        let part = format!("#{}", encode_path(first.id));
        let body = FindingBody {
            id: visible(&scenario.id),
            about: render_part(&About::new(scenario)),
            rows: parts.collect(),
            source: render_part(&Source::new(scenario, &self.links_from(&name))),
            command: visible(&format!("modswap show {}", comparison.name_of(first.id))),
        };
        let body = body.render().unwrap_or_default();
        Some(StaticPage {
            text: self.frame(&name, &scenario.title, &description, &part, body),
            name,
            release: None,
        })
    }

    fn render_release(&self, release: &str, changed: &[ChangedFinding<'_>]) -> StaticPage {
        let name = format!("releases/{release}.html");
        let count = plural(changed.len(), "finding");
        let verb = if changed.len() == 1 {
            "changes"
        } else {
            "change"
        };
        let lead = format!(
            "{count} on imports, reloads and sys.modules {verb} in Python {release}, or between the versions around it that were run."
        );
        let findings = changed.iter().map(|finding| {
            let ways = finding.rows.iter().map(|rows| {
                let releases = rows.unexplained(&finding.notes).into_iter();
                let releases = releases.filter(|name| *name != release);
                Way {
                    place: visible(&joined(releases.chain(rows.variants.iter().copied()), "; ")),
                    captions: [&rows.was, &rows.now].map(|text| visible(text)),
                }
            });
            let notes = finding.notes.iter().map(|note| {
                let since = Some(&note.since).filter(|since| *since != release);
                let since = since.map_or_else(String::new, |since| format!("{since}: "));
                link_references(&format!("{since}{}", note.note))
            });
            let name = self.names.get(finding.id);
            ReleaseFinding {
                title: visible(finding.title),
                id: visible(finding.id),
                address: name.map_or_else(String::new, |name| format!("../{name}")),
                ways: ways.collect(),
                notes: notes.collect(),
            }
        });
        let findings: Vec<ReleaseFinding> = findings.collect();
        let titles = joined(findings.iter().map(|finding| &finding.title), " · ");
        let description = format!("{count} {verb} in Python {release}: {titles}");
        let title = format!("What changes for imports in Python {release}");
        let body = ReleaseBody { lead, findings };
        let body = body.render().unwrap_or_default();
        StaticPage {
            text: self.frame(&name, &title, &description, "", body),
            release: Some((release.to_owned(), name.clone())),
            name,
        }
    }

    /// The links of a page to files: those of the folder, which relative ones lead further up from.
    fn links_from(&self, name: &str) -> Links {
        let depth = name.matches('/').count();
        self.context.links.seen_from_below(depth)
    }
}

/// A part of a page, of which the headings are one level higher than in the panel of a row.
fn render_part(view: &impl Template) -> String {
    let html = view.render().unwrap_or_default();
    html.replace("<h4>", "<h3>").replace("</h4>", "</h3>")
}
