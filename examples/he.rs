//! Xavier's start against He's in a deep ReLU network. `cargo run --release --example he`
//!
//! He, Zhang, Ren & Sun 2015: at 30 layers Xavier's start stalls the learning entirely, theirs converges. They trained
//! convolutions on ImageNet; the numbers are this project's design, for 30 layers of 64 units, SGD 0.03, full batch.
//! The design has 256 points of `disc` and 500 steps; 32 points and 250 steps show the same at a sixteenth of the
//! price. At the design's own size four of the lab's five seeds of He's start end below 0.2, one at 0.86, and one of
//! Xavier's learns. So few points are seldom half of each class, and guessing then costs less than ln 2: a loss is shown over what
//! guessing costs.

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, end_to_end, median, share_of_chance, snapshots};

const RELU: &str = "task=disc&noise=0&test=0&samples=32&batch=32&depth=30&width=64&activation=relu&lr=0.03";
const STEPS: u32 = 250;

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("He et al. 2015: 30 layers of ReLU after 250 steps", rows(), READING)
}

const READING: &str = "A factor of 0.7 a layer is enough to learn nothing; twice the variance keeps the \
    gradient and learns.";

fn rows() -> Result<Vec<Row>, String> {
    let of = |init: &str, steps| snapshots(&format!("{RELU}&init={init}"), steps, SEEDS);
    Ok(vec![
        Row {
            what: "Xavier: |delta_1| / |delta_30|",
            said: "0.694^29 = 2.5e-5 (this project's design)",
            measured: median(&of("xavier", 0)?, end_to_end),
            within: [8e-6, 8e-5],
        },
        Row {
            what: "He: |delta_1| / |delta_30|",
            said: "0.982^29 = 0.59 (this project's design)",
            measured: median(&of("he", 0)?, end_to_end),
            within: [0.2, 1.8],
        },
        Row {
            what: "Xavier: loss over that of guessing",
            said: "0.68 / ln 2 = 0.98 or above (this project's design)",
            measured: median(&of("xavier", STEPS)?, share_of_chance),
            within: [0.98, 1.01],
        },
        Row {
            what: "He: loss over that of guessing",
            said: "below 0.2 / ln 2 = 0.29 (this project's design)",
            measured: median(&of("he", STEPS)?, share_of_chance),
            within: [0.0, 0.29],
        },
        Row {
            what: "framework default: loss over that of guessing",
            said: "0.69 / ln 2 = 1 (this project's design)",
            measured: median(&of("framework_default", STEPS)?, share_of_chance),
            within: [0.98, 1.01],
        },
    ])
}
