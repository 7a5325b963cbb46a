//! Numbers, tensors and maps as they stand in a run file.

use std::io;

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::lab::SetupError;
use crate::nn::{Matrix, Precision, Real};

/// JSON as text. Numbers are printed by the standard library, in the fewest digits that read back exactly: serde_json's
/// own printing brings tables that the page would have to load.
pub fn to_text(file: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, Shortest);
    // Maps with string keys, and numbers, into memory: nothing here can fail.
    file.serialize(&mut serializer).map_or_else(|_| String::new(), |()| String::from_utf8(text).unwrap_or_default())
}

/// A JSON value in words, for errors.
pub fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(_) => plain(value),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(describe).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => format!("an object of {} fields", fields.len()),
    }
}

/// A number or a text as it stands in a link.
pub fn plain(value: &Value) -> String {
    if let Some(whole) = value.as_u64() {
        return whole.to_string();
    }
    match value.as_f64() {
        Some(number) => shortest(number),
        None => describe(value),
    }
}

/// The fewest digits that read back exactly.
fn shortest(value: f64) -> String {
    crate::lab::parameters::Value::Number(value).to_string()
}

struct Shortest;

impl serde_json::ser::Formatter for Shortest {
    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        write!(writer, "{value:?}")
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write!(writer, "{value:?}")
    }
}

/// A number in the digits of its precision that read back exactly; what is not finite is a string.
#[derive(Clone, Copy)]
pub struct Number(pub f64, pub Precision);

impl Number {
    /// What the lab computes in f64 whatever the precision: losses and norms.
    pub fn wide(value: f64) -> Self {
        Self(value, Precision::F64)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, precision) = *self;
        if value.is_nan() {
            serializer.serialize_str("NaN")
        } else if value.is_infinite() {
            serializer.serialize_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else {
            match precision {
                Precision::F32 => serializer.serialize_f32(value as f32),
                Precision::F64 => serializer.serialize_f64(value),
            }
        }
    }
}

/// `{"shape": [..], "data": [..]}`, row-major. One type for both precisions: a file is not read or written often.
pub struct Tensor {
    /// Lengths, outermost first.
    pub shape: Vec<usize>,
    /// Row-major.
    pub data: Vec<f64>,
    /// What the numbers were computed in.
    precision: Precision,
}

impl Tensor {
    /// A matrix.
    pub fn matrix<R: Real>(matrix: &Matrix<R>) -> Self {
        Self { shape: vec![matrix.rows(), matrix.cols()], ..Self::vector(matrix.data()) }
    }

    /// A vector.
    pub fn vector<R: Real>(data: &[R]) -> Self {
        let data: Vec<f64> = data.iter().map(|x| x.to_f64()).collect();
        Self { shape: vec![data.len()], data, precision: R::PRECISION }
    }
}

impl Serialize for Tensor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let numbers = self.data.iter().map(|&number| Number(number, self.precision));
        serialize_tensor(serializer, &self.shape, &Sequence(numbers))
    }
}

/// `[B]` class ids as a tensor.
pub struct ClassTensor(pub Vec<u8>);

impl Serialize for ClassTensor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_tensor(serializer, &[self.0.len()], &self.0)
    }
}

fn serialize_tensor<S: Serializer>(serializer: S, shape: &[usize], data: &impl Serialize) -> Result<S::Ok, S::Error> {
    let mut tensor = serializer.serialize_struct("Tensor", 2)?;
    tensor.serialize_field("shape", shape)?;
    tensor.serialize_field("data", data)?;
    tensor.end()
}

struct Sequence<I>(I);

impl<I: Iterator<Item = Number> + Clone> Serialize for Sequence<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// Named things in the order of the network.
pub struct Named<T>(pub Vec<(String, T)>);

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, thing) in &self.0 {
            map.serialize_entry(name, thing)?;
        }
        map.end()
    }
}

/// Reads the tensor `value`, called `field` in errors; its numbers must be such as `precision` can hold.
pub fn read(value: &Value, field: &str, precision: Precision) -> Result<Tensor, SetupError> {
    let wrong = |got: &str| SetupError::new(field, got, "a tensor {\"shape\": [..], \"data\": [..]}");
    let list = |key: &str| value.get(key).and_then(Value::as_array).ok_or_else(|| wrong(&format!("no list {key}")));
    let length = |value: &Value| value.as_u64().and_then(|length| usize::try_from(length).ok());
    let shape: Option<Vec<usize>> = list("shape")?.iter().map(length).collect();
    let shape = shape.ok_or_else(|| wrong("a shape that is not whole numbers"))?;
    let data: Result<Vec<f64>, SetupError> =
        list("data")?.iter().map(|number| read_number(number, field, precision)).collect();
    let data = data?;
    let count = shape.iter().try_fold(1usize, |product, &length| product.checked_mul(length));
    if count != Some(data.len()) {
        return Err(wrong(&format!("{} numbers for the shape {shape:?}", data.len())));
    }
    Ok(Tensor { shape, data, precision })
}

fn read_number(value: &Value, field: &str, precision: Precision) -> Result<f64, SetupError> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    if let Some(number) = number
        && precision == Precision::F32
        && number.is_finite()
        && (number as f32).is_infinite()
    {
        return Err(SetupError::new(field, &describe(value), "numbers that 32 bits can hold: up to 3.4e38"));
    }
    number.ok_or_else(|| {
        SetupError::new(field, &describe(value), "numbers, or the strings \"NaN\", \"Infinity\", \"-Infinity\"")
    })
}
