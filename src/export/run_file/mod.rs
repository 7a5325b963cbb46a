//! The run file: a run as JSON that any framework can check. Its format is described in docs/run-file.md; names,
//! shapes and conventions are PyTorch's wherever it has one.

mod config;
mod read;
mod tensor;
mod write;

pub use read::{no_json, read, task};
pub use write::{setup_value, write};

/// What the file calls itself.
const FORMAT: &str = "gradient-lab-run";
/// The version of the format.
const VERSION: u64 = 1;

/// The name of a layer's tensors, without `.weight` or `.bias`: layer 0 is `block1.linear0`, the last is `head`.
fn tensor_name(layer: usize, layers: usize) -> String {
    if layer + 1 == layers { "head".to_owned() } else { format!("block{}.linear0", layer + 1) }
}
