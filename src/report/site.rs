//! A folder for a repository or a web server: the pages that one sees when one opens it there, the report as one page for a browser,
//! a page for each finding and each release, and the report itself.

use std::path::{Component, Path};

use super::context::{ReadScripts, RenderContext, ReportOrigin};
use super::json::render_json;
use super::links::Links;
use super::{html, pages};
use crate::compare::Comparison;
use crate::record::RunReport;

/// First line of every page of Markdown. What does not begin with it was made by somebody else.
const MARK: &str = "<!-- Made by modswap; what is changed here is lost. -->\n";
/// The beginning of the page for a browser.
const MARK_OF_HTML: &str = "<!DOCTYPE html>\n<!-- Made by modswap";
/// The beginning of the report.
const MARK_OF_JSON: &str = "{\n  \"schema_version\"";

/// The page that one sees first.
pub const FRONT: &str = "README.md";
/// The page for a browser.
pub const BROWSER: &str = "index.html";
/// The report.
pub const REPORT: &str = "report.json";
/// The style of the pages of findings and releases.
pub const STYLE: &str = "style.css";
/// The beginning of the style.
const MARK_OF_STYLE: &str = "/* Made by modswap";

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// Its name, with `/` between the folders that it is in.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// True if a file of this name and text was made here, and may be made again.
pub fn is_ours(name: &str, text: &str) -> bool {
    let mark = match name {
        _ if has_ending(name, "html") => MARK_OF_HTML,
        REPORT => MARK_OF_JSON,
        STYLE => MARK_OF_STYLE,
        _ => MARK,
    };
    text.starts_with(mark)
}

/// True for a name of a page that one run may make and the next one may not.
pub fn is_page(name: &str) -> bool {
    has_ending(name, "md") || has_ending(name, "html")
}

fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|known| known == ending)
}

/// The report as others may see it: without what is of the machine alone. A path in the home folder begins with `~`, and what looked
/// like an interpreter and was none is left out.
#[must_use]
pub fn redact(report: &RunReport, home: Option<&str>) -> RunReport {
    let mut report = report.clone();
    report.rejected.clear();
    let home = home.map(|home| home.trim_end_matches('/'));
    let Some(home) = home.filter(|home| home.len() > 1) else {
        return report;
    };
    let inside = format!("{home}/");
    for interpreter in &mut report.interpreters {
        let values = interpreter.env.values_mut();
        let words = interpreter.command.iter_mut();
        for text in words.chain(&mut interpreter.flags).chain(values) {
            *text = text.replace(&inside, "~/");
        }
    }
    report
}

/// The links from a folder to what lies in the current one; none where the folder is not below it.
pub fn links_from(folder: &Path) -> Links {
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let is_below = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !folder.components().all(is_below) {
        return Links::NONE;
    }
    let up: Vec<&str> = folder.components().map(|_| "..").collect();
    Links::below(&up.join("/"))
}

/// Renders all files of the folder for a report that others may see.
pub fn render_site(
    report: &RunReport,
    strict: bool,
    links: &Links,
    read_scripts: ReadScripts,
) -> Vec<SiteFile> {
    let comparison = Comparison::new(report);
    let context = RenderContext {
        strict,
        faults: &[],
        origin: ReportOrigin::Stored {
            file: Some(Path::new(REPORT)),
        },
        links,
        read_scripts,
    };
    let mut files = pages::render_pages(&comparison, &context, [FRONT, BROWSER, REPORT]);
    for page in &mut files {
        page.text.insert_str(0, MARK);
    }
    let pages = html::render_static_pages(&comparison, &context, [BROWSER, STYLE]);
    let releases = pages.iter().filter_map(|page| page.release.clone());
    let releases: Vec<(String, String)> = releases.collect();
    files.extend(pages.into_iter().map(|page| SiteFile {
        name: page.name,
        text: page.text,
    }));
    files.push(SiteFile {
        name: STYLE.to_owned(),
        text: html::style_sheet(),
    });
    files.push(SiteFile {
        name: BROWSER.to_owned(),
        text: html::render_page_beside(&comparison, &context, &releases),
    });
    files.push(SiteFile {
        name: REPORT.to_owned(),
        text: render_json(&comparison),
    });
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;
    use crate::record::fake;

    #[test]
    fn nothing_of_the_machine_is_public() {
        let mut report = fake::report(&[("swap/a", "3.13.0", Verdict::Pass, "a")]);
        report.interpreters[0].command = vec!["env".into(), "/home/me/x/python".into()];
        let public = redact(&report, Some("/home/me"));
        assert_eq!(public.interpreters[0].command, ["env", "~/x/python"]);
        let root = redact(&report, Some("/"));
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
