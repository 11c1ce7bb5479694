//! `--github`: what GitHub Actions is told of a run, in its log and in the summary of the step.

use std::borrow::Cow;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::arguments::When;
use super::{Failure, pager, print_data, variable, warn_user};
use crate::builtin::is_builtin;
use crate::compare::Comparison;
use crate::fs::read_text_file;
use crate::report::context::RenderContext;
use crate::report::format::Format;
use crate::report::github::{
    Annotation, Location, annotations, harmless, harmless_json, harmless_xml, render_command,
    render_group,
};
use crate::report::links::Links;
use crate::report::markdown;
use crate::text::{visible, visible_json};

/// Bytes that the summary of a step may have. GitHub drops one of more than 1 MiB as a whole; some are left for the ends of
/// lines, which become longer where they are those of Windows.
const MAX_SUMMARY_BYTES: u64 = 1_000_000;
/// The most bytes that are read of a scenario to find a line in it.
const MAX_SCENARIO: u64 = 4 << 20;

/// GitHub Actions, if it reads the log.
pub(super) struct Github {
    on: bool,
    summary: Option<PathBuf>,
    workspace: Option<PathBuf>,
}

impl Github {
    /// Reads the option and the variables of the runner.
    pub(super) fn new(when: When) -> Self {
        let on = match when {
            When::Always => true,
            When::Never => false,
            When::Auto => is_github_runner(),
        };
        Self {
            on,
            summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            workspace: variable("GITHUB_WORKSPACE").map(PathBuf::from),
        }
    }

    /// Prints tables. In the log of a run the first is folded, and annotations stand below all: in one piece, because the runner
    /// reads both streams at once and mixes them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn print_tables(
        &self,
        comparison: &Comparison<'_>,
        context: &RenderContext<'_>,
        overview: &str,
        rest: &str,
    ) -> Result<(), Failure> {
        if !self.on {
            // The rest stays on the screen when a pager is left.
            pager::print_paged(&format!("{overview}\n"))?;
            return print_data(&neutralize(&pager::to_plain(&format!("\n{rest}"))));
        }
        let [overview, rest] = [overview, rest].map(pager::to_plain);
        let folded = render_group("modswap: behaviours by row and version", &overview);
        print_data(&format!(
            "{folded}{}{}",
            harmless(&rest),
            self.render_commands(comparison, context)
        ))
    }

    /// True if tables are printed as a group that the page of a run folds.
    pub(super) fn folds_tables(&self) -> bool {
        self.on
    }

    /// Prints annotations on standard error, where standard output is for programs.
    pub(super) fn print_annotations(
        &self,
        comparison: &Comparison<'_>,
        context: &RenderContext<'_>,
    ) {
        if self.on {
            // Nobody may be there to read it.
            let _ = io::stderr().write_all(self.render_commands(comparison, context).as_bytes());
        }
    }

    /// A report for standard output, in which a terminal finds nothing to obey and a runner no command.
    pub(super) fn neutralize_data(&self, format: Format, text: String) -> String {
        let is_read = self.on || is_github_runner();
        match format {
            Format::Json | Format::Ndjson if is_read => harmless_json(&visible_json(&text)),
            Format::Json | Format::Ndjson => visible_json(&text),
            Format::Junit if is_read => harmless_xml(&text),
            Format::Markdown | Format::Html | Format::Table if is_read => harmless(&text),
            _ => text,
        }
    }

    /// Standard output for lines of JSON, in which a runner finds no command.
    pub(super) fn data_writer(&self) -> Box<dyn Write + Send> {
        Box::new(JsonWriter {
            on: self.on || is_github_runner(),
        })
    }

    /// Appends to the summary of the step. What cannot be written is said, and fails nothing.
    pub(super) fn append_summary(&self, comparison: &Comparison<'_>, context: &RenderContext<'_>) {
        let Some(file) = self.summary.as_ref().filter(|_| self.on) else {
            return;
        };
        let written = append_within_limit(file, |limit| {
            markdown::render_page(comparison, context, limit)
        });
        let problem = match written {
            Ok(true) => return,
            Ok(false) => "it is full: GitHub takes 1 MiB of a step".to_owned(),
            Err(error) => error.to_string(),
        };
        let text = format!(
            "the summary of the step was not written: {}: {problem}",
            file.display()
        );
        warn_user(&text);
    }

    fn render_commands(&self, comparison: &Comparison<'_>, context: &RenderContext<'_>) -> String {
        let annotations = annotations(comparison, context).into_iter();
        annotations
            .map(|annotation| render_command(&annotation, self.locate(&annotation).as_ref()))
            .collect()
    }

    /// The place of an annotation: a line only if the file still says what was run.
    fn locate(&self, annotation: &Annotation<'_>) -> Option<Location> {
        let scenario = annotation.scenario?;
        if is_builtin(&scenario.file) {
            return None;
        }
        let file = PathBuf::from(&scenario.file);
        let line = annotation.step.and_then(|step| {
            let text = read_text_file(&file, MAX_SCENARIO).ok()?;
            let is_same = scenario.text.as_deref() == Some(&*text);
            scenario.lines.get(&step).copied().filter(|_| is_same)
        });
        Some(Location {
            file: self.path_in_repository(&file),
            line,
        })
    }

    /// A file from the root of the repository, if it is in there; else as it is.
    fn path_in_repository(&self, file: &Path) -> String {
        let root = self.workspace.as_deref().unwrap_or(Path::new("."));
        let both = |whole: &dyn Fn(&Path) -> io::Result<PathBuf>| {
            let inside = whole(file).ok()?;
            let inside = inside.strip_prefix(whole(root).ok()?).ok()?;
            let plain = |part| matches!(part, Component::Normal(_));
            inside.components().all(plain).then(|| inside.to_path_buf())
        };
        // A link to a file elsewhere has its own name in the repository.
        let inside =
            both(&|path| std::path::absolute(path)).or_else(|| both(&|path| path.canonicalize()));
        visible(&crate::text::path(inside.as_deref().unwrap_or(file)))
    }
}

/// Links to the files of the commit that a runner works on.
pub(super) fn links_to_commit() -> Links {
    let names = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"];
    match names.map(|name| variable(name)?.into_string().ok()) {
        [Some(server), Some(repository), Some(sha)] if is_github_runner() => {
            Links::below(&format!("{server}/{repository}/blob/{sha}"))
        }
        _ => Links::NONE,
    }
}

/// Text for people in which a runner finds no command.
pub(super) fn neutralize(text: &str) -> Cow<'_, str> {
    if is_github_runner() {
        harmless(text).into()
    } else {
        text.into()
    }
}

/// True if a runner of GitHub Actions reads what is printed, and obeys commands in it.
fn is_github_runner() -> bool {
    variable("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Standard error, where text may quote anything: what comes in one piece is no command for a runner.
pub(super) struct StderrWriter;

impl Write for StderrWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if is_github_runner() {
            let text = harmless(&String::from_utf8_lossy(bytes));
            io::stderr().write_all(text.as_bytes())
        } else {
            io::stderr().write_all(bytes)
        }
    }

    fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> io::Result<()> {
        // In one piece, so that a line is seen from its beginning.
        self.write_all(text.to_string().as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Standard output for lines of JSON, each in one piece.
struct JsonWriter {
    /// True if a runner reads them.
    on: bool,
}

impl Write for JsonWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = visible_json(&String::from_utf8_lossy(bytes));
        if self.on {
            text = harmless_json(&text);
        }
        io::stdout()
            .write_all(text.as_bytes())
            .map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// Appends what the file has room for. Returns whether anything fit.
fn append_within_limit(
    file: &Path,
    text: impl FnOnce(usize) -> Option<String>,
) -> io::Result<bool> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    let before = file.metadata()?.len();
    // What others wrote may end within a line.
    let gap = if before == 0 { "" } else { "\n\n" };
    let room = MAX_SUMMARY_BYTES.saturating_sub(before + gap.len() as u64);
    let Some(text) = text(usize::try_from(room).unwrap_or(usize::MAX)) else {
        return Ok(false);
    };
    file.write_all(format!("{gap}{text}").as_bytes())?;
    Ok(true)
}
