//! Pages as readers find them: the first one, those of findings and releases, and their links.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use modswap::record::read;

use super::{read_our_pages, repository};
use crate::harness::{
    Workspace, assert_contains, expect_exit, is_left_out, modswap, read_files_below,
};

/// The texts between two texts, each time that these are there.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|part| part.split(after).next()).collect()
}

#[test]
fn findings_and_releases_have_pages_that_stand_for_themselves() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut command = modswap();
    command
        .args(["report", "reports/report.json", "--links", "..", "--pages"])
        .arg(&folder);
    expect_exit(&mut command, 0);
    let report = read::report(&repository().join("reports/report.json")).expect("the report");
    let mut pages = read_files_below(&folder);
    pages.retain(|name, _| name.starts_with("findings/") || name.starts_with("releases/"));
    for scenario in &report.scenarios {
        let page = &pages[&format!("findings/{}.html", scenario.id)];
        assert_contains(page, &scenario.id);
    }
    for release in ["3.3", "3.9", "3.13", "3.14", "3.15"] {
        assert_contains(&pages[&format!("releases/{release}.html")], "class=\"was\"");
        let index = fs::read_to_string(folder.join("index.html")).expect("the page");
        assert_contains(&index, &format!("href=\"releases/{release}.html\""));
    }
    let mut titles = BTreeSet::new();
    for (name, page) in &pages {
        let one = |before, after| {
            let found = between(page, before, after);
            assert_eq!(found.len(), 1, "{name}: {before}");
            found[0]
        };
        let title = one("<title>", "</title>");
        assert!(title.len() > 12 && titles.insert(title), "{name}: {title}");
        let description = one("<meta name=\"description\" content=\"", "\">");
        assert!(description.len() > 12, "{name}: {description}");
        assert_eq!(
            one("<meta property=\"og:description\" content=\"", "\">"),
            description
        );
        let shared = one("<meta property=\"og:title\" content=\"", "\">");
        assert_eq!(format!("{shared} · modswap"), title, "{name}");
        assert_contains(page, "content=\"default-src 'none'; style-src 'self'; ");
        assert!(!page.contains("<script"), "{name} needs no script");
        assert!(!page.contains(" src="), "{name} loads nothing");
        assert!(page.len() < 400_000, "{name}: {} bytes", page.len());
        // What it links to is there, or elsewhere.
        let here = folder.join(name);
        let here = here.parent().expect("a folder");
        let addresses = between(page, "href=\"", "\"");
        for address in addresses.iter().filter(|one| !one.starts_with("http")) {
            let file = address.split('#').next().expect("a file");
            let is_scenario = Path::new(file)
                .extension()
                .is_some_and(|ending| ending == "yaml");
            assert!(is_scenario || here.join(file).exists(), "{name}: {address}");
        }
        let index = format!("{}index.html", "../".repeat(name.matches('/').count()));
        assert!(
            addresses.iter().any(|one| one.starts_with(&index)),
            "{name} leads to all findings"
        );
    }
}

/// The front page is read on GitHub: what is unfolded on it is a few screens.
#[test]
fn the_front_page_begins_with_the_newest_changes_and_is_short() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut command = modswap();
    command
        .args(["report", "reports/report.json", "--pages"])
        .arg(&folder);
    expect_exit(&mut command, 0);
    let front = fs::read_to_string(folder.join("README.md")).expect("the first page");
    let mut unfolded = String::new();
    for (at, part) in front.split("<details>").enumerate() {
        let shown = part.split("</details>").nth(usize::from(at > 0));
        unfolded.push_str(shown.unwrap_or_default());
    }
    assert!(unfolded.len() < 12_000, "{} bytes", unfolded.len());
    assert!(
        unfolded.lines().count() < 100,
        "{}",
        unfolded.lines().count()
    );
    let position = |text: &str| {
        let found = front.find(text);
        found.unwrap_or_else(|| panic!("no {text:?}"))
    };
    assert!(position("\n# ") < position("\n### 3.15: "));
    assert!(position("\n### 3.15: ") < position("<b>3.13</b>: "));
    assert!(position("<b>3.13</b>: ") < position("\n## All findings"));
    assert!(position("\n## All findings") < position("passed: "));
    // Title, was and now, id.
    let first = front.lines().find(|line| line.starts_with("- <b>"));
    let first = first.expect("a finding");
    assert_contains(first, "` → `");
    assert_contains(first, "</b><br>");
    assert_contains(first, "<br><sub>[`");
}

#[test]
fn links_between_pages_lead_somewhere() {
    if is_left_out("reports/README.md") {
        return;
    }
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let folder = repository().join("reports");
    let pages = read_our_pages(&folder);
    let mut anchors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut links = Vec::new();
    for (name, page) in pages
        .iter()
        .filter(|(name, _)| name.strip_suffix(".md").is_some())
    {
        let arena = Arena::new();
        for node in parse_document(&arena, page, &options).descendants() {
            match &node.data.borrow().value {
                NodeValue::HtmlInline(html) if html.starts_with("<a id=") => {
                    let id = html.split('"').nth(1).expect("an id");
                    anchors.entry(name.clone()).or_default().push(id.to_owned());
                }
                NodeValue::Link(link) => links.push((name.clone(), link.url.clone())),
                _ => {}
            }
        }
    }
    assert!(links.len() > 500, "{}", links.len());
    for (page, url) in links.iter().filter(|(_, url)| !url.starts_with("http")) {
        let (file, anchor) = url.split_once('#').unwrap_or((url, ""));
        let file = if file.is_empty() { page } else { file };
        assert!(folder.join(file).exists(), "{page}: {url}");
        let is_there = || anchors[file].iter().any(|known| known == anchor);
        assert!(anchor.is_empty() || is_there(), "{page}: {url}");
    }
}
