//! The activations: value beside derivative. At a kink the derivative is the one that the run file's format states.

use strum::{IntoStaticStr, VariantArray};

use super::elementwise::{compute, map};
use super::{Float, Lanes, Number};

/// f in a = f(z).
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
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

impl Activation {
    /// f(z)
    pub fn value<N: Number>(self, z: N) -> N {
        match self {
            Self::Identity => z,
            Self::Sigmoid => sigmoid(z),
            Self::Tanh => tanh(z),
            Self::Relu => if_positive(z, z, N::ZERO),
            Self::LeakyRelu => if_positive(z, z, N::of(LEAKY_SLOPE) * z),
            Self::Elu => if_positive(z, z, z.exp_m1()),
            Self::Selu => if_positive(z, N::of(SELU_LAMBDA) * z, N::of(SELU_LAMBDA * SELU_ALPHA) * z.exp_m1()),
            Self::Gelu => z * normal_distribution(z),
            Self::Silu => z * sigmoid(z),
            Self::Softplus => softplus(z),
            Self::Mish => z * tanh_softplus(z).0,
            Self::Softsign => z / (N::ONE + z.abs()),
            Self::HardTanh => {
                let above = -N::ONE;
                z.if_above(N::ONE, N::ONE, z.if_at_most(above, above, z))
            }
        }
    }

    /// f'(z), in forms that do not cancel where f saturates.
    pub fn slope<N: Number>(self, z: N) -> N {
        match self {
            Self::Identity => N::ONE,
            Self::Sigmoid => sigmoid_slope(z),
            Self::Tanh => tanh_slope(z),
            Self::Relu => if_positive(z, N::ONE, N::ZERO),
            Self::LeakyRelu => if_positive(z, N::ONE, N::of(LEAKY_SLOPE)),
            Self::Elu => if_positive(z, N::ONE, z.exp()),
            Self::Selu => if_positive(z, N::of(SELU_LAMBDA), N::of(SELU_LAMBDA * SELU_ALPHA) * z.exp()),
            Self::Gelu => normal_distribution(z) + times_decay(z, normal_density(z)),
            Self::Silu => sigmoid(z) + times_decay(z, sigmoid_slope(z)),
            Self::Softplus => sigmoid(z),
            Self::Mish => {
                let (value, rest) = tanh_softplus(z);
                value + times_decay(z, sigmoid(z) * rest * (N::ONE + value))
            }
            Self::Softsign => {
                let root = N::ONE / (N::ONE + z.abs());
                root * root
            }
            Self::HardTanh => N::ONE.if_above(z.abs(), N::ONE, N::ZERO),
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

    /// z -> a = f(z) and f'(z), element by element.
    pub fn forward<R: Float>(self, z: &[R], a: &mut [R], slopes: &mut [R]) {
        match self {
            // Those that deep networks are built of: what value and slope have in common is computed once.
            Self::Tanh => padded(forward_tanh, z, a, slopes),
            Self::Sigmoid => padded(forward_sigmoid, z, a, slopes),
            Self::Identity
            | Self::Relu
            | Self::LeakyRelu
            | Self::Elu
            | Self::Selu
            | Self::Gelu
            | Self::Silu
            | Self::Softplus
            | Self::Mish
            | Self::Softsign
            | Self::HardTanh => map([z], [a, slopes], |[z], _| [self.value(z), self.slope(z)]),
        }
    }
}

/// Numbers too few for `forward` come together with zeros.
#[inline(never)]
fn padded<R: Float>(forward: fn(&[R], &mut [R], &mut [R]), z: &[R], a: &mut [R], slopes: &mut [R]) {
    let length = z.len();
    if length >= R::Wide::COUNT {
        return forward(z, a, slopes);
    }
    let [mut wide_z, mut wide_a, mut wide_slopes] = [[R::ZERO; 16]; 3];
    wide_z[..length].copy_from_slice(z);
    forward(&wide_z, &mut wide_a, &mut wide_slopes);
    a.copy_from_slice(&wide_a[..length]);
    slopes.copy_from_slice(&wide_slopes[..length]);
}

/// A loop of its own: together with the other activations' it would ask at every vector which one it is.
#[inline(never)]
fn forward_tanh<R: Float>(z: &[R], a: &mut [R], slopes: &mut [R]) {
    compute(z, [a, slopes], tanh_and_slope);
}

#[inline(never)]
fn forward_sigmoid<R: Float>(z: &[R], a: &mut [R], slopes: &mut [R]) {
    compute(z, [a, slopes], sigmoid_and_slope);
}

/// `above` for z > 0, `below` for z <= 0; NaN stays NaN.
#[inline(always)]
fn if_positive<N: Number>(z: N, above: N, below: N) -> N {
    z.if_above(N::ZERO, above, z.if_at_most(N::ZERO, below, z))
}

/// 1 / (1 + exp(-z)), without overflow and exact far out on either side.
pub fn sigmoid<N: Number>(z: N) -> N {
    let [value, _] = sigmoid_and_slope(z);
    value
}

/// sigmoid(z) sigmoid(-z)
pub fn sigmoid_slope<N: Number>(z: N) -> N {
    let [_, slope] = sigmoid_and_slope(z);
    slope
}

/// Both, for little more than one of them costs.
#[inline(always)]
pub fn sigmoid_and_slope<N: Number>(z: N) -> [N; 2] {
    let [decay, _, fourth, root] = z.decay();
    let small = decay * fourth;
    [N::ZERO.if_above(z, small, root), small * root]
}

/// (1 - exp(-2 |z|)) / (1 + exp(-2 |z|)) with the sign of z.
pub fn tanh<N: Number>(z: N) -> N {
    let [value, _] = tanh_and_slope(z);
    value
}

/// 4 sigmoid'(2 z), which does not cancel as 1 - tanh(z)^2 does.
pub fn tanh_slope<N: Number>(z: N) -> N {
    let [_, slope] = tanh_and_slope(z);
    slope
}

/// Both, for little more than one of them costs.
#[inline(always)]
pub fn tanh_and_slope<N: Number>(z: N) -> [N; 2] {
    let [decay, rest, fourth, root] = (z + z).decay();
    [rest * fourth, decay * root * root]
}

/// ln(1 + exp(z)), without overflow.
pub fn softplus<N: Number>(z: N) -> N {
    z.if_above(N::ZERO, z, N::ZERO) + (-z.abs()).exp().ln_1p()
}

/// t = tanh(ln(1 + e)) = p / (p + 2) and 1 - t = 2 / (p + 2) with e = exp(z), p = e (e + 2), neither by cancellation.
fn tanh_softplus<N: Number>(z: N) -> (N, N) {
    // Beyond this 1 - t is below the last bit of 1, and soon e * e would overflow.
    let limit = N::of(25.0);
    let e = z.if_above(limit, limit, z).exp();
    let two = N::of(2.0);
    let p = e * (e + two);
    (p / (p + two), z.if_above(limit, N::ZERO, two / (p + two)))
}

/// Phi(z)
fn normal_distribution<N: Number>(z: N) -> N {
    N::of(0.5) * (-z * N::of(std::f64::consts::FRAC_1_SQRT_2)).erfc()
}

/// phi(z)
fn normal_density<N: Number>(z: N) -> N {
    const INVERSE_ROOT_OF_TWO_PI: f64 = 0.3989422804014327;
    N::of(INVERSE_ROOT_OF_TWO_PI) * (-(z * z) * N::of(0.5)).exp()
}

/// z * decay for a decay that wins over any z: 0 and not NaN at infinity.
fn times_decay<N: Number>(z: N, decay: N) -> N {
    decay.if_at_most(N::ZERO, N::ZERO, z * decay)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In units in the last place, wherever the exact value is no subnormal number.
    #[test]
    fn tanh_sigmoid_and_their_slopes_are_a_few_units_off_at_most() {
        let sigmoid_exact = |z: f64| 1.0 / (1.0 + libm::exp(-z));
        let slope_exact = |z: f64| libm::exp(-z.abs()) / ((1.0 + libm::exp(-z.abs())) * (1.0 + libm::exp(-z.abs())));
        let mut largest = [0.0f64; 4];
        for z in (0..=u32::MAX).step_by(997).map(f32::from_bits).filter(|z| z.is_finite()) {
            let wide = f64::from(z);
            let pairs = [
                (tanh(z), libm::tanh(wide)),
                (sigmoid(z), sigmoid_exact(wide)),
                (sigmoid_slope(z), slope_exact(wide)),
                (tanh_slope(z), 4.0 * slope_exact(2.0 * wide)),
            ];
            for (largest, (got, exact)) in largest.iter_mut().zip(pairs) {
                let near = (exact as f32).abs();
                if near >= f32::MIN_POSITIVE {
                    let unit = f32::from_bits(near.to_bits() + 1) - near;
                    *largest = largest.max((f64::from(got) - exact).abs() / f64::from(unit));
                }
            }
        }
        assert!(largest.iter().zip([3.0, 3.0, 5.0, 5.0]).all(|(&error, limit)| error < limit), "{largest:?}");
    }
}
