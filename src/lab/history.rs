//! The course of a run, in bounded memory.

use serde::{Deserialize, Serialize};

use super::snapshot::{Losses, Snapshot};

/// Losses at recorded steps. At most [`History::CAPACITY`] points are kept: when they are full every
/// second one goes and from then on only every second step is recorded, so that the whole run is
/// always covered evenly, from its first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Every how many steps a point is recorded: a power of two.
    pub stride: u64,
    /// The recorded points, oldest first.
    pub points: Vec<Point>,
}

/// One recorded step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Updates done.
    pub step: u64,
    /// Loss on the whole training set.
    pub train: f64,
    /// Loss on the test set, if there is one.
    pub test: Option<f64>,
}

impl History {
    /// The most points that are kept.
    pub const CAPACITY: usize = 512;

    /// An empty history that will record every `stride` steps, a power of two.
    pub fn every(stride: u64) -> Self {
        Self { stride, points: Vec::with_capacity(Self::CAPACITY) }
    }

    /// Whether `step` is one to record. Before the first of those a stride apart these are 1, 2, 3, 4, 6, 8, 12, 16 and so on:
    /// a loss falls fastest at first.
    pub fn wants(&self, step: u64) -> bool {
        let is_early = step > 0 && step < self.stride && step >> step.trailing_zeros() <= 3;
        (step & (self.stride - 1) == 0 || is_early) && self.points.last().is_none_or(|last| last.step < step)
    }

    /// The history up to this very step, for a picture: the recorded points, and the present one after them.
    pub fn up_to(&self, snapshot: &Snapshot) -> Self {
        let mut history = self.clone();
        if self.points.last().is_none_or(|last| last.step < snapshot.step) {
            let Losses { train, test, .. } = snapshot.loss;
            history.points.push(Point { step: snapshot.step, train, test });
        }
        history
    }

    /// Records a point that [`wants`](Self::wants) asked for, thinning out if there is no room.
    pub fn record(&mut self, point: Point) {
        if self.points.len() == Self::CAPACITY {
            self.stride *= 2;
            let stride = self.stride;
            self.points.retain(|kept| kept.step.is_multiple_of(stride));
            if !self.wants(point.step) {
                return;
            }
        }
        self.points.push(point);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_covered_evenly_in_bounded_memory() {
        let mut history = History::every(2);
        for step in 0..1_000_000 {
            if history.wants(step) {
                history.record(Point { step, train: step as f64, test: None });
            }
        }
        assert!((History::CAPACITY / 2..=History::CAPACITY).contains(&history.points.len()));
        for (index, point) in history.points.iter().enumerate() {
            assert_eq!(point.step, index as u64 * history.stride);
        }
        let last = history.points.last().map_or(0, |point| point.step);
        assert!(1_000_000 - last <= history.stride, "the end is missing: {last}");
    }
}
