//! e^x for several numbers at a time, by + - *, comparison and bit patterns alone, so that it has the same digits
//! everywhere. Over every float exp is less than 1.1 units in the last place off, exp_m1 less than 1.8: the test measures
//! it.
//!
//! The numbers in the formulas are loaded from memory, which is what `black_box` is for: V8 makes a vector that stands in
//! the code anew at every use, in three instructions that wait for each other.

use std::hint::black_box;

/// What a float type's formulas are made of.
struct Numbers<F, const TAIL: usize> {
    log2_e: F,
    /// Added to this number, another one has no digits left behind the point, and it stands in the last bits.
    round: F,
    /// ln 2 in two parts, the first so short that n times it is exact.
    ln_2: [F; 2],
    /// (e^r - 1 - r - r^2 / 2) / r^3, interpolated at Chebyshev's points of |r| < ln(2) / 2; the highest power first, all
    /// but that with the other sign. What is subtracted is loaded when it is wanted; of what is added the compiler
    /// would load all first, more than there are registers.
    tail: [F; TAIL],
    half: F,
    /// -0
    sign: F,
    one: F,
    four: F,
    /// Beyond these limits e^x is 0 or infinite all the same.
    limits: [F; 2],
    /// Here 4 2^n is below the smallest normal number.
    vanishes: F,
    /// Nearer to 0 e^x - 1 is x to all digits.
    tiny: F,
}

macro_rules! exponential {
    ($float:ident, $lanes:ident, $ints:ident, $numbers:ident) => {
        /// The exponential of so many numbers.
        pub mod $lanes {
            use bytemuck::cast;
            use wide::{$ints, $lanes};

            use super::{Numbers, black_box, $numbers};

            const DIGITS: u32 = $float::MANTISSA_DIGITS - 1;

            /// (e^x, e^x - 1), the latter exact near 0.
            #[inline(always)]
            pub fn both(x: $lanes) -> ($lanes, $lanes) {
                let numbers = black_box(&$numbers);
                let [low, high] = numbers.limits.map($lanes::splat);
                let x = x.simd_gt(high).bitselect(high, x);
                let x = low.simd_gt(x).bitselect(low, x);
                let (n, r) = parts(x, numbers);
                let beyond_one = beyond_one(r, r, numbers);
                // 2^n in two factors: neither overflows, and a subnormal result is rounded only once.
                let (one, round) = ($lanes::splat(numbers.one), $lanes::splat(numbers.round));
                let half = n * numbers.half + round;
                let rest = n - (half - round);
                let (first, second, inverse) = (power(half, one), power(rest + round, one), power(round - rest, one));
                ((one + beyond_one) * first * second, (beyond_one * first + (first - inverse)) * second)
            }

            /// With e = e^-|x|: 4 e, 4 (1 - e) with the sign of x, a fourth of 1 / (1 + e), and all of that. If 4 e would
            /// be subnormal it may be 0.
            #[inline(always)]
            pub fn decay(x: $lanes) -> [$lanes; 4] {
                let numbers = black_box(&$numbers);
                let sign = $lanes::splat(numbers.sign);
                let flip = x.simd_lt($lanes::ZERO) & sign;
                let x = at_least(numbers.vanishes, x | sign);
                let (n, r) = parts(x, numbers);
                // The square of a tiny r is no normal number, which takes long, and nothing beside r.
                let beyond_one = beyond_one(r, r & $lanes::splat(numbers.tiny).simd_gt(x), numbers);
                let four = $lanes::splat(numbers.four);
                // At the limit its bits are those of 0.
                let power = power(n + numbers.round, four);
                let beyond = beyond_one * power;
                let decay = power + beyond;
                let fourth = $lanes::splat(numbers.one) / (four + decay);
                [decay, ((four - power) - beyond) ^ flip, fourth, four * fourth]
            }

            /// The larger one; NaN stays NaN.
            #[inline(always)]
            fn at_least(limit: $float, x: $lanes) -> $lanes {
                let limit = $lanes::splat(limit);
                // One instruction everywhere, which gives the one operand or the other where a number is not one.
                if cfg!(target_feature = "sse2") { limit.fast_max(x) } else { x.fast_max(limit) }
            }

            /// (n, r), where r is what a multiple n of ln 2 leaves of x.
            #[inline(always)]
            fn parts<const TAIL: usize>(x: $lanes, numbers: &Numbers<$float, TAIL>) -> ($lanes, $lanes) {
                let n = x * numbers.log2_e + numbers.round - numbers.round;
                let [high, low] = numbers.ln_2;
                (n, x - n * high - n * low)
            }

            /// e^r - 1, given the r to square as well.
            #[inline(always)]
            fn beyond_one<const TAIL: usize>(r: $lanes, root: $lanes, numbers: &Numbers<$float, TAIL>) -> $lanes {
                let tail = numbers.tail.iter().map(|&coefficient| $lanes::splat(coefficient));
                let tail = tail.reduce(|sum, next| sum * r - next).unwrap_or_default();
                r + root * root * (tail * r + numbers.half)
            }

            /// 2^n unit, of n + round; the unit is a power of 2 as well.
            #[inline(always)]
            fn power(n: $lanes, unit: $lanes) -> $lanes {
                cast((cast::<$lanes, $ints>(n) << DIGITS) + cast::<$lanes, $ints>(unit))
            }
        }
    };
}

static SINGLE: Numbers<f32, 4> = Numbers {
    log2_e: std::f32::consts::LOG2_E,
    round: 12582912.0,
    ln_2: [0.693_359_4, -2.121_944_4e-4],
    tail: [0.0013926213, -0.008363203, -0.041666554, -0.16666577],
    half: 0.5,
    sign: -0.0,
    one: 1.0,
    four: 4.0,
    limits: [-104.0, 89.0],
    vanishes: -89.4,
    tiny: -1e-10,
};

static DOUBLE: Numbers<f64, 10> = Numbers {
    log2_e: std::f64::consts::LOG2_E,
    round: 6755399441055744.0,
    ln_2: [0.6931471803691238, 1.9082149292705877e-10],
    tail: [
        2.091122972975856e-9,
        -2.5100375832561234e-8,
        -2.755728298405588e-7,
        -2.7557268480310024e-6,
        -2.4801587317135164e-5,
        -1.9841269863040545e-4,
        -1.3888888888886554e-3,
        -8.333333333330065e-3,
        -4.1666666666666664e-2,
        -1.6666666666666669e-1,
    ],
    half: 0.5,
    sign: -0.0,
    one: 1.0,
    four: 4.0,
    limits: [-746.0, 710.0],
    vanishes: -710.5,
    tiny: -1e-20,
};

exponential!(f32, f32x4, i32x4, SINGLE);
exponential!(f32, f32x16, i32x16, SINGLE);
exponential!(f64, f64x2, i64x2, DOUBLE);
exponential!(f64, f64x8, i64x8, DOUBLE);

#[cfg(test)]
mod tests {
    use super::super::Number;

    /// The largest error of `f` in units in the last place, on every `stride`th float.
    fn error(stride: usize, f: fn(f32) -> f32, exact: fn(f64) -> f64) -> f64 {
        let mut largest = 0.0f64;
        for x in (0..=u32::MAX).step_by(stride).map(f32::from_bits) {
            let (got, exact) = (f(x), exact(f64::from(x)));
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
        let errors = [error(stride, Number::exp, libm::exp), error(stride, Number::exp_m1, libm::expm1)];
        assert!(errors[0] < 1.1 && errors[1] < 1.8, "{errors:?}");
    }

    /// `libm` is less than a unit off itself.
    #[test]
    fn in_64_bits_they_are_within_two_units_of_libm() {
        let all = (0..=u64::MAX).step_by(u64::MAX as usize / 1_000_000).map(f64::from_bits);
        for x in all.chain((-80_000..80_000).map(|step| f64::from(step) * 0.01)) {
            for (got, near) in [(Number::exp(x), libm::exp(x)), (Number::exp_m1(x), libm::expm1(x))] {
                let unit = f64::from_bits(near.abs().to_bits() + 1) - near.abs();
                let agree = got == near || (got.is_nan() && near.is_nan()) || (got - near).abs() <= 2.0 * unit;
                assert!(agree, "{x}: {got} is not {near}");
            }
        }
    }
}
