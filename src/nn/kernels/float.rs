//! The two float types, one number and several.

use std::ops::{AddAssign, MulAssign, SubAssign};

use super::{Fast, Number};

/// A float type: f32 or f64.
pub trait Float: Number + Default + PartialOrd + AddAssign + SubAssign + MulAssign + Fast {
    /// Several of them side by side.
    type Lanes: Number;
    /// How many.
    const LANES: usize;

    /// The first [`LANES`](Self::LANES) numbers of a slice.
    fn load(values: &[Self]) -> Self::Lanes;
    /// A shorter slice, and zeros after it.
    fn load_rest(values: &[Self]) -> Self::Lanes;
    /// Writes them to the first [`LANES`](Self::LANES) numbers of a slice.
    fn store(lanes: Self::Lanes, values: &mut [Self]);
    /// Fills a shorter slice with the first of them.
    fn store_rest(lanes: Self::Lanes, values: &mut [Self]);
    /// The same number side by side.
    fn splat(self) -> Self::Lanes;
    /// Writes a square block of [`LANES`](Self::LANES) rows and columns transposed; both come with their stride.
    fn transpose(from: (&[Self], usize), to: (&mut [Self], usize));
    /// Their sum, always in the same order.
    fn sum(lanes: Self::Lanes) -> Self;

    /// The smallest positive number that has all its digits, as f64: what lies below is subnormal.
    const SMALLEST_NORMAL: f64;
    /// The largest number below that.
    const LARGEST_SUBNORMAL: Self;
    /// Numbers below this one are lifted before they are multiplied: see `faint.rs`.
    const FAINT: Self;
    /// What they are multiplied by, a power of 2. Neither [`FAINT`](Self::FAINT) nor its square overflows.
    const LIFT: Self;

    /// The same number as f64.
    fn to_f64(self) -> f64;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
}

/// Both types alike.
macro_rules! float {
    ($type:ty, $lanes:ty, $count:literal, $faint:expr, $lift:expr, $transpose:expr, $parts:pat => $sum:expr) => {
        impl Float for $type {
            type Lanes = $lanes;
            const LANES: usize = $count;

            #[inline(always)]
            fn load(values: &[Self]) -> Self::Lanes {
                let mut lanes = [0.0; $count];
                lanes.copy_from_slice(&values[..$count]);
                lanes.into()
            }
            #[inline(always)]
            fn load_rest(values: &[Self]) -> Self::Lanes {
                std::array::from_fn::<Self, $count, _>(|lane| values.get(lane).copied().unwrap_or_default()).into()
            }
            #[inline(always)]
            fn store(lanes: Self::Lanes, values: &mut [Self]) {
                values[..$count].copy_from_slice(&lanes.to_array());
            }
            #[inline(always)]
            fn store_rest(lanes: Self::Lanes, values: &mut [Self]) {
                for (lane, number) in lanes.to_array().into_iter().enumerate() {
                    if let Some(value) = values.get_mut(lane) {
                        *value = number;
                    }
                }
            }
            #[inline(always)]
            fn splat(self) -> Self::Lanes {
                Self::Lanes::splat(self)
            }
            #[inline(always)]
            fn transpose((from, from_stride): (&[Self], usize), (to, to_stride): (&mut [Self], usize)) {
                let rows = std::array::from_fn(|row| Self::load(&from[row * from_stride..]));
                for (row, lanes) in $transpose(rows).into_iter().enumerate() {
                    Self::store(lanes, &mut to[row * to_stride..]);
                }
            }
            #[inline(always)]
            fn sum(lanes: Self::Lanes) -> Self {
                let $parts = lanes.to_array();
                $sum
            }

            const SMALLEST_NORMAL: f64 = <$type>::MIN_POSITIVE as f64;
            const LARGEST_SUBNORMAL: Self = <$type>::from_bits(<$type>::MIN_POSITIVE.to_bits() - 1);
            const FAINT: Self = $faint;
            const LIFT: Self = $lift;

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                <$type>::is_finite(self)
            }
        }
    };
}

float!(f32, wide::f32x4, 4, 1e-12, power_of_two(64) as f32, wide::f32x4::transpose, [a, b, c, d] => (a + c) + (b + d));
float!(f64, wide::f64x2, 2, 1e-90, power_of_two(512), transpose, [a, b] => a + b);

/// 2^exponent, for exponents of normal numbers.
const fn power_of_two(exponent: u64) -> f64 {
    f64::from_bits((exponent + 1023) << 52)
}

fn transpose([first, second]: [wide::f64x2; 2]) -> [wide::f64x2; 2] {
    let ([a, b], [c, d]) = (first.to_array(), second.to_array());
    [[a, c].into(), [b, d].into()]
}
