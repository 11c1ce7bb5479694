//! The known word that was probably meant.

use std::path::Path;

/// Returns the known word that is nearest to another one, if it is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let max_distance = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, _)| *distance <= max_distance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Asks for the nearest known word, if one is near enough to be meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|known| format!("did you mean `{known}`?"))
}

/// Asks for the file or folder beside a path that is not there, if one has nearly its name: `; did you mean `a.yaml`?`, or nothing.
pub fn did_you_mean_file(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let beside = std::fs::read_dir(folder.unwrap_or(Path::new(".")));
    let beside = beside.into_iter().flatten().flatten();
    let names: Vec<String> = beside
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let near = nearest(&name, names.iter().map(String::as_str));
    let near = near.filter(|near| *near != name);
    near.map_or_else(String::new, |near| {
        format!(
            "; did you mean `{}`?",
            super::path(&path.with_file_name(near))
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_asked_for() {
        assert_eq!(nearest("jsn", ["table", "json"]), Some("json"));
        assert_eq!(nearest("xml", ["table", "json"]), None);
        let folder = tempfile::tempdir().unwrap();
        for name in ["one.yaml", "two.yaml"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let said = |name: &str| did_you_mean_file(&folder.path().join(name));
        assert!(said("oen.yaml").ends_with("one.yaml`?"));
        assert_eq!(said("three.json"), "");
        assert_eq!(said("one/two.yaml"), "");
    }
}
