//! What the theory says of one network at its start: plain data.

use serde::{Deserialize, Serialize};

/// The gradient of a network at its start, predicted from its description alone.
///
/// Ratios are L2 norms over that of the last hidden layer, for one sample; a single random network is as likely to lie
/// above as below. The head's are those of infinitely many units.
/// They are 0 or infinite where f64 does not hold them. Sources: docs/model.md, Mean-field theory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Theory {
    /// The hidden layers, input side first, then the head: as in a snapshot.
    pub layers: Vec<LayerTheory>,
    /// Geometric mean of |delta_l| / |delta_l+1| over the hidden layers, for the network's own width; none with one
    /// hidden layer.
    pub factor: Option<f64>,
    /// The same for infinitely many units.
    pub factor_of_infinite_width: Option<f64>,
    /// Standard deviation of ln(|delta_1| / |delta_L|) from one random network to the next; none where no formula is
    /// known (batch norm). The ratio of two networks in three lies within a factor e^spread of the predicted one.
    pub spread: Option<f64>,
    /// Where an endlessly deep plain network like this ends; none if blocks differ, skip or normalise.
    pub limit: Option<Limit>,
    /// The start with the same activation and bias variance that neither shrinks nor grows the gradient.
    pub critical: Option<Critical>,
}

/// How many standard deviations a single network may be off and still count as expected: 19 networks in 20 are.
pub const EXPECTED_DEVIATIONS: f64 = 2.0;

/// A measured network beside the theory. All numbers are pure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Geometric mean of |delta_l| / |delta_l+1| over the hidden layers, as predicted.
    pub expected: f64,
    /// As measured.
    pub measured: f64,
    /// (ln of the measured |delta_1| / |delta_L| - ln of the predicted one) / spread; none where no spread is known, or
    /// there is none.
    pub deviations: Option<f64>,
    /// Whether these are at most [`EXPECTED_DEVIATIONS`], either way.
    pub within: Option<bool>,
}

impl Theory {
    /// Beside the measured |delta_1| / |delta_L|; none if one of the two is no number, or there is but one hidden layer.
    pub fn compare(&self, measured: f64) -> Option<Comparison> {
        let expected = self.factor.filter(|factor| factor.is_normal())?;
        let measured = libm::log(measured);
        let layers = self.layers.len().checked_sub(2).filter(|_| measured.is_finite())? as f64;
        let deviations = self.spread.filter(|spread| *spread > 0.0);
        let deviations = deviations.map(|spread| (measured - layers * libm::log(expected)) / spread);
        Some(Comparison {
            expected,
            measured: libm::exp(measured / layers),
            deviations,
            within: deviations.map(|deviations| deviations.abs() <= EXPECTED_DEVIATIONS),
        })
    }
}

/// One layer. All numbers are pure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerTheory {
    /// Numbers that go in.
    pub inputs: usize,
    /// Units.
    pub outputs: usize,
    /// q: mean square of z, the output of W and b, in the limit of many units.
    pub q: f64,
    /// chi: mean of the squared factor that the gradient takes up between this block's output and its input, in the
    /// limit of many units.
    pub chi: f64,
    /// norm(dLoss/dz) over that of the last hidden layer.
    pub signal: f64,
    /// norm(dLoss/dW) over that of the last hidden layer.
    pub weights: f64,
    /// Standard deviation of ln `signal` from one random network to the next.
    pub signal_spread: Option<f64>,
    /// Standard deviation of ln `weights`.
    pub weights_spread: Option<f64>,
}

impl LayerTheory {
    /// Turns a ratio of norms into that of root mean squares: `last` is the last hidden layer.
    pub fn weights_rms(&self, last: &Self) -> f64 {
        self.weights * ((last.inputs * last.outputs) as f64 / (self.inputs * self.outputs) as f64).sqrt()
    }

    /// The same for the signal.
    pub fn signal_rms(&self, last: &Self) -> f64 {
        self.signal * (last.outputs as f64 / self.outputs as f64).sqrt()
    }
}

/// The limit of many layers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// q*, where the mean square of z settles; none if it goes to 0 or grows without bound.
    pub q: Option<f64>,
    /// chi there.
    pub chi: f64,
    /// 1 / |ln chi|: over so many layers |delta|^2 changes by a factor e; none if it is infinite.
    pub depth_scale: Option<f64>,
}

/// A critical start, on the edge of chaos: chi = 1 where q stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Critical {
    /// sigma_w^2: variance of a weight times the layer's inputs.
    pub weight_variance: f64,
    /// sigma_b^2: variance of a bias.
    pub bias_variance: f64,
    /// q*; none if every q stays as it is (ReLU, leaky ReLU and identity without bias).
    pub q: Option<f64>,
    /// Whether a q close to q* comes closer: if not, a real network leaves the critical point.
    pub stable: bool,
}
