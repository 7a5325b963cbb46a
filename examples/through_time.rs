//! What a time step does to the gradient at the start. `cargo run --release --example through_time`
//!
//! Hochreiter 1991 and Bengio, Simard & Frasconi 1994: the gradient is multiplied by the same weights at every step.
//! The numbers are this project's design: 32 units, 50 steps, loss at the last; measured is (|dLoss/dh_1| /
//! |dLoss/dh_50|)^(1/49) (of the LSTM's cell: dLoss/dc) on `adding`, noise 0. The design names no inputs, so its
//! numbers are held to within 5 %, which tells the plain, the gated, the gated with a bias and the ones that keep
//! apart.
//!
//! For tanh the theory of docs/model.md says what these inputs do: a time step is a layer whose biases are drawn anew,
//! with the variance of W_ih x + b_ih + b_hh. Orthogonal weights keep the gradient only where tanh is linear: the lab's
//! b_ih and inputs have the variance 0.014, and the factor is 0.925 in theory; the design's 0.96 needs 0.003. It is the
//! inputs that differ. The theory is that of wide layers with weights of their own: it too is held to 5 %.
//!
//! IRNN (Le, Jaitly & Hinton 2015), input weights from N(0, 0.001^2): the design's 0.9995 is not met over all steps.
//! dLoss/dh_50 also has the units that ReLU silences, about half of them, and they are lost at the first step back:
//! sqrt(1/2)^(1/49) = 0.993. The bounds are those of a quarter and of three quarters. From step 49 back, what is lost
//! are units that a mark switched on, less than the quarter with a negative weight for the number and a positive one
//! for the mark, out of three with those that stay on: never below (2/3)^(1/96) = 0.9958. On `recall` nothing comes
//! after the first step, and it is 1.

mod common;

use std::process::ExitCode;

use common::{Row, SEEDS, blocks, factor, median, snapshots};
use gradient_lab::lab::snapshot::Snapshot;
use gradient_lab::lab::theory::limit;
use gradient_lab::nn::Activation;

const ADDING: &str = "task=adding&lag=49&noise=0";
const RECALL: &str = "task=recall&lag=49&noise=0";
const IRNN: &str = "activation=relu&recurrent_init=identity&init=normal&scale=0.001";

/// Prints the table; fails if a number is missed.
pub fn main() -> ExitCode {
    common::report("Through time: the gradient's factor a time step at the start", rows(), READING)
}

const READING: &str = "Gates as frameworks start them keep little more than a plain network does; a bias on the \
    forget gate, orthogonal weights or the identity keep the gradient.";

/// The factor a step without the last step.
fn factor_before_last(snapshot: &Snapshot) -> Option<f64> {
    let [first, .., last, _] = blocks(snapshot) else { return None };
    let steps = blocks(snapshot).len() - 2;
    Some((first.signal_gradient.l2 / last.signal_gradient.l2).powf(1.0 / steps as f64))
}

/// The factor a step of tanh in theory, `weights` being the variance of a recurrent weight times 32, and `biases` how
/// many biases of the framework's start are added to the input.
fn theory(weights: f64, biases: f64) -> Result<f64, String> {
    // All are drawn from U(-a, a), a = 1 / sqrt(32). Numbers have the mean square 1/3; 2 of 50 marks are 1.
    let variance = (1.0 / 3.0 + 2.0 / 50.0 + biases) / (3.0 * 32.0);
    let limit = limit(Activation::Tanh, weights, variance, variance).ok_or("the theory says nothing")?;
    Ok(limit.chi.sqrt())
}

fn rows() -> Result<Vec<Row>, String> {
    let of = |query: &str, seeds| Ok::<f64, String>(median(&snapshots(query, 0, seeds)?, factor));
    let adding = |query: &str| of(&format!("{ADDING}&{query}"), SEEDS);
    let irnn = |task: &str| snapshots(&format!("{task}&{IRNN}"), 0, SEEDS);
    let row = |what, said, measured, within| Row { what, said, measured, within };
    let near = |number: f64| [0.95 * number, 1.05 * number];
    let design = |what, said, number, measured| row(what, said, measured, near(number));
    let (plain, orthogonal) = (theory(1.0 / 3.0, 2.0)?, theory(1.0, 1.0)?);
    println!("In theory tanh has {plain:.3} with the framework default and {orthogonal:.3} with orthogonal weights.\n");
    let in_theory = "the theory, for these inputs";
    let few = |start: &str| format!("{ADDING}&samples=32&{start}");
    Ok(vec![
        design("tanh, framework default", "0.56 (this project's design)", 0.56, adding("kind=rnn")?),
        row("    101 seeds", in_theory, of(&few("kind=rnn"), 1..=101)?, near(plain)),
        design("tanh, orthogonal", "0.96 (this project's design)", 0.96, adding("recurrent_init=orthogonal")?),
        row("    101 seeds", in_theory, of(&few("recurrent_init=orthogonal"), 1..=101)?, near(orthogonal)),
        row(
            "IRNN",
            "0.9995 (this project's design): not met, see above",
            median(&irnn(ADDING)?, factor),
            [0.25f64.powf(1.0 / 98.0), 0.75f64.powf(1.0 / 98.0)],
        ),
        row(
            "    from step 49 back",
            "0.9995 (this project's design), see above",
            median(&irnn(ADDING)?, factor_before_last),
            [0.9958, 1.0],
        ),
        row(
            "    the same on recall",
            "1: the identity",
            median(&irnn(RECALL)?, factor_before_last),
            [0.99999, 1.00001],
        ),
        design("GRU", "0.63 (this project's design)", 0.63, adding("kind=gru")?),
        design("LSTM", "0.64 (this project's design)", 0.64, adding("kind=lstm")?),
        design("LSTM, forget bias + 1", "0.86 (this project's design)", 0.86, adding("kind=lstm&gate_bias=1")?),
    ])
}
