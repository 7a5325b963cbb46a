//! Numbers one by one and several side by side, in vector registers that every target has: a formula that is written for
//! [`Number`] is written for both, and has the same digits in both.
//!
//! What goes beyond + - * / and the square root comes from `exponential.rs` or `libm`, because the platform's own
//! functions differ in the last bits between machines, and the lab promises the same digits everywhere. For that
//! [`Number`] is named below where a float or a vector has a function of the same name.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use wide::{f32x4, f32x16, f64x2, f64x8};

use super::exponential;

/// A number, or several side by side.
pub trait Number:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;
    /// |x|
    fn abs(self) -> Self;
    /// The square root.
    fn sqrt(self) -> Self;
    /// `yes` for x > limit, otherwise `no`.
    fn if_above(self, limit: Self, yes: Self, no: Self) -> Self;
    /// `yes` for x <= limit, otherwise `no`.
    fn if_at_most(self, limit: Self, yes: Self, no: Self) -> Self;
    /// e^x
    fn exp(self) -> Self;
    /// e^x - 1, exact near 0.
    fn exp_m1(self) -> Self;
    /// With e = e^-|x|: 4 e, 4 (1 - e) with the sign of x, a fourth of 1 / (1 + e), and all of that. If 4 e would be
    /// subnormal it may be 0.
    fn decay(self) -> [Self; 4];
    /// ln(1 + x), exact near 0.
    fn ln_1p(self) -> Self;
    /// 1 - erf(x), exact for large x.
    fn erfc(self) -> Self;
}

/// A float type, given its vector and the functions of one number.
macro_rules! number {
    ($type:ident, $vector:ident, $([$name:ident, $function:expr]),+) => {
        impl Number for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            #[inline(always)]
            fn of(value: f64) -> Self {
                value as $type
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $type::abs(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $type::sqrt(self)
            }
            #[inline(always)]
            fn if_above(self, limit: Self, yes: Self, no: Self) -> Self {
                if self > limit { yes } else { no }
            }
            #[inline(always)]
            fn if_at_most(self, limit: Self, yes: Self, no: Self) -> Self {
                if self <= limit { yes } else { no }
            }
            #[inline(never)]
            fn decay(self) -> [Self; 4] {
                $vector::splat(self).decay().map(|lanes| lanes.to_array()[0])
            }
            fn exp(self) -> Self {
                Number::exp($vector::splat(self)).to_array()[0]
            }
            fn exp_m1(self) -> Self {
                Number::exp_m1($vector::splat(self)).to_array()[0]
            }
            $(fn $name(self) -> Self {
                $function(self)
            })+
        }
    };
}

/// Several numbers of a float type side by side.
macro_rules! numbers {
    ($type:ident, $lanes:ident) => {
        impl Number for $lanes {
            const ZERO: Self = $lanes::ZERO;
            const ONE: Self = $lanes::ONE;

            #[inline(always)]
            fn of(value: f64) -> Self {
                $lanes::splat(value as $type)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $lanes::abs(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $lanes::sqrt(self)
            }
            #[inline(always)]
            fn if_above(self, limit: Self, yes: Self, no: Self) -> Self {
                self.simd_gt(limit).bitselect(yes, no)
            }
            #[inline(always)]
            fn if_at_most(self, limit: Self, yes: Self, no: Self) -> Self {
                self.simd_le(limit).bitselect(yes, no)
            }
            #[inline(always)]
            fn decay(self) -> [Self; 4] {
                exponential::$lanes::decay(self)
            }
            #[inline(never)]
            fn exp(self) -> Self {
                exponential::$lanes::both(self).0
            }
            #[inline(never)]
            fn exp_m1(self) -> Self {
                exponential::$lanes::both(self).1
            }
            #[inline(never)]
            fn ln_1p(self) -> Self {
                self.to_array().map(Number::ln_1p).into()
            }
            #[inline(never)]
            fn erfc(self) -> Self {
                self.to_array().map(Number::erfc).into()
            }
        }
    };
}

number!(f32, f32x4, [ln_1p, libm::log1pf], [erfc, libm::erfcf]);
number!(f64, f64x2, [ln_1p, libm::log1p], [erfc, libm::erfc]);
numbers!(f32, f32x4);
numbers!(f32, f32x16);
numbers!(f64, f64x2);
numbers!(f64, f64x8);
