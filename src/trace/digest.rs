//! The digest of a trace: equal digests are one behaviour.

use std::collections::BTreeMap;

use serde::Serialize;
use smol_str::SmolStr;

use super::StepRecord;
use super::fact::FactValue;

/// The identity of a behaviour: the facts of its steps and how the process ended, not the words in which they are shown.
#[derive(Serialize)]
struct TraceForm<'a> {
    end: &'a str,
    steps: Vec<StepForm<'a>>,
}

#[derive(Serialize)]
struct StepForm<'a> {
    facts: BTreeMap<&'a str, &'a FactValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inside: Option<usize>,
    step: usize,
}

/// Computes the digest of the steps of a case and of the end of its process (`exit 0`).
pub fn digest_trace(steps: &[StepRecord], end: &str) -> String {
    let steps = steps.iter().map(|record| StepForm {
        facts: record
            .facts
            .iter()
            .map(|(name, value)| (&*name.0, value))
            .collect(),
        inside: record.inside,
        step: record.step,
    });
    crate::digest::digest(&TraceForm {
        end,
        steps: steps.collect(),
    })
}

/// Computes the digest as it was up to form 1: over the records as reports and baselines have them, words included.
pub fn digest_v1(steps: &[StepRecord]) -> String {
    let text = serde_json::to_vec(steps).expect("a trace has text keys only");
    crate::digest::short_hash(&text)
}

/// Says of a record of form 1 in which module its step stands; such a step was called `demo 1: import: other`.
pub fn module_v1(record: &StepRecord) -> Option<SmolStr> {
    record.inside?;
    record.action.split(' ').next().map(SmolStr::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fact::FactName;

    fn record(action: &str) -> StepRecord {
        let tuple = FactValue::Tuple(vec![FactValue::Int(1), FactValue::Float(1.0)]);
        let facts = [("outcome", FactValue::text("ok")), ("demo", tuple)];
        StepRecord {
            step: 1,
            inside: None,
            module: None,
            action: action.into(),
            facts: facts
                .map(|(name, value)| (FactName(name.into()), value))
                .into(),
        }
    }

    #[test]
    fn the_digest_of_a_trace_is_pinned() {
        // printf '{"end":"exit 0","steps":[{"facts":{"demo":{"()":[1,1.0]},"outcome":"ok"},"step":1}]}' | sha256sum
        assert_eq!(
            digest_trace(&[record("import: demo")], "exit 0"),
            "v2:13810b63146bc3f4"
        );
        // The same with `"inside":3,` before `"step"`.
        let mut inside = record("import: demo");
        inside.inside = Some(3);
        assert_eq!(digest_trace(&[inside], "exit 0"), "v2:f51728246eb0769b");
    }

    #[test]
    fn words_and_the_order_of_facts_do_not_count() {
        let digest = digest_trace(&[record("import: demo")], "exit 0");
        let mut other = record("the demo is imported");
        other.facts.reverse();
        assert_eq!(digest_trace(&[other], "exit 0"), digest);
        assert_ne!(digest_trace(&[record("import: demo")], "exit 1"), digest);
    }
}
