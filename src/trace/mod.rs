//! Traces: what was observed, step by step.

pub mod fact;
