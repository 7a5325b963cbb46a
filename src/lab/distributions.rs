//! How the numbers of one layer lie, as plain data, on axes that all hidden layers share: a layer that shrinks looks small.

use serde::{Deserialize, Serialize};

/// The numbers of one layer, counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distributions {
    /// The layer, by its place in [`Snapshot::layers`](super::snapshot::Snapshot::layers).
    pub layer: usize,
    /// The weights; at a time step those that all steps share.
    pub weights: Histogram,
    /// z, what the activation meets, for every sample of the batch; none where no activation follows.
    pub pre: Option<Histogram>,
    /// What the layer hands on, for every sample of the batch.
    pub output: Histogram,
    /// |dLoss/dW|; at a time step what it adds to that.
    pub weight_gradient: Histogram,
    /// |dLoss/dz| of each sample's own loss; at a time step that of the state.
    pub signal_gradient: Histogram,
}

/// How many numbers lie in each of the equal parts of an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// What the parts are parts of.
    pub axis: Axis,
    /// From the lower end; a number beyond an end counts for the part there.
    pub counts: Vec<u32>,
    /// Numbers that are exactly 0: on a linear axis they are among the others, on one of powers of ten they have no place.
    pub zeros: u32,
    /// Infinite or not a number.
    pub lost: u32,
}

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// The numbers themselves, from `-limit` to `limit`, which is the same for all hidden layers.
    Linear {
        /// 1, 2 or 5 times a power of ten.
        limit: f64,
    },
    /// Their sizes, from `10^LOWEST` to `10^HIGHEST`, which is the same for all runs.
    Powers,
}

impl Axis {
    /// The least power of ten of [`Axis::Powers`].
    pub const LOWEST: i32 = -24;
    /// The largest.
    pub const HIGHEST: i32 = 4;

    /// The parts that it is divided into: an odd number, so that 0 lies within one, or two to a power of ten.
    pub fn parts(self) -> usize {
        match self {
            Self::Linear { .. } => 51,
            Self::Powers => 2 * (Self::HIGHEST - Self::LOWEST).unsigned_abs() as usize,
        }
    }
}
