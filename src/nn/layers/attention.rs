//! Causal self-attention of one time step: softmax over s <= t of q_t . k_s / sqrt(H), times v_s.
//!
//! Each time step's q, k and v stand side by side in one value `[B, 3 H]`. The path from any step to any later one is
//! this one operation, whatever lies between them.

use super::super::kernels::dot;
use super::super::{Matrix, Real};

/// The values of steps 1 to t -> the mixture y `[B, H]` at step t. Kept `[B, t + H]` are the weights, and what y is more
/// than the value of the step m with the largest weight: where that is nearly 1, the difference of the two would cancel.
pub fn attend<R: Real>(steps: &[&Matrix<R>], kept: &mut Matrix<R>, y: &mut Matrix<R>) {
    let hidden = y.cols();
    let scale = R::ONE / R::of(hidden as f64).sqrt();
    for row in 0..y.rows() {
        let (weights, rest) = kept.row_mut(row).split_at_mut(steps.len());
        let query = &steps[steps.len() - 1].row(row)[..hidden];
        for (weight, step) in weights.iter_mut().zip(steps) {
            *weight = scale * dot(query, &step.row(row)[hidden..2 * hidden]);
        }
        let (most, score) = largest(weights);
        let mut sum = R::ZERO;
        for weight in weights.iter_mut() {
            *weight = (*weight - score).exp();
            sum += *weight;
        }
        let value = &steps[most].row(row)[2 * hidden..];
        rest.fill(R::ZERO);
        for (weight, step) in weights.iter_mut().zip(steps) {
            *weight = *weight / sum;
            let others = step.row(row)[2 * hidden..].iter().zip(value);
            rest.iter_mut().zip(others).for_each(|(rest, (&v, &most))| *rest += *weight * (v - most));
        }
        let sums = value.iter().zip(rest.iter());
        y.row_mut(row).iter_mut().zip(sums).for_each(|(y, (&value, &rest))| *y = value + rest);
    }
}

/// dLoss/dy `[B, H]` -> the gradient `[B, 3 H]` to q, k and v of the `slot`th step.
pub fn attend_backward<R: Real>(
    slot: usize,
    dy: &Matrix<R>,
    steps: &[&Matrix<R>],
    kept: &Matrix<R>,
    out: &mut Matrix<R>,
) {
    let hidden = dy.cols();
    let scale = R::ONE / R::of(hidden as f64).sqrt();
    let last = steps.len() - 1;
    for row in 0..dy.rows() {
        let (dy, out) = (dy.row(row), out.row_mut(row));
        let (weights, rest) = kept.row(row).split_at(steps.len());
        // dLoss/dscore_s = a_s (dy . v_s - dy . y), everything counted from v_m.
        let (most, _) = largest(weights);
        let mean = dot(dy, rest);
        let along = |s: usize| dot(dy, &steps[s].row(row)[2 * hidden..]);
        let to_most = along(most);
        let to_score = |s: usize| {
            let beyond = if s == most { R::ZERO } else { along(s) - to_most };
            scale * weights[s] * (beyond - mean)
        };
        let query = &steps[last].row(row)[..hidden];
        out.fill(R::ZERO);
        if slot == last {
            for (s, step) in steps.iter().enumerate() {
                R::add_scaled(&mut out[..hidden], to_score(s), &step.row(row)[hidden..2 * hidden]);
            }
        }
        R::add_scaled(&mut out[hidden..2 * hidden], to_score(slot), query);
        R::add_scaled(&mut out[2 * hidden..], weights[slot], dy);
    }
}

/// The first of the largest numbers, and its place.
fn largest<R: Real>(values: &[R]) -> (usize, R) {
    let larger = |(most, score), (index, &value)| if value > score { (index, value) } else { (most, score) };
    values.iter().enumerate().fold((0, values[0]), larger)
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
