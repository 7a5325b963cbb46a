//! The float types that a network can compute in.
//!
//! Everything beyond + - * / and the square root comes from `libm`, because the platform's own functions differ
//! in the last bits between machines, and the lab promises the same digits everywhere.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{About, Choice, Compiled};

/// The float type that a network computes in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    VariantArray,
    IntoStaticStr,
    EnumString,
    serde::Serialize,
    serde::Deserialize,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32 bits, as the frameworks do by default.
    #[default]
    F32,
    /// 64 bits.
    F64,
}

impl Choice for Precision {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::F32 => (
                "32 bits (float32)",
                "24-bit significand, 1.2e-38 to 3.4e38",
                "What the frameworks use by default. A gradient below 1.2e-38 loses digits, below 1.4e-45 it is 0.",
                "IEEE 754 binary32",
            ),
            Self::F64 => (
                "64 bits (float64)",
                "53-bit significand, 2.2e-308 to 1.8e308",
                "For checking: gradients underflow at 2.2e-308 only, so a vanishing gradient can be followed further down.",
                "IEEE 754 binary64",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// A float type: f32 or f64.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Compiled
    + 'static
{
    /// Several numbers side by side, in the vector registers that every target has.
    type Lanes: Copy + Add<Output = Self::Lanes> + Mul<Output = Self::Lanes>;
    /// How many.
    const LANES: usize;

    /// The first [`LANES`](Self::LANES) numbers of a slice.
    fn load(values: &[Self]) -> Self::Lanes;
    /// Writes them back to the first [`LANES`](Self::LANES) numbers of a slice.
    fn store(lanes: Self::Lanes, values: &mut [Self]);
    /// The same number side by side.
    fn splat(self) -> Self::Lanes;
    /// Their sum, always in the same order.
    fn sum(lanes: Self::Lanes) -> Self;

    /// Which type this is.
    const PRECISION: Precision;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The smallest positive number that has all its digits, as f64: what lies below is subnormal.
    const SMALLEST_NORMAL: f64;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;
    /// The same number as f64.
    fn to_f64(self) -> f64;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// |x|
    fn abs(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// e^x
    fn exp(self) -> Self;
    /// e^x - 1, exact near 0.
    fn exp_m1(self) -> Self;
    /// ln(1 + x), exact near 0.
    fn ln_1p(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// 1 - erf(x), exact for large x.
    fn erfc(self) -> Self;
}

/// Both types alike, but for the names that libm gives its functions.
macro_rules! real {
    ($type:ty, $lanes:ty, $count:literal, $parts:pat => $sum:expr, $precision:expr, $exp:ident, $exp_m1:ident, $ln_1p:ident, $tanh:ident, $erfc:ident) => {
        impl Real for $type {
            type Lanes = $lanes;
            const LANES: usize = $count;

            #[inline(always)]
            fn load(values: &[Self]) -> Self::Lanes {
                let mut lanes = [0.0; $count];
                lanes.copy_from_slice(&values[..$count]);
                lanes.into()
            }
            #[inline(always)]
            fn store(lanes: Self::Lanes, values: &mut [Self]) {
                values[..$count].copy_from_slice(&lanes.to_array());
            }
            #[inline(always)]
            fn splat(self) -> Self::Lanes {
                Self::Lanes::splat(self)
            }
            #[inline(always)]
            fn sum(lanes: Self::Lanes) -> Self {
                let $parts = lanes.to_array();
                $sum
            }

            const PRECISION: Precision = $precision;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const SMALLEST_NORMAL: f64 = <$type>::MIN_POSITIVE as f64;

            fn of(value: f64) -> Self {
                value as $type
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
            fn is_finite(self) -> bool {
                <$type>::is_finite(self)
            }
            fn abs(self) -> Self {
                <$type>::abs(self)
            }
            fn sqrt(self) -> Self {
                <$type>::sqrt(self)
            }
            fn exp(self) -> Self {
                libm::$exp(self)
            }
            fn exp_m1(self) -> Self {
                libm::$exp_m1(self)
            }
            fn ln_1p(self) -> Self {
                libm::$ln_1p(self)
            }
            fn tanh(self) -> Self {
                libm::$tanh(self)
            }
            fn erfc(self) -> Self {
                libm::$erfc(self)
            }
        }
    };
}

real!(f32, wide::f32x4, 4, [a, b, c, d] => (a + c) + (b + d), Precision::F32, expf, expm1f, log1pf, tanhf, erfcf);
real!(f64, wide::f64x2, 2, [a, b] => a + b, Precision::F64, exp, expm1, log1p, tanh, erfc);
