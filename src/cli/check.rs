//! `modswap check`

use super::arguments::{CheckArguments, Common, Format};
use super::session::{NotLoaded, find};
use super::{Exit, Failure, print, style};
use crate::report::check;

pub(super) fn run(arguments: &CheckArguments, common: &Common) -> Result<Exit, Failure> {
    let json = arguments.format == Format::Json;
    match find(&arguments.scenarios) {
        Ok(scenarios) => {
            print(&if json {
                check::json(&[])
            } else {
                check::all_right(&scenarios)
            })?;
            Ok(Exit::Success)
        }
        Err(NotLoaded::Wrong(errors)) if json => {
            print(&check::json(&errors.problems))?;
            Ok(Exit::Usage)
        }
        Err(error) => Err(error.told(style(common))),
    }
}
