//! Parts of a run, for several machines.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::record::id::VariantId;

/// One part of so many: `2/5`. Which part a row is in depends on its id alone, so that it is the same on every machine and
/// another scenario does not move the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    /// From 1.
    pub part: u32,
    /// How many there are.
    pub of: u32,
}

/// A text that is not a shard.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no shard; expected which of how many, such as 2/5")]
pub struct ShardError(String);

impl Shard {
    /// Everything.
    pub const WHOLE: Self = Self { part: 1, of: 1 };

    /// True if the row is in this part: by the first eight bytes of the SHA-256 of its id, modulo the number of parts.
    pub fn has(self, id: &VariantId) -> bool {
        let hash = Sha256::digest(id.as_bytes());
        let number = hash[..8]
            .iter()
            .fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        number % u64::from(self.of) == u64::from(self.part - 1)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let error = || ShardError(text.to_owned());
        let (part, of) = text.split_once('/').ok_or_else(error)?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits).ok_or_else(error)
        };
        let (part, of) = (number(part)?, number(of)?);
        if (1..=of).contains(&part) {
            Ok(Self { part, of })
        } else {
            Err(error())
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_in_one_part() {
        let ids: Vec<VariantId> = (0..200)
            .map(|at| VariantId::from(format!("swap/{at}")))
            .collect();
        for of in [1, 2, 5, 7] {
            let shards = (1..=of).map(|part| Shard { part, of });
            let sizes: Vec<usize> = shards
                .map(|shard| ids.iter().filter(|id| shard.has(id)).count())
                .collect();
            assert_eq!(sizes.iter().sum::<usize>(), ids.len(), "{sizes:?}");
            assert!(sizes.iter().all(|size| *size > 0), "{sizes:?}");
        }
    }

    #[test]
    fn the_part_of_a_row_never_changes() {
        // sha256("swap/earlier-copy") begins with these bytes wherever it is computed.
        let id = VariantId::from("swap/earlier-copy");
        let parts: Vec<u32> = (1..=5)
            .filter(|part| Shard { part: *part, of: 5 }.has(&id))
            .collect();
        assert_eq!(parts, [2]);
    }

    #[test]
    fn shards_are_read() {
        assert_eq!("2/5".parse(), Ok(Shard { part: 2, of: 5 }));
        for wrong in ["", "2", "0/5", "6/5", "2/0", "-1/5", "+2/5", "2/5/1", "a/b"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
