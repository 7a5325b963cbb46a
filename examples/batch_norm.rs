//! What normalization does to the gradient at the start. `cargo run --release --example batch_norm`
//!
//! Yang et al. 2019: batch norm itself makes gradients explode with depth. The numbers are this project's design; that for
//! ReLU is the square root of pi / (pi - 1), 1.21. All on 256 digits (64 inputs), with layers of 64 units; sigmoid has
//! Xavier's start, ReLU He's.
//! The first layer's own factor is left out (its input is data, not the output of a batch norm): the ratio is that of
//! layers 2 and L.

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, blocks, median, snapshots};
use gradient_lab::lab::snapshot::Snapshot;

const DIGITS: &str = "task=digits&batch=256&width=64";

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("Normalization: the gradient's factor a layer at the start", rows(), READING)
}

const READING: &str = "Layer norm sets the scale, not the slope, and sigmoid vanishes all the same; batch norm \
    cures sigmoid and explodes with ReLU.";

/// The factor a layer, without layer 1.
fn factor(snapshot: &Snapshot) -> Option<f64> {
    let [_, second, .., last] = blocks(snapshot) else { return None };
    let layers = blocks(snapshot).len() - 2;
    Some((second.signal_gradient.l2 / last.signal_gradient.l2).powf(1.0 / layers as f64))
}

fn rows() -> Result<Vec<Row>, String> {
    let of = |query: &str| snapshots(&format!("{DIGITS}&{query}"), 0, SEEDS);
    let layer_norm = of("depth=20&norm=layer_norm")?;
    Ok(vec![
        Row {
            what: "sigmoid, 20 layers, none",
            said: "0.234 (this project's design)",
            measured: median(&of("depth=20")?, factor),
            within: [0.227, 0.241],
        },
        Row {
            what: "sigmoid, 20 layers, layer norm",
            said: "0.379 (this project's design)",
            measured: median(&layer_norm, factor),
            within: [0.36, 0.40],
        },
        Row {
            what: "    its |delta_1| / |delta_20|",
            said: "1e-8 (this project's design)",
            measured: median(&layer_norm, common::end_to_end),
            within: [3e-9, 3e-8],
        },
        Row {
            what: "sigmoid, 20 layers, batch norm",
            said: "about 1 (this project's design)",
            measured: median(&of("depth=20&norm=batch_norm")?, factor),
            within: [0.95, 1.1],
        },
        Row {
            what: "ReLU, 50 layers, batch norm",
            said: "1.2 (this project's design)",
            measured: median(&of("depth=50&activation=relu&init=he&norm=batch_norm")?, factor),
            within: [1.17, 1.25],
        },
    ])
}
