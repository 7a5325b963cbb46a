//! JSON by the browser's own parser: it reads every number exactly, and the module need not bring one.

use js_sys::{Array, JSON, Object};
use wasm_bindgen::prelude::*;

use crate::export::json::Json;

/// Reads a JSON text, or says what is wrong with it.
pub fn parse(text: &str) -> Result<Json, String> {
    let value = JSON::parse(text).map_err(|error| String::from(js_sys::Error::from(error).message()))?;
    Ok(to_json(&value))
}

/// What `JSON.parse` made.
fn to_json(value: &JsValue) -> Json {
    if let Some(number) = value.as_f64() {
        return Json::number(number);
    }
    if let Some(text) = value.as_string() {
        return Json::Text(text);
    }
    if let Some(boolean) = value.as_bool() {
        return Json::Bool(boolean);
    }
    if Array::is_array(value) {
        return Json::List(Array::from(value).iter().map(|item| to_json(&item)).collect());
    }
    let Some(object) = value.dyn_ref::<Object>() else { return Json::Null };
    let entry = |entry: JsValue| {
        let entry = Array::from(&entry);
        Some((entry.get(0).as_string()?, to_json(&entry.get(1))))
    };
    Json::Map(Object::entries(object).iter().filter_map(entry).collect())
}
