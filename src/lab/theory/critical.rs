//! Where deep networks end: fixed points of q, and the starts on the edge of chaos.

use super::moments::Moments;
use super::prediction::{Critical, Limit};
use crate::nn::Activation;

/// q is looked for between these, on a logarithmic scale.
const SMALLEST: f64 = 1e-24;
const LARGEST: f64 = 1e12;
/// How far q goes at a step of the search.
const STEP: f64 = 1.3;
/// Halvings of such a step: more than f64 has digits for.
const HALVINGS: usize = 52;

/// Whether every q is like any other: f(c z) = c f(z) for c > 0.
fn is_homogeneous(activation: Activation) -> bool {
    match activation {
        Activation::Identity | Activation::Relu | Activation::LeakyRelu => true,
        Activation::Sigmoid
        | Activation::Tanh
        | Activation::Elu
        | Activation::Selu
        | Activation::Gelu
        | Activation::Silu
        | Activation::Softplus
        | Activation::Mish
        | Activation::Softsign
        | Activation::HardTanh => false,
    }
}

/// A root of g between low and high, of which one is on either side.
fn bisect(mut low: f64, mut high: f64, g: impl Fn(f64) -> f64) -> f64 {
    let below = g(low) < 0.0;
    for _ in 0..HALVINGS {
        let middle = (low * high).sqrt();
        if (g(middle) < 0.0) == below { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

/// The limit of many plain layers with sigma_w^2 = `weights` and sigma_b^2 = `biases`, from q on; none if q is not a
/// positive number. E[f^2] grows with q, so q moves one way only, to the first fixed point it meets.
pub fn limit(activation: Activation, weights: f64, biases: f64, q: f64) -> Option<Limit> {
    if !(q > 0.0 && q.is_finite() && weights > 0.0) {
        return None;
    }
    let chi_at = |q: f64| weights * Moments::new(activation, q, false).slope;
    let growth = |q: f64| weights * Moments::new(activation, q, false).square + biases - q;
    let up = growth(q) > 0.0;
    // To the last digits: ReLU with He's start keeps any q as it is.
    let still = growth(q).abs() < 1e-12 * q;
    let mut low = q;
    let settled = loop {
        if still {
            break Some(low);
        }
        let next = if up { low * STEP } else { low / STEP };
        if !(SMALLEST..LARGEST).contains(&next) {
            break None;
        }
        let there = growth(next);
        // Softplus with He's start never stops growing, but soon by less than a sum's last digits.
        if (there > 0.0) != up && there.abs() > 1e-10 * next {
            break Some(bisect(low, next, growth));
        }
        low = next;
    };
    let chi = chi_at(settled.unwrap_or(low));
    let decay = libm::log(chi).abs();
    // Where q goes to 0 or beyond all bounds chi comes from the end of the search, where it is as good as its limit.
    Some(Limit { q: settled, chi, depth_scale: (decay > 1e-9).then_some(1.0 / decay) })
}

/// The critical start for a bias variance: sigma_w^2 with chi = 1 at a fixed point of q. Where there is more than one it
/// is the first stable one, from small q up, or else the first. None if there is none.
pub fn critical(activation: Activation, biases: f64) -> Option<Critical> {
    if is_homogeneous(activation) {
        let weight_variance = 1.0 / Moments::new(activation, 1.0, false).slope;
        let any = Critical { weight_variance, bias_variance: 0.0, q: None, stable: true };
        return (biases == 0.0).then_some(any);
    }
    // chi = 1 gives sigma_w^2 = 1 / E[f'^2]; with that, q is a fixed point if sigma_b^2 = q - E[f^2] / E[f'^2].
    let missing = |q: f64| {
        let Moments { square, slope, .. } = Moments::new(activation, q, false);
        q - square / slope - biases
    };
    let mut found: Option<Critical> = None;
    if biases == 0.0 && activation.value(0.0) == 0.0 {
        found = Some(at_zero(activation));
    }
    let mut low = 1e-6;
    let mut before = missing(low);
    while low < 1e6 && !found.is_some_and(|critical| critical.stable) {
        let high = low * STEP;
        let after = missing(high);
        if (before < 0.0) != (after < 0.0) {
            let q = bisect(low, high, missing);
            let Moments { square, slope, square_by_scale: [by_scale, _], .. } = Moments::new(activation, q, false);
            let weight_variance = 1.0 / slope;
            // d ln(sigma_w^2 E[f^2] + sigma_b^2) / d ln q
            let stable = weight_variance * square / q * by_scale < 1.0;
            let critical = Critical { weight_variance, bias_variance: biases, q: Some(q), stable };
            found = if stable { Some(critical) } else { found.or(Some(critical)) };
        }
        (low, before) = (high, after);
    }
    found
}

/// Without bias, q = 0 is a fixed point of an f with f(0) = 0. What is critical there is so for tiny q.
fn at_zero(activation: Activation) -> Critical {
    let weight_variance = 1.0 / Moments::new(activation, SMALLEST, false).slope;
    let near = 1e-6;
    let stable = weight_variance * Moments::new(activation, near, false).square <= near;
    Critical { weight_variance, bias_variance: 0.0, q: Some(0.0), stable }
}
