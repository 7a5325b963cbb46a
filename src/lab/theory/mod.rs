//! The mean-field theory of a network at its start: how large its gradients are, predicted without building it.
//!
//! A network is described block by block ([`Assumptions`]); [`Assumptions::predict`] follows the mean square of the
//! signal forward and that of the gradient back. The equations, what they assume and where they come from are in
//! docs/model.md, Mean-field theory. Nothing here knows the network: the theory must be able to disagree with it.

mod block;
mod critical;
mod finite_width;
pub mod moments;
pub mod prediction;

pub use critical::{critical, limit};
pub use prediction::{Comparison, Critical, LayerTheory, Limit, Theory};

use super::Setup;
// The theory has words of its own for what a Setup calls alike.
use crate::nn::{Activation, Init, Norm as SetupNorm, Order as SetupOrder, Place as SetupPlace, Skip};
use block::{Passed, Stream};
use finite_width::Fluctuations;

/// What the theory needs to know of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumptions {
    /// f, the same in every block.
    pub activation: Activation,
    /// Mean square of the numbers that go in: of one sample, or of all if they do not differ much.
    pub input: f64,
    /// The blocks, input side first; the last is the head. Each has one linear layer.
    pub blocks: Vec<Block>,
}

/// A linear layer with what belongs to it: x -> branch(x), or x + alpha branch(x).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Numbers that go into the linear layer.
    pub inputs: usize,
    /// Units of the linear layer.
    pub outputs: usize,
    /// How its weights start.
    pub weights: Weights,
    /// Variance of its biases at the start.
    pub bias_variance: f64,
    /// What the branch does, in order.
    pub order: Order,
    /// Normalisation in the branch, and whether it comes right before or right after the activation.
    pub norm: Option<(Norm, Place)>,
    /// alpha of x + alpha branch(x), if the block has a skip.
    pub skip: Option<f64>,
}

/// Weights at their start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weights {
    /// Independent, of mean 0 and this variance.
    Independent(f64),
    /// Orthonormal rows or columns, times a factor; the variance of a single weight.
    Orthogonal(f64),
    /// Orthogonal, and then scaled on the data until z has this deviation (LSUV).
    Calibrated(f64),
}

/// The order within a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// W x + b: a head, or a stem in front of blocks that begin with their activation.
    Linear,
    /// f(W x + b): the plain layer, and the post-activation block.
    LinearFirst,
    /// W f(x) + b: the pre-activation block.
    ActivationFirst,
}

/// A normalisation, without its trainable gain and offset, which start at 1 and 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// Over the units of a sample, which get mean 0 and variance 1.
    Layer,
    /// Over the units of a sample, which get mean square 1.
    Rms,
    /// Over the samples of a batch, whose number matters to identity only: for others it is taken to be large.
    Batch(usize),
}

/// Where a normalisation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Right before the activation.
    BeforeActivation,
    /// Right after the activation.
    AfterActivation,
}

impl Assumptions {
    /// A plain network: `sizes` are the numbers in, the units of each hidden layer and the numbers out. None if the
    /// start is not random (`constant`, `identity`, `zeros`): the theory says nothing of it.
    pub fn plain(
        activation: Activation,
        (init, scale, bias_variance): (Init, f64, f64),
        sizes: &[usize],
        input: f64,
    ) -> Option<Self> {
        let head = sizes.len().checked_sub(2)?;
        let block = |(layer, pair): (usize, &[usize])| -> Option<Block> {
            let (inputs, outputs) = (pair[0], pair[1]);
            Some(Block {
                inputs,
                outputs,
                weights: Weights::of(init, inputs, outputs, scale)?,
                bias_variance: init.bias_variance(inputs, scale, bias_variance),
                order: if layer == head { Order::Linear } else { Order::LinearFirst },
                norm: None,
                skip: None,
            })
        };
        Some(Self { activation, input, blocks: sizes.windows(2).enumerate().map(block).collect::<Option<_>>()? })
    }

    /// The network of a Setup, with its task's inputs and outputs. `input` is the mean square of the numbers that go in.
    /// None also where no equations are known here: for sequences, gates, dropout, blocks of several layers, and an activation on
    /// the path around a block.
    pub fn of(setup: &Setup, input: f64) -> Option<Self> {
        if setup.task.is_sequence() {
            return None;
        }
        let shape = setup.shape(setup.ends());
        let skip = match setup.skip {
            Skip::None => None,
            Skip::Residual | Skip::ScaledResidual => Some(shape.branch_scale()),
            Skip::Rezero => Some(0.0),
            Skip::Highway | Skip::Dense => return None,
        };
        let order = match setup.order {
            _ if skip.is_none() => Order::LinearFirst,
            SetupOrder::Inner => Order::LinearFirst,
            SetupOrder::Pre => Order::ActivationFirst,
            SetupOrder::Post => return None,
        };
        if setup.dropout > 0.0 || setup.block_layers != 1 {
            return None;
        }
        let place = match setup.norm_place {
            SetupPlace::Before => Place::BeforeActivation,
            SetupPlace::After => Place::AfterActivation,
        };
        let norm = match setup.norm {
            SetupNorm::None => None,
            SetupNorm::BatchNorm => Some((Norm::Batch(setup.batch as usize), place)),
            SetupNorm::LayerNorm => Some((Norm::Layer, place)),
            SetupNorm::RmsNorm => Some((Norm::Rms, place)),
        };
        let stem = shape.has_stem().then_some(shape.width);
        let hidden = std::iter::repeat_n(shape.width, shape.depth);
        let sizes: Vec<usize> = [shape.inputs].into_iter().chain(stem).chain(hidden).chain([shape.outputs]).collect();
        let start = (setup.init, setup.scale, setup.bias_variance);
        let mut assumptions = Self::plain(setup.activation, start, &sizes, input)?;
        let head = assumptions.blocks.len() - 1;
        let (stems, blocks) = assumptions.blocks[..head].split_at_mut(usize::from(shape.has_stem()));
        stems.iter_mut().for_each(|stem| stem.order = Order::Linear);
        blocks.iter_mut().for_each(|block| (block.order, block.norm, block.skip) = (order, norm, skip));
        Some(assumptions)
    }

    /// What the theory says; none if there is no hidden layer, where the signal is exactly 0, or where it is so large or
    /// small that f64 does not hold its square.
    pub fn predict(&self) -> Option<Theory> {
        let mut stream = Stream { mean: 0.0, square: self.input, shared: 0.0 };
        let mut passed = Vec::with_capacity(self.blocks.len());
        for (index, block) in self.blocks.iter().enumerate() {
            passed.push(block.pass(self.activation, &mut stream, self.blocks.get(index + 1))?);
        }
        let head = passed.len().checked_sub(1)?;
        let last = head.checked_sub(1)?;
        let ratios = limit_ratios(&passed, last);
        // None of them if one is not known.
        let fluctuations: Option<Vec<Fluctuations>> = passed[..head].iter().map(|passed| passed.fluctuations).collect();
        let layers: Vec<LayerTheory> = (0..=head)
            .map(|index| {
                let corrections = match &fluctuations {
                    Some(fluctuations) if index < head => Some(finite_width::corrections(fluctuations, index)),
                    Some(_) | None => None,
                };
                let shift = corrections.unwrap_or_default();
                let spread = |variance: f64| variance.max(0.0).sqrt() / 2.0;
                LayerTheory {
                    inputs: self.blocks[index].inputs,
                    outputs: self.blocks[index].outputs,
                    q: passed[index].q,
                    chi: passed[index].chi,
                    signal: libm::exp((ratios[index].signal + shift.signal.mean) / 2.0),
                    weights: libm::exp((ratios[index].weights + shift.weights.mean) / 2.0),
                    signal_spread: corrections.map(|corrections| spread(corrections.signal.variance)),
                    weights_spread: corrections.map(|corrections| spread(corrections.weights.variance)),
                }
            })
            .collect();
        let shift = fluctuations.map(|all| finite_width::corrections(&all, 0).signal.mean).unwrap_or_default();
        let per_layer = |ln_square: f64| (last > 0).then(|| libm::exp(ln_square / 2.0 / last as f64));
        Some(Theory {
            factor: per_layer(ratios[0].signal + shift),
            factor_of_infinite_width: per_layer(ratios[0].signal),
            spread: layers[0].signal_spread,
            limit: self.repeated().and_then(|(weights, biases)| limit(self.activation, weights, biases, passed[0].q)),
            critical: self.repeated().and_then(|(_, biases)| critical(self.activation, biases)),
            layers,
        })
    }

    /// sigma_w^2 and sigma_b^2 of a plain network whose hidden layers after the first are all alike.
    fn repeated(&self) -> Option<(f64, f64)> {
        let [first, repeated, .., _head] = self.blocks.as_slice() else { return None };
        let hidden = &self.blocks[1..self.blocks.len() - 1];
        let plain = |block: &Block| block.norm.is_none() && block.skip.is_none() && block.order == Order::LinearFirst;
        let alike = plain(first) && plain(repeated) && hidden.iter().all(|block| block == repeated);
        match repeated.weights {
            Weights::Independent(variance) | Weights::Orthogonal(variance) if alike => {
                Some((variance * repeated.inputs as f64, repeated.bias_variance))
            }
            Weights::Independent(_) | Weights::Orthogonal(_) | Weights::Calibrated(_) => None,
        }
    }
}

/// Logarithms of squared ratios to the last hidden layer, in the limit of many units.
#[derive(Clone, Copy)]
struct Ratios {
    signal: f64,
    weights: f64,
}

fn limit_ratios(passed: &[Passed], last: usize) -> Vec<Ratios> {
    // Over the gradient that comes to the head.
    let mut stream = 0.0;
    let mut ratios = Vec::with_capacity(passed.len());
    for block in passed.iter().rev() {
        let signal = stream + libm::log(block.signal);
        ratios.push(Ratios { signal, weights: signal + libm::log(block.input) });
        stream += libm::log(block.chi);
    }
    ratios.reverse();
    let reference = ratios[last];
    let over =
        |ratio: &Ratios| Ratios { signal: ratio.signal - reference.signal, weights: ratio.weights - reference.weights };
    ratios.iter().map(over).collect()
}
