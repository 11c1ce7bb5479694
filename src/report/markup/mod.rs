//! Writing Markdown: what the pages written in it share.

mod escape;
mod finding;

pub(super) use escape::{code, fence, html_code, link, prose};
pub(super) use finding::{HEADING, describe_rows, id_of, render_line, short_title};

use std::collections::BTreeMap;

use crate::record::RunReport;
use crate::report::links::Links;

/// Where the files of scenarios can be looked at, by id.
pub(super) fn scenario_addresses<'a>(
    report: &'a RunReport,
    links: &Links,
) -> BTreeMap<&'a str, String> {
    let scenarios = report.scenarios.iter();
    let addresses = scenarios.filter_map(|scenario| {
        let address = links.to(&scenario.file)?;
        Some((&*scenario.id, address))
    });
    addresses.collect()
}
