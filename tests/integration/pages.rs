//! `reports/`: the program's own run over the corpus, and `--pages`, which made it.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use modswap::record::RunReport;
use modswap::record::read;
use modswap::report::site::is_ours;
use modswap::scenario;

use crate::harness::{Workspace, assert_contains, expect_exit, modswap};

const HOW: &str =
    "\nsee CONTRIBUTING.md on how `modswap run … --pages reports` brings reports/ up to date";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder that `--pages` made, by name.
fn read_our_pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file()).map(|entry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read_to_string(entry.path()).expect("text"))
    });
    files.filter(|(name, text)| is_ours(name, text)).collect()
}

#[test]
fn the_report_is_of_the_corpus_as_it_is() {
    let report = read::report(&repository().join("reports/report.json")).expect("the report");
    let corpus = scenario::load(&[repository().join("scenarios")]).expect("the corpus");
    let ran: BTreeMap<_, _> = report
        .scenarios
        .iter()
        .map(|one| (one.id.clone(), (one.digest.clone(), one.text.clone())))
        .collect();
    let are: BTreeMap<_, _> = corpus
        .iter()
        .map(|one| {
            (
                one.id.0.clone(),
                (one.digest.clone(), Some(one.text.clone())),
            )
        })
        .collect();
    let differ = |id: &&String| ran.get(*id) != are.get(*id);
    let wrong: Vec<&String> = ran.keys().chain(are.keys()).filter(differ).collect();
    assert!(wrong.is_empty(), "out of date: {wrong:?}{HOW}");
    assert!(report.unfinished.is_empty(), "the run was not interrupted");
    let versions: Vec<String> = report
        .interpreters
        .iter()
        .map(|one| one.key.series())
        .collect();
    for release in [
        "2.7", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15",
    ] {
        assert!(
            versions.iter().any(|one| one == release),
            "{release} was not run{HOW}"
        );
    }
    let mut builds = report.interpreters.iter();
    assert!(
        builds.any(|one| one.key.free_threaded),
        "no free-threaded build was run{HOW}"
    );
}

#[test]
fn the_pages_are_those_of_the_report() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut again = modswap();
    again
        .args(["report", "reports/report.json", "--links", "..", "--pages"])
        .arg(&folder);
    expect_exit(&mut again, 0);
    let (there, now) = (
        read_our_pages(&repository().join("reports")),
        read_our_pages(&folder),
    );
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&there), names(&now));
    for (name, text) in now {
        assert!(
            there[&name] == text,
            "reports/{name} is not what the program makes of reports/report.json now{HOW}"
        );
    }
}

/// What the notes of a row's scenario and its cases allow to be said: the notes between neighbouring releases that differ, and
/// how many boundaries have none.
fn allowed_notes(report: &RunReport, row: &str) -> (BTreeSet<String>, usize) {
    let cases = report.cases.iter().filter(|one| one.case == row);
    let mut shown: Vec<_> = cases
        .filter(|one| one.interpreter.build_suffix().is_empty() && one.interpreter.label.is_none())
        .filter_map(|one| {
            Some((
                release_numbers(&one.interpreter.version.to_string()),
                one.behaviour()?,
            ))
        })
        .collect();
    shown.sort_unstable();
    let id = row.split('[').next().expect("an id");
    let scenario = report.scenarios.iter().find(|one| one.id == id);
    let notes = &scenario.expect("the scenario").changes;
    let (mut named, mut gaps) = (BTreeSet::new(), 0);
    for pair in shown.windows(2).filter(|pair| pair[0].1 != pair[1].1) {
        let between = notes.iter().map(|one| one.since.clone());
        let between = between.filter(|since| {
            pair[0].0 < release_numbers(since) && release_numbers(since) <= pair[1].0
        });
        let before = named.len();
        named.extend(between);
        gaps += usize::from(named.len() == before);
    }
    (named, gaps)
}

/// `3.6` or `3.6.3` as numbers; a prerelease counts as its release.
fn release_numbers(text: &str) -> [u64; 3] {
    let end = text.find(|c: char| c.is_ascii_alphabetic());
    let numbers = &text[..end.unwrap_or(text.len())];
    let mut numbers = numbers
        .split('.')
        .map(|part| part.parse().expect("a number"));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// Releases that a text names, and how many gaps.
fn named_notes(text: &str) -> (BTreeSet<String>, usize) {
    let parts = text
        .split(", ")
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let (gaps, named): (Vec<_>, Vec<_>) = parts.partition(|part| part.contains(['≤', '–']));
    (named.into_iter().map(str::to_owned).collect(), gaps.len())
}

/// Holds the page for a browser to it: its table, and what its search looks in.
fn assert_page_agrees(html: &str, allowed: &BTreeMap<&str, (BTreeSet<String>, usize)>) {
    let lines = html
        .lines()
        .filter(|line| line.starts_with("<li class=\"row"));
    let cells: Vec<&str> = lines
        .map(|line| {
            let cell = line.split("<span class=\"changed\">").nth(1);
            cell.map_or("", |cell| cell.split("</span>").next().expect("its end"))
        })
        .collect();
    let block = html.split("id=\"index\">").nth(1).expect("the block");
    let block = block.split("</script>").next().expect("its end");
    let block: serde_json::Value = serde_json::from_str(block).expect("JSON");
    let entries = block["rows"].as_array().expect("rows");
    assert_eq!(cells.len(), entries.len());
    for (entry, cell) in entries.iter().zip(cells) {
        let row = entry["id"].as_str().expect("an id");
        assert_eq!(named_notes(cell), allowed[row], "{row} in the page");
        let spans: Vec<[[u64; 3]; 2]> =
            serde_json::from_value(entry["changed"].clone()).expect("spans");
        let exact = spans.iter().filter(|[first, last]| first == last);
        let exact: BTreeSet<_> = exact.map(|[first, _]| *first).collect();
        let named: BTreeSet<_> = allowed[row]
            .0
            .iter()
            .map(|since| release_numbers(since))
            .collect();
        assert!(
            named.is_subset(&exact),
            "{row}: {named:?} is found by {exact:?}"
        );
    }
}

/// The release that changed a row is the one that its scenario's notes name, in every view, and in the search of the page.
#[test]
#[allow(clippy::too_many_lines, reason = "one question to every view")]
fn no_view_names_a_release_that_the_notes_contradict() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut command = modswap();
    command
        .args(["report", "reports/report.json", "--pages"])
        .arg(&folder);
    expect_exit(&mut command, 0);
    let report = read::report(&repository().join("reports/report.json")).expect("the report");
    let rows: BTreeSet<&str> = report.cases.iter().map(|one| &*one.case).collect();
    let allowed: BTreeMap<&str, _> = rows
        .iter()
        .map(|row| (*row, allowed_notes(&report, row)))
        .collect();
    let index = expect_exit(
        modswap().args(["list", "scenarios", "--format", "markdown"]),
        0,
    );
    let index = String::from_utf8(index.stdout).expect("UTF-8");

    // The tables of the pages, and of the index of scenarios, which no run is needed for.
    for (name, page) in read_our_pages(&folder)
        .iter()
        .filter(|(name, _)| name.strip_suffix(".md").is_some())
    {
        let mut seen = 0;
        for line in page.lines().filter(|line| line.starts_with("| <b>")) {
            // A line is a row, or all rows of a scenario.
            let id = line.split("<sub>[`").nth(1).expect("an id");
            let id = id.split('`').next().expect("its end");
            let of_scenario = |row: &&&str| row.split('[').next() == Some(id);
            let rows: Vec<&&str> = match allowed.get_key_value(id) {
                Some((row, _)) => vec![row],
                None => rows.iter().filter(of_scenario).collect(),
            };
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            let (named, gaps) = named_notes(cells[cells.len() - 1]);
            let expected = rows.iter().flat_map(|row| allowed[**row].0.clone());
            assert_eq!(named, expected.collect(), "{name}: {id}");
            let most: usize = rows.iter().map(|row| allowed[**row].1).sum();
            assert!(gaps <= most && (gaps > 0) == (most > 0), "{name}: {id}");
            seen += 1;
            let row = *rows[0];
            let id = row.split('[').next().expect("an id");
            let listed = index
                .lines()
                .find(|line| line.contains(&format!("]({id}.yaml)")));
            let listed = listed
                .expect("it is in the index")
                .trim_end_matches([' ', '|']);
            let listed: Vec<&str> = listed
                .rsplit(" | ")
                .next()
                .expect("a cell")
                .split(' ')
                .collect();
            for since in &allowed[row].0 {
                assert!(
                    listed.contains(&since.as_str()),
                    "{row}: {since} is not in {listed:?}"
                );
            }
        }
        assert!(seen > 0 || name == "README.md", "{name} has no findings");
    }

    // The lists of releases on the first page have each scenario that changed in them, and no other.
    let front = fs::read_to_string(folder.join("README.md")).expect("the first page");
    let changes = front.split("\n## ").nth(1).expect("the changes");
    let changes = changes
        .replace("<details><summary><b>", "\n### ")
        .replace("</b>: ", ": ");
    let mut lists: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for list in changes.split("\n### ").skip(1) {
        let (release, rest) = list.split_once(": ").expect("a release");
        let rest = rest.split("<details><summary>").next().expect("a list");
        for id in rest.split("<sub>[`").skip(1) {
            let id = id.split(['`', '[']).next().expect("its end");
            lists
                .entry(id.to_owned())
                .or_default()
                .insert(release.to_owned());
        }
    }
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (row, (named, _)) in &allowed {
        let id = row.split('[').next().expect("an id");
        let features = named.iter().map(|since| {
            let [major, minor, _] = release_numbers(since);
            format!("{major}.{minor}")
        });
        expected.entry(id.to_owned()).or_default().extend(features);
    }
    for (id, features) in expected {
        let listed = lists.remove(&id).unwrap_or_default();
        assert!(
            features.is_subset(&listed),
            "{id}: {features:?} in {listed:?}"
        );
        let mut rows = allowed
            .iter()
            .filter(|(row, _)| row.split('[').next() == Some(&id));
        let has_gap = rows.any(|(_, (_, gaps))| *gaps > 0);
        assert!(
            has_gap || features == listed,
            "{id}: {features:?} in {listed:?}"
        );
    }

    let html = fs::read_to_string(folder.join("index.html")).expect("the page");
    assert_page_agrees(&html, &allowed);
    let of_3_3 = allowed.values().filter(|(named, _)| named.contains("3.3"));
    assert!(
        of_3_3.count() > 80,
        "`changed:3.3` finds the rows with such a note"
    );
}

/// The pages in a folder and in those below it, by their names from there.
fn read_pages_below(folder: &Path, name: &str, pages: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder.join(name)).expect("the folder") {
        let entry = entry.expect("an entry");
        let inside = format!(
            "{name}/{}",
            entry.file_name().into_string().expect("a name")
        );
        if entry.path().is_dir() {
            read_pages_below(folder, &inside, pages);
        } else {
            let text = fs::read_to_string(entry.path()).expect("text");
            pages.insert(inside, text);
        }
    }
}

/// What stands between two texts, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|part| part.split(after).next()).collect()
}

#[test]
fn findings_and_releases_have_pages_that_stand_for_themselves() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut command = modswap();
    command
        .args(["report", "reports/report.json", "--links", "..", "--pages"])
        .arg(&folder);
    expect_exit(&mut command, 0);
    let report = read::report(&repository().join("reports/report.json")).expect("the report");
    let mut pages = BTreeMap::new();
    for name in ["findings", "releases"] {
        read_pages_below(&folder, name, &mut pages);
    }
    for scenario in &report.scenarios {
        let page = &pages[&format!("findings/{}.html", scenario.id)];
        assert_contains(page, &scenario.id);
    }
    for release in ["3.3", "3.9", "3.13", "3.14", "3.15"] {
        assert_contains(&pages[&format!("releases/{release}.html")], "class=\"was\"");
        let index = fs::read_to_string(folder.join("index.html")).expect("the page");
        assert_contains(&index, &format!("href=\"releases/{release}.html\""));
    }
    let mut titles = BTreeSet::new();
    for (name, page) in &pages {
        let one = |before, after| {
            let found = between(page, before, after);
            assert_eq!(found.len(), 1, "{name}: {before}");
            found[0]
        };
        let title = one("<title>", "</title>");
        assert!(title.len() > 12 && titles.insert(title), "{name}: {title}");
        let description = one("<meta name=\"description\" content=\"", "\">");
        assert!(description.len() > 12, "{name}: {description}");
        assert_eq!(
            one("<meta property=\"og:description\" content=\"", "\">"),
            description
        );
        let shared = one("<meta property=\"og:title\" content=\"", "\">");
        assert_eq!(format!("{shared} · modswap"), title, "{name}");
        assert_contains(page, "content=\"default-src 'none'; style-src 'self'; ");
        assert!(!page.contains("<script"), "{name} needs no script");
        assert!(!page.contains(" src="), "{name} loads nothing");
        assert!(page.len() < 400_000, "{name}: {} bytes", page.len());
        // What it links to is there, or elsewhere.
        let here = folder.join(name);
        let here = here.parent().expect("a folder");
        let addresses = between(page, "href=\"", "\"");
        for address in addresses.iter().filter(|one| !one.starts_with("http")) {
            let file = address.split('#').next().expect("a file");
            let is_scenario = Path::new(file)
                .extension()
                .is_some_and(|ending| ending == "yaml");
            assert!(is_scenario || here.join(file).exists(), "{name}: {address}");
        }
        let index = format!("{}index.html", "../".repeat(name.matches('/').count()));
        assert!(
            addresses.iter().any(|one| one.starts_with(&index)),
            "{name} leads to all findings"
        );
    }
}

/// The front page is read on GitHub: what is unfolded on it is a few screens.
#[test]
fn the_front_page_begins_with_the_newest_changes_and_is_short() {
    let workspace = Workspace::new();
    let folder = workspace.path("reports");
    let mut command = modswap();
    command
        .args(["report", "reports/report.json", "--pages"])
        .arg(&folder);
    expect_exit(&mut command, 0);
    let front = fs::read_to_string(folder.join("README.md")).expect("the first page");
    let mut unfolded = String::new();
    for (at, part) in front.split("<details>").enumerate() {
        let shown = part.split("</details>").nth(usize::from(at > 0));
        unfolded.push_str(shown.unwrap_or_default());
    }
    assert!(unfolded.len() < 12_000, "{} bytes", unfolded.len());
    assert!(
        unfolded.lines().count() < 100,
        "{}",
        unfolded.lines().count()
    );
    let position = |text: &str| {
        let found = front.find(text);
        found.unwrap_or_else(|| panic!("no {text:?}"))
    };
    assert!(position("\n# ") < position("\n### 3.15: "));
    assert!(position("\n### 3.15: ") < position("<b>3.13</b>: "));
    assert!(position("<b>3.13</b>: ") < position("\n## All findings"));
    assert!(position("\n## All findings") < position("passed: "));
    // Title, was and now, id.
    let first = front.lines().find(|line| line.starts_with("- <b>"));
    let first = first.expect("a finding");
    assert_contains(first, "` → `");
    assert_contains(first, "</b><br>");
    assert_contains(first, "<br><sub>[`");
}

#[test]
fn nothing_of_a_machine_is_in_them() {
    for (name, text) in read_our_pages(&repository().join("reports")) {
        for (at, line) in text.lines().enumerate() {
            for word in ["/root/", "/home/", "/Users/"] {
                let found = line
                    .find(word)
                    .map(|at| line[at..].chars().take(80).collect::<String>());
                assert_eq!(found, None, "{name}:{}", at + 1);
            }
        }
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let folder = repository().join("reports");
    let pages = read_our_pages(&folder);
    let mut anchors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut links = Vec::new();
    for (name, page) in pages
        .iter()
        .filter(|(name, _)| name.strip_suffix(".md").is_some())
    {
        let arena = Arena::new();
        for node in parse_document(&arena, page, &options).descendants() {
            match &node.data.borrow().value {
                NodeValue::HtmlInline(html) if html.starts_with("<a id=") => {
                    let id = html.split('"').nth(1).expect("an id");
                    anchors.entry(name.clone()).or_default().push(id.to_owned());
                }
                NodeValue::Link(link) => links.push((name.clone(), link.url.clone())),
                _ => {}
            }
        }
    }
    assert!(links.len() > 500, "{}", links.len());
    for (page, url) in links.iter().filter(|(_, url)| !url.starts_with("http")) {
        let (file, anchor) = url.split_once('#').unwrap_or((url, ""));
        let file = if file.is_empty() { page } else { file };
        assert!(folder.join(file).exists(), "{page}: {url}");
        let is_there = || anchors[file].iter().any(|known| known == anchor);
        assert!(anchor.is_empty() || is_there(), "{page}: {url}");
    }
}

#[test]
fn what_others_made_is_left_alone() {
    let workspace = Workspace::new();
    workspace.scenario("swap/a", "title: A\nsteps:\n- eval: \"1\"\n");
    let (python, pages) = (crate::harness::newest_python(), workspace.path("pages"));
    let run = |code| {
        let mut run = workspace.modswap(&["run", "--no-baseline", "--pages", "pages", "--python"]);
        expect_exit(run.arg(&python.path), code)
    };
    run(0);
    for name in ["notes.md", "gone.md"] {
        fs::write(pages.join(name), "Mine.\n").expect("written");
    }
    let ours_before = fs::read_to_string(pages.join("swap.md")).expect("the page");
    assert_contains(&ours_before, "../scenarios/swap/a.yaml");
    fs::write(pages.join("old.md"), &ours_before).expect("written");
    let finding = fs::read_to_string(pages.join("findings/swap/a.html")).expect("the page");
    fs::create_dir(pages.join("findings/gone")).expect("made");
    fs::write(pages.join("findings/gone/b.html"), &finding).expect("written");
    fs::write(pages.join("findings/mine.html"), "Mine.\n").expect("written");
    run(0);
    assert!(
        !pages.join("findings/gone").exists(),
        "the pages of scenarios that are gone"
    );
    assert!(pages.join("findings/swap/a.html").exists());
    assert_eq!(
        fs::read_to_string(pages.join("findings/mine.html")).expect("there"),
        "Mine.\n"
    );
    assert!(
        !pages.join("old.md").exists(),
        "the page of a subject that is gone"
    );
    assert_eq!(
        fs::read_to_string(pages.join("notes.md")).expect("there"),
        "Mine.\n"
    );
    fs::write(pages.join("README.md"), "Mine, too.\n").expect("written");
    let refused = run(2);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_contains(&said, "README.md: not made by modswap");
    assert_eq!(
        fs::read_to_string(pages.join("README.md")).expect("there"),
        "Mine, too.\n"
    );
}
