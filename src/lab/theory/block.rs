//! One block: the mean square of the signal forward, that of the gradient back, both in the limit of many units, and
//! what finite_width.rs needs to know of it.

use super::finite_width::{Fluctuations, Normal};
use super::moments::Moments;
use super::{Block, Norm, Order, Place, Weights};
use crate::nn::{Activation, Init};

/// What flows between the blocks, over the units of a layer and the samples of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    /// Mean over the units.
    pub mean: f64,
    /// Mean square over the units.
    pub square: f64,
    /// The part of `square` that all samples have in common. Only batch norm asks for it, and behind batch norm samples
    /// are taken to be independent.
    pub shared: f64,
}

/// What passing a block does.
#[derive(Clone, Copy, Debug)]
pub struct Passed {
    /// Mean square of z, the linear layer's output.
    pub q: f64,
    /// |dLoss/dx|^2 of the block's input over that of its output.
    pub chi: f64,
    /// |dLoss/dz|^2 over |dLoss/dx|^2 of the block's output.
    pub signal: f64,
    /// |x|^2 of what goes into the linear layer.
    pub input: f64,
    /// None where no formula is known.
    pub fluctuations: Option<Fluctuations>,
}

impl Weights {
    /// How an [`Init`] starts; none if it is not random.
    pub fn of(init: Init, inputs: usize, outputs: usize, scale: f64) -> Option<Self> {
        match init {
            Init::Lsuv => Some(Self::Calibrated(scale)),
            Init::Orthogonal => init.weight_variance(inputs, outputs, scale).map(Self::Orthogonal),
            Init::Xavier
            | Init::XavierUniform
            | Init::He
            | Init::HeUniform
            | Init::Lecun
            | Init::FrameworkDefault
            | Init::MeanField
            | Init::Normal
            | Init::Uniform
            | Init::Constant
            | Init::Identity
            | Init::Zeros => init.weight_variance(inputs, outputs, scale).map(Self::Independent),
        }
    }
}

/// What a norm does in the limit: `stream` afterwards, and the squared factor on the way back.
fn normalise(norm: Norm, activation: Activation, stream: &mut Stream) -> f64 {
    let Stream { mean, square, shared } = *stream;
    let (variance, batch) = match norm {
        Norm::Layer => (square - mean * mean, 1.0),
        Norm::Rms => (square, 1.0),
        // What is known of a small batch is exact for identity only (Yang et al. 2019).
        Norm::Batch(samples) if activation == Activation::Identity && samples > 3 => {
            (square - shared, (samples as f64 - 2.0) / (samples as f64 - 3.0))
        }
        Norm::Batch(_) => (square - shared, 1.0),
    };
    *stream = match norm {
        Norm::Layer => Stream { mean: 0.0, square: 1.0, shared: (shared - mean * mean) / variance },
        Norm::Rms => Stream { mean: mean / variance.sqrt(), square: 1.0, shared: shared / variance },
        Norm::Batch(_) => Stream { mean: 0.0, square: 1.0, shared: 0.0 },
    };
    batch / variance
}

impl Block {
    /// The branch, forward, and the skip. `above` is the block that comes next. None where the signal is 0 or out of
    /// the range of f64.
    pub fn pass(&self, activation: Activation, stream: &mut Stream, above: Option<&Self>) -> Option<Passed> {
        let entering = *stream;
        let passed = match self.order {
            Order::Linear => self.pass_linear(stream).map(|linear| Passed {
                q: stream.square,
                chi: linear.weight_variance,
                signal: 1.0,
                input: linear.input,
                fluctuations: Some(Fluctuations {
                    before: linear.derivatives,
                    value: [1.0, 0.0],
                    after: [1.0, 0.0],
                    ..Fluctuations::WITHOUT_SKIP
                }),
            }),
            Order::LinearFirst => {
                let linear = self.pass_linear(stream)?;
                let q = stream.square;
                let sphere = Sphere { forward: self.keeps_length(), back: above.is_some_and(Self::keeps_length) };
                let active = self.pass_activation(activation, stream, sphere, self.outputs)?;
                Some(Passed {
                    q,
                    chi: linear.weight_variance * active.slope,
                    signal: active.slope,
                    input: linear.input,
                    fluctuations: active.fluctuations.map(|fluctuations| Fluctuations {
                        before: linear.derivatives,
                        after: [1.0, 0.0],
                        delta_below: true,
                        ..fluctuations
                    }),
                })
            }
            Order::ActivationFirst => {
                // Whether z keeps its length is for the block below to say; a stream with skips does not.
                let sphere = Sphere { forward: false, back: false };
                let active = self.pass_activation(activation, stream, sphere, self.inputs)?;
                let linear = self.pass_linear(stream)?;
                Some(Passed {
                    q: stream.square,
                    chi: linear.weight_variance * active.slope,
                    signal: 1.0,
                    input: linear.input,
                    fluctuations: active.fluctuations.map(|fluctuations| Fluctuations {
                        before: [1.0, 0.0],
                        after: linear.derivatives,
                        ..fluctuations
                    }),
                })
            }
        }?;
        let passed = match self.skip {
            None => passed,
            Some(alpha) => self.pass_skip(alpha, passed, entering, stream),
        };
        let in_range = |x: f64| x.is_finite() && x > 0.0;
        [passed.q, passed.chi, passed.signal, stream.square].into_iter().all(in_range).then_some(passed)
    }

    /// Whether z has a length that the weights do not change by chance.
    fn keeps_length(&self) -> bool {
        let exact = match self.weights {
            Weights::Independent(_) => false,
            Weights::Orthogonal(_) | Weights::Calibrated(_) => self.outputs >= self.inputs,
        };
        exact && self.bias_variance == 0.0
    }

    /// Through W x + b.
    fn pass_linear(&self, stream: &mut Stream) -> Option<Linear> {
        let entering = stream.square;
        let inputs = self.inputs as f64;
        let (sigma, derivative) = match self.weights {
            Weights::Independent(variance) | Weights::Orthogonal(variance) => {
                let sigma = variance * inputs;
                (sigma, sigma * entering / (sigma * entering + self.bias_variance))
            }
            // Whatever comes in, z has the deviation that was asked for.
            Weights::Calibrated(deviation) => ((deviation * deviation - self.bias_variance) / entering, 0.0),
        };
        let through = |square: f64| sigma * square + self.bias_variance;
        *stream = Stream { mean: 0.0, square: through(entering), shared: through(stream.shared) };
        (sigma > 0.0 && entering > 0.0 && stream.square.is_finite()).then_some(Linear {
            weight_variance: sigma,
            input: inputs * entering,
            derivatives: [derivative, derivative * (1.0 - derivative)],
        })
    }

    /// Through the activation of so many units, and the norm on one side of it.
    fn pass_activation(
        &self,
        activation: Activation,
        stream: &mut Stream,
        sphere: Sphere,
        units: usize,
    ) -> Option<Active> {
        let (before, after) = match self.norm {
            None => (None, None),
            Some((norm, Place::BeforeActivation)) => (Some(norm), None),
            Some((norm, Place::AfterActivation)) => (None, Some(norm)),
        };
        let mut slope = before.map_or(1.0, |norm| normalise(norm, activation, stream));
        if !(stream.square.is_finite() && stream.square > 0.0) {
            return None;
        }
        let moments = Moments::new(activation, stream.square, after == Some(Norm::Layer));
        let square =
            if after == Some(Norm::Layer) { moments.square + moments.mean * moments.mean } else { moments.square };
        *stream = Stream { mean: moments.mean, square, shared: moments.mean * moments.mean };
        slope *= moments.slope * after.map_or(1.0, |norm| normalise(norm, activation, stream));
        let fluctuations = fluctuations(&moments, before, after, sphere, self.skip.is_some());
        Some(Active { slope, fluctuations: fluctuations.map(|all| all.over(units as f64)) })
    }

    /// x + alpha branch(x): `stream` is the branch's, and becomes the sum.
    fn pass_skip(&self, alpha: f64, branch: Passed, entering: Stream, stream: &mut Stream) -> Passed {
        let square = alpha * alpha * stream.square;
        let chi = alpha * alpha * branch.chi;
        let sum = |x: f64, y: f64, means: f64| x + alpha * alpha * y + 2.0 * alpha * means;
        let means = entering.mean * stream.mean;
        *stream = Stream {
            mean: entering.mean + alpha * stream.mean,
            square: sum(entering.square, stream.square, means),
            shared: sum(entering.shared, stream.shared, means),
        };
        Passed {
            chi: 1.0 + chi,
            signal: alpha * alpha * branch.signal,
            fluctuations: branch.fluctuations.map(|fluctuations| Fluctuations {
                share_back: chi / (1.0 + chi),
                share: square / (entering.square + square),
                cross: 4.0 * chi / ((1.0 + chi) * (1.0 + chi) * self.outputs as f64),
                ..fluctuations
            }),
            ..branch
        }
    }
}

/// What passing a linear layer does.
struct Linear {
    /// sigma_w^2
    weight_variance: f64,
    /// |x|^2 of what goes in.
    input: f64,
    /// Of ln(mean square of z) with respect to ln(mean square of x).
    derivatives: [f64; 2],
}

/// What passing an activation and its norm does.
struct Active {
    /// The squared factor on the way back.
    slope: f64,
    fluctuations: Option<Fluctuations>,
}

/// Whether the values that a layer meets have a given length instead of being independent.
#[derive(Clone, Copy)]
struct Sphere {
    /// z.
    forward: bool,
    /// What comes back through the next layer's weights.
    back: bool,
}

/// The fluctuations of an activation and its norm, times the number of units. None for batch norm.
fn fluctuations(
    moments: &Moments,
    before: Option<Norm>,
    after: Option<Norm>,
    sphere: Sphere,
    skips: bool,
) -> Option<Fluctuations> {
    let [c, c_second] = moments.slope_by_scale;
    let [m, m_second] = moments.square_by_scale;
    // A mean over so many independent units: its relative variance, and that of its logarithm; half of it is lost to
    // the logarithm's mean. What comes back is normal, of fourth moment 3.
    let mut slope = 3.0 * moments.slope_kurtosis - 1.0;
    let mut value = moments.square_spread;
    let mut joint = moments.joint;
    let mut shift = (0.0, 0.0);
    // On a sphere the part that goes with the length does not vary, and the fourth moments are smaller.
    let normed = matches!(before, Some(Norm::Layer | Norm::Rms));
    if sphere.forward || normed {
        slope -= 2.0 * c * c;
        value -= 2.0 * m * m;
        joint -= 2.0 * c * m;
        shift = (c - c_second - c * c, m - m_second - m * m);
    }
    if sphere.back {
        slope -= 2.0;
    }
    let mut all = Fluctuations {
        slope: [c, c_second],
        value: [m, m_second],
        slope_noise: Normal { mean: shift.0 - slope / 2.0, variance: slope },
        value_noise: Normal { mean: shift.1 - value / 2.0, variance: value },
        joint,
        ..Fluctuations::WITHOUT_SKIP
    };
    match (before, after) {
        (Some(Norm::Batch(_)), _) | (_, Some(Norm::Batch(_))) => return None,
        (Some(norm @ (Norm::Layer | Norm::Rms)), _) => {
            // Back, a norm divides by the length that z happens to have, and takes away what lies along z; layer norm
            // divides by less, and takes away the mean, too. So what comes back to the layer below has nothing along its
            // f(z), of which a part would have been taken away there.
            let length = if sphere.forward { 0.0 } else { 2.0 };
            let (along_f, of_scale, of_mean) = if skips {
                (0.0, 0.0, 0.0)
            } else {
                (moments.joint + 1.0, moments.shared_by_scale, moments.shared_by_mean)
            };
            let mean_taken = if norm == Norm::Layer { of_mean } else { 0.0 };
            all.slope = [-1.0, 0.0];
            all.value = [0.0, 0.0];
            all.slope_noise.mean += length / 2.0 - (1.0 + 2.0 * c - of_scale) - along_f + mean_taken;
            all.slope_noise.variance += length;
        }
        (_, Some(Norm::Layer | Norm::Rms)) => {
            all.slope = [c - m, c_second - m_second];
            all.value = [0.0, 0.0];
            all.slope_noise.mean -= all.value_noise.mean + moments.joint + 1.0;
            all.slope_noise.variance += all.value_noise.variance - 2.0 * joint;
            all.value_noise = Normal::default();
            all.joint = 0.0;
        }
        (None, None) => {}
    }
    Some(all)
}
