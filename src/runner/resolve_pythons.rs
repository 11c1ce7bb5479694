//! Which Pythons a command is about, and what is said when one that must be there is not.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::observer::{self, RunObserver};
use crate::python::discover::{DiscoverError, discover, join_keys};
use crate::python::environment::Environment;
use crate::python::inventory::{Inventory, Rejected};
use crate::python::probe_queue::ProbeOptions;
use crate::python::pythons_yaml::{self, NamedPython, lists_beside};
use crate::python::request::PythonRequest;
use crate::python::requirements::{Requirements, find_unmet};
use crate::python::source::PythonSource;
use crate::python::uv::{self, InstallError};
use crate::scenario::LoadErrors;
use crate::text::printable;

const HINT: &str = "`modswap pythons` shows what was found and what was rejected";

/// Which Pythons are wanted; by default all that are found.
#[derive(Clone, Debug, Default)]
pub struct PythonSelection {
    /// Versions, labels, paths, names and commands; none means all.
    pub requests: Vec<PythonRequest>,
    /// Lists of Pythons behind commands; none means the `pythons.yaml` beside the scenarios.
    pub lists: Vec<PathBuf>,
    /// Pythons that must be among them.
    pub required: Vec<Requirements>,
    /// Pythons that must be there, and that uv installs where they are not.
    pub get: Vec<Requirements>,
    /// How long a Python may take to say what it is.
    pub probe_timeout: Option<Duration>,
    /// True if every Python is asked anew what it is.
    pub no_cache: bool,
}

/// Why the Pythons that were asked for are not there.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// A list of Pythons is wrong.
    #[error(transparent)]
    WrongList(#[from] LoadErrors),
    /// A request matches nothing, or a required Python is missing.
    #[error("{0}")]
    Missing(String),
    /// A missing Python was not installed.
    #[error(transparent)]
    NotInstalled(#[from] InstallError),
}

impl PythonSelection {
    /// Finds the selected Pythons, and those that are listed beside the scenarios. All that is required must be among them.
    ///
    /// # Errors
    /// When a list is wrong, or something is missing.
    pub(super) async fn resolve(
        &self,
        roots: &[PathBuf],
        observers: &mut [Box<dyn RunObserver>],
    ) -> Result<Inventory, ResolveError> {
        let inventory = self.find(roots).await?;
        // Whoever lists a Python expects a column of it.
        let is_listed =
            |rejected: &&Rejected| rejected.sources.first() == Some(&PythonSource::Listed);
        for rejected in inventory.rejected.iter().filter(is_listed) {
            let path = printable(&rejected.path);
            let warning = format!("not used: {path}: {}; {}", rejected.reason, rejected.help);
            observer::warn(observers, &warning);
        }
        Ok(inventory)
    }

    /// Finds the selected Pythons without a word about listed ones that cannot be used.
    ///
    /// # Errors
    /// When a list is wrong, or something is missing.
    pub async fn find(&self, roots: &[PathBuf]) -> Result<Inventory, ResolveError> {
        let environment = self.environment();
        let listed = self.load_lists(roots)?;
        let options = self.probe_options();
        self.install_missing(&environment).await?;
        let found = discover(&environment, &self.requests, &listed, options).await;
        let inventory = found.map_err(|error| explain_not_found(&error, &environment))?;
        self.check_required(&inventory)?;
        Ok(inventory)
    }

    /// Has those installed that are to be there and are not.
    ///
    /// # Errors
    /// When there is no uv, or it fails.
    pub async fn install_missing(&self, environment: &Environment) -> Result<(), ResolveError> {
        if self.get.is_empty() {
            return Ok(());
        }
        let options = self.probe_options();
        let here = discover(environment, &[], &[], options).await;
        let here = here.map_err(|error| explain_not_found(&error, environment));
        // One that has no Python at all may get one.
        let here = here.unwrap_or_default();
        let keys = here.interpreters.iter().map(|interpreter| &interpreter.key);
        let keys: Vec<_> = keys.collect();
        let missing = find_unmet(&self.get, &keys);
        if !missing.is_empty() {
            uv::install(&missing, environment).await?;
        }
        Ok(())
    }

    /// How Pythons are asked what they are.
    pub fn probe_options(&self) -> ProbeOptions {
        let usual = ProbeOptions::default();
        ProbeOptions {
            timeout: self.probe_timeout.unwrap_or(usual.timeout),
            ..usual
        }
    }

    /// Loads the lists that are named, or else those beside the scenarios.
    ///
    /// # Errors
    /// When one of them is wrong.
    pub fn load_lists(&self, roots: &[PathBuf]) -> Result<Vec<NamedPython>, LoadErrors> {
        if !self.lists.is_empty() {
            return pythons_yaml::load_lists(&self.lists);
        }
        let mut listed = pythons_yaml::load_lists(&lists_beside(roots))?;
        for python in &mut listed {
            python.is_on_demand = true;
        }
        Ok(listed)
    }

    /// The environment of this process, without a cache if that is wanted.
    pub fn environment(&self) -> Environment {
        let mut environment = Environment::current();
        if self.no_cache {
            environment.cache = None;
        }
        environment
    }

    /// Checks that all that is required was found.
    ///
    /// # Errors
    /// Lists what was not, and what might have been it.
    pub fn check_required(&self, inventory: &Inventory) -> Result<(), ResolveError> {
        let keys: Vec<_> = inventory
            .interpreters
            .iter()
            .map(|interpreter| &interpreter.key)
            .collect();
        let required: Vec<_> = self.required.iter().chain(&self.get).cloned().collect();
        let unmet = find_unmet(&required, &keys);
        if unmet.is_empty() {
            return Ok(());
        }
        let quoted: Vec<_> = unmet.iter().map(|request| format!("`{request}`")).collect();
        let found = join_keys(keys);
        let unmet: Vec<PythonRequest> = unmet.into_iter().cloned().collect();
        Err(ResolveError::Missing(format!(
            "required and missing: {}; here: {found}{}\n{HINT}",
            quoted.join(", "),
            render_rejected(&inventory.find_rejected_like(&unmet))
        )))
    }
}

/// Says why a request matched nothing, and what was rejected that it may have meant.
pub fn explain_not_found(error: &DiscoverError, environment: &Environment) -> ResolveError {
    let mut text = error.to_string();
    if let DiscoverError::NoMatch { rejected, .. } = error {
        text.push_str(&render_rejected(rejected));
    }
    if let Some(help) = error.help(environment) {
        let _ = write!(text, "\n  {help}");
    }
    ResolveError::Missing(format!("{text}\n{HINT}"))
}

/// Checks that every Python that a list requires can be used.
///
/// # Errors
/// Names the first that cannot.
pub fn check_listed(listed: &[NamedPython], inventory: &Inventory) -> Result<(), ResolveError> {
    let required = listed.iter().filter(|python| python.required);
    let is_lost = |name: &String| {
        inventory
            .rejected
            .iter()
            .any(|rejected| rejected.path == *name)
    };
    match required.map(NamedPython::name).find(is_lost) {
        None => Ok(()),
        Some(name) => Err(ResolveError::Missing(format!(
            "required and cannot be used: {name}"
        ))),
    }
}

/// Lists rejected Pythons with the reason and the way out.
fn render_rejected(rejected: &[Rejected]) -> String {
    let mut text = String::new();
    for python in rejected {
        let path = printable(&python.path);
        let _ = write!(text, "\n  {path}: {}\n    {}", python.reason, python.help);
    }
    text
}
