//! JSON by the browser's own parser: it reads every number exactly, and the module need not bring one.

use js_sys::{Array, JSON, Object};
use serde_json::{Map, Number, Value};
use wasm_bindgen::prelude::*;

/// Reads a JSON text, or says what is wrong with it.
pub fn parse(text: &str) -> Result<Value, String> {
    let value = JSON::parse(text).map_err(|error| String::from(js_sys::Error::from(error).message()))?;
    Ok(to_value(&value))
}

/// What `JSON.parse` made.
fn to_value(value: &JsValue) -> Value {
    if let Some(number) = value.as_f64() {
        let is_whole =
            number.fract() == 0.0 && number.abs() < 2f64.powi(53) && (number != 0.0 || number.is_sign_positive());
        let number = if is_whole { Some(Number::from(number as i64)) } else { Number::from_f64(number) };
        return number.map_or(Value::Null, Value::Number);
    }
    if let Some(text) = value.as_string() {
        return Value::String(text);
    }
    if let Some(boolean) = value.as_bool() {
        return Value::Bool(boolean);
    }
    if Array::is_array(value) {
        return Array::from(value).iter().map(|item| to_value(&item)).collect();
    }
    let Some(object) = value.dyn_ref::<Object>() else { return Value::Null };
    let entry = |entry: JsValue| {
        let entry = Array::from(&entry);
        Some((entry.get(0).as_string()?, to_value(&entry.get(1))))
    };
    Object::entries(object).iter().filter_map(entry).collect::<Map<_, _>>().into()
}
