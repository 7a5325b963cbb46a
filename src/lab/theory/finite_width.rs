//! What a finite width changes: the logarithm of a random network's gradient has a spread, and its mean lies below the
//! logarithm of the mean (Hanin & Rolnick 2018 for ReLU). Everything here is to first order in 1 / width.
//!
//! Forward, y is the deviation of ln(mean square of the stream) from its limit; a block's activation meets x = `before`
//! y and then has u = c x + epsilon, the deviation of ln(squared factor on the way back), and d = m x + eta, that of
//! ln(mean square of f). epsilon and eta are the noise of a mean over so many units, which are the same units, so they
//! are correlated. A block without skip hands on y = `after` d.

/// First and second derivative, of a logarithm with respect to a logarithm.
pub type Derivatives = [f64; 2];

/// A block's part in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fluctuations {
    /// Derivatives of ln(mean square that the activation meets) with respect to ln(mean square of the stream).
    pub before: Derivatives,
    /// c: derivatives of ln(squared factor of activation and norm on the way back).
    pub slope: Derivatives,
    /// m: derivatives of ln(mean square of f).
    pub value: Derivatives,
    /// Derivatives of ln(mean square of the branch) with respect to ln(mean square of f).
    pub after: Derivatives,
    /// Mean and variance of epsilon.
    pub slope_noise: Normal,
    /// Mean and variance of eta.
    pub value_noise: Normal,
    /// Covariance of both.
    pub joint: f64,
    /// Share of the branch in the block's squared factor on the way back: 1 without skip.
    pub share_back: f64,
    /// Share of the branch in the mean square that the block hands on: 1 without skip.
    pub share: f64,
    /// Variance of the product of what comes through the skip and what comes through the branch, on the way back.
    pub cross: f64,
    /// Whether delta lies below the activation of its own block (it does where the linear layer comes first).
    pub delta_below: bool,
}

impl Fluctuations {
    /// A block that neither deviates nor skips.
    pub const WITHOUT_SKIP: Self = Self {
        before: [0.0; 2],
        slope: [0.0; 2],
        value: [0.0; 2],
        after: [0.0; 2],
        slope_noise: Normal { mean: 0.0, variance: 0.0 },
        value_noise: Normal { mean: 0.0, variance: 0.0 },
        joint: 0.0,
        share_back: 1.0,
        share: 1.0,
        cross: 0.0,
        delta_below: false,
    };

    /// The noise of one unit becomes that of a mean over so many.
    pub fn over(self, units: f64) -> Self {
        let over = |noise: Normal| Normal { mean: noise.mean / units, variance: noise.variance / units };
        Self {
            slope_noise: over(self.slope_noise),
            value_noise: over(self.value_noise),
            joint: self.joint / units,
            ..self
        }
    }
}

/// Mean and variance of a deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
}

/// Deviations of the logarithms of squared ratios from their limits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Corrections {
    /// ln(|delta_l|^2 / |delta_last|^2)
    pub signal: Normal,
    /// ln(|dLoss/dW_l|^2 / |dLoss/dW_last|^2)
    pub weights: Normal,
}

/// How much of what goes into a sum of deviations.
#[derive(Clone, Copy, Default)]
struct Parts {
    /// Of y, what the stream brings to the block.
    stream: f64,
    /// Of u.
    slope: f64,
    /// Of d.
    value: f64,
    /// Whether the whole block is passed on the way back, and not only its activation.
    passes: bool,
}

/// The stream's y, a sum s, and their covariance.
#[derive(Clone, Copy, Default)]
struct State {
    y: Normal,
    s: Normal,
    joint: f64,
}

impl State {
    /// Through a block, forward; what the block has of `parts` is added to the sum.
    fn pass(&mut self, block: &Fluctuations, parts: Parts) {
        let y = self.y;
        let [before, before_second] = block.before;
        let x =
            Normal { mean: before * y.mean + before_second * y.variance / 2.0, variance: before * before * y.variance };
        let [c, c_second] = block.slope;
        let [m, m_second] = block.value;
        let u = Normal {
            mean: c * x.mean + c_second * x.variance / 2.0 + block.slope_noise.mean,
            variance: c * c * x.variance + block.slope_noise.variance,
        };
        let d = Normal {
            mean: m * x.mean + m_second * x.variance / 2.0 + block.value_noise.mean,
            variance: m * m * x.variance + block.value_noise.variance,
        };
        // The sum.
        self.s.mean += parts.stream * y.mean + parts.slope * u.mean + parts.value * d.mean;
        let of_y = parts.stream + (parts.slope * c + parts.value * m) * before;
        self.s.variance += of_y * (2.0 * self.joint + of_y * y.variance)
            + parts.slope * parts.slope * block.slope_noise.variance
            + parts.value * parts.value * block.value_noise.variance
            + 2.0 * parts.slope * parts.value * block.joint;
        if parts.passes {
            // ln(1 - share + share e^u), and the product of both ways, to second order.
            self.s.mean += (block.share_back * (1.0 - block.share_back) * u.variance - block.cross) / 2.0;
            self.s.variance += block.cross;
        }
        // The stream: y' = ln(1 - share + share e^(after d)) and what is left of y.
        let [after, after_second] = block.after;
        let branch =
            Normal { mean: after * d.mean + after_second * d.variance / 2.0, variance: after * after * d.variance };
        let branch_and_y = after * m * before * y.variance;
        let kept = 1.0 - block.share;
        let (of_old, of_noise) = (kept + block.share * after * m * before, block.share * after);
        self.joint = of_old * (self.joint + of_y * y.variance)
            + of_noise * (parts.slope * block.joint + parts.value * block.value_noise.variance);
        self.y = Normal {
            mean: kept * y.mean
                + block.share * branch.mean
                + kept * block.share * (y.variance + branch.variance - 2.0 * branch_and_y) / 2.0,
            variance: of_old * of_old * y.variance + of_noise * of_noise * block.value_noise.variance,
        };
    }
}

/// The corrections of layer `from`, counted from 0, in a network of these hidden blocks.
pub fn corrections(blocks: &[Fluctuations], from: usize) -> Corrections {
    let sum = |of_weights: bool| {
        let mut state = State::default();
        for (index, block) in blocks.iter().enumerate() {
            let mut parts = Parts::default();
            // A linear layer's own input is that of its block, or what the block's activation makes of it.
            let mut add_input = |sign: f64| {
                if of_weights {
                    let part = if block.delta_below { &mut parts.stream } else { &mut parts.value };
                    *part += sign;
                }
            };
            if index == from {
                add_input(1.0);
            }
            if index == blocks.len() - 1 {
                add_input(-1.0);
            }
            let own = f64::from(block.delta_below);
            if index == from {
                parts.slope += own;
            }
            if index > from {
                parts.slope += block.share_back;
                parts.passes = true;
            }
            if index == blocks.len() - 1 {
                parts.slope -= own;
            }
            state.pass(block, parts);
        }
        state.s
    };
    Corrections { signal: sum(false), weights: sum(true) }
}
