//! Opening run files, good ones and bad ones.

use gradient_lab::export::json::Json;
use gradient_lab::export::run_file;
use gradient_lab::lab::SetupError;
use gradient_lab::lab::run::Run;
use serde_json::Value;

use crate::files::file_of;

/// Opens a run file; the data are at hand.
pub fn open(file: &Value) -> Result<Box<dyn Run>, SetupError> {
    let file = json(file);
    run_file::read(&file, file_of(run_file::task(&file)))
}

/// JSON as the lab reads it; in the page the browser's parser makes it.
pub fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::number(number.as_f64().expect("a number")),
        Value::String(text) => Json::Text(text.clone()),
        Value::Array(items) => Json::List(items.iter().map(json).collect()),
        Value::Object(fields) => Json::Map(fields.iter().map(|(name, value)| (name.clone(), json(value))).collect()),
    }
}

/// The JSON of a run file.
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("a run file is JSON")
}

/// The run of a file that is all right.
pub fn reopened(text: &str) -> Box<dyn Run> {
    open(&parsed(text)).unwrap_or_else(|error| panic!("{error}"))
}

/// A change of the JSON at a pointer, to a field of an object or a place in a list that there is: `None` takes it out.
pub fn tampered(file: &Value, pointer: &str, value: Option<Value>) -> Value {
    let mut file = file.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match (file.pointer_mut(parent), value) {
        (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(key.to_owned(), value)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(key)),
        (Some(Value::Array(items)), Some(value)) => items[key.parse::<usize>().expect(pointer)] = value,
        _ => panic!("nothing to change at {pointer}"),
    }
    file
}

/// The file cannot be opened, and the error names this field and can be shown.
pub fn assert_refused(file: &Value, field: &str, what: &str) {
    let error = match open(file) {
        Ok(_) => panic!("{what} is accepted"),
        Err(error) => error,
    };
    assert_eq!(error.field, field, "{what}: {error}");
    assert!(error.got.chars().count() <= 90 && !error.allowed.is_empty(), "{what}: {error}");
}
