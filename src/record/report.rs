//! `RunReport`, the one thing that is stored, merged, compared and rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::VariantId;
use crate::builtin::is_builtin;
use crate::python::version::InterpreterKey;
use crate::record::Verdict;
use crate::trace::difference::BehaviourTrace;
use crate::trace::{Actions, Steps, TraceView, pairs_as_map};
use smol_str::SmolStr;

/// The version of the format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Name and version of the program, as what it writes has them.
pub const TOOL: &str = concat!("modswap ", env!("CARGO_PKG_VERSION"));

/// A whole run. Equal runs give equal reports but for `started`, `elapsed_s` and `duration_ms`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunReport {
    /// Of this format; a reader refuses a newer one.
    pub schema_version: u32,
    /// Name and version of the program that ran the cases; after a merge all of them, by commas.
    pub tool: String,
    /// When the run began, UTC, RFC 3339; after a merge when the first did.
    pub started: String,
    /// Wall time in seconds; after a merge that of the longest run.
    pub elapsed_s: f64,
    /// Which part of how many: `1/1` is everything. Merged parts that do not make a whole: all of them, by commas.
    pub partition: String,
    /// After a merge, which parts each interpreter ran; nothing where it is what `partition` says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<InterpreterKey, BTreeSet<String>>,
    /// System and architecture; after a merge all of them, by commas.
    pub platform: String,
    /// The columns, by version.
    pub interpreters: Vec<InterpreterReport>,
    /// Files that looked like an interpreter and were not used.
    pub rejected: Vec<RejectedReport>,
    /// The scenarios, by id.
    pub scenarios: Vec<ScenarioReport>,
    /// By case, then by version.
    pub cases: Vec<CaseReport>,
    /// Each distinct trace once, under its digest.
    pub traces: BTreeMap<SmolStr, Steps>,
    /// The steps of each row as people read them, by case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<VariantId, Actions>,
    /// The accepted behaviours of the rows, by case; nothing where there is no baseline. Letters of behaviours come from here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub baseline: BTreeMap<VariantId, Vec<KnownBehaviour>>,
    /// True if the run was interrupted. A merge only tells of what was not finished.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// Why no more cases were started, where the user had set a limit (`--max-fail`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// Cases that an interrupted or stopped run did not finish.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<Unfinished>,
}

impl RunReport {
    /// The trace of a digest, with the words of a row; nothing where it is not kept.
    pub fn trace(&self, case: &str, digest: &str) -> Option<TraceView<'_>> {
        let steps = self.traces.get(digest)?;
        Some(match self.actions.get(case) {
            Some(actions) => TraceView { steps, actions },
            None => TraceView::of_records(steps),
        })
    }

    /// True if its scenarios are those that the program carries.
    pub fn is_of_builtin(&self) -> bool {
        let mut scenarios = self.scenarios.iter();
        scenarios.any(|scenario| is_builtin(&scenario.file))
    }

    /// True if an older modswap wrote it, whose digests covered words: its scenarios cannot be told from those of today.
    pub fn is_older(&self) -> bool {
        let mut digests = self.scenarios.iter().map(|scenario| &scenario.digest);
        digests.any(|digest| !crate::digest::is_current(digest))
    }

    /// The trace of a case, with the words of its row.
    pub fn trace_of(&self, case: &CaseReport) -> Option<TraceView<'_>> {
        self.trace(&case.case, case.trace.as_deref()?)
    }

    /// Returns the behaviour of a case, as far as it came; none where its trace is not kept.
    pub fn behaviour_of<'a>(&'a self, case: &'a CaseReport) -> Option<BehaviourTrace<'a>> {
        Some(BehaviourTrace {
            trace: self.trace_of(case)?,
            end: case.end.as_deref()?,
        })
    }

    /// A behaviour of a row with its steps; nothing where its trace is not kept.
    pub fn behaviour<'a>(&'a self, row: &str, id: &'a BehaviourId) -> Option<BehaviourTrace<'a>> {
        Some(BehaviourTrace {
            trace: self.trace(row, &id.trace)?,
            end: &id.end,
        })
    }

    /// The interpreters that ran, by version: not those of which only the baseline tells.
    pub fn keys_here(&self) -> impl Iterator<Item = &InterpreterKey> + Clone {
        let here = self.interpreters.iter().filter(|known| !known.recorded);
        here.map(|interpreter| &interpreter.key)
    }

    /// The keys of its interpreters, by version.
    pub fn keys(&self) -> impl Iterator<Item = &InterpreterKey> + Clone {
        self.interpreters.iter().map(|interpreter| &interpreter.key)
    }
}

/// A behaviour of a row as the baseline has it, without the steps of its trace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KnownBehaviour {
    /// Its letter, which it keeps.
    pub letter: String,
    /// Digest of its trace.
    pub trace: SmolStr,
    /// How the process ended.
    pub end: SmolStr,
    /// The versions that showed it.
    pub versions: BTreeSet<InterpreterKey>,
    /// The versions that showed it when the scenario was another text than the one that ran.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stale: BTreeSet<InterpreterKey>,
}

/// A behaviour: the digest of its trace, and how the process ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BehaviourId {
    /// Digest of the trace.
    pub trace: SmolStr,
    /// How the process ended.
    pub end: SmolStr,
}

impl BehaviourId {
    /// The behaviour with this digest of its trace and this end.
    pub fn new(trace: impl Into<SmolStr>, end: impl Into<SmolStr>) -> Self {
        Self {
            trace: trace.into(),
            end: end.into(),
        }
    }
}

/// How a case compares with the baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BaselineMatch {
    /// The kind of match.
    pub status: BaselineStatus,
    /// The behaviour that it is compared with: that of this version before (drift), or its nearest neighbour (a new version that behaves
    /// otherwise). Its trace is among those of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<BehaviourId>,
    /// For a new version: its nearest neighbour in the baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbour: Option<InterpreterKey>,
}

/// The kind of match of a case with the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineStatus {
    /// This version behaved so before.
    AsBaseline,
    /// This version was never seen.
    NewVersion,
    /// No version was ever seen in this row.
    NewScenario,
    /// An older modswap accepted it, whose digests had another form: nothing can be compared.
    OlderForm,
    /// The scenario does something else than what was recorded of this version.
    Stale,
    /// This version behaved otherwise before.
    Drift,
}

/// A case without a verdict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unfinished {
    /// Id of the row.
    pub case: VariantId,
    /// Key of the column.
    pub interpreter: InterpreterKey,
}

/// An interpreter that took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterpreterReport {
    /// Its name in tables.
    pub key: InterpreterKey,
    /// The version alone.
    pub version: String,
    /// Built without the GIL.
    pub free_threaded: bool,
    /// A debug build.
    pub debug: bool,
    /// Where it was found.
    pub origin: String,
    /// All ways that led to it, by the words of keys (`pyenv`, `path`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The words that start it.
    pub command: Vec<String>,
    /// Branch, date and compiler, as `sys.version` says.
    pub build: String,
    /// Flags of the measured interpreter.
    pub flags: Vec<String>,
    /// True if it is not here: its cases are those of the baseline. In no stored report.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recorded: bool,
    /// Variables of the measured interpreter, where a `pythons.yaml` gives it some.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

/// Something that was found and not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RejectedReport {
    /// Where it is.
    pub path: String,
    /// Why it is not a column.
    pub reason: String,
    /// The way out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// All ways that led to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// A scenario that took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioReport {
    /// Its id.
    pub id: String,
    /// Its finding.
    pub title: String,
    /// Its prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Its sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    /// Remarks on steps, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<usize, String>,
    /// Lines in its file, from 1, of the steps in which cases failed, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<usize, usize>,
    /// The changes that it tells of, by version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeReport>,
    /// True if none of its steps expects anything: then it passes whatever they end in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expects_nothing: bool,
    /// Digest of what it does.
    pub digest: String,
    /// Its file.
    pub file: String,
    /// The text of the file; nothing in reports that did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Arc<str>>,
    /// Its parameters, whose values the ids of its rows say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// True if it may start threads, so that one failure may be chance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub threads: bool,
    /// Ids of its rows in the order of its matrix, those of other parts too; nothing where it has one row. So the rows of merged
    /// parts stand as those of a whole run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<VariantId>,
}

/// A change that a scenario tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeReport {
    /// The first version that behaves otherwise: `3.6` or `3.6.3`.
    pub since: String,
    /// The change, and why it was made.
    pub note: String,
}

/// One case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseReport {
    /// Id of the row.
    pub case: VariantId,
    /// Id of the scenario.
    pub scenario: SmolStr,
    /// The matrix' choice.
    #[serde(with = "pairs_as_map")]
    pub variant: Vec<(SmolStr, serde_json::Value)>,
    /// Key of the column.
    pub interpreter: Arc<InterpreterKey>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in sentences.
    pub reasons: Vec<String>,
    /// Number of the step that the first reason is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// How the process ended; nothing for a case that did not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<SmolStr>,
    /// The step that was running when the process ended, in words, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<SmolStr>,
    /// Wall time of the case in milliseconds; of several runs, of the longest.
    pub duration_ms: f64,
    /// Digest of its trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<SmolStr>,
    /// Other behaviours that repeats, or other machines, showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<BehaviourId>,
    /// How it stands to the baseline, where there is one and the case ran to an end of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Box<BaselineMatch>>,
    /// Versions of the distributions that it could import because it required them, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<String, String>,
    /// Messages of exceptions by step. They are part of a behaviour only where the scenario asks; then they are facts, too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub messages: BTreeMap<usize, String>,
    /// Category and text of warnings by step; part of a behaviour as messages are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub warning_messages: BTreeMap<usize, Vec<String>>,
    /// Its standard output; part of a behaviour as messages are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stdout: String,
    /// Its standard error.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stderr: String,
}

impl CaseReport {
    /// A case of which nothing but its verdict is known.
    pub fn new(
        case: VariantId,
        scenario: SmolStr,
        variant: Vec<(SmolStr, serde_json::Value)>,
        interpreter: Arc<InterpreterKey>,
        verdict: Verdict,
    ) -> Self {
        Self {
            case,
            scenario,
            variant,
            interpreter,
            verdict,
            reasons: Vec::new(),
            step: None,
            end: None,
            during: None,
            duration_ms: 0.0,
            trace: None,
            also: Vec::new(),
            baseline: None,
            packages: BTreeMap::new(),
            messages: BTreeMap::new(),
            warning_messages: BTreeMap::new(),
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// The behaviour that was seen, whatever the verdict says of it; nothing for a case that did not run.
    pub fn behaviour_id(&self) -> Option<BehaviourId> {
        Some(BehaviourId {
            trace: self.trace.clone()?,
            end: self.end.clone()?,
        })
    }

    /// True if there is no reason for its verdict, and it wrote nothing.
    pub fn is_silent(&self) -> bool {
        self.reasons.is_empty() && self.stdout.is_empty() && self.stderr.is_empty()
    }

    /// How it stands to the baseline, in one word.
    pub fn baseline_status(&self) -> Option<BaselineStatus> {
        self.baseline.as_ref().map(|matched| matched.status)
    }

    /// The accepted behaviour that it differs from, if it does.
    pub fn held_against(&self) -> Option<&BehaviourId> {
        self.baseline.as_ref()?.was.as_ref()
    }

    /// True if it ran and is not in the baseline as it was seen: what `--strict` fails.
    pub fn is_unaccepted(&self) -> bool {
        let status = self.baseline_status();
        status.is_some_and(|status| status != BaselineStatus::AsBaseline)
    }

    /// The behaviour, trace and end, which two cases must share to behave alike; nothing for a case that did not run to an end of its own.
    pub fn behaviour(&self) -> Option<(&str, &str)> {
        match self.verdict {
            Verdict::Skipped | Verdict::Error | Verdict::TimedOut | Verdict::Crashed
            // Of several, none is the behaviour.
            | Verdict::Unstable => None,
            Verdict::Pass
            | Verdict::Recorded
            | Verdict::Xfail
            | Verdict::New
            | Verdict::Xpass
            | Verdict::Drift
            | Verdict::Fail => Some((self.trace.as_deref()?, self.end.as_deref()?)),
        }
    }
}
