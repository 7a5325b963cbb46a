//! Off the cliff, with and without a rope. `cargo run --release --example clipping`
//!
//! Pascanu, Mikolov & Bengio 2013 clip the norm of a gradient that explodes. The numbers are this project's design:
//! ReLU, weights from N(0, 1), 8 layers of 64 units, SGD 0.01, 500 steps, 256 points of `disc`, full batch. The steps
//! are taken on batches of 32 of the 256 points, an eighth of the price; the losses are those of all 256, and the
//! bounds as for the full batch. The lab does not find the design's loss of 3600 under clipping as a median: its five
//! seeds have 137, 309, 353, 771 and 5223 (full batch: 118 to 3714; batches of 64: 5 to 3561), since the starts differ
//! as much. Their median is bounded here: over a hundred times what guessing costs. 500 steps of at most 0.01 cannot
//! move weights of norm 170 by more than 3 %. He's start comes to 0.114 (full batch: 0.081), better than the design.

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, factor, loss, median, snapshots};

const RELU: &str = "task=disc&noise=0&test=0&samples=256&depth=8&width=64&activation=relu&lr=0.01";

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("Clipping is not initialization: 8 layers of ReLU (guessing costs 0.69)", rows(), READING)
}

const READING: &str = "Clipping keeps the exploding network finite and useless; a start of the right size needs \
    no clipping.";

fn rows() -> Result<Vec<Row>, String> {
    let of = |query: &str, steps| snapshots(&format!("{RELU}&{query}"), steps, SEEDS);
    let unclipped = of("init=normal", 500)?;
    let clipped = of("init=normal&clip=norm", 500)?;
    let diverged = unclipped.iter().filter(|snapshot| snapshot.divergence.is_some()).count();
    let finite = clipped.iter().filter(|snapshot| snapshot.divergence.is_none()).count();
    Ok(vec![
        Row {
            what: "N(0, 1): factor a layer at the start",
            said: "5.6 (this project's design)",
            measured: median(&of("init=normal&batch=256", 0)?, factor),
            within: [5.3, 5.9],
        },
        Row {
            what: "N(0, 1): seeds of five that diverge",
            said: "all (this project's design)",
            measured: diverged as f64,
            within: [5.0, 5.0],
        },
        Row {
            what: "N(0, 1), clip at 1: seeds of five that stay finite",
            said: "all (this project's design)",
            measured: finite as f64,
            within: [5.0, 5.0],
        },
        Row {
            what: "N(0, 1), clip at 1: loss",
            said: "about 3600 (this project's design)",
            measured: median(&clipped, loss),
            within: [100.0, 4000.0],
        },
        Row {
            what: "He, no clipping: loss",
            said: "0.14 (this project's design)",
            measured: median(&of("init=he", 500)?, loss),
            within: [0.07, 0.28],
        },
    ])
}
