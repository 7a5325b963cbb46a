//! Runs as files that other programs read.

pub mod json;
pub mod run_file;
