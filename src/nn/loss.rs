//! The losses, on logits `[B, O]`: value beside gradient. Both are computed in f64, whatever the network's precision,
//! so that the loss that is shown never overflows before the network does.

use strum::{IntoStaticStr, VariantArray};

use super::kernels::formulas::{sigmoid, softplus};
use super::{About, Choice, Matrix, Real};

/// What training makes small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
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
        About::new(name, formula, help, source)
    }
}

/// What the network's answers are compared with. A sample has one answer, or one at each of its `T` time steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets<R> {
    /// A number for each output `[B, T O]`; for softmax cross-entropy the class of each answer `[B, T]`, from 0.
    pub answers: Matrix<R>,
    /// How much each answer counts in the mean `[B, T]`; without columns if all count alike.
    pub mask: Matrix<R>,
}

impl<R: Real> Targets<R> {
    /// Answers that all count alike.
    pub fn new(answers: Matrix<R>) -> Self {
        Self { mask: Matrix::zeros(answers.rows(), 0), answers }
    }

    /// Number of samples.
    pub fn rows(&self) -> usize {
        self.answers.rows()
    }

    /// Takes over the samples `indices` of `source`.
    pub fn gather(&mut self, source: &Self, indices: &[usize]) {
        self.answers.gather(&source.answers, indices);
        self.mask.gather(&source.mask, indices);
    }

    /// How much an answer counts.
    pub fn weight(&self, answer: usize) -> f64 {
        self.mask.data().get(answer).map_or(1.0, |weight| weight.to_f64())
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

    /// How many answers there are, those of a sample that all count alike being one, and how much they count together.
    pub fn count<R: Real>(self, targets: &Targets<R>) -> (usize, f64) {
        let answers = match self {
            Self::SoftmaxCrossEntropy => &targets.answers,
            Self::Mse | Self::BceWithLogits => &targets.mask,
        };
        let answers = if answers.cols() == 0 { targets.rows() } else { answers.data().len() };
        let counts = if targets.mask.cols() == 0 {
            answers as f64
        } else {
            targets.mask.data().iter().map(|weight| weight.to_f64()).sum()
        };
        (answers, counts)
    }

    /// Mean loss; `derivative` is told dLoss/dlogit for each element, in order.
    fn each<R: Real>(self, logits: &Matrix<R>, targets: &Targets<R>, mut derivative: impl FnMut(usize, f64)) -> f64 {
        let (answers, counts) = self.count(targets);
        let cols = logits.data().len() / answers;
        let elements = counts * cols as f64;
        match self {
            Self::Mse => {
                let sum = pairs(logits, targets).map(|(index, y, t)| {
                    let weight = targets.weight(index / cols);
                    derivative(index, weight * (2.0 * (y - t)) / elements);
                    weight * ((y - t) * (y - t))
                });
                sum.sum::<f64>() / elements
            }
            Self::BceWithLogits => {
                let sum = pairs(logits, targets).map(|(index, y, t)| {
                    let weight = targets.weight(index / cols);
                    // sigmoid(y) - t and ln(1 + exp(y)) - t y, in forms that do not cancel for a sure and right answer.
                    derivative(index, weight * ((1.0 - t) * sigmoid(y) - t * sigmoid(-y)) / elements);
                    weight * ((1.0 - t) * softplus(y) + t * softplus(-y))
                });
                sum.sum::<f64>() / elements
            }
            Self::SoftmaxCrossEntropy => {
                let each = logits.data().chunks_exact(cols).zip(targets.answers.data()).enumerate();
                let sum = each.map(|(answer, (logits, class))| {
                    let (class, weight) = (class.to_f64() as usize, targets.weight(answer));
                    let largest = logits.iter().fold(f64::NEG_INFINITY, |max, y| max.max(y.to_f64()));
                    let powers = || logits.iter().map(|y| libm::exp(y.to_f64() - largest)).enumerate();
                    let others: f64 = powers().filter(|&(index, _)| index != class).map(|(_, power)| power).sum();
                    let right = libm::exp(logits[class].to_f64() - largest);
                    // The share of the right class less 1 is minus that of the others, which does not cancel.
                    for (index, power) in powers() {
                        let share = if index == class { -others } else { power };
                        derivative(answer * cols + index, weight * (share / (right + others)) / counts);
                    }
                    // For a sure and right answer the logarithm is that of 1 and a little; for others `right` may be 0.
                    let loss = if right >= 0.5 {
                        libm::log1p(others / right)
                    } else {
                        libm::log(right + others) + largest - logits[class].to_f64()
                    };
                    weight * loss
                });
                sum.sum::<f64>() / counts
            }
        }
    }

    /// What the best constant answer costs on these targets: the least that a network blind to its input can do.
    /// At every time step the constant is the same.
    /// An answer is `outputs` numbers.
    pub fn of_best_constant<R: Real>(self, targets: &Targets<R>, outputs: usize) -> f64 {
        let entropy = |p: f64| if p > 0.0 { -p * libm::log(p) } else { 0.0 };
        let cols = if self == Self::SoftmaxCrossEntropy { 1 } else { outputs };
        let counts: f64 = (0..targets.answers.data().len() / cols).map(|answer| targets.weight(answer)).sum();
        let all = || targets.answers.data().iter().enumerate();
        let mean = |of: &dyn Fn(f64) -> f64, col: usize| {
            let column = all().filter(|(index, _)| index % cols == col);
            column.map(|(index, t)| targets.weight(index / cols) * of(t.to_f64())).sum::<f64>() / counts
        };
        let column_cost = |col: usize| {
            let middle = mean(&|t| t, col);
            match self {
                Self::Mse => mean(&|t| (t - middle) * (t - middle), col),
                Self::BceWithLogits => entropy(middle) + entropy(1.0 - middle),
                Self::SoftmaxCrossEntropy => {
                    let share = |class: u8| mean(&|t| f64::from(u8::from(t == f64::from(class))), col);
                    (0..=u8::MAX).map(|class| entropy(share(class))).sum()
                }
            }
        };
        (0..cols).map(column_cost).sum::<f64>() / cols as f64
    }
}

/// (index, logit, target) of each element.
fn pairs<R: Real>(logits: &Matrix<R>, targets: &Targets<R>) -> impl Iterator<Item = (usize, f64, f64)> {
    let pairs = logits.data().iter().zip(targets.answers.data()).enumerate();
    pairs.map(|(index, (y, t))| (index, y.to_f64(), t.to_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits and targets of each kind, far out ones included.
    fn cases() -> Vec<(Loss, Matrix<f64>, Targets<f64>)> {
        let logits = || Matrix::from_rows(3, [0.3, -1.2, 4.0, 30.0, -25.0, 0.0]);
        let values = || Targets::new(Matrix::from_rows(3, [1.0, 0.0, 0.5, 1.0, 1.0, 0.0]));
        let masked = |targets| Targets { mask: Matrix::from_rows(3, [1.0, 0.5, 0.0, 0.0, 2.0, 1.0]), ..targets };
        let classes = || Targets::new(Matrix::from_rows(1, [2.0, 1.0]));
        vec![
            (Loss::Mse, logits(), values()),
            (Loss::BceWithLogits, logits(), values()),
            (Loss::SoftmaxCrossEntropy, logits(), classes()),
            (Loss::Mse, logits(), masked(values())),
            (Loss::BceWithLogits, logits(), masked(values())),
            (Loss::SoftmaxCrossEntropy, logits(), Targets { mask: Matrix::from_rows(1, [0.5, 2.0]), ..classes() }),
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
        let values = Targets::new(Matrix::from_rows(2, [0.0, 1.0]));
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-15, "{got} is not {expected}");
        near(Loss::Mse.value(&logits, &values), (1.0 + 4.0) / 2.0);
        near(Loss::BceWithLogits.value(&logits, &values), (1f64.exp().ln_1p() + (-3f64).exp().ln_1p()) / 2.0);
        let softmax = Loss::SoftmaxCrossEntropy.value(&logits, &Targets::new(Matrix::from_rows(1, [0.0])));
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
        near(softmax.backward(&logits, &Targets::new(Matrix::from_rows(1, [0.0])), &mut gradient), tiny);
        near(gradient.data()[0], -tiny);
        near(gradient.data()[1], tiny);
        let values = Targets::new(Matrix::from_rows(1, [1.0]));
        let mut gradient = Matrix::zeros(1, 1);
        let logits = Matrix::<f64>::from_rows(1, [60.0]);
        near(Loss::BceWithLogits.backward(&logits, &values, &mut gradient), tiny);
        near(gradient.data()[0], -tiny);
    }

    #[test]
    fn the_best_constant_costs_ln_2_for_two_even_classes() {
        let values = Targets::new(Matrix::<f64>::from_rows(1, [0.0, 1.0, 1.0, 0.0]));
        assert!((Loss::BceWithLogits.of_best_constant(&values, 1) - 2f64.ln()).abs() < 1e-15);
        assert_eq!(Loss::Mse.of_best_constant(&values, 1), 0.25);
        let classes = Targets::new(Matrix::<f64>::from_rows(1, [0.0, 1.0, 1.0, 0.0]));
        assert!((Loss::SoftmaxCrossEntropy.of_best_constant(&classes, 2) - 2f64.ln()).abs() < 1e-15);
    }
}
