//! The layers of a run as a snapshot shows them.

use super::experiment::Experiment;
use super::snapshot::LayerSnapshot;
use super::stats;
use crate::nn::{Linear, Real};

impl<R: Real> Experiment<R> {
    /// Every layer, the hidden ones first, then the head; `start` is what the parameters were at step 0.
    pub(super) fn observe(&self, start: &[Linear<R>]) -> Vec<LayerSnapshot> {
        // From the loss back, as the gradient goes: whether a zero is an underflow shows in the layer above.
        let mut fades = false;
        let mut layers: Vec<LayerSnapshot> = Vec::with_capacity(self.network.layers.len());
        for (layer, start) in start.iter().enumerate().rev() {
            let observed = self.observe_layer(layer, start, fades);
            fades = stats::fades(self.gradients.pre[layer].data(), observed.signal_gradient.state);
            layers.push(observed);
        }
        layers.reverse();
        layers
    }

    /// One layer; `fades` says that of the signal that comes back to it.
    fn observe_layer(&self, layer: usize, start: &Linear<R>, fades: bool) -> LayerSnapshot {
        let weights = &self.network.layers[layer].weight;
        let gradient = self.gradients.layers[layer].weight.data();
        let pre = &self.gradients.pre[layer];
        let is_head = layer == self.network.layers.len() - 1;
        let blocked = (!is_head).then(|| stats::blocked(self.network.activation, &self.trace.pre[layer]));
        // The loss is a mean: each sample's row carries 1/B, and B takes it away again.
        let per_sample = pre.rows() as f64;
        let signal_gradient = stats::magnitude(pre.data(), per_sample, fades);
        let signal_fades = stats::fades(pre.data(), signal_gradient.state);
        let root = |count: usize| (count as f64).sqrt();
        let weight_norm = stats::norm(weights.data());
        let updates: Vec<R> = gradient.iter().map(|&gradient| self.optimizer.update(gradient)).collect();
        let start_norm = stats::norm(start.weight.data());
        LayerSnapshot {
            name: self.layer_name(layer),
            inputs: weights.cols(),
            outputs: weights.rows(),
            weight_gradient: stats::magnitude(gradient, 1.0, signal_fades),
            signal_gradient,
            activation: stats::moments(self.output(layer).data()),
            saturated: blocked.as_ref().map(|blocked| blocked.saturated),
            dead: blocked.as_ref().map(|blocked| blocked.dead),
            weight_rms: weight_norm / root(weights.data().len()),
            update_ratio: (weight_norm > 0.0).then(|| stats::norm(&updates) / weight_norm),
            distance: (start_norm > 0.0).then(|| stats::distance(weights.data(), start.weight.data()) / start_norm),
        }
    }
}
