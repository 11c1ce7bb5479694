//! `modswap check`

use super::arguments::{AnswerFormat, CheckArguments, Common};
use super::session::{NotLoaded, find, roots};
use super::{Exit, Failure, print, screen, style};
use crate::report::terminal::check;
use crate::scenario;

pub(super) fn run(arguments: &CheckArguments, common: &Common) -> Result<Exit, Failure> {
    let json = arguments.format == AnswerFormat::Json;
    let lists = scenario::find_lists(&roots(&arguments.scenarios));
    let found = find(&arguments.scenarios);
    let found = match (found, scenario::load_lists(&lists)) {
        (Err(NotLoaded::Wrong(mut errors)), Err(more)) => {
            errors.diagnostics.extend(more.diagnostics);
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
            print(&check::json(&errors.diagnostics))?;
            Ok(Exit::Usage)
        }
        Err(error) => Err(error.told(style(common))),
    }
}
