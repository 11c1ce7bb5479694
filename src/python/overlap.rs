//! Whether some Python is meant by several specifiers at once.

use super::version::{InterpreterKey, PythonVersion, VersionSpec};

/// Whether there is, or may come to be, a Python from 2.7 on that all of them mean. Tried are the releases that they name, those next to
/// them, and some of every feature release.
pub fn meet(specs: &[&VersionSpec]) -> bool {
    let texts: Vec<String> = specs.iter().map(ToString::to_string).collect();
    let mut named: Vec<(u64, u64, u64)> = Vec::new();
    for text in &texts {
        for word in text.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
            let mut numbers = word.split('.').map(|number| number.parse().ok());
            let Some(Some(major)) = numbers.next() else {
                continue;
            };
            let (minor, micro) = (numbers.next().flatten(), numbers.next().flatten());
            let (minor, micro) = (minor.unwrap_or(0), micro.unwrap_or(0));
            named.extend([(major, minor, micro), (major, minor, micro + 1)]);
            named.extend([(major, minor + 1, 0), (major + 1, 0, 0)]);
            named.push((major, minor, micro.saturating_sub(1)));
        }
    }
    let usual = (0..30).flat_map(|minor| [0, 1, 50].map(|micro| (3, minor, micro)));
    let releases = named
        .into_iter()
        .chain([(2, 7, 18), (2, 7, 0), (4, 0, 0)])
        .chain(usual);
    let releases = releases.filter(|release| *release >= (2, 7, 0));
    let releases = releases.map(|(major, minor, micro)| PythonVersion {
        major,
        minor,
        micro,
        suffix: String::new(),
    });
    let prereleases = texts.iter().flat_map(|text| prereleases(text));
    releases.chain(prereleases).any(|version| {
        [(false, false), (true, false), (false, true), (true, true)]
            .into_iter()
            .any(|(free_threaded, debug)| {
                let key = InterpreterKey {
                    version: version.clone(),
                    free_threaded,
                    debug,
                    label: None,
                };
                specs.iter().all(|spec| spec.matches(&key))
            })
    })
}

/// The prereleases that a specifier names, and those next to them.
fn prereleases(text: &str) -> Vec<PythonVersion> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let named = words.filter_map(|word| word.parse::<PythonVersion>().ok());
    let named = named.filter(PythonVersion::is_prerelease);
    let near = named.flat_map(|version| {
        let stage = version
            .suffix
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let number: u64 = version.suffix[stage.len()..].parse().unwrap_or(0);
        let numbers = [number, number + 1, number.saturating_sub(1)];
        numbers.map(|number| PythonVersion {
            suffix: format!("{stage}{number}"),
            ..version.clone()
        })
    });
    near.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(texts: &[&str]) -> bool {
        let specs: Vec<VersionSpec> = texts.iter().map(|text| text.parse().unwrap()).collect();
        super::meet(&specs.iter().collect::<Vec<_>>())
    }

    #[test]
    fn what_one_python_can_be() {
        for texts in [
            &[][..],
            &["<3", "2.7"],
            &[">=3.6.1,<3.6.4", "!=3.6.1", "!=3.6.2"],
            &[">=3.13", "free-threaded", "debug"],
            &[">=3.99"],
            &["3.15.0"],
            &[">3.6.3,<3.6.5"],
            &["3.15.0rc1"],
            &[">=3.15", ">3.15.0rc1,<3.15.0rc3"],
        ] {
            assert!(meet(texts), "{texts:?}");
        }
        for texts in [
            &["<3", ">=3"][..],
            &[">=3.8,<3.7"],
            &["<2.7"],
            &["free-threaded", "not free-threaded"],
            &["3.6", "<3.6"],
            &[">3.6.3,<3.6.4"],
            &["3.15.0rc1", "<3.15.0b4"],
        ] {
            assert!(!meet(texts), "{texts:?}");
        }
    }
}
