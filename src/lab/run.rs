//! A run, whatever its precision.

#[cfg(feature = "full")]
use super::check::Check;
use super::checkpoint::Checkpoint;
use super::data::Data;
use super::diagnosis::{self, Verdict};
#[cfg(feature = "full")]
use super::distributions::Distributions;
use super::experiment::Experiment;
use super::history::History;
use super::learned::Learned;
#[cfg(feature = "full")]
use super::over_time::OverTime;
use super::setup::{Setup, SetupError};
use super::snapshot::Snapshot;
use super::stats;
use super::theory::{Assumptions, Theory};
use crate::nn::{Choice, Precision, Real};

/// What can be done with a run.
pub trait Run {
    /// The Setup that it runs.
    fn setup(&self) -> &Setup;
    /// Up to `n` updates; returns how many, which is fewer if the run diverges.
    fn step(&mut self, n: u32) -> u32;
    /// Back to step 0, digit for digit.
    fn reset(&mut self);
    /// Updates done so far.
    fn steps(&self) -> u64;
    /// Trainable numbers of the network.
    fn parameters(&self) -> usize;
    /// The mean loss on the batch of the next update.
    fn loss(&self) -> f64;
    /// All that a view may know of this step.
    fn snapshot(&mut self) -> Snapshot;
    /// Losses at recorded steps.
    fn history(&self) -> &History;
    /// What the network has learned so far; `side` is how fine the picture is.
    fn learned(&mut self, side: usize) -> Learned;
    /// How the numbers of a layer lie, by its place in the snapshot.
    #[cfg(feature = "full")]
    fn distributions(&self, layer: usize) -> Option<Distributions>;
    /// Whether it trains on somebody's own batches instead of the task's data.
    fn has_own_batches(&self) -> bool;
    /// What a recurrent layer, counted from 0, or the attention block does over time.
    #[cfg(feature = "full")]
    fn over_time(&self, layer: usize) -> Option<OverTime>;
    /// What the measurements say.
    fn verdict(&mut self) -> Verdict;
    /// The names and shapes of its parameters.
    fn tensors(&self) -> Vec<(&str, &[usize])>;
    /// All of it that its Setup does not say.
    fn checkpoint(&self) -> Checkpoint;
    /// Goes on where another run of the same Setup was.
    #[cfg(feature = "full")]
    fn go_on(&mut self, checkpoint: Checkpoint) -> Result<(), SetupError>;
    /// One number's gradient against the difference of losses.
    #[cfg(feature = "full")]
    fn check(&self, parameter: &str, index: usize) -> Result<Check, SetupError>;
    /// The run as a file.
    #[cfg(feature = "full")]
    fn run_file(&self) -> String;
}

impl<R: Real> Run for Experiment<R> {
    fn setup(&self) -> &Setup {
        &self.setup
    }

    fn step(&mut self, n: u32) -> u32 {
        self.step(n)
    }

    fn reset(&mut self) {
        self.reset();
    }

    fn steps(&self) -> u64 {
        self.step
    }

    fn parameters(&self) -> usize {
        self.numbers.parameters.len()
    }

    fn loss(&self) -> f64 {
        self.batch_loss
    }

    fn snapshot(&mut self) -> Snapshot {
        self.snapshot()
    }

    fn history(&self) -> &History {
        self.history()
    }

    fn learned(&mut self, side: usize) -> Learned {
        self.learned(side)
    }

    #[cfg(feature = "full")]
    fn distributions(&self, layer: usize) -> Option<Distributions> {
        self.distributions(layer)
    }

    fn has_own_batches(&self) -> bool {
        self.own_batches.is_some()
    }

    #[cfg(feature = "full")]
    fn over_time(&self, layer: usize) -> Option<OverTime> {
        self.over_time(layer)
    }

    fn verdict(&mut self) -> Verdict {
        let snapshot = self.snapshot();
        diagnosis::judge(&snapshot)
    }

    fn tensors(&self) -> Vec<(&str, &[usize])> {
        self.network.graph.layout.entries.iter().map(|entry| (entry.name.as_str(), &entry.shape[..])).collect()
    }

    fn checkpoint(&self) -> Checkpoint {
        self.checkpoint()
    }

    #[cfg(feature = "full")]
    fn go_on(&mut self, checkpoint: Checkpoint) -> Result<(), SetupError> {
        self.go_on(checkpoint)
    }

    #[cfg(feature = "full")]
    fn check(&self, parameter: &str, index: usize) -> Result<Check, SetupError> {
        self.check(parameter, index)
    }

    #[cfg(feature = "full")]
    fn run_file(&self) -> String {
        crate::export::run_file::write(self)
    }
}

/// A run of a Setup from its start. `file` has the bytes of [`Task::file`](crate::task::Task::file), for a task that has one.
pub fn start(setup: &Setup, file: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    setup.validate()?;
    if !cfg!(feature = "full") && needs_full(setup) {
        return Err(SetupError::new("module", "the first one", "the full one, for sequences and 64 bits"));
    }
    let data = task_data(setup, file)?;
    match setup.precision {
        Precision::F32 => Ok(Box::new(Experiment::<f32>::new(setup, data.to()))),
        #[cfg(feature = "full")]
        Precision::F64 => Ok(Box::new(Experiment::<f64>::new(setup, data))),
        #[cfg(not(feature = "full"))]
        Precision::F64 => unreachable!(),
    }
}

/// What theory says of a Setup's start on the data of its task; none where it says nothing.
pub fn theory(setup: &Setup, file: Option<&[u8]>) -> Result<Option<Theory>, SetupError> {
    setup.validate()?;
    let data = task_data(setup, file)?;
    let inputs = data.train.inputs.data();
    let norm = stats::norm(inputs);
    Ok(Assumptions::of(setup, norm * norm / inputs.len() as f64).and_then(|assumptions| assumptions.predict()))
}

/// Whether it takes the full module to run this Setup.
pub fn needs_full(setup: &Setup) -> bool {
    setup.precision == Precision::F64 || setup.task.is_sequence()
}

/// The data of the Setup's task.
pub fn task_data(setup: &Setup, file: Option<&[u8]>) -> Result<Data<f64>, SetupError> {
    let Some(source) = setup.task.file() else { return Ok(Data::of_task(setup, None)) };
    let (task, path) = (setup.task.id(), format!("data/{}", source.name()));
    let bytes = file.ok_or_else(|| {
        SetupError::new(
            "task",
            &format!("{task} without its file"),
            format!("{task} together with the bytes of {path}"),
        )
    })?;
    let data = source
        .read(bytes, setup.lag as usize)
        .map_err(|error| SetupError::new(path, &error.to_string(), "the file of this name that comes with the lab"))?;
    Ok(Data::of_task(setup, Some(&data)))
}
