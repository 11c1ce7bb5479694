//! The site of the documentation, as `.ci/site/build` makes it: every link leads to a page that is there, and to a place of it.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::harness::{stderr_of, stdout_of};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Builds the site, unless there is no mdBook here.
fn build_site(folder: &Path) -> bool {
    let mut build = Command::new(Path::new(ROOT).join(".ci/site/build"));
    build.arg(folder).env_remove("GITHUB_REPOSITORY");
    let output = build.output().expect("bash");
    let said = stdout_of(&output) + &stderr_of(&output);
    match output.status.code() {
        Some(0) => true,
        Some(69) => {
            println!("not covered: the site, without mdBook: {said}");
            false
        }
        _ => panic!("{said}"),
    }
}

/// The files in a folder and below it, but for the reports, which have tests of their own.
fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_file() {
            files.push(path);
        } else if entry.file_name() != "reports" {
            collect_files(&path, files);
        }
    }
}

/// A page of the site.
struct Page {
    links: Vec<String>,
    ids: BTreeSet<String>,
}

fn read_pages(folder: &Path) -> BTreeMap<PathBuf, Page> {
    let link = Regex::new(r#"\b(?:href|src|srcset)="([^"]*)""#).expect("a pattern");
    let id = Regex::new(r#"\bid="([^"]*)""#).expect("a pattern");
    let find = |pattern: &Regex, text: &str| -> Vec<String> {
        let found = pattern.captures_iter(text);
        found.map(|one| one[1].replace("&amp;", "&")).collect()
    };
    let mut files = Vec::new();
    collect_files(folder, &mut files);
    // What all pages have in one is there for printing, and the page for what is not there is for one address.
    let left_out = ["print.html", "404.html", "toc.html"];
    let pages = files.into_iter().filter_map(|path| {
        let name = path.strip_prefix(folder).expect("below it").to_owned();
        let is_page = name.extension().is_some_and(|end| end == "html");
        let is_left_out = left_out.iter().any(|one| name == Path::new(one));
        (is_page && !is_left_out).then(|| (name, std::fs::read_to_string(path).expect("text")))
    });
    pages
        .map(|(name, text)| {
            let links = find(&link, &text);
            let ids = find(&id, &text).into_iter().collect();
            (name, Page { links, ids })
        })
        .collect()
}

/// The path with `..` carried out.
fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(result.pop(), "{} leaves the site", path.display()),
            Component::Normal(name) => result.push(name),
            _ => {}
        }
    }
    result
}

#[test]
fn links_of_the_site_lead_somewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    if !build_site(folder.path()) {
        return;
    }
    let pages = read_pages(folder.path());
    let mut wrong = Vec::new();
    let (mut inside, mut outside) = (0, BTreeSet::new());
    for (name, page) in &pages {
        for link in &page.links {
            if link.starts_with("data:") || link.starts_with("mailto:") {
                continue;
            }
            if link.contains("://") {
                outside.insert(link.clone());
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let parent = name.parent().expect("a folder");
            let target = match path {
                "" => name.clone(),
                path => normalize(&parent.join(path)),
            };
            inside += 1;
            let is_there = folder.path().join(&target).is_file();
            let has_place = || {
                pages
                    .get(&target)
                    .is_none_or(|page| page.ids.contains(anchor))
            };
            if !is_there || (!anchor.is_empty() && !has_place()) {
                wrong.push(format!("{}: {link}", name.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "links to nowhere: {wrong:#?}");
    assert!(inside > 500, "{inside} links");
    let source = "https://github.com/OWNER/modswap/blob/HEAD/";
    for link in outside {
        if let Some(path) = link.strip_prefix(source) {
            assert!(Path::new(ROOT).join(path).is_file(), "{link}");
        }
    }
}

#[test]
fn the_site_has_every_page_the_reports_and_the_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    if !build_site(folder.path()) {
        return;
    }
    let at = |name: &str| folder.path().join(name);
    for entry in std::fs::read_dir(Path::new(ROOT).join("docs")).expect("docs") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("UTF-8");
        let page = name.replace("README", "index").replace(".md", ".html");
        assert!(at("docs").join(&page).is_file(), "{page}");
    }
    for name in ["scenario.schema.json", "report.schema.json"] {
        let text = std::fs::read_to_string(at("docs").join(name)).expect("a schema");
        // It is where its `$id` says.
        assert!(text.contains(&format!("https://OWNER.github.io/modswap/docs/{name}")));
    }
    for name in [
        "index.html",
        "reports/index.html",
        "reports/report.json",
        "scenarios/index.html",
    ] {
        assert!(at(name).is_file(), "{name}");
    }
    let hidden = std::fs::read_dir(folder.path())
        .expect("the site")
        .flatten();
    let hidden: Vec<_> = hidden
        .filter(|entry| entry.file_name().as_encoded_bytes()[0] == b'.')
        .collect();
    assert!(hidden.is_empty(), "GitHub leaves out {hidden:?}");
}
