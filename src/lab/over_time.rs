//! What happens in a network over sequences from one time step to the next: plain data.

use serde::{Deserialize, Serialize};

/// One recurrent layer, or the attention block, on the batch of the next update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverTime {
    /// Updates done.
    pub step: u64,
    /// The layer, from 0.
    pub layer: usize,
    /// How many there are.
    pub layers: usize,
    /// An LSTM's input, forget and output gate, a GRU's reset and update gate; none of other networks.
    pub gates: Vec<Course>,
    /// The share of the first time step's state that gates alone hand on to the last: the mean, over samples and units, of
    /// the product of f (LSTM) or z (GRU) over the time steps from the second on; none without gates.
    pub carried: Option<f64>,
    /// The matrix of a plain recurrent layer; none of other networks.
    pub state: Option<StateMatrix>,
    /// None of other networks.
    pub attention: Option<Attention>,
}

/// A quantity at each time step, over all samples of the batch and all units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// What it is called.
    pub name: String,
    /// Means.
    pub mean: Vec<f64>,
    /// A tenth of them lie below.
    pub low: Vec<f64>,
    /// A tenth of them lie above.
    pub high: Vec<f64>,
}

/// W_hh of h' = f(W_ih x + W_hh h + b).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateMatrix {
    /// Its spectral radius: the largest size of an eigenvalue. To a relative 1e-6 for the matrices of tests/over_time.rs.
    pub radius: f64,
    /// Its largest singular value: the most that it stretches anything.
    pub norm: f64,
    /// |f'|: what a unit's gradient is multiplied by besides.
    pub slope: Course,
    /// The largest |f'| of all from the second time step on: no step back multiplies the gradient by more than `norm` times
    /// this.
    pub steepest: f64,
}

/// Where the time steps look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attention {
    /// Time steps, T.
    pub steps: usize,
    /// The first time step that looks at others, from 0: the last one, if there is an answer at the end only.
    pub first: usize,
    /// Means over the samples `[T - first, T]`: how much a time step (row) takes from each (column); a row sums to 1.
    pub mean: Vec<f64>,
    /// The same of the batch's first sample alone.
    pub sample: Vec<f64>,
}
