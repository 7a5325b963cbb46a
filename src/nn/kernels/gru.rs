//! The state of a GRU. What comes from the input `[B, 3 H]` and what comes from the state before are the gates r and z
//! and the candidate n side by side, before their sigmoids and the tanh of n.

use strum::{IntoStaticStr, VariantArray};

use super::elementwise::{blocks, blocks_mut, map, multiply, multiply_both, scale, sum, sum_of_products};
use super::{Activation, Float, Matrix};

/// What the reset gate of a GRU multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Its About is its documentation.
pub enum Reset {
    After,
    Before,
}

/// What [`reset`] keeps, in units of H: r and its slope.
pub const RESET_KEEPS: usize = 2;
/// What [`state`] keeps, in units of H: the sums of r, z and n, then r, z and n, then their slopes, and 1 - z.
pub const STATE_KEEPS: usize = 10;

/// r h, with the sums of the input's side `[B, 3 H]` and of the state's `[B, 2 H]`, and h `[B, H]`.
pub fn reset<R: Float>([from_x, from_h, h]: [&Matrix<R>; 3], kept: &mut Matrix<R>, y: &mut Matrix<R>) {
    for row in 0..h.rows() {
        let [r, slope] = blocks_mut(kept.row_mut(row));
        let y = y.row_mut(row);
        sum(&from_x.row(row)[..h.cols()], &from_h.row(row)[..h.cols()], y);
        Activation::Sigmoid.forward(y, r, slope);
        multiply(r, h.row(row), y);
    }
}

/// dLoss/dy -> the gradient to the `slot`th input of [`reset`].
pub fn reset_backward<R: Float>(slot: usize, dy: &Matrix<R>, h: &Matrix<R>, kept: &Matrix<R>, out: &mut Matrix<R>) {
    for row in 0..h.rows() {
        let (d, [r, slope]) = (dy.row(row), blocks(kept.row(row)));
        let (out, others) = out.row_mut(row).split_at_mut(h.cols());
        if slot == 2 {
            multiply(d, r, out);
        } else {
            multiply_both(d, h.row(row), slope, out);
        }
        others.fill(R::ZERO);
    }
}

/// h' = (1 - z) n + z h. The inputs are the sums of the input's side `[B, 3 H]`, those of the state's side for r and z
/// `[B, 2 H]` and for n `[B, H]`, and h `[B, H]`. 1 - z is taken as sigmoid(-sum), which does not cancel.
pub fn state<R: Float>(
    form: Reset,
    [from_x, from_h, recalled, h]: [&Matrix<R>; 4],
    kept: &mut Matrix<R>,
    next: &mut Matrix<R>,
) {
    for row in 0..next.rows() {
        let ([xr, xz, xn], [hr, hz], recalled) = (blocks(from_x.row(row)), blocks(from_h.row(row)), recalled.row(row));
        let [sum_r, sum_z, sum_n, r, z, n, slope_r, slope_z, slope_n, rest] = blocks_mut(kept.row_mut(row));
        sum(xr, hr, sum_r);
        sum(xz, hz, sum_z);
        Activation::Sigmoid.forward(sum_r, r, slope_r);
        match form {
            Reset::After => {
                multiply(r, recalled, n);
                sum(xn, n, sum_n);
            }
            Reset::Before => sum(xn, recalled, sum_n),
        }
        Activation::Tanh.forward(sum_n, n, slope_n);
        // The slope is the same on either side.
        map([&*sum_z], [&mut *z], |[sum], _| [-sum]);
        Activation::Sigmoid.forward(z, rest, slope_z);
        Activation::Sigmoid.forward(sum_z, z, slope_z);
        sum_of_products([rest, n], [z, h.row(row)], next.row_mut(row));
    }
}

/// dLoss/dh' -> the gradient to the `slot`th input of [`state`].
pub fn state_backward<R: Float>(
    (form, slot): (Reset, usize),
    dy: &Matrix<R>,
    [recalled, h]: [&Matrix<R>; 2],
    kept: &Matrix<R>,
    out: &mut Matrix<R>,
) {
    for row in 0..dy.rows() {
        let (d, recalled, h, out) = (dy.row(row), recalled.row(row), h.row(row), out.row_mut(row));
        let [_, _, _, r, z, n, slope_r, slope_z, slope_n, rest] = blocks(kept.row(row));
        match slot {
            0 | 1 => {
                let (gates, candidate) = out.split_at_mut(2 * d.len());
                let [dr, dz] = blocks_mut(gates);
                match form {
                    Reset::After => {
                        multiply_both(d, rest, slope_n, dr);
                        scale(dr, recalled);
                        scale(dr, slope_r);
                    }
                    Reset::Before => dr.fill(R::ZERO),
                }
                map([d, h, n, slope_z], [dz], |[d, h, n, slope], _| [d * (h - n) * slope]);
                if slot == 0 {
                    multiply_both(d, rest, slope_n, candidate);
                }
            }
            2 => match form {
                Reset::After => {
                    multiply_both(d, rest, slope_n, out);
                    scale(out, r);
                }
                Reset::Before => multiply_both(d, rest, slope_n, out),
            },
            _ => multiply(d, z, out),
        }
    }
}
