//! The two float types, one number and several.

use std::ops::{AddAssign, MulAssign, SubAssign};

use super::{Fast, Number};

/// A float type: f32 or f64.
pub trait Float: Number + Default + PartialOrd + AddAssign + SubAssign + MulAssign + Fast {
    /// As many of them as a vector register has.
    type Vector: Lanes<Self>;
    /// Four registers of them: what is done with one need not wait for what is done with the others.
    type Wide: Lanes<Self>;

    /// Writes a square block of as many rows and columns as a [`Vector`](Self::Vector) has numbers transposed; both come
    /// with their stride.
    fn transpose(from: (&[Self], usize), to: (&mut [Self], usize));
    /// Their sum, always in the same order.
    fn sum(vector: Self::Vector) -> Self;

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

/// Several numbers of a float type side by side.
pub trait Lanes<R>: Number {
    /// How many.
    const COUNT: usize;

    /// The first [`COUNT`](Self::COUNT) numbers of a slice.
    fn load(values: &[R]) -> Self;
    /// Writes them to the first [`COUNT`](Self::COUNT) numbers of a slice.
    fn store(self, values: &mut [R]);
    /// The same number side by side.
    fn splat(value: R) -> Self;
}

macro_rules! lanes {
    ($type:ty, $lanes:ty, $count:literal) => {
        impl Lanes<$type> for $lanes {
            const COUNT: usize = $count;

            #[inline(always)]
            fn load(values: &[$type]) -> Self {
                let mut lanes = [0.0; $count];
                lanes.copy_from_slice(&values[..$count]);
                lanes.into()
            }
            #[inline(always)]
            fn store(self, values: &mut [$type]) {
                values[..$count].copy_from_slice(&self.to_array());
            }
            #[inline(always)]
            fn splat(value: $type) -> Self {
                <$lanes>::splat(value)
            }
        }
    };
}

lanes!(f32, wide::f32x4, 4);
lanes!(f32, wide::f32x16, 16);
lanes!(f64, wide::f64x2, 2);
lanes!(f64, wide::f64x8, 8);

/// Both types alike.
macro_rules! float {
    ($type:ty, [$vector:ty, $wide:ty], [$faint:expr, $lift:expr], $transpose:expr, $parts:pat => $sum:expr) => {
        impl Float for $type {
            type Vector = $vector;
            type Wide = $wide;

            #[inline(always)]
            fn transpose((from, from_stride): (&[Self], usize), (to, to_stride): (&mut [Self], usize)) {
                let rows = std::array::from_fn(|row| <$vector>::load(&from[row * from_stride..]));
                for (row, vector) in $transpose(rows).into_iter().enumerate() {
                    vector.store(&mut to[row * to_stride..]);
                }
            }
            #[inline(always)]
            fn sum(vector: Self::Vector) -> Self {
                let $parts = vector.to_array();
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

float!(
    f32,
    [wide::f32x4, wide::f32x16],
    [1e-12, power_of_two(64) as f32],
    wide::f32x4::transpose,
    [a, b, c, d] => (a + c) + (b + d)
);
float!(f64, [wide::f64x2, wide::f64x8], [1e-90, power_of_two(512)], transpose, [a, b] => a + b);

/// 2^exponent, for exponents of normal numbers.
const fn power_of_two(exponent: u64) -> f64 {
    f64::from_bits((exponent + 1023) << 52)
}

fn transpose([first, second]: [wide::f64x2; 2]) -> [wide::f64x2; 2] {
    let ([a, b], [c, d]) = (first.to_array(), second.to_array());
    [[a, c].into(), [b, d].into()]
}
