//! Frames of a worker, read again from memory.

use super::decode::{CaseOutput, decode_trace};
use super::protocol::{FrameKind, parse_frame_head};
use crate::program::Program;
use crate::trace::{ProcessEnd, Trace};

/// Reads frames as far as they are whole, and makes a trace of those of a case; nothing where they are not a worker's.
pub(crate) fn read_frames(program: &Program, mut sent: &[u8]) -> Option<Trace> {
    let (mut lines, mut stdout, mut stderr) = (Vec::new(), Vec::new(), Vec::new());
    let mut end = ProcessEnd::Timeout;
    while let Some(length) = sent.iter().position(|byte| *byte == b'\n') {
        let (head, rest) = sent.split_at(length + 1);
        let head = String::from_utf8_lossy(head);
        let (kind, _, length) = parse_frame_head(&head).ok()?;
        let (payload, rest) = rest.split_at_checked(length)?;
        sent = rest;
        match kind {
            FrameKind::Steps => lines.extend_from_slice(payload),
            FrameKind::Out => stdout = payload.to_vec(),
            FrameKind::Err => stderr = payload.to_vec(),
            FrameKind::End => {
                let text = String::from_utf8_lossy(payload);
                end = text.split_once(' ')?.1.parse().ok()?;
            }
            _ => {}
        }
    }
    let sent = CaseOutput {
        lines: &lines,
        stdout: &stdout,
        stderr: &stderr,
    };
    decode_trace(program, &sent, end).ok()
}
