//! Several runs side by side, on axes that they share.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::bindings::to_js;
use super::frame::{Frame, Look, area, drawn, from_bytes, theme};
use crate::charts::{gradients, lanes};
use crate::lab::diagnosis;

/// The frames of several runs, at one step each.
#[wasm_bindgen]
#[derive(Default)]
pub struct Lanes(Vec<Frame>);

#[wasm_bindgen]
impl Lanes {
    /// No runs.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Lanes {
        Lanes::default()
    }

    /// Puts a frame, as `Lab.frame` wrote it, after the others.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        self.0.push(from_bytes(bytes)?);
        Ok(())
    }

    /// The Snapshot of a run.
    pub fn snapshot(&self, lane: usize) -> Result<JsValue, JsError> {
        to_js(&self.0.get(lane).map(|frame| &frame.snapshot))
    }

    /// What its measurements say: a Verdict.
    pub fn verdict(&self, lane: usize) -> Result<JsValue, JsError> {
        to_js(&self.0.get(lane).map(|frame| diagnosis::judge(&frame.snapshot)))
    }

    /// Draws the gradients of a run; the axis is that of all.
    pub fn draw(&self, lane: usize, canvas: HtmlCanvasElement, look: &Look) -> Result<(), JsError> {
        let Some(frame) = self.0.get(lane) else { return Ok(()) };
        let (measure, norm) = (look.measure(), look.norm());
        let range = gradients::range(self.0.iter().map(|frame| &frame.snapshot), measure, norm);
        let options = gradients::Options { measure, norm, range: Some(range), ..gradients::Options::default() };
        drawn(gradients::draw(&area(canvas)?, &frame.snapshot, &options, &theme(look)))
    }

    /// Draws the losses of all; `names` has a letter for each.
    #[wasm_bindgen(js_name = drawLosses)]
    pub fn draw_losses(&self, names: &str, canvas: HtmlCanvasElement, look: &Look) -> Result<(), JsError> {
        let letters: Vec<String> = names.chars().map(String::from).collect();
        let runs: Vec<_> = letters.iter().map(String::as_str).zip(self.0.iter().map(|frame| &frame.history)).collect();
        drawn(lanes::draw(&area(canvas)?, &runs, &theme(look)))
    }
}
