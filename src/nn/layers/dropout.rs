//! y = x m, where m is 0 with probability p and 1 / (1 - p) otherwise, drawn anew for every step
//! (Srivastava et al. 2014, in PyTorch's inverted form). Evaluation leaves x as it is.

use super::super::{Matrix, Real, Rng};

/// Draws the factors m `[B, n]`.
pub fn draw<R: Real>(share: f64, rng: &mut Rng, factors: &mut Matrix<R>) {
    let kept = R::of(1.0 / (1.0 - share));
    factors.data_mut().iter_mut().for_each(|factor| *factor = if rng.unit() < share { R::ZERO } else { kept });
}
