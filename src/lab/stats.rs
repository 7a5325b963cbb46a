//! Norms and moments, in f64 whatever the network's precision.

use super::snapshot::{LayerSnapshot, Magnitude, Moments, Ratios, State};
use crate::nn::{Activation, Matrix, Real};

/// The norm of all elements. It is taken relative to the largest, so that the squares neither overflow nor underflow.
pub fn norm<R: Real>(values: &[R]) -> f64 {
    let largest = largest(values);
    if largest == 0.0 || !largest.is_finite() {
        return if values.iter().any(|x| x.to_f64().is_nan()) { f64::NAN } else { largest };
    }
    let squares: f64 = values.iter().map(|x| (x.to_f64() / largest) * (x.to_f64() / largest)).sum();
    largest * squares.sqrt()
}

/// The largest |x|; NaN counts as infinite.
fn largest<R: Real>(values: &[R]) -> f64 {
    values.iter().map(|x| x.to_f64().abs()).fold(0.0, |max, x| if x.is_nan() { f64::INFINITY } else { max.max(x) })
}

/// Below this a further factor may well have rounded to zero: what is exactly zero behind it counts as underflow.
const NEARLY_UNDERFLOW: f64 = 1e8;

/// The size of a gradient. Whether a zero is one for want of range shows in the gradient that it was computed from:
/// `source` is that one, none for the first on the way back.
pub fn magnitude<R: Real>(values: &[R], per_sample: f64, source: Option<&[R]>) -> Magnitude {
    let l2 = norm(values);
    let rms = l2 / (values.len() as f64).sqrt() * per_sample;
    let largest_value = largest(values);
    let state = if l2.is_nan() {
        State::Nan
    } else if l2.is_infinite() {
        State::Infinite
    } else if largest_value >= R::SMALLEST_NORMAL {
        State::Normal
    } else if largest_value > 0.0 {
        State::Underflow
    } else {
        let source = source.map_or(0.0, largest);
        if source > 0.0 && source < R::SMALLEST_NORMAL * NEARLY_UNDERFLOW { State::Underflow } else { State::Zero }
    };
    Magnitude { l2, rms, state }
}

/// Mean and deviation of all elements.
pub fn moments<R: Real>(values: &[R]) -> Moments {
    let count = values.len() as f64;
    let mean = values.iter().map(|x| x.to_f64()).sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum();
    Moments { mean, deviation: (squares / count).sqrt() }
}

/// The gradient of the first hidden layer over that of the last: the first layer over the last but one, the last being
/// the head.
pub fn first_to_last(layers: &[LayerSnapshot]) -> Ratios {
    let ratio = |l2: fn(&LayerSnapshot) -> f64| {
        let [first, .., last, _head] = layers else { return None };
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
    fn norms_survive_what_their_squares_do_not() {
        assert!((norm(&[3e-200, 4e-200]) / 5e-200 - 1.0).abs() < 1e-15);
        assert!((norm(&[3e300, -4e300]) / 5e300 - 1.0).abs() < 1e-15);
        assert!((norm(&[3e-42f32, 4e-42]) / 5e-42 - 1.0).abs() < 1e-2, "subnormals have few digits");
        assert_eq!(norm::<f32>(&[]), 0.0);
        assert_eq!(norm(&[1.0, f32::INFINITY]), f64::INFINITY);
        assert!(norm(&[f32::NAN, f32::INFINITY]).is_nan());
    }

    #[test]
    fn a_zero_is_told_from_an_underflow_by_where_it_came_from() {
        let state = |values: &[f32], source: Option<&[f32]>| magnitude(values, 1.0, source).state;
        assert_eq!(state(&[1e-30, 0.0], None), State::Normal);
        assert_eq!(state(&[1e-40, 0.0], None), State::Underflow);
        assert_eq!(state(&[0.0], None), State::Zero);
        assert_eq!(state(&[0.0], Some(&[1.0])), State::Zero);
        assert_eq!(state(&[0.0], Some(&[1e-40])), State::Underflow);
        assert_eq!(state(&[0.0], Some(&[0.0])), State::Zero);
        assert_eq!(state(&[f32::INFINITY, 1.0], None), State::Infinite);
        assert_eq!(state(&[f32::INFINITY, f32::NAN], None), State::Nan);
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
