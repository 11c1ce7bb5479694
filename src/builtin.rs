//! The scenarios that the program carries, and the behaviours that were accepted of them: `scenarios/` and `reports/baseline/` of its
//! repository, as they were when it was built.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

use brotli_decompressor::Decompressor;
use serde::Deserialize;

/// What `build.rs` packed.
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
        unpacked.read_to_end(&mut json).expect("build.rs packed it");
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
