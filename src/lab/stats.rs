//! Norms and moments, in f64 whatever the network's precision.

use super::snapshot::{LayerSnapshot, Magnitude, Moments, Ratios, State};
use crate::nn::{Activation, Matrix, Real};

/// The norm of all elements, which neither overflows nor underflows.
pub fn norm<R: Real>(values: &[R]) -> f64 {
    R::norm(values)
}

/// The size of a gradient, times `per_sample` for the rms. What is exactly zero has underflowed if what it was computed
/// from `fades`.
pub fn magnitude<R: Real>(values: &[R], per_sample: f64, fades: bool) -> Magnitude {
    let l2 = norm(values);
    let rms = l2 / (values.len() as f64).sqrt() * per_sample;
    let largest = R::largest(values);
    let state = if l2.is_nan() {
        State::Nan
    } else if l2.is_infinite() {
        State::Infinite
    } else if largest >= R::SMALLEST_NORMAL {
        State::Normal
    } else if largest > 0.0 || fades {
        State::Underflow
    } else {
        State::Zero
    };
    Magnitude { l2, rms, state }
}

/// Whether a gradient is so small that a zero behind it is one for want of range: it has underflowed, or it is so near
/// to that (within a factor of 1e8) that one more layer may well have rounded to zero.
pub fn fades<R: Real>(values: &[R], state: State) -> bool {
    state == State::Underflow || is_near_underflow::<R>(&[R::largest(values)])
}

/// Whether a sum of products of these numbers is so small, though neither is zero: a zero behind them is one for want of
/// range as well.
pub fn product_fades<R: Real>(x: &[R], y: &[R]) -> bool {
    is_near_underflow::<R>(&[R::largest(x), R::largest(y)])
}

fn is_near_underflow<R: Real>(factors: &[f64]) -> bool {
    factors.iter().all(|&factor| factor > 0.0) && factors.iter().product::<f64>() < R::SMALLEST_NORMAL * 1e8
}

/// Mean and deviation of all elements.
pub fn moments<R: Real>(values: &[R]) -> Moments {
    let count = values.len() as f64;
    let mean = values.iter().map(|x| x.to_f64()).sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum();
    Moments { mean, deviation: (squares / count).sqrt() }
}

/// The gradient of the first hidden layer over that of the last.
pub fn first_to_last(hidden: &[LayerSnapshot]) -> Ratios {
    let ratio = |l2: fn(&LayerSnapshot) -> f64| {
        let [first, .., last] = hidden else { return None };
        Some(l2(first) / l2(last)).filter(|ratio| ratio.is_finite())
    };
    Ratios { weights: ratio(|layer| layer.weight_gradient.l2), signal: ratio(|layer| layer.signal_gradient.l2) }
}

/// |x - y|
pub fn distance<R: Real>(x: &[R], y: &[R]) -> f64 {
    let differences: Vec<f64> = x.iter().zip(y).map(|(x, y)| x.to_f64() - y.to_f64()).collect();
    norm(&differences)
}

/// How much of a layer lets no gradient through.
pub struct Blocked {
    /// Share of values with |f'(z)| below 5 % of f's largest slope.
    pub saturated: f64,
    /// Share of units whose slope is 0 for every sample.
    pub dead: f64,
}

/// Saturated values and dead units among the pre-activations `[B, O]` of a layer.
pub fn blocked<R: Real>(activation: Activation, pre: &Matrix<R>) -> Blocked {
    let limit = R::of(0.05 * activation.largest_slope());
    let mut alive = vec![false; pre.cols()];
    let mut saturated = 0;
    for row in pre.iter_rows() {
        for (alive, &z) in alive.iter_mut().zip(row) {
            let slope = activation.slope(z).abs();
            saturated += usize::from(slope < limit);
            *alive |= slope != R::ZERO;
        }
    }
    let dead = alive.iter().filter(|&&alive| !alive).count();
    Blocked { saturated: saturated as f64 / pre.data().len() as f64, dead: dead as f64 / pre.cols() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_is_told_from_an_underflow_by_where_it_came_from() {
        let state = |values: &[f32], fades| magnitude(values, 1.0, fades).state;
        assert_eq!(state(&[1e-30, 0.0], false), State::Normal);
        assert_eq!(state(&[1e-40, 0.0], false), State::Underflow);
        assert_eq!(state(&[0.0], false), State::Zero);
        assert_eq!(state(&[0.0], true), State::Underflow);
        assert_eq!(state(&[f32::INFINITY, 1.0], false), State::Infinite);
        assert_eq!(state(&[f32::INFINITY, f32::NAN], false), State::Nan);
        assert!(!fades(&[1.0f32], State::Normal));
        assert!(!fades(&[0.0f32], State::Zero));
        assert!(fades(&[1e-35f32], State::Normal));
        assert!(fades(&[0.0f32], State::Underflow));
        assert!(product_fades(&[1e-20f32, 0.0], &[1e-20]));
        assert!(product_fades(&[1e-200], &[1e-200]));
        assert!(!product_fades(&[1e-20f32], &[1e-5]));
        assert!(!product_fades(&[1e-20f32], &[0.0]));
    }

    #[test]
    fn saturated_and_dead_are_counted_by_value_and_by_unit() {
        // Two units: the first is active for one sample, the second never.
        let pre = Matrix::<f64>::from_rows(2, [1.0, -1.0, -2.0, -3.0]);
        let relu = blocked(Activation::Relu, &pre);
        assert_eq!((relu.saturated, relu.dead), (0.75, 0.5));
        let far = Matrix::<f64>::from_rows(1, [0.0, 5.0]);
        let sigmoid = blocked(Activation::Sigmoid, &far);
        assert_eq!((sigmoid.saturated, sigmoid.dead), (0.5, 0.0));
    }
}
