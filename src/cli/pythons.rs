//! `modswap pythons`

use super::arguments::{AnswerFormat, Common, Pythons, PythonsArguments};
use super::find::{environment, hold, hold_listed, listed, not_found, probe_options};
use super::interrupted;
use super::{Exit, Failure, print, screen, style};
use crate::python::discover::discover_all;
use crate::python::inventory::{Interpreter, Inventory, MissingReason, MissingVersion};
use crate::python::pythons_yaml::ListedPython;
use crate::python::requirements::find_unmet;
use crate::report::terminal::inventory;
use crate::runner::shutdown::asked_to_stop;
use crate::scenario::FOLDER;

pub(super) async fn run(arguments: &PythonsArguments, common: &Common) -> Result<Exit, Failure> {
    let wanted = &arguments.pythons;
    let requests = &wanted.python;
    let environment = environment(wanted);
    let style = style(common);
    let listed = listed(wanted, &[FOLDER.into()], style)?;
    // What is required is enforced when the table has been shown.
    let optional: Vec<_> = listed
        .iter()
        .map(|python| ListedPython {
            required: false,
            ..python.clone()
        })
        .collect();
    let options = probe_options(wanted);
    let all = tokio::select! {
        all = discover_all(&environment, requests, &optional, options) => all,
        () = asked_to_stop() => return Err(interrupted()),
    };
    let all = all.map_err(|error| not_found(&error, &environment))?;
    let mut shown = all.select(requests);
    let is_request_unmet = !shown.missing.is_empty();
    if requests.is_empty() {
        shown.missing = shown.find_missing_supported(jiff::Zoned::now().date());
    } else {
        // Only these were asked for.
        shown.rejected = all.find_rejected_like(requests);
        let commands = shown.interpreters.iter().map(Interpreter::command_line);
        let commands: Vec<_> = commands.collect();
        shown.merged.retain(|name| commands.contains(&name.into));
    }
    add_required(&mut shown, wanted);
    match arguments.format {
        AnswerFormat::Table if arguments.explain => {
            screen::show(&inventory::render_explained(&shown, style))?;
        }
        AnswerFormat::Table => screen::show(&inventory::render_table(&shown, style))?,
        AnswerFormat::Json => print(&inventory::render_json(&shown))?,
    }
    hold(wanted, &shown)?;
    if requests.is_empty() {
        hold_listed(&listed, &shown)?;
    }
    Ok(if shown.interpreters.is_empty() || is_request_unmet {
        Exit::Nothing
    } else {
        Exit::Success
    })
}

/// Adds what `--require` asks for and is not there. A version is missing once, for the more pressing reason.
fn add_required(inventory: &mut Inventory, wanted: &Pythons) {
    let keys: Vec<_> = inventory
        .interpreters
        .iter()
        .map(|found| &found.key)
        .collect();
    let unmet = find_unmet(&wanted.require, &keys).into_iter();
    let unmet: Vec<_> = unmet.map(ToString::to_string).collect();
    inventory
        .missing
        .retain(|missing| !unmet.contains(&missing.wanted));
    inventory
        .missing
        .extend(unmet.into_iter().map(|wanted| MissingVersion {
            wanted,
            reason: MissingReason::Required,
        }));
}
