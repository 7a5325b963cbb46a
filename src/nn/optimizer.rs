//! From gradient to update.

use super::Real;

/// Plain gradient descent: p <- p - lr * dLoss/dp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// Learning rate.
    pub lr: f64,
}

impl Sgd {
    /// What one step subtracts from a parameter with this gradient.
    pub fn update<R: Real>(self, gradient: R) -> R {
        R::of(self.lr) * gradient
    }

    /// One step of an array of parameters.
    pub fn step<R: Real>(self, parameters: &mut [R], gradients: &[R]) {
        for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
            *parameter -= self.update(gradient);
        }
    }
}
