//! Gradients in 16 bits, simulated: each is rounded to what a float16 or a bfloat16 can hold, as on hardware that keeps
//! gradients in half precision. What is too small for it becomes 0: the modern way for a gradient to vanish. Loss
//! scaling (Micikevicius et al. 2018) multiplies the loss before backward and divides the gradients after it.

use strum::{IntoStaticStr, VariantArray};

use super::{About, Choice, Real};

/// The float type that gradients are rounded to on their way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum GradientFormat {
    Full,
    Float16,
    Bfloat16,
}

impl Choice for GradientFormat {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Full => ("as the network", "no rounding", "Gradients are as precise as everything else.", "-"),
            Self::Float16 => (
                "float16, simulated",
                "11-bit significand, 6.0e-8 to 65504",
                "A gradient below 6e-8 becomes 0 and one above 65504 infinite, unless the loss is scaled.",
                "Micikevicius et al. 2018; IEEE 754 binary16",
            ),
            Self::Bfloat16 => (
                "bfloat16, simulated",
                "8-bit significand, the range of float32",
                "Three digits, but the range of 32 bits: gradients do not underflow sooner, they only get coarse.",
                "Kalamkar et al. 2019",
            ),
        };
        About::new(name, formula, help, source)
    }
}

impl GradientFormat {
    /// (bits of the significand, exponent of the smallest normal number, the largest number).
    fn limits(self) -> Option<(i32, i32, f64)> {
        match self {
            Self::Full => None,
            Self::Float16 => Some((11, -14, 65504.0)),
            Self::Bfloat16 => Some((8, -126, 255.0 * power_of_two(120))),
        }
    }

    /// The nearest number of this type, ties to even; infinite beyond its range.
    pub fn round<R: Real>(self, value: R) -> R {
        let Some((bits, smallest, largest)) = self.limits() else { return value };
        let x = value.to_f64();
        if x == 0.0 || !x.is_finite() {
            return value;
        }
        // The distance between neighbours at x: 2^(exponent - bits + 1), and that of the subnormals below the normal ones.
        let exponent = (((x.to_bits() >> 52) & 0x7ff) as i32 - 1023).max(smallest);
        let spacing = power_of_two(exponent - bits + 1);
        let rounded = (x / spacing).round_ties_even() * spacing;
        R::of(if rounded.abs() > largest { f64::INFINITY.copysign(x) } else { rounded })
    }
}

/// 2^exponent, exactly; for exponents of normal numbers.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// How gradients travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Travel {
    /// What they are rounded to after every operation.
    pub format: GradientFormat,
    /// What the loss is multiplied by before backward, and the gradients divided by after it.
    pub loss_scale: f64,
}

impl Travel {
    /// In the network's own precision.
    pub const FULL: Self = Self { format: GradientFormat::Full, loss_scale: 1.0 };

    /// Multiplies by the loss scale and rounds.
    pub fn leave<R: Real>(self, values: &mut [R]) {
        if self.loss_scale != 1.0 {
            let scale = R::of(self.loss_scale);
            values.iter_mut().for_each(|value| *value *= scale);
        }
        self.round(values);
    }

    /// Rounds.
    pub fn round<R: Real>(self, values: &mut [R]) {
        if self.format != GradientFormat::Full {
            values.iter_mut().for_each(|value| *value = self.format.round(*value));
        }
    }

    /// Divides by the loss scale.
    pub fn arrive<R: Real>(self, values: &mut [R]) {
        if self.loss_scale != 1.0 {
            let scale = R::of(1.0 / self.loss_scale);
            values.iter_mut().for_each(|value| *value *= scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_as_ieee_and_the_hardware_do() {
        let half = |x: f64| GradientFormat::Float16.round(x);
        assert_eq!(half(1.0), 1.0);
        assert_eq!(half(1.0 + 2f64.powi(-11)), 1.0, "a tie goes to the even neighbour");
        assert_eq!(half(1.0 + 3.0 * 2f64.powi(-11)), 1.0 + 2f64.powi(-9));
        assert_eq!(half(65519.0), 65504.0);
        assert_eq!(half(65520.0), f64::INFINITY);
        assert_eq!(half(-1e9), f64::NEG_INFINITY);
        assert_eq!(half(2f64.powi(-24)), 2f64.powi(-24), "the smallest subnormal");
        assert_eq!(half(2f64.powi(-25)), 0.0);
        assert_eq!(half(-1.1 * 2f64.powi(-25)), -(2f64.powi(-24)));
        let brain = |x: f32| GradientFormat::Bfloat16.round(x);
        assert_eq!(brain(1.0 + 2f32.powi(-8)), 1.0);
        assert_eq!(brain(1e-30), f32::from_bits(1e-30f32.to_bits().wrapping_add(0x8000) & 0xffff_0000));
        assert_eq!(brain(f32::MAX), f32::INFINITY);
        assert!(brain(f32::NAN).is_nan());
        assert_eq!(GradientFormat::Full.round(0.1f32), 0.1);
    }
}
