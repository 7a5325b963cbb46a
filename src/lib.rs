//! Gradient Lab: the vanishing gradient, measured.
//!
//! In reading order: [`nn`] is the engine, [`task`] what it learns, [`lab`] the experiment, [`charts`] its pictures.

pub mod charts;
pub mod lab;
pub mod nn;
pub mod task;
