//! Pages of Markdown for a repository: a front page and a page per subject.

mod changes;
mod front;
mod subject;

use crate::compare::{Comparison, Row, group_by_subject};
use crate::record::VariantId;
use crate::report::context::RenderContext;
use crate::report::markup::{code, link};
use crate::report::site::SiteFile;
use crate::text::visible;

/// The rows of a subject, and the name of their page.
struct Subject<'a> {
    name: &'a str,
    page: String,
    rows: Vec<&'a Row<'a>>,
}

/// Renders the pages. The front page is called `front`, and links to the report for a browser and for programs.
pub(super) fn render_pages(
    comparison: &Comparison<'_>,
    context: &RenderContext<'_>,
    [front, browser, report]: [&str; 3],
) -> Vec<SiteFile> {
    let mut groups = group_by_subject(&comparison.rows);
    groups.sort_by_key(|(subject, _)| *subject);
    let names = page_names(groups.iter().map(|(subject, _)| *subject));
    let subjects = groups.into_iter().zip(names);
    let subjects = subjects.map(|((name, rows), page)| Subject { name, page, rows });
    let subjects: Vec<Subject<'_>> = subjects.collect();
    let mut pages = vec![SiteFile {
        name: front.to_owned(),
        text: front::render_front_page(comparison, context, &subjects, [browser, report]),
    }];
    pages.extend(subjects.iter().map(|subject| SiteFile {
        name: subject.page.clone(),
        text: subject::render_subject_page(comparison, subject, front, context.links),
    }));
    pages
}

/// Names of the pages of subjects. What is no plain name becomes one, and no two are the same where case does not count.
fn page_names<'a>(subjects: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = vec!["readme".to_owned(), "index".to_owned()];
    let names = subjects.map(|subject| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let plain = |c: char| if is_plain(c) { c } else { '_' };
        let text: String = visible(subject).chars().map(plain).collect();
        let text = text.trim_start_matches('.');
        let mut name = text.to_owned();
        let mut count = 1;
        while name.is_empty() || taken.contains(&name.to_lowercase()) {
            count += 1;
            name = format!("{text}-{count}");
        }
        taken.push(name.to_lowercase());
        format!("{name}.md")
    });
    names.collect()
}

/// The id of a scenario, or of a row of it, as a link to the finding on a page.
fn link_scenario(id: &str, page: &str) -> String {
    let scenario = VariantId::from(id);
    let address = format!("{page}#{}", anchor(name_in_subject(scenario.scenario())));
    link(&code(id), Some(&address))
}

/// The name of a scenario on the page of its subject.
fn name_in_subject(scenario: &str) -> &str {
    scenario.split_once('/').map_or(scenario, |(_, name)| name)
}

/// The anchor of a name: as GitHub would make it of a heading.
fn anchor(name: &str) -> String {
    let text = name.to_lowercase();
    let kept = text.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c => c.is_alphanumeric().then_some(c),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_names_that_every_system_takes() {
        assert_eq!(
            page_names(["..", "A", "a", "readme", "x y/<>"].into_iter()),
            ["-2.md", "A.md", "a-2.md", "readme-2.md", "x_y___.md"]
        );
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("earlier-copy"), "earlier-copy");
        assert_eq!(anchor("A b_c.d (e)"), "a-b_cd-e");
    }
}
