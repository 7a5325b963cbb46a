//! Back-propagation against the definition of a derivative: one weight is moved a little, and the loss computed again.

use serde::Serialize;

use super::experiment::Experiment;
use super::setup::SetupError;
use crate::nn::{Compiled, Mode, Real, Trace};

/// A weight's gradient, computed twice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The weight itself.
    pub value: f64,
    /// dLoss/dw by back-propagation, in the precision of the run.
    pub backprop: f64,
    /// dLoss/dw by five losses around w, in 64 bits: (8 (loss(w + h) - loss(w - h)) - (loss(w + 2h) - loss(w - 2h))) / 12h.
    pub difference: f64,
    /// h.
    pub nudge: f64,
    /// abs(backprop - difference) / abs(difference); none where that is not a number.
    pub error: Option<f64>,
    /// What of a difference is rounding: a gradient below it cannot be seen in this way.
    pub rounding: f64,
}

/// What a weight is moved by.
const NUDGE: f64 = 1e-4;

impl<R: Real> Experiment<R> {
    /// The gradient of one number of a parameter, which is named as in the run file.
    pub fn check(&self, parameter: &str, index: usize) -> Result<Check, SetupError> {
        let entries = &self.network.graph.layout.entries;
        let entry = entries.iter().find(|entry| entry.name == parameter).ok_or_else(|| {
            let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
            SetupError::new("parameter", parameter, names.join(", "))
        })?;
        if index >= entry.len() {
            let allowed = format!("0 to {}", entry.len() - 1);
            return Err(SetupError::new("index", &index.to_string(), allowed));
        }
        let place = entry.range().start + index;
        let mut parameters: Vec<f64> = self.numbers.parameters.iter().map(|x| x.to_f64()).collect();
        let batch = self.batch.to::<f64>();
        let mut trace = Trace::new(&self.network.graph, batch.rows());
        let value = parameters[place];
        let mut loss_at = |steps: f64| {
            parameters[place] = value + steps * NUDGE;
            let mode = Mode::Train { seed: self.setup.seed, step: self.step };
            f64::forward(&self.network, &parameters, &batch.inputs, mode, &mut trace);
            f64::loss(self.setup.loss, trace.logits(), &batch.targets)
        };
        let difference = (8.0 * (loss_at(1.0) - loss_at(-1.0)) - (loss_at(2.0) - loss_at(-2.0))) / (12.0 * NUDGE);
        let backprop = self.gradients.parameters[place].to_f64();
        let error = (backprop - difference).abs() / difference.abs();
        let rounding = f64::EPSILON * self.batch_loss.abs() / NUDGE;
        Ok(Check { value, backprop, difference, nudge: NUDGE, error: error.is_finite().then_some(error), rounding })
    }
}
