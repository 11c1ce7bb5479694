//! `modswap check`

use super::arguments::{AnswerFormat, CheckArguments, Common};
use super::session::{NotLoaded, find, roots};
use super::{Exit, Failure, print, screen, style};
use crate::report::terminal::check;
use crate::scenario;

pub(super) fn run(arguments: &CheckArguments, common: &Common) -> Result<Exit, Failure> {
    let json = arguments.format == AnswerFormat::Json;
    let lists = scenario::lists_beside(&roots(&arguments.scenarios));
    let found = find(&arguments.scenarios);
    let found = match (found, scenario::listed(&lists)) {
        (Err(NotLoaded::Wrong(mut errors)), Err(more)) => {
            errors.problems.extend(more.problems);
            Err(NotLoaded::Wrong(errors))
        }
        (Ok(_), Err(errors)) => Err(NotLoaded::Wrong(errors)),
        (found, _) => found,
    };
    match found {
        Ok(scenarios) => {
            if json {
                print(&check::json(&[]))?;
            } else {
                screen::show(&check::all_right(&scenarios))?;
            }
            Ok(Exit::Success)
        }
        Err(NotLoaded::Wrong(errors)) if json => {
            print(&check::json(&errors.problems))?;
            Ok(Exit::Usage)
        }
        Err(error) => Err(error.told(style(common))),
    }
}
