//! The multilayer perceptron: forward(batch) -> [`Trace`], backward(trace) -> [`Gradients`].
//!
//! With a_0 = x, hidden layer l computes z_l = W_l a_{l-1} + b_l and a_l = f(z_l); the head is linear and its z are the
//! logits. Backward goes through the layers one by one and keeps dLoss/dz and dLoss/da of each, because they are what
//! the lab is about.

use super::loss::{Loss, Targets};
use super::rng::{Purpose, Rng};
use super::{Activation, Init, Linear, Matrix, Real, Sgd};

/// The shape of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Numbers in.
    pub inputs: usize,
    /// Hidden layers, L.
    pub depth: usize,
    /// Units of each hidden layer.
    pub width: usize,
    /// Logits out.
    pub outputs: usize,
}

impl Shape {
    /// (inputs, outputs) of each layer, the head last.
    pub fn layers(self) -> impl Iterator<Item = (usize, usize)> {
        (0..=self.depth).map(move |layer| {
            let inputs = if layer == 0 { self.inputs } else { self.width };
            (inputs, if layer == self.depth { self.outputs } else { self.width })
        })
    }

    /// Trainable numbers.
    pub fn parameters(self) -> usize {
        self.layers().map(|(inputs, outputs)| (inputs + 1) * outputs).sum()
    }
}

/// A multilayer perceptron.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<R> {
    /// f, the same in every hidden layer.
    pub activation: Activation,
    /// The hidden layers, input side first, then the head.
    pub layers: Vec<Linear<R>>,
}

/// What a forward pass leaves behind: all that backward and the statistics need.
#[derive(Clone, Debug)]
pub struct Trace<R> {
    /// z of each layer `[B, O]`; the last is the logits.
    pub pre: Vec<Matrix<R>>,
    /// a of each hidden layer `[B, O]`.
    pub post: Vec<Matrix<R>>,
}

/// What a backward pass leaves behind.
#[derive(Clone, Debug)]
pub struct Gradients<R> {
    /// dLoss/dW and dLoss/db of each layer.
    pub layers: Vec<Linear<R>>,
    /// dLoss/dz of each layer `[B, O]`; the last is that of the logits.
    pub pre: Vec<Matrix<R>>,
    /// dLoss/da of each hidden layer `[B, O]`.
    pub post: Vec<Matrix<R>>,
}

impl<R: Real> Network<R> {
    /// A network at its start. `init` draws in f64 whatever R is, so that both precisions start from the same numbers.
    /// LSUV, the one start that looks at data, is finished by [`lsuv`](Self::lsuv).
    pub fn new(shape: Shape, activation: Activation, init: Init, scale: f64, bias_variance: f64, seed: u32) -> Self {
        let layers = shape.layers().zip(0..).map(|((inputs, outputs), layer)| {
            let mut rng = Rng::new(seed, Purpose::Weights(layer));
            let weight = Matrix::from_rows(inputs, init.weights(inputs, outputs, scale, &mut rng));
            let mut rng = Rng::new(seed, Purpose::Biases(layer));
            let bias = init.biases(inputs, outputs, scale, bias_variance, &mut rng);
            Linear { weight, bias: bias.into_iter().map(R::of).collect() }
        });
        Self { activation, layers: layers.collect() }
    }

    /// Layer-sequential unit variance: goes through the layers from the input side and scales each one's weights until
    /// its z have standard deviation `scale` on the batch x `[B, I]` (Mishkin & Matas 2016, who stop at 10 rounds).
    pub fn lsuv(&mut self, x: &Matrix<R>, scale: f64) {
        let mut trace = Trace::new(&self.layers, x.rows());
        for layer in 0..self.layers.len() {
            for _ in 0..10 {
                self.forward_layer(layer, x, &mut trace);
                let deviation = deviation(trace.pre[layer].data());
                let factor = scale / deviation;
                if !(deviation > 0.0 && factor.is_finite()) || (factor - 1.0).abs() < 1e-3 {
                    break;
                }
                for weight in self.layers[layer].weight.data_mut() {
                    *weight *= R::of(factor);
                }
            }
            self.forward_layer(layer, x, &mut trace);
        }
    }

    /// Trainable numbers.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(Linear::len).sum()
    }

    /// One layer of the forward pass on the batch x `[B, I]`: fills its z and, but for the head, its a.
    pub fn forward_layer(&self, layer: usize, x: &Matrix<R>, trace: &mut Trace<R>) {
        let input = if layer == 0 { x } else { &trace.post[layer - 1] };
        self.layers[layer].forward(input, &mut trace.pre[layer]);
        if let Some(post) = trace.post.get_mut(layer) {
            self.activation.forward(trace.pre[layer].data(), post.data_mut());
        }
    }

    /// x `[B, I]` -> the trace, whose buffers take the batch's size.
    pub fn forward(&self, x: &Matrix<R>, trace: &mut Trace<R>) {
        trace.set_rows(x.rows());
        for layer in 0..self.layers.len() {
            self.forward_layer(layer, x, trace);
        }
    }

    /// The trace of the batch x `[B, I]` -> the mean loss, and every gradient of it.
    pub fn backward(
        &self,
        x: &Matrix<R>,
        trace: &Trace<R>,
        loss: Loss,
        targets: &Targets<R>,
        gradients: &mut Gradients<R>,
    ) -> f64 {
        gradients.set_rows(x.rows());
        let head = self.layers.len() - 1;
        let value = loss.backward(&trace.pre[head], targets, &mut gradients.pre[head]);
        for layer in (0..=head).rev() {
            let input = if layer == 0 { x } else { &trace.post[layer - 1] };
            Linear::backward(input, &gradients.pre[layer], &mut gradients.layers[layer]);
            if layer > 0 {
                let below = layer - 1;
                self.layers[layer].backward_to_input(&gradients.pre[layer], &mut gradients.post[below]);
                self.activation.backward(
                    trace.pre[below].data(),
                    gradients.post[below].data(),
                    gradients.pre[below].data_mut(),
                );
            }
        }
        value
    }

    /// dLoss/dx `[B, I]`: no update needs it, so backward leaves it out.
    pub fn input_gradient(&self, gradients: &Gradients<R>) -> Matrix<R> {
        let mut dx = Matrix::zeros(gradients.pre[0].rows(), self.layers[0].inputs());
        self.layers[0].backward_to_input(&gradients.pre[0], &mut dx);
        dx
    }

    /// One update.
    pub fn update(&mut self, gradients: &Gradients<R>, optimizer: Sgd) {
        for (layer, gradient) in self.layers.iter_mut().zip(&gradients.layers) {
            optimizer.step(layer.weight.data_mut(), gradient.weight.data());
            optimizer.step(&mut layer.bias, &gradient.bias);
        }
    }
}

impl<R: Real> Trace<R> {
    /// Buffers for batches of up to `rows` samples.
    pub fn new(layers: &[Linear<R>], rows: usize) -> Self {
        let buffer = |layer: &Linear<R>| Matrix::zeros(rows, layer.outputs());
        Self { pre: layers.iter().map(buffer).collect(), post: hidden(layers).iter().map(buffer).collect() }
    }

    /// The network's answers `[B, O]`.
    pub fn logits(&self) -> &Matrix<R> {
        &self.pre[self.pre.len() - 1]
    }

    fn set_rows(&mut self, rows: usize) {
        self.pre.iter_mut().chain(&mut self.post).for_each(|matrix| matrix.set_rows(rows));
    }
}

impl<R: Real> Gradients<R> {
    /// Buffers for batches of up to `rows` samples.
    pub fn new(layers: &[Linear<R>], rows: usize) -> Self {
        let buffers = Trace::new(layers, rows);
        let zeros = layers.iter().map(|layer| Linear::zeros(layer.inputs(), layer.outputs()));
        Self { layers: zeros.collect(), pre: buffers.pre, post: buffers.post }
    }

    fn set_rows(&mut self, rows: usize) {
        self.pre.iter_mut().chain(&mut self.post).for_each(|matrix| matrix.set_rows(rows));
    }
}

/// All layers but the head.
fn hidden<R>(layers: &[Linear<R>]) -> &[Linear<R>] {
    layers.split_last().map_or(&[], |(_, hidden)| hidden)
}

/// The standard deviation of all elements.
fn deviation<R: Real>(values: &[R]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|x| x.to_f64()).sum::<f64>() / count;
    let square = values.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean)).sum::<f64>();
    (square / count).sqrt()
}
