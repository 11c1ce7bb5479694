//! The tests in a package: an unpacked crate, or the source distribution of a package index.

use std::path::Path;

/// True if a file of the repository is not here because packages do not have it, which is printed. Where this is no package, it is
/// false, and whoever reads the file fails.
pub fn is_left_out(path: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut marks = ["Cargo.toml.orig", "PKG-INFO"].iter();
    let is_left_out = !root.join(path).exists() && marks.any(|mark| root.join(mark).exists());
    if is_left_out {
        println!("not covered: {path}, which is in the repository only");
    }
    is_left_out
}
