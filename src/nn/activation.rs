//! What the lab says of the activations, source beside the name; their formulas are in `kernels/formulas.rs`.
//!
//! To add one, add a variant there and its arm in each `match`, and here what is said of it: the menu, the link, the
//! gradient test and the table in docs/model.md follow.

pub use super::kernels::Activation;
use super::{About, Choice};

impl Choice for Activation {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Identity => (
                "identity (linear)",
                "f(z) = z",
                "No activation: a deep linear network. Its gradients still vanish or explode, by the weights alone.",
                "Saxe, McClelland & Ganguli 2013",
            ),
            Self::Sigmoid => (
                "sigmoid",
                "f(z) = 1 / (1 + exp(-z))",
                "Its slope is at most 0.25, and near 0 once it saturates: the classic cause of vanishing gradients.",
                "Hochreiter 1991; Glorot & Bengio 2010",
            ),
            Self::Tanh => (
                "tanh",
                "f(z) = tanh(z)",
                "Slope 1 at 0, near 0 once it saturates. Centred on 0, so it does better than sigmoid.",
                "LeCun et al. 1998; Glorot & Bengio 2010",
            ),
            Self::Relu => (
                "ReLU",
                "f(z) = max(0, z)",
                "Slope 1 where active, 0 elsewhere. A unit that is never active is dead: no gradient reaches it.",
                "Nair & Hinton 2010; Glorot, Bordes & Bengio 2011",
            ),
            Self::LeakyRelu => (
                "leaky ReLU",
                "f(z) = z if z > 0, else 0.01 z",
                "ReLU with a small slope on the negative side, so that no unit is ever dead.",
                "Maas, Hannun & Ng 2013",
            ),
            Self::Elu => (
                "ELU",
                "f(z) = z if z > 0, else exp(z) - 1",
                "Smooth, with negative values down to -1 that pull the mean towards 0.",
                "Clevert, Unterthiner & Hochreiter 2016",
            ),
            Self::Selu => (
                "SELU",
                "f(z) = 1.0507 z if z > 0, else 1.7581 (exp(z) - 1)",
                "ELU scaled so that, with LeCun's start, mean 0 and variance 1 are a stable fixed point.",
                "Klambauer et al. 2017",
            ),
            Self::Gelu => (
                "GELU",
                "f(z) = z Phi(z), Phi the normal distribution function",
                "A smooth ReLU, usual in transformers. Exact form, not the tanh approximation.",
                "Hendrycks & Gimpel 2016",
            ),
            Self::Silu => (
                "SiLU (swish)",
                "f(z) = z / (1 + exp(-z))",
                "A smooth ReLU with a small dip below 0.",
                "Elfwing, Uchibe & Doya 2018; Ramachandran et al. 2017",
            ),
            Self::Softplus => (
                "softplus",
                "f(z) = ln(1 + exp(z))",
                "A smooth ReLU whose slope is the sigmoid. Never 0, and so never centred.",
                "Dugas et al. 2001",
            ),
            Self::Mish => ("Mish", "f(z) = z tanh(softplus(z))", "A smooth ReLU, close to SiLU.", "Misra 2019"),
            Self::Softsign => (
                "softsign",
                "f(z) = z / (1 + |z|)",
                "Like tanh, but it saturates slowly: its slope falls off with the square of z only.",
                "Bergstra et al. 2009; Glorot & Bengio 2010",
            ),
            Self::HardTanh => (
                "hard tanh",
                "f(z) = z clipped to [-1, 1]",
                "Tanh in three straight pieces: slope 1 inside, exactly 0 outside.",
                "Collobert 2004",
            ),
        };
        About::new(name, formula, help, source)
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    fn grid() -> impl Iterator<Item = f64> {
        (-400..=400).map(|step| f64::from(step) * 0.05 + 0.003)
    }

    #[test]
    fn every_slope_is_the_derivative_of_its_value() {
        for &f in Activation::VARIANTS {
            for z in grid().filter(|z| f.kinks().iter().all(|kink| (z - kink).abs() > 1e-3)) {
                let h = 1e-5;
                let difference = (f.value(z + h) - f.value(z - h)) / (2.0 * h);
                let error = (f.slope(z) - difference).abs();
                assert!(error < 1e-8, "{f:?} at {z}: slope {}, difference {difference}", f.slope(z));
            }
        }
    }

    #[test]
    fn slopes_at_the_kinks_are_those_of_the_run_file() {
        assert_eq!(Activation::Relu.slope(0.0), 0.0);
        assert_eq!(Activation::LeakyRelu.slope(0.0), 0.01);
        assert_eq!(Activation::Elu.slope(0.0), 1.0);
        assert_eq!([-1.0, 1.0].map(|z| Activation::HardTanh.slope(z)), [0.0, 0.0]);
    }

    #[test]
    fn the_largest_slope_is_reached_and_never_passed() {
        for &f in Activation::VARIANTS {
            // Softplus reaches its largest slope only far out.
            let fine = (-1_000_000..=1_000_000).map(|step| f64::from(step) * 1e-5).chain([40.0]);
            let largest = fine.map(|z| f.slope(z).abs()).fold(0.0, f64::max);
            assert!((largest - f.largest_slope()).abs() < 1e-6, "{f:?}: {largest} is not {}", f.largest_slope());
        }
    }

    #[test]
    fn saturated_slopes_keep_their_digits_in_32_bits() {
        for (f, z) in [(Activation::Sigmoid, 20.0), (Activation::Tanh, 10.0), (Activation::Gelu, -8.0)] {
            let (narrow, wide) = (f64::from(f.slope(z as f32)), f.slope(z));
            assert!((narrow / wide - 1.0).abs() < 1e-5, "{f:?}'({z}): {narrow} is not {wide}");
        }
    }

    #[test]
    fn both_precisions_agree_and_extremes_stay_in_range() {
        for &f in Activation::VARIANTS {
            for z in grid() {
                let near = |narrow: f32, wide: f64| (f64::from(narrow) - wide).abs() <= 2e-6 * wide.abs() + 2e-7;
                assert!(near(f.value(z as f32), f.value(f64::from(z as f32))), "{f:?} at {z}");
                assert!(near(f.slope(z as f32), f.slope(f64::from(z as f32))), "{f:?}' at {z}");
            }
            for z in [f32::MAX, -f32::MAX, f32::INFINITY, f32::NEG_INFINITY] {
                assert!(f.slope(z).is_finite(), "{f:?}'({z}) = {}", f.slope(z));
            }
            assert!(f.value(f32::NAN).is_nan(), "{f:?} hides NaN");
        }
    }
}
