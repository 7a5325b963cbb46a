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

/// The name of a layer's block: layer 0 is in `block1`, the last is the `head`.
fn block_name(layer: usize, layers: usize) -> String {
    if layer + 1 == layers { "head".to_owned() } else { format!("block{}", layer + 1) }
}

/// The name of a layer's tensors, without `.weight` or `.bias`: `block1.linear0`, or `head`.
fn tensor_name(layer: usize, layers: usize) -> String {
    let block = block_name(layer, layers);
    if layer + 1 == layers { block } else { block + ".linear0" }
}
