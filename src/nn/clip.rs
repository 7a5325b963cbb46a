//! What is done to a gradient that is too large, before the optimizer sees it.

use strum::{IntoStaticStr, VariantArray};

use super::kernels::norm;
use super::layout::Layout;
use super::{About, Choice, Real};

/// How gradients are clipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Clip {
    None,
    Norm,
    Layer,
    Value,
}

impl Choice for Clip {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::None => ("none", "g", "Gradients are taken as they come.", "-"),
            Self::Norm => (
                "by global norm",
                "g min(1, c / (norm + 1e-6)), norm over all parameters",
                "Keeps the direction of the step and bounds its length: for gradients that explode. \
                 A gradient that has vanished stays as it is.",
                "Pascanu, Mikolov & Bengio 2013",
            ),
            Self::Layer => (
                "by each layer's norm",
                "g min(1, c / (norm + 1e-6)), norm over a layer",
                "Bounds the step of every layer by itself, which changes the direction of the whole.",
                "You, Gitman & Ginsburg 2017, in spirit",
            ),
            Self::Value => (
                "by value",
                "g between -c and c, element by element",
                "Bounds every element, which changes the direction.",
                "Mikolov 2012",
            ),
        };
        About::new(name, formula, help, source)
    }
}

/// Added to a norm before it divides.
pub const EPSILON: f64 = 1e-6;

impl Clip {
    /// Clips gradients `[P]` in place. `skipped` says of a layer that it is frozen: its gradient is not used, so it does
    /// not count, and it stays as it is.
    pub fn apply<R: Real>(self, threshold: f64, gradients: &mut [R], layout: &Layout, skipped: &[bool]) {
        let shrink = |gradients: &mut [R], norm: f64| {
            let factor = threshold / (norm + EPSILON);
            if factor < 1.0 {
                gradients.iter_mut().for_each(|g| *g *= R::of(factor));
            }
        };
        let layers = || (0..layout.layers.len()).filter(|&layer| !skipped[layer]);
        // The parameters of a layer follow each other.
        let range = |layer: usize| {
            let mut ranges = layout.of_layer(layer).map(|entry| entry.range());
            let first = ranges.next().unwrap_or_default();
            first.start..ranges.last().map_or(first.end, |last| last.end)
        };
        match self {
            Self::None => {}
            Self::Norm => {
                let norms: Vec<f64> = layers().map(|layer| norm(&gradients[range(layer)])).collect();
                let global = norm(&norms);
                layers().for_each(|layer| shrink(&mut gradients[range(layer)], global));
            }
            Self::Layer => layers().for_each(|layer| {
                let gradients = &mut gradients[range(layer)];
                let norm = norm(gradients);
                shrink(gradients, norm);
            }),
            Self::Value => {
                let bound = R::of(threshold);
                for g in layers().flat_map(range) {
                    let g = &mut gradients[g];
                    if *g > bound {
                        *g = bound;
                    } else if *g < -bound {
                        *g = -bound;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
use super::layout::Role;

#[cfg(test)]
mod tests {
    use super::*;

    fn clipped(clip: Clip, threshold: f64, gradients: &[f64], skipped: [bool; 2]) -> Vec<f64> {
        let mut layout = Layout::default();
        for layer in ["block1", "head"] {
            layout.layers.push(layer.to_owned());
            layout.add(format!("{layer}.weight"), vec![2], Role::Weight);
        }
        let mut gradients = gradients.to_vec();
        clip.apply(threshold, &mut gradients, &layout, &skipped);
        gradients
    }

    #[test]
    fn each_bounds_what_it_says() {
        let gradients = [3.0, 0.0, 0.0, 4.0];
        let near = |got: Vec<f64>, expected: [f64; 4]| {
            got.iter().zip(expected).for_each(|(got, expected)| assert!((got - expected).abs() < 1e-5, "{got}"));
        };
        near(clipped(Clip::None, 1.0, &gradients, [false; 2]), gradients);
        near(clipped(Clip::Norm, 1.0, &gradients, [false; 2]), [0.6, 0.0, 0.0, 0.8]);
        near(clipped(Clip::Norm, 10.0, &gradients, [false; 2]), gradients);
        near(clipped(Clip::Layer, 3.5, &gradients, [false; 2]), [3.0, 0.0, 0.0, 3.5]);
        near(clipped(Clip::Value, 2.0, &gradients, [false; 2]), [2.0, 0.0, 0.0, 2.0]);
        near(clipped(Clip::Norm, 1.0, &gradients, [false, true]), [1.0, 0.0, 0.0, 4.0]);
        near(clipped(Clip::Layer, 1.0, &gradients, [false, true]), [1.0, 0.0, 0.0, 4.0]);
        near(clipped(Clip::Value, 1.0, &gradients, [true, false]), [3.0, 0.0, 0.0, 1.0]);
    }
}
