//! One layer a file, forward beside backward. The linear layer is [`affine`](super::kernels::affine) itself.

pub mod dropout;
pub mod norm;
pub mod skip;

pub use norm::Norm;
