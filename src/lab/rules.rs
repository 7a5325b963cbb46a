//! The rules of the diagnosis: a closed set, each a threshold and a function from a Snapshot to its evidence. A rule
//! looks at numbers alone, so it can say that something is so, and never why.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use super::snapshot::{LayerSnapshot, Snapshot, State, Way};
use crate::nn::{About, Choice, Precision};

/// What is looked for, in order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, Serialize)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Rule {
    Diverged,
    Zero,
    Underflow,
    Truncated,
    Vanishing,
    Exploding,
    Stalled,
    Dead,
    Saturated,
    SmallUpdates,
    LargeUpdates,
    Masked,
    FlatWeights,
    Clipped,
    Overfitting,
    Learned,
}

/// A rule that holds, with the numbers that say so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The layers that it is about, by their index in the Snapshot; of a ratio both; none if it is about the whole run.
    pub layers: Vec<usize>,
    /// What was measured; of an underflow, each of whose elements has crossed the threshold, their norm.
    pub value: f64,
    /// What it has crossed.
    pub threshold: f64,
}

/// Below this ratio of first to last hidden layer a gradient vanishes.
pub const VANISHING: f64 = 1e-3;
/// Above this ratio it explodes.
pub const EXPLODING: f64 = 1e3;
/// Ratios of first to last hidden layer within this factor of 1 look even.
pub const EVEN: f64 = 10.0;
/// From this share of dead units on, a layer has lost a good part of its width.
pub const MANY_DEAD: f64 = 0.2;
/// From this share on, saturation is more than what a healthy ReLU has: half of its values lie where it is flat.
pub const MANY_SATURATED: f64 = 0.6;
/// Below this ratio of update to weight, ten thousand steps that all go one way change a layer by less than 1 %.
pub const SMALL_UPDATE: f64 = 1e-6;
/// Above this ratio a step is a hundred times as large as the usual guide, 1e-3.
pub const LARGE_UPDATE: f64 = 0.1;
/// What clipping multiplies a norm by if it does nothing.
pub const UNCLIPPED: f64 = 1.0;
/// Before this step nothing is said of learning.
pub const EARLY: u64 = 50;
/// From this share of the best constant answer's loss on, training has learned nothing of the input.
pub const STALLED: f64 = 0.98;
/// Below this share, it has learned the task.
pub const LEARNED: f64 = 0.1;
/// From this gap between test and training loss on, a tenth of what there is to gain over the best constant answer is
/// lost on new data. A gap in units of that loss means the same for every task, and does not run away, as a ratio of
/// the two would, when the training loss goes to 0.
pub const OVERFITTING: f64 = 0.1;

impl Choice for Rule {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Diverged => (
                "divergence",
                "the batch's loss or a gradient is infinite or not a number",
                "Steps or weights were too large. Try a smaller learning rate or weight scale, clipping, or a \
                 normalization. 64 bits only put it off.",
                "-",
            ),
            Self::Zero => (
                "gradient exactly zero",
                "signal of a layer or time step = 0, and not because it is too small for the float type",
                "Nothing flows back: all units are dead, weights are 0, or float16 has rounded it away. No learning \
                 rate makes up for that. Try another start or activation, or loss scaling.",
                "-",
            ),
            Self::Underflow => (
                "underflow",
                "all of a layer's or time step's signal below the smallest normal float: 1.2e-38 in 32 bits, 2.2e-308 in 64",
                "It has vanished beyond what the float type holds. 64 bits show how small it is, and cure nothing.",
                "IEEE 754",
            ),
            Self::Truncated => (
                "truncated",
                "time steps before the cut of truncation, which no signal reaches: more than 0 of them",
                "They are left out, and their gradient has not vanished. It \
                 saves time and memory, and nothing from before the cut can be learned. 0 lets the signal go all the way.",
                "Williams & Peng 1990",
            ),
            Self::Vanishing => (
                "vanishing gradient",
                "signal, first : last layer or time step < 1e-3",
                "Between layers try another activation or start, a normalization, or skips; through time gates, an \
                 orthogonal state, or attention. It does not mean that nothing is learned: what is near the loss may do \
                 it alone.",
                "Hochreiter 1991; Bengio, Simard & Frasconi 1994",
            ),
            Self::Exploding => (
                "exploding gradient",
                "signal, first : last layer or time step > 1e3",
                "Try a smaller weight scale, a normalization, or clipping. It does not mean that the run will diverge.",
                "Pascanu, Mikolov & Bengio 2013",
            ),
            Self::Stalled => (
                "stalled at chance",
                "after 50 steps, training loss >= 0.98 of the best constant answer's",
                "So far the network knows nothing of its input. It does not mean that it never will: a plateau may end.",
                "-",
            ),
            Self::Dead => (
                "dead units",
                "dead share of a layer or time step >= 0.2",
                "They get no gradient. Try a smaller learning rate, He's start, or a leaky activation. \
                 Dead for this batch is not dead for ever, and the rest may well learn.",
                "Lu, Shin, Su & Karniadakis 2020",
            ),
            Self::Saturated => (
                "saturation",
                "saturated share, mean of the layers or time steps >= 0.6",
                "Little gradient passes where the activation is flat. Try a smaller weight scale or a normalization. \
                 Half is no fault in ReLU.",
                "Glorot & Bengio 2010",
            ),
            Self::SmallUpdates => (
                "updates too small",
                "update : weight of a layer < 1e-6, and training loss >= 0.1 of the best constant answer's",
                "10 000 such steps change the layer by 1 % at most; about 1e-3 is the usual guide. Try a larger \
                 learning rate or an adaptive optimizer, once the gradient itself is in order.",
                "Karpathy, CS231n",
            ),
            Self::LargeUpdates => (
                "updates too large",
                "update : weight of a layer > 0.1",
                "Such steps undo what was learned. Try a smaller learning rate, warm-up, or clipping. \
                 No fault in a layer that starts near 0.",
                "Karpathy, CS231n",
            ),
            Self::Masked => (
                "small gradient masked by the optimizer",
                "dLoss/dW, first : last layer < 1e-3, yet update : weight, first : last >= 0.1",
                "An adaptive optimizer, or weight decay, moves the first layer as much as the last. Training may well \
                 succeed; it does not mean that the gradient is in order.",
                "Kingma & Ba 2015",
            ),
            Self::FlatWeights => (
                "vanishing hidden in dLoss/dW",
                "signal, first : last layer or time step < 1e-3, yet dLoss/dW, first : last from 0.1 to 10",
                "Activations that shrink on the way forward make up for it in dLoss/dW. An even dLoss/dW does not mean \
                 that the signal arrives: look at the signal.",
                "Glorot & Bengio 2010",
            ),
            Self::Clipped => (
                "clipping at work",
                "norm of the gradient, after : before clipping < 1",
                "The step is shorter than the gradient asks for. It does not bring back what has vanished.",
                "Pascanu, Mikolov & Bengio 2013",
            ),
            Self::Overfitting => (
                "overfitting",
                "after 50 steps, test - training loss >= 0.1 of the best constant answer's",
                "Part of what was learned does not hold for new data. Try more samples, a smaller network, weight \
                 decay, or fewer steps. It says nothing of the gradient.",
                "-",
            ),
            Self::Learned => (
                "task learned",
                "after 50 steps, training loss < 0.1 of the best constant answer's",
                "It does not mean that every layer learned, nor that it holds for new data: see the test loss.",
                "-",
            ),
        };
        About::new(name, formula, help, source)
    }
}

impl Rule {
    /// The numbers in its formula, apart from those that are the float type's.
    pub fn thresholds(self) -> &'static [f64] {
        match self {
            Self::Diverged | Self::Underflow => &[],
            Self::Zero | Self::Truncated => &[0.0],
            Self::Vanishing => &[VANISHING],
            Self::Exploding => &[EXPLODING],
            Self::Stalled => &[EARLY as f64, STALLED],
            Self::Dead => &[MANY_DEAD],
            Self::Saturated => &[MANY_SATURATED],
            Self::SmallUpdates => &[SMALL_UPDATE, LEARNED],
            Self::LargeUpdates => &[LARGE_UPDATE],
            Self::Masked => &[VANISHING, 1.0 / EVEN],
            Self::FlatWeights => &[VANISHING, 1.0 / EVEN, EVEN],
            Self::Clipped => &[UNCLIPPED],
            Self::Overfitting => &[EARLY as f64, OVERFITTING],
            Self::Learned => &[EARLY as f64, LEARNED],
        }
    }

    /// The finding, if it holds.
    pub fn check(self, snapshot: &Snapshot) -> Option<Finding> {
        let Snapshot { layers, loss, first_to_last, cut, .. } = snapshot;
        let hidden = snapshot.hidden();
        let smallest_and_largest = range(snapshot.precision);
        // The first layer that the gradient does not reach is the one nearest to the loss. Where it is not meant to
        // get to, it says nothing.
        let is_in = |&layer: &usize, state| hidden[layer].signal_gradient.state == state;
        let nearest = |state| (*cut..hidden.len()).rfind(|layer| is_in(layer, state));
        let share = loss.train / loss.chance;
        let early = snapshot.step < EARLY;
        let (holds, place, value, threshold) = match self {
            Self::Diverged => {
                let divergence = snapshot.divergence.as_ref()?;
                let layer = layers.iter().position(|layer| layer.name == divergence.layer);
                let value = if divergence.state == State::Nan { f64::NAN } else { f64::INFINITY };
                (true, layer.map_or(Place::Run, Place::Layer), value, smallest_and_largest.1)
            }
            Self::Zero => (true, Place::Layer(nearest(State::Zero)?), 0.0, 0.0),
            Self::Underflow => {
                let layer = nearest(State::Underflow)?;
                (true, Place::Layer(layer), hidden[layer].signal_gradient.l2, smallest_and_largest.0)
            }
            Self::Truncated => (*cut > 0, Place::Layer(cut.saturating_sub(1)), *cut as f64, 0.0),
            Self::Vanishing => {
                let ratio = signal(snapshot)?;
                (ratio < VANISHING, Place::Ends, ratio, VANISHING)
            }
            Self::Exploding => {
                let ratio = signal(snapshot)?;
                (ratio > EXPLODING, Place::Ends, ratio, EXPLODING)
            }
            // What is not a number has learned nothing either.
            Self::Stalled => (!early && (share >= STALLED || share.is_nan()), Place::Run, share, STALLED),
            Self::Dead => {
                let (layer, dead) = most(hidden, |layer| layer.dead)?;
                (dead >= MANY_DEAD, Place::Layer(layer), dead, MANY_DEAD)
            }
            Self::Saturated => {
                let shares: Vec<f64> = hidden.iter().filter_map(|layer| layer.saturated).collect();
                let mean = shares.iter().sum::<f64>() / shares.len() as f64;
                (mean >= MANY_SATURATED, Place::Run, mean, MANY_SATURATED)
            }
            Self::SmallUpdates => {
                let (layer, negative) = most(layers, |layer| update(layer).map(|ratio| -ratio))?;
                // A network that has learned may stand still.
                (-negative < SMALL_UPDATE && share >= LEARNED, Place::Layer(layer), -negative, SMALL_UPDATE)
            }
            Self::LargeUpdates => {
                let (layer, largest) = most(layers, update)?;
                (largest > LARGE_UPDATE, Place::Layer(layer), largest, LARGE_UPDATE)
            }
            // Time steps share their weights: none has an update of its own.
            Self::Masked if snapshot.carried().is_some() => return None,
            Self::Masked => {
                let ratio = update(hidden.first()?)? / update(hidden.last()?)?;
                let is_small = first_to_last.weights? < VANISHING;
                (is_small && ratio >= 1.0 / EVEN, Place::Ends, ratio, 1.0 / EVEN)
            }
            Self::FlatWeights => {
                let ratio = first_to_last.weights?;
                let is_even = (1.0 / EVEN..=EVEN).contains(&ratio);
                (is_even && signal(snapshot)? < VANISHING, Place::Ends, ratio, 1.0 / EVEN)
            }
            Self::Clipped => {
                let ratio = snapshot.clip.after / snapshot.clip.before;
                (ratio < UNCLIPPED, Place::Run, ratio, UNCLIPPED)
            }
            Self::Overfitting => {
                let gap = (loss.test? - loss.train) / loss.chance;
                (!early && gap >= OVERFITTING, Place::Run, gap, OVERFITTING)
            }
            Self::Learned => (!early && share < LEARNED, Place::Run, share, LEARNED),
        };
        let layers = || match place {
            Place::Run => vec![],
            Place::Layer(layer) => vec![layer],
            Place::Ends => vec![0, hidden.len() - 1],
        };
        holds.then(|| Finding { rule: self, layers: layers(), value, threshold })
    }
}

/// What a finding is about.
enum Place {
    /// The whole run.
    Run,
    /// One layer.
    Layer(usize),
    /// The first hidden layer and the last, of which there are two.
    Ends,
}

/// First over last hidden layer of the signal; infinite where that is too large for a number. None where there is no way
/// back from one to the other, or nothing flows at one of its ends.
fn signal(snapshot: &Snapshot) -> Option<f64> {
    if snapshot.way == Way::Direct {
        return None;
    }
    let [first, .., last] = snapshot.hidden() else { return None };
    let flows = first.signal_gradient.state != State::Zero && last.signal_gradient.state == State::Normal;
    flows.then_some(snapshot.first_to_last.signal.unwrap_or(f64::INFINITY))
}

/// update : weight of a layer that learns.
fn update(layer: &LayerSnapshot) -> Option<f64> {
    layer.update_ratio.filter(|_| !layer.frozen)
}

/// The layer where a number is largest, of those that have it; the first of equals.
fn most(layers: &[LayerSnapshot], value: fn(&LayerSnapshot) -> Option<f64>) -> Option<(usize, f64)> {
    let there = layers.iter().enumerate().filter_map(|(index, layer)| Some((index, value(layer)?)));
    there.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The smallest normal number of a float type, and the largest.
fn range(precision: Precision) -> (f64, f64) {
    match precision {
        Precision::F32 => (f32::MIN_POSITIVE.into(), f32::MAX.into()),
        Precision::F64 => (f64::MIN_POSITIVE, f64::MAX),
    }
}
