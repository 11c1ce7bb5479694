//! Packs the scenarios and their accepted behaviours, which the program carries: see `src/builtin.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folders that are packed, and their names in the pack.
const FOLDERS: [(&str, &str); 2] = [("scenarios", "scenarios"), ("baseline", "reports/baseline")];

/// The best that Brotli does.
const QUALITY: u32 = 11;
/// Log2 of the bytes that it looks back: more than all there is.
const WINDOW: u32 = 24;
const BUFFER: usize = 1 << 16;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let mut files: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (name, folder) in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
        let found = files.entry(name).or_default();
        collect_files(Path::new(folder), "", found)?;
    }
    let json = serde_json::to_vec(&files)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let file = fs::File::create(out.join("builtin.json.br"))?;
    let mut writer = brotli::CompressorWriter::new(file, BUFFER, QUALITY, WINDOW);
    writer.write_all(&json)?;
    writer.flush()
}

/// Collects the YAML files below a folder by their path in it, without extension.
fn collect_files(
    folder: &Path,
    above: &str,
    found: &mut BTreeMap<String, String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string();
        let name =
            name.map_err(|name| io::Error::other(format!("not UTF-8: {}", name.display())))?;
        if entry.file_type()?.is_dir() {
            collect_files(&entry.path(), &format!("{above}{name}/"), found)?;
        } else if let Some(stem) = name.strip_suffix(".yaml") {
            let text = fs::read_to_string(entry.path())?;
            found.insert(format!("{above}{stem}"), text.replace("\r\n", "\n"));
        }
    }
    Ok(())
}
