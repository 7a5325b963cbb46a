//! What the page shows. The worker measures a [`Frame`] and sends it as bytes; the page's [`View`] takes it in, draws it
//! and hands out its numbers. Text is measured through the page, so drawing cannot run in a worker.

use std::cell::Cell;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::style::RGBColor;
use plotters_canvas::CanvasBackend;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::bindings::to_js;
use crate::charts::gradients::{self, Ghost, Measure, Norm, Pinned};
use crate::charts::{Drawn, Theme, Words, learned, loss};
use crate::lab::diagnosis;
use crate::lab::history::History;
use crate::lab::learned::Learned;
use crate::lab::run::Run;
use crate::lab::snapshot::Snapshot;
use crate::lab::theory::Theory;

/// What a run looks like at one moment.
#[derive(Serialize, Deserialize)]
pub struct Frame {
    pub(super) snapshot: Snapshot,
    pub(super) history: History,
    learned: Option<Learned>,
}

impl Frame {
    /// Measures a run; `side` is how fine the picture of what was learned is to be, none for no picture.
    pub(super) fn of(run: &mut dyn Run, side: Option<u32>) -> Self {
        let snapshot = run.snapshot();
        Self { history: run.history().up_to(&snapshot), snapshot, learned: side.map(|side| run.learned(side as usize)) }
    }
}

/// What only a View reads.
pub(super) fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, JsError> {
    postcard::to_allocvec(value).map_err(|error| JsError::new(&error.to_string()))
}

/// The pictures that there are.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Chart {
    /// The gradient of every layer.
    Gradients,
    /// The loss over the steps.
    Loss,
    /// What the network has learned.
    Learned,
}

/// How to draw: for what comes from the same module.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub struct Look {
    /// The dark theme instead of the light one.
    pub dark: bool,
    /// Larger type and stronger lines.
    pub projector: bool,
    /// Canvas pixels to a css pixel.
    pub scale: f64,
    /// dLoss/dz instead of dLoss/dW.
    pub signal: bool,
    /// Root mean squares instead of norms.
    pub rms: bool,
    /// An axis of the numbers themselves instead of powers of ten.
    pub linear: bool,
    /// The theory's line too.
    pub theory: bool,
    /// The layer that is looked at, by its place in the Snapshot.
    pub layer: Option<usize>,
}

#[wasm_bindgen]
impl Look {
    /// The light theme on a canvas of css pixels, and norms of dLoss/dW.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)] // JavaScript knows no Default.
    pub fn new() -> Look {
        Look {
            dark: false,
            projector: false,
            scale: 1.0,
            signal: false,
            rms: false,
            linear: false,
            theory: false,
            layer: None,
        }
    }
}

impl Look {
    pub(super) fn measure(&self) -> Measure {
        if self.signal { Measure::Signal } else { Measure::Weights }
    }

    pub(super) fn norm(&self) -> Norm {
        if self.rms { Norm::Rms } else { Norm::L2 }
    }
}

/// The latest frame, on the page.
#[wasm_bindgen]
pub struct View {
    frame: Frame,
    /// While the frame is one of the past: the losses up to the present.
    course: Option<History>,
    ghost: Option<Snapshot>,
    theory: Option<Theory>,
    pub(super) pinned: Vec<Pinned>,
}

#[wasm_bindgen]
impl View {
    /// The first frame, as `Lab.frame` wrote it.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<View, JsError> {
        Ok(View { frame: from_bytes(bytes)?, course: None, ghost: None, theory: None, pinned: Vec::new() })
    }

    /// Takes in the next frame. If it has no picture of what was learned, the one before is kept.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        let before = std::mem::replace(&mut self.frame, from_bytes(bytes)?);
        self.frame.learned = self.frame.learned.take().or(before.learned);
        self.course = None;
        Ok(())
    }

    /// Takes in a frame of the past; the losses stay those up to the present.
    #[wasm_bindgen(js_name = lookBack)]
    pub fn look_back(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        let course = self.course.take().unwrap_or_else(|| self.frame.history.clone());
        self.update(bytes)?;
        self.course = Some(course);
        Ok(())
    }

    /// All that a view may know of this step: a Snapshot.
    pub fn snapshot(&self) -> Result<JsValue, JsError> {
        to_js(&self.frame.snapshot)
    }

    /// What the measurements say: a Verdict.
    pub fn verdict(&self) -> Result<JsValue, JsError> {
        to_js(&diagnosis::judge(&self.frame.snapshot))
    }

    /// The latest picture of what was learned: a Learned, or null.
    pub fn learned(&self) -> Result<JsValue, JsError> {
        to_js(&self.frame.learned)
    }

    /// The losses over the recorded steps, up to the present: a History.
    pub fn history(&self) -> Result<JsValue, JsError> {
        to_js(self.course.as_ref().unwrap_or(&self.frame.history))
    }

    /// The layer whose bar is drawn at `x` on a canvas of this width, all in its pixels.
    #[wasm_bindgen(js_name = layerAt)]
    pub fn layer_at(&self, x: i32, width: u32, height: u32, look: &Look) -> Option<usize> {
        gradients::layer_at(x, (width, height), &self.frame.snapshot, &self.bars(look, ""), &theme(look))
    }

    /// Keeps this frame's gradients, to be drawn as an outline behind those of later frames.
    #[wasm_bindgen(js_name = keepGhost)]
    pub fn keep_ghost(&mut self) {
        self.ghost = Some(self.frame.snapshot.clone());
    }

    /// Forgets the outline.
    #[wasm_bindgen(js_name = dropGhost)]
    pub fn drop_ghost(&mut self) {
        self.ghost = None;
    }

    /// Keeps what `theory` wrote, for this frame and those that follow; nothing drops it.
    #[cfg(feature = "full")]
    #[wasm_bindgen(js_name = keepTheory)]
    pub fn keep_theory(&mut self, bytes: Option<Vec<u8>>) -> Result<(), JsError> {
        self.theory = bytes.as_deref().map(from_bytes).transpose()?;
        Ok(())
    }

    /// The frame beside the theory: a Comparison, or null.
    #[cfg(feature = "full")]
    pub fn comparison(&self) -> Result<JsValue, JsError> {
        let measured = self.frame.snapshot.first_to_last.signal;
        to_js(&self.theory.as_ref().zip(measured).and_then(|(theory, measured)| theory.compare(measured)))
    }

    /// Draws a chart on a canvas whose backing store has been given its size; `ghost` is what to call the outline.
    pub fn draw(&self, chart: Chart, canvas: HtmlCanvasElement, look: &Look, ghost: &str) -> Result<(), JsError> {
        let area = area(canvas)?;
        let Frame { snapshot, history, learned } = &self.frame;
        let theme = theme(look);
        drawn(match chart {
            Chart::Gradients => gradients::draw(&area, snapshot, &self.bars(look, ghost), &theme),
            Chart::Loss => {
                let (history, at) =
                    self.course.as_ref().map_or((history, None), |course| (course, Some(snapshot.step)));
                loss::draw(&area, history, snapshot.loss.chance, &loss::Options { at, log: false }, &theme)
            }
            Chart::Learned => match learned {
                Some(learned) => learned::draw(&area, learned, &theme),
                None => Ok(()),
            },
        })
    }
}

impl View {
    /// How the hero is drawn; `ghost` is what to call the outline.
    fn bars<'a>(&'a self, look: &Look, ghost: &'a str) -> gradients::Options<'a> {
        gradients::Options {
            measure: look.measure(),
            norm: look.norm(),
            selected: look.layer,
            ghost: self.ghost.as_ref().map(|snapshot| Ghost { snapshot, label: ghost }),
            theory: self.theory.as_ref().filter(|_| look.theory),
            pinned: &self.pinned,
            sharing: &[],
            linear: look.linear,
        }
    }
}

/// The colours of 10^x for `count` values of x from `low` to `high`, red, green and blue one after the other: for pictures
/// that the page paints itself, in the same colours.
#[wasm_bindgen(js_name = magnitudeColors)]
pub fn magnitude_colors(dark: bool, low: f64, high: f64, count: usize) -> Vec<u8> {
    let theme = if dark { Theme::dark() } else { Theme::light() };
    let color = |index: usize| {
        let RGBColor(red, green, blue) =
            theme.magnitude_color(low + (high - low) * index as f64 / (count.max(2) - 1) as f64);
        [red, green, blue]
    };
    (0..count).flat_map(color).collect()
}

/// What is drawn on, if the canvas has not been used for anything else.
pub(super) fn area(canvas: HtmlCanvasElement) -> Result<DrawingArea<CanvasBackend, Shift>, JsError> {
    let backend = CanvasBackend::with_canvas_object(canvas);
    Ok(backend.ok_or_else(|| JsError::new("canvas: it has no 2d context"))?.into_drawing_area())
}

pub(super) fn drawn<E: std::error::Error + Send + Sync>(drawn: Drawn<E>) -> Result<(), JsError> {
    drawn.map_err(|error| JsError::new(&format!("the chart cannot be drawn: {error}")))
}

pub(super) fn from_bytes<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, JsError> {
    postcard::from_bytes(bytes).map_err(|error| JsError::new(&format!("bytes that the lab did not write: {error}")))
}

pub(super) fn theme(look: &Look) -> Theme {
    let theme = if look.dark { Theme::dark() } else { Theme::light() };
    let words = WORDS.get();
    Theme { words, ..if look.projector { theme.projector() } else { theme }.scaled(look.scale) }
}

thread_local! {
    /// The language of the page.
    static WORDS: Cell<Words> = const { Cell::new(Words::new("")) };
}

/// The language of all charts from now on: lines, English words and then the others, in turn; none for English. They are
/// kept for good: nobody changes the language often.
#[wasm_bindgen(js_name = setWords)]
pub fn set_words(lines: String) {
    if !WORDS.get().are(&lines) {
        WORDS.set(Words::new(lines.leak()));
    }
}
