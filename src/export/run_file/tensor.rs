//! Numbers, tensors and maps as they stand in a run file.

use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::lab::SetupError;
use crate::nn::{Matrix, Real};

/// A number in digits that read back exactly; what is not finite is a string.
#[derive(Clone, Copy)]
pub struct Number<R>(pub R);

impl<R: Real> Serialize for Number<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wide = self.0.to_f64();
        if wide.is_finite() {
            self.0.serialize(serializer)
        } else if wide.is_nan() {
            serializer.serialize_str("NaN")
        } else {
            serializer.serialize_str(if wide > 0.0 { "Infinity" } else { "-Infinity" })
        }
    }
}

/// `{"shape": [..], "data": [..]}`, row-major.
pub struct Tensor<'a, R> {
    shape: Vec<usize>,
    data: &'a [R],
}

impl<'a, R> Tensor<'a, R> {
    /// A matrix.
    pub fn matrix(matrix: &'a Matrix<R>) -> Self
    where
        R: Real,
    {
        Self { shape: vec![matrix.rows(), matrix.cols()], data: matrix.data() }
    }

    /// A vector.
    pub fn vector(data: &'a [R]) -> Self {
        Self { shape: vec![data.len()], data }
    }
}

impl<R: Real> Serialize for Tensor<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_tensor(serializer, &self.shape, &Numbers(self.data))
    }
}

/// `[B]` class ids as a tensor.
pub struct ClassTensor<'a>(pub &'a [u8]);

impl Serialize for ClassTensor<'_> {
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

struct Numbers<'a, R>(&'a [R]);

impl<R: Real> Serialize for Numbers<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.0.len()))?;
        for &number in self.0 {
            sequence.serialize_element(&Number(number))?;
        }
        sequence.end()
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

/// A tensor that was read: its shape, and its numbers in f64.
pub struct Read {
    /// Lengths, outermost first.
    pub shape: Vec<usize>,
    /// Row-major.
    pub data: Vec<f64>,
}

/// Reads the tensor `value`, called `field` in errors.
pub fn read(value: &Value, field: &str) -> Result<Read, SetupError> {
    let wrong = |got: &str| SetupError::new(field, got, "a tensor {\"shape\": [..], \"data\": [..]}");
    let list = |key: &str| value.get(key).and_then(Value::as_array).ok_or_else(|| wrong(&format!("no list {key}")));
    let length = |value: &Value| value.as_u64().and_then(|length| usize::try_from(length).ok());
    let shape: Option<Vec<usize>> = list("shape")?.iter().map(length).collect();
    let shape = shape.ok_or_else(|| wrong("a shape that is not whole numbers"))?;
    let data: Result<Vec<f64>, SetupError> = list("data")?.iter().map(|number| read_number(number, field)).collect();
    let data = data?;
    let count = shape.iter().try_fold(1usize, |product, &length| product.checked_mul(length));
    if count != Some(data.len()) {
        return Err(wrong(&format!("{} numbers for the shape {shape:?}", data.len())));
    }
    Ok(Read { shape, data })
}

fn read_number(value: &Value, field: &str) -> Result<f64, SetupError> {
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
    number.ok_or_else(|| {
        SetupError::new(field, &value.to_string(), "numbers, or the strings \"NaN\", \"Infinity\", \"-Infinity\"")
    })
}
