//! The networks, and each as a run file that every contender starts from.

use std::fs;

use anyhow::{Context, Result};
use gradient_lab_nn::rng::Purpose;
use gradient_lab_nn::{Activation, Choice, Init, Kind, Network, Precision, Reset, Rng, Sequence, Shape, Start};
use serde_json::{Map, Value, json};

/// Where the run files are, from the project's root.
pub const FOLDER: &str = "target/bench/run-files";
const INPUTS: usize = 2;
const OUTPUTS: usize = 1;
const SEED: u32 = 1;

/// The shape of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Net {
    /// Hidden layers of tanh.
    Perceptron {
        /// Hidden layers.
        depth: usize,
        /// Units in each.
        width: usize,
    },
    /// Some steps, then the head reads the last state.
    Recurrent {
        /// Which cell.
        kind: Kind,
        /// Hidden units.
        width: usize,
        /// Time steps.
        steps: usize,
    },
}

/// A network with its batches.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it is called, also as a file.
    pub name: String,
    /// Its shape.
    pub net: Net,
    /// Samples in a batch.
    pub batch: usize,
    /// In which the lab computes; the others have one each.
    pub precision: Precision,
    /// What an orthogonal start is multiplied by. With a small one signals die out.
    pub gain: f64,
}

/// The ladder, smallest first.
pub fn ladder() -> Vec<Case> {
    let rung = |name, depth, width, batch| Case::new(name, Net::Perceptron { depth, width }, batch);
    let recurrent = |name, kind| Case::new(name, Net::Recurrent { kind, width: 32, steps: 100 }, 32);
    vec![
        rung("R1", 6, 4, 10),
        rung("R2", 10, 16, 32),
        rung("R3", 30, 32, 64),
        rung("R4", 50, 64, 128),
        rung("R5", 100, 128, 256),
        recurrent("RNN", Kind::Rnn),
        recurrent("LSTM", Kind::Lstm),
        recurrent("GRU", Kind::Gru),
    ]
}

impl Case {
    /// In 32 bits, from a start that is healthy.
    pub fn new(name: impl Into<String>, net: Net, batch: usize) -> Self {
        Self { name: name.into(), net, batch, precision: Precision::F32, gain: 1.0 }
    }

    /// Batches that take turns. Two are enough where a step takes long.
    pub fn batches(&self) -> usize {
        if self.flop() > 1e8 { 2 } else { 4 }
    }

    /// Trainable numbers, by the textbook and not by the engine. Recurrent layers have two biases, as PyTorch's have.
    pub fn parameters(&self) -> usize {
        match self.net {
            Net::Perceptron { depth, width } => {
                (INPUTS + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * OUTPUTS
            }
            Net::Recurrent { width, .. } => self.recurrent_parameters() + (width + 1) * OUTPUTS,
        }
    }

    fn recurrent_parameters(&self) -> usize {
        match self.net {
            Net::Perceptron { .. } => 0,
            Net::Recurrent { kind, width, .. } => gates(kind) * width * (INPUTS + width + 2),
        }
    }

    /// Floating-point operations of a step: 6 for each parameter, sample and use.
    pub fn flop(&self) -> f64 {
        let uses = match self.net {
            Net::Perceptron { .. } => self.parameters(),
            Net::Recurrent { steps, .. } => self.parameters() + (steps - 1) * self.recurrent_parameters(),
        };
        6.0 * (uses * self.batch) as f64
    }

    /// Where its run file is, in the folder of them all.
    pub fn file(&self) -> String {
        format!("{}.json", self.name)
    }

    /// Steps after which every batch had two turns: their losses are compared.
    pub fn checked_steps(&self) -> usize {
        2 * self.batches()
    }

    /// Writes its run file.
    pub fn write(&self) -> Result<()> {
        self.write_as(&self.run_file())
    }

    /// Writes another run file in its place.
    pub fn write_as(&self, run: &Value) -> Result<()> {
        let folder = crate::in_project(FOLDER);
        fs::create_dir_all(&folder)?;
        let file = folder.join(self.file());
        fs::write(&file, run.to_string()).with_context(|| file.display().to_string())
    }

    fn network(&self) -> Network {
        let graph = match self.net {
            Net::Perceptron { depth, width } => Shape::plain(INPUTS, depth, width, OUTPUTS).graph(),
            Net::Recurrent { kind, width, steps } => {
                let reset = Reset::After;
                let (inputs, outputs, layers) = (INPUTS, OUTPUTS, 1);
                Sequence { kind, inputs, steps, width, outputs, layers, every_step: false, reset, truncate: 0 }.graph()
            }
        };
        Network::new(Activation::Tanh, graph)
    }

    /// The gradient reaches the first layer and the first time step: only so do the losses differ from those of somebody
    /// who computes less of it. Nor does it explode, or the last bits of 32 would matter.
    fn start(&self) -> Start {
        let kind = match self.net {
            Net::Perceptron { .. } => Kind::Mlp,
            Net::Recurrent { kind, .. } => kind,
        };
        // Tanh shrinks a state that no gate keeps.
        let (gain, gate_bias) = match kind {
            Kind::Rnn => (1.2, 0.0),
            Kind::Lstm => (1.0, 1.0),
            Kind::Gru => (1.0, 3.0),
            Kind::Mlp | Kind::Attention => (1.0, 0.0),
        };
        Start { scale: self.gain, recurrent: (Init::Orthogonal, gain), gate_bias, ..Start::of(Init::Orthogonal, SEED) }
    }

    /// Without a Setup: a network with its start, and batches of its own.
    pub fn run_file(&self) -> Value {
        let network = self.network();
        let values: Vec<f64> = network.start(self.start());
        let tensors = network.graph.layout.entries.iter().map(|entry| {
            let tensor = tensor(&entry.shape, values[entry.range()].iter().copied());
            (entry.name.clone(), tensor)
        });
        let mut rng = Rng::new(SEED, Purpose::Data);
        let batches: Vec<Value> = (0..self.batches()).map(|_| self.draw(&mut rng)).collect();
        json!({
            "format": "gradient-lab-run", "version": 1,
            "config": self.config(),
            "parameters": tensors.collect::<Map<_, _>>(),
            "batches": batches,
        })
    }

    fn config(&self) -> Value {
        let mut config = json!({
            "precision": self.precision.id(), "loss": "mse", "optimizer": { "kind": "sgd", "lr": 0.01 },
        });
        let more = match self.net {
            Net::Perceptron { depth, .. } => json!({ "kind": "mlp", "activation": "tanh", "depth": depth }),
            Net::Recurrent { kind: Kind::Rnn, .. } => json!({ "kind": "rnn", "activation": "tanh" }),
            Net::Recurrent { kind, .. } => json!({ "kind": kind.id() }),
        };
        for (key, value) in more.as_object().into_iter().flatten() {
            config[key] = value.clone();
        }
        config
    }

    /// A batch to learn: the product of the two numbers (at the last step), on a base that already a bias can learn.
    fn draw(&self, rng: &mut Rng) -> Value {
        let steps = match self.net {
            Net::Perceptron { .. } => 1,
            Net::Recurrent { steps, .. } => steps,
        };
        let inputs: Vec<f64> = (0..self.batch * steps * INPUTS).map(|_| rng.normal()).collect();
        let last = |sample: &[f64]| 1.0 + 0.5 * sample[sample.len() - 2] * sample[sample.len() - 1];
        let targets: Vec<f64> = inputs.chunks_exact(steps * INPUTS).map(last).collect();
        let shape: &[usize] = match self.net {
            Net::Perceptron { .. } => &[self.batch, INPUTS],
            Net::Recurrent { .. } => &[self.batch, steps, INPUTS],
        };
        json!({ "inputs": tensor(shape, inputs), "targets": tensor(&[self.batch, OUTPUTS], targets) })
    }
}

/// Numbers that 32 bits hold, so that everybody starts from the same ones.
fn tensor(shape: &[usize], values: impl IntoIterator<Item = f64>) -> Value {
    let values: Vec<f64> = values.into_iter().map(|value| f64::from(value as f32)).collect();
    json!({ "shape": shape, "data": values })
}

fn gates(kind: Kind) -> usize {
    match kind {
        Kind::Rnn => 1,
        Kind::Lstm => 4,
        Kind::Gru => 3,
        Kind::Mlp | Kind::Attention => 0,
    }
}
