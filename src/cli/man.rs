//! `modswap man`

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::arguments::{Cli, ManArguments};
use super::{Exit, Failure};
use crate::fs::{Readers, replace_file};
use crate::text;

pub(super) fn run(arguments: &ManArguments) -> Result<Exit, Failure> {
    // Without `help`, which is a command to clap; `modswap COMMAND --help` says the same.
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    write_pages(&cli, &arguments.folder)?;
    Ok(Exit::Success)
}

/// Writes the page of a command, and those of its commands.
fn write_pages(command: &clap::Command, folder: &Path) -> Result<(), Failure> {
    for below in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        write_pages(below, folder)?;
    }
    let name = command.get_display_name().unwrap_or(command.get_name());
    let file = folder.join(format!("{name}.1"));
    let written = replace_file(&file, Readers::All, |out| write_page(command, out));
    written.map_err(|error| {
        let name = text::path(&file);
        Failure::new(Exit::Fault, format!("{name}: cannot be written: {error}"))
    })
}

/// Writes a page: the sections of `clap_mangen`, but for a synopsis that is short and for examples that keep their lines.
fn write_page(command: &clap::Command, out: &mut dyn Write) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let page = Man::new(command.clone());
    let mut text = Vec::new();
    page.render_name_section(&mut text)?;
    let mut synopsis = Roff::new();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    synopsis.control("SH", ["SYNOPSIS"]);
    synopsis.text([roman(usage)]);
    synopsis.to_writer(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if command.get_subcommands().any(|one| !one.is_hide_set()) {
        page.render_subcommands_section(&mut text)?;
    }
    if let Some(after) = command.get_after_help() {
        render_lists(&after.to_string()).to_writer(&mut text)?;
    }
    let title = name.to_uppercase();
    let version = env!("CARGO_PKG_VERSION");
    // Without a day: a page is the same whenever it is written.
    writeln!(out, ".TH {title} 1 \"\" \"modswap {version}\" \"modswap\"")?;
    out.write_all(to_ascii(&String::from_utf8_lossy(&text)).as_bytes())
}

/// Renders lists under headings: `Exit codes:`, then lines of a word or a command, two blanks, and words about it.
fn render_lists(text: &str) -> Roff {
    let mut roff = Roff::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let Some(entry) = line.strip_prefix("  ") else {
            roff.control("SH", [&*line.trim_end_matches(':').to_uppercase()]);
            continue;
        };
        let (term, about) = entry.split_once("  ").unwrap_or((entry, ""));
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(about.trim_start_matches([' ', '#']))]);
    }
    roff
}

/// Writes what is not ASCII as roff does, whatever encoding the pages are read in.
fn to_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            let _ = write!(ascii, "\\[u{:04X}]", u32::from(c));
        }
    }
    ascii
}
