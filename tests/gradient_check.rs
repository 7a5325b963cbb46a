//! Every activation x loss x start: backward against central differences, in f64.

use gradient_lab::nn::loss::Targets;
use gradient_lab::nn::network::Shape;
use gradient_lab::nn::rng::{Purpose, Rng};
use gradient_lab::nn::{Activation, Gradients, Init, Linear, Loss, Matrix, Network, Trace};
use strum::VariantArray;

const SAMPLES: usize = 6;
const SHAPE: Shape = Shape { inputs: 3, depth: 3, width: 5, outputs: 3 };
/// With five points its error is about 1e-15, and that of rounding 1e-12.
const STEP: f64 = 2e-4;

struct Case {
    network: Network<f64>,
    loss: Loss,
    inputs: Matrix<f64>,
    targets: Targets<f64>,
}

impl Case {
    /// A network with a start and data for it. Biases are not zero, so that no unit of any start sits on a kink.
    fn new(activation: Activation, loss: Loss, init: Init, seed: u32) -> Self {
        let mut rng = Rng::new(seed, Purpose::Data);
        let inputs = Matrix::from_rows(SHAPE.inputs, (0..SAMPLES * SHAPE.inputs).map(|_| rng.normal()));
        let targets = match loss {
            Loss::Mse => {
                Targets::Values(Matrix::from_rows(SHAPE.outputs, (0..SAMPLES * SHAPE.outputs).map(|_| rng.normal())))
            }
            Loss::BceWithLogits => Targets::Values(Matrix::from_rows(
                SHAPE.outputs,
                (0..SAMPLES * SHAPE.outputs).map(|_| rng.unit().round()),
            )),
            Loss::SoftmaxCrossEntropy => {
                Targets::Classes((0..SAMPLES).map(|sample| (sample % SHAPE.outputs) as u8).collect())
            }
        };
        let mut network = Network::new(SHAPE, activation, init, 1.0, 0.3, seed);
        if init == Init::Lsuv {
            network.lsuv(&inputs, 1.0);
        }
        Self { network, loss, inputs, targets }
    }

    /// As [`new`](Self::new), with the first seed for which every z is far enough from every kink of the activation.
    fn smooth(activation: Activation, loss: Loss, init: Init) -> Self {
        let far = |case: &Self| {
            let mut trace = Trace::new(&case.network.layers, SAMPLES);
            case.network.forward(&case.inputs, &mut trace);
            let hidden = &trace.pre[..SHAPE.depth];
            hidden
                .iter()
                .flat_map(|z| z.data())
                .all(|z| activation.kinks().iter().all(|kink| (z - kink).abs() > 50.0 * STEP))
        };
        (0..1000).map(|seed| Self::new(activation, loss, init, seed)).find(far).expect("a seed away from the kinks")
    }

    fn loss(&self) -> f64 {
        let mut trace = Trace::new(&self.network.layers, SAMPLES);
        self.network.forward(&self.inputs, &mut trace);
        self.loss.value(trace.logits(), &self.targets)
    }

    fn gradients(&self) -> Gradients<f64> {
        let mut trace = Trace::new(&self.network.layers, SAMPLES);
        let mut gradients = Gradients::new(&self.network.layers, SAMPLES);
        self.network.forward(&self.inputs, &mut trace);
        self.network.backward(&self.inputs, &trace, self.loss, &self.targets, &mut gradients);
        gradients
    }

    /// The five-point central difference of the loss in one number, wherever it is:
    /// (8 (loss(+h) - loss(-h)) - (loss(+2h) - loss(-2h))) / 12h.
    fn difference(&mut self, number: impl Fn(&mut Self) -> &mut f64) -> f64 {
        let value = *number(self);
        let mut loss_at = |steps: f64| {
            *number(self) = value + steps * STEP;
            self.loss()
        };
        let difference = 8.0 * (loss_at(1.0) - loss_at(-1.0)) - (loss_at(2.0) - loss_at(-2.0));
        *number(self) = value;
        difference / (12.0 * STEP)
    }
}

/// |got - expected| / |expected|; where both are 0 but for rounding they agree.
fn relative_error(got: &[f64], expected: &[f64]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let error = norm(&mut got.iter().zip(expected).map(|(got, expected)| got - expected));
    let scale = norm(&mut expected.iter().copied());
    if scale < 1e-9 && error < 1e-9 { 0.0 } else { error / scale }
}

fn numbers(layer: &Linear<f64>) -> Vec<f64> {
    layer.weight.data().iter().chain(&layer.bias).copied().collect()
}

fn number(case: &mut Case, layer: usize, index: usize) -> &mut f64 {
    let layer = &mut case.network.layers[layer];
    let weights = layer.weight.data().len();
    if index < weights { &mut layer.weight.data_mut()[index] } else { &mut layer.bias[index - weights] }
}

#[test]
fn backward_agrees_with_central_differences() {
    for &activation in Activation::VARIANTS {
        for &loss in Loss::VARIANTS {
            for &init in Init::VARIANTS {
                let mut case = Case::smooth(activation, loss, init);
                let gradients = case.gradients();
                let (mut got, mut expected) = (Vec::new(), Vec::new());
                for (layer, gradient) in gradients.layers.iter().enumerate() {
                    let gradient = numbers(gradient);
                    let count = gradient.len();
                    expected.extend((0..count).map(|index| case.difference(|case| number(case, layer, index))));
                    got.extend(gradient);
                }
                let error = relative_error(&got, &expected);
                assert!(error < 1e-6, "{activation:?} x {loss:?} x {init:?}: relative error {error:e}");

                let got = case.network.input_gradient(&gradients);
                let count = got.data().len();
                let expected: Vec<f64> =
                    (0..count).map(|index| case.difference(|case| &mut case.inputs.data_mut()[index])).collect();
                let error = relative_error(got.data(), &expected);
                assert!(error < 1e-6, "{activation:?} x {loss:?} x {init:?}: input, relative error {error:e}");
            }
        }
    }
}
