//! The old uniform start against Xavier's, on the way back. `cargo run --release --example glorot`
//!
//! Glorot & Bengio 2010, figures 7 and 8: with the standard start, U(-1/sqrt(n), 1/sqrt(n)), the back-propagated
//! gradient gets smaller layer by layer, with theirs much less, while the gradient of the weights is about as large in
//! every layer with both. The paper shows histograms; 0.085 and 0.41 are this project's design, for 5 tanh layers of
//! 128 units on 128 normal inputs of mean square 1.
//!
//! No task has 128 inputs, so the lab measures 256 digits (64 inputs of mean square 0.23) and gets 0.106 and 0.70:
//! small inputs leave tanh nearly linear, where Xavier loses almost nothing. It is the input and not the lab that
//! differs: the theory (docs/model.md) gives the design's numbers for its inputs, and the lab's for the lab's.

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, end_to_end, median, snapshots};
use gradient_lab::lab::theory::Assumptions;
use gradient_lab::nn::{Activation, Init};
use gradient_lab::task::digits;

/// 0.08838834764831845 is 1 / sqrt(128): layer 1, with its 64 inputs, is drawn from the same box as the others.
const OLD: &str = "task=digits&batch=256&depth=5&width=128&activation=tanh&init=uniform&scale=0.08838834764831845";
const XAVIER: &str = "task=digits&batch=256&depth=5&width=128&activation=tanh&init=xavier_uniform";

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("Glorot & Bengio 2010: layer 1 over layer 5, tanh, width 128", rows(), READING)
}

const READING: &str = "The signal shrinks with the old start and hardly with Xavier's; the weights' gradient is \
    flat in both and shows nothing.";

/// |delta_1| / |delta_5| in theory.
fn theory(start: (Init, f64), inputs: usize, input: f64) -> Result<f64, String> {
    let sizes = [inputs, 128, 128, 128, 128, 128, 10];
    let assumptions = Assumptions::plain(Activation::Tanh, (start.0, start.1, 0.0), &sizes, input);
    let theory = assumptions.and_then(|assumptions| assumptions.predict()).ok_or("the theory says nothing")?;
    Ok(theory.layers[0].signal)
}

/// Mean square of a pixel.
fn ink() -> Result<f64, String> {
    let data = digits::parse(include_bytes!("../www/data/digits.txt")).map_err(|error| error.to_string())?;
    Ok(data.inputs.iter().map(|pixel| pixel * pixel).sum::<f64>() / data.inputs.len() as f64)
}

fn rows() -> Result<Vec<Row>, String> {
    let weights = |snapshot: &gradient_lab::lab::snapshot::Snapshot| snapshot.first_to_last.weights;
    let (old, xavier) = (snapshots(OLD, 0, SEEDS)?, snapshots(XAVIER, 0, SEEDS)?);
    let (old_start, xavier_start) = ((Init::Uniform, 1.0 / 128f64.sqrt()), (Init::XavierUniform, 1.0));
    let pixel = ink()?;
    let near = |number: f64| [0.85 * number, 1.15 * number];
    let design = |what, said, start, number| {
        Ok::<Row, String>(Row { what, said, measured: theory(start, 128, 1.0)?, within: near(number) })
    };
    let lab = |what, start, snapshots| {
        let within = near(theory(start, 64, pixel)?);
        Ok::<Row, String>(Row {
            what,
            said: "the theory, for these inputs",
            measured: median(snapshots, end_to_end),
            within,
        })
    };
    let flat = |what, snapshots| {
        let said = "about 1 (Glorot & Bengio 2010, fig. 8)";
        Row { what, said, measured: median(snapshots, weights), within: [0.7, 1.4] }
    };
    Ok(vec![
        design("old uniform start, theory, 128 inputs", "0.085 (this project's design)", old_start, 0.085)?,
        design("Xavier, theory, 128 inputs", "0.41 (this project's design)", xavier_start, 0.41)?,
        lab("old uniform start, digits: dLoss/dz", old_start, &old)?,
        lab("Xavier, digits: dLoss/dz", xavier_start, &xavier)?,
        flat("old uniform start, digits: dLoss/dW", &old),
        flat("Xavier, digits: dLoss/dW", &xavier),
    ])
}
