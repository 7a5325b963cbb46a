//! Gradient Lab: the vanishing gradient, measured.
//!
//! In reading order: [`nn`] is the engine, [`task`] what it learns, [`lab`] the experiment, [`charts`] its pictures;
//! [`link`] and [`export`] are its ways in and out.

pub mod catalog;
pub mod charts;
pub mod export;
pub mod lab;
pub mod link;
pub mod number;
pub mod task;
#[cfg(target_arch = "wasm32")]
mod web;

pub use gradient_lab_nn as nn;
