//! One layer a file, forward beside backward. The linear layer is [`affine`](super::kernels::affine) itself, and a plain
//! recurrent step is two of it, an addition and an activation.

pub mod attention;
pub mod dropout;
pub mod gru;
pub mod norm;
pub mod skip;

pub use norm::Norm;
