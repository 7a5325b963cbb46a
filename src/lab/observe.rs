//! The layers of a run as a snapshot shows them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::experiment::{Experiment, Next};
use super::snapshot::{LayerSnapshot, State, Update};
use super::stats;
use crate::nn::graph::{Graph, Op, Tick};
use crate::nn::layout::Entry;
use crate::nn::{Matrix, Real, over_time};

/// What the lab calls a layer: a weight matrix, with the activation that its output meets.
pub struct Layer {
    /// The layer of the layout that it is in, or if that has several, the name of its own parameters.
    pub name: String,
    /// The layer of the layout.
    pub place: usize,
    /// Where its weights lie, and its weights and biases together.
    pub weights: Range<usize>,
    /// Where its weights and biases lie.
    pub range: Range<usize>,
    /// W is `[outputs, inputs]`.
    pub inputs: usize,
    /// W is `[outputs, inputs]`.
    pub outputs: usize,
    /// The operation whose gradient is shown: what multiplies by it, whose value is z; at a time step the state.
    pub node: usize,
    /// At a time step, the operations in it that multiply by what all steps share.
    pub uses: Option<Vec<usize>>,
    /// The activation that comes next, if one comes before the next layer.
    pub act: Option<usize>,
    /// What it hands on: the activation's value, or its own.
    pub output: usize,
}

impl Layer {
    /// The layers of a network; of one over sequences, its time steps and the head.
    pub fn all(graph: &Graph) -> Vec<Self> {
        let steps = graph.ticks.iter().map(|tick| Self::at_step(graph, tick));
        steps.chain(Self::linear(graph)).collect()
    }

    fn at_step(graph: &Graph, tick: &Tick) -> Self {
        let entry = &graph.layout.entries[tick.weight];
        Self {
            name: graph.nodes[tick.node].taps[0].clone(),
            place: entry.layer,
            weights: entry.range(),
            range: entry.range(),
            inputs: entry.shape[1],
            outputs: entry.shape[0],
            node: tick.node,
            uses: Some(tick.uses.clone()),
            act: tick.act,
            output: tick.node,
        }
    }

    /// The layers that are used once. Gates are no layers: they lie beside the path.
    fn linear(graph: &Graph) -> Vec<Self> {
        let layout = &graph.layout;
        let is_gate = |weight: usize| layout.entries[weight].name.ends_with(".gate.weight");
        let mut linears: Vec<(usize, usize)> = graph.linears().filter(|&(_, weight)| !is_gate(weight)).collect();
        if !graph.ticks.is_empty() {
            // Of what time steps share, only the head has a bar of its own.
            linears.drain(..linears.len() - 1);
        }
        let ends = linears.iter().skip(1).map(|&(node, _)| node).chain([graph.nodes.len()]);
        let layer = |(&(node, weight), end): (&(usize, usize), usize)| {
            let entry = &layout.entries[weight];
            let is_alone =
                linears.iter().filter(|&&(_, other)| layout.entries[other].layer == entry.layer).count() == 1;
            let own = entry.name.strip_suffix(".weight").unwrap_or(&entry.name);
            let act = (node..end).find(|&other| graph.nodes[other].op == Op::Act);
            let bias = layout.entries.get(weight + 1).filter(|bias| bias.name == format!("{own}.bias"));
            let weights = entry.range();
            Self {
                name: if is_alone { layout.layers[entry.layer].clone() } else { own.to_owned() },
                place: entry.layer,
                range: weights.start..bias.map_or(weights.end, |bias| bias.range().end),
                weights,
                inputs: entry.shape[1],
                outputs: entry.shape[0],
                // Answers at every step are one value.
                node: if end == graph.nodes.len() { graph.nodes.len() - 1 } else { node },
                uses: None,
                act,
                output: act.unwrap_or(node),
            }
        };
        linears.iter().zip(ends).map(layer).collect()
    }
}

impl<R: Real> Experiment<R> {
    /// dLoss/dW of a layer, or what a time step adds to that of what all share.
    pub(super) fn weight_gradient(&self, layer: &Layer) -> Cow<'_, [R]> {
        let share = |&index: &usize| R::share(&self.network, index, &self.trace, &self.gradients);
        match &layer.uses {
            None => Cow::Borrowed(&self.gradients.parameters[layer.weights.clone()]),
            Some(uses) => over_time(|| Cow::Owned(uses.iter().flat_map(share).collect())),
        }
    }

    /// Whether the weights' gradient is too small a product of what the layer saw and of what came back to it.
    fn product_fades(&self, layer: &Layer, fading: &[bool]) -> bool {
        let uses = layer.uses.as_deref().unwrap_or(std::slice::from_ref(&layer.node));
        uses.iter().any(|&index| {
            let (node, back) = (&self.network.graph.nodes[index], self.gradients.nodes[index].data());
            let too_small = |&input: &usize| {
                let seen = self.trace.cells[input].value.data();
                stats::product_fades(seen, back) || (fading[input] && R::largest(back) > 0.0)
            };
            matches!(node.op, Op::Linear { .. }) && node.inputs.iter().any(too_small)
        })
    }

    /// Of each operation's value whether it is so small, or zero because one that it was computed from is.
    fn fading_values(&self) -> Vec<bool> {
        let mut fading: Vec<bool> = Vec::with_capacity(self.trace.cells.len());
        for (node, cell) in self.network.graph.nodes.iter().zip(&self.trace.cells) {
            let value = cell.value.data();
            let is_zero = R::largest(value) == 0.0;
            let after_one = is_zero && node.inputs.iter().any(|&input| fading[input]);
            fading.push(after_one || stats::fades(value, State::Normal));
        }
        fading
    }

    /// What an activation meets, z.
    pub(super) fn before(&self, act: usize) -> &Matrix<R> {
        &self.trace.cells[self.network.graph.nodes[act].inputs[0]].value
    }

    /// Every layer, the hidden ones first, then the head.
    pub(super) fn observe(&self, next: &Next<R>) -> Vec<LayerSnapshot> {
        // From the loss back, as the gradient goes: whether a zero is an underflow shows in the layer above.
        let mut fades = false;
        // Only asked for where a gradient is zero.
        let fading = OnceCell::new();
        let mut layers: Vec<LayerSnapshot> = Vec::with_capacity(self.layers.len());
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let observed = self.observe_layer(layer, self.layers.get(index + 1), next, (fades, &fading));
            fades = stats::fades(self.gradients.nodes[layer.node].data(), observed.signal_gradient.state);
            layers.push(observed);
        }
        layers.reverse();
        layers
    }

    /// What the next update makes of the gradient of each weight matrix.
    pub(super) fn updates(&self, next: &Next<R>) -> Vec<Update> {
        let weights = self.network.graph.layout.entries.iter().filter(|entry| entry.role.is_weight());
        let update = |entry: &Entry| Update {
            name: entry.name.clone(),
            count: entry.len(),
            gradient: stats::norm(&self.gradients.parameters[entry.range()]),
            clipped: stats::norm(&next.clipped[entry.range()]),
            change: stats::norm(&next.changes[entry.range()]),
            frozen: self.frozen[entry.layer],
        };
        weights.map(update).collect()
    }

    /// One layer, and the one `above` it; `fades` says that of the signal that comes back to it, `fading` of values.
    fn observe_layer(
        &self,
        layer: &Layer,
        above: Option<&Layer>,
        next: &Next<R>,
        (fades, fading): (bool, &OnceCell<Vec<bool>>),
    ) -> LayerSnapshot {
        let range = || layer.weights.clone();
        let (weights, start) = (&self.numbers.parameters[range()], &self.start.parameters[range()]);
        let gradient = self.weight_gradient(layer);
        let signal = &self.gradients.nodes[layer.node];
        let blocked = layer.act.map(|act| stats::blocked(self.network.activation, self.before(act)));
        // The loss is a mean: each sample's row carries 1/B, and B takes it away again.
        let per_sample = signal.rows() as f64;
        let signal_gradient = stats::magnitude(signal.data(), per_sample, fades);
        let gradient_fades = stats::fades(signal.data(), signal_gradient.state)
            || (R::largest(&gradient) == 0.0 && self.product_fades(layer, fading.get_or_init(|| self.fading_values())));
        let weight_norm = stats::norm(weights);
        let start_norm = stats::norm(start);
        let update = stats::norm(&next.changes[range()]);
        LayerSnapshot {
            name: layer.name.clone(),
            inputs: layer.inputs,
            outputs: layer.outputs,
            frozen: self.frozen[layer.place],
            weight_gradient: stats::magnitude(&gradient, 1.0, gradient_fades),
            signal_gradient,
            split: above.and_then(|above| self.split(layer, above)),
            activation: stats::moments(self.trace.cells[layer.output].value.data()),
            saturated: blocked.as_ref().map(|blocked| blocked.saturated),
            dead: blocked.as_ref().map(|blocked| blocked.dead),
            weight_rms: weight_norm / (weights.len() as f64).sqrt(),
            update_ratio: (weight_norm > 0.0).then(|| update / weight_norm),
            distance: (start_norm > 0.0).then(|| stats::distance(weights, start) / start_norm),
        }
    }
}
