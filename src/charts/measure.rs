//! Which of a layer's gradients is shown, as which number, and what of it counts as healthy.

use super::marks::Mark;
use super::words::Words;
use crate::lab::snapshot::{LayerSnapshot, Magnitude, Snapshot};
use crate::lab::theory::prediction::{LayerTheory, Theory};

/// Which gradient of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// dLoss/dW: what the layer's weights are told.
    #[default]
    Weights,
    /// dLoss/dz: what arrives at the layer on the way back.
    Signal,
}

/// How an array is summed up in one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Norm {
    /// Euclidean norm.
    #[default]
    L2,
    /// Root mean square: L2 without the size of the array.
    Rms,
}

impl Measure {
    /// The number of `layer` that a bar shows.
    fn of(self, layer: &LayerSnapshot) -> Magnitude {
        match self {
            Self::Weights => layer.weight_gradient,
            Self::Signal => layer.signal_gradient,
        }
    }

    /// The powers of ten that count as healthy: a guide to the eye, not a verdict, which compares
    /// layers with each other. Four decades each, of which the upper end is about the most that a
    /// layer can bear, and the lower end about the least with which it still learns in a lesson.
    pub(super) fn healthy(self, norm: Norm) -> (f64, f64) {
        match (self, norm) {
            // A layer of 32 by 32 weights, drawn by Xavier, has |W| = sqrt(32) or 5.7. At rate 0.1 a
            // gradient of 1 moves it by 2 % a step, one of 1e-4 by 1 % in 5 000 steps.
            (Self::Weights, Norm::L2) => (-4.0, 0.0),
            // The same layer, its 1 024 numbers averaged: 1.5 decades less.
            (Self::Weights, Norm::Rms) => (-5.5, -1.5),
            // A network that knows nothing hands a slope of about 0.5 a logit to its last layer, and
            // what reaches the layers before it should be of that order.
            (Self::Signal, Norm::L2 | Norm::Rms) => (-4.0, 0.0),
        }
    }

    /// What is measured; `carried` as [`Snapshot::carried`](crate::lab::snapshot::Snapshot::carried) says.
    pub(super) fn title(self, norm: Norm, carried: Option<char>, words: Words) -> String {
        let of = match self {
            Self::Weights => 'W',
            Self::Signal => carried.unwrap_or('z'),
        };
        match norm {
            Norm::L2 => format!("|dLoss/d{of}|"),
            Norm::Rms => format!("{} dLoss/d{of}", words.of("rms of")),
        }
    }
}

impl Norm {
    fn of(self, magnitude: Magnitude) -> f64 {
        match self {
            Self::L2 => magnitude.l2,
            Self::Rms => magnitude.rms,
        }
    }
}

/// The hidden layers' numbers if they went by the theory, which tells ratios: that of the last one is as measured. Empty if
/// that is no number, or the only one.
pub(super) fn expected(theory: &Theory, snapshot: &Snapshot, measure: Measure, norm: Norm) -> Vec<f64> {
    let ([hidden @ .., _], [measured @ .., _]) = (&theory.layers[..], &snapshot.layers[..]) else { return Vec::new() };
    let ([_, .., last], Some(layer)) = (hidden, measured.last()) else { return Vec::new() };
    let Ok(anchor) = reading(layer, measure, norm) else { return Vec::new() };
    let ratio = |layer: &LayerTheory| match (measure, norm) {
        (Measure::Weights, Norm::L2) => layer.weights,
        (Measure::Weights, Norm::Rms) => layer.weights_rms(last),
        (Measure::Signal, Norm::L2) => layer.signal,
        (Measure::Signal, Norm::Rms) => layer.signal_rms(last),
    };
    hidden.iter().map(|layer| anchor * ratio(layer)).collect()
}

/// The number of a layer, or the mark in its place.
pub(super) fn reading(layer: &LayerSnapshot, measure: Measure, norm: Norm) -> Result<f64, Mark> {
    let magnitude = measure.of(layer);
    let value = norm.of(magnitude);
    Mark::of(magnitude.state, value).map_or(Ok(value), Err)
}
