//! The scenarios that the program carries, and the behaviours that were accepted of them: `scenarios/` and `reports/baseline/` of its
//! repository, as they were when it was built.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::OnceLock;

use brotli_decompressor::Decompressor;
use serde::Deserialize;

/// The pack that `build.rs` wrote.
const PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/builtin.json.br"));

/// The bytes that are unpacked at once.
const BUFFER: usize = 1 << 16;

/// The beginning of the names of files that are in the program: no folder is called so.
const PREFIX: &str = "builtin:";

/// Texts of files, by their path in the folder, without extension: a scenario's id.
type Texts = BTreeMap<String, String>;

/// The files that the program carries.
#[derive(Deserialize)]
pub(crate) struct BuiltinFiles {
    /// The scenarios.
    pub(crate) scenarios: Texts,
    /// Their accepted behaviours.
    pub(crate) baseline: Texts,
}

/// Unpacks the files, once.
pub(crate) fn builtin_files() -> &'static BuiltinFiles {
    static FILES: OnceLock<BuiltinFiles> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut json = Vec::new();
        let mut unpacked = Decompressor::new(PACK, BUFFER);
        io::copy(&mut unpacked, &mut json).expect("build.rs packed it");
        serde_json::from_slice(&json).expect("build.rs wrote it")
    })
}

/// The folder of the scenarios, in names of files.
pub(crate) const SCENARIOS: &str = "builtin:scenarios";

/// The folder of the accepted behaviours.
pub(crate) const BASELINE: &str = "builtin:baseline";

/// True if this is the name of a file in the program.
pub(crate) fn is_builtin(file: &str) -> bool {
    file.starts_with(PREFIX)
}

/// True if this is the folder of the accepted behaviours in the program.
pub(crate) fn is_builtin_baseline(folder: &Path) -> bool {
    folder == Path::new(BASELINE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline;
    use crate::scenario;

    /// The most bytes that every download may grow by.
    const MAX_PACK: usize = 250_000;

    #[test]
    fn the_record_is_of_the_scenarios() {
        assert!(PACK.len() < MAX_PACK, "{}", PACK.len());
        let mut scenarios = scenario::load_builtin().expect("right scenarios");
        // What those with parameters do is known for values of theirs.
        scenarios.retain(|scenario| scenario.parameters.is_empty());
        let ids = scenarios.iter().map(|scenario| scenario.id.0.as_str());
        let record = baseline::read(BASELINE.as_ref(), ids).expect("a whole baseline");
        for scenario in &scenarios {
            let accepted = record.scenarios.get(&scenario.id.0);
            let digest = accepted.map(|accepted| &accepted.digest);
            assert_eq!(digest, Some(&scenario.digest), "{}", scenario.id);
        }
        assert_eq!(builtin_files().baseline.len(), scenarios.len());
    }
}
