//! What is learned: where each data set comes from.

pub mod digits;
pub mod points;
pub mod sequences;

use strum::{IntoStaticStr, VariantArray};

use crate::nn::{About, Choice, over_time};

/// A data set by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
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
    Recall,
    Adding,
    Copy,
    Parity,
    Text,
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
            Self::Recall => (
                "Recall (sequence)",
                "x_1 = one of 4 symbols, x_2 .. x_T = 0, T = lag + 1",
                "Which symbol came first? It has to be kept while nothing else comes.",
                "Hochreiter & Schmidhuber 1997 and Bengio et al. 1994, in spirit",
            ),
            Self::Adding => (
                "Adding problem (sequence, a number)",
                "y = sum of the two marked x_t, x_t on [0, 1], T = lag + 1",
                "The sum of two marked numbers, one in each half. The best constant answer costs 1/6.",
                "Hochreiter & Schmidhuber 1997, as in Le, Jaitly & Hinton 2015",
            ),
            Self::Copy => (
                "Copy (sequence)",
                "y_(lag + i) = x_i, i = 1 .. min(5, lag)",
                "Symbols of 4 kinds are read, kept, and repeated when they are asked for.",
                "Arjovsky, Shah & Bengio 2016, in spirit",
            ),
            Self::Parity => (
                "Parity (sequence)",
                "y_t = (x_1 + .. + x_t is odd), bits as -1 and 1, T = lag + 1",
                "Is the number of ones so far odd? One bit of memory, which every step may turn over.",
                "Minsky & Papert 1969, bit after bit",
            ),
            Self::Text => (
                "Next character (text)",
                "y_t = x_(t + 1), 27 characters, T = lag + 1",
                "The beginning of Alice's Adventures in Wonderland, letter by letter.",
                "Lewis Carroll 1865, public domain",
            ),
        };
        About::new(name, formula, help, source)
    }
}

impl Task {
    /// The file that the data come from; none if they are drawn from a seed.
    pub fn file(self) -> Option<File> {
        match self {
            Self::Digits => Some(File::Digits),
            Self::Text => Some(File::Text),
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc | Self::Sine => None,
            Self::Recall | Self::Adding | Self::Copy | Self::Parity => None,
        }
    }

    /// Whether a sample comes step after step.
    pub fn is_sequence(self) -> bool {
        match self {
            Self::Recall | Self::Adding | Self::Copy | Self::Parity | Self::Text => true,
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => false,
            Self::Sine | Self::Digits => false,
        }
    }

    /// Whether every step of a sequence has an answer, and not the last alone.
    pub fn answers_every_step(self) -> bool {
        match self {
            Self::Copy | Self::Parity | Self::Text => true,
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => false,
            Self::Sine | Self::Digits | Self::Recall | Self::Adding => false,
        }
    }

    /// Steps in a sample: 1 if it is no sequence.
    pub fn steps(self, lag: usize) -> usize {
        match self {
            Self::Recall | Self::Adding | Self::Parity | Self::Text => lag + 1,
            Self::Copy => lag + sequences::copied(lag),
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => 1,
            Self::Sine | Self::Digits => 1,
        }
    }

    /// Whether the target is a class (and not a number).
    pub fn is_classification(self) -> bool {
        self.classes() > 0
    }

    /// Numbers in a step of a sample.
    pub fn inputs(self) -> usize {
        match self {
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => 2,
            Self::Sine | Self::Parity => 1,
            Self::Digits => digits::PIXELS,
            Self::Recall => sequences::SYMBOLS,
            Self::Adding => 2,
            Self::Copy => sequences::SYMBOLS + 1,
            Self::Text => sequences::CHARACTERS,
        }
    }

    /// Classes to tell apart, or 0 for a number.
    pub fn classes(self) -> usize {
        match self {
            Self::Circles | Self::Xor | Self::Gaussians | Self::Spiral | Self::Moons | Self::Disc => 2,
            Self::Sine | Self::Adding => 0,
            Self::Digits => digits::CLASSES,
            Self::Recall | Self::Copy => sequences::SYMBOLS,
            Self::Parity => 2,
            Self::Text => sequences::CHARACTERS,
        }
    }
}

/// A file of data that comes with the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// Of images.
    Digits,
    /// Of text.
    Text,
}

/// What is wrong with a file of data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // Each error speaks for itself.
pub enum FileError {
    #[error(transparent)]
    Digits(#[from] digits::DigitsError),
    #[error(transparent)]
    Text(#[from] sequences::TextError),
}

impl File {
    /// Its name in the folder `data`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits.txt",
            Self::Text => "text.txt",
        }
    }

    /// The data in its bytes.
    pub fn read(self, bytes: &[u8], lag: usize) -> Result<Dataset, FileError> {
        Ok(match self {
            Self::Digits => digits::parse(bytes)?,
            Self::Text => over_time(|| sequences::text(bytes, lag))?,
        })
    }
}

/// Samples with their answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Numbers in a sample.
    pub dimension: usize,
    /// Steps in a sample, of `dimension / steps` numbers each: 1 if it is no sequence.
    pub steps: usize,
    /// Answers that a sample wants: 1, or one at each step.
    pub items: usize,
    /// How much each answer of a sample counts; empty if all count alike.
    pub mask: Vec<f64>,
    /// Sample after sample, step after step.
    pub inputs: Vec<f64>,
    /// What is to be said of each.
    pub answers: Answers,
}

/// What is to be said of each sample, `items` times.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// A class, counted from 0.
    Classes {
        /// One for each answer.
        labels: Vec<u8>,
        /// How many classes there are.
        count: usize,
    },
    /// A number.
    Values(Vec<f64>),
}

impl Dataset {
    /// Samples of one step with one answer each.
    pub fn of_points(dimension: usize, inputs: Vec<f64>, answers: Answers) -> Self {
        Self { dimension, steps: 1, items: 1, mask: Vec::new(), inputs, answers }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        let answers = match &self.answers {
            Answers::Classes { labels, .. } => labels.len(),
            Answers::Values(values) => values.len(),
        };
        answers / self.items
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples `indices`, in that order.
    pub fn select(&self, indices: &[usize]) -> Self {
        let answers = match &self.answers {
            Answers::Classes { labels, count } => {
                Answers::Classes { labels: rows(labels, self.items, indices), count: *count }
            }
            Answers::Values(values) => Answers::Values(rows(values, self.items, indices)),
        };
        let inputs = rows(&self.inputs, self.dimension, indices);
        Self {
            dimension: self.dimension,
            steps: self.steps,
            items: self.items,
            mask: self.mask.clone(),
            inputs,
            answers,
        }
    }
}

/// The rows `indices` of `all`, which has so many numbers a row.
fn rows<T: Copy>(all: &[T], width: usize, indices: &[usize]) -> Vec<T> {
    indices.iter().flat_map(|&index| &all[index * width..][..width]).copied().collect()
}
