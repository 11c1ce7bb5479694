//! The composite action: how it gets modswap (`get`), how it calls it (`call`), and what it keeps (`keep`).
#![cfg(unix)]

mod call;
mod examples;
mod get;
mod job;
mod keep;
