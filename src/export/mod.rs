//! Runs as files that other programs read.

pub mod run_file;
