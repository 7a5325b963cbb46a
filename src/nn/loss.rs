//! The losses, on logits `[B, O]`: value beside gradient. Both are computed in f64, whatever the network's precision,
//! so that the loss that is shown never overflows before the network does.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::activation::{sigmoid, softplus};
use super::{About, Choice, Matrix, Real};

/// What training makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Each variant's About is its documentation.
pub enum Loss {
    Mse,
    BceWithLogits,
    SoftmaxCrossEntropy,
}

impl Choice for Loss {
    fn about(self) -> About {
        let (name, formula, help, source) = match self {
            Self::Mse => (
                "mean squared error",
                "mean over all outputs of (y - t)^2",
                "For numbers. Classes work too: two classes as -1 and 1, more as one output of 1 among zeros.",
                "Gauss 1809; PyTorch, MSELoss",
            ),
            Self::BceWithLogits => (
                "binary cross-entropy",
                "mean over all outputs of ln(1 + exp(y)) - t y",
                "For yes or no. Guessing costs ln 2 = 0.693.",
                "PyTorch, BCEWithLogitsLoss",
            ),
            Self::SoftmaxCrossEntropy => (
                "softmax cross-entropy",
                "mean over samples of ln(sum_k exp(y_k)) - y_class",
                "For one class out of several. Guessing among K classes costs ln K.",
                "Bridle 1990; PyTorch, CrossEntropyLoss",
            ),
        };
        About { name, formula, help, source }
    }
}

/// What the network's answers are compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<R> {
    /// A number for each output `[B, O]`: mean squared error and binary cross-entropy.
    Values(Matrix<R>),
    /// A class for each sample `[B]`: softmax cross-entropy.
    Classes(Vec<u8>),
}

impl<R: Real> Targets<R> {
    /// Number of samples.
    pub fn rows(&self) -> usize {
        match self {
            Self::Values(values) => values.rows(),
            Self::Classes(classes) => classes.len(),
        }
    }

    /// Those of the samples `indices` of `source`, which is of the same kind.
    pub fn gather(&mut self, source: &Self, indices: &[usize]) {
        match (self, source) {
            (Self::Values(values), Self::Values(source)) => values.gather(source, indices),
            (Self::Classes(classes), Self::Classes(source)) => {
                classes.clear();
                classes.extend(indices.iter().map(|&index| source[index]));
            }
            (this @ Self::Values(_), Self::Classes(_)) | (this @ Self::Classes(_), Self::Values(_)) => {
                *this = source.clone();
                this.gather(source, indices);
            }
        }
    }
}

impl Loss {
    /// Mean loss of logits `[B, O]`.
    pub fn value<R: Real>(self, logits: &Matrix<R>, targets: &Targets<R>) -> f64 {
        self.each(logits, targets, |_, _| {})
    }

    /// Mean loss of logits `[B, O]`, and dLoss/dlogits into `gradient` `[B, O]`.
    pub fn backward<R: Real>(self, logits: &Matrix<R>, targets: &Targets<R>, gradient: &mut Matrix<R>) -> f64 {
        let gradient = gradient.data_mut();
        self.each(logits, targets, |index, derivative| gradient[index] = R::of(derivative))
    }

    /// Mean loss; `derivative` is told dLoss/dlogit for each element, in order.
    fn each<R: Real>(self, logits: &Matrix<R>, targets: &Targets<R>, mut derivative: impl FnMut(usize, f64)) -> f64 {
        let (rows, cols) = (logits.rows() as f64, logits.cols());
        let elements = rows * cols as f64;
        match (self, targets) {
            (Self::Mse, Targets::Values(targets)) => {
                let sum = pairs(logits, targets).map(|(index, y, t)| {
                    derivative(index, 2.0 * (y - t) / elements);
                    (y - t) * (y - t)
                });
                sum.sum::<f64>() / elements
            }
            (Self::BceWithLogits, Targets::Values(targets)) => {
                let sum = pairs(logits, targets).map(|(index, y, t)| {
                    // sigmoid(y) - t and ln(1 + exp(y)) - t y, in forms that do not cancel for a sure and right answer.
                    derivative(index, ((1.0 - t) * sigmoid(y) - t * sigmoid(-y)) / elements);
                    (1.0 - t) * softplus(y) + t * softplus(-y)
                });
                sum.sum::<f64>() / elements
            }
            (Self::SoftmaxCrossEntropy, Targets::Classes(classes)) => {
                let sum = logits.iter_rows().zip(classes).enumerate().map(|(row, (logits, &class))| {
                    let class = usize::from(class);
                    let largest = logits.iter().fold(f64::NEG_INFINITY, |max, y| max.max(y.to_f64()));
                    let weights = || logits.iter().map(|y| libm::exp(y.to_f64() - largest)).enumerate();
                    let others: f64 = weights().filter(|&(index, _)| index != class).map(|(_, weight)| weight).sum();
                    let right = libm::exp(logits[class].to_f64() - largest);
                    // The share of the right class less 1 is minus that of the others, which does not cancel.
                    for (index, weight) in weights() {
                        let share = if index == class { -others } else { weight };
                        derivative(row * cols + index, share / (right + others) / rows);
                    }
                    // For a sure and right answer the logarithm is that of 1 and a little; for others `right` may be 0.
                    if right >= 0.5 {
                        libm::log1p(others / right)
                    } else {
                        libm::log(right + others) + largest - logits[class].to_f64()
                    }
                });
                sum.sum::<f64>() / rows
            }
            (Self::Mse | Self::BceWithLogits, Targets::Classes(_))
            | (Self::SoftmaxCrossEntropy, Targets::Values(_)) => {
                unreachable!("{self:?} was given targets of another loss")
            }
        }
    }

    /// What the best constant answer costs on these targets: the least that a network blind to its input can do.
    pub fn of_best_constant<R: Real>(self, targets: &Targets<R>) -> f64 {
        let entropy = |p: f64| if p > 0.0 { -p * libm::log(p) } else { 0.0 };
        let rows = targets.rows() as f64;
        match targets {
            Targets::Values(values) => {
                let column_cost = |col: usize| {
                    let column = || values.iter_rows().map(|row| row[col].to_f64());
                    let mean = column().sum::<f64>() / rows;
                    match self {
                        Self::Mse => column().map(|t| (t - mean) * (t - mean)).sum::<f64>() / rows,
                        Self::BceWithLogits | Self::SoftmaxCrossEntropy => entropy(mean) + entropy(1.0 - mean),
                    }
                };
                (0..values.cols()).map(column_cost).sum::<f64>() / values.cols() as f64
            }
            Targets::Classes(classes) => {
                let share = |class| classes.iter().filter(|&&other| other == class).count() as f64 / rows;
                (0..=u8::MAX).map(|class| entropy(share(class))).sum()
            }
        }
    }
}

/// (index, logit, target) of each element.
fn pairs<R: Real>(logits: &Matrix<R>, targets: &Matrix<R>) -> impl Iterator<Item = (usize, f64, f64)> {
    let pairs = logits.data().iter().zip(targets.data()).enumerate();
    pairs.map(|(index, (y, t))| (index, y.to_f64(), t.to_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits and targets of each kind, far out ones included.
    fn cases() -> Vec<(Loss, Matrix<f64>, Targets<f64>)> {
        let logits = || Matrix::from_rows(3, [0.3, -1.2, 4.0, 30.0, -25.0, 0.0]);
        let values = || Targets::Values(Matrix::from_rows(3, [1.0, 0.0, 0.5, 1.0, 1.0, 0.0]));
        vec![
            (Loss::Mse, logits(), values()),
            (Loss::BceWithLogits, logits(), values()),
            (Loss::SoftmaxCrossEntropy, logits(), Targets::Classes(vec![2, 1])),
        ]
    }

    #[test]
    fn every_gradient_is_the_derivative_of_its_value() {
        for (loss, logits, targets) in cases() {
            let mut gradient = Matrix::zeros(2, 3);
            let value = loss.backward(&logits, &targets, &mut gradient);
            assert_eq!(value, loss.value(&logits, &targets));
            for index in 0..6 {
                let h = 1e-5;
                let nudged = |by: f64| {
                    let mut logits = logits.clone();
                    logits.data_mut()[index] += by;
                    loss.value(&logits, &targets)
                };
                let difference = (nudged(h) - nudged(-h)) / (2.0 * h);
                let got = gradient.data()[index];
                assert!((got - difference).abs() < 1e-8, "{loss:?}, element {index}: {got} is not {difference}");
            }
        }
    }

    #[test]
    fn values_are_those_of_the_definitions() {
        let logits = Matrix::<f64>::from_rows(2, [1.0, 3.0]);
        let values = Targets::Values(Matrix::from_rows(2, [0.0, 1.0]));
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-15, "{got} is not {expected}");
        near(Loss::Mse.value(&logits, &values), (1.0 + 4.0) / 2.0);
        near(Loss::BceWithLogits.value(&logits, &values), (1f64.exp().ln_1p() + (-3f64).exp().ln_1p()) / 2.0);
        let softmax = Loss::SoftmaxCrossEntropy.value(&logits, &Targets::Classes(vec![0]));
        near(softmax, (1f64.exp() + 3f64.exp()).ln() - 1.0);
    }

    #[test]
    fn a_sure_and_right_answer_keeps_its_digits() {
        let near =
            |got: f64, expected: f64| assert!((got / expected - 1.0).abs() < 1e-12, "{got:e} is not {expected:e}");
        let tiny = (-60f64).exp();
        let mut gradient = Matrix::zeros(1, 2);
        let softmax = Loss::SoftmaxCrossEntropy;
        let logits = Matrix::<f64>::from_rows(2, [60.0, 0.0]);
        near(softmax.backward(&logits, &Targets::Classes(vec![0]), &mut gradient), tiny);
        near(gradient.data()[0], -tiny);
        near(gradient.data()[1], tiny);
        let values = Targets::Values(Matrix::from_rows(1, [1.0]));
        let mut gradient = Matrix::zeros(1, 1);
        let logits = Matrix::<f64>::from_rows(1, [60.0]);
        near(Loss::BceWithLogits.backward(&logits, &values, &mut gradient), tiny);
        near(gradient.data()[0], -tiny);
    }

    #[test]
    fn the_best_constant_costs_ln_2_for_two_even_classes() {
        let values = Targets::Values(Matrix::<f64>::from_rows(1, [0.0, 1.0, 1.0, 0.0]));
        assert!((Loss::BceWithLogits.of_best_constant(&values) - 2f64.ln()).abs() < 1e-15);
        assert_eq!(Loss::Mse.of_best_constant(&values), 0.25);
        let classes = Targets::<f64>::Classes(vec![0, 1, 1, 0]);
        assert!((Loss::SoftmaxCrossEntropy.of_best_constant(&classes) - 2f64.ln()).abs() < 1e-15);
    }
}
