//! A Setup: everything that decides a run, as plain data.

use strum::VariantArray;

use super::build::Ends;
use super::layers::Layers;
use super::parameters::{Parameter, Value};
use crate::nn::{
    Activation, Choice, Clip, GradientFormat, Init, Kind, Loss, Norm, Optimizer, Order, Place, Precision, Reset,
    Schedule, Skip,
};
use crate::task::Task;

/// Everything that decides a run. Same Setup, same digits.
/// The ranges stand in the table of [`Parameter::all`]; a Setup from outside is valid once [`validate`](Self::validate) says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// What is learned.
    pub task: Task,
    /// Standard deviation of the noise in the data.
    pub noise: f64,
    /// How many samples are drawn.
    pub samples: u32,
    /// Share of the samples that is kept back for the test.
    pub test: f64,
    /// Steps between what is to be remembered and the answer, in sequences.
    pub lag: u32,
    /// What the network is.
    pub kind: Kind,
    /// Recurrent layers.
    pub layers: u32,
    /// What the reset gate of a GRU multiplies.
    pub reset: Reset,
    /// Steps that a gradient goes back in time; 0 for all.
    pub truncate: u32,
    /// Hidden layers.
    pub depth: u32,
    /// Units of each hidden layer.
    pub width: u32,
    /// Activation of the hidden layers.
    pub activation: Activation,
    /// Normalization.
    pub norm: Norm,
    /// Where it stands.
    pub norm_place: Place,
    /// What leads around a block.
    pub skip: Skip,
    /// What a branch is multiplied by.
    pub skip_scale: f64,
    /// Where the activation stands in a block with a skip.
    pub order: Order,
    /// Linear layers in a block.
    pub block_layers: u32,
    /// Share of the units that dropout takes out.
    pub dropout: f64,
    /// How the weights start.
    pub init: Init,
    /// The start's one knob; what it means is the start's to say ([`Init::scale`]).
    pub scale: f64,
    /// How the weights of a recurrent state start.
    pub recurrent_init: Init,
    /// That start's knob.
    pub recurrent_scale: f64,
    /// Variance of the biases at the start.
    pub bias_variance: f64,
    /// What the biases of highway gates start at, and what is added to those of the gate that keeps a recurrent state.
    pub gate_bias: f64,
    /// What training makes small.
    pub loss: Loss,
    /// How a gradient becomes an update.
    pub optimizer: Optimizer,
    /// Learning rate.
    pub lr: f64,
    /// How much of the velocity, or of Adam's average gradient, is kept.
    pub momentum: f64,
    /// How much of the average square is kept.
    pub square_decay: f64,
    /// Added to the root of the average square.
    pub eps: f64,
    /// Weight decay.
    pub weight_decay: f64,
    /// How the learning rate changes.
    pub schedule: Schedule,
    /// Steps over which it rises at first.
    pub warmup: u32,
    /// Steps of a period of the schedule.
    pub period: u32,
    /// How gradients are clipped.
    pub clip: Clip,
    /// At what.
    pub clip_at: f64,
    /// Layers that do not learn, counted from 1 at the input side.
    pub frozen: Layers,
    /// Samples in a batch; a batch larger than the training set is the whole training set.
    pub batch: u32,
    /// Float type of the network.
    pub precision: Precision,
    /// Float type that gradients are rounded to.
    pub gradient_format: GradientFormat,
    /// What the loss is multiplied by before backward.
    pub loss_scale: f64,
    /// Where all chance comes from.
    pub seed: u32,
}

impl Default for Setup {
    /// The opening: a deep sigmoid network with a textbook start, whose gradient vanishes.
    fn default() -> Self {
        Self {
            task: Task::Circles,
            noise: 0.05,
            samples: 400,
            test: 0.25,
            lag: 20,
            kind: Kind::Mlp,
            layers: 1,
            reset: Reset::After,
            truncate: 0,
            depth: 20,
            width: 32,
            activation: Activation::Sigmoid,
            norm: Norm::None,
            norm_place: Place::Before,
            skip: Skip::None,
            skip_scale: 1.0,
            order: Order::Pre,
            block_layers: 1,
            dropout: 0.0,
            init: Init::Xavier,
            scale: 1.0,
            recurrent_init: Init::FrameworkDefault,
            recurrent_scale: 1.0,
            bias_variance: 0.0,
            gate_bias: -2.0,
            loss: Loss::BceWithLogits,
            optimizer: Optimizer::Sgd,
            lr: 0.1,
            momentum: 0.9,
            square_decay: 0.999,
            eps: 1e-8,
            weight_decay: 0.0,
            schedule: Schedule::Constant,
            warmup: 0,
            period: 1000,
            clip: Clip::None,
            clip_at: 1.0,
            frozen: Layers::default(),
            batch: 32,
            precision: Precision::F32,
            gradient_format: GradientFormat::Full,
            loss_scale: 1.0,
            seed: 7,
        }
    }
}

/// What is wrong with one field of a Setup, link or run file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{field}: got {got}, allowed: {allowed}")]
pub struct SetupError {
    /// The field, named as in links.
    pub field: String,
    /// What was given (the beginning of it, if it is long).
    pub got: String,
    /// What is allowed.
    pub allowed: String,
}

impl SetupError {
    /// The longest quotation of what was given, in characters.
    const LONGEST: usize = 60;

    /// `got` is cut to a length that can be shown.
    pub fn new(field: impl Into<String>, got: &str, allowed: impl Into<String>) -> Self {
        let shorten = |text: &str| match text.char_indices().nth(Self::LONGEST) {
            Some((end, _)) => {
                format!("{}... ({} characters)", text.get(..end).unwrap_or_default(), text.chars().count())
            }
            None => text.to_owned(),
        };
        Self { field: shorten(&field.into()), got: shorten(got), allowed: allowed.into() }
    }
}

/// What is allowed of a field that does nothing.
pub const NO_EFFECT: &str = "nothing: it has no effect in this Setup";

/// The most memory that a run may take, in bytes: well below what a browser gives a page.
const MOST_MEMORY: usize = 1 << 29;

impl Setup {
    /// The default Setup for a task: each has its own natural loss, and sequences a network as frameworks start it,
    /// whose gradient vanishes over the time steps.
    pub fn for_task(task: Task) -> Self {
        let setup = Self { task, loss: losses(task)[0], kind: kinds(task)[0], ..Self::default() };
        if !task.is_sequence() {
            return setup;
        }
        Self {
            activation: Activation::Tanh,
            init: Init::FrameworkDefault,
            gate_bias: 0.0,
            optimizer: Optimizer::Adam,
            lr: 0.003,
            ..setup
        }
    }

    /// The number of samples for training, at least one; the others are for the test.
    pub fn training_samples(samples: usize, test: f64) -> usize {
        (samples - (samples as f64 * test).round() as usize).max(1)
    }

    /// The options of a field that fit the others, and why, where that is not all of them.
    pub fn fitting(&self, key: &str) -> Option<(Vec<&'static str>, String)> {
        let task = || format!("for task={}", self.task.id());
        match key {
            "loss" => Some((ids(losses(self.task)), task())),
            "kind" => Some((ids(kinds(self.task)), task())),
            "order" => Some((ids(orders(self.skip)), format!("for skip={}", self.skip.id()))),
            "recurrent_init" => {
                let others = ids(Init::VARIANTS).into_iter().filter(|&id| id != Init::Lsuv.id()).collect();
                Some((others, "LSUV scales by the layer's input alone".to_owned()))
            }
            _ => None,
        }
    }

    /// Whether every field is in its range and fits the others.
    pub fn validate(&self) -> Result<(), SetupError> {
        for parameter in Parameter::all() {
            let value = (parameter.get)(self);
            parameter.check(&value)?;
            if let (Value::Choice(id), Some((ids, why))) = (value, self.fitting(parameter.key))
                && !ids.contains(&id)
            {
                return Err(SetupError::new(parameter.key, id, format!("{} ({why})", ids.join(", "))));
            }
        }
        let most = self.layers_to_freeze();
        if let Some(layer) = self.frozen.last().filter(|&layer| layer > most) {
            let allowed = format!("layers up to {most} (the head)");
            return Err(SetupError::new("frozen", &layer.to_string(), allowed));
        }
        let batch = if self.task.file().is_some() { self.batch } else { self.batch.min(self.samples) };
        self.check_batch("batch", batch as usize)?;
        self.check_memory("batch", self.ends(), batch as usize)
    }

    /// Whether a batch of so many samples, called `field` in the error, has statistics where they are wanted.
    pub fn check_batch(&self, field: &str, batch: usize) -> Result<(), SetupError> {
        if self.norm == Norm::BatchNorm && batch < 2 {
            return Err(SetupError::new(
                field,
                &batch.to_string(),
                "at least 2 with batch norm: one sample has no variance",
            ));
        }
        Ok(())
    }

    /// Whether a run of this network, called `field` in the error, fits into memory with batches of so many samples.
    pub fn check_memory(&self, field: &str, ends: Ends, batch: usize) -> Result<(), SetupError> {
        let memory = self.memory(ends, batch);
        if memory <= MOST_MEMORY {
            return Ok(());
        }
        let got = format!("{batch} with depth {} and width {}", self.depth, self.width);
        let allowed = format!(
            "what fits in {} MB; this would take {} MB: make the batch, the depth or the width smaller",
            MOST_MEMORY >> 20,
            memory >> 20
        );
        Err(SetupError::new(field, &got, allowed))
    }

    /// This Setup with one field changed. Fields that no longer fit fall back to their defaults.
    pub fn changed(&self, key: &str, value: &str) -> Result<Self, SetupError> {
        let parameter = Parameter::find(key)?;
        let mut setup = self.clone();
        let given = parameter.parse(value)?;
        (parameter.set)(&mut setup, &given);
        // A field that does nothing has its default: to ask for that is to ask for nothing.
        if !(parameter.applies)(&setup) && given != (parameter.get)(&Self::for_task(setup.task)) {
            return Err(SetupError::new(key, value, NO_EFFECT));
        }
        // To choose a network is to choose a task for it; and another kind of task is another beginning.
        if key == "kind" && !kinds(setup.task).contains(&setup.kind) {
            setup.task = if setup.kind == Kind::Mlp { Task::Circles } else { Task::Recall };
        }
        if setup.task.is_sequence() != self.task.is_sequence() {
            let kind = if key == "kind" { setup.kind } else { kinds(setup.task)[0] };
            setup = Self { seed: setup.seed, precision: setup.precision, kind, ..Self::for_task(setup.task) };
        }
        if key != "order" && !orders(setup.skip).contains(&setup.order) {
            setup.order = orders(setup.skip)[0];
        }
        if key != "loss" && !losses(setup.task).contains(&setup.loss) {
            setup.loss = losses(setup.task)[0];
        }
        setup.forget_what_does_not_apply();
        setup.validate()?;
        Ok(setup)
    }

    /// Gives fields that do nothing here their defaults, so that equal runs have equal Setups.
    pub fn forget_what_does_not_apply(&mut self) {
        let default = Self::for_task(self.task);
        for parameter in Parameter::all() {
            if !(parameter.applies)(self) {
                (parameter.set)(self, &(parameter.get)(&default));
            }
        }
    }
}

fn ids<C: Choice>(options: &[C]) -> Vec<&'static str> {
    options.iter().map(|option| option.id()).collect()
}

/// The networks that fit a task, the plainest first.
pub fn kinds(task: Task) -> &'static [Kind] {
    if task.is_sequence() { &Kind::VARIANTS[1..] } else { &[Kind::Mlp] }
}

/// Where the activation may stand, by default first. After a dense join it would be applied to the same values again
/// and again.
pub fn orders(skip: Skip) -> &'static [Order] {
    match skip {
        Skip::None | Skip::Residual | Skip::ScaledResidual | Skip::Rezero | Skip::Highway => {
            &[Order::Pre, Order::Inner, Order::Post]
        }
        Skip::Dense => &[Order::Pre, Order::Inner],
    }
}

/// The losses that fit a task, the natural one first.
pub fn losses(task: Task) -> &'static [Loss] {
    match task.classes() {
        0 => &[Loss::Mse],
        2 => &[Loss::BceWithLogits, Loss::SoftmaxCrossEntropy, Loss::Mse],
        _ => &[Loss::SoftmaxCrossEntropy, Loss::BceWithLogits, Loss::Mse],
    }
}
