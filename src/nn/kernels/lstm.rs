//! The cell of an LSTM, in two operations: c goes on to the next time step as well as into h.
//!
//! The gates `[B, 4 H]` are i, f, g and o side by side, before their sigmoids and the tanh of g. Slopes are computed
//! from these sums, not from the gates' values, so that an all but open or shut gate keeps its digits; values and slopes
//! are kept for the way back.

use super::elementwise::{blocks, blocks_mut, multiply, multiply_both, sum_of_products};
use super::{Activation, Float, Matrix};

/// What [`cell`] keeps, in units of H: i, f and g, then their slopes.
pub const CELL_KEEPS: usize = 6;
/// What [`output`] keeps, in units of H: o and tanh(c), then their slopes.
pub const OUTPUT_KEEPS: usize = 4;

/// c' = sigmoid(f) c + sigmoid(i) tanh(g), with c and c' `[B, H]`.
pub fn cell<R: Float>([gates, c]: [&Matrix<R>; 2], kept: &mut Matrix<R>, next: &mut Matrix<R>) {
    for row in 0..c.rows() {
        let (gates, kept, h) = (gates.row(row), kept.row_mut(row), c.cols());
        let (values, slopes) = kept.split_at_mut(3 * h);
        let ((open, tanh_g), (slopes, slope_g)) = (values.split_at_mut(2 * h), slopes.split_at_mut(2 * h));
        Activation::Sigmoid.forward(&gates[..2 * h], open, slopes);
        Activation::Tanh.forward(&gates[2 * h..3 * h], tanh_g, slope_g);
        let (open_i, open_f) = open.split_at(h);
        sum_of_products([open_f, c.row(row)], [open_i, tanh_g], next.row_mut(row));
    }
}

/// dLoss/dc' `[B, H]` -> the gradient to the `slot`th of the gates and c of [`cell`].
pub fn cell_backward<R: Float>(slot: usize, dy: &Matrix<R>, c: &Matrix<R>, kept: &Matrix<R>, out: &mut Matrix<R>) {
    for row in 0..c.rows() {
        let (dy, c, out) = (dy.row(row), c.row(row), out.row_mut(row));
        let [i, f, g, slope_i, slope_f, slope_g] = blocks(kept.row(row));
        if slot == 1 {
            multiply(dy, f, out);
            continue;
        }
        let [di, df, dg, others] = blocks_mut(out);
        multiply_both(dy, g, slope_i, di);
        multiply_both(dy, c, slope_f, df);
        multiply_both(dy, i, slope_g, dg);
        others.fill(R::ZERO);
    }
}

/// h = sigmoid(o) tanh(c), with c and h `[B, H]`.
pub fn output<R: Float>([gates, c]: [&Matrix<R>; 2], kept: &mut Matrix<R>, h: &mut Matrix<R>) {
    for row in 0..c.rows() {
        let [.., o] = blocks::<R, 4>(gates.row(row));
        let [open, tanh, slope_o, slope_c] = blocks_mut(kept.row_mut(row));
        Activation::Sigmoid.forward(o, open, slope_o);
        Activation::Tanh.forward(c.row(row), tanh, slope_c);
        multiply(open, tanh, h.row_mut(row));
    }
}

/// dLoss/dh `[B, H]` -> the gradient to the `slot`th of the gates and c of [`output`].
pub fn output_backward<R: Float>(slot: usize, dy: &Matrix<R>, kept: &Matrix<R>, out: &mut Matrix<R>) {
    for row in 0..dy.rows() {
        let [open, tanh, slope_o, slope_c] = blocks(kept.row(row));
        let (dy, out) = (dy.row(row), out.row_mut(row));
        let (factor, slope, out) = if slot == 1 {
            (open, slope_c, out)
        } else {
            let (others, out) = out.split_at_mut(3 * dy.len());
            others.fill(R::ZERO);
            (tanh, slope_o, out)
        };
        multiply_both(dy, factor, slope, out);
    }
}
