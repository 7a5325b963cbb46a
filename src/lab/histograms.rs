//! Counts the numbers of one layer.

use super::distributions::{Axis, Distributions, Histogram};
use super::experiment::Experiment;
use super::observe::Layer;
use crate::nn::Real;

impl Axis {
    /// Where on it a number other than 0 lies, from 0 to 1; beyond that if it lies beyond.
    fn place(self, x: f64) -> f64 {
        match self {
            Self::Linear { limit } => (x / limit + 1.0) / 2.0,
            Self::Powers => (libm::log10(x.abs()) - f64::from(Self::LOWEST)) / f64::from(Self::HIGHEST - Self::LOWEST),
        }
    }

    /// A linear axis that numbers up to this size fit on.
    fn up_to(largest: f64) -> Self {
        if !(largest.is_finite() && largest > 1e-300) {
            return Self::Linear { limit: 1.0 };
        }
        let unit = libm::pow(10.0, libm::floor(libm::log10(largest)));
        let limit = [1.0, 2.0, 5.0].into_iter().map(|times| times * unit).find(|&limit| limit >= largest);
        Self::Linear { limit: limit.unwrap_or(10.0 * unit) }
    }

    /// Counts numbers, each of them multiplied by `times`.
    fn count<R: Real>(self, values: &[R], times: f64) -> Histogram {
        let parts = self.parts();
        let mut histogram = Histogram { axis: self, counts: vec![0; parts], zeros: 0, lost: 0 };
        for x in values.iter().map(|x| x.to_f64() * times) {
            histogram.zeros += u32::from(x == 0.0);
            if !x.is_finite() {
                histogram.lost += 1;
            } else if x != 0.0 || self != Self::Powers {
                let part = (self.place(x) * parts as f64).max(0.0) as usize;
                histogram.counts[part.min(parts - 1)] += 1;
            }
        }
        histogram
    }
}

impl<R: Real> Experiment<R> {
    /// How the numbers of a layer lie; none if there is no such layer.
    pub fn distributions(&self, layer: usize) -> Option<Distributions> {
        let chosen = self.layers.get(layer)?;
        let weights = |layer: &Layer| &self.numbers.parameters[layer.weights.clone()];
        let output = |layer: &Layer| self.trace.cells[layer.output].value.data();
        let pre = |layer: &Layer| layer.act.map(|act| self.before(act).data());
        // The head answers for itself: logits would squeeze what the hidden layers hand on.
        let (head, hidden) = self.layers.split_last()?;
        let alike = if layer < hidden.len() { hidden } else { std::slice::from_ref(head) };
        let axis = |largest: &dyn Fn(&Layer) -> f64| Axis::up_to(alike.iter().map(largest).fold(0.0, f64::max));
        let signal = &self.gradients.nodes[chosen.node];
        Some(Distributions {
            layer,
            weights: axis(&|layer| finite(R::largest(weights(layer)))).count(weights(chosen), 1.0),
            pre: pre(chosen).map(|values| axis(&|layer| finite(pre(layer).map_or(0.0, R::largest))).count(values, 1.0)),
            output: axis(&|layer| finite(R::largest(output(layer)))).count(output(chosen), 1.0),
            weight_gradient: Axis::Powers.count(&self.weight_gradient(chosen), 1.0),
            signal_gradient: Axis::Powers.count(signal.data(), signal.rows() as f64),
        })
    }
}

/// A layer whose numbers are lost has no say in where an axis ends.
fn finite(largest: f64) -> f64 {
    if largest.is_finite() { largest } else { 0.0 }
}
