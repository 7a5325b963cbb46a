//! The state of a GRU. What comes from the input `[B, 3 H]` and what comes from the state before are the gates r and z
//! and the candidate n side by side, before their sigmoids and the tanh of n.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::super::activation::{Activation, sigmoid, sigmoid_slope};
use super::super::{About, Choice, Matrix, Real};

/// What the reset gate of a GRU multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Reset {
    After,
    Before,
}

impl Choice for Reset {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::After => (
                "after the weights",
                "n = tanh(W_in x + b_in + r (W_hn h + b_hn))",
                "What the frameworks build: one product of weights and state a step.",
                "PyTorch and cuDNN, GRU",
            ),
            Self::Before => (
                "before the weights",
                "n = tanh(W_in x + b_in + W_hn (r h) + b_hn)",
                "The original: the gate takes units of the state out before they are mixed.",
                "Cho et al. 2014",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// r h, with the sums of the input's side `[B, 3 H]` and of the state's `[B, 2 H]`, and h `[B, H]`.
pub fn reset<R: Real>([from_x, from_h, h]: [&Matrix<R>; 3], y: &mut Matrix<R>) {
    for row in 0..h.rows() {
        let (from_x, from_h, h) = (from_x.row(row), from_h.row(row), h.row(row));
        for (unit, y) in y.row_mut(row).iter_mut().enumerate() {
            *y = sigmoid(from_x[unit] + from_h[unit]) * h[unit];
        }
    }
}

/// dLoss/dy -> the gradient to the `slot`th input of [`reset`].
pub fn reset_backward<R: Real>(slot: usize, dy: &Matrix<R>, [from_x, from_h, h]: [&Matrix<R>; 3], out: &mut Matrix<R>) {
    let hidden = h.cols();
    for row in 0..h.rows() {
        let (dy, from_x, from_h, h, out) =
            (dy.row(row), from_x.row(row), from_h.row(row), h.row(row), out.row_mut(row));
        for unit in 0..hidden {
            let sum = from_x[unit] + from_h[unit];
            out[unit] = dy[unit] * if slot == 2 { sigmoid(sum) } else { h[unit] * sigmoid_slope(sum) };
        }
        out[hidden..].fill(R::ZERO);
    }
}

/// h' = (1 - z) n + z h. The inputs are the sums of the input's side `[B, 3 H]`, those of the state's side for r and z
/// `[B, 2 H]` and for n `[B, H]`, and h `[B, H]`.
pub fn state<R: Real>(form: Reset, inputs: [&Matrix<R>; 4], next: &mut Matrix<R>) {
    for row in 0..next.rows() {
        for (unit, next) in next.row_mut(row).iter_mut().enumerate() {
            let Unit { z, n, h, .. } = Unit::of(form, inputs, row, unit);
            *next = sigmoid(-z) * n.tanh() + sigmoid(z) * h;
        }
    }
}

/// dLoss/dh' -> the gradient to the `slot`th input of [`state`].
pub fn state_backward<R: Real>(form: Reset, slot: usize, dy: &Matrix<R>, inputs: [&Matrix<R>; 4], out: &mut Matrix<R>) {
    let hidden = dy.cols();
    for row in 0..dy.rows() {
        let out = out.row_mut(row);
        for (unit, &d) in dy.row(row).iter().enumerate() {
            let Unit { r, z, n, recalled, h } = Unit::of(form, inputs, row, unit);
            let to_n = d * sigmoid(-z) * Activation::Tanh.slope(n);
            match slot {
                0 | 1 => {
                    out[unit] = match form {
                        Reset::After => to_n * recalled * sigmoid_slope(r),
                        Reset::Before => R::ZERO,
                    };
                    out[hidden + unit] = d * (h - n.tanh()) * sigmoid_slope(z);
                    if slot == 0 {
                        out[2 * hidden + unit] = to_n;
                    }
                }
                2 => {
                    out[unit] = match form {
                        Reset::After => to_n * sigmoid(r),
                        Reset::Before => to_n,
                    };
                }
                _ => out[unit] = d * sigmoid(z),
            }
        }
    }
}

/// One unit of one sample: the sums of r, z and n, what the state's side gives to n, and h.
struct Unit<R> {
    r: R,
    z: R,
    n: R,
    recalled: R,
    h: R,
}

impl<R: Real> Unit<R> {
    fn of(form: Reset, [from_x, gates, recalled, h]: [&Matrix<R>; 4], row: usize, unit: usize) -> Self {
        let (hidden, from_x, gates) = (h.cols(), from_x.row(row), gates.row(row));
        let (recalled, h) = (recalled.row(row)[unit], h.row(row)[unit]);
        let r = from_x[unit] + gates[unit];
        let z = from_x[hidden + unit] + gates[hidden + unit];
        let n = from_x[2 * hidden + unit]
            + match form {
                Reset::After => sigmoid(r) * recalled,
                Reset::Before => recalled,
            };
        Self { r, z, n, recalled, h }
    }
}
