//! The starts: how weights `[O, I]` and biases `[O]` are drawn, each with its one knob `scale`.

use strum::{IntoStaticStr, VariantArray};

use super::{About, Choice, Rng};

/// How the weights start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Init {
    Xavier,
    XavierUniform,
    He,
    HeUniform,
    Lecun,
    Orthogonal,
    FrameworkDefault,
    MeanField,
    Lsuv,
    Normal,
    Uniform,
    Constant,
    Identity,
    Zeros,
}

/// What the knob `scale` is called where a start uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
}

const GAIN: Scale =
    Scale { name: "Gain", help: "Multiplies every weight that this start draws. 1 is the start as published." };

impl Choice for Init {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Xavier => (
                "Xavier (Glorot), normal",
                "W ~ N(0, g^2 * 2 / (in + out))",
                "Keeps signal and gradient of a linear or tanh network at about the same size in every layer.",
                "Glorot & Bengio 2010",
            ),
            Self::XavierUniform => (
                "Xavier (Glorot), uniform",
                "W ~ U(-a, a), a = g sqrt(6 / (in + out))",
                "The same variance as Xavier normal, drawn from a box.",
                "Glorot & Bengio 2010",
            ),
            Self::He => (
                "He (Kaiming), normal",
                "W ~ N(0, g^2 * 2 / in)",
                "Twice LeCun's variance makes up for ReLU's setting half of the units to 0.",
                "He, Zhang, Ren & Sun 2015",
            ),
            Self::HeUniform => (
                "He (Kaiming), uniform",
                "W ~ U(-a, a), a = g sqrt(6 / in)",
                "The same variance as He normal, drawn from a box.",
                "He, Zhang, Ren & Sun 2015",
            ),
            Self::Lecun => (
                "LeCun",
                "W ~ N(0, g^2 / in)",
                "Keeps the variance of the signal in a linear layer; SELU is made for it.",
                "LeCun, Bottou, Orr & Mueller 1998",
            ),
            Self::Orthogonal => (
                "orthogonal",
                "W = g Q, Q with orthonormal rows or columns",
                "A square Q keeps every length exactly: through a linear network gradients pass unchanged at any depth.",
                "Saxe, McClelland & Ganguli 2013",
            ),
            Self::FrameworkDefault => (
                "framework default (PyTorch)",
                "W, b ~ U(-a, a), a = g / sqrt(in)",
                "What PyTorch's Linear does unless told otherwise: a third of LeCun's variance, so gradients shrink.",
                "PyTorch, torch.nn.Linear",
            ),
            Self::MeanField => (
                "mean field (free variance)",
                "W ~ N(0, sigma_w^2 / in), b ~ N(0, sigma_b^2)",
                "The two knobs of mean-field theory: they set on which side of the edge of chaos a network starts.",
                "Poole et al. 2016; Schoenholz et al. 2017",
            ),
            Self::Lsuv => (
                "LSUV (from data)",
                "W = Q, scaled layer by layer until std(z) = g on the first 256 samples",
                "Measures instead of assuming: works for any activation, at the price of a look at the data.",
                "Mishkin & Matas 2016",
            ),
            Self::Normal => (
                "normal, fixed deviation",
                "W ~ N(0, s^2)",
                "The same deviation whatever the width, as before Xavier: 1 explodes, 0.01 vanishes.",
                "Krizhevsky, Sutskever & Hinton 2012 (s = 0.01)",
            ),
            Self::Uniform => (
                "uniform, fixed bound",
                "W ~ U(-a, a)",
                "A box of the same size whatever the width.",
                "common practice before 2010",
            ),
            Self::Constant => (
                "constant",
                "W = c",
                "Every unit of a layer is the same and stays the same: the layer acts as a single unit.",
                "a textbook mistake",
            ),
            Self::Identity => (
                "identity",
                "W = g I (ones on the diagonal)",
                "Each layer starts by copying its input. Made for recurrent nets with ReLU.",
                "Le, Jaitly & Hinton 2015",
            ),
            Self::Zeros => (
                "zeros",
                "W = 0",
                "No gradient passes through a weight of 0, and the units of a layer cannot become different from each other.",
                "a textbook mistake",
            ),
        };
        About::new(name, formula, help, source)
    }
}

impl Init {
    /// What `scale` means here, or none where it does nothing.
    pub fn scale(self) -> Option<Scale> {
        match self {
            Self::Xavier
            | Self::XavierUniform
            | Self::He
            | Self::HeUniform
            | Self::Lecun
            | Self::Orthogonal
            | Self::FrameworkDefault
            | Self::Identity => Some(GAIN),
            Self::MeanField => Some(Scale {
                name: "Weight variance",
                help: "sigma_w^2: the variance of a weight times the number of inputs.",
            }),
            Self::Lsuv => Some(Scale { name: "Target deviation", help: "The deviation that each layer's z gets." }),
            Self::Normal => Some(Scale { name: "Deviation", help: "The standard deviation s of every weight." }),
            Self::Uniform => Some(Scale { name: "Bound", help: "Weights are drawn between -a and a." }),
            Self::Constant => Some(Scale { name: "Value", help: "The value c of every weight." }),
            Self::Zeros => None,
        }
    }

    /// The variance of a single weight of a layer, about a mean of 0. Orthogonal weights are not independent of each other, but
    /// each has this variance. None if the weights are not random, or follow from the data (LSUV).
    pub fn weight_variance(self, inputs: usize, outputs: usize, scale: f64) -> Option<f64> {
        let (n_in, n_out) = (inputs as f64, outputs as f64);
        let square = scale * scale;
        match self {
            Self::Xavier | Self::XavierUniform => Some(square * 2.0 / (n_in + n_out)),
            Self::He | Self::HeUniform => Some(square * 2.0 / n_in),
            Self::Lecun => Some(square / n_in),
            Self::MeanField => Some(scale / n_in),
            Self::Normal => Some(square),
            Self::FrameworkDefault => Some(square / (3.0 * n_in)),
            Self::Uniform => Some(square / 3.0),
            Self::Orthogonal => Some(square / n_in.max(n_out)),
            Self::Lsuv | Self::Constant | Self::Identity | Self::Zeros => None,
        }
    }

    /// The variance of the biases of a layer, where `variance` is what was asked for.
    pub fn bias_variance(self, inputs: usize, scale: f64, variance: f64) -> f64 {
        if self.has_bias_variance() { variance } else { scale * scale / (3.0 * inputs as f64) }
    }

    /// Whether `bias_variance` acts. PyTorch's default draws the biases like the weights.
    pub fn has_bias_variance(self) -> bool {
        self != Self::FrameworkDefault
    }

    /// The weights `[outputs, inputs]` of a layer. (LSUV's are orthogonal until it has seen data.)
    pub fn weights(self, inputs: usize, outputs: usize, scale: f64, rng: &mut Rng) -> Vec<f64> {
        let (n_in, n_out) = (inputs as f64, outputs as f64);
        let count = inputs * outputs;
        let mut normal = |variance: f64| -> Vec<f64> { (0..count).map(|_| rng.normal() * variance.sqrt()).collect() };
        match self {
            Self::Xavier => normal(scale * scale * 2.0 / (n_in + n_out)),
            Self::He => normal(scale * scale * 2.0 / n_in),
            Self::Lecun => normal(scale * scale / n_in),
            Self::MeanField => normal(scale / n_in),
            Self::Normal => normal(scale * scale),
            Self::XavierUniform => uniform(count, scale * (6.0 / (n_in + n_out)).sqrt(), rng),
            Self::HeUniform => uniform(count, scale * (6.0 / n_in).sqrt(), rng),
            Self::FrameworkDefault => uniform(count, scale / n_in.sqrt(), rng),
            Self::Uniform => uniform(count, scale, rng),
            Self::Orthogonal => orthogonal(inputs, outputs, scale, rng),
            Self::Lsuv => orthogonal(inputs, outputs, 1.0, rng),
            Self::Constant => vec![scale; count],
            Self::Identity => {
                (0..count).map(|index| if index / inputs == index % inputs { scale } else { 0.0 }).collect()
            }
            Self::Zeros => vec![0.0; count],
        }
    }

    /// The biases `[outputs]` of a layer.
    pub fn biases(self, inputs: usize, outputs: usize, scale: f64, variance: f64, rng: &mut Rng) -> Vec<f64> {
        if !self.has_bias_variance() {
            return uniform(outputs, scale / (inputs as f64).sqrt(), rng);
        }
        (0..outputs).map(|_| rng.normal() * variance.sqrt()).collect()
    }
}

fn uniform(count: usize, bound: f64, rng: &mut Rng) -> Vec<f64> {
    (0..count).map(|_| rng.symmetric(bound)).collect()
}

/// A random matrix `[outputs, inputs]` whose rows (if it is wide) or columns (if it is tall) are orthonormal, times
/// `scale`. Gram-Schmidt on normal draws is a QR decomposition with a positive diagonal of R, which makes Q uniform
/// over all such matrices; going over each vector twice keeps it orthogonal to the last digits.
fn orthogonal(inputs: usize, outputs: usize, scale: f64, rng: &mut Rng) -> Vec<f64> {
    let (count, length) = (inputs.min(outputs), inputs.max(outputs));
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(count);
    while basis.len() < count {
        let mut vector: Vec<f64> = (0..length).map(|_| rng.normal()).collect();
        for _ in 0..2 {
            for other in &basis {
                let overlap: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
                vector.iter_mut().zip(other).for_each(|(a, b)| *a -= overlap * b);
            }
        }
        let norm = vector.iter().map(|a| a * a).sum::<f64>().sqrt();
        vector.iter_mut().for_each(|a| *a /= norm);
        basis.push(vector);
    }
    let element = |out: usize, input: usize| if outputs <= inputs { basis[out][input] } else { basis[input][out] };
    (0..outputs)
        .flat_map(|out| (0..inputs).map(move |input| (out, input)))
        .map(|(o, i)| scale * element(o, i))
        .collect()
}

#[cfg(test)]
use super::rng::Purpose;

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of 90,000 weights.
    fn moments(init: Init, scale: f64) -> (f64, f64) {
        let weights = init.weights(200, 450, scale, &mut Rng::new(11, Purpose::Weights(0)));
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        (mean, weights.iter().map(|w| (w - mean) * (w - mean)).sum::<f64>() / weights.len() as f64)
    }

    #[test]
    fn every_start_has_the_variance_that_its_formula_says() {
        for &init in Init::VARIANTS {
            let expected = |scale: f64| {
                let of_the_formula = match init {
                    // Orthogonal, before it has seen data.
                    Init::Lsuv => Some(1.0 / 450.0),
                    // On the diagonal alone.
                    Init::Identity => Some(scale * scale / 450.0),
                    Init::Constant | Init::Zeros => Some(0.0),
                    Init::Xavier
                    | Init::XavierUniform
                    | Init::He
                    | Init::HeUniform
                    | Init::Lecun
                    | Init::Orthogonal
                    | Init::FrameworkDefault
                    | Init::MeanField
                    | Init::Normal
                    | Init::Uniform => init.weight_variance(200, 450, scale),
                };
                of_the_formula.expect("a random start")
            };
            for scale in [1.0, 2.5] {
                let (_, variance) = moments(init, scale);
                let expected = expected(scale);
                assert!(
                    (variance - expected).abs() <= 0.02 * expected,
                    "{init:?} x {scale}: {variance}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn orthogonal_rows_or_columns_are_orthonormal() {
        for (inputs, outputs) in [(7, 7), (3, 9), (9, 3), (64, 64)] {
            let weights = Init::Orthogonal.weights(inputs, outputs, 2.0, &mut Rng::new(1, Purpose::Weights(0)));
            let at = |o: usize, i: usize| weights[o * inputs + i];
            let product = |a: usize, b: usize| -> f64 {
                if outputs <= inputs {
                    (0..inputs).map(|i| at(a, i) * at(b, i)).sum()
                } else {
                    (0..outputs).map(|o| at(o, a) * at(o, b)).sum()
                }
            };
            let count = inputs.min(outputs);
            for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
                let expected = if a == b { 4.0 } else { 0.0 };
                assert!((product(a, b) - expected).abs() < 1e-13, "{inputs} x {outputs}: {a}.{b} = {}", product(a, b));
            }
        }
    }

    #[test]
    fn biases_start_at_zero_unless_asked() {
        for &init in Init::VARIANTS {
            let draw = |variance| init.biases(100, 1000, 1.0, variance, &mut Rng::new(2, Purpose::Biases(0)));
            let variance = |biases: &[f64]| biases.iter().map(|b| b * b).sum::<f64>() / biases.len() as f64;
            if init.has_bias_variance() {
                assert!(draw(0.0).iter().all(|&b| b == 0.0), "{init:?}");
            }
            let (got, expected) = (variance(&draw(0.25)), init.bias_variance(100, 1.0, 0.25));
            assert!((got / expected - 1.0).abs() < 0.12, "{init:?}: {got}, not {expected}");
        }
    }
}
