//! A badge for a README: an image of a few words, in the form that readers know.

use askama::Template;

use crate::text::visible;
use crate::vet::{Level, VetTable, judge_unloading};

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
    let judged = judge_unloading(table);
    let levels: Vec<Option<Level>> = judged
        .iter()
        .map(|unload| unload.as_ref().map(|unload| unload.answer.level))
        .collect();
    let worst = levels.iter().flatten().max().copied();
    let columns = 0..levels.len();
    let columns: Vec<usize> = columns.filter(|column| levels[*column] == worst).collect();
    let on = if columns.len() == levels.len() {
        String::new()
    } else {
        format!(" on {}", table.ranges(&columns))
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
