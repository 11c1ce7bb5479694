//! The messages to a worker and the frames that come back.
//!
//! To it: eight hexadecimal digits of length, then a dict as `marshal` has it. From it: `modswap <kind> <case> <length>`, a newline,
//! then so many bytes. Anything before the first such line is noise of the command that reached the Python.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{self, StrDeserializer};

use super::marshal::{Data, Reader};
use crate::harness::RECORDER;
use crate::program::Program;
use crate::program::project::Project;

/// The text for `-c`: read the supervisor from standard input and become it. On one line and
/// with single quotes only, so that it survives most of the ways a command passes words on.
pub(super) const BOOT: &str = "import sys;f=getattr(sys.stdin,'buffer',sys.stdin);exec(compile(f.read(int(f.read(8),16)),'worker.py','exec'),{'__name__':'worker'})";

/// Flags of the interpreter that runs the supervisor; those of the measured one are `CASE_FLAGS`.
pub(super) const WORKER_FLAGS: [&str; 4] = ["-E", "-s", "-S", "-B"];
/// Puts the length of a payload in front of it.
pub(super) fn prefix_length(payload: &[u8]) -> Vec<u8> {
    let mut message = format!("{:08x}", payload.len()).into_bytes();
    message.extend(payload);
    message
}

/// Writes a request with its length in front.
fn encode_request(request: Vec<(&'static str, Data)>, reader: Reader) -> Vec<u8> {
    prefix_length(&Data::Dict(request).dump(reader))
}

/// Writes the first message: the recorder, and the name of the folder that the worker makes for its cases among the temporary files of
/// its machine. `cache` is a folder of that machine for what is compiled, where there is one.
pub(super) fn encode_setup(folder: &str, cache: Option<&str>, reader: Reader) -> Vec<u8> {
    let request = vec![
        ("recorder", Data::Bytes(RECORDER.as_bytes().to_vec())),
        ("folder", Data::text(folder)),
        ("cache", cache.map_or(Data::None, native)),
    ];
    encode_request(request, reader)
}

/// Writes a request to say which of these distributions are installed.
pub(super) fn encode_find(
    case: usize,
    names: impl IntoIterator<Item = String>,
    reader: Reader,
) -> Vec<u8> {
    encode_request(
        vec![("case", number(case)), ("find", Data::texts(names))],
        reader,
    )
}

/// A request to install packages.
pub(super) struct Install<'a> {
    /// Requirements of PEP 508.
    pub(super) requirements: Vec<&'a str>,
    /// Names of those that must be there in the end: all but those that a marker may leave out.
    pub(super) names: Vec<&'a str>,
    /// Projects of the user's own, which are sent when the worker wants them.
    pub(super) projects: &'a [&'a Project],
    /// The cache folder; `None` where the worker has to find its own.
    pub(super) cache: Option<&'a Path>,
    /// True if only the cache may be used.
    pub(super) offline: bool,
    /// True if what has no wheel may be built.
    pub(super) build: bool,
}

/// Writes a request to install packages and to say where.
pub(super) fn encode_install(case: usize, install: &Install<'_>, reader: Reader) -> Vec<u8> {
    let projects = install.projects.iter().map(|project| {
        let metadata = &project.metadata;
        let or_none = |value: &Option<String>| value.as_deref().map_or(Data::None, native);
        Data::Dict(vec![
            ("path", native(&project.full_path)),
            ("digest", Data::text(project.digest.as_str())),
            ("file", or_none(&project.file)),
            ("name", or_none(&metadata.name)),
            ("version", or_none(&metadata.version)),
        ])
    });
    let cache = install.cache.and_then(Path::to_str);
    let request = vec![
        ("case", number(case)),
        (
            "requirements",
            natives(install.requirements.iter().copied()),
        ),
        ("names", Data::texts(install.names.iter().copied())),
        ("projects", Data::List(projects.collect())),
        ("cache", cache.map_or(Data::None, native)),
        ("offline", Data::Bool(install.offline)),
        ("build", Data::Bool(install.build)),
    ];
    encode_request(request, reader)
}

/// Writes a request to run a case. `packages` are folders that it has at the end of its `sys.path`.
pub(super) fn encode_case(
    case: usize,
    program: &Program,
    packages: &[String],
    fork: bool,
    timeout: Duration,
    reader: Reader,
) -> Vec<u8> {
    let files = program.files.iter().map(|file| {
        let content = file.text.as_deref();
        let content = content.map_or(Data::None, |text| Data::Bytes(text.into()));
        Data::Tuple(vec![Data::text(file.path.as_str()), content])
    });
    let variables = program.launch.env.iter();
    let variables = variables.map(|(name, value)| Data::Tuple(vec![native(name), native(value)]));
    let request = vec![
        ("case", number(case)),
        ("fork", Data::Bool(fork)),
        ("timeout", Data::Float(timeout.as_secs_f64())),
        ("flags", natives(program.flags())),
        ("env", Data::List(variables.collect())),
        ("packages", natives(packages.iter().map(String::as_str))),
        (
            "needs",
            Data::texts(program.needs.iter().map(String::as_str)),
        ),
        ("fixtures", Data::List(files.collect())),
        (
            "hidden",
            Data::texts(program.hidden_modules(reader == Reader::Two)),
        ),
        // The supervisor hands it on as it is.
        ("program", Data::Bytes(program_data(program).dump(reader))),
    ];
    encode_request(request, reader)
}

fn number(case: usize) -> Data {
    Data::Int(i32::try_from(case).expect("fewer than 2^31 cases"))
}

fn native(value: &str) -> Data {
    Data::Native(value.to_owned())
}

fn natives<'a>(values: impl Iterator<Item = &'a str>) -> Data {
    Data::List(values.map(native).collect())
}

/// The part of a program that the measured interpreter reads.
fn program_data(program: &Program) -> Data {
    let texts = |names: &[String]| Data::texts(names.iter().map(String::as_str));
    let steps = program.steps.iter().map(|step| {
        let code = step.code.as_ref();
        Data::Tuple(vec![
            number(step.number),
            Data::text(step.action.as_str()),
            Data::text(step.mode.as_str()),
            code.map_or(Data::None, |code| Data::text(format!("{code}\n"))),
            Data::text(step.helpers.join(" ")),
        ])
    });
    Data::Dict(vec![
        ("watched", texts(&program.watched)),
        ("bound", texts(&program.bound)),
        ("aliases", texts(&program.aliases)),
        ("snapshots", texts(&program.snapshots)),
        ("helpers", Data::texts(program.helpers())),
        ("steps", Data::List(steps.collect())),
    ])
}

/// Most bytes of all that the steps of a case say, and of a frame of it.
pub(super) const MAX_STEPS_BYTES: usize = 1 << 26;
const MAX_STEPS_FRAME_BYTES: usize = 1 << 24;
/// Most bytes of a stream of a case, with the words for what is cut.
pub(super) const MAX_OUTPUT_BYTES: usize = 64 * 1024 + 64;
/// Most bytes of any other frame.
pub(super) const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// A message of a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its kind.
    pub(super) kind: FrameKind,
    /// The number of the case in its request; 0 where there is none.
    pub(super) case: usize,
    /// The rest.
    pub(super) payload: Vec<u8>,
}

/// The kinds of frames; their words are the names in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FrameKind {
    /// Ready; the payload is the version it runs.
    Hello,
    /// Lines of JSON from the recorder.
    Steps,
    /// Standard output of the case, at most 64 KiB.
    Out,
    /// Standard error of the case, at most 64 KiB.
    Err,
    /// How the process ended, after its microseconds.
    End,
    /// Distributions: name, version and folder, a line each.
    Found,
    /// Something about packages that takes long, in words.
    Installing,
    /// The digest of a project whose archive is to be sent; before the first word of the supervisor, that it is to be sent itself.
    Want,
    /// Packages cannot be had; the payload says why.
    Refused,
    /// The same, because they are not installed yet, and nothing may be; the payload says how the cache has them.
    Absent,
    /// The same, because no index answers.
    Unreachable,
    /// The same, because they are not for this Python; the payload says so as a sentence of its own.
    Unfit,
    /// The case cannot run there; the payload says why.
    Skip,
    /// The supervisor failed at the case.
    Fault,
}

impl FrameKind {
    /// The most bytes that one may have.
    pub(super) fn max_length(self) -> usize {
        match self {
            Self::Steps => MAX_STEPS_FRAME_BYTES,
            Self::Out | Self::Err => MAX_OUTPUT_BYTES,
            _ => MAX_MESSAGE_BYTES,
        }
    }
}

/// A line that should begin a frame and does not.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a frame of the worker: `{0}`")]
pub struct FrameError(pub String);

/// Reads the line that begins a frame: its kind, the case, and how many bytes follow.
///
/// # Errors
/// When the line is anything else.
pub(super) fn parse_frame_head(line: &str) -> Result<(FrameKind, usize, usize), FrameError> {
    let error = || {
        let start = line.trim_end().chars().take(60);
        FrameError(start.flat_map(char::escape_debug).collect())
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["modswap", kind, case, length] = words[..] else {
        return Err(error());
    };
    let word: StrDeserializer<'_, value::Error> = kind.into_deserializer();
    let kind = FrameKind::deserialize(word).map_err(|_| error())?;
    let number = |word: &str| word.parse::<usize>().map_err(|_| error());
    Ok((kind, number(case)?, number(length)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::SUPERVISOR;

    #[test]
    fn frame_heads() {
        assert_eq!(
            parse_frame_head("modswap steps 7 123\n"),
            Ok((FrameKind::Steps, 7, 123))
        );
        assert!(parse_frame_head("Welcome to build-host\n").is_err());
        assert!(parse_frame_head("modswap steps x 123\n").is_err());
        assert_eq!(
            parse_frame_head("\x1b]0;t\x07").unwrap_err().0,
            "\\u{1b}]0;t\\u{7}"
        );
    }

    #[test]
    fn the_writer_has_the_limits_of_the_reader() {
        for (name, spelled, limit) in [
            ("MAX_STEPS", "1 << 26", MAX_STEPS_BYTES),
            ("MAX_FRAME", "1 << 24", MAX_STEPS_FRAME_BYTES),
            ("MAX_OUTPUT", "64 * 1024", MAX_OUTPUT_BYTES - 64),
            ("MAX_MESSAGE", "1 << 20", MAX_MESSAGE_BYTES),
        ] {
            let line = format!("\n{name} = {spelled} ");
            assert!(SUPERVISOR.contains(&line), "{line}");
            let value = match spelled.split_once(" << ") {
                Some((_, bits)) => 1 << bits.parse::<u32>().unwrap(),
                None => 64 * 1024,
            };
            assert_eq!(value, limit, "{name}");
        }
    }

    #[test]
    fn the_boot_text_needs_no_quoting_but_one_pair() {
        assert!(!BOOT.contains(['"', '$', '`', '\\', '\n']));
    }
}
