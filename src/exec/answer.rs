//! The answer of a worker to a case, put together from frames.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::channel::{Allowance, decode_lossy, read_frame};
use super::decode::{self, CaseOutput, DecodeError};
use super::error::{WorkerError, shorten};
use super::protocol::FrameKind;
use crate::program::Program;
use crate::trace::{ProcessEnd, Trace};

/// The frames of a case so far.
#[derive(Default)]
pub(super) struct Answer {
    lines: Vec<u8>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Answer {
    /// Adds a frame. Returns how long the case took and how its process ended, where the frame says that.
    ///
    /// # Errors
    /// When an end cannot be read.
    pub(super) fn add(
        &mut self,
        kind: FrameKind,
        payload: Vec<u8>,
    ) -> Result<Option<(Duration, ProcessEnd)>, WorkerError> {
        match kind {
            FrameKind::Steps => self.lines.extend(payload),
            FrameKind::Out => self.stdout = payload,
            FrameKind::Err => self.stderr = payload,
            FrameKind::End => return parse_end(&decode_lossy(&payload)).map(Some),
            _ => {}
        }
        Ok(None)
    }

    /// Makes it a trace.
    ///
    /// # Errors
    /// When the recorder's lines cannot be decoded.
    pub(super) fn decode(&self, program: &Program, end: ProcessEnd) -> Result<Trace, DecodeError> {
        let sent = CaseOutput {
            lines: &self.lines,
            stdout: &self.stdout,
            stderr: &self.stderr,
        };
        decode::decode_trace(program, &sent, end)
    }
}

fn parse_end(text: &str) -> Result<(Duration, ProcessEnd), WorkerError> {
    let error = || WorkerError::End(shorten(text));
    let (micros, end) = text.split_once(' ').ok_or_else(error)?;
    let micros = micros.parse().map_err(|_| error())?;
    Ok((
        Duration::from_micros(micros),
        end.parse().map_err(|_| error())?,
    ))
}

/// Reads an answer from memory, as far as it is one; without an end it is that of a case whose time was up.
pub(crate) fn read_answer(program: &Program, mut sent: &[u8]) -> Option<Trace> {
    let mut answer = Answer::default();
    let mut allowance = Allowance::default();
    loop {
        let reading = pin!(read_frame(&mut sent, &mut allowance));
        // What is in memory is never waited for.
        let Poll::Ready(frame) = reading.poll(&mut Context::from_waker(Waker::noop())) else {
            unreachable!("memory is ready")
        };
        let Ok(frame) = frame else {
            return answer.decode(program, ProcessEnd::Timeout).ok();
        };
        if let Some((_, end)) = answer.add(frame.kind, frame.payload).ok()? {
            return answer.decode(program, end).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        assert_eq!(
            parse_end("1500 exit 3").unwrap(),
            (Duration::from_micros(1500), ProcessEnd::Exit(3))
        );
        assert_eq!(
            parse_end("1 signal SIGSEGV").unwrap().1,
            ProcessEnd::Signal("SIGSEGV".into())
        );
        assert_eq!(parse_end("1 timeout").unwrap().1, ProcessEnd::Timeout);
        assert!(parse_end("exit 0").is_err());
    }
}
