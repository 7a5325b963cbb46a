//! What is learned: where each data set comes from.

pub mod digits;
pub mod points;

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::nn::{About, Choice};

/// A data set by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Task {
    Circles,
    Xor,
    Gaussians,
    Spiral,
    Moons,
    Disc,
    Sine,
    Digits,
}

impl Choice for Task {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Circles => (
                "Circles",
                "radius 1 or 1/2, by class",
                "Two rings, one inside the other: no straight line parts them.",
                "scikit-learn, make_circles",
            ),
            Self::Xor => (
                "Exclusive or",
                "class = (x y > 0), x and y on [-1, 1]",
                "Opposite quarters belong together: the problem that one layer cannot solve.",
                "Minsky & Papert 1969",
            ),
            Self::Gaussians => (
                "Two Gaussians",
                "N(+-(0.5, 0.5), 0.2^2 + noise^2), by class",
                "Two clouds that a straight line parts.",
                "Fisher 1936, in spirit",
            ),
            Self::Spiral => (
                "Spiral",
                "radius r, angle 3.5 pi r (+ pi), r on [0, 1]",
                "Two arms wound into each other: wants a deep or a wide network, and time.",
                "Lang & Witbrock 1988",
            ),
            Self::Moons => (
                "Moons",
                "two half circles, interlocked",
                "Two half moons that almost touch.",
                "scikit-learn, make_moons",
            ),
            Self::Disc => (
                "Disc",
                "x ~ N(0, I), class = (|x|^2 > 2 ln 2)",
                "Normal points, half of them within the disc: the inputs that the theory of deep networks assumes.",
                "this lab",
            ),
            Self::Sine => (
                "Sine (a number)",
                "y = sin(2 pi x), x on [-1, 1]",
                "Two periods of a sine: the target is a number, not a class.",
                "this lab",
            ),
            Self::Digits => (
                "Handwritten digits",
                "8 x 8 pixels, ink 0 to 1, ten classes",
                "1,797 real images of handwritten digits.",
                "Alpaydin & Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0",
            ),
        };
        About { name, formula, help, source }
    }
}

impl Task {
    /// Whether the data come from the file that [`digits::parse`] reads, rather than from a seed.
    pub fn needs_digits(self) -> bool {
        self == Self::Digits
    }

    /// Whether the target is a class (and not a number).
    pub fn is_classification(self) -> bool {
        self != Self::Sine
    }

    /// Numbers in a sample.
    pub fn inputs(self) -> usize {
        match self {
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => 2,
            Self::Sine => 1,
            Self::Digits => digits::PIXELS,
        }
    }

    /// Classes to tell apart, or 0 for a number.
    pub fn classes(self) -> usize {
        match self {
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => 2,
            Self::Sine => 0,
            Self::Digits => digits::CLASSES,
        }
    }
}

/// Samples with their answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Numbers in a sample.
    pub dimension: usize,
    /// Sample after sample.
    pub inputs: Vec<f64>,
    /// What is to be said of each.
    pub answers: Answers,
}

/// What is to be said of each sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// A class, counted from 0.
    Classes {
        /// One a sample.
        labels: Vec<u8>,
        /// How many classes there are.
        count: usize,
    },
    /// A number.
    Values(Vec<f64>),
}

impl Dataset {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match &self.answers {
            Answers::Classes { labels, .. } => labels.len(),
            Answers::Values(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples `indices`, in that order.
    pub fn select(&self, indices: &[usize]) -> Self {
        let sample = |&index: &usize| &self.inputs[index * self.dimension..][..self.dimension];
        let answers = match &self.answers {
            Answers::Classes { labels, count } => {
                Answers::Classes { labels: indices.iter().map(|&index| labels[index]).collect(), count: *count }
            }
            Answers::Values(values) => Answers::Values(indices.iter().map(|&index| values[index]).collect()),
        };
        let inputs = indices.iter().flat_map(sample).copied().collect();
        Self { dimension: self.dimension, inputs, answers }
    }
}
