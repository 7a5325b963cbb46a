//! A file from elsewhere, without a Setup, runs as it says: its own parameters, and its own batches in their order.

#[path = "common/files.rs"]
mod files;
#[path = "common/run_files.rs"]
mod run_files;

use gradient_lab::lab::run::Run;
use gradient_lab::nn::Start;
use gradient_lab::nn::loss::Targets;
use gradient_lab::nn::optimizer::Rule;
use gradient_lab::nn::rng::{Purpose, Rng};
use gradient_lab::nn::{
    Activation, Choice, Gradients, Init, Loss, Matrix, Memory, Mode, Network, Optimizer, Real, Shape, Trace,
};
use serde_json::{Value, json};
use strum::VariantArray;

use run_files::{assert_refused, open, parsed, reopened, tampered};

/// A network and batches of 3, 1 and 4 samples, as somebody's own framework might have them.
struct Own {
    parameters: Vec<f64>,
    loss: Loss,
    batches: Vec<(Matrix<f64>, Targets<f64>)>,
}

const INPUTS: usize = 3;
const OUTPUTS: usize = 2;
const RATE: f64 = 0.25;

fn network() -> Network {
    Network::new(Activation::Tanh, Shape::plain(INPUTS, 2, 4, OUTPUTS).graph())
}

impl Own {
    fn new(loss: Loss) -> Self {
        let mut rng = Rng::new(5, Purpose::Data);
        let batch = |rows: usize| {
            let inputs = Matrix::from_rows(INPUTS, (0..rows * INPUTS).map(|_| rng.normal()));
            let targets = match loss {
                Loss::Mse => Targets::new(Matrix::from_rows(OUTPUTS, (0..rows * OUTPUTS).map(|_| rng.normal()))),
                Loss::BceWithLogits => {
                    Targets::new(Matrix::from_rows(OUTPUTS, (0..rows * OUTPUTS).map(|_| rng.unit().round())))
                }
                Loss::SoftmaxCrossEntropy => {
                    Targets::new(Matrix::from_rows(1, (0..rows).map(|row| (row % OUTPUTS) as f64)))
                }
            };
            (inputs, targets)
        };
        let batches = [3, 1, 4].map(batch).into_iter().collect();
        let start = Start { bias_variance: 0.1, ..Start::of(Init::Xavier, 9) };
        Self { parameters: network().start(start), loss, batches }
    }

    /// A run file without a Setup.
    fn file(&self, precision: &str) -> Value {
        let matrix = |matrix: &Matrix<f64>| json!({ "shape": [matrix.rows(), matrix.cols()], "data": matrix.data() });
        let batch = |(inputs, targets): &(Matrix<f64>, Targets<f64>)| {
            let mut targets = matrix(&targets.answers);
            if self.loss == Loss::SoftmaxCrossEntropy {
                targets["shape"] = json!([inputs.rows()]);
            }
            json!({ "inputs": matrix(inputs), "targets": targets })
        };
        let mut parameters = serde_json::Map::new();
        for entry in network().graph.layout.entries {
            let values = &self.parameters[entry.range()];
            parameters.insert(entry.name, json!({ "shape": entry.shape, "data": values }));
        }
        json!({
            "format": "gradient-lab-run", "version": 1,
            "config": {
                "precision": precision, "loss": self.loss.id(), "activation": "tanh", "depth": 2,
                "optimizer": { "kind": "sgd", "lr": RATE },
            },
            "parameters": parameters,
            "batches": self.batches.iter().map(batch).collect::<Vec<_>>(),
        })
    }

    /// The losses of the first steps from this one on, batch after batch by hand.
    fn losses<R: Real>(&self, first: usize, steps: usize) -> Vec<f64> {
        let network = network();
        let mut parameters: Vec<R> = self.parameters.iter().map(|&x| R::of(x)).collect();
        let mut gradients = Gradients::new(&network.graph, 4);
        let mut trace = Trace::new(&network.graph, 4);
        let rule = Rule { kind: Optimizer::Sgd, weight_decay: 0.0, momentum: 0.0, square_decay: 0.0, eps: 0.0 };
        let mut memory = Memory::new(rule.kind, parameters.len());
        let all = 0..parameters.len();
        let step = |step: usize| {
            let (inputs, targets) = &self.batches[step % self.batches.len()];
            let inputs: Matrix<R> = inputs.to();
            let targets = Targets::new(targets.answers.to());
            network.forward(&parameters, &inputs, Mode::Train { seed: 0, step: 0 }, &mut trace);
            let loss = network.backward(&parameters, &trace, (self.loss, &targets), false, &mut gradients);
            rule.update(RATE, &mut parameters, &gradients.parameters, &mut memory, std::iter::once(all.clone()));
            loss
        };
        (first..first + steps).map(step).collect()
    }
}

fn losses_of(run: &mut dyn Run, steps: usize) -> Vec<f64> {
    let step = |_| {
        let loss = run.loss();
        assert_eq!(run.step(1), 1);
        loss
    };
    (0..steps).map(step).collect()
}

#[test]
fn own_batches_are_used_in_their_order_round_and_round() {
    for &loss in Loss::VARIANTS {
        let own = Own::new(loss);
        let mut wide = open(&own.file("f64")).expect("f64");
        assert_eq!(losses_of(wide.as_mut(), 10), own.losses::<f64>(0, 10), "{loss:?}");
        let mut narrow = open(&own.file("f32")).expect("f32");
        assert_eq!(losses_of(narrow.as_mut(), 10), own.losses::<f32>(0, 10), "{loss:?} in 32 bits");
        // From a step in the middle of a round.
        let mut later = open(&tampered(&own.file("f64"), "/step", Some(json!(4)))).expect("step 4");
        assert_eq!(later.snapshot().step, 4);
        assert_eq!(losses_of(later.as_mut(), 5), own.losses::<f64>(4, 5), "{loss:?} from step 4");
    }
}

#[test]
fn a_single_batch_is_used_over_and_over() {
    let mut own = Own::new(Loss::Mse);
    own.batches.truncate(1);
    let mut file = own.file("f64");
    let batch = file["batches"][0].clone();
    file = tampered(&tampered(&file, "/batches", None), "/batch", Some(batch));
    let mut run = open(&file).expect("a file with one batch");
    assert_eq!(losses_of(run.as_mut(), 5), own.losses::<f64>(0, 5));
}

#[test]
fn a_file_with_own_batches_keeps_them() {
    for &loss in Loss::VARIANTS {
        let mut run = open(&Own::new(loss).file("f32")).expect("opened");
        run.step(4);
        let text = run.run_file();
        assert_eq!(parsed(&text)["batches"].as_array().map(Vec::len), Some(3));
        let mut again = reopened(&text);
        assert!(again.run_file() == text, "{loss:?} comes back otherwise");
        assert_eq!((again.step(3), run.step(3)), (3, 3));
        assert!(again.run_file() == run.run_file(), "{loss:?} goes on otherwise");
        again.learned(8);
        assert_eq!(again.verdict().step, 7);
    }
}

#[test]
fn own_batches_that_do_not_fit_name_the_field() {
    let classes = Own::new(Loss::SoftmaxCrossEntropy).file("f32");
    let numbers = Own::new(Loss::Mse).file("f32");
    let edit = |file: &Value, pointer: &str, value: Value| {
        let mut file = file.clone();
        *file.pointer_mut(pointer).expect(pointer) = value;
        file
    };
    for class in [json!(2), json!(-1), json!(0.5), json!(1e300), json!("NaN")] {
        let what = format!("the class {class}");
        assert_refused(&edit(&classes, "/batches/2/targets/data/3", class), "batches[2].targets", &what);
    }
    let values = json!({ "shape": [1, 2], "data": [0, 1] });
    assert_refused(&edit(&classes, "/batches/1/targets", values), "batches[1].targets", "values for classes");
    let wrong = |shape: Value, count: usize| json!({ "shape": shape, "data": vec![0; count] });
    assert_refused(&edit(&numbers, "/batches/0/targets", wrong(json!([3]), 3)), "batches[0].targets", "one output");
    assert_refused(&edit(&numbers, "/batches/0/targets", wrong(json!([2, 2]), 4)), "batches[0].targets", "two rows");
    assert_refused(&edit(&numbers, "/batches/0/inputs", wrong(json!([3, 2]), 6)), "batches[0].inputs", "two inputs");
    assert_refused(&edit(&numbers, "/batches/0/inputs", wrong(json!([0, 3]), 0)), "batches[0].inputs", "no sample");
    assert_refused(&edit(&numbers, "/batches/0/inputs", json!("x")), "batches[0].inputs", "no tensor");
    assert_refused(&tampered(&numbers, "/batches/0/inputs", None), "batches[0].inputs", "nothing in");
    assert_refused(&tampered(&numbers, "/batches/0/mask", Some(wrong(json!([3]), 3))), "batches[0].mask", "a mask");
    assert_refused(&edit(&numbers, "/batches", json!({})), "batches", "no list");
    assert_refused(&tampered(&numbers, "/batches", None), "batches", "nothing to learn from");
    for (pointer, field) in [("/config/loss", "config.loss"), ("/config/optimizer/lr", "config.optimizer.lr")] {
        assert_refused(&tampered(&numbers, pointer, None), field, "left out");
        assert_refused(&edit(&numbers, pointer, json!("much")), field, "nonsense");
    }
    let norm = tampered(&numbers, "/config/norm", Some(json!("layer_norm")));
    assert_refused(&norm, "parameters.block1.norm0.gain", "a norm without its parameters");
    assert_refused(&tampered(&numbers, "/config/norm", Some(json!("group_norm"))), "config.norm", "an unknown norm");
    let odd = tampered(&numbers, "/config/block", Some(json!(["act", "linear", "act"])));
    assert_refused(&odd, "config.block, after_add, final", "blocks that the lab does not build");
    let wide = json!({ "shape": [300, 3], "data": vec![0.0; 900] });
    let first = "/parameters/block1.linear0.weight";
    assert_refused(&edit(&numbers, first, wide), "parameters.block1.linear0.weight", "300 units");
}
