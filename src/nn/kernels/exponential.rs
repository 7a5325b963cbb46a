//! e^x for four numbers at a time, by + - *, comparison and bit patterns alone, so that it has the same digits everywhere.
//! Over every float exp is less than 1.1 units in the last place off, exp_m1 less than 1.8: the test measures it.

use bytemuck::cast;
use wide::{f32x4, i32x4};

use super::Number;

/// e^x
#[inline(always)]
pub fn exp(x: f32x4) -> f32x4 {
    both(in_range(x)).0
}

/// e^x - 1, exact near 0.
#[inline(always)]
pub fn exp_m1(x: f32x4) -> f32x4 {
    both(in_range(x)).1
}

/// (e^-|x|, e^-|x| - 1), which have most of the work in common.
#[inline(always)]
pub fn decay(x: f32x4) -> (f32x4, f32x4) {
    both(at_least_low(-x.abs()))
}

#[inline(always)]
fn both(x: f32x4) -> (f32x4, f32x4) {
    let Parts { beyond_one, first, second, inverse } = Parts::of(x);
    ((1.0 + beyond_one) * first * second, (beyond_one * first + (first - inverse)) * second)
}

/// Beyond these limits e^x is 0 or infinite all the same.
#[inline(always)]
fn in_range(x: f32x4) -> f32x4 {
    let high = f32x4::splat(89.0);
    at_least_low(x.if_above(high, high, x))
}

#[inline(always)]
fn at_least_low(x: f32x4) -> f32x4 {
    let low = f32x4::splat(-104.0);
    low.if_above(x, low, x)
}

/// e^x = (1 + beyond_one) first second.
struct Parts {
    /// e^r - 1, where r is what a multiple n of ln 2 leaves of x.
    beyond_one: f32x4,
    /// 2^n in two factors: neither overflows, and a subnormal result is rounded only once.
    first: f32x4,
    second: f32x4,
    /// 1 / second
    inverse: f32x4,
}

impl Parts {
    #[inline(always)]
    fn of(x: f32x4) -> Self {
        // Added to this number, another one has no digits left behind the point, and it stands in the last bits.
        const ROUND: f32 = 12582912.0;
        let shifted = x * std::f32::consts::LOG2_E + ROUND;
        let n = shifted - ROUND;
        // ln 2 in two parts, the first so short that n times it is exact.
        let r = x - n * 0.693_359_4 - n * -2.121_944_4e-4;
        // (e^r - 1 - r) / r^2, interpolated at Chebyshev's points of |r| < ln(2) / 2.
        let tail = ((r * 0.0013926213 + 0.008363203) * r + 0.041666554) * r + 0.16666577;
        let beyond_one = r + r * r * (tail * r + 0.5);
        let n: i32x4 = cast::<f32x4, i32x4>(shifted) - i32x4::splat(ROUND.to_bits() as i32);
        let half = n >> 1u32;
        let rest = n - half;
        let bias = i32x4::splat(127);
        let power = |exponent: i32x4| -> f32x4 { cast(exponent << 23u32) };
        Self { beyond_one, first: power(bias + half), second: power(bias + rest), inverse: power(bias - rest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of `f` in units in the last place, on every `stride`th float.
    fn error(stride: usize, f: fn(f32x4) -> f32x4, exact: fn(f64) -> f64) -> f64 {
        let mut largest = 0.0f64;
        for x in (0..=u32::MAX).step_by(stride).map(f32::from_bits) {
            let (got, exact) = (f(f32x4::splat(x)).to_array()[0], exact(f64::from(x)));
            let near = exact as f32;
            if near.is_finite() && got.is_finite() {
                let unit = f32::from_bits(near.abs().to_bits() + 1) - near.abs();
                largest = largest.max((f64::from(got) - exact).abs() / f64::from(unit));
            } else {
                assert!(got == near || (got.is_nan() && near.is_nan()), "{x}: {got} is not {near}");
            }
        }
        largest
    }

    /// Every float if STRIDE=1 is in the environment, which takes minutes.
    #[test]
    fn errors_are_those_that_are_stated() {
        let stride = std::env::var("STRIDE").map_or(997, |stride| stride.parse().unwrap());
        let errors = [error(stride, exp, libm::exp), error(stride, exp_m1, libm::expm1)];
        assert!(errors[0] < 1.1 && errors[1] < 1.8, "{errors:?}");
    }
}
