//! The cell of an LSTM, in two operations: c goes on to the next time step as well as into h.
//!
//! The gates `[B, 4 H]` are i, f, g and o side by side, before their sigmoids and the tanh of g. Slopes are computed
//! from these sums, not from the gates' values, so that an all but open or shut gate keeps its digits.

use super::super::activation::{Activation, sigmoid, sigmoid_slope};
use super::super::{Matrix, Real};

/// c' = sigmoid(f) c + sigmoid(i) tanh(g), with c and c' `[B, H]`.
pub fn cell<R: Real>([gates, c]: [&Matrix<R>; 2], next: &mut Matrix<R>) {
    let hidden = c.cols();
    for row in 0..c.rows() {
        let (gates, c) = (gates.row(row), c.row(row));
        for (unit, next) in next.row_mut(row).iter_mut().enumerate() {
            let [i, f, g] = [0, 1, 2].map(|gate| gates[gate * hidden + unit]);
            *next = sigmoid(f) * c[unit] + sigmoid(i) * g.tanh();
        }
    }
}

/// dLoss/dc' `[B, H]` -> the gradient to the `slot`th of the gates and c of [`cell`].
pub fn cell_backward<R: Real>(slot: usize, dy: &Matrix<R>, [gates, c]: [&Matrix<R>; 2], out: &mut Matrix<R>) {
    let hidden = c.cols();
    for row in 0..c.rows() {
        let (dy, gates, c, out) = (dy.row(row), gates.row(row), c.row(row), out.row_mut(row));
        for (unit, &d) in dy.iter().enumerate() {
            let [i, f, g] = [0, 1, 2].map(|gate| gates[gate * hidden + unit]);
            if slot == 1 {
                out[unit] = d * sigmoid(f);
                continue;
            }
            out[unit] = d * g.tanh() * sigmoid_slope(i);
            out[hidden + unit] = d * c[unit] * sigmoid_slope(f);
            out[2 * hidden + unit] = d * sigmoid(i) * Activation::Tanh.slope(g);
            out[3 * hidden + unit] = R::ZERO;
        }
    }
}

/// h = sigmoid(o) tanh(c), with c and h `[B, H]`.
pub fn output<R: Real>([gates, c]: [&Matrix<R>; 2], h: &mut Matrix<R>) {
    let hidden = c.cols();
    for row in 0..c.rows() {
        let (o, c) = (&gates.row(row)[3 * hidden..], c.row(row));
        for (unit, h) in h.row_mut(row).iter_mut().enumerate() {
            *h = sigmoid(o[unit]) * c[unit].tanh();
        }
    }
}

/// dLoss/dh `[B, H]` -> the gradient to the `slot`th of the gates and c of [`output`].
pub fn output_backward<R: Real>(slot: usize, dy: &Matrix<R>, [gates, c]: [&Matrix<R>; 2], out: &mut Matrix<R>) {
    let hidden = c.cols();
    for row in 0..c.rows() {
        let (dy, o, c, out) = (dy.row(row), &gates.row(row)[3 * hidden..], c.row(row), out.row_mut(row));
        if slot == 1 {
            for (unit, out) in out.iter_mut().enumerate() {
                *out = dy[unit] * sigmoid(o[unit]) * Activation::Tanh.slope(c[unit]);
            }
            continue;
        }
        let (others, out) = out.split_at_mut(3 * hidden);
        others.fill(R::ZERO);
        for (unit, out) in out.iter_mut().enumerate() {
            *out = dy[unit] * c[unit].tanh() * sigmoid_slope(o[unit]);
        }
    }
}
