//! The exports of `gradient_lab.js` and, without the feature `full`, of `gradient_lab_first.js`. Thin: no logic of its own.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

#[cfg(feature = "full")]
use super::frame::from_bytes;
use super::frame::{Frame, to_bytes};
#[cfg(feature = "full")]
use crate::export::{json::Json, run_file};
use crate::lab::run::{self, Run};
use crate::lab::{Setup, SetupError};
#[cfg(feature = "full")]
use crate::nn::{Activation, Choice, kernels::Fast};
use crate::{catalog, link};

/// Shows a panic in the console, with its message and place.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// A run: data, network and training, driven step by step.
#[wasm_bindgen]
pub struct Lab(Box<dyn Run>);

#[wasm_bindgen]
impl Lab {
    /// The run of a link query such as `v=1&depth=10`. Throws an Error that names each bad field, what it got and what
    /// is allowed. `file` is the bytes of the file in data/ that the task has, if it has one.
    #[wasm_bindgen(js_name = fromLink)]
    pub fn from_link(query: &str, file: Option<Vec<u8>>) -> Result<Lab, JsError> {
        Ok(Lab(run::start(&read(query)?, file.as_deref()).map_err(error)?))
    }

    /// The run of a run file, at the step and with the parameters that it holds. Throws an Error that names the field.
    #[cfg(feature = "full")]
    #[wasm_bindgen(js_name = fromRunFile)]
    pub fn from_run_file(json: &str, file: Option<Vec<u8>>) -> Result<Lab, JsError> {
        Ok(Lab(run_file::read(&parse(json)?, file.as_deref()).map_err(error)?))
    }

    /// The run of a link query where another was when it gave its `checkpoint()`, of either module. Throws an Error that names the field.
    #[cfg(feature = "full")]
    #[wasm_bindgen(js_name = fromCheckpoint)]
    pub fn from_checkpoint(query: &str, checkpoint: &[u8], file: Option<Vec<u8>>) -> Result<Lab, JsError> {
        let mut run = run::start(&read(query)?, file.as_deref()).map_err(error)?;
        run.go_on(from_bytes(checkpoint)?).map_err(error)?;
        Ok(Lab(run))
    }

    /// Up to `n` updates; returns how many were made, which is fewer if the run diverges.
    pub fn step(&mut self, n: u32) -> u32 {
        self.0.step(n)
    }

    /// Updates done so far.
    #[wasm_bindgen(getter)]
    pub fn steps(&self) -> f64 {
        self.0.steps() as f64
    }

    /// Trainable numbers of the network.
    #[wasm_bindgen(getter)]
    pub fn parameters(&self) -> usize {
        self.0.parameters()
    }

    /// The mean loss on the batch of the next update.
    pub fn loss(&self) -> f64 {
        self.0.loss()
    }

    /// Back to step 0, digit for digit.
    pub fn reset(&mut self) {
        self.0.reset();
    }

    /// All that a view may know of this step: a Snapshot.
    pub fn snapshot(&mut self) -> Result<JsValue, JsError> {
        to_js(&self.0.snapshot())
    }

    /// What the page shows of this step, as bytes for a `View`; `side` is how fine the picture of what was learned is to
    /// be, none for no picture.
    pub fn frame(&mut self, side: Option<u32>) -> Result<Vec<u8>, JsError> {
        to_bytes(&Frame::of(self.0.as_mut(), side))
    }

    /// How the numbers of a layer lie, by its place in the Snapshot, as bytes for a `DistributionsView`; none if there is no
    /// such layer.
    #[cfg(feature = "full")]
    pub fn distributions(&self, layer: usize) -> Result<Option<Vec<u8>>, JsError> {
        self.0.distributions(layer).as_ref().map(to_bytes).transpose()
    }

    /// What a recurrent layer, counted from 0, or the attention block does over time, as bytes for an `OverTimeView`; none if
    /// there is no such layer.
    #[cfg(feature = "full")]
    #[wasm_bindgen(js_name = overTime)]
    pub fn over_time(&self, layer: usize) -> Result<Option<Vec<u8>>, JsError> {
        self.0.over_time(layer).as_ref().map(to_bytes).transpose()
    }

    /// Whether it trains on somebody's own batches instead of the task's data.
    #[wasm_bindgen(getter, js_name = hasOwnBatches)]
    pub fn has_own_batches(&self) -> bool {
        self.0.has_own_batches()
    }

    /// The names and shapes of the parameters: a list of [name, shape].
    pub fn tensors(&self) -> Result<JsValue, JsError> {
        to_js(&self.0.tensors())
    }

    /// All of the run that `query()` does not say, as bytes for `Lab.fromCheckpoint`.
    pub fn checkpoint(&self) -> Result<Vec<u8>, JsError> {
        to_bytes(&self.0.checkpoint())
    }

    /// The gradient of one number of a parameter beside the difference of losses around it: a Check. Throws an Error that
    /// names what is wrong.
    #[cfg(feature = "full")]
    pub fn check(&self, parameter: &str, index: usize) -> Result<JsValue, JsError> {
        to_js(&self.0.check(parameter, index).map_err(error)?)
    }

    /// The run as the text of a run file.
    #[cfg(feature = "full")]
    #[wasm_bindgen(js_name = runFile)]
    pub fn run_file(&self) -> String {
        self.0.run_file()
    }

    /// The link query of the run's Setup.
    pub fn query(&self) -> String {
        link::format(self.0.setup())
    }
}

/// Everything the page needs to build its controls.
#[wasm_bindgen(js_name = catalog)]
pub fn catalog_for_page() -> Result<JsValue, JsError> {
    to_js(&catalog::catalog())
}

/// A link query as the page sees it: what could be read, and what could not.
#[wasm_bindgen(js_name = parseLink)]
pub fn parse_link(query: &str) -> Result<JsValue, JsError> {
    to_js(&catalog::read_link(query))
}

/// A link query with one field changed, as the page sees it.
#[wasm_bindgen(js_name = changeLink)]
pub fn change_link(query: &str, key: &str, value: &str) -> Result<JsValue, JsError> {
    to_js(&catalog::change_link(query, key, value))
}

/// What theory says of the start of a link's Setup, as bytes for a `View`; none where it says nothing. Throws an Error as
/// `Lab.fromLink` does.
#[cfg(feature = "full")]
#[wasm_bindgen]
pub fn theory(query: &str, file: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, JsError> {
    let theory = run::theory(&read(query)?, file.as_deref()).map_err(error)?;
    theory.as_ref().map(to_bytes).transpose()
}

/// The name of the file in data/ that a run file needs, if it needs one.
#[cfg(feature = "full")]
#[wasm_bindgen(js_name = fileOfRunFile)]
pub fn file_of_run_file(json: &str) -> Result<Option<String>, JsError> {
    Ok(run_file::task(&parse(json)?).file().map(|file| file.name().to_owned()))
}

/// f'(z) of an activation, by its name in a run file. Throws an Error if there is no such activation.
#[cfg(feature = "full")]
#[wasm_bindgen(js_name = activationSlope)]
pub fn activation_slope(activation: &str, z: f64) -> Result<f64, JsError> {
    let none = || JsError::new(&format!("activation: got {activation}, allowed: the name of an activation."));
    let [mut value, mut slope] = [[0.0]; 2];
    f64::activate(Activation::find(activation).ok_or_else(none)?, &[z], &mut value, &mut slope);
    Ok(slope[0])
}

/// A seed that nobody has chosen.
#[wasm_bindgen(js_name = newSeed)]
pub fn new_seed() -> Result<u32, JsError> {
    getrandom::u32().map_err(|error| JsError::new(&error.to_string()))
}

#[cfg(feature = "full")]
fn parse(json: &str) -> Result<Json, JsError> {
    super::json::parse(json).map_err(|message| error(run_file::no_json(&message)))
}

/// The Setup of a link without faults.
fn read(query: &str) -> Result<Setup, JsError> {
    let parsed = link::parse(query);
    if parsed.problems.is_empty() {
        return Ok(parsed.setup);
    }
    let messages: Vec<String> = parsed.problems.iter().map(ToString::to_string).collect();
    Err(JsError::new(&messages.join("\n")))
}

fn error(error: SetupError) -> JsError {
    JsError::new(&error.to_string())
}

pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    value.serialize(&Serializer::json_compatible()).map_err(|error| JsError::new(&error.to_string()))
}
