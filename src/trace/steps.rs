//! The steps of a trace, in little room until somebody looks at them.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::StepRecord;

/// The records of a case, step by step. A run keeps the traces of all its cases, most of which nobody looks at before it is over: until then
/// they are text.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// As JSON without blanks; nothing where it was never packed.
    packed: Option<Box<str>>,
    records: OnceLock<Vec<StepRecord>>,
}

impl Steps {
    /// Packs steps. Words of their row must not be among them: rows share traces.
    pub fn pack(steps: &[StepRecord]) -> Self {
        let text = serde_json::to_string(steps).expect("a trace has text keys only");
        Self {
            packed: Some(text.into_boxed_str()),
            records: OnceLock::new(),
        }
    }

    fn unpack(&self) -> Vec<StepRecord> {
        let text = self.packed.as_deref().unwrap_or("[]");
        serde_json::from_str(text).expect("it was packed here")
    }
}

impl Deref for Steps {
    type Target = Vec<StepRecord>;

    fn deref(&self) -> &Vec<StepRecord> {
        self.records.get_or_init(|| self.unpack())
    }
}

impl From<Vec<StepRecord>> for Steps {
    fn from(steps: Vec<StepRecord>) -> Self {
        Self {
            packed: None,
            records: steps.into(),
        }
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        match (&self.packed, &other.packed) {
            (Some(packed), Some(other)) if packed == other => true,
            _ => **self == **other,
        }
    }
}

impl Serialize for Steps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.records.get() {
            Some(records) => records.serialize(serializer),
            // Not kept: it is written once, and there may be very many.
            None => self.unpack().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Steps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::fact::{FactName, FactValue};

    #[test]
    fn what_was_packed_comes_out_as_it_was() {
        let value = FactValue::List(vec![FactValue::Float(1.0), FactValue::text("1")]);
        let steps = vec![StepRecord {
            step: 1,
            inside: Some(2),
            module: None,
            action: "eval: \"a\"\n\u{1f600}".into(),
            facts: vec![(FactName("value".into()), value)],
        }];
        let packed = Steps::pack(&steps);
        assert_eq!(packed, Steps::from(steps.clone()));
        assert_eq!(
            serde_json::to_string(&packed).unwrap(),
            serde_json::to_string(&steps).unwrap()
        );
        assert_eq!(*packed, steps);
    }
}
