//! What JavaScript sees: the only module that names the browser.

mod bindings;
#[cfg(feature = "full")]
mod distributions;
mod frame;
#[cfg(feature = "full")]
mod json;
#[cfg(feature = "full")]
mod lanes;
#[cfg(feature = "full")]
mod over_time;

use wasm_bindgen::JsValue;

/// The float nearest to a decimal text, by the browser's own reader.
pub fn nearest(text: &str) -> Option<f64> {
    let number = JsValue::from_str(text).unchecked_into_f64();
    (!number.is_nan()).then_some(number)
}
