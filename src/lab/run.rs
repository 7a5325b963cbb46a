//! A run, whatever its precision.

use super::data::Data;
use super::diagnosis::{self, Verdict};
use super::experiment::Experiment;
use super::history::History;
use super::learned::Learned;
use super::setup::{Setup, SetupError};
use super::snapshot::Snapshot;
use crate::nn::{Precision, Real};
use crate::task::digits;

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
    /// What the measurements say.
    fn verdict(&mut self) -> Verdict;
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

    fn verdict(&mut self) -> Verdict {
        let snapshot = self.snapshot();
        diagnosis::judge(&snapshot, self.history())
    }

    fn run_file(&self) -> String {
        crate::export::run_file::write(self)
    }
}

/// A run of a Setup from its start. `digits` is the file that [`digits::parse`] reads, for the task that needs it.
pub fn start(setup: &Setup, digits: Option<&[u8]>) -> Result<Box<dyn Run>, SetupError> {
    setup.validate()?;
    match setup.precision {
        Precision::F32 => Ok(Box::new(Experiment::<f32>::new(setup, task_data(setup, digits)?, None))),
        Precision::F64 => Ok(Box::new(Experiment::<f64>::new(setup, task_data(setup, digits)?, None))),
    }
}

/// The data of the Setup's task.
pub fn task_data<R: Real>(setup: &Setup, digits: Option<&[u8]>) -> Result<Data<R>, SetupError> {
    if !setup.task.needs_digits() {
        return Ok(Data::of_task(setup, None));
    }
    let file = digits.ok_or_else(|| {
        SetupError::new("task", "digits without their file", "digits together with the bytes of data/digits.txt")
    })?;
    let images = digits::parse(file).map_err(|error| {
        SetupError::new("data/digits.txt", &error.to_string(), "the file of digits that comes with the lab")
    })?;
    Ok(Data::of_task(setup, Some(&images)))
}
