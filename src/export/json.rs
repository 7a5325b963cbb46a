//! JSON as a tree, for reading and for what is small, and as text that grows piece by piece, for what is large. The text
//! of a file is parsed outside: in the page by the browser, which brings a parser.

use std::fmt::{Arguments, Write};

use serde::{Serialize, Serializer};

use crate::lab::SetupError;
use crate::lab::parameters::Value;
use crate::nn::Precision;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number, written without a point.
    Whole(u64),
    /// Any other number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Fields, in their order.
    Map(Vec<(String, Json)>),
}

impl Json {
    /// An object whose fields are in the order of their names.
    pub fn sorted<'a>(fields: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let mut sorted: Vec<(String, Self)> = Vec::new();
        for (name, value) in fields {
            let place = sorted.iter().take_while(|(other, _)| other.as_str() < name).count();
            sorted.insert(place, (name.to_owned(), value));
        }
        Self::Map(sorted)
    }

    /// The number that a parser found, for which 3 and 3.0 are the same. One too large for 64 bits is none.
    pub fn number(number: f64) -> Self {
        // Beyond, not every whole number is a float.
        let is_whole = number < (1u64 << 53) as f64 && number.is_sign_positive() && number.fract() == 0.0;
        if is_whole {
            Self::Whole(number as u64)
        } else if number.is_finite() {
            Self::Number(number)
        } else {
            Self::Null
        }
    }

    /// The value of a field, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.fields().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The fields of a map; of anything else none.
    pub fn fields(&self) -> &[(String, Json)] {
        if let Self::Map(fields) = self { fields } else { &[] }
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Json]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The value of a number.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            Self::Null | Self::Bool(_) | Self::Text(_) | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// Whether it is what is expected of the field; numbers are if they have the same value.
    pub fn expect(&self, expected: &Json, field: &str) -> Result<(), SetupError> {
        let numbers = (self.as_number(), expected.as_number());
        let equal = if let (Some(got), Some(expected)) = numbers { got == expected } else { self == expected };
        if equal { Ok(()) } else { Err(SetupError::new(field, &self.describe(), expected.describe())) }
    }

    /// In words, for errors; a number or a text as it stands in a link.
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => Value::Number(*number).to_string(),
            Self::Text(text) => text.clone(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::describe).collect::<Vec<_>>().join(", ")),
            Self::Map(fields) => format!("an object of {} fields", fields.len()),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Whole(number) => serializer.serialize_u64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
        }
    }
}

impl From<Value> for Json {
    /// The value of a field of a Setup.
    fn from(value: Value) -> Self {
        match value {
            Value::Choice(id) => Self::from(id),
            Value::Integer(number) => Self::Whole(number.into()),
            Value::Number(number) => Self::Number(number),
            Value::Layers(layers) => Self::Text(layers.to_string()),
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// JSON as text, written from its beginning to its end. Of texts and names it expects that nothing in them needs an
/// escape: they are ids, of the lab's own making.
#[derive(Default)]
pub struct Writer(String);

impl Writer {
    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    /// Begins a map or a list with its bracket.
    pub fn open(&mut self, bracket: &str) {
        self.piece(format_args!("{bracket}"));
    }

    /// Ends it.
    pub fn close(&mut self, bracket: &str) {
        self.0.push_str(bracket);
    }

    /// The name of the field whose value comes next.
    pub fn key(&mut self, name: &str) -> &mut Self {
        self.piece(format_args!("\"{name}\":"));
        self
    }

    /// A number in the digits of its precision that read back exactly; what is not finite is a string.
    pub fn number(&mut self, number: f64, precision: Precision) {
        if number.is_nan() {
            self.text("NaN");
        } else if number.is_infinite() {
            self.text(if number > 0.0 { "Infinity" } else { "-Infinity" });
        } else {
            match precision {
                Precision::F32 => self.piece(format_args!("{:?}", number as f32)),
                Precision::F64 => self.piece(format_args!("{number:?}")),
            }
        }
    }

    /// A whole number.
    pub fn whole(&mut self, number: u64) {
        self.piece(format_args!("{number}"));
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.piece(format_args!("\"{text}\""));
    }

    /// A value with all that is in it.
    pub fn json(&mut self, json: &Json) {
        match json {
            Json::Null => self.piece(format_args!("null")),
            Json::Bool(value) => self.piece(format_args!("{value}")),
            Json::Whole(number) => self.whole(*number),
            Json::Number(number) => self.number(*number, Precision::F64),
            Json::Text(text) => self.text(text),
            Json::List(items) => {
                self.open("[");
                items.iter().for_each(|item| self.json(item));
                self.close("]");
            }
            Json::Map(fields) => {
                self.open("{");
                fields.iter().for_each(|(name, value)| self.key(name).json(value));
                self.close("}");
            }
        }
    }

    /// The next piece, after a comma if it is not the first in its bracket.
    fn piece(&mut self, piece: Arguments<'_>) {
        if !self.0.is_empty() && !self.0.ends_with(['{', '[', ':']) {
            self.0.push(',');
        }
        // Writing into memory cannot fail.
        let _ = self.0.write_fmt(piece);
    }
}
