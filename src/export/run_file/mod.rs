//! The run file: a run as JSON that any framework can check. Its format is described in docs/run-file.md; names,
//! shapes and conventions are PyTorch's wherever it has one.

mod config;
mod read;
mod tensor;
mod write;

pub use read::{no_json, read, task};
pub use write::{setup_json, write};

/// What the file calls itself.
const FORMAT: &str = "gradient-lab-run";
/// The version of the format.
const VERSION: u64 = 1;
