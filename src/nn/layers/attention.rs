//! Causal self-attention of one time step: softmax over s <= t of q_t . k_s / sqrt(H), times v_s.
//!
//! Each time step's q, k and v stand side by side in one value `[B, 3 H]`. The path from any step to any later one is
//! this one operation, whatever lies between them.

use super::super::kernels::{add_scaled, dot};
use super::super::{Matrix, Real};

/// The values of steps 1 to t -> the mixture `[B, H]` at step t, with the weights `[B, t]` kept.
pub fn attend<R: Real>(steps: &[&Matrix<R>], weights: &mut Matrix<R>, y: &mut Matrix<R>) {
    let hidden = y.cols();
    let scale = R::ONE / R::of(hidden as f64).sqrt();
    for row in 0..y.rows() {
        let (weights, y) = (weights.row_mut(row), y.row_mut(row));
        let query = &steps[steps.len() - 1].row(row)[..hidden];
        let mut largest = R::of(f64::NEG_INFINITY);
        for (weight, step) in weights.iter_mut().zip(steps) {
            *weight = scale * dot(query, &step.row(row)[hidden..2 * hidden]);
            if *weight > largest {
                largest = *weight;
            }
        }
        let mut sum = R::ZERO;
        for weight in weights.iter_mut() {
            *weight = (*weight - largest).exp();
            sum += *weight;
        }
        y.fill(R::ZERO);
        for (weight, step) in weights.iter_mut().zip(steps) {
            *weight = *weight / sum;
            add_scaled(y, *weight, &step.row(row)[2 * hidden..]);
        }
    }
}

/// dLoss/dy `[B, H]` -> the gradient `[B, 3 H]` to q, k and v of the `slot`th step.
pub fn attend_backward<R: Real>(
    slot: usize,
    dy: &Matrix<R>,
    steps: &[&Matrix<R>],
    (weights, y): (&Matrix<R>, &Matrix<R>),
    out: &mut Matrix<R>,
) {
    let hidden = dy.cols();
    let scale = R::ONE / R::of(hidden as f64).sqrt();
    let last = steps.len() - 1;
    for row in 0..dy.rows() {
        let (dy, weights, out) = (dy.row(row), weights.row(row), out.row_mut(row));
        // Of the softmax: dLoss/dscore_s = a_s (dy . v_s - dy . y).
        let mean = dot(dy, y.row(row));
        let to_score = |s: usize| scale * weights[s] * (dot(dy, &steps[s].row(row)[2 * hidden..]) - mean);
        let query = &steps[last].row(row)[..hidden];
        out.fill(R::ZERO);
        if slot == last {
            for (s, step) in steps.iter().enumerate() {
                add_scaled(&mut out[..hidden], to_score(s), &step.row(row)[hidden..2 * hidden]);
            }
        }
        add_scaled(&mut out[hidden..2 * hidden], to_score(slot), query);
        add_scaled(&mut out[2 * hidden..], weights[slot], dy);
    }
}

/// What tells the time steps apart, step 1 being at place 0: sin and cos of place / 10000^(2 i / H), in turn
/// (Vaswani et al. 2017).
pub fn position<R: Real>(place: usize, hidden: usize) -> Vec<R> {
    let element = |index: usize| {
        let power = (index - index % 2) as f64 / hidden as f64;
        let (sin, cos) = libm::sincos(place as f64 * libm::exp(-power * std::f64::consts::LN_10 * 4.0));
        R::of(if index.is_multiple_of(2) { sin } else { cos })
    };
    (0..hidden).map(element).collect()
}
