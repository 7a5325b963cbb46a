//! How a network's numbers start.

use super::graph::Op;
use super::layout::{Entry, Role};
use super::network::{Mode, Network};
use super::rng::{Purpose, Rng};
use super::trace::Trace;
use super::{Init, Matrix, Real};

/// How parameters start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// The scheme for weights.
    pub init: Init,
    /// Its knob.
    pub scale: f64,
    /// The scheme for the weights of a recurrent state, and its knob.
    pub recurrent: (Init, f64),
    /// Variance of the biases.
    pub bias_variance: f64,
    /// What the biases of highway gates start at, and what is added to those of the gate that keeps a recurrent state:
    /// an LSTM's forget gate and a GRU's update gate.
    pub gate_bias: f64,
    /// Where chance comes from.
    pub seed: u32,
}

impl Start {
    /// A scheme as published, with biases at 0.
    pub fn of(init: Init, seed: u32) -> Self {
        Self { init, scale: 1.0, recurrent: (init, 1.0), bias_variance: 0.0, gate_bias: -2.0, seed }
    }

    /// The numbers of one weight matrix. Each of its blocks is drawn by itself, one after the other.
    fn weights(&self, entry: &Entry, rng: &mut Rng) -> Vec<f64> {
        let (inputs, outputs) = (entry.shape[1], entry.shape[0] / entry.blocks);
        let (init, scale) = match entry.role {
            Role::FromState => self.recurrent,
            // PyTorch draws all of a cell with the bound 1 / sqrt(H), whatever the input's size.
            Role::FromInput if self.init == Init::FrameworkDefault => {
                (self.init, self.scale * (inputs as f64 / outputs as f64).sqrt())
            }
            Role::Weight | Role::FromInput | Role::Bias | Role::Gain | Role::Shift | Role::Scale | Role::Statistic => {
                (self.init, self.scale)
            }
        };
        (0..entry.blocks).flat_map(|_| init.weights(inputs, outputs, scale, rng)).collect()
    }

    /// The biases that belong to a weight matrix.
    fn biases(&self, weight: &Entry, bias: &Entry, rng: &mut Rng) -> Vec<f64> {
        if bias.name.ends_with(".gate.bias") {
            return vec![self.gate_bias; bias.len()];
        }
        let hidden = bias.len() / bias.blocks;
        let ((init, scale), inputs) = match weight.role {
            Role::FromState => (self.recurrent, hidden),
            Role::FromInput => ((self.init, self.scale), hidden),
            Role::Weight | Role::Bias | Role::Gain | Role::Shift | Role::Scale | Role::Statistic => {
                ((self.init, self.scale), weight.shape[1])
            }
        };
        let mut biases = init.biases(inputs, bias.len(), scale, self.bias_variance, rng);
        // The second gate is the one that keeps: i, f, g, o and r, z, n.
        if weight.role == Role::FromInput && bias.blocks > 1 {
            biases[hidden..2 * hidden].iter_mut().for_each(|bias| *bias += self.gate_bias);
        }
        biases
    }
}

impl Network {
    /// The parameters `[P]` at their start. `init` draws in f64 whatever R is, so that both precisions start from the
    /// same numbers. LSUV, the one start that looks at data, is finished by [`lsuv`](Self::lsuv).
    pub fn start<R: Real>(&self, start: Start) -> Vec<R> {
        let layout = &self.graph.layout;
        let mut values = Vec::with_capacity(layout.len());
        let (mut weights, mut weight) = (0.., 0);
        let mut layer = 0;
        for (index, entry) in layout.entries.iter().enumerate() {
            let ones = |value: f64| vec![value; entry.len()];
            let numbers = match entry.role {
                Role::Weight | Role::FromInput | Role::FromState => {
                    (layer, weight) = (weights.next().unwrap_or_default(), index);
                    start.weights(entry, &mut Rng::new(start.seed, Purpose::Weights(layer)))
                }
                Role::Bias => {
                    let mut rng = Rng::new(start.seed, Purpose::Biases(layer));
                    start.biases(&layout.entries[weight], entry, &mut rng)
                }
                Role::Gain => ones(1.0),
                Role::Shift | Role::Scale | Role::Statistic => ones(0.0),
            };
            values.extend(numbers.into_iter().map(R::of));
        }
        values
    }

    /// The running statistics at their start: means 0, variances 1.
    pub fn statistics<R: Real>(&self) -> Vec<R> {
        let entry = |of: &Entry| vec![if of.name.ends_with("mean") { R::ZERO } else { R::ONE }; of.len()];
        self.graph.statistics.entries.iter().flat_map(entry).collect()
    }

    /// Layer-sequential unit variance: goes through the layers from the input side and scales each one's weights until
    /// its output has standard deviation `scale` on the batch x `[B, I]` (Mishkin & Matas 2016, who stop at 10 rounds).
    /// Weights that time steps share are scaled at the first step that gives them something to multiply; those of a
    /// recurrent state have a start of their own.
    pub fn lsuv<R: Real>(&self, parameters: &mut [R], x: &Matrix<R>, scale: f64) {
        let layout = &self.graph.layout;
        let mut done: Vec<bool> = layout.entries.iter().map(|entry| entry.role == Role::FromState).collect();
        let mut trace = Trace::new(&self.graph, x.rows());
        let mode = Mode::Train { seed: 0, step: 0 };
        for index in 0..self.graph.nodes.len() {
            self.forward_node(index, parameters, x, mode, &mut trace);
            let Op::Linear { weight, .. } = self.graph.nodes[index].op else { continue };
            if done[weight] {
                continue;
            }
            for _ in 0..10 {
                let deviation = deviation(trace.cells[index].value.data());
                let factor = scale / deviation;
                done[weight] |= deviation > 0.0;
                if !(deviation > 0.0 && factor.is_finite()) || (factor - 1.0).abs() < 1e-3 {
                    break;
                }
                for weight in layout.of_mut(weight, parameters) {
                    *weight *= R::of(factor);
                }
                self.forward_node(index, parameters, x, mode, &mut trace);
            }
        }
    }
}

/// The standard deviation of all elements.
fn deviation<R: Real>(values: &[R]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|x| x.to_f64()).sum::<f64>() / count;
    let square = values.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum::<f64>();
    (square / count).sqrt()
}
