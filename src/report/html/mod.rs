//! The report as one page for a browser, which needs nothing beside it.

use askama::Template;

use super::whole::Told;

/// Why there is no page.
pub type HtmlError = askama::Error;

/// The page.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'a> {
    tool: &'a str,
}

/// The page.
///
/// # Errors
/// When the template fails, which a report does not bring about.
pub fn page(told: Told<'_>) -> Result<String, HtmlError> {
    Page {
        tool: &told.report.tool,
    }
    .render()
}
