//! Digests: the identity of what a case did and of what a scenario does.
//!
//! A digest is taken of canonical JSON (keys sorted, no blanks) of forms that exist for nothing else, so that a better word
//! in a report, or another name in this program, is no other behaviour. The form has a version, which stands before the hash:
//! `v2:9f3c0a1b2c3d4e5f`. `docs/digests.md` describes it.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// The text before the hash of a digest of the current form.
const PREFIX: &str = "v2:";

/// The digest of a value: the version of the form, and the first 16 hexadecimal digits of the SHA-256 of its canonical JSON.
pub fn digest(value: &impl Serialize) -> String {
    format!("{PREFIX}{}", short_hash(canonical_json(value).as_bytes()))
}

/// True if a digest is of the form that this program writes. Those of form 1, which had no version, covered words.
pub fn is_current(digest: &str) -> bool {
    digest.starts_with(PREFIX)
}

/// JSON with sorted keys and without blanks.
fn canonical_json(value: &impl Serialize) -> String {
    let mut tree = serde_json::to_value(value).expect("a digested value has text keys only");
    tree.sort_all_objects();
    tree.to_string()
}

/// The first 16 hexadecimal digits of the SHA-256 of some bytes.
pub fn short_hash(data: &[u8]) -> String {
    let hash = Sha256::digest(data);
    let first = hash.first_chunk().expect("it has 32 bytes");
    format!("{:016x}", u64::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = json!({"b": [{"d": 1.0, "c": "é\n"}], "a": null});
        let text = r#"{"a":null,"b":[{"c":"é\n","d":1.0}]}"#;
        assert_eq!(canonical_json(&value), text);
        assert_eq!(
            digest(&value),
            format!("v2:{}", short_hash(text.as_bytes()))
        );
    }

    #[test]
    fn a_digest_says_its_form() {
        // `printf '{"a":1}' | sha256sum`
        assert_eq!(digest(&json!({"a": 1})), "v2:015abd7f5cc57a2d");
        assert!(is_current("v2:015abd7f5cc57a2d"));
        assert!(!is_current("015abd7f5cc57a2d"));
    }
}
