//! Snapshot and history -> verdict: what is wrong, with the numbers that say so. The words are the page's.

use serde::{Deserialize, Serialize};

use super::history::History;
use super::snapshot::{Divergence, LayerSnapshot, Snapshot, Split, State};

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
    /// What that mean factor is made of; none where some layer's is not a positive number.
    pub split: Option<Split>,
    /// Steps that layer 1 would need, at its present update, to change by 1 % of its weights.
    pub steps_to_move: Option<f64>,
    /// The hidden layer that the finding is about, counted from 1: the one nearest to the loss whose gradient is zero or
    /// has underflowed, otherwise layer 1.
    pub layer: usize,
    /// Share of units dead, in the worst hidden layer.
    pub dead: f64,
    /// That layer, counted from 1.
    pub dead_layer: usize,
    /// Share of values saturated, mean over the hidden layers.
    pub saturated: f64,
    /// Updates done.
    pub step: u64,
    /// Loss on the training set at the first recorded step.
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
    /// Ratio below [`VANISHING`].
    Vanishing,
    /// Ratio above [`EXPLODING`].
    Exploding,
    /// Ratio between the two.
    Even,
}

/// What training has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningFinding {
    /// Something is infinite or not a number.
    Diverged,
    /// Fewer than [`EARLY`] steps: too early to say.
    TooEarly,
    /// The training loss is above [`STALLED`] of what the best constant answer costs.
    Stalled,
    /// The training loss is between the two.
    Learning,
    /// The training loss is below [`LEARNED`] of what the best constant answer costs.
    Learned,
}

/// Below this ratio of first to last hidden layer the gradient vanishes.
pub const VANISHING: f64 = 1e-3;
/// Above this ratio it explodes.
pub const EXPLODING: f64 = 1e3;
/// Before this step nothing is said of learning.
pub const EARLY: u64 = 50;
/// Above this share of the best constant answer's loss, training has learned nothing of the input.
pub const STALLED: f64 = 0.98;
/// Below this share, it has learned the task.
pub const LEARNED: f64 = 0.1;

/// What the measurements say.
pub fn judge(snapshot: &Snapshot, history: &History) -> Verdict {
    let hidden = snapshot.layers.split_last().map_or(&[][..], |(_head, hidden)| hidden);
    let ratio = snapshot.first_to_last.signal;
    let (gradient, layer) = gradient_finding(snapshot, hidden);
    let dead = |layer: &LayerSnapshot| layer.dead.unwrap_or(0.0);
    let worst = (0..hidden.len()).reduce(|a, b| if dead(&hidden[b]) > dead(&hidden[a]) { b } else { a }).unwrap_or(0);
    let saturated: f64 = hidden.iter().filter_map(|layer| layer.saturated).sum();
    Verdict {
        gradient,
        learning: learning_finding(snapshot),
        hidden_layers: hidden.len(),
        ratio,
        factor: ratio.map(|ratio| libm::exp(libm::log(ratio) / (hidden.len() as f64 - 1.0))),
        split: mean_split(hidden),
        steps_to_move: hidden.first().and_then(|first| first.update_ratio).map(|ratio| 0.01 / ratio),
        layer,
        dead: hidden.get(worst).map_or(0.0, dead),
        dead_layer: worst + 1,
        saturated: saturated / hidden.len() as f64,
        step: snapshot.step,
        loss_start: history.points.first().map_or(snapshot.loss.train, |first| first.train),
        loss_now: snapshot.loss.train,
        loss_chance: snapshot.loss.chance,
        divergence: snapshot.divergence.clone(),
    }
}

/// The geometric means of the factors between hidden layers.
fn mean_split(hidden: &[LayerSnapshot]) -> Option<Split> {
    let (_last, others) = hidden.split_last()?;
    let splits: Vec<Split> = others.iter().map(|layer| layer.split).collect::<Option<_>>()?;
    let mean = |part: fn(&Split) -> f64| {
        let logarithms: f64 = splits.iter().map(|split| libm::log(part(split))).sum();
        libm::exp(logarithms / splits.len() as f64)
    };
    let split = Split {
        weights: mean(|split| split.weights),
        slope: mean(|split| split.slope),
        norm: mean(|split| split.norm),
        skip: mean(|split| split.skip),
        gate: mean(|split| split.gate),
        dropout: mean(|split| split.dropout),
    };
    let product = split.product();
    (product.is_finite() && product > 0.0).then_some(split)
}

/// What the gradient does, and the hidden layer, counted from 1, where it shows.
fn gradient_finding(snapshot: &Snapshot, hidden: &[LayerSnapshot]) -> (GradientFinding, usize) {
    let nearest = |state| hidden.iter().rposition(|layer| layer.signal_gradient.state == state).map(|index| index + 1);
    if snapshot.divergence.is_some() {
        return (GradientFinding::Diverged, 1);
    }
    if let Some(layer) = nearest(State::Zero) {
        return (GradientFinding::Zero, layer);
    }
    if let Some(layer) = nearest(State::Underflow) {
        return (GradientFinding::Underflow, layer);
    }
    let finding = match snapshot.first_to_last.signal {
        None if hidden.len() < 2 => GradientFinding::Shallow,
        // A ratio too large for a number.
        None => GradientFinding::Exploding,
        Some(ratio) if ratio < VANISHING => GradientFinding::Vanishing,
        Some(ratio) if ratio > EXPLODING => GradientFinding::Exploding,
        Some(_) => GradientFinding::Even,
    };
    (finding, 1)
}

fn learning_finding(snapshot: &Snapshot) -> LearningFinding {
    let share = snapshot.loss.train / snapshot.loss.chance;
    if snapshot.divergence.is_some() {
        LearningFinding::Diverged
    } else if snapshot.step < EARLY {
        LearningFinding::TooEarly
    } else if share < LEARNED {
        LearningFinding::Learned
    } else if share < STALLED {
        LearningFinding::Learning
    } else {
        LearningFinding::Stalled
    }
}
