//! A folder of pages for a repository or a web server: what one sees when one opens it there, a page per subject, the whole as one
//! page for a browser, and the report.

mod front;
mod subject;

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::format::RenderError;
use super::links::Links;
use super::{html, json};
use crate::compare::{self, Row};
use crate::record::RunReport;
use crate::report::context::{RenderContext, ReportOrigin};
use crate::text::visible;

/// First line of every page of Markdown. What does not begin with it was made by somebody else.
const MARK: &str = "<!-- Made by modswap; what is changed here is lost. -->\n";
/// The same, of the other files.
const MARK_OF_HTML: &str = "<!DOCTYPE html>\n<!-- Made by modswap";
const MARK_OF_JSON: &str = "{\n  \"schema_version\"";

/// The page that one sees first.
pub const FRONT: &str = "README.md";
/// The page for a browser.
pub const BROWSER: &str = "index.html";
/// The report.
pub const REPORT: &str = "report.json";

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its name.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Whether a file of this name and text was made here, and may be made again.
pub fn is_ours(name: &str, text: &str) -> bool {
    let mark = match name {
        BROWSER => MARK_OF_HTML,
        REPORT => MARK_OF_JSON,
        _ => MARK,
    };
    text.starts_with(mark)
}

/// The report as others may see it: without what is of the machine alone. A path in the home folder begins with `~`, and what looked
/// like an interpreter and was none is left out.
#[must_use]
pub fn public(report: &RunReport, home: Option<&str>) -> RunReport {
    let mut report = report.clone();
    report.rejected.clear();
    let home = home.map(|home| home.trim_end_matches('/'));
    let Some(home) = home.filter(|home| home.len() > 1) else {
        return report;
    };
    let inside = format!("{home}/");
    for one in &mut report.interpreters {
        let values = one.env.values_mut();
        for text in one.command.iter_mut().chain(&mut one.flags).chain(values) {
            *text = text.replace(&inside, "~/");
        }
    }
    report
}

/// The links from a folder to what lies in the current one; nothing where the folder is not below it.
pub fn links_from(folder: &Path) -> Links {
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let is_below = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !folder.components().all(is_below) {
        return Links::NONE;
    }
    let up: Vec<&str> = folder.components().map(|_| "..").collect();
    Links::below(&up.join("/"))
}

/// All pages of a report that others may see.
///
/// # Errors
/// When a format cannot hold the report, which none brings about.
pub fn pages(report: &RunReport, strict: bool, links: &Links) -> Result<Vec<Page>, RenderError> {
    let told = RenderContext {
        report,
        strict,
        faults: &[],
        made: ReportOrigin::Stored {
            file: Some(Path::new(REPORT)),
        },
        links,
    };
    let rows = compare::rows(report);
    let mut subjects: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in &rows {
        subjects.entry(row.case.subject()).or_default().push(row);
    }
    let names = names(subjects.keys().copied());
    let marked = |name: &str, text: String| Page {
        name: name.to_owned(),
        text: format!("{MARK}{text}"),
    };
    let mut pages = vec![
        marked(FRONT, front::page(told, &rows, &subjects, &names)),
        Page {
            name: BROWSER.to_owned(),
            text: html::page(told),
        },
        Page {
            name: REPORT.to_owned(),
            text: json(report),
        },
    ];
    pages.extend(subjects.iter().map(|(subject, rows)| {
        let text = subject::page(report, subject, rows, links);
        marked(&names[subject], text)
    }));
    Ok(pages)
}

/// Names of the pages of subjects. What is no plain name becomes one, and no two are the same where case does not count.
fn names<'a>(subjects: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let mut taken = vec!["readme".to_owned(), "index".to_owned()];
    let mut names = BTreeMap::new();
    for subject in subjects {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let text: String = visible(subject)
            .chars()
            .map(|c| if plain(c) { c } else { '_' })
            .collect();
        let text = text.trim_start_matches('.').to_owned();
        let mut name = text.clone();
        let mut count = 1;
        while name.is_empty() || taken.contains(&name.to_lowercase()) {
            count += 1;
            name = format!("{text}-{count}");
        }
        taken.push(name.to_lowercase());
        names.insert(subject, format!("{name}.md"));
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::record::Verdict;
    use crate::record::fake;

    #[test]
    fn pages_have_names_that_every_system_takes() {
        let names = names(BTreeSet::from(["a", "A", "readme", "..", "x y/<>"]).into_iter());
        let names: Vec<&str> = names.values().map(String::as_str).collect();
        assert_eq!(
            names,
            ["-2.md", "A.md", "a-2.md", "readme-2.md", "x_y___.md"]
        );
    }

    #[test]
    fn nothing_of_the_machine_is_public() {
        let mut report = fake::report(&[("swap/a", "3.13.0", Verdict::Pass, "a")]);
        report.interpreters[0].command = vec!["env".into(), "/home/me/x/python".into()];
        let public = public(&report, Some("/home/me"));
        assert_eq!(public.interpreters[0].command, ["env", "~/x/python"]);
        let root = super::public(&report, Some("/"));
        assert_eq!(root.interpreters[0].command, report.interpreters[0].command);
    }

    #[test]
    fn links_lead_out_of_the_folder() {
        let from = |folder: &str| links_from(Path::new(folder)).to("scenarios/a.yaml");
        assert_eq!(from("reports").as_deref(), Some("../scenarios/a.yaml"));
        assert_eq!(from("./a/b/").as_deref(), Some("../../scenarios/a.yaml"));
        assert_eq!(from("."), Some("scenarios/a.yaml".to_owned()));
        assert_eq!(from("/srv/www"), None);
        assert_eq!(from("../elsewhere"), None);
    }
}
