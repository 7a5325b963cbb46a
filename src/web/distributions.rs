//! How the numbers of a layer lie, drawn on the page.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::bindings::to_js;
use super::frame::{Look, area, drawn, from_bytes, theme};
use crate::charts::histogram;
use crate::lab::distributions::Distributions;

/// The numbers of a layer that are counted.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Part {
    /// Its weights.
    Weights,
    /// What its activation meets.
    Pre,
    /// What it hands on.
    Output,
    /// dLoss/dW.
    WeightGradient,
    /// dLoss/dz.
    SignalGradient,
}

/// How the numbers of a layer lie.
#[wasm_bindgen]
pub struct DistributionsView(Distributions);

#[wasm_bindgen]
impl DistributionsView {
    /// What `Lab.distributions` wrote.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<DistributionsView, JsError> {
        Ok(DistributionsView(from_bytes(bytes)?))
    }

    /// All of it: a Distributions.
    pub fn numbers(&self) -> Result<JsValue, JsError> {
        to_js(&self.0)
    }

    /// Draws one histogram, if there is that part.
    pub fn draw(&self, part: Part, canvas: HtmlCanvasElement, look: &Look) -> Result<(), JsError> {
        let counted = match part {
            Part::Weights => Some(&self.0.weights),
            Part::Pre => self.0.pre.as_ref(),
            Part::Output => Some(&self.0.output),
            Part::WeightGradient => Some(&self.0.weight_gradient),
            Part::SignalGradient => Some(&self.0.signal_gradient),
        };
        let Some(counted) = counted else { return Ok(()) };
        drawn(histogram::draw(&area(canvas)?, counted, &theme(look)))
    }
}
