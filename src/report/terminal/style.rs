//! How tables look: width, colour, lines.

use std::path::Path;

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};
use comfy_table::{LineStyle, TableStyle};

use crate::builtin::is_builtin;
use crate::report::links;
pub use crate::report::tone::Tone;
use crate::text::{joined, visible};

/// Columns of prose in a wide terminal.
const MAX_PROSE_WIDTH: usize = 100;

/// Lines of a screen where no terminal says otherwise.
pub const DEFAULT_LINES: u16 = 40;

/// The abilities of the terminal or file that shows the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an ability or a wish of its own"
)]
pub struct Style {
    /// Columns of the terminal.
    pub width: u16,
    /// True if colours and weights may be used.
    pub colour: bool,
    /// True if files and sources are links (OSC 8).
    pub links: bool,
    /// True if the overview lists every row, however many lines that are.
    pub all: bool,
    /// True if commands to type next are named.
    pub hints: bool,
    /// Lines of the terminal: an overview that does not list every row has no more.
    pub lines: u16,
}

impl Style {
    /// A style that every terminal can show.
    pub const PLAIN: Self = Self {
        width: 80,
        colour: false,
        links: false,
        all: false,
        hints: true,
        lines: DEFAULT_LINES,
    };

    /// Columns of prose, however wide the terminal is.
    pub(super) fn prose_width(self) -> usize {
        usize::from(self.width).min(MAX_PROSE_WIDTH)
    }

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

    /// The text in the colour and weight of a tone.
    pub fn paint(self, text: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Plain => "",
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Changed => "1;33",
            Tone::Good => "34",
            Tone::Bad => "1;31",
        };
        if self.colour && !code.is_empty() && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// The text as a link to an address, where the terminal can show one.
    pub fn link(self, text: &str, address: &str) -> String {
        if self.links {
            format!("\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\")
        } else {
            text.to_owned()
        }
    }

    /// The name of a file, as a link to it where the terminal can show one.
    pub fn file(self, name: &str) -> String {
        let shown = visible(name);
        let whole = std::path::absolute(name).ok();
        let whole = whole.filter(|_| !is_builtin(name));
        match whole.as_deref().and_then(Path::to_str) {
            Some(path) => self.link(&shown, &format!("file://{}", links::encode_path(path))),
            None => shown,
        }
    }

    /// The text in bold.
    pub fn strong(self, text: &str) -> String {
        self.paint(text, Tone::Strong)
    }

    /// A cell of a table in a tone. Control characters of foreign text become visible.
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

/// Lines with trailing blanks cut off, so that a copied table is clean.
pub fn trimmed(table: &Table) -> String {
    joined(table.lines().map(|line| line.trim_end().to_owned()), "\n")
}
