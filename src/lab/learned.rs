//! What the network has learned so far, as a picture's worth of plain data.

use serde::{Deserialize, Serialize};

/// The network's answers beside the data's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learned {
    /// Two classes in the plane.
    Plane {
        /// The picture spans `-extent..=extent` both ways.
        extent: f64,
        /// Cells a side.
        side: usize,
        /// The network's share for class 1 at the centre of each cell, 0 to 1, rows from the top, `side * side` of them.
        /// Where the network's answer is not a number, NaN.
        cells: Vec<f32>,
        /// The data.
        points: Vec<PlanePoint>,
    },
    /// A function of one number.
    Curve {
        /// The picture spans `-extent..=extent`.
        extent: f64,
        /// The network's answer, at evenly spaced inputs from `-extent` to `extent`.
        answers: Vec<f32>,
        /// The data.
        points: Vec<CurvePoint>,
    },
    /// Some of the test images, with the network's answer to each.
    Images {
        /// Pixels a side.
        side: usize,
        /// The images.
        images: Vec<Image>,
    },
    /// Some of the test sequences, with the network's answer to each.
    Examples {
        /// Whether an answer is a number, not one character after the other.
        are_numbers: bool,
        /// The sequences.
        examples: Vec<Example>,
    },
    /// Data of too many dimensions to draw.
    Undrawable {
        /// Numbers that go in.
        inputs: usize,
        /// Numbers that come out.
        outputs: usize,
    },
}

/// A point of two numbers with its class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanePoint {
    /// First number.
    pub x: f32,
    /// Second number.
    pub y: f32,
    /// 0 or 1.
    pub class: u8,
    /// Whether it is kept back for the test.
    pub test: bool,
}

/// An input with its target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Input.
    pub x: f32,
    /// Target.
    pub y: f32,
    /// Whether it is kept back for the test.
    pub test: bool,
}

/// A sequence in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// What the answer depends on.
    pub shown: String,
    /// The answer as it should be.
    pub expected: String,
    /// The network's.
    pub answered: String,
}

/// A picture with its class and the network's guess.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Ink, 0 to 1, rows from the top.
    pub pixels: Vec<f32>,
    /// What it is.
    pub class: u8,
    /// What the network says.
    pub guess: u8,
}
