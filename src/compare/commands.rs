//! Commands that a reader can copy: how a row is named on the command line, and what shows it.

use crate::record::VariantId;
use crate::record::id::FOLDER;
use crate::text::shell_word;

/// How the commands that take one scenario name a row: by its id where scenarios are looked for by default, by its id and its folder
/// elsewhere, by its file where the id does not follow from it.
pub fn name_on_command_line(file: Option<&str>, row: &VariantId) -> String {
    match find_row(file, row) {
        (word, Some(folder)) => format!("{word} --scenarios {folder}"),
        (word, None) => word,
    }
}

/// The arguments with which `modswap run` runs a row.
pub fn run_arguments(file: Option<&str>, row: &VariantId) -> String {
    match find_row(file, row) {
        (word, Some(folder)) => format!("{folder} {word}"),
        (word, None) => word,
    }
}

/// The word that names a row, and its folder where scenarios are not looked for there by default, as a shell takes them.
fn find_row(file: Option<&str>, row: &VariantId) -> (String, Option<String>) {
    let folder = file.map_or(Some(FOLDER), |file| scenarios_folder(file, row));
    match (folder, file) {
        (None, Some(file)) => (shell_word(file), None),
        (Some(folder), _) if folder != FOLDER => (shell_word(row), Some(shell_word(folder))),
        _ => (shell_word(row), None),
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
        for (file, name, arguments) in [
            (None, "'swap/a[via=x]'", "'swap/a[via=x]'"),
            (
                Some("scenarios/swap/a.yaml"),
                "'swap/a[via=x]'",
                "'swap/a[via=x]'",
            ),
            (
                Some("my tests/swap/a.yml"),
                "'swap/a[via=x]' --scenarios 'my tests'",
                "'my tests' 'swap/a[via=x]'",
            ),
            (
                Some("swap/a.yaml"),
                "'swap/a[via=x]' --scenarios .",
                ". 'swap/a[via=x]'",
            ),
            (Some("other.yaml"), "other.yaml", "other.yaml"),
        ] {
            assert_eq!(name_on_command_line(file, &row), name, "{file:?}");
            assert_eq!(run_arguments(file, &row), arguments, "{file:?}");
        }
    }
}
