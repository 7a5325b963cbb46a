//! How deep a tanh network can be and still learn. `cargo run --release --example depth_scale`
//!
//! Schoenholz et al. 2017: a random network learns up to about 6 of its depth scales; at the edge of chaos
//! there is no such limit. The depth scale is the theory's alone, 1 / |ln chi| (docs/model.md, Mean-field
//! theory); whether a network learns, the lab measures: the loss after 300 steps, 32 points of `disc`, full batch, SGD
//! 0.1, width 32, sigma_b^2 = 0.05. The paper's own map is of wide networks on MNIST; the bounds are this project's.
//! The map ends at 20 layers: with 40 and 300 steps even the critical start has only begun to learn (loss 0.59).

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, loss, median, snapshots};
use gradient_lab::lab::theory::{critical, limit};
use gradient_lab::nn::Activation;

const TANH: &str = "task=disc&noise=0&test=0&samples=32&batch=32&width=32&activation=tanh&init=mean_field&lr=0.1";
const BIASES: f64 = 0.05;
const DEPTHS: [u32; 3] = [5, 10, 20];

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("Schoenholz et al. 2017: what learns (guessing costs 0.676)", rows(), READING)
}

const READING: &str = "The theory of an untrained network tells how deep it may be to be trained: about six \
    depth scales.";

fn rows() -> Result<Vec<Row>, String> {
    let edge = critical(Activation::Tanh, BIASES).ok_or("tanh has a critical start")?.weight_variance;
    println!("sigma_w^2   6 depth scales   loss at depth 5   10      20");
    let (mut within_six, mut beyond_six) = (0f64, f64::INFINITY);
    for weights in [0.5, 1.0, edge] {
        let theory = limit(Activation::Tanh, weights, BIASES, weights).ok_or("the theory says nothing")?;
        let six = theory.depth_scale.map_or(f64::INFINITY, |scale| 6.0 * scale);
        let mut line = format!("{weights:<11.3} {six:<16.3e}");
        for depth in DEPTHS {
            let query = format!("{TANH}&bias_variance={BIASES}&scale={weights}&depth={depth}");
            let loss = median(&snapshots(&query, 300, SEEDS)?, loss);
            line.push_str(&format!(" {loss:<7.3}"));
            if f64::from(depth) < six {
                within_six = within_six.max(loss);
            } else {
                beyond_six = beyond_six.min(loss);
            }
        }
        println!("{line}");
    }
    println!();
    let said = "6 depth scales (Schoenholz et al. 2017)";
    Ok(vec![
        Row {
            what: "critical sigma_w^2",
            said: "1.761 (this project's design)",
            measured: edge,
            within: [1.7605, 1.7615],
        },
        Row { what: "less deep than 6 scales: the largest loss", said, measured: within_six, within: [0.0, 0.07] },
        Row { what: "deeper: the smallest loss", said, measured: beyond_six, within: [0.34, 0.70] },
    ])
}
