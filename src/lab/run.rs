//! A run, whatever its precision.

use super::check::Check;
use super::data::Data;
use super::diagnosis::{self, Verdict};
use super::distributions::Distributions;
use super::experiment::Experiment;
use super::history::History;
use super::learned::Learned;
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
    fn distributions(&self, layer: usize) -> Option<Distributions>;
    /// What theory says of the Setup's start; none where it says nothing, and for somebody's own batches.
    fn theory(&self) -> Option<Theory>;
    /// What the measurements say.
    fn verdict(&mut self) -> Verdict;
    /// The names and shapes of its parameters.
    fn tensors(&self) -> Vec<(&str, &[usize])>;
    /// One number's gradient against the difference of losses.
    fn check(&self, parameter: &str, index: usize) -> Result<Check, SetupError>;
    /// The run as a file.
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

    fn distributions(&self, layer: usize) -> Option<Distributions> {
        self.distributions(layer)
    }

    fn theory(&self) -> Option<Theory> {
        let inputs = self.own_batches.is_none().then(|| self.data.train.inputs.data())?;
        let norm = stats::norm(inputs);
        Assumptions::of(&self.setup, norm * norm / inputs.len() as f64)?.predict()
    }

    fn verdict(&mut self) -> Verdict {
        let snapshot = self.snapshot();
        diagnosis::judge(&snapshot)
    }

    fn tensors(&self) -> Vec<(&str, &[usize])> {
        self.network.graph.layout.entries.iter().map(|entry| (entry.name.as_str(), &entry.shape[..])).collect()
    }

    fn check(&self, parameter: &str, index: usize) -> Result<Check, SetupError> {
        self.check(parameter, index)
    }

    fn run_file(&self) -> String {
        crate::export::run_file::write(self)
    }
}

/// A run of a Setup from its start. `file` has the bytes of [`Task::file`](crate::task::Task::file), for a task that has one.
pub fn start(setup: &Setup, file: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    setup.validate()?;
    let data = task_data(setup, file)?;
    match setup.precision {
        Precision::F32 => Ok(Box::new(Experiment::<f32>::new(setup, data.to()))),
        Precision::F64 => Ok(Box::new(Experiment::<f64>::new(setup, data))),
    }
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
