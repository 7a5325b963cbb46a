//! The layers of a run as a snapshot shows them.

use super::experiment::Experiment;
use super::snapshot::LayerSnapshot;
use super::stats;
use crate::nn::{Linear, Real};

impl<R: Real> Experiment<R> {
    /// Every layer, the hidden ones first, then the head; `start` is what the parameters were at step 0.
    pub(super) fn observe(&self, start: &[Linear<R>]) -> Vec<LayerSnapshot> {
        (0..self.network.layers.len()).map(|layer| self.observe_layer(layer, &start[layer])).collect()
    }

    fn observe_layer(&self, layer: usize, start: &Linear<R>) -> LayerSnapshot {
        let weights = &self.network.layers[layer].weight;
        let gradient = self.gradients.layers[layer].weight.data();
        let pre = &self.gradients.pre[layer];
        let is_head = layer == self.network.layers.len() - 1;
        let blocked = (!is_head).then(|| stats::blocked(self.network.activation, &self.trace.pre[layer]));
        // The loss is a mean: each sample's row carries 1/B, and B takes it away again.
        let per_sample = pre.rows() as f64;
        let above = self.gradients.pre.get(layer + 1).map(|above| above.data());
        let root = |count: usize| (count as f64).sqrt();
        let weight_norm = stats::norm(weights.data());
        let updates: Vec<R> = gradient.iter().map(|&gradient| self.optimizer.update(gradient)).collect();
        let start_norm = stats::norm(start.weight.data());
        LayerSnapshot {
            name: self.layer_name(layer),
            inputs: weights.cols(),
            outputs: weights.rows(),
            weight_gradient: stats::magnitude(gradient, 1.0, Some(pre.data())),
            signal_gradient: stats::magnitude(pre.data(), per_sample, above),
            activation: stats::moments(self.output(layer).data()),
            saturated: blocked.as_ref().map(|blocked| blocked.saturated),
            dead: blocked.as_ref().map(|blocked| blocked.dead),
            weight_rms: weight_norm / root(weights.data().len()),
            update_ratio: (weight_norm > 0.0).then(|| stats::norm(&updates) / weight_norm),
            distance: (start_norm > 0.0).then(|| stats::distance(weights.data(), start.weight.data()) / start_norm),
        }
    }
}
