//! Several runs side by side, on axes that they share, or over one another.

use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::bindings::to_js;
use super::frame::{Frame, Look, View, area, drawn, from_bytes, theme};
use crate::charts::gradients::{self, Pinned};
use crate::charts::lanes;
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
        let all: Vec<_> = self.0.iter().map(|frame| &frame.snapshot).collect();
        let options = gradients::Options {
            measure: look.measure(),
            norm: look.norm(),
            linear: look.linear,
            sharing: &all,
            ..gradients::Options::default()
        };
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

#[wasm_bindgen]
impl View {
    /// Marks one more run over the bars, with a frame as `Lab.frame` wrote it, under this name.
    #[wasm_bindgen(js_name = keepPinned)]
    pub fn keep_pinned(&mut self, name: String, bytes: &[u8]) -> Result<(), JsError> {
        self.pinned.push(Pinned { name, snapshot: from_bytes::<Frame>(bytes)?.snapshot });
        Ok(())
    }

    /// Marks none any more.
    #[wasm_bindgen(js_name = dropPinned)]
    pub fn drop_pinned(&mut self) {
        self.pinned.clear();
    }
}
