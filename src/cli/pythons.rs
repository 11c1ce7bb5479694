//! `modswap pythons`

use super::arguments::{AnswerFormat, Common, PythonsArguments};
use super::{Exit, Failure, pager, print, style};
use crate::python::discover::find;
use crate::python::inventory::Missing;
use crate::python::listed::ListedPython;
use crate::python::{require, support};
use crate::report::terminal::inventory;
use crate::runner::RunError;
use crate::runner::resolve_pythons::{
    PythonSelection, ResolveError, check_listed, explain_not_found,
};
use crate::runner::shutdown::shutdown_requested;
use crate::scenario::FOLDER;

pub(super) async fn run(arguments: &PythonsArguments, common: &Common) -> Result<Exit, Failure> {
    let wanted = &arguments.pythons;
    let selection = PythonSelection::from(wanted);
    let environment = selection.environment();
    let style = style(common);
    let lists = selection.load_lists(&[FOLDER.into()]);
    let listed = lists.map_err(ResolveError::from)?;
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
        all = find(&environment, &wanted.python, &asked, selection.probe_options()) => all,
        () = shutdown_requested() => return Err(RunError::Interrupted.into()),
    };
    let all = all.map_err(|error| explain_not_found(&error, &environment))?;
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
            pager::show(&inventory::explained(&found, style))?;
        }
        AnswerFormat::Table => pager::show(&inventory::render(&found, style))?,
        AnswerFormat::Json => print(&inventory::json(&found))?,
    }
    selection.check_required(&found)?;
    if wanted.python.is_empty() {
        check_listed(&listed, &found)?;
    }
    Ok(if found.interpreters.is_empty() || is_asked {
        Exit::Nothing
    } else {
        Exit::Success
    })
}
