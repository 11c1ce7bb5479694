//! A page that has a limit: blocks are on it as a whole or not at all, and what is not is said at its end.

/// Bytes that are kept for the note about what is missing.
const NOTE_RESERVE: usize = 600;

/// A page of limited size.
pub(super) struct Page {
    text: String,
    limit: usize,
    missing: Vec<String>,
}

impl Page {
    /// An empty page of so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
            missing: Vec::new(),
        }
    }

    /// Bytes that a block may still have.
    pub(super) fn remaining(&self) -> usize {
        self.limit.saturating_sub(NOTE_RESERVE + self.text.len())
    }

    /// Puts a block on the page, with a blank line before it, if it fits.
    pub(super) fn add(&mut self, block: &str) -> bool {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let fits = gap.len() + block.len() <= self.remaining();
        if fits {
            self.text.push_str(gap);
            self.text.push_str(block);
        }
        fits
    }

    /// Puts a block on the page, or else its name on the list of what is missing.
    pub(super) fn add_or_miss(&mut self, name: &str, block: &str) {
        if !self.add(block) {
            self.miss(name.to_owned());
        }
    }

    /// Adds to the list of what is missing, in a few words of our own.
    pub(super) fn miss(&mut self, what: String) {
        self.missing.push(what);
    }

    /// The whole page; nothing where not even its first block fit.
    pub(super) fn finish(mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        if !self.missing.is_empty() {
            let note = format!(
                "\nThis page has a limit, and leaves out: {}. The report of `--output FILE` has all of it.\n",
                self.missing.join(", ")
            );
            debug_assert!(note.len() <= NOTE_RESERVE, "the note is of our own words");
            self.text.push_str(&note);
        }
        Some(self.text)
    }
}
