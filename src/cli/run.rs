//! `modswap run`

use super::arguments::{Common, Format, RunArguments};
use super::session::{execute, exit_of, load, roots};
use super::{Exit, Failure, print, style};
use crate::report::{self, overview, summary};

pub(super) async fn run(arguments: RunArguments, common: &Common) -> Result<Exit, Failure> {
    let scenarios = load(&arguments.scenarios, common)?;
    let style = style(common);
    let roots = roots(&arguments.scenarios);
    let report = execute(scenarios, &roots, &arguments.execution, style).await?;
    if exit_of(&report) == Exit::Nothing {
        eprintln!("modswap: nothing could run: every case was skipped; the results say why");
    }
    if arguments.format == Format::Json {
        print(&report::json(&report))?;
        return Ok(exit_of(&report));
    }
    let violations = summary::violations(&report, style);
    let gap = if violations.is_empty() { "" } else { "\n" };
    print(&format!(
        "{}\n\n{violations}{gap}{}",
        overview::render(&report, style),
        summary::totals(&report)
    ))?;
    Ok(exit_of(&report))
}
