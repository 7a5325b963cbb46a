//! y = W x + b.

use crate::nn::{Matrix, Real, kernels};

/// A dense layer, or its gradient: the two have the same shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear<R> {
    /// W `[O, I]`.
    pub weight: Matrix<R>,
    /// b `[O]`.
    pub bias: Vec<R>,
}

impl<R: Real> Linear<R> {
    /// All zeros.
    pub fn zeros(inputs: usize, outputs: usize) -> Self {
        Self { weight: Matrix::zeros(outputs, inputs), bias: vec![R::ZERO; outputs] }
    }

    /// The same in another precision.
    pub fn to<S: Real>(&self) -> Linear<S> {
        Linear { weight: self.weight.to(), bias: self.bias.iter().map(|x| S::of(x.to_f64())).collect() }
    }

    /// I.
    pub fn inputs(&self) -> usize {
        self.weight.cols()
    }

    /// O.
    pub fn outputs(&self) -> usize {
        self.weight.rows()
    }

    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.weight.data().len() + self.bias.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// x `[B, I]` -> y `[B, O]`.
    pub fn forward(&self, x: &Matrix<R>, y: &mut Matrix<R>) {
        kernels::affine(x, &self.weight, &self.bias, y);
    }

    /// dLoss/dy `[B, O]` -> dLoss/dW and dLoss/db into `gradient`.
    pub fn backward(x: &Matrix<R>, dy: &Matrix<R>, gradient: &mut Self) {
        kernels::affine_parameter_gradient(dy, x, &mut gradient.weight, &mut gradient.bias);
    }

    /// dLoss/dy `[B, O]` -> dLoss/dx `[B, I]`.
    pub fn backward_to_input(&self, dy: &Matrix<R>, dx: &mut Matrix<R>) {
        kernels::affine_input_gradient(dy, &self.weight, dx);
    }
}
