//! The float types that a network can compute in.

use strum::{IntoStaticStr, VariantArray};

use super::kernels::Float;
use super::{About, Choice, Compiled};

/// The float type that a network computes in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray, IntoStaticStr, serde::Serialize, serde::Deserialize,
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

/// A float type that a network can compute in.
pub trait Real: Float + Compiled {
    /// Which type this is.
    const PRECISION: Precision;
}

impl Real for f32 {
    const PRECISION: Precision = Precision::F32;
}

impl Real for f64 {
    const PRECISION: Precision = Precision::F64;
}
