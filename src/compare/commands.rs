//! Commands that a reader can copy: how a row is named on the command line, and what shows it.

use crate::builtin::is_builtin;
use crate::record::VariantId;
use crate::record::id::FOLDER;
use crate::text::shell_word;

/// The words by which commands find a row: its id where scenarios are looked for by default, its folder and its id elsewhere, its file
/// where the id does not follow from it. What the program carries has its id everywhere.
pub fn name_on_command_line(file: Option<&str>, row: &VariantId) -> String {
    let file = file.filter(|file| !is_builtin(file));
    match file.map(|file| (scenarios_folder(file, row), file)) {
        Some((Some(folder), _)) if folder != FOLDER => {
            format!("{} {}", shell_word(folder), shell_word(row))
        }
        Some((None, file)) => shell_word(file),
        _ => shell_word(row),
    }
}

/// The folder below which the file of a row is called as its id says.
fn scenarios_folder<'a>(file: &'a str, row: &VariantId) -> Option<&'a str> {
    let mut extensions = [".yaml", ".yml"].into_iter();
    let stem = extensions.find_map(|extension| file.strip_suffix(extension))?;
    let folder = stem.strip_suffix(row.scenario())?.trim_end_matches('/');
    Some(if folder.is_empty() { "." } else { folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_as_commands_find_them() {
        let row = VariantId::from("swap/a[via=x]");
        for (file, name) in [
            (None, "'swap/a[via=x]'"),
            (Some("scenarios/swap/a.yaml"), "'swap/a[via=x]'"),
            (Some("my tests/swap/a.yml"), "'my tests' 'swap/a[via=x]'"),
            (Some("swap/a.yaml"), ". 'swap/a[via=x]'"),
            (Some("other.yaml"), "other.yaml"),
            (Some("builtin:scenarios/swap/a.yaml"), "'swap/a[via=x]'"),
        ] {
            assert_eq!(name_on_command_line(file, &row), name, "{file:?}");
        }
    }
}
