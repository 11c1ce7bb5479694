//! How tables look: width, colour, lines. Colour only ever repeats what a letter or a word says.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};
use comfy_table::{LineStyle, TableStyle};

use crate::text::visible;
use crate::verdict::Verdict;

/// What the place that shows the text can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: u16,
    /// Whether colours and weights may be used.
    pub colour: bool,
}

/// What a cell means, and with it how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// A head line.
    Strong,
    /// There, but not worth a look.
    Faint,
    /// Differs from its neighbour.
    Changed,
    /// As expected.
    Good,
    /// Not as expected.
    Bad,
}

impl Style {
    /// A table without borders but a line below its head.
    pub fn table(self) -> Table {
        const LINES: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));
        let mut table = Table::new();
        table
            .load_style(LINES)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width);
        if self.colour {
            table.enforce_styling();
            table.style_text_only();
        } else {
            table.force_no_tty();
        }
        table
    }

    /// Text that is meant to be found at a glance.
    pub fn strong(self, text: &str) -> String {
        if self.colour {
            format!("\x1b[1m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// A cell that means something. Control characters of foreign text become visible.
    pub fn cell(self, text: impl AsRef<str>, tone: Tone) -> Cell {
        let cell = Cell::new(visible(text.as_ref()));
        if !self.colour {
            return cell;
        }
        match tone {
            Tone::Plain => cell,
            Tone::Strong => cell.add_attribute(Attribute::Bold),
            Tone::Faint => cell.add_attribute(Attribute::Dim),
            // Blue, orange-ish yellow and magenta-ish red keep apart for most colour-blind readers; weight helps the rest.
            Tone::Changed => cell.fg(Color::DarkYellow).add_attribute(Attribute::Bold),
            Tone::Good => cell.fg(Color::DarkBlue),
            Tone::Bad => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        }
    }
}

/// The tone of a verdict.
pub fn verdict_tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Skipped => Tone::Faint,
        Verdict::Known => Tone::Changed,
        _ => Tone::Bad,
    }
}

/// Lines with trailing blanks cut off, so that a copied table is clean.
pub fn trimmed(table: &Table) -> String {
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}
