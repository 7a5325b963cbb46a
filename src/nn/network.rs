//! A network at work: forward(batch) -> [`Trace`], backward(trace) -> [`Gradients`].
//!
//! The operations of a [`Graph`] are gone through one by one, and back again in the opposite order. Every operation's
//! value and dLoss/dvalue are kept, because they are what the lab is about. Parameters are one flat array `[P]`.

use std::ops::Range;

use super::graph::{Graph, Node, Op, Scale};
use super::half::Travel;
use super::kernels::{self, add};
use super::layers::norm::{self, Affine, Kept};
use super::layers::{Norm, dropout, skip};
use super::layout::{Entry, Role};
use super::loss::{Loss, Targets};
use super::rng::{Purpose, Rng};
use super::{Activation, Init, Matrix, Real, Shape};

/// The structure of a network, without its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// f, the same everywhere.
    pub activation: Activation,
    /// The operations.
    pub graph: Graph,
    /// How gradients travel.
    pub travel: Travel,
}

/// How parameters start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// The scheme for weights.
    pub init: Init,
    /// Its knob.
    pub scale: f64,
    /// Variance of the biases.
    pub bias_variance: f64,
    /// What the biases of highway gates start at.
    pub gate_bias: f64,
    /// Where chance comes from.
    pub seed: u32,
}

impl Start {
    /// A scheme as published, with biases at 0.
    pub fn of(init: Init, seed: u32) -> Self {
        Self { init, scale: 1.0, bias_variance: 0.0, gate_bias: -2.0, seed }
    }
}

/// What a forward pass is for.
#[derive(Clone, Copy, Debug)]
pub enum Mode<'a, R> {
    /// Training: statistics of the batch, and dropout drawn for the step.
    Train {
        /// Where chance comes from.
        seed: u32,
        /// Updates done.
        step: u64,
    },
    /// Evaluation, with these running statistics; no dropout.
    Evaluate(&'a [R]),
}

/// What a forward pass leaves behind: all that backward and the statistics need.
#[derive(Clone, Debug)]
pub struct Trace<R> {
    /// Of each operation.
    pub cells: Vec<Cell<R>>,
}

/// What a forward pass leaves behind of one operation.
#[derive(Clone, Debug)]
pub struct Cell<R> {
    /// Its value `[B, width]`.
    pub value: Matrix<R>,
    /// What backward wants to know beside it: xhat, factors of dropout, open gates; otherwise without rows.
    pub aux: Matrix<R>,
    /// Statistics of a normalization.
    pub statistics: Vec<f64>,
}

/// What a backward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Gradients<R> {
    /// dLoss/dp `[P]`.
    pub parameters: Vec<R>,
    /// dLoss/dvalue of each operation, over all paths to the loss. Those of the batch's inputs are without meaning
    /// unless they were asked for.
    pub nodes: Vec<Matrix<R>>,
    /// Which of them have been written in the present pass.
    written: Vec<bool>,
    scratch: Matrix<R>,
}

impl Network {
    /// A network of this shape whose gradients travel in its own precision.
    pub fn new(activation: Activation, shape: &Shape) -> Self {
        Self { activation, graph: shape.graph(), travel: Travel::FULL }
    }

    /// The parameters `[P]` at their start. `init` draws in f64 whatever R is, so that both precisions start from the
    /// same numbers. LSUV, the one start that looks at data, is finished by [`lsuv`](Self::lsuv).
    pub fn start<R: Real>(&self, start: Start) -> Vec<R> {
        let Start { init, scale, bias_variance, gate_bias, seed } = start;
        let layout = &self.graph.layout;
        let mut values = Vec::with_capacity(layout.len());
        let mut layers = 0..;
        let (mut layer, mut inputs) = (0, 0);
        for entry in &layout.entries {
            let ones = |value: f64| vec![value; entry.len()];
            let numbers = match entry.role {
                Role::Weight => {
                    (layer, inputs) = (layers.next().unwrap_or_default(), entry.shape[1]);
                    init.weights(inputs, entry.shape[0], scale, &mut Rng::new(seed, Purpose::Weights(layer)))
                }
                Role::Bias if entry.name.ends_with(".gate.bias") => ones(gate_bias),
                Role::Bias => {
                    let mut rng = Rng::new(seed, Purpose::Biases(layer));
                    init.biases(inputs, entry.len(), scale, bias_variance, &mut rng)
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

    /// Where the running mean and variance of a batch norm lie, the mean being the given entry.
    fn running(&self, mean: usize) -> Range<usize> {
        let entries = &self.graph.statistics.entries;
        entries[mean].range().start..entries[mean + 1].range().end
    }

    /// Layer-sequential unit variance: goes through the layers from the input side and scales each one's weights until
    /// its output has standard deviation `scale` on the batch x `[B, I]` (Mishkin & Matas 2016, who stop at 10 rounds).
    pub fn lsuv<R: Real>(&self, parameters: &mut [R], x: &Matrix<R>, scale: f64) {
        let mut trace = Trace::new(&self.graph, x.rows());
        let mode = Mode::Train { seed: 0, step: 0 };
        for index in 0..self.graph.nodes.len() {
            self.forward_node(index, parameters, x, mode, &mut trace);
            let Op::Linear { weight, .. } = self.graph.nodes[index].op else { continue };
            for _ in 0..10 {
                let deviation = deviation(trace.cells[index].value.data());
                let factor = scale / deviation;
                if !(deviation > 0.0 && factor.is_finite()) || (factor - 1.0).abs() < 1e-3 {
                    break;
                }
                for weight in self.graph.layout.of_mut(weight, parameters) {
                    *weight *= R::of(factor);
                }
                self.forward_node(index, parameters, x, mode, &mut trace);
            }
        }
    }

    /// x `[B, I]` -> the trace, whose buffers take the batch's size.
    pub fn forward<R: Real>(&self, parameters: &[R], x: &Matrix<R>, mode: Mode<R>, trace: &mut Trace<R>) {
        trace.set_rows(&self.graph, x.rows());
        for index in 0..self.graph.nodes.len() {
            self.forward_node(index, parameters, x, mode, trace);
        }
    }

    /// One operation of the forward pass on the batch x `[B, I]`.
    fn forward_node<R: Real>(
        &self,
        index: usize,
        parameters: &[R],
        x: &Matrix<R>,
        mode: Mode<R>,
        trace: &mut Trace<R>,
    ) {
        let node = &self.graph.nodes[index];
        let of = |entry: usize| self.graph.layout.of(entry, parameters);
        let (before, rest) = trace.cells.split_at_mut(index);
        let input = |slot: usize| &before[node.inputs[slot]].value;
        let Cell { value, aux, statistics } = &mut rest[0];
        match node.op {
            Op::Input(from) => {
                for (row, out) in (0..x.rows()).zip(value.data_mut().chunks_exact_mut(node.width)) {
                    out.copy_from_slice(&x.row(row)[from..from + node.width]);
                }
            }
            Op::Linear { weight, bias } => kernels::affine(input(0), of(weight), bias.map(of), value),
            Op::Norm { kind, gain, shift, running } => {
                let running = match (mode, running) {
                    (Mode::Evaluate(all), Some(mean)) => Some(&all[self.running(mean)]),
                    (Mode::Evaluate(_), None) | (Mode::Train { .. }, _) => None,
                };
                let affine = Affine { gain: of(gain), shift: shift.map(of) };
                kind.forward(input(0), affine, running, Kept { standard: aux, statistics }, value);
            }
            Op::Act => self.activation.forward(input(0).data(), value.data_mut()),
            Op::Dropout(share) => match mode {
                Mode::Train { seed, step } => {
                    dropout::draw(share, &mut Rng::new(seed, Purpose::Dropout(step, index as u32)), aux);
                    dropout::apply(input(0), aux, value);
                }
                Mode::Evaluate(_) => value.data_mut().copy_from_slice(input(0).data()),
            },
            Op::Add(scale) => skip::add(input(0), input(1), self.scale(scale, parameters), value),
            Op::Highway => skip::highway([input(0), input(1), input(2)], aux, value),
        }
    }

    /// The trace of a batch -> the mean loss, and every gradient of it; those of the batch's inputs if `to_inputs`.
    pub fn backward<R: Real>(
        &self,
        parameters: &[R],
        trace: &Trace<R>,
        (loss, targets): (Loss, &Targets<R>),
        to_inputs: bool,
        gradients: &mut Gradients<R>,
    ) -> f64 {
        gradients.set_rows(trace.rows());
        gradients.parameters.fill(R::ZERO);
        gradients.written.fill(false);
        let nodes = &self.graph.nodes;
        let last = nodes.len() - 1;
        let value = loss.backward(trace.logits(), targets, &mut gradients.nodes[last]);
        self.travel.leave(gradients.nodes[last].data_mut());
        for index in (0..=last).rev() {
            let Gradients { parameters: to_parameters, nodes: all, written, scratch } = &mut *gradients;
            let (before, rest) = all.split_at_mut(index);
            let dy = &mut rest[0];
            if index < last {
                self.travel.round(dy.data_mut());
            }
            self.to_parameters(index, trace, dy, to_parameters);
            for (slot, &source) in nodes[index].inputs.iter().enumerate() {
                let is_input = matches!(nodes[source].op, Op::Input(_));
                if is_input && !to_inputs {
                    continue;
                }
                if written[source] {
                    scratch.reshape(dy.rows(), nodes[source].width);
                    self.to_input(index, slot, parameters, trace, dy, scratch);
                    add(before[source].data_mut(), scratch.data());
                } else {
                    self.to_input(index, slot, parameters, trace, dy, &mut before[source]);
                    written[source] = true;
                }
            }
        }
        self.travel.round(&mut gradients.parameters);
        self.travel.arrive(&mut gradients.parameters);
        gradients.nodes.iter_mut().for_each(|node| self.travel.arrive(node.data_mut()));
        value
    }

    /// dLoss/dvalue of an operation -> dLoss/dp of its own parameters, added to what is there.
    fn to_parameters<R: Real>(&self, index: usize, trace: &Trace<R>, dy: &Matrix<R>, gradient: &mut [R]) {
        let node = &self.graph.nodes[index];
        let layout = &self.graph.layout;
        let input = |slot: usize| &trace.cells[node.inputs[slot]].value;
        match node.op {
            Op::Linear { weight, bias } => {
                // A layer's bias follows its weight.
                let from = layout.entries[weight].range();
                let to = bias.map_or(from.end, |bias| layout.entries[bias].range().end);
                let (dw, dbias) = gradient[from.start..to].split_at_mut(from.len());
                kernels::affine_parameter_gradient(dy, input(0), dw, bias.map(|_| dbias));
            }
            Op::Norm { gain, shift, .. } => {
                norm::gain_gradient(dy, &trace.cells[index].aux, layout.of_mut(gain, gradient));
                if let Some(shift) = shift {
                    let dshift = layout.of_mut(shift, gradient);
                    dy.iter_rows().for_each(|row| add(dshift, row));
                }
            }
            Op::Add(Scale::Learned(alpha)) => layout.of_mut(alpha, gradient)[0] += skip::add_to_scale(dy, input(1)),
            Op::Input(_) | Op::Act | Op::Dropout(_) | Op::Add(Scale::Fixed(_)) | Op::Highway => {}
        }
    }

    /// dLoss/dvalue of an operation -> what of it goes to its `slot`th input.
    pub fn to_input<R: Real>(
        &self,
        index: usize,
        slot: usize,
        parameters: &[R],
        trace: &Trace<R>,
        dy: &Matrix<R>,
        dx: &mut Matrix<R>,
    ) {
        let node = &self.graph.nodes[index];
        let of = |entry: usize| self.graph.layout.of(entry, parameters);
        let input = |slot: usize| &trace.cells[node.inputs[slot]].value;
        let Cell { aux, statistics, .. } = &trace.cells[index];
        match node.op {
            Op::Input(_) => {}
            Op::Linear { weight, .. } => kernels::affine_input_gradient(dy, of(weight), dx),
            Op::Norm { kind, gain, .. } => kind.backward(dy, of(gain), (aux, statistics), dx),
            Op::Act => self.activation.backward(input(0).data(), dy.data(), dx.data_mut()),
            Op::Dropout(_) => dropout::apply(dy, aux, dx),
            Op::Add(_) if slot == 0 => dx.data_mut().copy_from_slice(dy.data()),
            Op::Add(scale) => skip::add_to_branch(dy, self.scale(scale, parameters), dx),
            Op::Highway => skip::highway_backward(slot, dy, [input(0), input(1), input(2)], aux, dx),
        }
    }

    fn scale<R: Real>(&self, scale: Scale, parameters: &[R]) -> R {
        match scale {
            Scale::Fixed(scale) => R::of(scale),
            Scale::Learned(entry) => self.graph.layout.of(entry, parameters)[0],
        }
    }

    /// Moves the running statistics `[S]` towards those of the batch that an update has used.
    pub fn update_statistics<R: Real>(&self, trace: &Trace<R>, statistics: &mut [R]) {
        for (node, cell) in self.graph.nodes.iter().zip(&trace.cells) {
            if let Op::Norm { running: Some(mean), .. } = node.op {
                let running = &mut statistics[self.running(mean)];
                norm::update_running(running, &cell.statistics, cell.value.rows());
            }
        }
    }
}

impl<R: Real> Cell<R> {
    fn new(node: &Node, rows: usize) -> Self {
        let mut cell =
            Self { value: Matrix::zeros(0, node.width), aux: Matrix::zeros(0, node.width), statistics: Vec::new() };
        cell.set_rows(node, rows);
        cell
    }

    fn set_rows(&mut self, node: &Node, rows: usize) {
        self.value.set_rows(rows);
        match node.op {
            Op::Norm { kind, .. } => {
                self.aux.set_rows(rows);
                self.statistics.resize(Norm::statistics(kind, rows, node.width), 0.0);
            }
            Op::Dropout(_) | Op::Highway => self.aux.set_rows(rows),
            Op::Input(_) | Op::Linear { .. } | Op::Act | Op::Add(_) => {}
        }
    }
}

impl<R: Real> Trace<R> {
    /// Buffers for batches of up to `rows` samples.
    pub fn new(graph: &Graph, rows: usize) -> Self {
        Self { cells: graph.nodes.iter().map(|node| Cell::new(node, rows)).collect() }
    }

    /// The network's answers `[B, O]`.
    pub fn logits(&self) -> &Matrix<R> {
        &self.cells[self.cells.len() - 1].value
    }

    /// Samples in the batch.
    pub fn rows(&self) -> usize {
        self.cells[0].value.rows()
    }

    fn set_rows(&mut self, graph: &Graph, rows: usize) {
        if self.rows() != rows {
            self.cells.iter_mut().zip(&graph.nodes).for_each(|(cell, node)| cell.set_rows(node, rows));
        }
    }
}

impl<R: Real> Gradients<R> {
    /// Buffers for batches of up to `rows` samples.
    pub fn new(graph: &Graph, rows: usize) -> Self {
        Self {
            parameters: vec![R::ZERO; graph.layout.len()],
            nodes: graph.nodes.iter().map(|node| Matrix::zeros(rows, node.width)).collect(),
            written: vec![false; graph.nodes.len()],
            scratch: Matrix::default(),
        }
    }

    fn set_rows(&mut self, rows: usize) {
        self.nodes.iter_mut().for_each(|node| node.set_rows(rows));
    }
}

/// The standard deviation of all elements.
fn deviation<R: Real>(values: &[R]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|x| x.to_f64()).sum::<f64>() / count;
    let square = values.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum::<f64>();
    (square / count).sqrt()
}
