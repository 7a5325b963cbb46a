//! A network as a list of operations, each on values before it: the path that the signal takes, and the gradient back.

use std::ops::Range;

use super::layers::gru::Reset;
use super::layers::{Norm, skip};
use super::layout::{Layout, Role};

/// What an operation does. Parameters are named by their place in the [`Layout`].
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Columns of the batch's inputs, from this one on.
    Input(usize),
    /// y = x W^T + b.
    Linear {
        /// W.
        weight: usize,
        /// b, if there is one.
        bias: Option<usize>,
        /// Which rows of both.
        rows: Range<usize>,
    },
    /// y = gain * xhat + shift.
    Norm {
        /// Over what.
        kind: Norm,
        /// Multiplies.
        gain: usize,
        /// Is added, if there is one.
        shift: Option<usize>,
        /// The running mean, which the running variance follows in [`Graph::statistics`].
        running: Option<usize>,
    },
    /// y = f(x).
    Act,
    /// y = x m, with factors m that are 0 for this share.
    Dropout(f64),
    /// y = x + scale * branch, the inputs being x and the branch.
    Add(Scale),
    /// y = t h + (1 - t) x, the inputs being x, h and what t is the sigmoid of.
    Highway,
    /// The state before the first time step: zeros.
    Zeros,
    /// y = x, but no gradient goes back.
    Detach,
    /// The inputs side by side.
    Stack,
    /// The cell of an LSTM, of its gates and the cell before ([`lstm`](gradient_lab_kernels::lstm)).
    LstmCell,
    /// The state of an LSTM, of its gates and its cell.
    LstmOutput,
    /// A GRU's state times its reset gate ([`gru`](gradient_lab_kernels::gru)).
    GruReset,
    /// The state of a GRU.
    Gru(Reset),
    /// y = x + what tells this time step from others ([`position`](super::layers::attention::position)).
    Position(usize),
    /// Causal self-attention ([`layers::attention`](super::layers::attention)).
    Attention,
}

/// What a branch is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Always the same.
    Fixed(f64),
    /// A parameter.
    Learned(usize),
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// What with: earlier nodes.
    pub inputs: Vec<usize>,
    /// Columns of its value `[B, width]`.
    pub width: usize,
    /// What run files call its value; none for what stands between, two where a block ends with an operation.
    pub taps: Vec<String>,
}

/// A time step: what the lab shows of a sequence network as it shows the layers of others.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The operation whose value is carried to the next step; its first tap is the tick's name.
    pub node: usize,
    /// The activation in it, if it is one.
    pub act: Option<usize>,
    /// The matrix that all time steps share.
    pub weight: usize,
    /// The operations of this step that multiply by it.
    pub uses: Vec<usize>,
}

/// A linear layer's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    /// W.
    pub weight: usize,
    /// b, if there is one.
    pub bias: Option<usize>,
}

/// A network's operations, in the order of the forward pass; the last one's value is the logits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// The operations.
    pub nodes: Vec<Node>,
    /// Their parameters.
    pub layout: Layout,
    /// Statistics that normalization keeps for evaluation.
    pub statistics: Layout,
    /// The time steps, first to last, if there are any.
    pub ticks: Vec<Tick>,
}

impl Graph {
    /// Adds an operation, and returns its place.
    pub fn push(&mut self, op: Op, inputs: &[usize], width: usize) -> usize {
        self.nodes.push(Node { op, inputs: inputs.to_vec(), width, taps: Vec::new() });
        self.nodes.len() - 1
    }

    /// Gives a node's value a name.
    pub fn tap(&mut self, node: usize, name: impl Into<String>) {
        self.nodes[node].taps.push(name.into());
    }

    /// Begins another layer: what is added from now on belongs to it.
    pub fn layer(&mut self, name: impl Into<String>) {
        let name = name.into();
        self.layout.layers.push(name.clone());
        self.statistics.layers.push(name);
    }

    /// y = W x + b with parameters of its own.
    pub fn linear(&mut self, input: usize, name: &str, outputs: usize, has_bias: bool) -> usize {
        let inputs = self.nodes[input].width;
        let weight = self.layout.add(format!("{name}.weight"), vec![outputs, inputs], Role::Weight);
        let bias = has_bias.then(|| self.layout.add(format!("{name}.bias"), vec![outputs], Role::Bias));
        self.affine(input, Affine { weight, bias }, 0..outputs)
    }

    /// These rows of y = W x + b with parameters that others may use as well.
    pub fn affine(&mut self, input: usize, Affine { weight, bias }: Affine, rows: Range<usize>) -> usize {
        let width = rows.len();
        self.push(Op::Linear { weight, bias, rows }, &[input], width)
    }

    /// A normalization with gain and, but for RMS norm, shift.
    pub fn norm(&mut self, input: usize, name: &str, kind: Norm) -> usize {
        let width = self.nodes[input].width;
        let gain = self.layout.add(format!("{name}.gain"), vec![width], Role::Gain);
        let shift = (kind != Norm::RmsNorm).then(|| self.layout.add(format!("{name}.shift"), vec![width], Role::Shift));
        let mut statistic =
            |what: &str| self.statistics.add(format!("{name}.running_{what}"), vec![width], Role::Statistic);
        let running = (kind == Norm::BatchNorm).then(|| (statistic("mean"), statistic("var")).0);
        self.push(Op::Norm { kind, gain, shift, running }, &[input], width)
    }

    /// A branch joins what led around it.
    pub fn join(&mut self, skip: skip::Skip, x: usize, branch: usize, scale: f64, name: &str) -> usize {
        use skip::Skip;
        let width = self.nodes[x].width;
        match skip {
            Skip::None => branch,
            Skip::Residual | Skip::ScaledResidual => self.push(Op::Add(Scale::Fixed(scale)), &[x, branch], width),
            Skip::Rezero => {
                let alpha = self.layout.add(format!("{name}.alpha"), vec![1], Role::Scale);
                self.push(Op::Add(Scale::Learned(alpha)), &[x, branch], width)
            }
            Skip::Dense => {
                let wide = width + self.nodes[branch].width;
                self.push(Op::Stack, &[x, branch], wide)
            }
            Skip::Highway => {
                let gate = self.linear(x, &format!("{name}.gate"), width, true);
                self.tap(gate, format!("{name}.gate"));
                self.push(Op::Highway, &[x, branch, gate], width)
            }
        }
    }

    /// How many operations each node's value goes to.
    pub fn consumers(&self) -> Vec<usize> {
        let mut counts = vec![0; self.nodes.len()];
        self.nodes.iter().flat_map(|node| &node.inputs).for_each(|&input| counts[input] += 1);
        counts
    }

    /// The nodes that multiply by a weight matrix, in order: what the lab calls the layers.
    pub fn linears(&self) -> impl Iterator<Item = (usize, usize)> {
        let weight = |(index, node): (usize, &Node)| {
            let Op::Linear { weight, .. } = node.op else { return None };
            Some((index, weight))
        };
        self.nodes.iter().enumerate().filter_map(weight)
    }
}
