//! The theory of blocks with norms and skips, against networks of a few lines that know nothing of the engine.

use gradient_lab::lab::theory::{Assumptions, Block, Norm, Order, Place, Weights};
use gradient_lab::nn::rng::{Purpose, Rng};
use gradient_lab::nn::{Activation, Init};

/// Numbers `[B][n]`.
type Rows = Vec<Vec<f64>>;

/// What can be done to them, and undone to their gradient.
enum Step {
    Linear(Rows),
    Activation(Activation),
    Norm(Norm),
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

fn norm(rows: &Rows) -> f64 {
    rows.iter().map(|row| dot(row, row)).sum::<f64>().sqrt()
}

fn transposed(rows: &Rows) -> Rows {
    (0..rows[0].len()).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
}

/// Normalises the vector x to mean 0 (if `centre`) and mean square 1. With the gradient of the result, that of x.
fn normalised(x: &[f64], centre: bool, back: Option<&[f64]>) -> Vec<f64> {
    let count = x.len() as f64;
    let mean = |x: &[f64]| if centre { x.iter().sum::<f64>() / count } else { 0.0 };
    let centred: Vec<f64> = x.iter().map(|value| value - mean(x)).collect();
    let deviation = (dot(&centred, &centred) / count).sqrt();
    let unit: Vec<f64> = centred.iter().map(|value| value / deviation).collect();
    let Some(back) = back else { return unit };
    let along = dot(&unit, back) / count;
    back.iter().zip(&unit).map(|(g, unit)| (g - mean(back) - along * unit) / deviation).collect()
}

impl Step {
    /// x -> y, or with dLoss/dy: dLoss/dx.
    fn pass(&self, x: &Rows, back: Option<&Rows>) -> Rows {
        match self {
            Self::Linear(weights) => match back {
                None => x.iter().map(|x| weights.iter().map(|w| dot(w, x)).collect()).collect(),
                Some(back) => {
                    let columns = transposed(weights);
                    back.iter().map(|g| columns.iter().map(|w| dot(w, g)).collect()).collect()
                }
            },
            Self::Activation(f) => match back {
                None => x.iter().map(|x| x.iter().map(|&x| f.value(x)).collect()).collect(),
                Some(back) => {
                    let row = |(x, g): (&Vec<f64>, &Vec<f64>)| x.iter().zip(g).map(|(&x, g)| f.slope(x) * g).collect();
                    x.iter().zip(back).map(row).collect()
                }
            },
            Self::Norm(Norm::Batch(_)) => {
                let (columns, back) = (transposed(x), back.map(transposed));
                let column = |unit: usize| normalised(&columns[unit], true, back.as_ref().map(|g| g[unit].as_slice()));
                transposed(&(0..columns.len()).map(column).collect())
            }
            Self::Norm(kind) => {
                let row = |b: usize| normalised(&x[b], *kind == Norm::Layer, back.map(|g| g[b].as_slice()));
                (0..x.len()).map(row).collect()
            }
        }
    }
}

/// The steps of a block.
fn steps(block: &Block, f: Activation, rng: &mut Rng) -> Vec<Step> {
    let Weights::Independent(variance) = block.weights else { panic!("not for this test") };
    let row = |rng: &mut Rng| (0..block.inputs).map(|_| variance.sqrt() * rng.normal()).collect();
    let linear = Step::Linear((0..block.outputs).map(|_| row(rng)).collect());
    let mut active = vec![Step::Activation(f)];
    match block.norm {
        Some((norm, Place::BeforeActivation)) => active.insert(0, Step::Norm(norm)),
        Some((norm, Place::AfterActivation)) => active.push(Step::Norm(norm)),
        None => {}
    }
    match block.order {
        Order::Linear => vec![linear],
        Order::LinearFirst => std::iter::once(linear).chain(active).collect(),
        Order::ActivationFirst => active.into_iter().chain([linear]).collect(),
    }
}

/// ln(|delta_1| / |delta_L|) of one random network of the hidden blocks, for `batch` samples.
fn measured(assumptions: &Assumptions, batch: usize, seed: u32) -> f64 {
    let mut rng = Rng::new(seed, Purpose::Data);
    let hidden = &assumptions.blocks[..assumptions.blocks.len() - 1];
    let normal = |rng: &mut Rng, count: usize| -> Rows {
        (0..batch).map(|_| (0..count).map(|_| rng.normal()).collect()).collect()
    };
    let mut x = normal(&mut rng, hidden[0].inputs);
    let add = |x: &Rows, scale: f64, y: &Rows| -> Rows {
        x.iter().zip(y).map(|(x, y)| x.iter().zip(y).map(|(x, y)| x + scale * y).collect()).collect()
    };
    // Forward: every step with what goes into it.
    let mut passed: Vec<Vec<(Step, Rows)>> = Vec::new();
    for block in hidden {
        let mut branch = x.clone();
        let mut inner = Vec::new();
        for step in steps(block, assumptions.activation, &mut rng) {
            let next = step.pass(&branch, None);
            inner.push((step, std::mem::replace(&mut branch, next)));
        }
        x = block.skip.map_or_else(|| branch.clone(), |alpha| add(&x, alpha, &branch));
        passed.push(inner);
    }
    // Back: delta is what arrives at the output of a block's linear step.
    let mut gradient = normal(&mut rng, hidden[hidden.len() - 1].outputs);
    let mut deltas = Vec::new();
    for (block, steps) in hidden.iter().zip(&passed).rev() {
        let mut back = gradient.clone();
        for (step, x) in steps.iter().rev() {
            if matches!(step, Step::Linear(_)) {
                deltas.push(block.skip.unwrap_or(1.0) * norm(&back));
            }
            back = step.pass(x, Some(&back));
        }
        gradient = block.skip.map_or_else(|| back.clone(), |alpha| add(&gradient, alpha, &back));
    }
    (deltas[deltas.len() - 1] / deltas[0]).ln()
}

/// Median and deviation of [`measured`] over the seeds, as a factor a layer.
fn measure(assumptions: &Assumptions, batch: usize, seeds: u32) -> (f64, f64) {
    let mut logs: Vec<f64> = (1..=seeds).map(|seed| measured(assumptions, batch, seed)).collect();
    logs.sort_by(f64::total_cmp);
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let variance = logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>() / logs.len() as f64;
    (logs[logs.len() / 2], variance.sqrt())
}

/// `depth` equal hidden blocks, and a head. Blocks that begin with their activation, or skip, follow a plain stem.
fn network(f: Activation, init: Init, (depth, width): (usize, usize), change: impl Fn(&mut Block)) -> Assumptions {
    let mut assumptions =
        Assumptions::plain(f, (init, 1.0, 0.0), &vec![width; depth + 2], 1.0).expect("a random start");
    assumptions.blocks[..depth].iter_mut().for_each(&change);
    let first = assumptions.blocks[0];
    if first.skip.is_some() || first.order == Order::ActivationFirst {
        assumptions.blocks.insert(0, Block { norm: None, skip: None, order: Order::Linear, ..first });
    }
    assumptions
}

/// The factor a layer within `tolerance` of the theory's, and the spread within `spread`, if it says one.
fn assert_is_so(name: &str, assumptions: &Assumptions, (batch, seeds): (usize, u32), tolerance: f64, spread: f64) {
    let theory = assumptions.predict().expect("numbers in range");
    let steps = (assumptions.blocks.len() - 2) as f64;
    let (median, deviation) = measure(assumptions, batch, seeds);
    let (got, expected) = ((median / steps).exp(), theory.factor.expect("several layers"));
    assert!((got / expected - 1.0).abs() < tolerance, "{name}: {got}, not {expected}");
    if let Some(expected) = theory.spread {
        assert!((deviation / expected - 1.0).abs() < spread, "{name}: spread {deviation}, not {expected}");
    }
}

const ACTIVATIONS: [Activation; 5] =
    [Activation::Sigmoid, Activation::Relu, Activation::Tanh, Activation::Silu, Activation::Selu];

#[test]
fn norms_over_units_do_what_the_theory_says() {
    for f in ACTIVATIONS {
        for norm in [Norm::Layer, Norm::Rms] {
            for place in [Place::BeforeActivation, Place::AfterActivation] {
                let network = network(f, Init::He, (20, 64), |block| block.norm = Some((norm, place)));
                assert_is_so(&format!("{f:?}, {norm:?}, {place:?}"), &network, (1, 100), 0.015, 0.3);
            }
        }
    }
}

#[test]
fn skips_do_what_the_theory_says() {
    let small = 1.0 / 20f64.sqrt();
    for f in ACTIVATIONS {
        for norm in [None, Some((Norm::Layer, Place::BeforeActivation))] {
            for (order, alpha) in
                [(Order::ActivationFirst, 1.0), (Order::ActivationFirst, small), (Order::LinearFirst, small)]
            {
                let network = network(f, Init::He, (20, 64), |block| {
                    block.norm = norm;
                    block.skip = Some(alpha);
                    block.order = order;
                });
                // Units that a skip carries on are the same ones again, which the theory leaves out of the spread.
                assert_is_so(&format!("{f:?}, {norm:?}, {order:?}, {alpha}"), &network, (1, 100), 0.015, 0.5);
            }
        }
        let plain = network(f, Init::He, (20, 64), |block| block.order = Order::ActivationFirst);
        assert_is_so(&format!("{f:?}, without skip"), &plain, (1, 100), 0.015, 0.4);
    }
}

#[test]
fn batch_norm_comes_close_to_the_theory_as_the_batch_grows() {
    for f in ACTIVATIONS {
        for place in [Place::BeforeActivation, Place::AfterActivation] {
            let network = network(f, Init::He, (20, 256), |block| block.norm = Some((Norm::Batch(48), place)));
            assert_is_so(&format!("{f:?}, {place:?}"), &network, (48, 3), 0.025, 0.0);
        }
    }
    for batch in [8, 32] {
        let norm = Some((Norm::Batch(batch), Place::BeforeActivation));
        let network = network(Activation::Identity, Init::Lecun, (20, 64), |block| block.norm = norm);
        assert_is_so(&format!("identity, {batch}"), &network, (batch, 5), 0.01, 0.0);
    }
}
