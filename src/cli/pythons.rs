//! `modswap pythons`

use super::arguments::{AnswerFormat, Common, PythonsArguments};
use super::find::{environment, hold, hold_listed, listed, not_found, probe_options};
use super::interrupted;
use super::{Exit, Failure, print, screen, style};
use crate::python::discover::find;
use crate::python::inventory::Missing;
use crate::python::listed::ListedPython;
use crate::python::{require, support};
use crate::report::terminal::inventory;
use crate::runner::shutdown::asked_to_stop;
use crate::scenario::FOLDER;

pub(super) async fn run(arguments: &PythonsArguments, common: &Common) -> Result<Exit, Failure> {
    let wanted = &arguments.pythons;
    let environment = environment(wanted);
    let style = style(common);
    let listed = listed(wanted, &[FOLDER.into()], style)?;
    // What is required is held to when the table is there to look at.
    let asked: Vec<_> = listed
        .iter()
        .cloned()
        .map(|one| ListedPython {
            required: false,
            ..one
        })
        .collect();
    let all = tokio::select! {
        all = find(&environment, &wanted.python, &asked, probe_options(wanted)) => all,
        () = asked_to_stop() => return Err(interrupted()),
    };
    let all = all.map_err(|error| not_found(&error, &environment))?;
    let mut found = all.selected(&wanted.python);
    let is_asked = !found.missing.is_empty();
    if wanted.python.is_empty() {
        let today = jiff::Zoned::now().date();
        found.missing = support::missing(&found.interpreters, today);
    } else {
        // Only these were asked for.
        found.rejected = all.like(&wanted.python);
        let used: Vec<String> = found
            .interpreters
            .iter()
            .map(|one| one.command.join(" "))
            .collect();
        found.merged.retain(|one| used.contains(&one.into));
    }
    let keys: Vec<_> = found.interpreters.iter().map(|one| &one.key).collect();
    let unmet = require::unmet(&wanted.require, &keys);
    let unmet: Vec<_> = unmet.into_iter().map(require::missing).collect();
    // A version is missing once, for the more pressing reason.
    let named = |one: &Missing| unmet.iter().any(|other| other.wanted == one.wanted);
    found.missing.retain(|one| !named(one));
    found.missing.extend(unmet);
    match arguments.format {
        AnswerFormat::Table if arguments.explain => {
            screen::show(&inventory::explained(&found, style))?;
        }
        AnswerFormat::Table => screen::show(&inventory::render(&found, style))?,
        AnswerFormat::Json => print(&inventory::json(&found))?,
    }
    hold(wanted, &found)?;
    if wanted.python.is_empty() {
        hold_listed(&listed, &found)?;
    }
    Ok(if found.interpreters.is_empty() || is_asked {
        Exit::Nothing
    } else {
        Exit::Success
    })
}
