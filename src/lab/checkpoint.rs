//! Where a run is: what updates have changed, to be put back or taken elsewhere.

use serde::{Deserialize, Serialize};

use super::experiment::Experiment;
use super::history::History;
use super::setup::SetupError;
use crate::nn::{Memory, Real};

/// What an update changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Numbers<R> {
    /// The parameters `[P]`.
    pub parameters: Vec<R>,
    /// The running statistics of batch norm.
    pub statistics: Vec<R>,
    /// What the optimizer remembers.
    pub memory: Memory<R>,
}

impl<R: Real> Numbers<R> {
    /// How long each of its arrays is, in words.
    fn sizes(&self) -> String {
        let arrays = [&self.parameters, &self.statistics].into_iter().chain(&self.memory.slots);
        arrays.map(|array| array.len().to_string()).collect::<Vec<_>>().join(", ")
    }

    /// The same in another precision.
    pub fn to<S: Real>(&self) -> Numbers<S> {
        let to = |values: &[R]| values.iter().map(|x| S::of(x.to_f64())).collect();
        Numbers { parameters: to(&self.parameters), statistics: to(&self.statistics), memory: self.memory.to() }
    }
}

/// A run without its Setup and its data, in 64 bits, which hold every number of 32 as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Updates done.
    pub step: u64,
    /// What they have changed.
    pub numbers: Numbers<f64>,
    /// Losses on the way.
    pub history: History,
}

impl<R: Real> Experiment<R> {
    /// Puts the run at `step` with these numbers, as a run file has them. The history before is not known.
    pub fn resume(&mut self, step: u64, numbers: Numbers<R>) {
        self.numbers = numbers;
        self.step = step;
        self.history.points.clear();
        self.measure();
    }

    /// All of the run that its Setup does not say.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { step: self.step, numbers: self.numbers.to(), history: self.history.clone() }
    }

    /// Goes on where another run of the same Setup was. Its numbers have to be as many as this one's.
    pub fn go_on(&mut self, Checkpoint { step, numbers, history }: Checkpoint) -> Result<(), SetupError> {
        let (given, own) = (numbers.sizes(), self.numbers.sizes());
        if given != own {
            return Err(SetupError::new("checkpoint", &format!("arrays of {given} numbers"), own));
        }
        self.resume(step, numbers.to());
        self.history = history;
        Ok(())
    }
}
