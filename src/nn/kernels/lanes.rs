//! Numbers one by one and several side by side, in vector registers that every target has: a formula that is written for
//! [`Number`] is written for both, and has the same digits in both.
//!
//! What goes beyond + - * / and the square root comes from `exponential.rs` or `libm`, because the platform's own
//! functions differ in the last bits between machines, and the lab promises the same digits everywhere. For that
//! [`Number`] is named below where a float or a vector has a function of the same name.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use wide::{f32x4, f64x2};

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
    /// With e = e^-|x|: 4 e, 4 (1 - e), a fourth of 1 / (1 + e), and all of that. If 4 e would be subnormal it may be 0.
    fn decay(self) -> [Self; 4];
    /// ln(1 + x), exact near 0.
    fn ln_1p(self) -> Self;
    /// 1 - erf(x), exact for large x.
    fn erfc(self) -> Self;
}

/// One float type and its lanes, given the functions of one and of several numbers.
macro_rules! number {
    ($type:ident, $lanes:ident, $([$name:ident, $one:expr, $several:expr]),+) => {
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
                exponential::$type::decay($lanes::splat(self)).map(|lanes| lanes.to_array()[0])
            }
            fn exp(self) -> Self {
                Number::exp($lanes::splat(self)).to_array()[0]
            }
            fn exp_m1(self) -> Self {
                Number::exp_m1($lanes::splat(self)).to_array()[0]
            }
            $(fn $name(self) -> Self {
                $one(self)
            })+
        }

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
                exponential::$type::decay(self)
            }
            #[inline(never)]
            fn exp(self) -> Self {
                exponential::$type::both(self).0
            }
            #[inline(never)]
            fn exp_m1(self) -> Self {
                exponential::$type::both(self).1
            }
            $(#[inline(never)]
            fn $name(self) -> Self {
                $several(self)
            })+
        }
    };
}

number!(
    f32,
    f32x4,
    [ln_1p, libm::log1pf, |x: f32x4| x.to_array().map(libm::log1pf).into()],
    [erfc, libm::erfcf, |x: f32x4| x.to_array().map(libm::erfcf).into()]
);
number!(
    f64,
    f64x2,
    [ln_1p, libm::log1p, |x: f64x2| x.to_array().map(libm::log1p).into()],
    [erfc, libm::erfc, |x: f64x2| x.to_array().map(libm::erfc).into()]
);
