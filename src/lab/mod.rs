//! The experiment: Setup in, snapshots out.

mod attribution;
pub mod build;
pub mod check;
pub mod checkpoint;
pub mod data;
pub mod diagnosis;
pub mod distributions;
mod examples;
pub mod experiment;
mod fields;
mod histograms;
pub mod history;
pub mod layers;
pub mod learned;
mod observe;
pub mod over_time;
pub mod parameters;
mod picture;
pub mod rules;
pub mod run;
pub mod setup;
pub mod snapshot;
pub mod spectrum;
pub mod stats;
pub mod theory;
mod unrolled;

pub use experiment::Experiment;
pub use setup::{Setup, SetupError};
