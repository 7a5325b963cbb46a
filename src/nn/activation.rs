//! The activations: value beside derivative, source beside the variant.
//!
//! To add one, add a variant and its arm in each `match`: the menu, the link, the gradient test and the table in
//! docs/model.md follow. At a kink the derivative is the one that the run file's format states.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{About, Choice, Real};

/// f in a = f(z).
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Activation {
    Identity,
    Sigmoid,
    Tanh,
    Relu,
    LeakyRelu,
    Elu,
    Selu,
    Gelu,
    Silu,
    Softplus,
    Mish,
    Softsign,
    HardTanh,
}

const SELU_LAMBDA: f64 = 1.0507009873554805;
const SELU_ALPHA: f64 = 1.6732632423543772;
const LEAKY_SLOPE: f64 = 0.01;

impl Choice for Activation {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Identity => (
                "identity (linear)",
                "f(z) = z",
                "No activation: a deep linear network. Its gradients still vanish or explode, by the weights alone.",
                "Saxe, McClelland & Ganguli 2013",
            ),
            Self::Sigmoid => (
                "sigmoid",
                "f(z) = 1 / (1 + exp(-z))",
                "Its slope is at most 0.25, and near 0 once it saturates: the classic cause of vanishing gradients.",
                "Hochreiter 1991; Glorot & Bengio 2010",
            ),
            Self::Tanh => (
                "tanh",
                "f(z) = tanh(z)",
                "Slope 1 at 0, near 0 once it saturates. Centred on 0, so it does better than sigmoid.",
                "LeCun et al. 1998; Glorot & Bengio 2010",
            ),
            Self::Relu => (
                "ReLU",
                "f(z) = max(0, z)",
                "Slope 1 where active, 0 elsewhere. A unit that is never active is dead: no gradient reaches it.",
                "Nair & Hinton 2010; Glorot, Bordes & Bengio 2011",
            ),
            Self::LeakyRelu => (
                "leaky ReLU",
                "f(z) = z if z > 0, else 0.01 z",
                "ReLU with a small slope on the negative side, so that no unit is ever dead.",
                "Maas, Hannun & Ng 2013",
            ),
            Self::Elu => (
                "ELU",
                "f(z) = z if z > 0, else exp(z) - 1",
                "Smooth, with negative values down to -1 that pull the mean towards 0.",
                "Clevert, Unterthiner & Hochreiter 2016",
            ),
            Self::Selu => (
                "SELU",
                "f(z) = 1.0507 z if z > 0, else 1.7581 (exp(z) - 1)",
                "ELU scaled so that, with LeCun's start, mean 0 and variance 1 are a stable fixed point.",
                "Klambauer et al. 2017",
            ),
            Self::Gelu => (
                "GELU",
                "f(z) = z Phi(z), Phi the normal distribution function",
                "A smooth ReLU, usual in transformers. Exact form, not the tanh approximation.",
                "Hendrycks & Gimpel 2016",
            ),
            Self::Silu => (
                "SiLU (swish)",
                "f(z) = z / (1 + exp(-z))",
                "A smooth ReLU with a small dip below 0.",
                "Elfwing, Uchibe & Doya 2018; Ramachandran et al. 2017",
            ),
            Self::Softplus => (
                "softplus",
                "f(z) = ln(1 + exp(z))",
                "A smooth ReLU whose slope is the sigmoid. Never 0, and so never centred.",
                "Dugas et al. 2001",
            ),
            Self::Mish => ("Mish", "f(z) = z tanh(softplus(z))", "A smooth ReLU, close to SiLU.", "Misra 2019"),
            Self::Softsign => (
                "softsign",
                "f(z) = z / (1 + |z|)",
                "Like tanh, but it saturates slowly: its slope falls off with the square of z only.",
                "Bergstra et al. 2009; Glorot & Bengio 2010",
            ),
            Self::HardTanh => (
                "hard tanh",
                "f(z) = z clipped to [-1, 1]",
                "Tanh in three straight pieces: slope 1 inside, exactly 0 outside.",
                "Collobert 2004",
            ),
        };
        About::new(name, formula, help, source)
    }
}

impl Activation {
    /// f(z)
    pub fn value<R: Real>(self, z: R) -> R {
        match self {
            Self::Identity => z,
            Self::Sigmoid => sigmoid(z),
            Self::Tanh => z.tanh(),
            Self::Relu => if_positive(z, z, || R::ZERO),
            Self::LeakyRelu => if_positive(z, z, || R::of(LEAKY_SLOPE) * z),
            Self::Elu => if_positive(z, z, || z.exp_m1()),
            Self::Selu => if_positive(z, R::of(SELU_LAMBDA) * z, || R::of(SELU_LAMBDA * SELU_ALPHA) * z.exp_m1()),
            Self::Gelu => z * normal_distribution(z),
            Self::Silu => z * sigmoid(z),
            Self::Softplus => softplus(z),
            Self::Mish => z * tanh_softplus(z).0,
            Self::Softsign => z / (R::ONE + z.abs()),
            Self::HardTanh => {
                if z >= R::ONE {
                    R::ONE
                } else if z <= -R::ONE {
                    -R::ONE
                } else {
                    z
                }
            }
        }
    }

    /// f'(z), in forms that do not cancel where f saturates.
    pub fn slope<R: Real>(self, z: R) -> R {
        match self {
            Self::Identity => R::ONE,
            Self::Sigmoid => sigmoid_slope(z),
            Self::Tanh => R::of(4.0) * sigmoid_slope(z + z),
            Self::Relu => if_positive(z, R::ONE, || R::ZERO),
            Self::LeakyRelu => if_positive(z, R::ONE, || R::of(LEAKY_SLOPE)),
            Self::Elu => if_positive(z, R::ONE, || z.exp()),
            Self::Selu => if_positive(z, R::of(SELU_LAMBDA), || R::of(SELU_LAMBDA * SELU_ALPHA) * z.exp()),
            Self::Gelu => normal_distribution(z) + times_decay(z, normal_density(z)),
            Self::Silu => sigmoid(z) + times_decay(z, sigmoid_slope(z)),
            Self::Softplus => sigmoid(z),
            Self::Mish => {
                let (value, rest) = tanh_softplus(z);
                value + times_decay(z, sigmoid(z) * rest * (R::ONE + value))
            }
            Self::Softsign => {
                let root = R::ONE / (R::ONE + z.abs());
                root * root
            }
            Self::HardTanh => {
                if z.abs() < R::ONE {
                    R::ONE
                } else {
                    R::ZERO
                }
            }
        }
    }

    /// The largest |f'(z)| there is: what "saturated" is measured against.
    pub fn largest_slope(self) -> f64 {
        match self {
            Self::Sigmoid => 0.25,
            Self::Selu => SELU_LAMBDA * SELU_ALPHA,
            Self::Gelu => 1.128904145,
            Self::Silu => 1.099839320,
            Self::Mish => 1.088498,
            Self::Identity
            | Self::Tanh
            | Self::Relu
            | Self::LeakyRelu
            | Self::Elu
            | Self::Softplus
            | Self::Softsign
            | Self::HardTanh => 1.0,
        }
    }

    /// Where f has a kink, at which a central difference says nothing.
    pub fn kinks(self) -> &'static [f64] {
        match self {
            // ELU's and softsign's slopes are continuous at 0, their curvatures are not; SELU's slope jumps there.
            Self::Relu | Self::LeakyRelu | Self::Elu | Self::Selu | Self::Softsign => &[0.0],
            Self::HardTanh => &[-1.0, 1.0],
            Self::Identity | Self::Sigmoid | Self::Tanh | Self::Gelu | Self::Silu | Self::Softplus | Self::Mish => &[],
        }
    }

    /// z -> a, element by element.
    pub fn forward<R: Real>(self, z: &[R], a: &mut [R]) {
        for (a, &z) in a.iter_mut().zip(z) {
            *a = self.value(z);
        }
    }

    /// dLoss/da -> dLoss/dz, element by element.
    pub fn backward<R: Real>(self, z: &[R], da: &[R], dz: &mut [R]) {
        for ((dz, &da), &z) in dz.iter_mut().zip(da).zip(z) {
            *dz = da * self.slope(z);
        }
    }
}

/// `above` for z > 0, `below()` for z <= 0; NaN stays NaN.
fn if_positive<R: Real>(z: R, above: R, below: impl FnOnce() -> R) -> R {
    if z > R::ZERO {
        above
    } else if z <= R::ZERO {
        below()
    } else {
        z
    }
}

/// 1 / (1 + exp(-z)), without overflow and exact far out on either side.
pub fn sigmoid<R: Real>(z: R) -> R {
    let decay = (-z.abs()).exp();
    let small = decay / (R::ONE + decay);
    if z < R::ZERO { small } else { R::ONE / (R::ONE + decay) }
}

/// sigmoid(z) sigmoid(-z)
pub fn sigmoid_slope<R: Real>(z: R) -> R {
    let decay = (-z.abs()).exp();
    let root = R::ONE / (R::ONE + decay);
    decay * root * root
}

/// ln(1 + exp(z)), without overflow.
pub fn softplus<R: Real>(z: R) -> R {
    let positive = if z > R::ZERO { z } else { R::ZERO };
    positive + (-z.abs()).exp().ln_1p()
}

/// t = tanh(ln(1 + e)) = p / (p + 2) and 1 - t = 2 / (p + 2) with e = exp(z), p = e (e + 2), neither by cancellation.
fn tanh_softplus<R: Real>(z: R) -> (R, R) {
    // Beyond this 1 - t is below the last bit of 1, and soon e * e would overflow.
    if z > R::of(25.0) {
        return (R::ONE, R::ZERO);
    }
    let e = z.exp();
    let two = R::of(2.0);
    let p = e * (e + two);
    (p / (p + two), two / (p + two))
}

/// Phi(z)
fn normal_distribution<R: Real>(z: R) -> R {
    R::of(0.5) * (-z * R::of(std::f64::consts::FRAC_1_SQRT_2)).erfc()
}

/// phi(z)
fn normal_density<R: Real>(z: R) -> R {
    const INVERSE_ROOT_OF_TWO_PI: f64 = 0.3989422804014327;
    R::of(INVERSE_ROOT_OF_TWO_PI) * (-(z * z) * R::of(0.5)).exp()
}

/// z * decay for a decay that wins over any z: 0 and not NaN at infinity.
fn times_decay<R: Real>(z: R, decay: R) -> R {
    if decay == R::ZERO { R::ZERO } else { z * decay }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> impl Iterator<Item = f64> {
        (-400..=400).map(|step| f64::from(step) * 0.05 + 0.003)
    }

    #[test]
    fn every_slope_is_the_derivative_of_its_value() {
        for &f in Activation::VARIANTS {
            for z in grid().filter(|z| f.kinks().iter().all(|kink| (z - kink).abs() > 1e-3)) {
                let h = 1e-5;
                let difference = (f.value(z + h) - f.value(z - h)) / (2.0 * h);
                let error = (f.slope(z) - difference).abs();
                assert!(error < 1e-8, "{f:?} at {z}: slope {}, difference {difference}", f.slope(z));
            }
        }
    }

    #[test]
    fn slopes_at_the_kinks_are_those_of_the_run_file() {
        assert_eq!(Activation::Relu.slope(0.0), 0.0);
        assert_eq!(Activation::LeakyRelu.slope(0.0), 0.01);
        assert_eq!(Activation::Elu.slope(0.0), 1.0);
        assert_eq!([-1.0, 1.0].map(|z| Activation::HardTanh.slope(z)), [0.0, 0.0]);
    }

    #[test]
    fn the_largest_slope_is_reached_and_never_passed() {
        for &f in Activation::VARIANTS {
            // Softplus reaches its largest slope only far out.
            let fine = (-1_000_000..=1_000_000).map(|step| f64::from(step) * 1e-5).chain([40.0]);
            let largest = fine.map(|z| f.slope(z).abs()).fold(0.0, f64::max);
            assert!((largest - f.largest_slope()).abs() < 1e-6, "{f:?}: {largest} is not {}", f.largest_slope());
        }
    }

    #[test]
    fn saturated_slopes_keep_their_digits_in_32_bits() {
        for (f, z) in [(Activation::Sigmoid, 20.0), (Activation::Tanh, 10.0), (Activation::Gelu, -8.0)] {
            let (narrow, wide) = (f64::from(f.slope(z as f32)), f.slope(z));
            assert!((narrow / wide - 1.0).abs() < 1e-5, "{f:?}'({z}): {narrow} is not {wide}");
        }
    }

    #[test]
    fn both_precisions_agree_and_extremes_stay_in_range() {
        for &f in Activation::VARIANTS {
            for z in grid() {
                let near = |narrow: f32, wide: f64| (f64::from(narrow) - wide).abs() <= 2e-6 * wide.abs() + 2e-7;
                assert!(near(f.value(z as f32), f.value(f64::from(z as f32))), "{f:?} at {z}");
                assert!(near(f.slope(z as f32), f.slope(f64::from(z as f32))), "{f:?}' at {z}");
            }
            for z in [f32::MAX, -f32::MAX, f32::INFINITY, f32::NEG_INFINITY] {
                assert!(f.slope(z).is_finite(), "{f:?}'({z}) = {}", f.slope(z));
            }
            assert!(f.value(f32::NAN).is_nan(), "{f:?} hides NaN");
        }
    }
}
