//! `modswap pythons`

use super::arguments::{AnswerFormat, Common, PythonsArguments};
use super::configuration::usual_scenarios;
use super::{Exit, Failure, pager, print_json, stdout_style};
use crate::interrupt::shutdown_requested;
use crate::python::discover::discover_all;
use crate::python::inventory::{Interpreter, Inventory, MissingReason, MissingVersion};
use crate::python::pythons_yaml::NamedPython;
use crate::python::requirements::{Requirements, find_unmet};
use crate::report::terminal::inventory;
use crate::runner::RunError;
use crate::runner::resolve_pythons::{
    PythonSelection, ResolveError, check_listed, explain_not_found,
};

pub(super) async fn run(arguments: &PythonsArguments, common: &Common) -> Result<Exit, Failure> {
    let selection = PythonSelection::from(&arguments.pythons);
    let requests = &selection.requests;
    let environment = selection.environment();
    let style = stdout_style(common);
    let lists = selection.load_lists(&usual_scenarios());
    let listed = lists.map_err(ResolveError::from)?;
    // Whoever lists Pythons runs nothing of a repository with it.
    let is_started = |python: &NamedPython| {
        arguments.probe
            || !python.is_on_demand
            || !requests.is_empty() && python.is_asked_for(requests)
    };
    let (listed, unprobed): (Vec<_>, Vec<_>) = listed.into_iter().partition(is_started);
    // What is required is enforced when the table has been shown.
    let optional: Vec<_> = listed
        .iter()
        .map(|python| NamedPython {
            required: false,
            is_on_demand: python.is_on_demand && !arguments.probe,
            ..python.clone()
        })
        .collect();
    let options = selection.probe_options();
    let find = async {
        selection.install_missing(&environment).await?;
        let all = discover_all(&environment, requests, &optional, options).await;
        all.map_err(|error| explain_not_found(&error, &environment))
    };
    let all = tokio::select! {
        all = find => all?,
        () = shutdown_requested() => return Err(RunError::Interrupted.into()),
    };
    let mut shown = all.select(requests);
    shown.unprobed = unprobed.iter().map(NamedPython::name).collect();
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
    let required: Vec<_> = selection
        .required
        .iter()
        .chain(&selection.get)
        .cloned()
        .collect();
    add_required(&mut shown, &required);
    match arguments.format {
        AnswerFormat::Table if arguments.explain => {
            pager::print_paged(&inventory::render_explained(&shown, style))?;
        }
        AnswerFormat::Table => pager::print_paged(&inventory::render_table(&shown, style))?,
        AnswerFormat::Json => print_json(&inventory::render_json(&shown))?,
    }
    selection.check_required(&shown)?;
    if requests.is_empty() {
        check_listed(&listed, &shown)?;
    }
    Ok(if shown.interpreters.is_empty() || is_request_unmet {
        Exit::Nothing
    } else {
        Exit::Success
    })
}

/// Adds what `--require` asks for and is not there. A version is missing once, for the more pressing reason.
fn add_required(inventory: &mut Inventory, required: &[Requirements]) {
    let keys = inventory.interpreters.iter().map(|found| &found.key);
    let unmet = find_unmet(required, &keys.collect::<Vec<_>>()).into_iter();
    let unmet: Vec<_> = unmet.map(ToString::to_string).collect();
    let missing = &mut inventory.missing;
    missing.retain(|missing| !unmet.contains(&missing.wanted));
    missing.extend(unmet.into_iter().map(|wanted| MissingVersion {
        wanted,
        reason: MissingReason::Required,
    }));
}
