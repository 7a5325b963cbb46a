//! How Adam hides a gradient that has vanished, and where epsilon ends that. `cargo run --release --example adam`
//!
//! Kingma & Ba 2015: the size of Adam's steps does not depend on the scale of the gradient, and its first is the rate
//! times g / (|g| + epsilon). The numbers are this project's design: sigmoid, Xavier, width 32, epsilon 1e-8, on 256
//! points of `disc`. They are held to within a factor of two, since a ratio over 10 or 20 random layers of 32 units is
//! no surer than that in five seeds; where |g| is near epsilon the step is as unsure as g.

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, median, snapshots};
use gradient_lab::lab::snapshot::LayerSnapshot;

const ADAM: &str = "task=disc&noise=0&test=0&samples=256&batch=256&width=32&optimizer=adam&lr=0.001";

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("Adam: layer 1 of sigmoid networks before the first update", rows(), READING)
}

const READING: &str = "Adam moves layer 1 by the full rate while its gradient is above epsilon, however small; \
    far below, it moves nothing.";

fn rows() -> Result<Vec<Row>, String> {
    let gradient = |layer: &LayerSnapshot| Some(layer.weight_gradient.rms);
    let step = |layer: &LayerSnapshot| Some(layer.update_ratio? * layer.weight_rms / 0.001);
    type Read<'a> = &'a dyn Fn(&LayerSnapshot) -> Option<f64>;
    let row = |depth: u32, read: Read, what, said, within| {
        let snapshots = snapshots(&format!("{ADAM}&depth={depth}"), 0, SEEDS)?;
        let measured = median(&snapshots, |snapshot| read(snapshot.layers.first()?));
        Ok(Row { what, said, measured, within })
    };
    [
        row(5, &gradient, "5 layers: rms of dLoss/dW_1", "6e-6 (this project's design)", [3e-6, 1.2e-5]),
        row(5, &step, "    first update over the rate", "0.99 (this project's design)", [0.97, 1.0]),
        row(10, &gradient, "10 layers: rms of dLoss/dW_1", "4e-9 (this project's design)", [2e-9, 8e-9]),
        row(10, &step, "    first update over the rate", "0.25 (this project's design)", [0.125, 0.5]),
        row(20, &gradient, "20 layers: rms of dLoss/dW_1", "1.4e-15 (this project's design)", [7e-16, 2.8e-15]),
        row(20, &step, "    first update over the rate", "1.4e-7 (this project's design)", [7e-8, 2.8e-7]),
    ]
    .into_iter()
    .collect()
}
