//! Tensors as they stand in a run file: `{"shape": [..], "data": [..]}`, row-major.

use crate::export::json::{Json, Writer};
use crate::lab::SetupError;
use crate::nn::{Matrix, Precision, Real};

/// Numbers and their shape. One type for both precisions: a file is not read or written often.
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
        Self::shaped(&[matrix.rows(), matrix.cols()], matrix.data())
    }

    /// Numbers of this shape.
    pub fn shaped<R: Real>(shape: &[usize], data: &[R]) -> Self {
        Self { shape: shape.to_vec(), data: data.iter().map(|x| x.to_f64()).collect(), precision: R::PRECISION }
    }

    /// The same, to be written in the digits of this precision.
    pub fn with(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// Writes it.
    pub fn write(&self, writer: &mut Writer) {
        write(writer, &self.shape, |writer| self.data.iter().for_each(|&x| writer.number(x, self.precision)));
    }
}

/// Writes class ids.
pub fn write_classes(writer: &mut Writer, shape: &[usize], classes: &[f64]) {
    write(writer, shape, |writer| classes.iter().for_each(|class| writer.whole(*class as u64)));
}

fn write(writer: &mut Writer, shape: &[usize], data: impl FnOnce(&mut Writer)) {
    writer.open("{");
    writer.key("shape").open("[");
    shape.iter().for_each(|&length| writer.whole(length as u64));
    writer.close("]");
    writer.key("data").open("[");
    data(writer);
    writer.close("]");
    writer.close("}");
}

/// Reads the tensor `value`, called `field` in errors; its numbers must be such as `precision` can hold.
pub fn read(value: &Json, field: &str, precision: Precision) -> Result<Tensor, SetupError> {
    let wrong = |got: &str| SetupError::new(field, got, "a tensor {\"shape\": [..], \"data\": [..]}");
    let list = |key: &str| value.get(key).and_then(Json::items).ok_or_else(|| wrong(&format!("no list {key}")));
    let mut shape = Vec::new();
    for length in list("shape")? {
        let length = if let Json::Whole(length) = length { usize::try_from(*length).ok() } else { None };
        shape.push(length.ok_or_else(|| wrong("a shape that is not whole numbers"))?);
    }
    let mut data = Vec::new();
    for number in list("data")? {
        data.push(read_number(number, field, precision)?);
    }
    let count = shape.iter().try_fold(1usize, |product, &length| product.checked_mul(length));
    if count != Some(data.len()) {
        return Err(wrong(&format!("{} numbers for the shape {}", data.len(), dimensions(&shape))));
    }
    Ok(Tensor { shape, data, precision })
}

/// A shape in words.
pub fn dimensions(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("[{}]", lengths.join(", "))
}

fn read_number(value: &Json, field: &str, precision: Precision) -> Result<f64, SetupError> {
    let wrong = |allowed: &str| SetupError::new(field, &value.describe(), allowed);
    let number = if let Json::Text(text) = value {
        match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        }
    } else {
        value.as_number()
    };
    let number = number.ok_or_else(|| wrong("numbers, or the strings \"NaN\", \"Infinity\", \"-Infinity\""))?;
    if precision == Precision::F32 && number.is_finite() && (number as f32).is_infinite() {
        return Err(wrong("numbers that 32 bits can hold: up to 3.4e38"));
    }
    Ok(if precision == Precision::F32 { f64::from(number as f32) } else { number })
}
