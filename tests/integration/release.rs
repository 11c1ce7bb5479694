//! What is released: what is in the crate, and the scripts of `.ci/release`, each as the workflow calls it.
#![cfg(unix)]

mod crates;
