//! A network at work: forward(batch) -> [`Trace`], backward(trace) -> [`Gradients`].
//!
//! The operations of a [`Graph`] are gone through one by one, and back again in the opposite order. Every operation's
//! value and dLoss/dvalue are kept, because they are what the lab is about. Parameters are one flat array `[P]`.

use std::ops::Range;

use super::graph::{Graph, Op, Scale};
use super::half::Travel;
use super::kernels::{self, Scratch};
use super::layers::norm::{self, Affine, Kept};
use super::layers::{attention, dropout, skip};
use super::loss::{Loss, Targets};
use super::rng::{Purpose, Rng};
use super::trace::{Cell, Gradients, Trace};
use super::{Activation, Matrix, Real, over_time};

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

impl Network {
    /// A network of these operations whose gradients travel in its own precision.
    pub fn new(activation: Activation, graph: Graph) -> Self {
        Self { activation, graph, travel: Travel::FULL }
    }

    /// Where the running mean and variance of a batch norm lie, the mean being the given entry.
    fn running(&self, mean: usize) -> Range<usize> {
        let entries = &self.graph.statistics.entries;
        entries[mean].range().start..entries[mean + 1].range().end
    }

    /// x `[B, I]` -> the trace, whose buffers take the batch's size.
    pub fn forward<R: Real>(&self, parameters: &[R], x: &Matrix<R>, mode: Mode<R>, trace: &mut Trace<R>) {
        trace.set_rows(&self.graph, x.rows());
        for index in 0..self.graph.nodes.len() {
            self.forward_node(index, parameters, x, mode, trace);
        }
    }

    /// One operation of the forward pass on the batch x `[B, I]`.
    pub(super) fn forward_node<R: Real>(
        &self,
        index: usize,
        parameters: &[R],
        x: &Matrix<R>,
        mode: Mode<R>,
        trace: &mut Trace<R>,
    ) {
        let node = &self.graph.nodes[index];
        let of = |entry: usize| self.graph.layout.of(entry, parameters);
        let Trace { cells, products } = trace;
        let (before, rest) = cells.split_at_mut(index);
        let input = |slot: usize| &before[node.inputs[slot]].value;
        let Cell { value, aux, statistics } = &mut rest[0];
        match node.op {
            Op::Input(from) => value.take_columns(from, x),
            Op::Linear { weight, bias, ref rows } => {
                let inputs = input(0).cols();
                let weight = &of(weight)[rows.start * inputs..rows.end * inputs];
                kernels::affine(input(0), weight, bias.map(|bias| &of(bias)[rows.clone()]), value, products);
            }
            Op::Norm { kind, gain, shift, running } => {
                let running = match (mode, running) {
                    (Mode::Evaluate(all), Some(mean)) => Some(&all[self.running(mean)]),
                    (Mode::Evaluate(_), None) | (Mode::Train { .. }, _) => None,
                };
                let affine = Affine { gain: of(gain), shift: shift.map(of) };
                kind.forward(input(0), affine, running, Kept { standard: aux, statistics }, value);
            }
            Op::Act => R::activate(self.activation, input(0).data(), value.data_mut(), aux.data_mut()),
            Op::Dropout(share) => match mode {
                Mode::Train { seed, step } => {
                    dropout::draw(share, &mut Rng::new(seed, Purpose::Dropout(step, index as u32)), aux);
                    R::multiply(input(0).data(), aux.data(), value.data_mut());
                }
                Mode::Evaluate(_) => value.data_mut().copy_from_slice(input(0).data()),
            },
            Op::Add(scale) => skip::add(input(0), input(1), self.scale(scale, parameters), value),
            Op::Highway => skip::highway([input(0), input(1), input(2)], aux, value),
            Op::Zeros => value.data_mut().fill(R::ZERO),
            Op::Detach => value.data_mut().copy_from_slice(input(0).data()),
            Op::Stack => {
                let mut from = 0;
                for slot in 0..node.inputs.len() {
                    value.set_columns(from, input(slot));
                    from += input(slot).cols();
                }
            }
            Op::LstmCell => over_time(|| R::lstm_cell([0, 1].map(input), aux, value)),
            Op::LstmOutput => over_time(|| R::lstm_output([0, 1].map(input), aux, value)),
            Op::GruReset => over_time(|| R::gru_reset([0, 1, 2].map(input), aux, value)),
            Op::Gru(form) => over_time(|| R::gru(form, [0, 1, 2, 3].map(input), aux, value)),
            Op::Position(place) => over_time(|| {
                value.data_mut().copy_from_slice(input(0).data());
                let position: Vec<R> = attention::position(place, node.width);
                value.data_mut().chunks_exact_mut(node.width).for_each(|row| R::accumulate(row, &position));
            }),
            Op::Attention => over_time(|| {
                let steps: Vec<&Matrix<R>> = (0..node.inputs.len()).map(input).collect();
                attention::attend(&steps, aux, value);
            }),
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
        gradients.written[last] = true;
        let value = loss.backward(trace.logits(), targets, &mut gradients.nodes[last]);
        self.travel.leave(gradients.nodes[last].data_mut());
        for index in (0..=last).rev() {
            let Gradients { parameters: to_parameters, nodes: all, written, scratch, products } = &mut *gradients;
            let (before, rest) = all.split_at_mut(index);
            let dy = &mut rest[0];
            if !written[index] {
                // Nothing leads from here to the loss.
                dy.data_mut().fill(R::ZERO);
                continue;
            }
            if index < last {
                self.travel.round(dy.data_mut());
            }
            self.to_parameters(index, trace, dy, to_parameters, products);
            for (slot, &source) in nodes[index].inputs.iter().enumerate() {
                let to_data = matches!(nodes[source].op, Op::Input(_)) && !to_inputs;
                if to_data || nodes[source].op == Op::Zeros || nodes[index].op == Op::Detach {
                    continue;
                }
                if written[source] {
                    scratch.reshape(dy.rows(), nodes[source].width);
                    self.to_input((index, slot), parameters, trace, dy, scratch, products);
                    R::accumulate(before[source].data_mut(), scratch.data());
                } else {
                    self.to_input((index, slot), parameters, trace, dy, &mut before[source], products);
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
    fn to_parameters<R: Real>(
        &self,
        index: usize,
        trace: &Trace<R>,
        dy: &Matrix<R>,
        gradient: &mut [R],
        products: &mut Scratch<R>,
    ) {
        let node = &self.graph.nodes[index];
        let layout = &self.graph.layout;
        let input = |slot: usize| &trace.cells[node.inputs[slot]].value;
        match node.op {
            Op::Linear { weight, bias, ref rows } => {
                // A layer's bias follows its weight.
                let from = layout.entries[weight].range();
                let to = bias.map_or(from.end, |bias| layout.entries[bias].range().end);
                let (dw, dbias) = gradient[from.start..to].split_at_mut(from.len());
                let inputs = input(0).cols();
                let dw = &mut dw[rows.start * inputs..rows.end * inputs];
                let dbias = bias.map(|_| &mut dbias[rows.clone()]);
                kernels::affine_parameter_gradient(dy, input(0), dw, dbias, products);
            }
            Op::Norm { gain, shift, .. } => {
                norm::gain_gradient(dy, &trace.cells[index].aux, layout.of_mut(gain, gradient));
                if let Some(shift) = shift {
                    let dshift = layout.of_mut(shift, gradient);
                    R::add_rows(dshift, dy);
                }
            }
            Op::Add(Scale::Learned(alpha)) => layout.of_mut(alpha, gradient)[0] += skip::add_to_scale(dy, input(1)),
            Op::Input(_)
            | Op::Act
            | Op::Dropout(_)
            | Op::Add(Scale::Fixed(_))
            | Op::Highway
            | Op::Zeros
            | Op::Detach
            | Op::Stack
            | Op::LstmCell
            | Op::LstmOutput
            | Op::GruReset
            | Op::Gru(_)
            | Op::Position(_)
            | Op::Attention => {}
        }
    }

    /// dLoss/dW `[rows, in]` by way of one of the operations that multiply by W: what one time step adds to it.
    pub fn share<R: Real>(&self, index: usize, trace: &Trace<R>, gradients: &Gradients<R>) -> Vec<R> {
        let (node, dy) = (&self.graph.nodes[index], &gradients.nodes[index]);
        let x = &trace.cells[node.inputs[0]].value;
        let mut share = vec![R::ZERO; node.width * x.cols()];
        kernels::affine_parameter_gradient(dy, x, &mut share, None, &mut Scratch::default());
        share
    }

    /// dLoss/dvalue of an operation -> what of it goes to its `slot`th input.
    pub fn to_input<R: Real>(
        &self,
        (index, slot): (usize, usize),
        parameters: &[R],
        trace: &Trace<R>,
        dy: &Matrix<R>,
        dx: &mut Matrix<R>,
        products: &mut Scratch<R>,
    ) {
        let node = &self.graph.nodes[index];
        let of = |entry: usize| self.graph.layout.of(entry, parameters);
        let input = |slot: usize| &trace.cells[node.inputs[slot]].value;
        let Cell { aux, statistics, .. } = &trace.cells[index];
        match node.op {
            Op::Input(_) | Op::Zeros | Op::Detach => {}
            Op::Linear { weight, ref rows, .. } => {
                let inputs = dx.cols();
                let weight = &of(weight)[rows.start * inputs..rows.end * inputs];
                kernels::affine_input_gradient(dy, weight, dx, products);
            }
            Op::Norm { kind, gain, .. } => kind.backward(dy, of(gain), (aux, statistics), dx),
            Op::Act | Op::Dropout(_) => R::multiply(dy.data(), aux.data(), dx.data_mut()),
            Op::Add(_) if slot == 0 => dx.data_mut().copy_from_slice(dy.data()),
            Op::Position(_) => dx.data_mut().copy_from_slice(dy.data()),
            Op::Add(scale) => skip::add_to_branch(dy, self.scale(scale, parameters), dx),
            Op::Highway => skip::highway_backward(slot, dy, [input(0), input(1), input(2)], aux, dx),
            Op::Stack => dx.take_columns((0..slot).map(|before| input(before).cols()).sum(), dy),
            Op::LstmCell => over_time(|| R::lstm_cell_backward(slot, dy, input(1), aux, dx)),
            Op::LstmOutput => over_time(|| R::lstm_output_backward(slot, dy, aux, dx)),
            Op::GruReset => over_time(|| R::gru_reset_backward(slot, dy, input(2), aux, dx)),
            Op::Gru(form) => over_time(|| R::gru_backward((form, slot), dy, [2, 3].map(input), aux, dx)),
            Op::Attention => over_time(|| {
                let steps: Vec<&Matrix<R>> = (0..node.inputs.len()).map(input).collect();
                attention::attend_backward(slot, dy, &steps, aux, dx);
            }),
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
