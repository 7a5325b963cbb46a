//! Snapshot and history -> verdict: what is wrong, with the numbers that say so. The words are the page's.

use serde::{Deserialize, Serialize};

use super::snapshot::Divergence;

/// What the measurements say. Each finding has a fixed rule, stated at its variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// How the gradient changes from the last hidden layer back to the first.
    pub gradient: GradientFinding,
    /// What training has come to.
    pub learning: LearningFinding,
    /// Number of hidden layers.
    pub hidden_layers: usize,
    /// |dLoss/dz| of hidden layer 1 over that of the last; none where it is not a number.
    pub ratio: Option<f64>,
    /// The geometric mean of that, a layer.
    pub factor: Option<f64>,
    /// Steps that layer 1 would need, at its present update, to change by 1 % of its weights.
    pub steps_to_move: Option<f64>,
    /// Share of units dead, in the worst hidden layer.
    pub dead: f64,
    /// That layer, counted from 1.
    pub dead_layer: usize,
    /// Share of values saturated, mean over the hidden layers.
    pub saturated: f64,
    /// Updates done.
    pub step: u64,
    /// Loss on the training set at the start.
    pub loss_start: f64,
    /// Loss on the training set now.
    pub loss_now: f64,
    /// What the best constant answer costs.
    pub loss_chance: f64,
    /// Where and when the run stopped being finite.
    pub divergence: Option<Divergence>,
}

/// How the gradient fares on its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GradientFinding {
    /// Something is infinite or not a number.
    Diverged,
    /// One hidden layer: there is no way back to speak of.
    Shallow,
    /// The gradient of some hidden layer is exactly zero.
    Zero,
    /// The gradient of some hidden layer is below what the precision can hold.
    Underflow,
    /// Ratio below 1e-3.
    Vanishing,
    /// Ratio above 1e3.
    Exploding,
    /// Ratio within 1e-3 and 1e3.
    Even,
}

/// What training has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningFinding {
    /// Something is infinite or not a number.
    Diverged,
    /// Fewer than 50 steps: too early to say.
    TooEarly,
    /// The training loss is within 2 % of what the best constant answer costs, or above it.
    Stalled,
    /// The training loss is below that, but above a tenth of it.
    Learning,
    /// The training loss is a tenth, or less, of what the best constant answer costs.
    Learned,
}
