//! `modswap check`

use super::arguments::{AnswerFormat, CheckArguments};
use super::{Exit, Failure, pager, print_json};
use crate::python::pythons_yaml::{lists_beside, load_lists};
use crate::report::terminal::check;
use crate::runner::select_scenarios::{Corpus, ScenarioSelection, SelectError};

pub(super) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let mut selection = ScenarioSelection::from(&arguments.scenarios);
    if selection.corpus == Corpus::FilesFirst {
        selection.corpus = Corpus::Files;
    }
    let lists = load_lists(&lists_beside(&selection.roots()));
    let checked = match (selection.load(), lists) {
        (Err(SelectError::Wrong(mut errors)), Err(more)) => {
            errors.diagnostics.extend(more.diagnostics);
            Err(SelectError::Wrong(errors))
        }
        (Ok(_), Err(errors)) => Err(SelectError::Wrong(errors)),
        (checked, _) => checked,
    };
    match (checked, arguments.format) {
        (Ok(_), AnswerFormat::Json) => print_json(&check::render_json(&[]))?,
        (Ok(scenarios), AnswerFormat::Table) => {
            pager::print_paged(&check::render_success(&scenarios))?;
        }
        (Err(SelectError::Wrong(errors)), AnswerFormat::Json) => {
            print_json(&check::render_json(&errors.diagnostics))?;
            return Ok(Exit::Usage);
        }
        (Err(error), _) => return Err(error.into()),
    }
    Ok(Exit::Success)
}
