//! A badge for a README: an image of a few words, in the form that readers know.

use askama::Template;

use super::wording::describe_unloading;
use crate::text::visible;
use crate::vet::{Level, VetTable};

/// The width of a character in units of the image, about that of Verdana at 11.
const CHARACTER: usize = 7;
/// The space left and right of a text.
const MARGIN: usize = 6;
/// Characters of the message.
const MAX_MESSAGE: usize = 60;

/// The image.
#[derive(Template)]
#[template(
    path = "badge.svg",
    config = "src/report/html/askama.toml",
    escape = "html"
)]
struct Badge {
    label: &'static str,
    message: String,
    colour: &'static str,
    label_width: usize,
    message_width: usize,
}

/// Renders whether a package may be unloaded, as SVG.
///
/// # Panics
/// Never: the template writes into a string.
pub fn render_badge(table: &VetTable) -> String {
    const LABEL: &str = "unload";
    let unloading = describe_unloading(table);
    let worst = unloading.last().map(|(answer, _)| answer.level);
    let is_one = unloading.len() == 1;
    let versions = unloading
        .last()
        .map(|(_, versions)| versions.as_str())
        .unwrap_or_default();
    let on = if is_one {
        String::new()
    } else {
        format!(" on {versions}")
    };
    let (message, colour) = match worst {
        None => ("unknown".to_owned(), "#6e7681"),
        Some(Level::Fails) => (format!("fails{on}"), "#a3260c"),
        Some(Level::Care) => (format!("with care{on}"), "#7a5200"),
        Some(_) => ("ok".to_owned(), "#0b5a8c"),
    };
    let message: String = visible(&message).chars().take(MAX_MESSAGE).collect();
    let width = |text: &str| text.chars().count() * CHARACTER + 2 * MARGIN;
    let badge = Badge {
        label: LABEL,
        label_width: width(LABEL),
        message_width: width(&message),
        message,
        colour,
    };
    badge.render().expect("a string takes all")
}
