//! The channel to a worker: frames on its standard output, data for its standard input.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::process::ChildStdin;

use super::protocol::{
    self, Frame, FrameKind, MAX_MESSAGE_BYTES, MAX_OUTPUT_BYTES, MAX_STEPS_BYTES,
};

/// Most bytes that a command may print before the supervisor speaks, and of a line.
const MAX_NOISE_BYTES: usize = 64 * 1024;
/// Most frames of an answer: the steps of a case are in few of them, and whoever installs says so a few times.
const MAX_FRAMES: usize = 1000;

/// The frames and bytes that may still come in answer to a request. The supervisor keeps these limits; whoever speaks in its place may
/// not.
pub(super) struct Allowance {
    frames: usize,
    bytes: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            frames: MAX_FRAMES,
            bytes: MAX_STEPS_BYTES + 2 * MAX_OUTPUT_BYTES + MAX_MESSAGE_BYTES,
        }
    }
}

impl Allowance {
    /// Takes a frame of a length from what is left.
    fn spend(&mut self, length: usize) -> Result<(), ReadError> {
        let frames = self.frames.checked_sub(1);
        let bytes = self.bytes.checked_sub(length);
        let left = frames.zip(bytes).ok_or(ReadError::TooMuch)?;
        (self.frames, self.bytes) = left;
        Ok(())
    }
}

/// A failure to read from a worker.
pub(super) enum ReadError {
    /// The channel was closed.
    Closed,
    /// A frame, or what stands before the first one, is longer than it may be; in bytes.
    TooLong(usize),
    /// An answer has more frames or bytes than it may.
    TooMuch,
    /// A line is no head of a frame.
    NotAFrame(protocol::FrameError),
}

/// Writes data and flushes it.
pub(super) async fn write_data(input: &mut ChildStdin, data: &[u8]) -> io::Result<()> {
    input.write_all(data).await?;
    input.flush().await
}

/// The first word of a worker.
pub(super) enum Greeting {
    /// The supervisor is to be sent.
    Want,
    /// The supervisor runs, on this version.
    Hello(String),
}

/// Reads until the supervisor is asked for or says hello. What the command says before is skipped.
pub(super) async fn read_greeting(
    output: &mut (impl AsyncBufRead + Unpin),
) -> Result<Greeting, ReadError> {
    let mut noise = 0;
    loop {
        let line = read_line(output).await?;
        match protocol::parse_frame_head(&line) {
            Ok((FrameKind::Hello, _, length)) => {
                let kind = FrameKind::Hello;
                let version = read_payload(output, kind, length).await?;
                return Ok(Greeting::Hello(decode_lossy(&version)));
            }
            Ok((FrameKind::Want, _, 0)) => return Ok(Greeting::Want),
            Ok(_) | Err(_) if noise < MAX_NOISE_BYTES => noise += line.len(),
            Ok(_) => return Err(ReadError::TooLong(noise)),
            Err(error) => return Err(ReadError::NotAFrame(error)),
        }
    }
}

pub(super) async fn read_frame(
    output: &mut (impl AsyncBufRead + Unpin),
    allowance: &mut Allowance,
) -> Result<Frame, ReadError> {
    let line = read_line(output).await?;
    let head = protocol::parse_frame_head(&line);
    let (kind, case, length) = head.map_err(ReadError::NotAFrame)?;
    let payload = read_payload(output, kind, length).await?;
    allowance.spend(length)?;
    Ok(Frame {
        kind,
        case,
        payload,
    })
}

async fn read_line(output: &mut (impl AsyncBufRead + Unpin)) -> Result<String, ReadError> {
    let mut line = Vec::new();
    let mut limited = output.take(MAX_NOISE_BYTES as u64);
    match limited.read_until(b'\n', &mut line).await {
        Ok(1..) => Ok(decode_lossy(&line)),
        _ => Err(ReadError::Closed),
    }
}

async fn read_payload(
    output: &mut (impl AsyncBufRead + Unpin),
    kind: FrameKind,
    length: usize,
) -> Result<Vec<u8>, ReadError> {
    if length > kind.max_length() {
        return Err(ReadError::TooLong(length));
    }
    let mut payload = vec![0; length];
    match output.read_exact(&mut payload).await {
        Ok(_) => Ok(payload),
        Err(_) => Err(ReadError::Closed),
    }
}

pub(super) fn decode_lossy(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
