//! One layer a file, forward beside backward.

mod linear;

pub use linear::Linear;
