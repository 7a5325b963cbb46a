//! What a run looks like at one step: plain data, and all that a view may know.

use serde::{Deserialize, Serialize};

use crate::nn::Precision;

/// A run at one step. Everything in it belongs to the parameters after `step` updates and, where a
/// batch is involved, to the batch that the next update will use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Updates done so far.
    pub step: u64,
    /// Passes over the training set completed so far.
    pub epoch: u64,
    /// The float type that the network computes in.
    pub precision: Precision,
    /// Trainable numbers in the network.
    pub parameters: usize,
    /// The loss on the next batch, and on the whole training and test sets.
    pub loss: Losses,
    /// The share of right answers; none for a task whose target is a number.
    pub accuracy: Option<Accuracies>,
    /// The hidden layers, or the time steps of the first recurrent layer, input side first; then the output layer (`head`).
    pub layers: Vec<LayerSnapshot>,
    /// What becomes of the gradient of each weight matrix, in the order of the run file.
    pub updates: Vec<Update>,
    /// How the gradient gets from the loss to the layers.
    pub way: Way,
    /// How many of the first time steps it does not get to, because truncation ends before them.
    pub cut: usize,
    /// Learning rate of the next update.
    pub rate: f64,
    /// What clipping does to the gradient of the next update.
    pub clip: ClipNorms,
    /// Gradient of the first hidden layer over that of the last; none where that is not a number, and where the way is
    /// direct: what comes straight from the loss does not tell what a way back does.
    pub first_to_last: Ratios,
    /// Where and when the run stopped being finite; a run that has diverged takes no further step.
    pub divergence: Option<Divergence>,
}

impl Snapshot {
    /// All layers but the head.
    pub fn hidden(&self) -> &[LayerSnapshot] {
        hidden(&self.layers)
    }

    /// If the layers are time steps, the letter of what is carried from one to the next: h, or the cell c of an LSTM.
    pub fn carried(&self) -> Option<char> {
        match self.layers.first().map(|layer| layer.name.as_bytes()) {
            Some([letter @ (b'h' | b'c'), b'0', ..]) => Some(char::from(*letter)),
            Some(_) | None => None,
        }
    }
}

/// See [`Snapshot::hidden`].
pub(super) fn hidden(layers: &[LayerSnapshot]) -> &[LayerSnapshot] {
    layers.split_last().map_or(&[], |(_head, hidden)| hidden)
}

/// How the gradient gets from the loss to the hidden layers or time steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From each to the one before it.
    Chain,
    /// From each time step to the one before it, and to each that has one from its own answer.
    Joined,
    /// To each time step at once, as attention hands it on.
    Direct,
}

/// Mean losses.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// On the batch of the next update.
    pub batch: f64,
    /// On the whole training set.
    pub train: f64,
    /// On the test set, if there is one.
    pub test: Option<f64>,
    /// What the best constant answer costs on the training set: a network stuck here knows nothing of its input.
    pub chance: f64,
}

/// Shares of right answers, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accuracies {
    /// On the whole training set.
    pub train: f64,
    /// On the test set, if there is one.
    pub test: Option<f64>,
}

/// Norms of the gradient of all parameters together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipNorms {
    /// As backward leaves it.
    pub before: f64,
    /// As the optimizer gets it.
    pub after: f64,
}

/// From the gradient of a weight matrix to what the next update takes off it, in L2 norms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Its name in the run file.
    pub name: String,
    /// How many weights that is.
    pub count: usize,
    /// L2 norm of dLoss/dW of the batch's mean loss.
    pub gradient: f64,
    /// The same after clipping, as the optimizer gets it.
    pub clipped: f64,
    /// What the optimizer makes of it, weight decay included; 0 if it does not learn.
    pub change: f64,
    /// Whether it does not learn.
    pub frozen: bool,
}

/// First hidden layer over last hidden layer, L2 norms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratios {
    /// Of dLoss/dW.
    pub weights: Option<f64>,
    /// Of dLoss/dz.
    pub signal: Option<f64>,
}

/// One layer at one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerSnapshot {
    /// `block1` to `blockL` or `h0.t1` to `h0.tT` (`c0.` for the cell of an LSTM), then `head`: the names of the run file.
    pub name: String,
    /// Numbers that go in.
    pub inputs: usize,
    /// Units.
    pub outputs: usize,
    /// Whether it does not learn.
    pub frozen: bool,
    /// dLoss/dW, biases apart; at a time step, what it adds to that of the weights that all steps share.
    pub weight_gradient: Magnitude,
    /// dLoss/dz, z being the layer's pre-activations; for the head its logits; at a time step that of its state.
    /// Its rms is that of one sample's own loss, so that it does not depend on the batch size.
    pub signal_gradient: Magnitude,
    /// Why it is so much larger or smaller than that of the next layer; none for the head, and where it is 0.
    pub split: Option<Split>,
    /// Mean and deviation of the layer's output over batch and units.
    pub activation: Moments,
    /// Share of values with |f'(z)| below 5 % of f's largest slope; none for the head.
    pub saturated: Option<f64>,
    /// Share of units whose slope is 0 for every sample of the batch; none for the head.
    pub dead: Option<f64>,
    /// rms of the weights.
    pub weight_rms: f64,
    /// rms of the next update over rms of the weights (about 1e-3 is healthy); none if the weights are all 0.
    pub update_ratio: Option<f64>,
    /// |W - W0| / |W0|: how far the layer has moved since the start; none if it started at 0.
    pub distance: Option<f64>,
}

/// The factor by which the signal gradient changes from the next layer back to this one, as a product.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// By the next layer's weights.
    pub weights: f64,
    /// By the slope of the activation.
    pub slope: f64,
    /// By normalization.
    pub norm: f64,
    /// By what comes along skips and other ways around, and by what a branch is multiplied by.
    pub skip: f64,
    /// By the gate through which a recurrent cell keeps its state.
    pub gate: f64,
    /// By dropout.
    pub dropout: f64,
}

impl Split {
    /// The whole factor.
    pub fn product(self) -> f64 {
        self.weights * self.slope * self.norm * self.skip * self.gate * self.dropout
    }
}

/// How large an array is. Norms are taken in f64 and scaled, so they do not underflow before the array does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Magnitude {
    /// Euclidean norm over all elements.
    pub l2: f64,
    /// Root mean square.
    pub rms: f64,
    /// What kind of number that is.
    pub state: State,
}

/// What a magnitude is, apart from its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A number that the precision holds in full.
    Normal,
    /// Exactly zero, and not because the number is too small for its format: nothing flows here.
    Zero,
    /// Too small for the precision: subnormal, or rounded to zero on the way.
    Underflow,
    /// Some element is infinite.
    Infinite,
    /// Some element is not a number.
    Nan,
}

/// Mean and standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Standard deviation (biased).
    pub deviation: f64,
}

/// The first value that was not finite, in the order of computation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Divergence {
    /// Updates done when it appeared.
    pub step: u64,
    /// The layer, named as in [`LayerSnapshot`].
    pub layer: String,
    /// What was not finite there.
    pub quantity: Quantity,
    /// Infinite, or not a number.
    pub state: State,
}

/// What a layer computes, forward and then backward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The layer's output, on the way forward.
    Activation,
    /// The layer's gradients, on the way back.
    Gradient,
}
