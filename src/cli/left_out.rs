//! Parts of a run that are left out: cases whose packages are not installed yet, and scenarios with parameters that are not set. A line says so,
//! and how to get it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::plan::Plan;
use crate::runner::observer::RunObserver;
use crate::runner::select_parameters::UnsetParameters;
use crate::scenario::package::Package;
use crate::text::{first_few, plural};

/// Packages that are named.
const MAX_NAMED: usize = 4;

/// The size of a distribution on the disk with all that it needs, in kB, roughly: those of this repository's scenarios, as
/// they were on Linux for 2.7 to 3.15.
const SIZES: [(&str, u64); 13] = [
    ("attrs", 600),
    ("bcrypt", 1_300),
    ("ipython", 66_000),
    ("lazy-loader", 1_200),
    ("lxml", 12_500),
    ("markupsafe", 150),
    ("numpy", 72_000),
    ("pydantic-core", 5_700),
    ("pyyaml", 3_000),
    ("requests", 3_700),
    ("six", 120),
    ("typeguard", 800),
    ("typing-extensions", 350),
];

/// The cases that a run leaves out, by what they need.
#[derive(Clone, Default)]
pub(super) struct LeftOut(Arc<Mutex<Found>>);

#[derive(Default)]
struct Found {
    scenarios: BTreeSet<usize>,
    interpreters: BTreeSet<usize>,
    /// A set is installed once for each interpreter, whoever needs it.
    sets: BTreeSet<(usize, Vec<Package>)>,
}

impl RunObserver for LeftOut {
    fn left_out(&mut self, plan: &Plan, case: usize) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let case = &plan.cases[case];
        found.scenarios.insert(case.scenario);
        found.interpreters.insert(case.interpreter);
        let packages = plan.variant(case).requires.packages.clone();
        found.sets.insert((case.interpreter, packages));
    }
}

impl LeftOut {
    /// The record of a run, and what writes it.
    pub(super) fn watch() -> (Self, Box<dyn RunObserver>) {
        let found = Self::default();
        (found.clone(), Box::new(found))
    }

    /// The line, if anything was left out.
    pub(super) fn render(&self) -> Option<String> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let scenarios = found.scenarios.len();
        if scenarios == 0 {
            return None;
        }
        let sets = || found.sets.iter().flat_map(|(_, packages)| packages);
        let names = || sets().filter_map(Package::name);
        // The largest first: they are what one thinks about.
        let mut shown: Vec<&str> = names().collect::<BTreeSet<_>>().into_iter().collect();
        shown.sort_by_key(|name| std::cmp::Reverse(size_of(name)));
        let sizes: Option<Vec<u64>> = names().map(size_of).collect();
        let on = match found.interpreters.len() {
            1 => String::new(),
            several => format!(" on {several} Pythons"),
        };
        let size = match sizes {
            Some(sizes) => format!("about {}", render_size(sizes.iter().sum())),
            None => plural(shown.len(), "package"),
        };
        Some(format!(
            "left out: {} that need{} packages not installed yet ({}); `modswap run --packages` installs them: {size}{on}",
            plural(scenarios, "scenario"),
            if scenarios == 1 { "s" } else { "" },
            first_few(&shown, MAX_NAMED),
        ))
    }
}

/// The line about scenarios with parameters that are not set.
pub(super) fn render_unset(unset: &UnsetParameters) -> String {
    format!(
        "left out: {} with parameters that are not set ({}); `{}` runs {}",
        plural(unset.ids.len(), "scenario"),
        first_few(&unset.ids, MAX_NAMED),
        unset.options(),
        if unset.ids.len() == 1 { "it" } else { "them" },
    )
}

/// How much a distribution takes, in kB, if that is known.
fn size_of(name: &str) -> Option<u64> {
    let known = SIZES.iter().find(|(known, _)| *known == name);
    known.map(|(_, size)| *size)
}

/// kB as people round them: `1 MB`, `90 MB`, `1.2 GB`.
fn render_size(kilobytes: u64) -> String {
    match kilobytes.div_ceil(1_000) {
        few @ ..10 => format!("{few} MB"),
        megabytes @ ..950 => format!("{} MB", (megabytes + 5) / 10 * 10),
        more => {
            let tenths = (more + 50) / 100;
            format!("{}.{} GB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::id::FOLDER;

    #[test]
    fn sizes_are_round() {
        for (kilobytes, expected) in [
            (120, "1 MB"),
            (5_700, "6 MB"),
            (94_000, "90 MB"),
            (94_400, "100 MB"),
            (949_000, "950 MB"),
            (951_000, "1.0 GB"),
            (1_234_000, "1.2 GB"),
        ] {
            assert_eq!(render_size(kilobytes), expected);
        }
    }

    #[test]
    fn the_size_of_every_package_of_the_scenarios_is_known() {
        let scenarios = crate::scenario::load(&[FOLDER.into()]).expect("right scenarios");
        let scenarios = scenarios.iter().filter(|one| one.parameters.is_empty());
        let variants = scenarios.flat_map(|scenario| &scenario.variants);
        let packages = variants.flat_map(|variant| &variant.requires.packages);
        let names: BTreeSet<_> = packages.filter_map(Package::name).collect();
        let known: BTreeSet<_> = SIZES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, known);
    }

    #[test]
    fn one_line_says_what_is_left_out_how_much_it_is_and_how_to_get_it() {
        let left_out = LeftOut::default();
        assert_eq!(left_out.render(), None);
        let add = |interpreter: usize, scenario: usize, packages: &[&str]| {
            let packages = packages.iter().map(|text| text.parse().unwrap());
            let mut found = left_out.0.lock().unwrap();
            found.scenarios.insert(scenario);
            found.interpreters.insert(interpreter);
            found.sets.insert((interpreter, packages.collect()));
        };
        add(0, 3, &["six==1.17.0"]);
        assert_eq!(
            left_out.render().unwrap(),
            "left out: 1 scenario that needs packages not installed yet (six); `modswap run --packages` installs them: about 1 MB"
        );
        add(0, 4, &["numpy<2.6"]);
        add(1, 4, &["numpy<2.6"]);
        add(1, 5, &["numpy<2.6"]);
        assert_eq!(
            left_out.render().unwrap(),
            "left out: 3 scenarios that need packages not installed yet (numpy, six); `modswap run --packages` installs them: \
             about 150 MB on 2 Pythons"
        );
        add(1, 6, &["own-lib", "six"]);
        assert_eq!(
            left_out.render().unwrap(),
            "left out: 4 scenarios that need packages not installed yet (numpy, six, own-lib); `modswap run --packages` installs \
             them: 3 packages on 2 Pythons"
        );
    }
}
