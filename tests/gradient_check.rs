//! Backward against central differences, in f64: for every activation, loss and start, for every network that
//! normalization, skips and blocks can be combined to, and for every network over sequences.

use gradient_lab::lab::setup::orders;
use gradient_lab::nn::graph::{Graph, Op};
use gradient_lab::nn::layout::Role;
use gradient_lab::nn::loss::Targets;
use gradient_lab::nn::rng::{Purpose, Rng};
use gradient_lab::nn::{
    Activation, Gradients, Init, Kind, Loss, Matrix, Mode, Network, Norm, Order, Place, Reset, Sequence, Shape, Skip,
    Start, Trace,
};
use strum::VariantArray;

const SAMPLES: usize = 6;
const MODE: Mode<'static, f64> = Mode::Train { seed: 3, step: 5 };
/// With five points its error is that of rounding, about 5e-12.
const STEP: f64 = 4e-5;

fn plain() -> Shape {
    Shape::plain(3, 3, 5, 3)
}

/// A network and what stands at its ends.
#[derive(Clone)]
struct Design {
    graph: Graph,
    /// Numbers in a sample.
    inputs: usize,
    /// Answers to a sample.
    answers: usize,
    /// Numbers in an answer.
    outputs: usize,
}

impl From<Shape> for Design {
    fn from(shape: Shape) -> Self {
        Self { graph: shape.graph(), inputs: shape.inputs, answers: 1, outputs: shape.outputs }
    }
}

impl From<Sequence> for Design {
    fn from(shape: Sequence) -> Self {
        let Sequence { inputs, steps, outputs, every_step, .. } = shape;
        Self { graph: shape.graph(), inputs: inputs * steps, answers: if every_step { steps } else { 1 }, outputs }
    }
}

struct Case {
    network: Network,
    parameters: Vec<f64>,
    loss: Loss,
    inputs: Matrix<f64>,
    targets: Targets<f64>,
}

impl Case {
    /// A network with a start and data for it. Biases are not zero, so that no unit of any start sits on a kink; nothing
    /// that is learned has a value at which its gradient would be trivial.
    fn new(design: &Design, activation: Activation, loss: Loss, init: Init, seed: u32) -> Self {
        let mut rng = Rng::new(seed, Purpose::Data);
        let Design { inputs: width, answers, outputs, .. } = *design;
        let mut normals = |count: usize| (0..count).map(|_| rng.normal()).collect::<Vec<_>>();
        let inputs = Matrix::from_rows(width, normals(SAMPLES * width));
        let values = normals(SAMPLES * answers * outputs);
        let all = match loss {
            Loss::Mse => values,
            Loss::BceWithLogits => values.iter().map(|&x| f64::from(u8::from(x > 0.0))).collect(),
            Loss::SoftmaxCrossEntropy => (0..SAMPLES * answers).map(|answer| (answer % outputs) as f64).collect(),
        };
        let mut targets = Targets::new(Matrix::of(SAMPLES, all));
        if answers > 1 {
            targets.mask = Matrix::from_rows(answers, (0..SAMPLES * answers).map(|answer| (answer % 3) as f64));
        }
        let network = Network::new(activation, design.graph.clone());
        let mut parameters = network.start(Start { bias_variance: 0.3, gate_bias: 0.3, ..Start::of(init, seed) });
        for entry in &network.graph.layout.entries {
            let (centre, spread) = match entry.role {
                Role::Gain | Role::Scale => (1.0, 0.2),
                Role::Shift => (0.0, 0.3),
                Role::Weight | Role::FromInput | Role::FromState | Role::Bias | Role::Statistic => continue,
            };
            parameters[entry.range()].fill_with(|| centre + spread * rng.normal());
        }
        if init == Init::Lsuv {
            network.lsuv(&mut parameters, &inputs, 1.0);
        }
        Self { network, parameters, loss, inputs, targets }
    }

    /// As [`new`](Self::new), with the first seed for which the loss is smooth within a step: every z is far enough from
    /// every kink of the activation, and every deviation that a normalization divides by is far enough from 0.
    fn smooth(design: &Design, activation: Activation, loss: Loss, init: Init) -> Self {
        let far = |case: &Self| {
            let trace = case.forward();
            case.network.graph.nodes.iter().zip(&trace.cells).all(|(node, cell)| {
                if node.op == Op::Act {
                    let z = trace.cells[node.inputs[0]].value.data();
                    z.iter().all(|z| activation.kinks().iter().all(|kink| (z - kink).abs() > 250.0 * STEP))
                } else if let Op::Norm { kind, .. } = node.op {
                    let deviations: Vec<f64> = if kind == Norm::BatchNorm {
                        cell.statistics[node.width..].iter().map(|variance| variance.sqrt()).collect()
                    } else {
                        cell.statistics.iter().map(|inverse| 1.0 / inverse).collect()
                    };
                    deviations.iter().all(|&deviation| deviation > 0.1)
                } else {
                    true
                }
            })
        };
        let new = |seed| Self::new(design, activation, loss, init, seed);
        (0..10_000).map(new).find(far).expect("a seed away from the kinks")
    }

    fn forward(&self) -> Trace<f64> {
        let mut trace = Trace::new(&self.network.graph, SAMPLES);
        self.network.forward(&self.parameters, &self.inputs, MODE, &mut trace);
        trace
    }

    fn loss(&self) -> f64 {
        self.loss.value(self.forward().logits(), &self.targets)
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

    /// Every parameter and every input.
    fn check(&mut self, what: &str) {
        let mut gradients = Gradients::new(&self.network.graph, SAMPLES);
        let trace = self.forward();
        self.network.backward(&self.parameters, &trace, (self.loss, &self.targets), true, &mut gradients);
        let expected: Vec<f64> =
            (0..self.parameters.len()).map(|index| self.difference(|case| &mut case.parameters[index])).collect();
        let error = relative_error(&gradients.parameters, &expected);
        assert!(error < 1e-6, "{what}: parameters, relative error {error:e}");
        let mut got = self.inputs.clone();
        for (node, gradient) in self.network.graph.nodes.iter().zip(&gradients.nodes) {
            if let Op::Input(from) = node.op {
                got.set_columns(from, gradient);
            }
        }
        let expected: Vec<f64> =
            (0..got.data().len()).map(|index| self.difference(|case| &mut case.inputs.data_mut()[index])).collect();
        let error = relative_error(got.data(), &expected);
        assert!(error < 1e-6, "{what}: inputs, relative error {error:e}");
    }
}

/// |got - expected| / |expected|; where both are 0 but for rounding they agree.
fn relative_error(got: &[f64], expected: &[f64]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let error = norm(&mut got.iter().zip(expected).map(|(got, expected)| got - expected));
    let scale = norm(&mut expected.iter().copied());
    if scale < 1e-9 && error < 1e-9 { 0.0 } else { error / scale }
}

#[test]
fn every_activation_loss_and_start() {
    for &activation in Activation::VARIANTS {
        for &loss in Loss::VARIANTS {
            for &init in Init::VARIANTS {
                Case::smooth(&plain().into(), activation, loss, init)
                    .check(&format!("{activation:?} x {loss:?} x {init:?}"));
            }
        }
    }
}

/// Every network that the options of a block can be combined to, with and without dropout.
fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for &norm in Norm::VARIANTS {
        let places = if norm == Norm::None { &Place::VARIANTS[..1] } else { Place::VARIANTS };
        for &norm_place in places {
            for &skip in Skip::VARIANTS {
                let orders = if skip == Skip::None { &[Order::Inner] } else { orders(skip) };
                for &order in orders {
                    for (block_layers, dropout) in [(1, 0.0), (2, 0.0), (1, 0.3)] {
                        let size = Shape::plain(2, 2, 5, 2);
                        shapes.push(Shape {
                            norm,
                            norm_place,
                            skip,
                            skip_scale: 0.7,
                            order,
                            block_layers,
                            dropout,
                            ..size
                        });
                    }
                }
            }
        }
    }
    shapes
}

#[test]
fn every_combination_of_normalization_skip_and_block() {
    let shapes = &shapes();
    assert!(shapes.len() > 250, "{} networks", shapes.len());
    std::thread::scope(|scope| {
        for activations in Activation::VARIANTS.chunks(Activation::VARIANTS.len().div_ceil(4)) {
            scope.spawn(move || {
                for &activation in activations {
                    for &loss in Loss::VARIANTS {
                        for shape in shapes {
                            let what = format!("{activation:?} x {loss:?} x {shape:?}");
                            Case::smooth(&(*shape).into(), activation, loss, Init::Xavier).check(&what);
                        }
                    }
                }
            });
        }
    });
}

/// Every kind of network over sequences: with one layer and with two, with an answer at the end and at every step.
fn sequences() -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for &kind in &Kind::VARIANTS[1..] {
        let resets = if kind == Kind::Gru { Reset::VARIANTS } else { &Reset::VARIANTS[..1] };
        for &reset in resets {
            for layers in if kind == Kind::Attention { 1..=1 } else { 1..=2 } {
                for every_step in [false, true] {
                    let size = Sequence {
                        kind,
                        inputs: 2,
                        steps: 4,
                        width: 3,
                        outputs: 2,
                        layers,
                        every_step,
                        reset,
                        truncate: 0,
                    };
                    sequences.push(size);
                }
            }
        }
    }
    sequences
}

#[test]
fn every_network_over_sequences() {
    let sequences = sequences();
    assert_eq!(sequences.len(), 18);
    for shape in sequences {
        let has_activation = matches!(shape.kind, Kind::Rnn | Kind::Attention);
        let activations = if has_activation { Activation::VARIANTS } else { &[Activation::Tanh] };
        for &activation in activations {
            for &loss in Loss::VARIANTS {
                Case::smooth(&shape.into(), activation, loss, Init::Orthogonal)
                    .check(&format!("{activation:?} x {loss:?} x {shape:?}"));
            }
        }
        for &init in Init::VARIANTS {
            Case::smooth(&shape.into(), Activation::Tanh, Loss::Mse, init).check(&format!("{init:?} x {shape:?}"));
        }
    }
}

/// A gradient that is cut off is that of a network whose state stands still at the cut.
#[test]
fn a_truncated_gradient_is_that_of_the_last_steps() {
    for kind in [Kind::Rnn, Kind::Lstm, Kind::Gru] {
        let shape = Sequence {
            kind,
            inputs: 2,
            steps: 5,
            width: 3,
            outputs: 2,
            layers: 2,
            every_step: false,
            reset: Reset::After,
            truncate: 0,
        };
        let gradients = |truncate| {
            let design = Sequence { truncate, ..shape }.into();
            let case = Case::new(&design, Activation::Tanh, Loss::Mse, Init::Orthogonal, 1);
            let mut gradients = Gradients::new(&case.network.graph, SAMPLES);
            let (trace, targets) = (case.forward(), (case.loss, &case.targets));
            case.network.backward(&case.parameters, &trace, targets, true, &mut gradients);
            let steps = case.network.graph.nodes.iter().zip(gradients.nodes);
            let inputs = steps.filter(|(node, _)| matches!(node.op, Op::Input(_))).map(|(_, gradient)| gradient);
            (trace.logits().clone(), inputs.collect::<Vec<_>>())
        };
        let (whole, cut) = (gradients(0), gradients(2));
        assert_eq!(whole.0, cut.0, "{kind:?}: the forward pass is the same");
        // The last two steps get all of their gradient, those before the cut nothing.
        let is_zero = |gradient: &Matrix<f64>| gradient.data().iter().all(|&x| x == 0.0);
        assert!(cut.1[..3].iter().all(is_zero) && !whole.1[..3].iter().any(is_zero), "{kind:?}");
        assert_eq!(whole.1[3..], cut.1[3..], "{kind:?}");
        assert_eq!(gradients(5).1, whole.1, "{kind:?}: as long as the sequence");
    }
}
