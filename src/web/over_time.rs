//! What happens over time, drawn on the page.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::bindings::to_js;
use super::frame::{Look, area, drawn, from_bytes, theme};
use crate::charts::attention::Samples;
use crate::charts::{attention, course};
use crate::lab::over_time::OverTime;

/// What a layer does over time.
#[wasm_bindgen]
pub struct OverTimeView(OverTime);

#[wasm_bindgen]
impl OverTimeView {
    /// What `Lab.overTime` wrote.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<OverTimeView, JsError> {
        Ok(OverTimeView(from_bytes(bytes)?))
    }

    /// All of it: an OverTime.
    pub fn numbers(&self) -> Result<JsValue, JsError> {
        to_js(&self.0)
    }

    /// Draws a gate.
    #[wasm_bindgen(js_name = drawGate)]
    pub fn draw_gate(&self, gate: usize, canvas: HtmlCanvasElement, look: &Look) -> Result<(), JsError> {
        let Some(gate) = self.0.gates.get(gate) else { return Ok(()) };
        drawn(course::draw(&area(canvas)?, gate, &theme(look)))
    }

    /// Draws the slopes of the activation.
    #[wasm_bindgen(js_name = drawSlope)]
    pub fn draw_slope(&self, canvas: HtmlCanvasElement, look: &Look) -> Result<(), JsError> {
        let Some(state) = &self.0.state else { return Ok(()) };
        drawn(course::draw(&area(canvas)?, &state.slope, &theme(look)))
    }

    /// Draws the weights of attention: means, or those of the first sample.
    #[wasm_bindgen(js_name = drawAttention)]
    pub fn draw_attention(&self, first: bool, canvas: HtmlCanvasElement, look: &Look) -> Result<(), JsError> {
        let Some(weights) = &self.0.attention else { return Ok(()) };
        let samples = if first { Samples::First } else { Samples::All };
        drawn(attention::draw(&area(canvas)?, weights, samples, &theme(look)))
    }
}
