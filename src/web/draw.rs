//! The charts on a canvas. Text is measured through the page, so this runs there and not in a worker.

use plotters::prelude::IntoDrawingArea;
use plotters_canvas::CanvasBackend;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::charts::gradients::{self, Ghost, Measure, Norm};
use crate::charts::{Theme, learned, loss};
use crate::lab::history::History;
use crate::lab::learned::Learned;
use crate::lab::snapshot::Snapshot;

/// How to draw.
#[derive(Deserialize)]
struct Look {
    #[serde(default)]
    theme: ThemeName,
    #[serde(default)]
    projector: bool,
    /// Canvas pixels to a css pixel.
    scale: f64,
    #[serde(default)]
    measure: MeasureName,
    #[serde(default)]
    norm: NormName,
    #[serde(default)]
    selected: Option<usize>,
    #[serde(default)]
    ghost: Option<Named>,
}

/// An earlier run, and what to call it.
#[derive(Deserialize)]
struct Named {
    label: String,
    snapshot: Snapshot,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ThemeName {
    #[default]
    Light,
    Dark,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MeasureName {
    #[default]
    Weights,
    Signal,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NormName {
    #[default]
    L2,
    Rms,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChartName {
    Gradients,
    Loss,
    Learned,
}

#[derive(Deserialize)]
struct LossData {
    history: History,
    snapshot: Snapshot,
}

/// Draws `chart` (`gradients` of a Snapshot, `loss` of `{ history, snapshot }`, `learned` of a Learned) on a canvas whose
/// backing store has been given its size. `look`: `theme` (`light`, `dark`), `projector`, `scale` (canvas pixels to a css
/// pixel), `measure` (`weights`, `signal`), `norm` (`l2`, `rms`), `selected` (a layer), `ghost` (`{ label, snapshot }`).
#[wasm_bindgen]
pub fn draw(chart: JsValue, canvas: HtmlCanvasElement, data: JsValue, look: JsValue) -> Result<(), JsError> {
    let look: Look = from_js("look", look)?;
    let theme = theme(&look);
    let backend =
        CanvasBackend::with_canvas_object(canvas).ok_or_else(|| JsError::new("canvas: it has no 2d context"))?;
    let area = backend.into_drawing_area();
    match from_js("chart", chart)? {
        ChartName::Gradients => {
            let snapshot: Snapshot = from_js("data", data)?;
            gradients::draw(&area, &snapshot, &options(&look), &theme).map_err(failed)
        }
        ChartName::Loss => {
            let LossData { history, snapshot } = from_js("data", data)?;
            let options = loss::Options::default();
            loss::draw(&area, &history, snapshot.loss.chance, &options, &theme).map_err(failed)
        }
        ChartName::Learned => {
            let data: Learned = from_js("data", data)?;
            learned::draw(&area, &data, &theme).map_err(failed)
        }
    }
}

fn theme(look: &Look) -> Theme {
    let theme = match look.theme {
        ThemeName::Light => Theme::light(),
        ThemeName::Dark => Theme::dark(),
    };
    if look.projector { theme.projector() } else { theme }.scaled(look.scale)
}

fn options(look: &Look) -> gradients::Options<'_> {
    gradients::Options {
        measure: match look.measure {
            MeasureName::Weights => Measure::Weights,
            MeasureName::Signal => Measure::Signal,
        },
        norm: match look.norm {
            NormName::L2 => Norm::L2,
            NormName::Rms => Norm::Rms,
        },
        selected: look.selected,
        ghost: look.ghost.as_ref().map(|ghost| Ghost { snapshot: &ghost.snapshot, label: &ghost.label }),
        range: None,
    }
}

fn from_js<T: for<'de> Deserialize<'de>>(name: &str, value: JsValue) -> Result<T, JsError> {
    serde_wasm_bindgen::from_value(value).map_err(|error| JsError::new(&format!("{name}: {error}")))
}

fn failed(error: impl std::fmt::Display) -> JsError {
    JsError::new(&format!("the chart cannot be drawn: {error}"))
}
